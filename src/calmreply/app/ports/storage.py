"""The storage port: one transaction at a time, read or write, over plain frozen values.

A write transaction holds the home's write lock from its first statement (`BEGIN IMMEDIATE`), so
that what is read in it is still true when it commits. Nothing of a transaction may be used after
it ended, or on another thread. Raises `KnownError` with code `disk_full`, `read_only`,
`database_busy`, `database_damaged`, `newer_data`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from calmreply.app.ports import SealedKey
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.stored import (
    TEXT_CUT,
    Account,
    Arrival,
    Arrived,
    CaseRow,
    InboxRow,
    OutboxRow,
    PollState,
    Scope,
    Source,
    StoredDraft,
    Story,
    Takes,
)
from calmreply.domain.flood import Brought, Known
from calmreply.domain.journal import Written
from calmreply.domain.mention import CaseId, Heard, Mention, MentionId, SourceId
from calmreply.domain.moment import Boot
from calmreply.domain.outbox import EntryId
from calmreply.domain.people import PersonId

__all__ = [
    "ENDING_KINDS",
    "GOES_ON",
    "MARKS_KEPT",
    "MOST_ALIKE",
    "MOST_IN_THREAD",
    "MOST_OF_TEXT",
    "TEXT_CUT",
    "TURN",
    "Account",
    "Arrival",
    "Arrived",
    "CaseRow",
    "InboxRow",
    "OutboxRow",
    "PollState",
    "ReadTransaction",
    "Scope",
    "Source",
    "Store",
    "StoredDraft",
    "Story",
    "Takes",
    "WriteTransaction",
]


class ReadTransaction(Protocol):
    """A consistent view of everything."""

    # journal
    def head(self) -> tuple[int, str]:
        """Number and hash of the last line; (0, `journal.START`) for an empty journal."""
        ...

    def lines(
        self,
        *,
        case: CaseId | None = None,
        kinds: Sequence[str] | None = None,
        after: int = 0,
    ) -> Iterator[Written]:
        """Lines with their payloads, in order; `case=CaseId("")` gives those of no case."""
        ...

    # mentions and cases
    def mention(self, mention: MentionId) -> Mention:
        """Raises KnownError `no_such_mention`."""
        ...

    def mentions(self) -> Iterator[tuple[Mention, CaseRow | None]]:
        """All of them with the case each belongs to, in the order of hearing, page by page."""
        ...

    def case(self, case: CaseId) -> CaseRow:
        """Raises KnownError `no_such_case`."""
        ...

    def stories(self, cases: Sequence[CaseId]) -> Iterator[Story]:
        """Each of these cases whole, in their order; many cost little more than one.

        Raises KnownError `no_such_case`.
        """
        ...

    def touched_cases(self) -> tuple[tuple[CaseId, str, int], ...]:
        """Cases that have facts, with the kind of their last line among `ENDING_KINDS` or "", and
        how many mentions they hold. One statement, index only; oldest case first.
        """
        ...

    def row(self, mention: MentionId) -> InboxRow:
        """Raises KnownError `no_such_mention`."""
        ...

    def rows(self, mentions: Sequence[MentionId]) -> tuple[InboxRow, ...]:
        """In the order asked for; unknown ids are left out."""
        ...

    def texts(self, mentions: Sequence[MentionId]) -> Mapping[MentionId, str]:
        """What they say now, of each the first `MOST_OF_TEXT` letters; unknown ids are left out."""
        ...

    def places(self, cases: Sequence[CaseId]) -> Mapping[CaseId, int]:
        """In how many sources the mentions of each were heard (by hand: one more); unknown ids are
        left out.
        """
        ...

    def mention_ids(
        self, scope: Scope, *, limit: int | None = None, offset: int = 0
    ) -> tuple[MentionId, ...]:
        """Newest first (published, or heard where unknown)."""
        ...

    def mentions_of_cases(self, cases: Sequence[CaseId]) -> tuple[MentionId, ...]:
        """Newest first."""
        ...

    def new_keys(self, source: SourceId | None, keys: Sequence[str]) -> frozenset[str]:
        """Those of these keys that were never heard from this source (None: by hand)."""
        ...

    def kept(self, source: SourceId, keys: Sequence[str]) -> Mapping[str, Known]:
        """How those of these keys stand that were heard from this source."""
        ...

    def brought(self, source: SourceId, since: datetime, until: datetime) -> Brought:
        """What a source has brought in that time that asked for an answer, its first round left
        out, and of how many mentions that nobody has touched it brought another version.
        """
        ...

    def keyed(self, keys: Sequence[str]) -> Mapping[str, tuple[MentionId, ...]]:
        """The mentions that any source calls by one of these keys, the oldest first."""
        ...

    def in_threads(self, threads: Sequence[str]) -> Mapping[str, tuple[MentionId, ...]]:
        """The mentions with a case in each of these threads: newest first, `MOST_IN_THREAD`."""
        ...

    def answered_by(self, references: Sequence[str]) -> Mapping[str, tuple[CaseId, EntryId]]:
        """The case and the outbox entry of those that are the reference or link of a reply."""
        ...

    def alike(
        self, marks: Collection[int], *, but: SourceId | None, since: datetime
    ) -> Mapping[int, tuple[MentionId, ...]]:
        """For each mark the mentions that opened a case with it and were heard since then, from
        another source than `but` (None: by hand). Newest first, at most `MOST_ALIKE`.
        """
        ...

    def search(self, words: str, *, limit: int | None = None) -> tuple[MentionId, ...]:
        """Mentions whose author, title, text or site hold all words (the last as a prefix).

        Newest first by the order of hearing. Never an error, whatever is typed: words without a
        letter or digit find nothing.
        """
        ...

    def count(self, scope: Scope) -> int: ...

    # the rest
    def drafts(self, case: CaseId) -> tuple[StoredDraft, ...]:
        """Oldest first."""
        ...

    def boots(self) -> tuple[Boot, ...]: ...

    def setting(self, name: str) -> str | None: ...

    def contacts(self) -> tuple[str, ...]:
        """How to reach people who said something, as far as it is known; each once."""
        ...

    def sources(self, only: SourceId | None = None) -> tuple[Source, ...]:
        """All that are listened to, or only the one of that id, if it is one of them."""
        ...

    def accounts(self) -> tuple[Account, ...]: ...

    def sealed_key(self, person: PersonId) -> SealedKey | None:
        """The newest key of a person, sealed."""
        ...

    def outbox_rows(self, *, live_only: bool = True) -> tuple[OutboxRow, ...]: ...


MARKS_KEPT = timedelta(days=60)
"""For how long after it was heard a mention is found again by its marks."""
MOST_ALIKE = 8
MOST_OF_TEXT = 20_000
"""Letters of a text that is looked through beside others."""
MOST_IN_THREAD = 200

TURN = "they_answered"
"""The kind of line by which a mention becomes another turn of its case."""
ENDING_KINDS = ("set_aside", "reopened", "case_closed", "debriefed", "debrief_dated", TURN)
"""Kinds of lines that end a case or take the ending back."""
GOES_ON = ("", "reopened", TURN)
"""The last of them in a case that is not over."""


class WriteTransaction(ReadTransaction, Protocol):
    """Everything written in it is there together, or not at all."""

    def append(self, written: Written) -> None:
        """One journal line; its number must be the head's plus one.

        Raises KnownError `refused_by_database` where the law of the schema forbids it (who wrote
        a reply signs it).
        """
        ...

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
        """Stores what is new or changed; one `Arrived` for each of `heard`, in order.

        Within one source (None: by hand) the key is unique for ever. Each new one that is not
        older comes into the case it `joins` (None: its own, to be found again by its `marks`). A
        changed one gets a further version; one that was gone is there again.
        """
        ...

    def mark_gone(
        self, source: SourceId, keys: Sequence[str], at: datetime
    ) -> tuple[MentionId, ...]:
        """Those of a source that are gone since `at`; returns the ones not known to be before."""
        ...

    def split(self, mention: MentionId, *, rules_line: int, marks: Collection[int]) -> CaseId:
        """Take a mention out of its case into a new one. Raises KnownError `no_such_mention`."""
        ...

    def save_draft(self, draft: StoredDraft) -> None: ...

    def drop_draft(self, case: CaseId, by: PersonId) -> None: ...

    def save_boots(self, boots: Sequence[Boot]) -> None: ...

    def set_setting(self, name: str, value: str | None) -> None: ...

    def add_source(self, source: Source) -> SourceId:
        """`source.id` is ignored; raises KnownError `source_exists` for the same address."""
        ...

    def save_poll(self, source: SourceId, title: str, state: PollState) -> None: ...

    def move_source(
        self,
        source: SourceId,
        address: str,
        *,
        allow_private: bool | None = None,
        takes: Takes | None = None,
    ) -> None:
        """Where it is from now on, and what else is given. Raises KnownError `source_exists`."""
        ...

    def remove_source(self, source: SourceId) -> None:
        """Its mentions stay."""
        ...

    def save_account(self, account: Account) -> None: ...

    def remove_account(self, account: str) -> None: ...

    def save_sealed_key(self, key: SealedKey) -> None: ...

    def put_outbox_row(self, row: OutboxRow) -> None:
        """Adds or replaces. Raises KnownError `already_in_outbox` where another living entry for
        the same reply (or a living holding reply for the same place) exists.
        """
        ...

    def count_attempt(self, entry: EntryId, number: int) -> None:
        """Guarded: raises KnownError `claimed_elsewhere` unless `number` is the next attempt of a
        living entry.
        """
        ...

    def forget(self, number: int) -> None:
        """Erases payload and salt of one journal line."""
        ...


class Store(Protocol):
    """A home's data."""

    @property
    def warning(self) -> str:
        """One sentence where what it stands on is too old to be trusted fully, else empty."""
        ...

    def read(self) -> AbstractContextManager[ReadTransaction]: ...

    def write(self) -> AbstractContextManager[WriteTransaction]: ...

    def watch(
        self, changed: Callable[[ChangeSet], object], away: Callable[[bool], object]
    ) -> Callable[[], None] | None:
        """Tell of what other programs write from now on; `away`: whether they are out of reach.

        Returns how to end it, or None where nobody else can write. Both are called on a thread of
        the store's own, one at a time; after an absence with all that changed meanwhile.
        """
        ...

    def hold(self, name: str) -> bool:
        """Whether this is the one program on these data that holds what is called so, from now on
        or still. It is let go of when the program ends or dies, and where it loses the server.

        Always so where only one program can write: there the folder's lock keeps others out.
        """
        ...

    def let_go(self, name: str) -> None:
        """Let another program have it; nothing happens where this one has it not."""
        ...

    def backup(self, target: str, *, with_keys: bool = False) -> None:
        """A consistent copy into a new file, without people's sealed keys unless `with_keys`.

        Raises KnownError `file_exists`, `disk_full`, `read_only`.
        """
        ...

    def check(self) -> tuple[str, ...]:
        """What the database itself finds wrong with its file; empty when nothing."""
        ...

    def close(self) -> None: ...
