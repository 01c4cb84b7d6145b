"""Stores that are closed at the end, and a way past them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.storage.cluster import OWNER, WORKER, Cluster, missing, started

from calmreply.adapters.storage import open_store as open_real
from calmreply.adapters.storage.postgres import found_team
from calmreply.adapters.storage.sqlite import driver, opening
from calmreply.adapters.storage.sqlite.store import SqliteStore

Open = Callable[..., SqliteStore]
Raw = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def open_store() -> Iterator[Open]:
    """As the real one, but patient for a moment only, and closed at the end."""
    opened: list[SqliteStore] = []

    def open_it(folder: Path, busy_seconds: float = 0.05) -> SqliteStore:
        opened.append(open_real(folder, busy_seconds=busy_seconds))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def raw() -> Raw:
    """What a statement past our own code brings: `raw(folder, sql, *values)`."""

    def run(folder: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
        path = str(folder / opening.FILE)
        connection = driver.SQLITE.connect(path, isolation_level=None, timeout=0.05)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            found: list[tuple[object, ...]] = connection.execute(sql, values).fetchall()
        finally:
            connection.close()
        return found

    return run


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of our own; where there is none, the test says what is missing."""
    if lacking := missing():
        pytest.skip(lacking)
    with started() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def founded(cluster: Cluster) -> str:
    """A database with an empty home in it, to be copied."""
    name = cluster.database()
    found_team(cluster.address(name, OWNER), WORKER)
    return name
