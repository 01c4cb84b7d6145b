"""The storage port: one transaction at a time, read or write, over plain frozen values.

A write transaction holds the home's write lock from its first statement (`BEGIN IMMEDIATE`), so
that what is read in it is still true when it commits. Nothing of a transaction may be used after
it ended, or on another thread. Raises `KnownError` with code `disk_full`, `read_only`,
`database_busy`, `database_damaged`, `newer_data`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from calmreply.app.ports import SealedKey
from calmreply.domain.journal import Written
from calmreply.domain.mention import CaseId, Heard, Mention, MentionId, Origin, SourceId, Stars
from calmreply.domain.moment import Boot, Reading
from calmreply.domain.outbox import EntryId
from calmreply.domain.people import PersonId
from calmreply.domain.reply import ReplyId


class Takes(Enum):
    """What a source brings in: everything, or only what names us."""

    ALL = "all"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class PollState:
    """Where the polling of a source stands. Times are wall times (UTC).

    `next_at`: not before then. `trouble` is the code of the last error or empty, `words` and
    `way_out` its sentences, `failures` how many in a row. `heard_at`: last good answer;
    `brought_at`: last one with something new or changed. `cursor` is where a listener stands, in
    its own words. `found`: the feed named by a page that stands where the feed was, or empty.
    """

    etag: str | None = None
    last_modified: str | None = None
    next_at: datetime | None = None
    polled_at: datetime | None = None
    heard_at: datetime | None = None
    failures: int = 0
    trouble: str = ""
    words: str = ""
    way_out: str = ""
    asked_to_wait: bool = False
    cursor: str = ""
    brought_at: datetime | None = None
    found: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A place we listen to. `kind` names its channel (`feed`)."""

    id: SourceId
    kind: str
    address: str
    title: str
    takes: Takes = Takes.ALL
    allow_private: bool = False
    state: PollState = field(default_factory=PollState)
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """An account to answer by. The secret is in `Secrets`, never here."""

    id: str
    kind: str
    settings: Mapping[str, str]


class Arrival(Enum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of one heard mention. `case` is None for older ones."""

    arrival: Arrival
    mention: MentionId
    case: CaseId | None
    digest: str


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line of the inbox as stored; what is derived (stage, kind) is added by the queries.

    `text` is cut to 400 characters. `touched`: the case has facts.
    """

    mention: MentionId
    case: CaseId | None
    source: SourceId | None
    source_title: str
    origin: Origin
    author: str
    title: str
    text: str
    stars: Stars | None
    url: str | None
    site: str
    published: datetime | None
    heard: datetime
    older: bool
    touched: bool


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """The words in one person's editor for one case, kept as they are typed."""

    case: CaseId
    by: PersonId
    reply: ReplyId | None
    text: str
    subject: str
    at: Reading


@dataclass(frozen=True, slots=True)
class CaseRow:
    """`rules_line` is the number of the journal line that holds the rules in force at the start
    (0: the program's own defaults).
    """

    id: CaseId
    mention: MentionId
    rules_line: int


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one case: its mention, its lines, what stands in editors; in order."""

    row: CaseRow
    mention: Mention
    lines: tuple[Written, ...]
    drafts: tuple[StoredDraft, ...]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """What the database itself enforces about an entry: one living entry per reply and place."""

    entry: EntryId
    case: CaseId
    reply: ReplyId
    place: str
    holding: bool
    live: bool
    attempts: int


class Scope(Enum):
    """Which mentions a list shows, as far as the storage can tell without deriving stages.

    `UNTOUCHED`: has a case without any fact (stage new). `OLDER`: has no case.
    """

    ALL = "all"
    UNTOUCHED = "untouched"
    OLDER = "older"


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

    def sources(self) -> tuple[Source, ...]: ...

    def accounts(self) -> tuple[Account, ...]: ...

    def sealed_key(self, person: PersonId) -> SealedKey | None:
        """The newest key of a person, sealed."""
        ...

    def outbox_rows(self, *, live_only: bool = True) -> tuple[OutboxRow, ...]: ...


MARKS_KEPT = timedelta(days=60)
"""For how long after it was heard a mention is found again by its marks."""
MOST_ALIKE = 8

ENDING_KINDS = ("set_aside", "reopened", "case_closed", "debriefed", "debrief_dated")
"""Kinds of lines that end a case or take the ending back."""


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
        self, source: SourceId, address: str, *, allow_private: bool | None = None
    ) -> None: ...

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

    def backup(self, target: str, *, with_keys: bool = False) -> None:
        """A consistent copy into a new file, without people's sealed keys unless `with_keys`.

        Raises KnownError `file_exists`, `disk_full`, `read_only`.
        """
        ...

    def check(self) -> tuple[str, ...]:
        """What the database itself finds wrong with its file; empty when nothing."""
        ...

    def close(self) -> None: ...
