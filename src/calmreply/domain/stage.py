"""The stage of a case: the first that fits, always derived, never stored."""

from __future__ import annotations

from datetime import date
from enum import Enum
from zoneinfo import ZoneInfo

from calmreply.domain import emergency
from calmreply.domain.blockers import (
    Blocker,
    InFlight,
    LookAtPage,
    NotConnected,
    Paused,
    SecondLook,
)
from calmreply.domain.case import (
    AnsweredOutside,
    CaseFacts,
    Choice,
    Looked,
    Reopened,
    SetAside,
    TheyAnswered,
)
from calmreply.domain.debrief import CaseClosed, DebriefDated, Debriefed
from calmreply.domain.gate import blockers
from calmreply.domain.moment import Now
from calmreply.domain.outbox import Entry, Showing, State, state
from calmreply.domain.policy import Policy
from calmreply.domain.reply import ReplyKind, ReplyStarted, Revised
from calmreply.domain.sign_off import Standing, sign_off_state

_DECIDES = (Looked, ReplyStarted, Revised)


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
    over = ended(facts, rules, now)
    if over in (None, Stage.CLOSED) and emergency.to_talk_over(facts, now) is not None:
        return Stage.TO_DEBRIEF
    if over is not None:
        return over
    if _answered(facts, now):
        return Stage.FOLLOW_UP
    return _on_the_way(facts, rules, now)


def needs_you(facts: CaseFacts, now: Now) -> bool:
    """Whether something was not sent, or may not have been, and a person has to say."""
    states = [(entry, state(entry, now)) for entry in facts.entries]
    return any(
        found is State.UNSURE
        or (found is State.REFUSED and _still_wanted(facts, entry, now))
        or (found is State.SENT and _taken_down(facts, entry))
        for entry, found in states
    )


def _taken_down(facts: CaseFacts, sent: Entry) -> bool:
    """Whether its site has taken a reply down again, or a mail came back, and nobody has done
    anything about it.
    """
    seen = sent.seen
    if seen is None or seen.showing not in (Showing.REJECTED, Showing.RETURNED):
        return False
    since = facts.facts[facts.facts.index(seen) :]
    done = (ReplyStarted, AnsweredOutside, SetAside, CaseClosed)
    return not any(isinstance(fact, done) for fact in since)


def _still_wanted(facts: CaseFacts, refused: Entry, now: Now) -> bool:
    """Whether nobody has done anything about a refusal: chosen other words, or another end.

    Nobody waits for a first word any more once they have the full one.
    """
    kind = refused.chosen.kind
    if kind is ReplyKind.HOLDING and _answered(facts, now):
        return False
    revision = facts.revision
    newest = [entry for entry in facts.entries if entry.chosen.kind is kind][-1]
    present = kind is ReplyKind.HOLDING or (
        revision is not None and refused.chosen.revision == revision.revision
    )
    since = facts.facts[facts.facts.index(refused.last) :]
    over = (AnsweredOutside, SetAside, CaseClosed)
    given_up = any(isinstance(fact, over) for fact in since)
    in_turn = refused in facts.entries_in_turn
    return refused == newest and present and in_turn and not given_up


def ended(facts: CaseFacts, rules: Policy, now: Now) -> Stage | None:
    """How the case was ended, as long as nobody opened it again; a debrief belongs to a closing.

    Their answer opens it again, whatever it was.
    """
    turns = facts.turns
    ending: SetAside | CaseClosed | None = None
    debrief: Debriefed | DebriefDated | None = None
    for fact in facts.facts:
        match fact:
            case Reopened():
                ending = debrief = None
            case TheyAnswered() if fact in turns:
                ending = debrief = None
            case SetAside() | CaseClosed():
                ending, debrief = fact, None
            case Debriefed() | DebriefDated():
                debrief = fact
            case _:
                pass
    match ending, debrief:
        case None, _:
            return None
        case SetAside(), _:
            return Stage.SET_ASIDE
        case _, Debriefed():
            return Stage.CLOSED
        case _, DebriefDated() as dated:
            return Stage.CLOSED if _business_day(rules, now) < dated.day else Stage.TO_DEBRIEF
        case _:
            return Stage.TO_DEBRIEF


def _answered(facts: CaseFacts, now: Now) -> bool:
    """Whether the full answer is out (or none is wanted), and no new one was begun since."""
    reply = facts.reply
    if facts.answered_outside:
        return True
    if reply is not None and any(
        state(entry, now) is State.SENT for entry in facts.entries_of(reply.reply)
    ):
        return True
    turns = [fact for fact in facts.in_turn(object) if isinstance(fact, _DECIDES)]
    return bool(turns) and isinstance(turns[-1], Looked) and turns[-1].choice is Choice.NONE


def _on_the_way(facts: CaseFacts, rules: Policy, now: Now) -> Stage:
    found = blockers(facts, rules, now)
    if facts.revision is not None and all(_last_step(blocker) for blocker in found):
        return Stage.READY
    if sign_off_state(facts, rules, now).standing is Standing.ASKED:
        return Stage.WITH_REVIEWER
    if facts.feelings:
        # Somebody has said how it felt, so their wait runs or is over; words alone cool nobody.
        return Stage.COOLING
    return Stage.NEW


def _last_step(blocker: Blocker) -> bool:
    """What is done in the very last minute or is no fault of the reply: with it, it is ready."""
    return isinstance(blocker, (SecondLook, LookAtPage, InFlight, NotConnected, Paused))


def _business_day(rules: Policy, now: Now) -> date:
    return now.wall.astimezone(ZoneInfo(rules.zone)).date()
