"""What came to a case from elsewhere, and what somebody put apart again, among what happened in it.

The lines of the journal that tell of either stand in no case, because they are about two of them or
about many at once: here they are read as each case sees them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calmreply.app.ledger import KIND_OF, NO_CASE, MentionSplit, fact_of
from calmreply.app.listening import address
from calmreply.app.ports.storage import ReadTransaction
from calmreply.domain import disguise
from calmreply.domain.case import TheyAnswered
from calmreply.domain.mention import CaseId, Mention, MentionId
from calmreply.domain.moment import Now
from calmreply.errors import KnownError
from calmreply.i18n import _

SPLIT = KIND_OF[MentionSplit]
JOINED = "mention_joined"


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


def events(tx: ReadTransaction, case: CaseId, now: Now) -> Iterator[Event]:
    """What happened in a case, in order; what came to it stays told when it has left again."""
    own = [(line, fact_of(line)) for line in tx.lines(case=case)]
    splits = [(line, fact_of(line)) for line in tx.lines(case=NO_CASE, kinds=(SPLIT,))]
    about = [(line, fact) for line, fact in splits if fact and str(case) in (fact.was, fact.case)]
    left = [MentionId(fact.mention) for _line, fact in about if fact.was == case]
    turns = {fact.mention for _line, fact in own if isinstance(fact, TheyAnswered)}
    also = _also(tx, case, left, turns)
    for line, fact in sorted((*own, *about), key=lambda pair: pair[0].line.number):
        if fact is None:
            continue
        at = now.wall_of(fact.at)
        while also and also[0].at <= at:
            yield also.pop(0)
        told = _as_seen(tx, fact, case) if isinstance(fact, MentionSplit) else fact
        yield Event(at, line.line.actor, line.line.kind, told)
    yield from also


def told(fact: object, who: str) -> tuple[str, str] | None:
    """The sentence about it; None for any other fact."""
    match fact:
        case AlsoSaid(place=""):
            return _("Also said elsewhere"), ""
        case AlsoSaid():
            return _("Also said at {place}").format(place=fact.place), ""
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


def _also(
    tx: ReadTransaction, case: CaseId, left: Sequence[MentionId], turns: set[MentionId]
) -> list[Event]:
    """All that ever came to the case beside its turns, by when it was heard."""
    others = sorted(tx.mentions_of_cases([case]), key=int)[1:]
    found = []
    for known in sorted({*others, *left} - turns, key=int):
        # A row that somebody deleted by hand is told by the checks, and keeps no page from opening.
        with suppress(KnownError):
            one = tx.mention(known)
            found.append(Event(one.heard, "", JOINED, AlsoSaid(known, _place(one))))
    return sorted(found, key=lambda event: event.at)


def _as_seen(tx: ReadTransaction, split: MentionSplit, case: CaseId) -> PutApart | CameFrom:
    if split.was != case:
        return CameFrom(CaseId(split.was))
    mention, place = MentionId(split.mention), ""
    with suppress(KnownError):
        place = _place(tx.mention(mention))
    return PutApart(mention, place, CaseId(split.case))


def _place(mention: Mention) -> str:
    return disguise.name(mention.site) or disguise.host(address.host(mention.url or ""))
