"""The stage of a case: the first that fits, always derived, never stored."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from calmreply.domain.blockers import Blocker, InFlight, LookAtPage, SecondLook
from calmreply.domain.case import (
    AnsweredOutside,
    CaseFacts,
    Choice,
    Looked,
    Reopened,
    SetAside,
)
from calmreply.domain.debrief import CaseClosed, DebriefDated, Debriefed
from calmreply.domain.gate import blockers
from calmreply.domain.moment import Now
from calmreply.domain.outbox import State, state
from calmreply.domain.policy import Policy
from calmreply.domain.reply import ReplyKind
from calmreply.domain.sign_off import Standing, sign_off_state


class Stage(Enum):
    NEEDS_YOU = "needs_you"
    SET_ASIDE = "set_aside"
    CLOSED = "closed"
    TO_DEBRIEF = "to_debrief"
    FOLLOW_UP = "follow_up"
    FIXING = "fixing"
    READY = "ready"
    WITH_REVIEWER = "with_reviewer"
    COOLING = "cooling"
    NEW = "new"
    OLDER = "older"


def stage(facts: CaseFacts, rules: Policy, now: Now) -> Stage:
    """Where the case stands at `now`, `rules` being the effective ones."""
    if needs_you(facts, now):
        return Stage.NEEDS_YOU
    ended = _ended(facts, rules, now)
    if ended is not None:
        return ended
    if _answered(facts, now):
        return Stage.FOLLOW_UP
    return _on_the_way(facts, rules, now)


def needs_you(facts: CaseFacts, now: Now) -> bool:
    """Whether something was not sent, or may not have been, and a person has to say."""
    revision = facts.revision
    for entry in facts.entries:
        found = state(entry, now)
        if found is State.UNSURE:
            return True
        present = entry.chosen.kind is ReplyKind.HOLDING or (
            revision is not None and entry.chosen.revision == revision.revision
        )
        if found is State.REFUSED and present and entry is _newest(facts, entry.chosen.kind):
            return True
    return False


def _newest(facts: CaseFacts, kind: ReplyKind) -> object:
    return [entry for entry in facts.entries if entry.chosen.kind is kind][-1]


def _ended(facts: CaseFacts, rules: Policy, now: Now) -> Stage | None:
    kinds = (SetAside, Reopened, CaseClosed, Debriefed, DebriefDated)
    turns = facts.ordered(kinds)
    if not turns or isinstance(turns[-1], Reopened):
        return None
    match turns[-1]:
        case SetAside():
            return Stage.SET_ASIDE
        case CaseClosed():
            return Stage.TO_DEBRIEF
        case Debriefed():
            return Stage.CLOSED
        case DebriefDated() as dated:
            today = _business_time(rules, now).date()
            return Stage.CLOSED if today < dated.day else Stage.TO_DEBRIEF
        case _:
            return None


def _answered(facts: CaseFacts, now: Now) -> bool:
    """Whether the full answer is out, and no new one has been begun since."""
    reply = facts.reply
    if reply is not None:
        entries = facts.entries_of(reply.reply)
        if any(state(entry, now) is State.SENT for entry in entries):
            return True
    outside = facts.last(AnsweredOutside)
    none = facts.last(Looked)
    if none is not None and none.choice is Choice.NONE:
        return True
    return outside is not None and (
        reply is None or facts.facts.index(outside) > facts.facts.index(reply)
    )


def _on_the_way(facts: CaseFacts, rules: Policy, now: Now) -> Stage:
    found = blockers(facts, rules, now)
    if facts.revision is not None and all(_last_step(blocker) for blocker in found):
        return Stage.READY
    if sign_off_state(facts, rules, now).standing is Standing.ASKED:
        return Stage.WITH_REVIEWER
    if facts.feelings or facts.revision is not None or facts.drafts:
        return Stage.COOLING
    return Stage.NEW


def _last_step(blocker: Blocker) -> bool:
    """What is done in the very last minute, so that a reply before it counts as ready."""
    return isinstance(blocker, (SecondLook, LookAtPage, InFlight))


def _business_time(rules: Policy, now: Now) -> datetime:
    return now.wall.astimezone(ZoneInfo(rules.zone))
