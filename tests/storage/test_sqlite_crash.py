"""Killed halfway, or two at once: all of a transaction or nothing, and nobody's twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from calmreply.adapters.storage import open_store
from calmreply.domain.journal import Whole, verify
from calmreply.testing.contracts.storage import samples

HERE = Path(__file__).parent
KEY = '{"key_id":"anna.1.00","person":"","public":"00"}'


def two_at_once(what: str, folder: Path) -> tuple[str, str]:
    """Start two processes that do the same, let them go together; returns what they said."""
    words = [sys.executable, str(HERE / "write_beside.py"), what, str(folder)]
    processes = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    one, two = (process.communicate(timeout=240)[0] for process in processes)
    assert [process.returncode for process in processes] == [0, 0]
    return one, two


@pytest.mark.skipif(os.name != "posix", reason="children are forked and killed")
def test_killed_anywhere_leaves_all_or_nothing(tmp_path: Path) -> None:
    words = [sys.executable, str(HERE / "die_halfway.py"), str(tmp_path)]
    done = subprocess.run(words, timeout=250, check=True, capture_output=True, text=True)
    assert int(done.stdout) > 25


def test_two_processes_write_one_whole_chain(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    samples.append(store, "installation_key", actor="", payload=KEY)
    two_at_once("append", tmp_path)
    with store.read() as tx:
        found = verify(tx.lines(), lambda _public, _words, _signature: True, tx.head())
        lines = [written.data() for written in tx.lines(after=1)]
    store.close()
    assert isinstance(found, Whole)
    assert found.lines == 81
    # Each process's own lines, in pairs that nobody came between.
    assert lines[1::2] == [{}] * 40
    assert sorted(lines[::2], key=int) == [str(number // 2) for number in range(40)]


def test_of_two_processes_one_wins_each_attempt(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    (case,) = samples.cases(store, 1)
    with store.write() as tx:
        tx.put_outbox_row(samples.outbox_row("e1", case))
    one, two = two_at_once("claim", tmp_path)
    with store.read() as tx:
        (row,) = tx.outbox_rows()
    store.close()
    won = [int(number) for said in (one, two) for number in said.split()]
    assert len(won) == len(set(won)) == row.attempts
    assert row.attempts == 20


def test_two_processes_make_one_home(tmp_path: Path) -> None:
    two_at_once("open", tmp_path)
    for folder in tmp_path.iterdir():
        store = open_store(folder)
        with store.read() as tx:
            assert tx.head()[0] == 2
        assert store.check() == ()
        store.close()
    assert len(list(tmp_path.iterdir())) == 5
