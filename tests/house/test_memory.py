"""What is given back to the C library goes back to the system, however many threads there were."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.hostile import folder

from calmreply.bootstrap import memory
from calmreply.bootstrap.homes import Parts, open_home

MUCH = 20 * 2**20
"""Bytes; thirty threads that read as these do leave three times of it in heaps of their own."""
THIRTY_READERS = """
import ctypes, threading
from pathlib import Path
from calmreply.bootstrap import memory

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

def read(begin, end):
    begin.wait()
    for _page in range(3):
        pieces = [b"x" * 60_000 for _piece in range(100)]
        b"".join(pieces).decode()
        del pieces
    end.wait()

assert memory.keep_little()
before = held()
for _round in range(3):
    begin, end = threading.Event(), threading.Barrier(30)
    threads = [threading.Thread(target=read, args=(begin, end)) for _one in range(30)]
    for one in threads:
        one.start()
    begin.set()
    for one in threads:
        one.join()
ctypes.CDLL(None).malloc_trim(0)
print(held() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's heaps")
def test_threads_that_are_gone_keep_nothing() -> None:
    told = subprocess.run(
        [sys.executable, "-c", THIRTY_READERS],
        env=folder.plain_environment() | {"PYTHONPATH": str(folder.CHECKOUT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(told.stdout) < MUCH


def test_whoever_opens_a_home_sees_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(memory, "keep_little", lambda: asked.append(True))
    with open_home(tmp_path / "home", Parts()):
        assert asked
