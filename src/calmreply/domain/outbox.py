"""Sending once: the states of an outbox entry, derived from what happened to it.

Everything here is pure: the entry's facts and the present in, the state out. The frozen bytes,
our own key and the attempt are written before the network is touched; what came back is written
after. A beginning without an end is `unsure` as soon as whoever began it cannot be at it any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import NewType

from calmreply.domain.moment import Now, Reading
from calmreply.domain.people import PersonId
from calmreply.domain.reply import ReplyId, ReplyKind, RevisionId

EntryId = NewType("EntryId", str)

LEASE = timedelta(minutes=2)
"""An attempt that has not ended by then was interrupted (every send gives up earlier)."""
BY_HAND_HOLDS = timedelta(hours=24)
HAND = "hand"


class State(Enum):
    READY = "ready"
    IN_FLIGHT = "in_flight"
    SENT = "sent"
    REFUSED = "refused"
    WAITING = "waiting"
    UNSURE = "unsure"
    CANCELLED = "cancelled"

    @property
    def alive(self) -> bool:
        """Whether a second entry for the same reply must be refused."""
        return self not in (State.REFUSED, State.CANCELLED)


class Outcome(Enum):
    """How an attempt ended. Only `NOT_LEFT` and `TRY_LATER` are safe to repeat."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    TRY_LATER = "try_later"
    NOT_LEFT = "not_left"
    UNKNOWN = "unknown"


class Showing(Enum):
    """How a reply of ours stands on its page when somebody looks; mail may be returned."""

    SHOWN = "shown"
    PENDING = "pending"
    REJECTED = "rejected"
    ABSENT = "absent"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class SendChosen:
    """A person chose Send for exactly these bytes.

    `record` is the canonical record (JSON text) they chose, `wire` what leaves, `key` our own id
    for it on the channel, `request` the sign-off it spends, if any.
    `run`: where the site wanted no attempt just then, the run of the program that makes it later;
    `wait`: for how many seconds it wanted none, as it had said to another case's reply.
    """

    entry: EntryId
    reply: ReplyId
    revision: RevisionId
    kind: ReplyKind
    channel: str
    account: str
    place: str
    key: str
    record: str
    wire: bytes
    by: PersonId
    at: Reading
    created: str
    request: str | None = None
    when_connected: bool = False
    run: str = ""
    wait: int = 0


@dataclass(frozen=True, slots=True)
class AttemptBegan:
    entry: EntryId
    number: int
    run: str
    at: Reading


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """`words` is the site's own reason or ours; `reference` its id for what arrived, `link` where.

    `code`: what mends it, if that is known ("sign_in_again"). `wait`: seconds in which the site
    wants no other attempt. `safe`: the same bytes again can never make a second reply there.
    """

    entry: EntryId
    number: int
    outcome: Outcome
    at: Reading
    words: str = ""
    reference: str = ""
    link: str = ""
    code: str = ""
    wait: int = 0
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """Somebody or the channel said whether it appeared.

    `answer`: what they said that names it, where that is how it is known.
    """

    entry: EntryId
    appeared: bool
    at: Reading
    by: PersonId | None = None
    reference: str = ""
    link: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """By hand: it stands there now, with its link, or with who and when."""

    entry: EntryId
    at: Reading
    by: PersonId
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotPosted:
    entry: EntryId
    at: Reading
    by: PersonId


@dataclass(frozen=True, slots=True)
class ChosenAgain:
    """A person asked for the same bytes once more: after a refusal, a restart, "not posted".

    `request` is the sign-off that it spends from now on; `run` and `wait` as in `SendChosen`.
    """

    entry: EntryId
    by: PersonId
    at: Reading
    when_connected: bool = False
    request: str | None = None
    run: str = ""
    wait: int = 0


@dataclass(frozen=True, slots=True)
class SendCancelled:
    """Do not try again. It says nothing about whether it arrived."""

    entry: EntryId
    at: Reading
    by: PersonId


@dataclass(frozen=True, slots=True)
class TryStopped:
    """Before another attempt the program found what no attempt mends: a person has to look."""

    entry: EntryId
    at: Reading
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReplySeen:
    """The program looked at the page of a reply that has arrived; `words` is the site's reason."""

    entry: EntryId
    showing: Showing
    at: Reading
    link: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class CopyFiled:
    """A copy of what has left was put among the sent mail; `words` is why it could not be."""

    entry: EntryId
    at: Reading
    words: str = ""


