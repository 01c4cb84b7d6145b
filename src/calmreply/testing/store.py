"""A store in memory: the storage port without a file, for tests and rehearsals.

A write transaction works on a copy and puts it in place at its end, so that a raised exception
leaves everything as it was. One writes at a time; whoever reads keeps the view they began with.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from calmreply.app.ports import SealedKey, storable, storage_errors
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import (
    ENDING_KINDS,
    MARKS_KEPT,
    Account,
    Arrival,
    Arrived,
    CaseRow,
    OutboxRow,
    PollState,
    ReadTransaction,
    Source,
    StoredDraft,
    Takes,
    WriteTransaction,
)
from calmreply.domain.journal import Line, Written
from calmreply.domain.mention import (
    CaseId,
    Heard,
    Mention,
    MentionId,
    MentionVersion,
    SourceId,
)
from calmreply.domain.moment import Boot
from calmreply.domain.outbox import EntryId
from calmreply.domain.people import PersonId
from calmreply.testing.memory import Data, Reading

PATIENCE = 5.0
"""Seconds somebody who writes waits for another who does."""


class _Writing(Reading):
    def append(self, written: Written) -> None:
        line = written.line
        if line.case:
            self.case(CaseId(line.case))
        number, before = self.head()
        if line.number != number + 1 or line.before != before:
            raise storage_errors.journal_moved_on()
        if self._wrote_it(line):
            raise storage_errors.wrote_it_themselves()
        whole = written.payload is not None and written.salt is not None
        self._data.lines.append(written if whole else Written(line, None, None))
        if line.case:
            case = CaseId(line.case)
            ending = line.kind if line.kind in ENDING_KINDS else self._data.touched.get(case, "")
            self._data.touched[case] = ending

    def _wrote_it(self, signing: Line) -> bool:
        """Whether its signer wrote what it names: words of a reply, or a wording of the plan."""
        kind = {"signed_off": "revised", "wording_signed": "wording_revised"}.get(signing.kind)
        named = signing.subject or kind == "revised"
        who, what = signing.actor, signing.subject
        lines = (one.line for one in self._data.lines if named)
        return any((one.kind, one.subject, one.actor) == (kind, what, who) for one in lines)

    def forget(self, number: int) -> None:
        if 0 < number <= len(self._data.lines):
            line = self._data.lines[number - 1].line
            self._data.lines[number - 1] = Written(line, None, None)

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
        if source is not None:
            self._listened_to(source)
        for wanted in filter(None, joins):
            self.case(wanted)
        found = []
        for number, (one, old) in enumerate(zip(heard, older, strict=True)):
            case = None if old else (joins and joins[number]) or self._next_case()
            arrived = self._add(source, storable.heard(one), at, case)
            found.append(arrived)
            if arrived.case is not None and arrived.case not in self._data.cases:
                self._data.cases[arrived.case] = CaseRow(arrived.case, arrived.mention, rules_line)
                self._data.marks[arrived.mention] = frozenset(marks[number] if marks else ())
        if any(marks):
            self._drop_marks(at - MARKS_KEPT)
        return tuple(found)

    def _next_case(self) -> CaseId:
        return CaseId(str(len(self._data.cases) + 1))

    def _drop_marks(self, before: datetime) -> None:
        for mention in list(self._data.marks):
            if self._data.mentions[mention].heard < before:
                del self._data.marks[mention]

    def split(self, mention: MentionId, *, rules_line: int, marks: Collection[int]) -> CaseId:
        found = self.mention(mention)
        case = self._next_case()
        self._data.mentions[mention] = replace(found, case=case)
        self._data.cases[case] = CaseRow(case, mention, rules_line)
        self._data.marks[mention] = frozenset(marks)
        return case

    def _add(
        self, source: SourceId | None, heard: Heard, at: datetime, case: CaseId | None
    ) -> Arrived:
        key = (str(source or ""), heard.key)
        known = self._data.keys.get(key)
        if known is not None:
            return self._again(self._data.mentions[known], heard, at)
        mention = MentionId(str(len(self._data.mentions) + 1))
        self._data.keys[key] = mention
        self._data.mentions[mention] = Mention(
            id=mention,
            case=case,
            source=source,
            origin=heard.origin,
            title=heard.title,
            url=heard.url,
            site=heard.site,
            published=heard.published,
            heard=at,
            contact=heard.contact,
            promise=heard.promise,
            versions=(_version(1, heard, at),),
            handle=heard.handle,
            language=heard.language,
            place=heard.place,
            key=heard.key,
            target=heard.target,
            thread=heard.thread,
            answers=heard.answers,
        )
        return Arrived(Arrival.NEW, mention, case, heard.digest)

    def _again(self, known: Mention, heard: Heard, at: datetime) -> Arrived:
        known = self._data.mentions[known.id] = replace(known, gone=None)
        if known.now.digest == heard.digest:
            return Arrived(Arrival.SAME, known.id, known.case, heard.digest)
        self._data.mentions[known.id] = replace(
            known,
            title=heard.title or known.title,
            url=heard.url or known.url,
            site=heard.site or known.site,
            contact=heard.contact or known.contact,
            handle=heard.handle or known.handle,
            language=heard.language or known.language,
            place=heard.place or known.place,
            target=heard.target or known.target,
            thread=heard.thread or known.thread,
            answers=heard.answers or known.answers,
            versions=(*known.versions, _version(known.now.number + 1, heard, at)),
        )
        return Arrived(Arrival.CHANGED, known.id, known.case, heard.digest)

    def mark_gone(
        self, source: SourceId, keys: Sequence[str], at: datetime
    ) -> tuple[MentionId, ...]:
        self._listened_to(source)
        found = {self._data.keys.get((str(source), key)) for key in keys}
        there = [one for one in found if one and self._data.mentions[one].gone is None]
        for one in there:
            self._data.mentions[one] = replace(self._data.mentions[one], gone=at)
        return tuple(sorted(there, key=int))

    def save_draft(self, draft: StoredDraft) -> None:
        self.case(draft.case)
        self._data.drafts.pop((draft.case, draft.by), None)
        self._data.drafts[draft.case, draft.by] = storable.draft(draft)

    def drop_draft(self, case: CaseId, by: PersonId) -> None:
        self._data.drafts.pop((case, by), None)

    def save_boots(self, boots: Sequence[Boot]) -> None:
        self._data.boots = tuple(boots)

    def set_setting(self, name: str, value: str | None) -> None:
        if value is None:
            self._data.settings.pop(name, None)
        else:
            self._data.settings[name] = storable.words(value)

    def add_source(self, source: Source) -> SourceId:
        self._free_address(source.address)
        gone = [one for one in self._data.removed if self._address(one) == source.address]
        new = max(gone, key=int, default=SourceId(str(len(self._data.sources) + 1)))
        self._data.removed -= {new}
        self._data.sources[new] = replace(source, id=new)
        return new

    def save_poll(self, source: SourceId, title: str, state: PollState) -> None:
        known = self._listened_to(source)
        self._data.sources[source] = replace(
            known, title=storable.words(title), state=storable.poll_state(state)
        )

    def move_source(
        self,
        source: SourceId,
        address: str,
        *,
        allow_private: bool | None = None,
        takes: Takes | None = None,
    ) -> None:
        known = self._listened_to(source)
        self._free_address(address, but=source)
        private = known.allow_private if allow_private is None else allow_private
        self._data.sources[source] = replace(
            known, address=address, allow_private=private, takes=takes or known.takes
        )

    def remove_source(self, source: SourceId) -> None:
        self._listened_to(source)
        self._data.removed |= {source}

    def save_account(self, account: Account) -> None:
        self._data.accounts[account.id] = storable.account(account)

    def remove_account(self, account: str) -> None:
        self._data.accounts.pop(account, None)

    def save_sealed_key(self, key: SealedKey) -> None:
        self._data.sealed[key.person, key.version] = key

    def put_outbox_row(self, row: OutboxRow) -> None:
        row = storable.outbox_row(row)
        self.case(row.case)
        others = [one for one in self._data.outbox.values() if one.entry != row.entry and one.live]
        same = any(
            one.reply == row.reply or (one.holding and row.holding and one.place == row.place)
            for one in others
        )
        if row.live and same:
            raise storage_errors.already_in_outbox()
        self._data.outbox[row.entry] = row

    def count_attempt(self, entry: EntryId, number: int) -> None:
        row = self._data.outbox.get(entry)
        if row is None or not row.live or row.attempts + 1 != number:
            raise storage_errors.claimed_elsewhere()
        self._data.outbox[entry] = replace(row, attempts=number)

    def _listened_to(self, source: SourceId) -> Source:
        if source not in self._data.sources or source in self._data.removed:
            raise storage_errors.no_such_source(source)
        return self._data.sources[source]

    def _address(self, source: SourceId) -> str:
        return self._data.sources[source].address

    def _free_address(self, address: str, but: SourceId | None = None) -> None:
        living = set(self._data.sources) - self._data.removed - {but}
        there = next((one for one in living if self._address(one) == address), None)
        if there is not None:
            raise storage_errors.source_exists(address, self._data.sources[there].title)


class MemoryStore:
    """The storage port, kept in this process alone."""

    def __init__(self) -> None:
        self._data = Data()
        self._turn = threading.Lock()
        self._writer: int | None = None
        self.old = ""

    @property
    def warning(self) -> str:
        """Empty, unless a test says in `old` what there is to warn of."""
        return self.old

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        transaction = Reading(self._data)
        try:
            yield transaction
        finally:
            transaction.end()

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        with self._my_turn():
            data = self._data.copied()
            transaction = _Writing(data)
            try:
                yield transaction
            finally:
                transaction.end()
            self._data = data

    def watch(self, changed: Callable[[ChangeSet], object], away: Callable[[bool], object]) -> None:
        """Nobody else writes: it is the memory of one program."""
        del changed, away

    def hold(self, name: str) -> bool:
        """Always: there is nobody else."""
        del name
        return True

    def let_go(self, name: str) -> None:
        """Nobody else could have it."""
        del name

    def backup(self, target: str, *, with_keys: bool = False) -> None:
        """Raises KnownError `nothing_to_back_up`, whatever the target."""
        del target, with_keys
        raise storage_errors.nothing_to_back_up()

    def check(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        """Nothing to close."""

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._writer == me:
            raise RuntimeError("a write transaction inside another one")
        if not self._turn.acquire(timeout=PATIENCE):
            raise storage_errors.database_busy()
        self._writer = me
        try:
            yield
        finally:
            self._writer = None
            self._turn.release()


def _version(number: int, heard: Heard, at: datetime) -> MentionVersion:
    return MentionVersion(number, heard.text, heard.author, heard.stars, heard.visibility, at)
