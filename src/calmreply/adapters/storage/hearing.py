"""`add_mentions`: what is new, what has changed, what is known already.

Made for ten thousand entries in one call: one question for the known keys of each page, one
statement for each table, and one place in the index for each text.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    select,
    update,
)

from calmreply.adapters.storage import values
from calmreply.adapters.storage.tables import (
    CASES,
    HAND,
    MARKS,
    MENTIONS,
    SOURCES,
    STANDS_OLDER,
    STANDS_UNTOUCHED,
    VERSIONS,
    source_or_hand,
)
from calmreply.adapters.storage.ways import Ways, among
from calmreply.app.ports.storage import Arrival, Arrived
from calmreply.domain.mention import Heard, MentionId

_PAGE = 500
_STORED = select(
    MENTIONS.c.key, MENTIONS.c.id, MENTIONS.c.case_id, MENTIONS.c.digest, MENTIONS.c.gone
).where(
    source_or_hand == bindparam("here", type_=BigInteger),
    among(MENTIONS.c.key),
)

_NEWEST_MENTION = select(func.max(MENTIONS.c.id))
_NEWEST_CASE = select(func.max(CASES.c.id))
_COUNT = (
    update(SOURCES)
    .where(SOURCES.c.id == bindparam("here", type_=BigInteger))
    .values(mentions=SOURCES.c.mentions + bindparam("more", type_=BigInteger))
)


_KEPT = (
    "title", "url", "site", "contact", "handle", "language", "place", "target", "thread", "answers",
)  # fmt: skip
_CHANGING = select(MENTIONS).where(among(MENTIONS.c.id))
_CHANGES = ("version", "digest", "seen", "visibility", "stars", "scale", "author", "text", *_KEPT)
_CHANGED = (
    update(MENTIONS)
    .where(MENTIONS.c.id == bindparam("mention", type_=BigInteger))
    .values({name: bindparam(name, type_=MENTIONS.c[name].type) for name in _CHANGES})
)
_Change: TypeAlias = tuple[int, Heard, bytes]


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    case: int | None
    digest: bytes
    gone: bool = False


class Hearing:
    """One call of `add_mentions` within a write transaction."""

    def __init__(
        self, connection: Connection, ways: Ways, source: int | None, at: int, rules_line: int
    ) -> None:
        self._connection = connection
        self._ways = ways
        self._source = source
        self._at = at
        self._rules_line = rules_line
        self._next_mention = self._highest(_NEWEST_MENTION) + 1
        self._next_case = self._highest(_NEWEST_CASE) + 1
        self._known: dict[str, _Known] = {}
        self._cases: list[dict[str, object]] = []
        self._mentions: list[dict[str, object]] = []
        self._changes: list[_Change] = []
        self._back: list[int] = []
        self._marks: list[dict[str, object]] = []
        self._standing: dict[int, int] = {}

    def add(
        self,
        heard: Sequence[Heard],
        older: Sequence[bool],
        joins: Sequence[int | None],
        marks: Sequence[Collection[int]],
    ) -> tuple[Arrived, ...]:
        """One `Arrived` for each, in order."""
        self._known = dict(self._stored([one.key for one in heard]))
        self._standing = dict(self._standings({case for case in joins if case is not None}))
        given = zip(heard, older, joins, marks or repeat(()), strict=False)
        arrived = tuple(self._sort(one, case, own, older=old) for one, old, case, own in given)
        connection, ways = self._connection, self._ways
        if self._mentions:
            if self._cases:
                ways.insert(connection, CASES, self._cases)
            ways.insert(connection, MENTIONS, self._mentions)
            ways.index(connection, self._mentions)
            if self._marks:
                ways.insert(connection, MARKS, self._marks)
            if self._source is not None:
                self._count()
        for changes in _waves(self._changes):
            self._change(changes)
        if self._back:
            back = update(MENTIONS).where(MENTIONS.c.id.in_(self._back))
            connection.execute(back.values(gone=None))
        return arrived

    def _sort(
        self, heard: Heard, joins: int | None, marks: Collection[int], *, older: bool
    ) -> Arrived:
        digest = heard.digest
        stored = bytes.fromhex(digest)
        known = self._known.get(heard.key)
        if known is not None and known.gone:
            self._back.append(known.id)
        if known is None:
            arrival = Arrival.NEW
            opens = self._next_case if joins is None else joins
            known = _Known(self._next_mention, None if older else opens, stored)
            self._new(known, heard, marks)
        elif known.digest == stored:
            arrival = Arrival.SAME
        else:
            arrival = Arrival.CHANGED
            known = _Known(known.id, known.case, stored)
            self._changes.append((known.id, heard, stored))
        self._known[heard.key] = known
        return Arrived(arrival, MentionId(str(known.id)), values.case_id(known.case), digest)

    def _new(self, known: _Known, heard: Heard, marks: Collection[int]) -> None:
        self._next_mention += 1
        standing = STANDS_OLDER
        if known.case is not None:
            standing = self._standing.get(known.case, STANDS_UNTOUCHED)
        if known.case == self._next_case:
            self._next_case += 1
            self._cases.append({"id": known.case, "rules_line": self._rules_line})
            for mark in sorted(set(marks)):
                self._marks.append({"mark": mark, "mention_id": known.id, "at": self._at})
        self._mentions.append(
            {
                "id": known.id,
                "case_id": known.case,
                "standing": standing,
                "source_id": self._source,
                "digest": known.digest,
                **values.mention_columns(heard, self._at),
            }
        )

    def _change(self, changes: Sequence[_Change]) -> None:
        """What stands in the rows becomes an earlier version, and the rows what was heard."""
        some = json.dumps([mention for mention, _heard, _digest in changes])
        found = self._connection.execute(_CHANGING, {"some": some}).all()
        rows = {row.id: row for row in found}
        self._ways.insert(self._connection, VERSIONS, [_version_of(row) for row in found])
        now = [self._as_heard(rows[mention], one, digest) for mention, one, digest in changes]
        self._connection.execute(_CHANGED, now)
        for row in now:
            self._ways.reindex(self._connection, rows[row["mention"]], row)

    def _as_heard(self, row: Row[Any], heard: Heard, digest: bytes) -> dict[str, Any]:
        """What has changed; where nothing is said now, what was said before stays."""
        kept = {name: getattr(heard, name) or getattr(row, name) for name in _KEPT}
        told = {**kept, **values.version_columns(heard, self._at)}
        return {"mention": row.id, "version": row.version + 1, "digest": digest, **told}

    def _stored(self, keys: Sequence[str]) -> Iterator[tuple[str, _Known]]:
        here = HAND if self._source is None else self._source
        for start in range(0, len(keys), _PAGE):
            page = {"here": here, "some": json.dumps(keys[start : start + _PAGE])}
            for key, mention, case, digest, gone in self._connection.execute(_STORED, page):
                yield key, _Known(mention, case, digest, gone is not None)

    def _standings(self, cases: Collection[int]) -> Iterator[tuple[int, int]]:
        """Whoever joins a case stands as it does."""
        for case in cases:
            of_case = select(MENTIONS.c.standing).where(MENTIONS.c.case_id == case).limit(1)
            found: int = self._connection.execute(of_case).scalar_one()
            yield case, found

    def _count(self) -> None:
        more = {"here": self._source, "more": len(self._mentions)}
        self._connection.execute(_COUNT, more)

    def _highest(self, statement: Select[Any]) -> int:
        found: int | None = self._connection.execute(statement).scalar()
        return found or 0


def _waves(changes: Sequence[_Change]) -> Iterator[Sequence[_Change]]:
    """Some at a time, in order, and no mention twice among them."""
    wave: list[_Change] = []
    seen: set[int] = set()
    for one in changes:
        if one[0] in seen or len(wave) == _PAGE:
            yield wave
            wave, seen = [], set()
        wave.append(one)
        seen.add(one[0])
    if wave:
        yield wave


def _version_of(row: Row[Any]) -> dict[str, object]:
    wanted = ("version", "seen", "visibility", "stars", "scale", "author", "text")
    return {"mention_id": row.id, **{name: getattr(row, name) for name in wanted}}
