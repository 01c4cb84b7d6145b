"""Every store does the same: in memory and in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calmreply.adapters.storage import open_store
from calmreply.app.ports.storage import Store
from calmreply.testing.contracts import storage
from calmreply.testing.store import MemoryStore


class TestMemory(storage.StorageContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()


class TestSqlite(storage.StorageContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = open_store(tmp_path)
        yield store
        store.close()
