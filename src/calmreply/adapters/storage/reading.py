"""`ReadTransaction` over the tables. What one database does in its own way is in its `Ways`."""

from __future__ import annotations

import json
import threading
import typing
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Row,
    Select,
    bindparam,
    func,
    select,
)

from calmreply.adapters.storage import answering, lately, marked, stories, tables, values
from calmreply.adapters.storage.tables import (
    ACCOUNTS,
    BOOTS,
    CASES,
    DRAFTS,
    JOURNAL,
    MENTIONS,
    OUTBOX,
    PAYLOADS,
    SEALED_KEYS,
    SETTINGS,
    SOURCES,
    VERSIONS,
)
from calmreply.adapters.storage.ways import Ways, among, together
from calmreply.app.ports import SealedKey, storable, storage_errors
from calmreply.app.ports.storage import (
    TEXT_CUT,
    Account,
    CaseRow,
    InboxRow,
    OutboxRow,
    Scope,
    Source,
    StoredDraft,
    Story,
)
from calmreply.domain.flood import Brought, Known
from calmreply.domain.journal import START, Written
from calmreply.domain.mention import CaseId, Mention, MentionId, MentionVersion, SourceId
from calmreply.domain.moment import Boot
from calmreply.domain.outbox import EntryId
from calmreply.domain.people import PersonId
from calmreply.domain.reply import ReplyId

PAGE = 500
"""Rows, or ids, that one statement fetches or asks for."""

_LINE = select(JOURNAL, PAYLOADS.c.salt, PAYLOADS.c.body).join_from(
    JOURNAL, PAYLOADS, PAYLOADS.c.number == JOURNAL.c.number, isouter=True
)
_CELLS = (
    MENTIONS.c.id,
    MENTIONS.c.case_id,
    MENTIONS.c.source_id,
    MENTIONS.c.origin,
    MENTIONS.c.author,
    MENTIONS.c.title,
    func.substr(MENTIONS.c.text, 1, TEXT_CUT).label("text"),
    MENTIONS.c.stars,
    MENTIONS.c.scale,
    MENTIONS.c.url,
    MENTIONS.c.site,
    MENTIONS.c.published,
    MENTIONS.c.heard,
    MENTIONS.c.standing,
    MENTIONS.c.gone,
    MENTIONS.c.visibility,
    SOURCES.c.title.label("source_title"),
    SOURCES.c.kind,
)
_INBOX = select(*_CELLS).join_from(
    MENTIONS, SOURCES, SOURCES.c.id == MENTIONS.c.source_id, isouter=True
)
# What is asked again and again is put together once; building a statement costs more than SQLite.
_ONE = bindparam("one", type_=BigInteger)
_MENTION = select(MENTIONS).where(MENTIONS.c.id == _ONE)
_EARLIER = select(VERSIONS).where(VERSIONS.c.mention_id == _ONE).order_by(VERSIONS.c.version)
_FIRST = select(func.min(MENTIONS.c.id)).where(MENTIONS.c.case_id == _ONE).scalar_subquery()
_OF_CASE = MENTIONS.alias("of_case")
_MENTIONS = (
    select(
        MENTIONS,
        CASES.c.rules_line,
        select(func.min(_OF_CASE.c.id))
        .where(_OF_CASE.c.case_id == MENTIONS.c.case_id)
        .scalar_subquery()
        .label("first"),
    )
    .join_from(MENTIONS, CASES, CASES.c.id == MENTIONS.c.case_id, isouter=True)
    .where(MENTIONS.c.id > bindparam("after", type_=BigInteger))
    .order_by(MENTIONS.c.id)
    .limit(PAGE)
)
_CASE = select(CASES.c.rules_line, _FIRST.label("mention")).where(CASES.c.id == _ONE)
_LINES_OF = (
    _LINE.where(JOURNAL.c.case_id == _ONE, JOURNAL.c.number > bindparam("after", type_=BigInteger))
    .order_by(JOURNAL.c.number)
    .limit(PAGE)
)
_DRAFTS_OF = select(DRAFTS).where(DRAFTS.c.case_id == _ONE).order_by(DRAFTS.c.number)
_ROW = _INBOX.where(MENTIONS.c.id == _ONE)
_ROWS = _INBOX.where(among(MENTIONS.c.id))
_KNOWN_KEYS = select(MENTIONS.c.key).where(
    tables.source_or_hand == bindparam("here", type_=BigInteger), among(MENTIONS.c.key)
)
_HEAD = select(JOURNAL.c.number, JOURNAL.c.hash).order_by(JOURNAL.c.number.desc()).limit(1)
_BOOTS = select(BOOTS).order_by(BOOTS.c.position)
_SETTING = select(SETTINGS.c.value).where(SETTINGS.c.name == bindparam("name"))
_NEWEST_FIRST = (MENTIONS.c.sort_at.desc(), MENTIONS.c.id.desc())
_SCOPES: Mapping[Scope, ColumnElement[bool] | Any] = {
    Scope.UNTOUCHED: tables.UNTOUCHED,
    Scope.OLDER: tables.OLDER,
}


