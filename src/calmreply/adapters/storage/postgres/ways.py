"""PostgreSQL's own ways: see `calmreply.adapters.storage.ways`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, text
from sqlalchemy.exc import IntegrityError

from calmreply.adapters.storage.postgres import law, spelling, words
from calmreply.adapters.storage.tables import ENDING, TOUCHED
from calmreply.adapters.storage.ways import Refusal

__all__ = ["PostgresWays", "spelling"]

# In one go over the index of endings: to look them up case by case takes the server four times as
# long as a file. And as one text: thousands of small rows cost more on their way than to be found.
_TOUCHED = text(f"""
SELECT string_agg(concat(case_id, ' ', mentions, ' ', kind), ',') FROM (
    SELECT * FROM (
        SELECT case_id, count(*) AS mentions FROM mentions WHERE {TOUCHED.text} GROUP BY case_id
    ) AS touched LEFT JOIN (
        SELECT DISTINCT ON (case_id) case_id, kind FROM journal WHERE {ENDING.text}
        ORDER BY case_id, number DESC
    ) AS ended USING (case_id) ORDER BY case_id
) AS ordered""")  # noqa: S608 - constants of ours
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

    def touched(self, connection: Connection) -> Iterable[tuple[str, str, int]]:
        for one in (connection.execute(_TOUCHED).scalar() or "").split(","):
            if one:
                case, mentions, ending = one.split(" ")
                yield case, ending, int(mentions)

    def erase(self, connection: Connection, number: int) -> None:
        connection.execute(_ERASE, {"number": number}).scalar()

    def refusal(self, connection: Connection, error: IntegrityError, case: int | None) -> Refusal:
        """From the error alone: after one, a transaction here answers nothing any more."""
        del connection, case
        diagnosis = getattr(error.orig, "diag", None)
        broken = getattr(diagnosis, "constraint_name", None)
        return _REFUSALS.get(str(broken), Refusal.OUT_OF_ORDER)
