"""The server of the storage tests, for a team's homes."""

from __future__ import annotations

from tests.storage.conftest import cluster, founded

__all__ = ["cluster", "founded"]
