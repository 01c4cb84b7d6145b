"""What one program of the team writes, the others hear; and what one holds, no other has."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from tests.elsewhere import PATIENCE, wait_until
from tests.storage.cluster import Cluster

from calmreply.adapters.storage.postgres import apart, open_team, telling
from calmreply.adapters.storage.postgres.store import PostgresStore
from calmreply.adapters.storage.postgres.telling import EVERYTHING, Said, heard
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.storage import StoredDraft
from calmreply.app.teamwork import team_errors
from calmreply.domain.mention import CaseId
from calmreply.domain.moment import Reading
from calmreply.domain.people import PersonId
from calmreply.testing.contracts.storage import samples

# With a time to wait for it: the server lets go when a line has ended, not when it is told to.
END_ALL = (
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
    " WHERE application_name = 'calmreply' AND datname = current_database()"
)


class Heard:
    """What a window would be told."""

    def __init__(self, store: PostgresStore) -> None:
        self._told: queue.Queue[ChangeSet] = queue.Queue()
        self._away: queue.Queue[bool] = queue.Queue()
        self.end = store.watch(self._told.put, self._away.put)
        self.away: Callable[[], bool] = lambda: self._away.get(timeout=PATIENCE)

    def is_quiet(self) -> bool:
        return self._told.empty()

    def next(self) -> ChangeSet:
        return self._told.get(timeout=PATIENCE)

    def until(self, wanted: ChangeSet) -> ChangeSet:
        """Everything it is told until it has been told that."""
        found = ChangeSet()
        while found | wanted != found:
            found |= self.next()
        return found


@pytest.fixture
def name(cluster: Cluster, founded: str) -> str:
    return cluster.database(like=founded)


@pytest.fixture
def office(cluster: Cluster, name: str) -> Iterator[PostgresStore]:
    store = open_team(cluster.address(name))
    yield store
    store.close()


@pytest.fixture
def shop(cluster: Cluster, name: str) -> Iterator[PostgresStore]:
    store = open_team(cluster.address(name))
    yield store
    store.close()


def listening(cluster: Cluster, name: str) -> bool:
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND query LIKE 'SELECT coalesce(max(number)%'"
    )
    return cluster.run(name, asked) == [(1,)]


def heard_by(cluster: Cluster, name: str, store: PostgresStore) -> Heard:
    """Once it listens, and has told all that was said to find that out.

    What was written before that is nothing new.
    """
    told, numbers = Heard(store), count(10**15)

    def knock() -> CaseId:
        case = CaseId(str(next(numbers)))
        cluster.run(name, f"NOTIFY {telling.CHANNEL}, '{Said('x', 0, of_case(case)).words()}'")
        return case

    def hears() -> bool:
        knock()
        return not told.is_quiet()

    wait_until(hears, "it did not listen")
    told.until(of_case(knock()))
    return told


def draft(case: CaseId, words: str, who: str = "anna") -> StoredDraft:
    at = Reading(datetime(2026, 3, 2, 12, tzinfo=UTC), "boot", 1.0)
    return StoredDraft(case, PersonId(who), None, words, "", at)


def test_what_others_write_is_told_and_what_was_taken_back_is_not(
    cluster: Cluster, name: str, office: PostgresStore, shop: PostgresStore
) -> None:
    one, two = samples.cases(office, 2)
    told = heard_by(cluster, name, office)

    with suppress(ZeroDivisionError), shop.write() as tx:
        samples.write_line(tx, "page_read", one)
        raise ZeroDivisionError
    samples.append(office, "page_read", one)
    samples.append(shop, "page_read", two)
    assert told.next() == of_case(two)

    with shop.write() as tx:
        tx.save_draft(draft(one, "Dear customer"))
    assert told.next() == of_case(one)


@pytest.mark.parametrize(
    ("write", "change"),
    [
        (lambda tx: samples.write_line(tx, "enrolled"), ChangeSet(people=True)),
        (lambda tx: samples.write_line(tx, "wording_revised"), ChangeSet(plan=True)),
        (lambda tx: samples.write_line(tx, "of_tomorrow"), EVERYTHING),
        (lambda tx: tx.set_setting("contacts", "a@b.example"), ChangeSet(rules=True)),
        (lambda tx: tx.remove_account("none"), ChangeSet(accounts=True)),
    ],
)
def test_what_is_about_no_case_says_what_it_is_about(
    cluster: Cluster,
    founded: str,
    write: Callable[[Any], object],
    change: ChangeSet,
) -> None:
    name = cluster.database(like=founded)
    with closing(open_team(cluster.address(name))) as office:
        told = heard_by(cluster, name, office)
        with closing(open_team(cluster.address(name))) as shop:
            with shop.write() as tx:
                tx.set_setting("clock_seal", "every minute")
                tx.save_boots(())
            with shop.write() as tx:
                write(tx)
        assert told.next() == change


def test_much_at_once_is_still_told_whole(
    cluster: Cluster, name: str, office: PostgresStore, shop: PostgresStore
) -> None:
    found = samples.cases(office, 2_000)
    samples.append(office, "page_read", found[0])
    told = heard_by(cluster, name, office)
    with shop.write() as tx:
        for case in found[1:]:
            samples.write_line(tx, "page_read", case)
    assert told.until(EVERYTHING).cases == frozenset(found[1:])


def test_whoever_was_away_is_told_what_came_meanwhile(
    cluster: Cluster, name: str, office: PostgresStore, shop: PostgresStore
) -> None:
    one, two, three = samples.cases(office, 3)
    samples.append(shop, "page_read", three)
    told = heard_by(cluster, name, office)
    cluster.stop()
    assert told.away()
    cluster.start()
    samples.append(shop, "page_read", one)
    with shop.write() as tx:
        tx.save_draft(draft(two, "half a sen"))
    assert not told.away()
    found = told.until(ChangeSet(cases=frozenset({one, two})))
    assert three not in found.cases
    samples.append(shop, "page_read", three)
    assert three in told.until(of_case(three)).cases


def test_whoever_was_away_from_the_beginning_is_told_what_came_meanwhile(
    office: PostgresStore, shop: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (case,) = samples.cases(office, 1)
    connect, there = apart.connect, threading.Event()

    def reached(connections: Engine) -> Any:
        if not there.is_set():
            raise team_errors.server_away("the server")
        return connect(connections)

    monkeypatch.setattr(apart, "connect", reached)
    told = Heard(office)
    assert told.away()
    samples.append(shop, "page_read", case)
    there.set()
    assert not told.away()
    assert case in told.until(of_case(case)).cases


def test_nothing_is_told_after_the_end(
    cluster: Cluster, name: str, office: PostgresStore, shop: PostgresStore
) -> None:
    (case,) = samples.cases(office, 1)
    told = heard_by(cluster, name, office)
    told.end()
    told.end()
    samples.append(shop, "page_read", case)
    # The server notices on its own time that somebody left.
    wait_until(lambda: not listening(cluster, name), "it listened on")
    assert told.is_quiet()


@given(
    cases=st.frozensets(st.integers(0, 10**12), max_size=40),
    kinds=st.sets(st.sampled_from(telling.KINDS)),
    head=st.integers(0, 10**9),
)
def test_what_goes_out_comes_in(cases: frozenset[int], kinds: set[str], head: int) -> None:
    named = ChangeSet(cases=frozenset(CaseId(str(one)) for one in cases))
    flags: dict[str, Any] = dict.fromkeys(kinds, True)
    whole = replace(named, **flags)
    said = Said("x", head, whole)
    assert heard(said.words()) == said
    assert len(said.words()) < 8_000


@given(st.text() | st.from_regex(r'\{"by":1,"head":\d,"(cases|kinds)":.{0,20}\}'))
def test_whatever_else_is_said_there_only_means_that_something_changed(words: str) -> None:
    found = heard(words)
    assert found.changes is None or found.changes.cases == frozenset()


def test_one_holds_it_until_it_ends_or_dies(
    cluster: Cluster, name: str, office: PostgresStore, shop: PostgresStore
) -> None:
    assert office.hold("listening")
    assert office.hold("listening")
    assert not shop.hold("listening")
    assert shop.hold("another thing")

    office.let_go("listening")
    assert shop.hold("listening")
    assert not office.hold("listening")

    cluster.run(name, END_ALL)  # what the server does for whoever died
    assert office.hold("listening")
    assert not shop.hold("listening")
    assert shop.hold("another thing")
    office.close()
    # The server notices on its own time that somebody left.
    wait_until(lambda: shop.hold("listening"), "it was not let go")


def test_where_the_server_is_gone_nobody_holds_anything(
    cluster: Cluster, name: str, office: PostgresStore
) -> None:
    assert office.hold("listening")
    cluster.stop()
    try:
        with samples.refused("server_away"):
            office.hold("listening")
        office.let_go("listening")
    finally:
        cluster.start()
    assert name
    assert office.hold("listening")
