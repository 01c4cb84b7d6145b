"""In a process of its own: do one thing to a home again and again, beside another process.

`append` writes lines of the journal; `claim` tries to count the next attempt of an entry; `open`
opens a home that may not be there yet. Waits for a line on its input before it begins.
"""

# What it prints is what its test reads:
# ruff: noqa: T201

from __future__ import annotations

import sys
from pathlib import Path

from calmreply.adapters.storage import open_store
from calmreply.domain.outbox import EntryId
from calmreply.errors import KnownError
from calmreply.testing.contracts.storage import samples

ROUNDS = 20


def append(folder: Path) -> None:
    store = open_store(folder, busy_seconds=30)
    begin()
    for number in range(ROUNDS):
        with store.write() as tx:
            samples.write_line(tx, "rules_set", actor="", payload=f'"{number}"')
            samples.write_line(tx, "rules_set", actor="")
    store.close()


def claim(folder: Path) -> None:
    store = open_store(folder, busy_seconds=30)
    begin()
    for number in range(1, ROUNDS + 1):
        try:
            with store.write() as tx:
                tx.count_attempt(EntryId("e1"), number)
        except KnownError as error:
            if error.code != "claimed_elsewhere":
                raise
        else:
            print(number)
    store.close()


def open_first(folder: Path) -> None:
    begin()
    for number in range(5):
        store = open_store(folder / str(number), busy_seconds=30)
        with store.write() as tx:
            samples.write_line(tx, "rules_set", actor="")
        store.close()


def begin() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    {"append": append, "claim": claim, "open": open_first}[sys.argv[1]](Path(sys.argv[2]))
