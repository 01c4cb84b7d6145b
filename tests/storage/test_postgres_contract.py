"""A team's home on a real PostgreSQL does what every store does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.storage.cluster import Cluster

from calmreply.adapters.storage.postgres import open_team
from calmreply.app.storage import Store
from calmreply.testing.contracts import storage


class TestPostgres(storage.StorageContract):
    @pytest.fixture
    def store(self, cluster: Cluster, founded: str) -> Iterator[Store]:
        store = open_team(cluster.address(cluster.database(like=founded)))
        yield store
        store.close()