OutboxFact = (
    SendChosen
    | ChosenAgain
    | AttemptBegan
    | AttemptEnded
    | Settled
    | Posted
    | NotPosted
    | SendCancelled
    | TryStopped
    | ReplySeen
    | CopyFiled
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An outbox entry with everything that happened to it, in order."""

    chosen: SendChosen
    happened: tuple[OutboxFact, ...] = field(default=())

    @property
    def id(self) -> EntryId:
        return self.chosen.entry

    @property
    def by_hand(self) -> bool:
        return self.chosen.channel == HAND

    @property
    def attempts(self) -> int:
        return sum(isinstance(fact, AttemptBegan) for fact in self.happened)

    @property
    def last(self) -> OutboxFact:
        return self.happened[-1] if self.happened else self.chosen

    @property
    def asked(self) -> SendChosen | ChosenAgain:
        """The last time a person said Send."""
        again = [fact for fact in self.happened if isinstance(fact, ChosenAgain)]
        return again[-1] if again else self.chosen

    @property
    def spends(self) -> str | None:
        """The sign-off under which it was last asked for, once an attempt has begun under it."""
        asked, claimed = self.chosen.request, set[str | None]()
        for fact in self.happened:
            if isinstance(fact, ChosenAgain):
                asked = fact.request
            elif isinstance(fact, AttemptBegan):
                claimed.add(asked)
        return asked if asked in claimed else None

    @property
    def reference(self) -> str:
        """The link or id of what arrived, where known."""
        for fact in reversed(self.happened):
            match fact:
                case AttemptEnded(reference=found) | Settled(reference=found) if found:
                    return found
                case Posted(url=url) if url:
                    return url
                case _:
                    continue
        return ""

    @property
    def link(self) -> str:
        """The page on which it stands, where known."""
        for fact in reversed(self.happened):
            if isinstance(fact, Posted) and fact.url:
                return fact.url
            if isinstance(fact, (AttemptEnded, Settled, ReplySeen)) and fact.link:
                return fact.link
        return self.reference if self.reference.startswith(("https://", "http://")) else ""

    @property
    def seen(self) -> ReplySeen | None:
        """What the last look at its page found."""
        seen = [fact for fact in self.happened if isinstance(fact, ReplySeen)]
        return seen[-1] if seen else None

    @property
    def copy(self) -> CopyFiled | None:
        """What became of the copy among the sent mail, if anybody has tried to file one."""
        filed = [fact for fact in self.happened if isinstance(fact, CopyFiled)]
        return filed[-1] if filed else None

    @property
    def code(self) -> str:
        """What would mend the last attempt, as `AttemptEnded.code`."""
        ended = [fact for fact in self.happened if isinstance(fact, AttemptEnded)]
        return ended[-1].code if ended else ""

    @property
    def words(self) -> str:
        """The reason the last attempt gave, or why there was none."""
        said = [fact for fact in self.happened if isinstance(fact, (AttemptEnded, TryStopped))]
        return said[-1].words if said else ""


def state(entry: Entry, now: Now) -> State:
    """The state of an entry at `now`.

    What arrived stays sent, whatever is said later. While an attempt is open, only its own end, a
    look at the channel or the person who posts by hand can close it. Once one attempt may have
    arrived, no other that failed after it says that nothing did.
    """
    current = State.READY
    attempt: AttemptBegan | None = None
    doubt = False
    for fact in entry.happened:
        current = _after(current, fact, entry, attempt, now)
        match fact:
            case AttemptBegan():
                doubt = doubt or (attempt is not None and not entry.by_hand)
                attempt = fact
            case AttemptEnded(number=number) if attempt and number == attempt.number:
                doubt = doubt or fact.outcome is Outcome.UNKNOWN
                attempt = None
            case Settled() | NotPosted() if current is State.CANCELLED:
                doubt, attempt = False, None
            case _:
                pass
        if current is State.SENT:
            break
        if doubt and current is not State.IN_FLIGHT:
            current = State.UNSURE
    return current


_OPEN = (State.IN_FLIGHT, State.UNSURE)


def _after(
    current: State, fact: OutboxFact, entry: Entry, attempt: AttemptBegan | None, now: Now
) -> State:
    """`attempt` is the one that has begun and not ended before this fact."""
    match fact:
        case SendChosen() | ChosenAgain():
            return current if current in _OPEN else State.READY
        case AttemptBegan():
            at_it = _still_at_it(fact, entry, now, now.reading)
            return State.IN_FLIGHT if at_it else State.UNSURE
        case AttemptEnded():
            return _ended(current, fact, entry, attempt)
        case Settled(appeared=True) | Posted():
            return State.SENT
        case Settled():
            # Nobody can see that something did not arrive while it is still on its way.
            going = attempt is not None and _still_at_it(attempt, entry, now, fact.at)
            return current if going and not entry.by_hand else State.CANCELLED
        case NotPosted():
            return State.CANCELLED if entry.by_hand else current
        case SendCancelled():
            # Cancelling stops repeats; while in flight it never turns into "not sent".
            return current if current in _OPEN else State.CANCELLED
        case TryStopped():
            return State.REFUSED if current in (State.READY, State.WAITING) else current
        case ReplySeen() | CopyFiled():
            return current


def _ended(
    current: State, ended: AttemptEnded, entry: Entry, attempt: AttemptBegan | None
) -> State:
    """An end that comes late, for an attempt settled or repeated since, can only say: arrived."""
    if ended.outcome is Outcome.DELIVERED:
        return State.SENT
    if current not in _OPEN or attempt is None or ended.number != attempt.number:
        return current
    match ended.outcome:
        case Outcome.REFUSED:
            return State.REFUSED
        case Outcome.TRY_LATER | Outcome.NOT_LEFT:
            return State.CANCELLED if called_off(entry) else State.WAITING
        case Outcome.UNKNOWN:
            return State.UNSURE


def called_off(entry: Entry) -> bool:
    """Whether the last thing a person said about it was: do not try again."""
    said = [f for f in entry.happened if isinstance(f, (SendCancelled, ChosenAgain))]
    return bool(said) and isinstance(said[-1], SendCancelled)


def _still_at_it(attempt: AttemptBegan, entry: Entry, now: Now, at: Reading) -> bool:
    """Whether at that time whoever began it could still be at it."""
    holds = BY_HAND_HOLDS if entry.by_hand else LEASE
    same_boot = entry.by_hand or attempt.at.boot == at.boot
    return same_boot and now.between(attempt.at, at).at_most < holds
