"""Somebody who is alone reads their own words again: a first reading, a night, a last reading.

It is recorded as self-reviewed and never as signed off. Nobody is alone because the other one is
away: alone is who is the only one that could ever sign. Who left a short while ago still counts,
and who is here counts from the first minute, so that nobody gets out of waiting by a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from calmreply.domain import calm
from calmreply.domain.case import CaseFacts
from calmreply.domain.moment import Now
from calmreply.domain.people import Person, Presence
from calmreply.domain.policy import Policy
from calmreply.domain.said import SelfReviewed

NIGHT = timedelta(hours=8)
SMALL_HOURS = time(2), time(5)
"""Business time that belongs to every night."""
REST = timedelta(minutes=10)
"""The final words' own."""
STILL_COUNTS = timedelta(days=7)
"""For how long somebody who has left is not yet gone."""


class Step(Enum):
    """What is next; `DONE`: it may go as self-reviewed."""

    FIRST = "first"
    NIGHT = "night"
    FINAL = "final"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SelfReview:
    """`at` (UTC): when the night is over, or from when the last reading counts."""

    step: Step
    at: datetime | None = None


def alone(people: tuple[Person, ...], now: Now) -> Person | None:
    """The only person there is, if they are here."""
    counted = [one for one in people if _counts(one, now)]
    only = counted[0] if len(counted) == 1 else None
    return only if only is not None and only.active else None


def _counts(person: Person, now: Now) -> bool:
    if person.presence is not Presence.LEFT:
        return True
    return person.gone is not None and now.since(person.gone).sure < STILL_COUNTS


def self_review(facts: CaseFacts, rules: Policy, now: Now) -> SelfReview:
    """How far somebody who is alone has come with the present words."""
    revision, who = facts.revision, alone(facts.people, now)
    reply = revision.reply if revision else None
    mine = [one for one in facts.of(SelfReviewed) if who and (one.reply, one.by) == (reply, who.id)]
    if revision is None or not mine:
        return SelfReview(Step.FIRST)
    first = mine[0].at
    night = night_after(now.wall_of(first), rules)
    passed = now.since(first).sure
    if passed < night:
        return SelfReview(Step.NIGHT, now.wall + night - passed)
    since = calm.words_since(facts, now)
    for read in reversed(mine):
        present = read.revision == revision.revision and facts.mention.says_now(read.version)
        rested = since is not None and now.between(since, read.at).sure >= REST
        if present and rested and now.between(first, read.at).sure >= night and not _writing(facts):
            return SelfReview(Step.DONE)
    rest = REST - now.since(since).sure if since is not None else REST
    return SelfReview(Step.FINAL, now.wall + max(timedelta(0), rest))


def _writing(facts: CaseFacts) -> bool:
    return facts.draft_since is not None


def night_after(began: datetime, rules: Policy) -> timedelta:
    """How long the night is that follows `began` (UTC): with the small hours of every zone."""
    zones = (rules.zone, *rules.night_zones)
    return max(NIGHT, *(_till_after_small_hours(began, ZoneInfo(zone)) for zone in zones))


def _till_after_small_hours(began: datetime, zone: ZoneInfo) -> timedelta:
    begin, end = SMALL_HOURS
    day = began.astimezone(zone).date()
    if datetime.combine(day, begin, zone).astimezone(UTC) < began:
        day += timedelta(days=1)
    return datetime.combine(day, end, zone).astimezone(UTC) - began
