"""One process polls and sends for a folder; its death frees the folder at once."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from calmreply.adapters.folder_lock import FILE, FolderLock, folder_lock, holder
from calmreply.errors import KnownError

HOLD = """
import sys
from pathlib import Path
from calmreply.adapters.folder_lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
print(lock.acquire("the window"), flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """One that tries to take the lock, and what it says about it."""
    words = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_taken_and_given_back(tmp_path: Path) -> None:
    one, two = FolderLock(tmp_path), FolderLock(tmp_path)
    assert (one.holder(), holder(tmp_path)) == (None, "")
    assert one.acquire("Anna's window \N{LARGE YELLOW CIRCLE}")
    assert one.acquire("Anna's window again")
    assert not two.acquire("another")
    two.release()
    assert one.holder() == two.holder() == holder(tmp_path) == "Anna's window again"
    one.release()
    one.release()
    assert (one.holder(), two.holder()) == (None, None)
    assert two.acquire("x" * 1000)
    assert one.holder() == "x" * 200
    two.release()
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_asking_who_holds_it_lets_go_of_nothing(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    assert lock.acquire("me")
    assert lock.holder() == "me"
    with another_process(tmp_path) as (_process, said):
        assert said == "False"
    lock.release()


def test_a_killed_process_frees_it(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with another_process(tmp_path) as (process, said):
        assert said == "True"
        assert not lock.acquire("me")
        assert lock.holder() == "the window"
        process.kill()
        process.wait()
        assert (tmp_path / FILE).read_text() == "the window"
        assert lock.holder() is None
        assert lock.acquire("me")
        assert lock.holder() == "me"
        lock.release()


def test_in_a_block(tmp_path: Path) -> None:
    with folder_lock(tmp_path):
        assert str(os.getpid()) in holder(tmp_path)
        with pytest.raises(KnownError) as taken, folder_lock(tmp_path, "mine"):
            pass
        assert taken.value.code == "folder_in_use"
        assert taken.value.words == "CalmReply is already open on this computer."
    with pytest.raises(ZeroDivisionError), folder_lock(tmp_path, "mine"):
        raise ZeroDivisionError
    assert holder(tmp_path) == ""


def test_of_many_threads_one_gets_it(tmp_path: Path) -> None:
    locks = [FolderLock(tmp_path) for _ in range(8)]
    ready = threading.Barrier(8, timeout=60)
    won: list[int] = []

    def take(number: int) -> None:
        ready.wait()
        if locks[number].acquire(str(number)):
            won.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert holder(tmp_path) == str(won[0])
    locks[won[0]].release()


def test_a_folder_that_cannot_hold_it(tmp_path: Path) -> None:
    missing = FolderLock(tmp_path / "none")
    assert missing.holder() is None
    with pytest.raises(KnownError) as refused:
        missing.acquire("me")
    assert refused.value.code == "read_only"


def test_a_disk_that_takes_no_name_keeps_nobody_locked_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    one, two = FolderLock(tmp_path), FolderLock(tmp_path)
    monkeypatch.setattr(os, "ftruncate", full)
    assert one.acquire("one")
    assert not two.acquire("two")
    one.release()
    assert two.acquire("two")
    two.release()
