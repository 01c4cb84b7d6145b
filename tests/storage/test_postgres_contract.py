"""A team's home on a real PostgreSQL does what every store does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.storage.cluster import OWNER, WORKER, Cluster, missing, started

from calmreply.adapters.storage.postgres import found_team, open_team
from calmreply.app.storage import Store
from calmreply.testing.contracts import storage


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if lacking := missing():
        pytest.skip(lacking)
    with started() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def founded(cluster: Cluster) -> str:
    """A database with an empty home in it, to be copied."""
    name = cluster.database()
    found_team(cluster.address(name, OWNER), WORKER)
    return name


class TestPostgres(storage.StorageContract):
    @pytest.fixture
    def store(self, cluster: Cluster, founded: str) -> Iterator[Store]:
        store = open_team(cluster.address(cluster.database(like=founded)))
        yield store
        store.close()
