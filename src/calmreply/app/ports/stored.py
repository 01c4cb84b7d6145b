"""What a store keeps and tells, as plain frozen values; `storage` is the port that moves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from calmreply.domain.journal import Written
from calmreply.domain.mention import CaseId, Mention, MentionId, Origin, SourceId, Stars
from calmreply.domain.moment import Reading
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
    `seen`: a digest of the last whole answer that was taken, or empty.
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
    seen: str = ""


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


TEXT_CUT = 400
"""Letters of its text that a line of the inbox holds."""


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

    `text` is cut to `TEXT_CUT` letters. `touched`: the case has facts. `gone`: the site says that
    it is no longer there. `private`: not everybody sees it. `kind`: that of its source, if any.
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
    gone: bool = False
    private: bool = False
    kind: str = ""


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
    """All that is known of one case: its mention, its lines, what stands in editors; in order.

    `turns`: the further mentions of the case that its lines of the kind `TURN` name (by their
    subject), in the order of those lines.
    """

    row: CaseRow
    mention: Mention
    lines: tuple[Written, ...]
    drafts: tuple[StoredDraft, ...]
    turns: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """What the database itself enforces about an entry: one living entry per reply and place.

    `reference` and `link` are what the site calls what arrived, by which an answer to it is known.
    """

    entry: EntryId
    case: CaseId
    reply: ReplyId
    place: str
    holding: bool
    live: bool
    attempts: int
    reference: str = ""
    link: str = ""


class Scope(Enum):
    """Which mentions a list shows, as far as the storage can tell without deriving stages.

    `UNTOUCHED`: has a case without any fact (stage new). `OLDER`: has no case.
    """

    ALL = "all"
    UNTOUCHED = "untouched"
    OLDER = "older"
