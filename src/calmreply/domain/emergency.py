"""What cannot wait, for safety or by law: a written reason, and the waits are at their floors.

Where there is a second person it takes the sign-off of one who was told of the reason. Alone it
takes ten minutes, is recorded as not reviewed, and is talked over within a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from calmreply.domain import calm, record
from calmreply.domain.alone import alone
from calmreply.domain.case import CaseFacts
from calmreply.domain.debrief import Debriefed
from calmreply.domain.moment import Now
from calmreply.domain.outbox import State, state
from calmreply.domain.policy import FLOORS, Kind, Policy, Waits
from calmreply.domain.reply import ReplyKind
from calmreply.domain.said import EmergencyDeclared
from calmreply.domain.sign_off import holding

TALKED_OVER = timedelta(hours=24)


def declared(facts: CaseFacts) -> EmergencyDeclared | None:
    """The last one said of the present turn, with its reason, by somebody who is here."""
    said = [
        one
        for one in facts.in_turn(EmergencyDeclared)
        if one.reason.strip() and (person := facts.person(one.by)) is not None and person.active
    ]
    return said[-1] if said else None


def unreviewed(facts: CaseFacts, now: Now) -> bool:
    """Whether it may go without a second person: an emergency of somebody who is alone."""
    said, who = declared(facts), alone(facts.people, now)
    return said is not None and who is not None and said.alone and said.by == who.id


def waits(facts: CaseFacts, rules: Policy, now: Now) -> Waits | None:
    """The waits as the emergency shortens them; None where it does not.

    To the floors; without a second person to those of a complaint, whatever it is.
    """
    said = declared(facts)
    if said is None:
        return None
    if unreviewed(facts, now):
        return FLOORS[Kind.COMPLAINT]
    known = record.hurry_digest(said)
    if any(one.hurry == known for one in holding(facts, rules, now)):
        return FLOORS[calm.effective_kind(facts, rules)]
    return None


def to_talk_over(facts: CaseFacts, now: Now) -> datetime | None:
    """By when (UTC) an emergency that went out unreviewed is talked over; None if none is owed."""
    since: datetime | None = None
    for said in facts.of(EmergencyDeclared):
        after = facts.facts.index(said)
        sent = [
            entry
            for entry in facts.entries
            if said.alone
            and not entry.chosen.request
            and entry.chosen.kind is not ReplyKind.HOLDING
            and facts.facts.index(entry.chosen) > after
            and state(entry, now) is State.SENT
        ]
        if not sent:
            continue
        first = facts.facts.index(sent[0].chosen)
        if not any(isinstance(fact, Debriefed) for fact in facts.facts[first:]):
            since = now.wall_of(sent[0].chosen.at)
    return None if since is None else since + TALKED_OVER
