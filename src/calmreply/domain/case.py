"""A case: one mention that may need an answer, and every fact about it in order.

Whoever answers what we said comes back into the same case: that is another turn. What is to be
answered then is their newest words, and read, feeling, reply and its end begin anew with them; the
judgement stays with the case.

`CaseFacts` is what the gate, the waits, the stage and the debrief look at. Nothing in it is
derived except by folding the facts; no state is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from calmreply.domain.debrief import CaseClosed, DebriefDated, Debriefed
from calmreply.domain.mention import CaseId, Mention, MentionId
from calmreply.domain.moment import Reading
from calmreply.domain.notice import NoticeGiven
from calmreply.domain.outbox import Entry, OutboxFact, SendChosen
from calmreply.domain.people import Person, PersonId
from calmreply.domain.policy import Feeling, Kind, Policy
from calmreply.domain.private import PrivateKind
from calmreply.domain.reply import ReplyId, ReplyKind, ReplyStarted, Revised, RevisionId
from calmreply.domain.review import (
    ChangesAsked,
    PacketMade,
    SignedOff,
    SignOffAsked,
    SignOffWithdrawn,
)
from calmreply.domain.said import EmergencyDeclared, MadeStricter, SecondAgreed, SelfReviewed


class Verdict(Enum):
    """Is this really ours?"""

    GENUINE = "genuine"
    CANNOT_TELL = "cannot_tell"
    NOT_CUSTOMER = "not_customer"
    COMPETITOR = "competitor"
    SPAM = "spam"
    ABUSIVE = "abusive"


class Choice(Enum):
    """What the handler chose when mention and reply were shown again."""

    SEND = "send"
    CHANGE = "change"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PageRead:
    """The handler says: I have read all of it. Hangs on a version of the mention."""

    version: int
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class FeelingSaid:
    feeling: Feeling
    version: int
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class Judged:
    kind: Kind
    verdict: Verdict
    evidence: str
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class Looked:
    """The second look: mention and reply were shown again, and this was chosen."""

    revision: RevisionId
    version: int
    choice: Choice
    by: PersonId
    at: Reading


class News(Enum):
    """What has become of a mention: other words, taken away there, answered by us from elsewhere.

    Each asks for reading and feeling again.
    """

    CHANGED = "changed"
    GONE = "gone"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class SiteLooked:
    """Before a send the program looked at what is answered, whose present version is `version`.

    `gone`: it is no longer there. `answered`: what stands under it as an answer of ours that did
    not come from here.
    """

    version: int
    at: Reading
    gone: bool = False
    answered: str = ""


@dataclass(frozen=True, slots=True)
class AnsweredOutside:
    """It was answered without the app; `when` (UTC) as the person says."""

    text: str
    when: str
    by: PersonId
    at: Reading
    url: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    reason: str
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class Reopened:
    reason: str
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class TheyAnswered:
    """The program heard them again: another turn, which wants an answer of its own.

    `version` is the number that the mention's first version has in this case, so that whatever is
    said of a version is said of one turn. `ours`: the outbox entry that they answer, if one.
    """

    mention: MentionId
    version: int
    at: Reading
    ours: str = ""


CaseFact = (
    PageRead
    | FeelingSaid
    | Judged
    | ReplyStarted
    | Revised
    | SignOffAsked
    | PacketMade
    | SignedOff
    | ChangesAsked
    | SignOffWithdrawn
    | Looked
    | SiteLooked
    | OutboxFact
    | AnsweredOutside
    | TheyAnswered
    | SetAside
    | Reopened
    | CaseClosed
    | DebriefDated
    | Debriefed
    | SecondAgreed
    | MadeStricter
    | EmergencyDeclared
    | SelfReviewed
    | NoticeGiven
)

F = TypeVar("F")

_ROOM = 100
"""Between the versions of two turns, for edits of what was said before."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Words in the editor that are saved but are no revision yet (`differs` from the last)."""

    by: PersonId
    text: str
    subject: str
    at: Reading
    differs: bool = True


