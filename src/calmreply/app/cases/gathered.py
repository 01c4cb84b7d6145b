"""What came to a case from elsewhere, what became of it there, and what somebody put apart again.

The lines of the journal that tell of it stand in no case, because they are about two of them or
about many at once: here they are read as each case sees them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from calmreply.app.ledger import KIND_OF, NO_CASE, MentionsGone, MentionSplit, fact_of
from calmreply.app.listening import address
from calmreply.app.ports.storage import ReadTransaction
from calmreply.app.words import wording
from calmreply.domain import disguise
from calmreply.domain.case import TheyAnswered
from calmreply.domain.mention import CaseId, Mention, MentionId
from calmreply.domain.moment import Now
from calmreply.errors import KnownError
from calmreply.i18n import _

SPLIT = KIND_OF[MentionSplit]
GONE = KIND_OF[MentionsGone]
JOINED = "mention_joined"
CHANGED = "mention_changed"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a case, for its timeline. `fact` is the fact itself."""

    at: datetime
    actor: str
    kind: str
    fact: Any


@dataclass(frozen=True, slots=True)
class AlsoSaid:
    """The same matter was heard once more; `place` is where, in words, or empty."""

    mention: MentionId
    place: str


@dataclass(frozen=True, slots=True)
class PutApart:
    """Somebody gave one of the mentions, said at `place`, a case of its own."""

    mention: MentionId
    place: str
    case: CaseId


@dataclass(frozen=True, slots=True)
class CameFrom:
    """It was one matter with that case until somebody put it apart."""

    case: CaseId


@dataclass(frozen=True, slots=True)
class Changed:
    """Who said it, called `author`, says it otherwise since; `more` is as it stands then.

    `more` is empty where neither the words nor the stars are others.
    """

    mention: MentionId
    author: str
    more: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Its site, `place`, says that it is not there any more. `back`: it was seen again since."""

    mention: MentionId
    place: str
    back: bool


def events(tx: ReadTransaction, case: CaseId, now: Now) -> Iterator[Event]:
    """What happened in a case, in order; what came to it stays told when it has left again."""
    own = [(line, fact_of(line)) for line in tx.lines(case=case)]
    many = [(line, fact_of(line)) for line in tx.lines(case=NO_CASE, kinds=(SPLIT, GONE))]
    splits = [(line, fact) for line, fact in many if isinstance(fact, MentionSplit)]
    about = [(line, fact) for line, fact in splits if str(case) in (fact.was, fact.case)]
    left = {
        MentionId(fact.mention): now.wall_of(fact.at) for _line, fact in about if fact.was == case
    }
    turns = {fact.mention for _line, fact in own if isinstance(fact, TheyAnswered)}
    gone = [fact for _line, fact in many if isinstance(fact, MentionsGone)]
    there = _there(tx, case, left, turns, _times(gone, now))
    for line, fact in sorted((*own, *about), key=lambda pair: pair[0].line.number):
        if fact is None:
            continue
        at = now.wall_of(fact.at)
        while there and there[0].at <= at:
            yield there.pop(0)
        told = _as_seen(tx, fact, case) if isinstance(fact, MentionSplit) else fact
        yield Event(at, line.line.actor, line.line.kind, told)
    yield from there


def told(fact: object, who: str) -> tuple[str, str] | None:
    """The sentence about it; None for any other fact."""
    match fact:
        case AlsoSaid(place=""):
            return _("Also said elsewhere"), ""
        case AlsoSaid():
            return _("Also said at {place}").format(place=fact.place), ""
        case Changed(author=""):
            return _("They changed what they said"), fact.more
        case Changed():
            return _("{name} changed what they said").format(name=fact.author), fact.more
        case Gone():
            words = _("It was gone from {place}") if fact.place else _("It was gone")
            again = _("It is there again.") if fact.back else ""
            return words.format(place=fact.place), again
        case PutApart(place=""):
            words = _("{name} put mention {mention} apart: it is case {case} now")
            return words.format(name=who, mention=fact.mention, case=fact.case), ""
        case PutApart():
            words = _("{name} put what was said at {place} apart: it is case {case} now")
            return words.format(name=who, place=fact.place, case=fact.case), ""
        case CameFrom():
            words = _("{name} put it apart from case {case}, to which it had come")
            return words.format(name=who, case=fact.case), ""
        case _:
            return None


def _there(
    tx: ReadTransaction,
    case: CaseId,
    left: Mapping[MentionId, datetime],
    turns: set[MentionId],
    gone: Mapping[MentionId, list[datetime]],
) -> list[Event]:
    """What ever came to the case beside its turns, and what became of all of it, by time.

    What has `left` is told of until then.
    """
    here = sorted(tx.mentions_of_cases([case]), key=int)
    found: list[Event] = []
    for known in sorted({*here, *left}, key=int):
        # A row that somebody deleted by hand is told by the checks, and keeps no page from opening.
        with suppress(KnownError):
            one = tx.mention(known)
            if known not in turns and known not in here[:1]:
                found.append(Event(one.heard, "", JOINED, AlsoSaid(known, _place(one))))
            later = (*_changes(one), *_gone(one, gone.get(known, [])))
            until = left.get(known)
            found += (event for event in later if until is None or event.at <= until)
    return sorted(found, key=lambda event: event.at)


def _times(gone: Iterable[MentionsGone], now: Now) -> Mapping[MentionId, list[datetime]]:
    found: dict[MentionId, list[datetime]] = {}
    for fact in gone:
        for one in fact.mentions:
            found.setdefault(MentionId(one), []).append(now.wall_of(fact.at))
    return found


def _changes(mention: Mention) -> Iterator[Event]:
    for before, after in pairwise(mention.sayings):
        more = ""
        if after.text != before.text:
            more = after.text
        elif after.stars is not None and after.stars != before.stars:
            more = wording.stars(after.stars.given, after.stars.scale)
        changed = Changed(mention.id, disguise.name(after.author), more)
        yield Event(after.heard, "", CHANGED, changed)


def _gone(mention: Mention, times: list[datetime]) -> Iterator[Event]:
    """It is said to be gone only once, so before each further time it was there again."""
    for number, at in enumerate(times, 1):
        back = number < len(times) or mention.gone is None
        yield Event(at, "", GONE, Gone(mention.id, _place(mention), back))


def _as_seen(tx: ReadTransaction, split: MentionSplit, case: CaseId) -> PutApart | CameFrom:
    if split.was != case:
        return CameFrom(CaseId(split.was))
    mention, place = MentionId(split.mention), ""
    with suppress(KnownError):
        place = _place(tx.mention(mention))
    return PutApart(mention, place, CaseId(split.case))


def _place(mention: Mention) -> str:
    return disguise.name(mention.site) or disguise.host(address.host(mention.url or ""))
