"""A home moves to a server and back: nothing lost, nothing twice, wherever the move is stopped."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select
from tests.storage.cluster import OWNER, Cluster
from tests.storage.test_two_alike import Deed, deed, outcome, told

from calmreply.adapters.storage import moved, open_store, tables
from calmreply.adapters.storage.moving import copying, course
from calmreply.adapters.storage.moving.sides import FileSide, ServerSide, Side
from calmreply.adapters.storage.postgres import TeamAddress, open_team
from calmreply.adapters.storage.sqlite import opening
from calmreply.adapters.storage.sqlite.store import SqliteStore
from calmreply.app.home import BUSINESS_ID
from calmreply.app.ports import SealedKey
from calmreply.app.ports.storage import Account, Store, StoredDraft
from calmreply.app.teamwork.moving import Moved, Progress, Stage
from calmreply.domain.mention import CaseId, MentionId
from calmreply.domain.moment import Boot, Reading
from calmreply.domain.reply import ReplyId
from calmreply.errors import KnownError
from calmreply.testing.contracts.storage import samples
from calmreply.testing.contracts.storage.samples import refused

KEY = '{"key_id":"anna.1.00","person":"","public":"00"}'
CHANGED = "The soup was fine after all."


class Stopped(BaseException):
    """The end of a program, wherever it is just now."""


def silent(_progress: Progress) -> None:
    return None


def believed(_public: bytes, _words: bytes, _signature: bytes) -> bool:
    return True


def to_server(
    folder: Path, address: TeamAddress, tell: Callable[[Progress], None] = silent
) -> Moved:
    return course.to_server(folder, replace(address, user=OWNER), tell, believed)


def here(folder: Path, address: TeamAddress, tell: Callable[[Progress], None] = silent) -> Moved:
    return course.here(folder, address, tell, believed)


@pytest.fixture
def address(cluster: Cluster, founded: str) -> Iterator[TeamAddress]:
    """A home on a server in which nobody has been yet."""
    name = cluster.database(like=founded)
    yield cluster.address(name)
    cluster.drop(name)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small home has page after page."""
    monkeypatch.setattr(copying, "PAGE", 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A home in which a lot has happened."""
    folder = tmp_path / "home"
    store = open_store(folder)
    live(store)
    store.close()
    return folder


def live(store: Store) -> None:
    samples.append(store, "installation_key", actor="", payload=KEY)
    with store.write() as tx:
        tx.set_setting(BUSINESS_ID, "the business of the tests")
        tx.set_setting("1", "soup\N{SNOWMAN}")
    one, other = (samples.listen(store, f"https://{name}.example/feed") for name in "ab")
    cases = samples.cases(store, 3)
    several = [samples.heard(str(i), f"Soup number {i}", i) for i in range(23)]
    samples.hear(store, *several, source=one, older=[i % 5 == 0 for i in range(23)])
    samples.hear(store, replace(several[3], text=CHANGED), samples.heard("4"), source=other)
    samples.hear(store, replace(several[7], text=CHANGED), source=one)
    with store.write() as tx:
        tx.mark_gone(one, ["9"], samples.NOON)
        tx.add_mentions(
            None,
            [samples.heard("marked")],
            samples.NOON,
            older=[False],
            rules_line=1,
            marks=[[1, -(2**62), 9]],
        )
        tx.remove_source(other)
    for number in range(17):
        samples.append(
            store, "page_read", cases[number % 3], actor="", payload='{"a":"\\u0000 \N{SNOWMAN}"}'
        )
    with store.write() as tx:
        tx.forget(4)
        for entry, alive in (("e1", False), ("e2", True)):
            tx.put_outbox_row(samples.outbox_row(entry, cases[0], reply="r", live=alive))
        tx.save_account(Account("office", "smtp", {"host": "mail.example"}))
        tx.save_sealed_key(SealedKey(samples.ANNA, 1, b"\0public", b"\xffsealed", b"recovery"))
        tx.save_boots([Boot("a", samples.NOON, 0.1, 7.25, stepped=True, confirmed=None)])
        for by in (samples.ANNA, samples.BEN):
            at = Reading(samples.NOON, "a", 1 / 3)
            tx.save_draft(StoredDraft(cases[1], by, ReplyId("r2"), "Dear Kim", "", at))


def go_on(store: Store) -> None:
    """Somebody works on in the old home, after a move that did not come to its end."""
    (case,) = samples.cases(store, 1)
    samples.hear(store, samples.heard("late"))
    samples.append(store, "page_read", case, actor="")
    with store.write() as tx:
        tx.forget(3)
        tx.set_setting("1", None)
        tx.set_setting("2", "anew")
        first = tx.drafts(CaseId("2"))[0]
        tx.drop_draft(first.case, first.by)
        tx.put_outbox_row(samples.outbox_row("e2", CaseId("1"), reply="r", live=False))
        tx.put_outbox_row(samples.outbox_row("e3", CaseId("1"), reply="r", live=True))


def rows(side: Side) -> dict[str, list[Any]]:
    """Every row of every table, without the marks of a move."""
    try:
        with side.turn() as connection:
            return {
                table.name: [
                    tuple(row)
                    for row in connection.execute(select(table).order_by(*table.primary_key))
                    if table.name != "settings" or row.name not in moved.MARKS
                ]
                for table in copying.TABLES
            }
    finally:
        side.close()


def in_folder(folder: Path) -> dict[str, list[Any]]:
    return rows(FileSide(folder, "here"))


def on_server(address: TeamAddress) -> dict[str, list[Any]]:
    return rows(ServerSide(address, "there"))


def test_there_and_back_row_by_row(folder: Path, address: TeamAddress) -> None:
    before = in_folder(folder)
    assert all(before.values())
    told_before = answers(open_store(folder))
    heard: list[Progress] = []
    result = to_server(folder, address, heard.append)
    assert result.rows == sum(map(len, before.values()))
    assert result.lines == len(before["journal"])
    for stage in Stage:
        these = [one for one in heard if one.stage is stage]
        assert [one.done for one in these] == sorted(one.done for one in these)
        assert these[-1].done == these[-1].of
    assert on_server(address) == before
    server = open_team(address)
    assert server.check() == ()
    assert answers(server) == told_before
    with refused("home_moved"):
        open_store(folder)
    kept = course.put_away(folder)
    assert kept is not None
    assert kept.stat().st_mode & 0o777 == 0o400

    server = open_team(address)
    go_on(server)
    with server.read() as tx:
        late = tx.search("late")
    after = on_server(address)
    assert here(folder, address).lines == len(after["journal"])
    with refused("home_moved"):
        open_team(address)
    with refused("home_moved"):
        samples.append(server, "page_read", actor="")
    server.close()
    assert in_folder(folder) == after
    store = open_store(folder)
    assert store.check() == ()
    with store.read() as tx:
        assert tx.search("late") == late
    store.close()
    assert sorted(one.name for one in folder.iterdir()) == [kept.name, opening.FILE]

    # And once more to the very place it had left, which holds an earlier state of it.
    store = open_store(folder)
    samples.append(store, "rules_set", actor="")
    store.close()
    last = in_folder(folder)
    to_server(folder, address)
    assert on_server(address) == last


def answers(store: Store) -> list[object]:
    try:
        return [*told(store), *(search(store, words) for words in ("soup", "fin", "numb 1"))]
    finally:
        store.close()


def search(store: Store, words: str) -> tuple[MentionId, ...]:
    with store.read() as tx:
        return tx.search(words)


def counted(deed: Callable[[], object], last: int | None = None) -> int:
    """How many statements and commits a deed takes; the program ends just before the `last`."""
    number = 0

    def one_more(*_about: object, **_more: object) -> None:
        nonlocal number
        number += 1
        if number == last:
            raise Stopped

    names = ("before_cursor_execute", "commit")
    for name in names:
        event.listen(Engine, name, one_more)
    try:
        with suppress(Stopped):
            deed()
    finally:
        for name in names:
            event.remove(Engine, name, one_more)
    return number


def living(folder: Path, there: TeamAddress) -> list[Store]:
    """Those of the two homes in which somebody could work now, other than an empty one."""
    opens: list[Callable[[], Store]] = [lambda: open_team(there)]
    if (folder / opening.FILE).exists():
        opens.append(lambda: open_store(folder))
    found = []
    for open_it in opens:
        with suppress(KnownError):
            found.append(open_it())
            if lines(found[-1]) == 0:
                found.pop().close()
    return found


def lines(store: Store) -> int:
    with store.read() as tx:
        return tx.head()[0]


@pytest.mark.parametrize("way", ["to the server", "here"])
def test_stopped_anywhere_it_goes_on(
    way: str, folder: Path, address: TeamAddress, cluster: Cluster
) -> None:
    """A program that ends leaves what it committed, and nothing of the transaction it was in."""
    if way == "here":
        to_server(folder, address)
        assert course.put_away(folder)
    kept = {one.name: one.read_bytes() for one in folder.iterdir()}
    homes = template(cluster, address)

    def anew() -> tuple[TeamAddress, Callable[[], Moved]]:
        """The same beginning again; where the server's home is, and the move."""
        for one in folder.rglob("*"):
            if one.is_file():
                one.unlink()
        for name, body in kept.items():
            (folder / name).write_bytes(body)
        there = next(homes)
        return there, lambda: (to_server if way == "to the server" else here)(folder, there)

    _there, move = anew()
    every = counted(move)
    assert every > 100
    # Each of the last, where one home takes over from the other, and some of all the others.
    some, end = (200, 40) if os.environ.get("CALMREPLY_SOAK") else (8, 14)
    for last in [*range(1, every - end, every // some + 1), *range(every - end, every + 1)]:
        there, move = anew()
        counted(move, last)
        found = living(folder, there)
        assert len(found) <= 1
        for store in found:
            go_on(store)
            store.close()
        counts = [rows_of(store, folder, there) for store in found]
        move()
        arrived = on_server(there) if way == "to the server" else in_folder(folder)
        assert counts in ([], [arrived])
        if not counts:
            assert in_folder(folder) == on_server(there)


def rows_of(store: Store, folder: Path, there: TeamAddress) -> dict[str, list[Any]]:
    return in_folder(folder) if isinstance(store, SqliteStore) else on_server(there)


def template(cluster: Cluster, address: TeamAddress) -> Iterator[TeamAddress]:
    """The same home again and again."""
    while True:
        name = cluster.database(like=address.database)
        yield replace(address, database=name)
        cluster.drop(name)


def test_somebody_s_home_is_not_written_over(folder: Path, address: TeamAddress) -> None:
    theirs = open_team(address)
    samples.cases(theirs, 1)
    before = on_server(address)
    with refused("home_there"):
        to_server(folder, address)
    assert on_server(address) == before
    theirs.close()
    open_store(folder).close()


def test_a_part_of_another_home_is_not_gone_on_with(
    folder: Path, address: TeamAddress, tmp_path: Path
) -> None:
    stop_at(lambda tell: to_server(folder, address, tell), 60)
    with refused("home_arriving"):
        open_team(address)
    other = tmp_path / "other"
    store = open_store(other)
    samples.append(store, "rules_set")
    store.close()
    with refused("home_there"):
        to_server(other, address)
    # The same business, but put back from a backup and gone on with otherwise.
    store = open_store(other)
    with store.write() as tx:
        tx.set_setting(BUSINESS_ID, "the business of the tests")
    store.close()
    with refused("other_history"):
        to_server(other, address)
    for one in (folder, other):
        open_store(one).close()


def stop_at(move: Callable[[Callable[[Progress], None]], object], done: int) -> None:
    """As somebody who has seen enough."""

    def tell(progress: Progress) -> None:
        if progress.done >= done:
            raise Stopped

    with pytest.raises(Stopped):
        move(tell)


def test_what_does_not_hold_does_not_move(folder: Path, address: TeamAddress) -> None:
    store = open_store(folder)
    samples.append(store, "page_read", actor="anna")
    store.close()
    with refused("journal_broken"):
        to_server(folder, address)
    open_store(folder).close()
    with refused("home_arriving"):
        open_team(address)


def test_what_came_over_otherwise_does_not_count(
    folder: Path, address: TeamAddress, cluster: Cluster
) -> None:
    def meddle(progress: Progress) -> None:
        if progress.stage is Stage.COMPARING:
            cluster.run(address.database, "UPDATE mentions SET text = 'Fine soup.' WHERE id = 5")

    with refused("not_the_same"):
        to_server(folder, address, meddle)
    open_store(folder).close()
    to_server(folder, address)
    assert in_folder(folder) == on_server(address)


def test_while_it_moves_nobody_writes(folder: Path, address: TeamAddress) -> None:
    other = open_store(folder, busy_seconds=0.05)
    before = lines(other)

    def tell(progress: Progress) -> None:
        if progress.done == 0:
            with refused("database_busy"):
                samples.append(other, "rules_set", actor="")
            assert lines(other) == before

    to_server(folder, address, tell)
    with refused("home_moved"):
        samples.append(other, "rules_set", actor="")
    other.close()


@settings(max_examples=6, deadline=None, suppress_health_check=[*HealthCheck])
@given(before=st.lists(deed, max_size=25), after=st.lists(deed, max_size=10))
def test_whatever_was_done_moves(
    cluster: Cluster, founded: str, tmp_path: Path, before: list[Deed], after: list[Deed]
) -> None:
    """Stopped once, gone on with after more was done here: there it is the same."""
    address = cluster.address(cluster.database(like=founded))
    try:
        with tempfile.TemporaryDirectory(dir=tmp_path) as name:
            _move_after(Path(name), address, before, after)
    finally:
        cluster.drop(address.database)


def _move_after(folder: Path, address: TeamAddress, before: list[Deed], after: list[Deed]) -> None:
    store = open_store(folder)
    samples.append(store, "installation_key", actor="", payload=KEY)
    with store.write() as tx:
        tx.set_setting(BUSINESS_ID, "b")
    _do(store, before)
    store.close()
    stop_at(lambda tell: to_server(folder, address, tell), 1)
    store = open_store(folder)
    _do(store, after)
    store.close()
    to_server(folder, address)
    assert in_folder(folder) == on_server(address)


def _do(store: Store, deeds: list[Deed]) -> None:
    for one in deeds:
        # Without the line that lets its key in, no journal holds.
        if not one.what.startswith(("append(", "forget(number=1)")):
            outcome(store, [one], stop=False)
    samples.append(store, "rules_set", actor="")


def test_no_table_is_left_behind() -> None:
    assert {*copying.TABLES} == {*tables.METADATA.tables.values()} - {tables.ALEMBIC}
