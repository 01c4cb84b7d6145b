"""Make one home equal to another: table by table, a page of rows a transaction.

What is equal already is left alone, so that doing it again goes on where it stopped. Facts are
only added; where the other side holds a fact that is not here, it is another home.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    delete,
    func,
    select,
    tuple_,
    update,
)

from calmreply.adapters.storage import moved, tables
from calmreply.adapters.storage.moving.sides import Side
from calmreply.adapters.storage.tables import JOURNAL, MENTIONS, PAYLOADS, SETTINGS
from calmreply.app.teamwork import moving_errors
from calmreply.app.teamwork.moving import Progress, Stage, Tell

PAGE = 500
"""Rows of one transaction."""

Key: TypeAlias = tuple[Any, ...]
RowOf: TypeAlias = Row[Any]
Counted = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a table is brought over.

    `change`: a row may have changed since. `drop`: it may be gone since; then what differs is
    taken out and put in again. `first`: columns that are set so before rows are changed, so that
    two of them never collide on the way.
    """

    table: Table
    change: bool = False
    drop: bool = False
    first: tuple[tuple[str, int], ...] = ()


BEFORE = (
    Rule(tables.SOURCES, change=True, first=(("removed", 1),)),
    Rule(tables.CASES),
    Rule(MENTIONS, change=True),
    Rule(tables.VERSIONS),
    Rule(tables.MARKS, drop=True),
)
"""What the lines of the journal point to."""
AFTER = (
    Rule(tables.OUTBOX, change=True, first=(("live", 0),)),
    Rule(tables.SEALED_KEYS, change=True),
    Rule(tables.DRAFTS, drop=True),
    Rule(tables.BOOTS, drop=True),
    Rule(tables.SETTINGS, drop=True),
    Rule(tables.ACCOUNTS, drop=True),
)
TABLES = (
    *(rule.table for rule in BEFORE),
    JOURNAL,
    PAYLOADS,
    *(rule.table for rule in AFTER),
)
"""All of them but the number of the schema, which each side has of its own."""


def count(connection: Connection) -> int:
    """Rows in all."""
    asked = (_of(table, select(func.count()).select_from(table)) for table in TABLES)
    return sum(connection.execute(one).scalar_one() for one in asked)


def copy(here: Connection, target: Side, tell: Tell) -> None:
    """From `here`, a transaction in which nobody else writes to the old home."""
    whole, done = count(here), 0

    def counted(rows: int) -> None:
        nonlocal done
        done += rows
        tell(Progress(Stage.COPYING, min(done, whole), whole))

    counted(0)
    for rule in BEFORE:
        _Copying(rule, here, target, counted).run()
    _journal(here, target, counted)
    for rule in AFTER:
        _Copying(rule, here, target, counted).run()


def pages(connection: Connection, table: Table, size: int = PAGE) -> Iterator[Sequence[RowOf]]:
    """The rows in the order of their keys."""
    after: Key | None = None
    while True:
        page = connection.execute(_page(table, after, size)).all()
        if page:
            yield page
        if len(page) < size:
            return
        after = key_of(table, page[-1])


def key_of(table: Table, row: RowOf) -> Key:
    return tuple(getattr(row, column.name) for column in table.primary_key)


