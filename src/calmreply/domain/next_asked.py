"""Who is asked next where the one who was asked is away, or has not answered in time.

It is only said: silence never approves anything, and nobody is asked by the program itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from calmreply.domain.case import CaseFacts
from calmreply.domain.due import open_time
from calmreply.domain.moment import Now
from calmreply.domain.people import Person, PersonId
from calmreply.domain.policy import Policy
from calmreply.domain.review import ChangesAsked, SignedOff, SignOffAsked, SignOffWithdrawn
from calmreply.domain.sign_off import Standing, is_new, may_sign, sign_off_state


class Why(Enum):
    """What keeps whoever was asked from answering."""

    AWAY = "away"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class NextAsked:
    """`asked` does not answer; `next` could be asked instead, if there is anybody."""

    asked: PersonId
    why: Why
    next: Person | None


def next_asked(facts: CaseFacts, rules: Policy, now: Now) -> NextAsked | None:
    """What to say about whoever was asked last about the present words; None: nothing."""
    revision = facts.revision
    state = sign_off_state(facts, rules, now)
    if revision is None or facts.draft_since:
        return None
    if state.standing in {Standing.SIGNED, Standing.CHANGES_ASKED}:
        return None
    asked = [one for one in facts.of(SignOffAsked) if one.revision == revision.revision]
    last = asked[-1] if asked else None
    if last is None or _answered(facts, last):
        return None
    known = facts.person(last.reviewer)
    if known is None or not known.active:
        why = Why.AWAY
    elif _open_since(last, rules, now) > timedelta(minutes=rules.answer_aim):
        why = Why.SILENT
    else:
        return None
    before = {one.reviewer for one in asked}
    return NextAsked(last.reviewer, why, could_be_asked(facts, rules, now, before))


def could_be_asked(
    facts: CaseFacts, rules: Policy, now: Now, leaving_out: set[PersonId]
) -> Person | None:
    """The first who could sign the present words and has a key to do it with.

    Whoever may grant what the words offer comes first, then whose key is not new, then in the order
    in which they came in; nobody in `leaving_out`, and not whoever wrote.
    """
    revision = facts.revision
    offer = revision.words.offer if revision is not None else None
    wanted = offer.amount if offer is not None else 0
    able = (
        one
        for one in facts.people
        if one.id not in leaving_out and one.signing_keys and may_sign(facts, one.id)
    )
    old_enough = [
        one
        for one in able
        if not (rules.sign_after_week and is_new(facts, one.id, now, now.reading))
    ]

    def later(one: Person) -> tuple[bool, bool]:
        return one.may_offer < wanted, is_new(facts, one.id, now, now.reading)

    return min(old_enough, key=later, default=None)


def _answered(facts: CaseFacts, asked: SignOffAsked) -> bool:
    answered = {one.request for one in facts.of(SignedOff)}
    answered |= {one.request for one in facts.of(SignOffWithdrawn)}
    answered |= {one.request for one in facts.of(ChangesAsked) if one.request}
    return asked.request in answered


def _open_since(asked: SignOffAsked, rules: Policy, now: Now) -> timedelta:
    """How much of the time since then the business was open."""
    began = now.wall_of(asked.at)
    return open_time(rules, began, max(began, now.wall))