class Reading:
    """One transaction; of one thread, until its end."""

    def __init__(self, connection: Connection, own: Ways) -> None:
        self._open: Connection | None = connection
        self._ways = own
        self._boots: tuple[Boot, ...] | None = None
        self._thread = threading.get_ident()

    def end(self) -> None:
        self._open = None

    @property
    def _connection(self) -> Connection:
        if self._open is None:
            raise RuntimeError("used after its transaction ended")
        if self._thread != threading.get_ident():
            raise RuntimeError("used on another thread than its transaction's")
        return self._open

    def _run(self, statement: Executable, params: Any = None) -> CursorResult[Any]:
        return self._connection.execute(statement, params)

    def _scalar(self, statement: Executable) -> Any:
        return self._connection.execute(statement).scalar()

    # journal

    def head(self) -> tuple[int, str]:
        row = self._run(_HEAD).first()
        return (0, START) if row is None else (row.number, row.hash)

    def lines(
        self,
        *,
        case: CaseId | None = None,
        kinds: Sequence[str] | None = None,
        after: int = 0,
    ) -> Iterator[Written]:
        wanted = _LINES_OF
        if not case:
            wanted = _other_lines(None if kinds is None else tuple(kinds), none=case is not None)
        if case and kinds is not None:
            wanted = wanted.where(JOURNAL.c.kind.in_(kinds))
        one = values.number(case) or 0 if case else 0
        # Page by page, so that no cursor outlives the transaction with a forgotten iterator.
        while True:
            page = self._run(wanted, {"one": one, "after": after}).all()
            yield from map(values.written, page)
            if len(page) < PAGE:
                return
            after = page[-1].number

    # mentions and cases

    def mention(self, mention: MentionId) -> Mention:
        known = values.number(mention) or 0
        row = self._run(_MENTION, {"one": known}).first()
        if row is None:
            raise storage_errors.no_such_mention(mention)
        return values.mention(row, self._earlier(row))

    def _earlier(self, row: Row[Any]) -> tuple[MentionVersion, ...]:
        if row.version <= 1:
            return ()
        return tuple(map(values.version, self._run(_EARLIER, {"one": row.id}).all()))

    def mentions(self) -> Iterator[tuple[Mention, CaseRow | None]]:
        after = 0
        while True:
            page = self._run(_MENTIONS, {"after": after}).all()
            for row in page:
                found = values.mention(row, self._earlier(row))
                case = None
                if found.case is not None and row.rules_line is not None:
                    case = CaseRow(found.case, MentionId(str(row.first)), row.rules_line)
                yield found, case
            if len(page) < PAGE:
                return
            after = page[-1].id

    def case(self, case: CaseId) -> CaseRow:
        row = self._run(_CASE, {"one": values.number(case) or 0}).first()
        if row is None:
            raise storage_errors.no_such_case(case)
        return CaseRow(case, MentionId(str(row.mention)), row.rules_line)

    def stories(self, cases: Sequence[CaseId]) -> Iterator[Story]:
        return stories.told(self._run, cases)

    def touched_cases(self) -> tuple[tuple[CaseId, str, int], ...]:
        found = self._ways.touched(self._connection)
        return tuple((CaseId(case), ending, mentions) for case, ending, mentions in found)

    def row(self, mention: MentionId) -> InboxRow:
        known = values.number(mention) or 0
        row = self._run(_ROW, {"one": known}).first()
        if row is None:
            raise storage_errors.no_such_mention(mention)
        return values.inbox_row(row)

    def rows(self, mentions: Sequence[MentionId]) -> tuple[InboxRow, ...]:
        ones = map(values.inbox_row, self._some(_ROWS, mentions))
        found = {one.mention: one for one in ones}
        return tuple(found[mention] for mention in mentions if mention in found)

    def texts(self, mentions: Sequence[MentionId]) -> Mapping[MentionId, str]:
        return {MentionId(str(row.id)): row.text for row in self._some(marked.TEXTS, mentions)}

    def places(self, cases: Sequence[CaseId]) -> Mapping[CaseId, int]:
        found = self._some(marked.PLACES, cases)
        return {CaseId(str(row.case_id)): row.places for row in found}

    def _some(self, wanted: Executable, identities: Sequence[str]) -> Iterator[Row[Any]]:
        for page in _pages(identities):
            yield from self._run(wanted, {"some": json.dumps(page)}).all()

    def mention_ids(
        self, scope: Scope, *, limit: int | None = None, offset: int = 0
    ) -> tuple[MentionId, ...]:
        wanted = _in(select(MENTIONS.c.id), scope).order_by(*_NEWEST_FIRST)
        if limit is not None or offset:
            wanted = wanted.limit(limit).offset(offset)
        return _split(self._scalar(select(together(wanted.subquery().c.id))))

    def mentions_of_cases(self, cases: Sequence[CaseId]) -> tuple[MentionId, ...]:
        found: set[tuple[int, int]] = set()
        for page in _pages(cases):
            wanted = select(MENTIONS.c.sort_at, MENTIONS.c.id).where(MENTIONS.c.case_id.in_(page))
            found.update((row.sort_at, row.id) for row in self._run(wanted).all())
        return tuple(MentionId(str(known)) for _at, known in sorted(found, reverse=True))

    def new_keys(self, source: SourceId | None, keys: Sequence[str]) -> frozenset[str]:
        here = tables.HAND if source is None else values.number(source) or 0
        kept = {key: storable.words(key) for key in keys}
        asked = list(kept.values())
        known: set[str] = set()
        for start in range(0, len(asked), PAGE):
            some = {"some": json.dumps(asked[start : start + PAGE]), "here": here}
            known.update(self._run(_KNOWN_KEYS, some).scalars())
        return frozenset(key for key, as_kept in kept.items() if as_kept not in known)

    def kept(self, source: SourceId, keys: Sequence[str]) -> Mapping[str, Known]:
        return lately.kept(self._run, source, keys)

    def brought(self, source: SourceId, since: datetime, until: datetime) -> Brought:
        return lately.brought(self._run, source, since, until)

    def keyed(self, keys: Sequence[str]) -> Mapping[str, tuple[MentionId, ...]]:
        return answering.keyed(self._run, keys)

    def in_threads(self, threads: Sequence[str]) -> Mapping[str, tuple[MentionId, ...]]:
        return answering.in_threads(self._run, threads)

    def answered_by(self, references: Sequence[str]) -> Mapping[str, tuple[CaseId, EntryId]]:
        return answering.answered_by(self._run, references)

    def alike(
        self, marks: Collection[int], *, but: SourceId | None, since: datetime
    ) -> Mapping[int, tuple[MentionId, ...]]:
        return answering.alike(self._run, marks, but, since)

    def search(self, words_typed: str, *, limit: int | None = None) -> tuple[MentionId, ...]:
        return _split(self._ways.search(self._connection, words_typed, limit))

    def count(self, scope: Scope) -> int:
        # Numbers are given in order, and no mention ever goes.
        every = select(func.coalesce(func.max(MENTIONS.c.id), 0))
        some = select(func.count()).select_from(MENTIONS)
        found: int = self._scalar(_in(some, scope) if scope in _SCOPES else every)
        return found

    # the rest

    def drafts(self, case: CaseId) -> tuple[StoredDraft, ...]:
        return tuple(map(values.draft, self._run(_DRAFTS_OF, {"one": values.number(case) or 0})))

    def boots(self) -> tuple[Boot, ...]:
        """Read once, since each write asks for them again and again: see `save_boots`."""
        if self._boots is None:
            self._boots = tuple(map(values.boot, self._run(_BOOTS)))
        return self._boots

    def setting(self, name: str) -> str | None:
        found: str | None = self._run(_SETTING, {"name": name}).scalar()
        return found

    def contacts(self) -> tuple[str, ...]:
        known = select(MENTIONS.c.contact).where(MENTIONS.c.contact != "").distinct()
        return tuple(self._run(known.order_by(MENTIONS.c.contact)).scalars())

    def sources(self, only: SourceId | None = None) -> tuple[Source, ...]:
        return lately.sources(self._run, only)

    def accounts(self) -> tuple[Account, ...]:
        rows = self._run(select(ACCOUNTS).order_by(ACCOUNTS.c.id))
        return tuple(Account(row.id, row.kind, values.settings(row.settings)) for row in rows)

    def sealed_key(self, person: PersonId) -> SealedKey | None:
        newest = select(SEALED_KEYS).where(SEALED_KEYS.c.person == person)
        row = self._run(newest.order_by(SEALED_KEYS.c.version.desc()).limit(1)).first()
        if row is None:
            return None
        return SealedKey(row.person, row.version, row.public, row.sealed, row.recovery)

    def outbox_rows(self, *, live_only: bool = True) -> tuple[OutboxRow, ...]:
        wanted = select(OUTBOX).order_by(OUTBOX.c.number)
        if live_only:
            wanted = wanted.where(tables.LIVE)
        return tuple(map(_outbox_row, self._run(wanted)))