@dataclass(frozen=True, slots=True)
class ChannelState:
    """The channel of the present reply as it stands: `connected` means it could carry it now.

    `max_length` is in the unit the site counts in, `length` the reply's in that unit.
    `can_look`: it can tell by itself whether a reply is there or the mention has changed.
    """

    kind: str
    connected: bool
    can_look: bool = False
    max_length: int | None = None
    length: int = 0


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything known about one case. `facts` are in the journal's order.

    `genuine` names the sign-off requests whose signatures were verified by the caller; any other
    sign-off does not count. `people` is everybody ever enrolled, `business` the home's own id.
    `mention` is what is to be answered now, `earlier` what they said in the turns before it.
    """

    id: CaseId
    business: str
    mention: Mention
    rules_at_start: Policy
    facts: tuple[CaseFact, ...]
    people: tuple[Person, ...]
    drafts: tuple[Draft, ...] = ()
    channel: ChannelState | None = None
    genuine: frozenset[str] = field(default=frozenset())
    private: tuple[tuple[PrivateKind, str], ...] = ()
    paused: bool = False
    earlier: tuple[Mention, ...] = ()

    def of(self, kind: type[F]) -> tuple[F, ...]:
        return tuple(fact for fact in self.facts if isinstance(fact, kind))

    def ordered(self, kinds: tuple[type, ...]) -> tuple[CaseFact, ...]:
        return tuple(fact for fact in self.facts if isinstance(fact, kinds))

    def last(self, kind: type[F]) -> F | None:
        found = self.of(kind)
        return found[-1] if found else None

    def person(self, person: PersonId) -> Person | None:
        return next((known for known in self.people if known.id == person), None)

    def name(self, person: PersonId) -> str:
        known = self.person(person)
        return known.name if known else str(person)

    @property
    def conversation(self) -> tuple[Mention, ...]:
        """All that they said, turn by turn; the last is what is to be answered."""
        return (*self.earlier, self.mention)

    def said_by(self, version: int) -> int:
        """As `Mention.said_by`, of whichever turn has that version."""
        for mention in self.conversation:
            if version in range(mention.versions[0].number, mention.now.number + 1):
                return mention.said_by(version)
        return version

    @property
    def turn(self) -> TheyAnswered | None:
        """How the present turn began; None for the first one."""
        return self.turns[-1] if self.turns else None

    @property
    def turns(self) -> tuple[TheyAnswered, ...]:
        """All but the first. A mention that somebody took out of the case is none any more."""
        if not self.earlier:
            return ()
        here = {mention.id for mention in self.conversation}
        return tuple(turn for turn in self.of(TheyAnswered) if turn.mention in here)

    @property
    def next_turn(self) -> int:
        """The number that the first version of another turn gets: none before it has come so far.

        Not even in a turn that somebody took out of the case.
        """
        told = [self.mention.now.number, *(turn.version for turn in self.of(TheyAnswered))]
        return (max(told) // _ROOM + 1) * _ROOM + 1

    def in_turn(self, kind: type[F]) -> tuple[F, ...]:
        """Those of the present turn."""
        turn = self.turn
        since = self.facts if turn is None else self.facts[self.facts.index(turn) + 1 :]
        return tuple(fact for fact in since if isinstance(fact, kind))

    @property
    def reads(self) -> tuple[PageRead, ...]:
        """Of the present turn, as are `feelings`."""
        return self.in_turn(PageRead)

    def said_of_now(self, fact: PageRead | FeelingSaid | Looked) -> bool:
        """Whether it was said of the mention as it stands now, knowing all that is known of it."""
        return self.news_since(fact) is None

    def news_since(self, fact: PageRead | FeelingSaid | Looked) -> News | None:
        """What whoever said this did not know yet."""
        gone, answered = self.mention.gone, self.answered_there
        if not self.mention.says_now(fact.version):
            return News.CHANGED
        if gone is not None and fact.at.wall < gone:
            return News.GONE
        if answered is not None and self.facts.index(fact) < self.facts.index(answered):
            return News.ANSWERED
        return None

    @property
    def answered_there(self) -> SiteLooked | None:
        """When the program first saw the answer of ours that stands there from elsewhere."""
        news: SiteLooked | None = None
        for looked in self.of(SiteLooked):
            if looked.answered and (news is None or looked.answered != news.answered):
                news = looked
        return news

    @property
    def feelings(self) -> tuple[FeelingSaid, ...]:
        return self.in_turn(FeelingSaid)

    @property
    def judged(self) -> Judged | None:
        return self.last(Judged)

    @property
    def reply(self) -> ReplyStarted | None:
        """The present full reply: the one begun last (holding replies go their own way).

        Only what was begun in this turn answers it.
        """
        started = [f for f in self.in_turn(ReplyStarted) if f.kind is not ReplyKind.HOLDING]
        return started[-1] if started else None

    @property
    def revisions(self) -> tuple[Revised, ...]:
        """Of the present reply, oldest first."""
        reply = self.reply
        return self.revisions_of(reply.reply) if reply else ()

    def revisions_of(self, reply: ReplyId) -> tuple[Revised, ...]:
        return tuple(revised for revised in self.of(Revised) if revised.reply == reply)

    @property
    def revision(self) -> Revised | None:
        revisions = self.revisions
        return revisions[-1] if revisions else None

    @property
    def answered_outside(self) -> AnsweredOutside | None:
        """The answer given without the app, unless a new reply was begun after it."""
        outside, reply = self.in_turn(AnsweredOutside), self.reply
        last = outside[-1] if outside else None
        if last is None or reply is None:
            return last
        return last if self.facts.index(last) > self.facts.index(reply) else None

    @property
    def draft_since(self) -> Reading | None:
        """Since when there are words in an editor that differ from the last revision."""
        changed = [draft.at for draft in self.drafts if draft.differs]
        return changed[-1] if changed else None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All outbox entries of the case, oldest first."""
        happened: dict[str, list[OutboxFact]] = {}
        chosen: list[SendChosen] = []
        for fact in self.facts:
            if isinstance(fact, SendChosen):
                chosen.append(fact)
                happened[fact.entry] = []
            elif isinstance(fact, OutboxFact) and fact.entry in happened:
                happened[fact.entry].append(fact)
        return tuple(Entry(one, tuple(happened[one.entry])) for one in chosen)

    @property
    def entries_in_turn(self) -> tuple[Entry, ...]:
        """Those that were chosen in the present turn: what left before answers nothing of it."""
        chosen = {fact.entry for fact in self.in_turn(SendChosen)}
        return tuple(entry for entry in self.entries if entry.id in chosen)

    def entries_of(self, reply: ReplyId | None) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.chosen.reply == reply)
