"""In a process of its own: die at every point of a transaction in turn, by SIGKILL.

Each child of this process opens the home and is killed right after one statement, or right
before the commit; then the home is opened again and looked at. Prints how many points there
were. After that, children that write one transaction after the other are killed from outside, at
any moment: whatever they had told to be written has to be there.
"""

# What it prints is what its test reads:
# ruff: noqa: T201

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from calmreply.adapters.storage import open_store
from calmreply.adapters.storage.sqlite.store import SqliteStore
from calmreply.app.ports.storage import StoredDraft
from calmreply.domain.mention import CaseId, MentionId
from calmreply.domain.moment import Boot, Reading
from calmreply.domain.outbox import EntryId
from calmreply.testing.contracts.storage import samples

MOMENTS = ("after_cursor_execute", "commit")


def transaction(store: SqliteStore) -> None:
    """A bit of everything, in one transaction; the journal's length says how often it was done."""
    with store.write() as tx:
        number = tx.head()[0]
        case = CaseId("1")
        samples.write_line(tx, "page_read", case, payload=f'"{number}"')
        news = [samples.heard("case 0", f"Edit {number}"), samples.heard(f"new {number}", "soup")]
        tx.add_mentions(None, news, samples.NOON, older=[False, False], rules_line=0)
        reading = Reading(samples.NOON, "b", float(number))
        tx.save_draft(StoredDraft(case, samples.ANNA, None, f"Dear {number}", "", reading))
        tx.save_boots([Boot("b", samples.NOON, 0.0, float(number))])
        tx.set_setting("number", str(number))
        tx.put_outbox_row(samples.outbox_row(f"e{number}", case))
        tx.count_attempt(EntryId(f"e{number}"), 1)
        samples.write_line(tx, "rules_set")


def die_at(store: SqliteStore, point: int) -> None:
    """Kill this process at the `point`-th moment from now on."""
    passed = 0

    def pass_by(*_given: Any) -> None:
        nonlocal passed
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

    for moment in MOMENTS:
        event.listen(store._engine, moment, pass_by)


def look(folder: Path) -> int:
    """How often the transaction has been done, which everything in the home agrees about."""
    store = open_store(folder)
    with store.read() as tx:
        number = tx.head()[0]
        done, half = divmod(number, 2)
        assert half == 0, "half a transaction"
        last = number - 2
        assert tx.setting("number") == (str(last) if done else None)
        assert [draft.text for draft in tx.drafts(CaseId("1"))] == [f"Dear {last}"] * bool(done)
        assert [boot.last for boot in tx.boots()] == [float(last)] * bool(done)
        assert len(tx.mention(MentionId("1")).versions) == done + 1
        assert len(tx.search("soup")) == done + (not done)
        assert [row.attempts for row in tx.outbox_rows()] == [1] * done
    assert store.check() == ()
    store.close()
    return done


def at_every_point(folder: Path) -> int:
    done = look(folder)
    point = 0
    while True:
        child = os.fork()
        if child == 0:
            home = open_store(folder)
            die_at(home, point)
            transaction(home)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        before, done = done, look(folder)
        if not os.WIFSIGNALED(status):
            assert done == before + 1, "lost what was committed"
            return point
        assert done == before, "there, though it was never committed"
        point += 1


def at_any_moment(folder: Path, wanted: int) -> None:
    """Kill a child that goes on writing once it has told of `wanted` transactions."""
    done = look(folder)
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        home = open_store(folder)
        while True:
            transaction(home)
            os.write(tell, b".")
    for _ in range(wanted):
        os.read(told, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(tell)
    wanted += len(os.read(told, 1 << 16))
    os.close(told)
    assert look(folder) >= done + wanted, "lost what was told to be written"


def main(folder: Path) -> None:
    store = open_store(folder)
    samples.cases(store, 1)
    store.close()
    print(at_every_point(folder))
    for wanted in (1, 2, 3, 5, 8):
        at_any_moment(folder, wanted)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
