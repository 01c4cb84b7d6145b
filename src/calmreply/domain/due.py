"""Their clock: how long the customer has waited, and by when we owe them a word.

Runs from the published time (if believable), counted in the business's opening hours and zone.
With each turn of theirs it begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from calmreply.domain.case import AnsweredOutside, CaseFacts
from calmreply.domain.mention import counts_from
from calmreply.domain.moment import Now, Reading
from calmreply.domain.outbox import AttemptBegan, AttemptEnded, Entry, Outcome, Posted, Settled
from calmreply.domain.policy import Policy
from calmreply.domain.reply import ReplyKind

_HORIZON = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class TheirClock:
    """`began` UTC; `waited` and `aim` in opening hours; `answered` UTC where it was answered."""

    began: datetime
    waited: timedelta
    aim: timedelta
    due: datetime
    answered: datetime | None

    @property
    def late(self) -> bool:
        return self.waited > self.aim


def first_word(facts: CaseFacts, rules: Policy, now: Now) -> TheirClock:
    """The clock to the first word they are owed: a holding reply or the full one."""
    return _clock(facts, rules, now, timedelta(minutes=rules.first_word_aim), holding=True)


def full_reply(facts: CaseFacts, rules: Policy, now: Now) -> TheirClock:
    """The clock to the full reply."""
    return _clock(facts, rules, now, timedelta(minutes=rules.full_reply_aim), holding=False)


def sent_at(entry: Entry) -> Reading | None:
    """When an entry arrived, as far as its facts say; None where it did not.

    What was in doubt and turned out to be there arrived when it was tried, not when that was seen.
    """
    tried: Reading | None = None
    for fact in entry.happened:
        match fact:
            case AttemptBegan(at=at):
                tried = at
            case AttemptEnded(outcome=Outcome.DELIVERED, at=at) | Posted(at=at):
                return at
            case Settled(appeared=True, at=at):
                return tried or at
            case _:
                continue
    return None


def _clock(
    facts: CaseFacts, rules: Policy, now: Now, aim: timedelta, *, holding: bool
) -> TheirClock:
    mention = facts.mention
    began = counts_from(mention.published, mention.heard)
    answers = [
        now.wall_of(at)
        for entry in facts.entries_in_turn
        if (holding or entry.chosen.kind is not ReplyKind.HOLDING)
        and (at := sent_at(entry)) is not None
    ]
    answers += [said_outside(fact, now) for fact in facts.in_turn(AnsweredOutside)]
    answered = min(answers, default=None)
    until = max(began, answered or now.wall)
    return TheirClock(
        began=began,
        waited=open_time(rules, began, until),
        aim=aim,
        due=_after(rules, began, aim),
        answered=answered,
    )


def said_outside(fact: AnsweredOutside, now: Now) -> datetime:
    """When it was answered elsewhere, as the person said; never after they said it."""
    said_at = now.wall_of(fact.at)
    try:
        when = datetime.fromisoformat(fact.when)
    except ValueError:
        return said_at
    return min(when.replace(tzinfo=when.tzinfo or UTC), said_at)


def open_time(rules: Policy, start: datetime, end: datetime) -> timedelta:
    """How much of the time from `start` to `end` (UTC) fell into opening hours."""
    # Nobody reads a wait of years to the minute: beyond the horizon it is simply long.
    start = max(start, end - _HORIZON)
    spans = (min(b, end) - max(a, start) for a, b in _open_spans(rules, start, end))
    return sum((span for span in spans if span > timedelta(0)), timedelta(0))


def next_open(rules: Policy, at: datetime) -> datetime | None:
    """The first UTC time from `at` on at which the business is open; None if it never is."""
    spans = _open_spans(rules, at, at + _HORIZON)
    return next((max(opens, at) for opens, closes in spans if closes > at), None)


def _after(rules: Policy, start: datetime, length: timedelta) -> datetime:
    """The UTC time at which `length` of opening hours have passed since `start`."""
    left = length
    for opens, closes in _open_spans(rules, start, start + _HORIZON):
        open_for = max(timedelta(0), closes - max(opens, start))
        if open_for >= left:
            return max(opens, start) + left
        left -= open_for
    return start + _HORIZON


def _open_spans(
    rules: Policy, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The times of being open that touch `start` to `end`; always, if no day is named."""
    if not rules.hours.days:
        yield start, end
        return
    zone = ZoneInfo(rules.zone)
    opens, closes = rules.hours.window()
    day = start.astimezone(zone).date() - timedelta(days=1)
    last = end.astimezone(zone).date()
    while day <= last:
        if day.weekday() in rules.hours.days:
            ends_on = day if closes > opens else day + timedelta(days=1)
            begin = datetime.combine(day, opens, zone).astimezone(UTC)
            finish = datetime.combine(ends_on, closes, zone).astimezone(UTC)
            if finish > start:
                yield begin, finish
        day += timedelta(days=1)
