"""`WriteTransaction` over the tables.

On SQLite `BEGIN IMMEDIATE` keeps every other writer out, on PostgreSQL the home's one advisory
lock, so what a use case reads here is still true when it commits. PostgreSQL locks the case row
besides, by its law: whoever writes to it without our lock waits as well.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import BigInteger, Table, Update, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from calmreply.adapters.storage import tables, values
from calmreply.adapters.storage.hearing import Hearing
from calmreply.adapters.storage.reading import PAGE, Reading
from calmreply.adapters.storage.tables import (
    ACCOUNTS,
    BOOTS,
    CASES,
    DRAFTS,
    JOURNAL,
    MARKS,
    MENTIONS,
    OUTBOX,
    PAYLOADS,
    SEALED_KEYS,
    SETTINGS,
    SOURCES,
)
from calmreply.adapters.storage.ways import Refusal
from calmreply.app.ports import SealedKey, storable, storage_errors
from calmreply.app.ports.storage import (
    MARKS_KEPT,
    Account,
    Arrived,
    OutboxRow,
    PollState,
    Source,
    StoredDraft,
    Takes,
)
from calmreply.domain.journal import Written
from calmreply.domain.mention import CaseId, Heard, MentionId, SourceId
from calmreply.domain.moment import Boot
from calmreply.domain.outbox import EntryId
from calmreply.domain.people import PersonId
from calmreply.errors import KnownError

_KNOWN = bindparam("known", type_=BigInteger)
_CHANGE_SOURCE = update(SOURCES).where(SOURCES.c.id == _KNOWN, tables.LISTENED_TO)
_LISTENED_TO = select(SOURCES.c.id).where(SOURCES.c.id == _KNOWN, tables.LISTENED_TO)


class Writing(Reading):
    """One transaction that nobody else writes beside."""

    forgot = False
    """Whether something was erased that must not linger in the file."""

    # journal

    def append(self, written: Written) -> None:
        line = written.line
        if line.case and values.number(line.case) is None:
            raise storage_errors.no_such_case(line.case)
        try:
            self._run(insert(JOURNAL), values.line_columns(line))
            self._run(insert(PAYLOADS), values.payload_columns(written))
        except IntegrityError as error:
            raise self._refused(error, line.case) from error

    def forget(self, number: int) -> None:
        self._ways.erase(self._connection, number)
        self.forgot = True

    # mentions

    def add_mentions(
        self,
        source: SourceId | None,
        heard: Sequence[Heard],
        at: datetime,
        *,
        older: Sequence[bool],
        rules_line: int,
        joins: Sequence[CaseId | None] = (),
        marks: Sequence[Collection[int]] = (),
    ) -> tuple[Arrived, ...]:
        known = None if source is None else self._known_source(source)
        hearing = Hearing(self._connection, self._ways, known, values.micros(at), rules_line)
        cases = [None if case is None else self._known_case(case) for case in joins]
        kept = [storable.heard(one) for one in heard]
        arrived = hearing.add(kept, older, cases or [None] * len(kept), marks)
        if any(marks):
            self._run(delete(MARKS).where(MARKS.c.at < values.micros(at - MARKS_KEPT)))
        return arrived

    def mark_gone(
        self, source: SourceId, keys: Sequence[str], at: datetime
    ) -> tuple[MentionId, ...]:
        here = (MENTIONS.c.source_id == self._known_source(source), MENTIONS.c.gone.is_(None))
        found: list[int] = []
        kept = list(map(storable.words, keys))
        for start in range(0, len(kept), PAGE):
            of_page = MENTIONS.c.key.in_(kept[start : start + PAGE])
            found += self._run(select(MENTIONS.c.id).where(*here, of_page)).scalars()
        for start in range(0, len(found), PAGE):
            these = MENTIONS.c.id.in_(found[start : start + PAGE])
            self._run(update(MENTIONS).where(these).values(gone=values.micros(at)))
        return tuple(MentionId(str(one)) for one in sorted(found))

    def split(self, mention: MentionId, *, rules_line: int, marks: Collection[int]) -> CaseId:
        known = values.number(mention) or 0
        at: int | None = self._scalar(select(MENTIONS.c.heard).where(MENTIONS.c.id == known))
        if at is None:
            raise storage_errors.no_such_mention(mention)
        newest: int | None = self._scalar(select(func.max(CASES.c.id)))
        case = (newest or 0) + 1
        self._run(insert(CASES), {"id": case, "rules_line": rules_line})
        own = {"case_id": case, "standing": tables.STANDS_UNTOUCHED}
        self._run(update(MENTIONS).where(MENTIONS.c.id == known).values(own))
        kept = [{"mark": mark, "mention_id": known, "at": at} for mark in sorted(set(marks))]
        if kept:
            self._run(insert(MARKS), kept)
        return CaseId(str(case))

    # drafts, boots, settings

    def save_draft(self, draft: StoredDraft) -> None:
        case = self._known_case(draft.case)
        draft = storable.draft(draft)
        self.drop_draft(draft.case, draft.by)
        newest: int | None = self._scalar(select(func.max(DRAFTS.c.number)))
        columns = values.draft_columns(draft, case)
        self._run(insert(DRAFTS), {"number": (newest or 0) + 1, **columns})

    def drop_draft(self, case: CaseId, by: PersonId) -> None:
        theirs = (DRAFTS.c.case_id == (values.number(case) or 0), DRAFTS.c.writer == by)
        self._run(delete(DRAFTS).where(*theirs))

    def save_boots(self, boots: Sequence[Boot]) -> None:
        before = self.boots()
        self._boots = None
        for position, boot in enumerate(boots):
            if position >= len(before) or before[position] != boot:
                self._put(BOOTS, {"position": position}, values.boot_columns(boot))
        if len(before) > len(boots):
            self._run(delete(BOOTS).where(BOOTS.c.position >= len(boots)))

    def set_setting(self, name: str, value: str | None) -> None:
        if value is None:
            self._run(delete(SETTINGS).where(SETTINGS.c.name == name))
        else:
            self._put(SETTINGS, {"name": name}, {"value": storable.words(value)})

    # sources, accounts, keys

    def add_source(self, source: Source) -> SourceId:
        self._free_address(source.address)
        here = SOURCES.c.address == source.address
        before: int | None = self._scalar(select(func.max(SOURCES.c.id)).where(here))
        columns = values.source_columns(source)
        if before is not None:
            # Taken out and added again: its mentions are known already.
            self._run(update(SOURCES).where(SOURCES.c.id == before).values(columns))
            return SourceId(str(before))
        newest: int | None = self._scalar(select(func.max(SOURCES.c.id)))
        new = (newest or 0) + 1
        self._run(insert(SOURCES), {"id": new, "mentions": 0, **columns})
        return SourceId(str(new))

    def save_poll(self, source: SourceId, title: str, state: PollState) -> None:
        kept = values.poll_columns(storable.poll_state(state))
        columns = {"title": storable.words(title), **kept}
        self._change_source(source, columns)

    def move_source(
        self,
        source: SourceId,
        address: str,
        *,
        allow_private: bool | None = None,
        takes: Takes | None = None,
    ) -> None:
        known = self._known_source(source)
        self._free_address(address, but=known)
        also: dict[str, object] = {}
        if allow_private is not None:
            also["allow_private"] = int(allow_private)
        if takes is not None:
            also["takes"] = takes.value
        self._change_source(source, {"address": address, **also})

    def remove_source(self, source: SourceId) -> None:
        self._change_source(source, {"removed": 1})

    def save_account(self, account: Account) -> None:
        settings = json.dumps(dict(storable.account(account).settings))
        self._put(ACCOUNTS, {"id": account.id}, {"kind": account.kind, "settings": settings})

    def remove_account(self, account: str) -> None:
        self._run(delete(ACCOUNTS).where(ACCOUNTS.c.id == account))

    def save_sealed_key(self, key: SealedKey) -> None:
        halves = {"public": key.public, "sealed": key.sealed, "recovery": key.recovery}
        self._put(SEALED_KEYS, {"person": key.person, "version": key.version}, halves)

    # outbox

    def put_outbox_row(self, row: OutboxRow) -> None:
        row = storable.outbox_row(row)
        columns = {
            "case_id": self._known_case(row.case),
            "reply": row.reply,
            "place": row.place,
            "holding": int(row.holding),
            "live": int(row.live),
            "attempts": row.attempts,
            "reference": row.reference,
            "link": row.link,
        }
        newest: int | None = self._scalar(select(func.max(OUTBOX.c.number)))
        new = {"number": (newest or 0) + 1}
        try:
            self._put(OUTBOX, {"entry": row.entry}, columns, new)
        except IntegrityError as error:
            raise storage_errors.already_in_outbox() from error

    def count_attempt(self, entry: EntryId, number: int) -> None:
        due = (OUTBOX.c.entry == entry, tables.LIVE, OUTBOX.c.attempts == number - 1)
        if self._run(update(OUTBOX).where(*due).values(attempts=number)).rowcount != 1:
            raise storage_errors.claimed_elsewhere()

    # helpers

    def _put(
        self,
        table: Table,
        key: Mapping[str, object],
        columns: Mapping[str, object],
        new: Mapping[str, object] | None = None,
    ) -> None:
        """Change the row of that key, or add it with the columns of `new` on top."""
        there = {f"the_{name}": value for name, value in key.items()}
        if not self._run(_change(table, tuple(key)), {**there, **columns}).rowcount:
            self._run(insert(table), {**key, **columns, **(new or {})})

    def _change_source(self, source: SourceId, columns: Mapping[str, object]) -> None:
        known = values.number(source)
        if known is None or not self._run(_CHANGE_SOURCE, {"known": known, **columns}).rowcount:
            raise storage_errors.no_such_source(source)

    def _known_source(self, source: SourceId) -> int:
        known = values.number(source)
        if known is None or self._run(_LISTENED_TO, {"known": known}).scalar() is None:
            raise storage_errors.no_such_source(source)
        return known

    def _known_case(self, case: CaseId) -> int:
        known = values.number(case)
        if known is None or self._scalar(select(CASES.c.id).where(CASES.c.id == known)) is None:
            raise storage_errors.no_such_case(case)
        return known

    def _free_address(self, address: str, but: int = 0) -> None:
        taken = select(SOURCES.c.title).where(SOURCES.c.address == address, SOURCES.c.id != but)
        title: str | None = self._scalar(taken.where(tables.LISTENED_TO))
        if title is not None:
            raise storage_errors.source_exists(address, title)

    def _refused(self, error: IntegrityError, about: str) -> KnownError:
        case = values.number(about) if about else None
        match self._ways.refusal(self._connection, error, case):
            case Refusal.NO_CASE:
                return storage_errors.no_such_case(about)
            case Refusal.SIGNER_WROTE:
                return storage_errors.wrote_it_themselves()
            case Refusal.OUT_OF_ORDER:
                return storage_errors.journal_moved_on()


@lru_cache(maxsize=16)
def _change(table: Table, key: tuple[str, ...]) -> Update:
    """Change the row whose key stands in `the_...`. Kept: to put it together costs half of it."""
    same = (table.c[name] == bindparam(f"the_{name}", type_=table.c[name].type) for name in key)
    return update(table).where(*same)
