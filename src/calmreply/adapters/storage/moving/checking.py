"""Whether both sides are the same: how many rows, their digests, both journals."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table

from calmreply.adapters.storage.moving import copying
from calmreply.adapters.storage.moving.sides import Side
from calmreply.adapters.storage.reading import Reading
from calmreply.app.teamwork import moving_errors
from calmreply.app.teamwork.moving import Progress, Stage, Tell
from calmreply.domain import journal
from calmreply.domain.journal import Broken, Verify

_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Sum:
    """A table: how many rows, and what they hold."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Held:
    """A home while nobody else writes to it."""

    side: Side
    connection: Connection


def demand_same(old: Held, new: Held, tell: Tell, check: Verify) -> tuple[int, int]:
    """Rows and lines of both. Raises KnownError `not_the_same`, `journal_broken`."""
    whole, done = sum(copying.count(one.connection) for one in (old, new)), 0

    def counted(rows: int) -> None:
        nonlocal done
        done += rows
        tell(Progress(Stage.COMPARING, min(done, whole), whole))

    rows = 0
    for table in copying.TABLES:
        one, other = (summed(home.connection, table, counted) for home in (old, new))
        if one != other:
            raise moving_errors.not_the_same(table.name)
        rows += one.rows
    lines, _same = (_verified(home, check) for home in (old, new))
    return rows, lines


def summed(connection: Connection, table: Table, counted: copying.Counted) -> Sum:
    """Row by row in the order of keys, column by column in the order of their names."""
    digest, rows = hashlib.sha256(), 0
    names = sorted(column.name for column in table.columns)
    for page in copying.pages(connection, table, _PAGE):
        for row in page:
            values = row._asdict()
            digest.update(repr([_plain(values[name]) for name in names]).encode())
        rows += len(page)
        counted(len(page))
    return Sum(rows, digest.hexdigest())


def _plain(value: Any) -> Any:
    """The same from every driver."""
    return bytes(value) if isinstance(value, bytearray | memoryview) else value


def _verified(home: Held, check: Verify) -> int:
    reading = Reading(home.connection, home.side.ways)
    try:
        found = journal.verify(reading.lines(), check, reading.head())
    finally:
        reading.end()
    if isinstance(found, Broken):
        raise moving_errors.journal_broken(found, home.side.place)
    return found.lines
