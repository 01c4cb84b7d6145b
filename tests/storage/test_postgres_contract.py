"""A team's home on a real PostgreSQL does what every store does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from tests.storage.cluster import Cluster
from tests.storage.test_two_alike import Deed, deed, outcome, told

from calmreply.adapters.storage.postgres import open_team
from calmreply.app.ports.storage import Store
from calmreply.testing.contracts import storage
from calmreply.testing.store import MemoryStore


class TestPostgres(storage.StorageContract):
    @pytest.fixture
    def store(self, cluster: Cluster, founded: str) -> Iterator[Store]:
        store = open_team(cluster.address(cluster.database(like=founded)))
        yield store
        store.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(transactions=st.lists(st.tuples(st.lists(deed, max_size=4), st.booleans()), max_size=10))
def test_a_server_and_memory_are_alike(
    cluster: Cluster, founded: str, transactions: list[tuple[list[Deed], bool]]
) -> None:
    name = cluster.database(like=founded)
    cluster.let_claims_be(name)
    memory, server = MemoryStore(), open_team(cluster.address(name))
    try:
        for done, stop in transactions:
            try:
                found = outcome(server, done, stop=stop)
            except DBAPIError as error:
                if "an entry stays what it is" not in str(error):
                    raise
                # A law that only a server has, about what no use case does.
                reject()
            assert found == outcome(memory, done, stop=stop)
            assert told(server) == told(memory)
        assert ["outbox_claims_law" in one for one in server.check()] == [True]
    finally:
        server.close()
        cluster.drop(name)
