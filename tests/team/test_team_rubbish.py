"""Whoever has the program's password puts into the tables what no program of ours would put there:
whoever reads it is not stopped by it, and the check names what was changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from tests.storage.cluster import WORKER, Cluster
from tests.team.two import Seat, two_seats

from calmreply.adapters.storage.postgres import open_team
from calmreply.app.ports.storage import Account
from calmreply.app.proving import beside, trust
from calmreply.app.sending import accounts
from calmreply.domain.journal import Broken, Flaw

FAR = 2**63 - 1


@pytest.fixture(scope="module")
def lived(cluster: Cluster, founded: str) -> Iterator[tuple[Seat, str]]:
    with two_seats(cluster, founded) as (office, _shop):
        accounts.save(office.home, office.ana, Account("shop", "mail", {"name": "Blue Door"}))
        office.letter()
        with office.home.store.read() as tx:
            assert tx.boots()
        assert office.home.team is not None
        yield office, office.home.team.database


def put(cluster: Cluster, name: str, table: str, column: str, value: object) -> Any:
    """In all rows of a table, as the role the program works as; what stood there."""
    with cluster.connection(name, WORKER) as there:
        before = there.execute(f"SELECT {column} FROM {table}").fetchone()[0]  # noqa: S608 - ours
        there.execute(f"UPDATE {table} SET {column} = %s", (value,))  # noqa: S608 - ours
        there.commit()
    return before


@pytest.mark.parametrize("said", ["{", "null", "[]", "7", '{"a": 1}', '{"a":' * 40_000, "\x7f"])
def test_an_account_s_settings_that_are_none(
    cluster: Cluster, lived: tuple[Seat, str], said: str
) -> None:
    office, name = lived
    before = put(cluster, name, "accounts", "settings", said)
    try:
        with office.home.store.read() as tx:
            assert tx.accounts()[0].settings == {}
            assert beside.Thing.ACCOUNT in {one.thing for one in beside.accounts(tx)}
    finally:
        put(cluster, name, "accounts", "settings", before)


@pytest.mark.parametrize("value", [FAR, -FAR, 0])
@pytest.mark.parametrize(
    ("table", "column"),
    [("mentions", "published"), ("mentions", "heard"), ("mentions", "seen"), ("boots", "began")],
)
def test_a_time_that_is_none(
    cluster: Cluster, lived: tuple[Seat, str], table: str, column: str, value: int
) -> None:
    _office, name = lived
    before = put(cluster, name, table, column, value)
    try:
        with closing(open_team(cluster.address(name))) as store, store.read() as tx:
            assert tx.boots()
            (found,) = tx.mentions()
            assert tx.rows([found[0].id])
            assert found[0].heard.astimezone().year >= 1
    finally:
        put(cluster, name, table, column, before)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("column", ["met", "last"])
def test_a_clock_that_stands_nowhere_is_a_changed_one(
    cluster: Cluster, lived: tuple[Seat, str], column: str, value: str
) -> None:
    office, name = lived
    before = put(cluster, name, "boots", column, value)
    try:
        found = trust.verify_journal(office.home)
        assert isinstance(found, Broken)
        assert found.flaw is Flaw.CLOCK_CHANGED
    finally:
        put(cluster, name, "boots", column, before)