class _Copying:
    """One table."""

    def __init__(self, rule: Rule, here: Connection, target: Side, counted: Counted) -> None:
        self._rule = rule
        self._table = rule.table
        self._here = here
        self._target = target
        self._counted = counted

    def run(self) -> None:
        after: Key | None = None
        for page in pages(self._here, self._table):
            last = key_of(self._table, page[-1])
            with self._target.turn() as there:
                self._level(there, page, after, last)
            self._counted(len(page))
            after = last
        with self._target.turn() as there:
            self._level(there, (), after, None)

    def _level(
        self, there: Connection, page: Sequence[RowOf], after: Key | None, last: Key | None
    ) -> None:
        """Make the rows behind `after`, up to `last` or the end, those of the page."""
        wanted = {key_of(self._table, row): row for row in page}
        asked = _of(self._table, select(self._table)).where(*_between(self._table, after, last))
        found = {key_of(self._table, row): row for row in there.execute(asked)}
        gone = [key for key in found if key not in wanted]
        changed = [key for key, row in wanted.items() if key in found and row != found[key]]
        new = [row._asdict() for key, row in wanted.items() if key not in found]
        if (gone or changed) and not self._rule.drop and (gone or not self._rule.change):
            raise moving_errors.other_history(self._target.place)
        if self._rule.drop:
            for key in (*gone, *changed):
                there.execute(delete(self._table).where(*_is(self._table, key)))
            new += [wanted[key]._asdict() for key in changed]
        else:
            self._change(there, [(found[key], wanted[key]) for key in changed])
        if new:
            self._target.ways.insert(there, self._table, new)
            if self._table is MENTIONS:
                self._target.ways.index(there, new)

    def _change(self, there: Connection, rows: Sequence[tuple[RowOf, RowOf]]) -> None:
        first = dict(self._rule.first)
        for before, _now in rows if first else ():
            self._update(there, before, first)
        for before, now in rows:
            self._update(there, before, now._asdict())
            if self._table is MENTIONS:
                self._target.ways.reindex(there, before, now._asdict())

    def _update(self, there: Connection, row: RowOf, to: Mapping[Any, Any]) -> None:
        here = update(self._table).where(*_is(self._table, key_of(self._table, row)))
        there.execute(here.values(dict(to)))


def _journal(here: Connection, target: Side, counted: Counted) -> None:
    """The lines behind the last one that is there, each with its payload; what was erased here
    is erased there.
    """
    with target.turn() as there:
        known = _demand_beginning(here, there, target)
        _erase(here, there, target)
    counted(2 * known)
    after = known
    while True:
        page = here.execute(_page(JOURNAL, (after,), PAGE)).all()
        if not page:
            return
        last = page[-1].number
        numbers = (PAYLOADS.c.number > after, PAYLOADS.c.number <= last)
        found = here.execute(select(PAYLOADS).where(*numbers)).all()
        payloads = {row.number: row._asdict() for row in found}
        with target.turn() as there:
            target.append(there, [row._asdict() for row in page], payloads)
        counted(len(page) + len(payloads))
        after = last


def _demand_beginning(here: Connection, there: Connection, target: Side) -> int:
    """How many lines are there already; they are the first ones of ours, by their chain."""
    newest = select(JOURNAL.c.number, JOURNAL.c.hash).order_by(JOURNAL.c.number.desc()).limit(1)
    head = there.execute(newest).first()
    if head is None:
        return 0
    same = select(JOURNAL.c.hash).where(JOURNAL.c.number == head.number)
    if here.execute(same).scalar() != head.hash:
        raise moving_errors.other_history(target.place)
    number: int = head.number
    return number


def _erase(here: Connection, there: Connection, target: Side) -> None:
    erased = select(PAYLOADS.c.number).where(PAYLOADS.c.salt.is_(None))
    already = set(there.execute(erased).scalars())
    newest = there.execute(select(func.max(PAYLOADS.c.number))).scalar() or 0
    for number in here.execute(erased).scalars().all():
        if number not in already and number <= newest:
            target.ways.erase(there, number)


def _page(table: Table, after: Key | None, size: int) -> Select[Any]:
    wanted = _of(table, select(table)).where(*_between(table, after, None))
    return wanted.order_by(*table.primary_key).limit(size)


def _of(table: Table, wanted: Select[Any]) -> Select[Any]:
    """Without the marks of the move itself."""
    return wanted.where(SETTINGS.c.name.not_in(moved.MARKS)) if table is SETTINGS else wanted


def _between(table: Table, after: Key | None, last: Key | None) -> Iterator[ColumnElement[bool]]:
    """Behind the key `after`, up to `last`, in the order of keys."""
    key = tuple_(*table.primary_key)
    if after is not None:
        yield key > after
    if last is not None:
        yield key <= last


def _is(table: Table, key: Key) -> Iterator[ColumnElement[bool]]:
    return (column == value for column, value in zip(table.primary_key, key, strict=True))