@lru_cache(maxsize=64)
def _other_lines(kinds: tuple[str, ...] | None, *, none: bool) -> Select[Any]:
    """Lines of all cases, or of `none`."""
    after = bindparam("after", type_=BigInteger)
    wanted = _LINE.where(JOURNAL.c.number > after).order_by(JOURNAL.c.number).limit(PAGE)
    if kinds is not None:
        one = len(kinds) == 1
        wanted = wanted.where(JOURNAL.c.kind == kinds[0] if one else JOURNAL.c.kind.in_(kinds))
    return wanted.where(JOURNAL.c.case_id.is_(None)) if none else wanted


def _outbox_row(row: Row[Any]) -> OutboxRow:
    return OutboxRow(
        entry=EntryId(row.entry),
        case=CaseId(str(row.case_id)),
        reply=ReplyId(row.reply),
        place=row.place,
        holding=bool(row.holding),
        live=bool(row.live),
        attempts=row.attempts,
        reference=row.reference,
        link=row.link,
    )


def _split(ids: str | None) -> tuple[MentionId, ...]:
    return typing.cast("tuple[MentionId, ...]", tuple((ids or "").split()))


def _in(wanted: Select[Any], scope: Scope) -> Select[Any]:
    return wanted.where(_SCOPES[scope]) if scope in _SCOPES else wanted


def _pages(identities: Sequence[str]) -> Iterator[list[int]]:
    known = [one for one in map(values.number, identities) if one is not None]
    for start in range(0, len(known), PAGE):
        yield known[start : start + PAGE]
