"""PostgreSQL's own ways: see `calmreply.adapters.storage.ways`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, text
from sqlalchemy.exc import IntegrityError

from calmreply.adapters.storage.postgres import law, spelling, words
from calmreply.adapters.storage.ways import Refusal

__all__ = ["PostgresWays", "spelling"]

_ERASE = text("SELECT forget(:number)")
_REFUSALS = {
    law.NO_CASE: Refusal.NO_CASE,
    law.SIGNER_WROTE: Refusal.SIGNER_WROTE,
}


class PostgresWays:
    """`storage.ways.Ways` over a server."""

    def insert(
        self, connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]
    ) -> None:
        connection.execute(insert(table), rows)

    def index(self, connection: Connection, mentions: Sequence[Mapping[str, object]]) -> None:
        words.put(connection, mentions)

    def reindex(self, connection: Connection, before: Row[Any], now: Mapping[str, object]) -> None:
        words.put(connection, [{**now, "id": before.id}])

    def search(self, connection: Connection, typed: str, limit: int | None) -> str:
        return words.search(connection, typed, limit)

    def erase(self, connection: Connection, number: int) -> None:
        connection.execute(_ERASE, {"number": number}).scalar()

    def refusal(self, connection: Connection, error: IntegrityError, case: int | None) -> Refusal:
        """From the error alone: after one, a transaction here answers nothing any more."""
        del connection, case
        diagnosis = getattr(error.orig, "diag", None)
        broken = getattr(diagnosis, "constraint_name", None)
        return _REFUSALS.get(str(broken), Refusal.OUT_OF_ORDER)
