"""Their clock: from when it runs, in whose hours, and what stops it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain.due import first_word, full_reply, next_open, open_time, sent_at
from calmreply.domain.mention import counts_from, is_older
from calmreply.domain.outbox import Outcome
from calmreply.domain.policy import OpeningHours, Policy
from calmreply.domain.reply import Address
from calmreply.testing.builders import CaseBuilder
from calmreply.testing.clock import SOME_MORNING, FakeClock

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN = Policy(zone="Europe/Berlin")
"""Open Monday to Saturday, 9 to 18."""


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-03T10:00", "2026-03-03T12:30", 2.5),
        ("2026-03-03T07:00", "2026-03-03T09:00", 0),
        ("2026-03-03T17:00", "2026-03-04T10:00", 2),
        ("2026-03-07T17:00", "2026-03-09T10:00", 2),  # over a Sunday
        ("2026-03-08T00:00", "2026-03-08T23:59", 0),  # the Sunday
        ("2026-03-02T00:00", "2026-03-09T00:00", 54),
        ("2026-03-27T17:00", "2026-03-30T10:00", 11),  # over the change to summer time
        ("2026-10-23T17:00", "2026-10-26T10:00", 11),  # and back
    ],
)
def test_only_opening_hours_count(start: str, end: str, hours: float) -> None:
    assert open_time(BERLIN, at(start), at(end)) == hours * HOUR


def test_the_hours_are_the_business_s_own() -> None:
    start, end = at("2026-03-03T00:00", "UTC"), at("2026-03-04T00:00", "UTC")
    for zone in ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"):
        assert open_time(Policy(zone=zone), start, end) == 9 * HOUR
    half = start + 12 * HOUR
    assert open_time(Policy(zone="America/New_York"), start, half) == 0 * HOUR
    assert open_time(Policy(zone="Asia/Tokyo"), start, half) == 9 * HOUR


@pytest.mark.parametrize(
    ("day", "length"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25)]
)
def test_a_shop_that_never_closes_counts_every_hour_there_is(day: str, length: int) -> None:
    always = OpeningHours(days=tuple(range(7)), opens="00:00", closes="00:00")
    rules = Policy(zone="Europe/Berlin", hours=always)
    start = at(f"{day}T00:00")
    end = datetime.fromisoformat(f"{day}T00:00") + DAY
    assert open_time(rules, start, at(end.isoformat())) == length * HOUR


def test_a_bar_is_open_past_midnight() -> None:
    hours = OpeningHours(days=(4, 5), opens="20:00", closes="03:00")
    rules = Policy(zone="Europe/Berlin", hours=hours)
    assert open_time(rules, at("2026-03-06T22:00"), at("2026-03-07T21:00")) == 6 * HOUR
    assert open_time(rules, at("2026-03-08T01:00"), at("2026-03-09T12:00")) == 2 * HOUR
    # In the night to 29 March the hour from two to three is missing.
    assert open_time(rules, at("2026-03-28T19:00"), at("2026-03-29T12:00")) == 6 * HOUR


def test_a_shop_that_named_no_days_has_always_time() -> None:
    rules = Policy(hours=OpeningHours(days=()))
    assert open_time(rules, SOME_MORNING, SOME_MORNING + 3 * DAY) == 3 * DAY


_moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(  # noqa: DTZ001 - made UTC
    lambda moment: moment.replace(tzinfo=UTC)
)
_hours = st.builds(
    OpeningHours,
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    opens=st.sampled_from(["00:00", "06:30", "09:00", "20:00"]),
    closes=st.sampled_from(["00:00", "02:00", "12:00", "18:00"]),
)
_rules = st.builds(
    Policy, zone=st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe"]), hours=_hours
)


@given(_rules, _moments, st.lists(st.integers(0, 20_000), min_size=2, max_size=2).map(sorted))
def test_hours_add_up_and_are_never_more_than_there_were(
    rules: Policy, start: datetime, passed: list[int]
) -> None:
    half, end = (start + minutes * MINUTE for minutes in passed)
    whole = open_time(rules, start, end)
    assert open_time(rules, start, half) + open_time(rules, half, end) == whole
    assert timedelta(0) <= whole <= end - start


@given(_rules, _moments, st.integers(1, 3000))
def test_it_is_due_when_exactly_the_aim_has_passed(
    rules: Policy, published: datetime, aim: int
) -> None:
    rules = Policy(zone=rules.zone, hours=rules.hours, first_word_aim=aim)
    built = CaseBuilder(clock=FakeClock(published))
    due = first_word(built.facts, rules, built.now).due
    assert open_time(rules, published, due) == aim * MINUTE
    assert open_time(rules, published, due - MINUTE / 60) < aim * MINUTE


# --- from when ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "from_published"),
    [
        (SOME_MORNING, True),
        (SOME_MORNING - 7 * DAY, True),
        (SOME_MORNING - 7 * DAY - MINUTE, False),
        (SOME_MORNING + MINUTE, False),
        (None, False),
    ],
)
def test_it_runs_from_the_published_time_if_that_is_believable(
    published: datetime | None, from_published: bool
) -> None:
    wanted = published if from_published else SOME_MORNING
    assert counts_from(published, SOME_MORNING) == wanted
    built = CaseBuilder(published=published)
    assert first_word(built.facts, built.rules, built.now).began == wanted


def test_older_is_what_was_published_more_than_seven_days_ago() -> None:
    assert not is_older(SOME_MORNING - 7 * DAY, SOME_MORNING)
    assert is_older(SOME_MORNING - 7 * DAY - MINUTE, SOME_MORNING)
    assert not is_older(None, SOME_MORNING)


# --- two aims, and what stops them -------------------------------------------------------------


def test_the_first_word_is_due_after_an_hour_and_the_full_reply_after_48() -> None:
    built = CaseBuilder()  # a Tuesday, nine o'clock, UTC
    word, reply = (clock(built.facts, built.rules, built.now) for clock in (first_word, full_reply))
    assert (word.aim, reply.aim) == (HOUR, 48 * HOUR)
    assert word.due == SOME_MORNING + HOUR
    # 48 opening hours are five days of nine hours and three more: Tuesday to Saturday, Monday.
    assert reply.due == datetime(2026, 3, 9, 12, tzinfo=UTC)
    assert not word.late
    built.advance(hours=1)
    assert not first_word(built.facts, built.rules, built.now).late
    built.advance(minutes=1)
    word = first_word(built.facts, built.rules, built.now)
    assert word.late
    assert word.waited == 61 * MINUTE
    assert word.answered is None


def test_the_holding_reply_stops_the_first_clock_only() -> None:
    built = CaseBuilder().advance(minutes=30).hold().begin().posted().advance(hours=2)
    word = first_word(built.facts, built.rules, built.now)
    assert word.answered == SOME_MORNING + 30 * MINUTE
    assert (word.waited, word.late) == (30 * MINUTE, False)
    assert full_reply(built.facts, built.rules, built.now).answered is None


def test_the_full_reply_stops_both_and_the_first_answer_counts() -> None:
    built = CaseBuilder().ready().choose().begin().posted()
    answered = built.now.wall
    built.advance(days=1).write(afresh=True).choose().begin().posted()
    for clock in (first_word, full_reply):
        assert clock(built.facts, built.rules, built.now).answered == answered


@pytest.mark.parametrize(
    ("when", "minutes"),
    [
        ("2026-03-03T09:20:00Z", 20),
        ("2026-03-03T10:20:00+01:00", 20),
        ("2026-03-03T09:20:00", 20),
        ("2026-03-03T11:00:00Z", 60),  # nobody has answered in the future
        ("last Tuesday", 60),
        ("", 60),
        ("2026-03-02T09:00:00Z", -24 * 60),
    ],
)
def test_an_answer_outside_counts_from_when_it_was_given(when: str, minutes: int) -> None:
    built = CaseBuilder().advance(hours=1).outside(when=when).advance(hours=1)
    word = first_word(built.facts, built.rules, built.now)
    assert word.answered == SOME_MORNING + minutes * MINUTE
    assert word.waited == max(0, minutes) * MINUTE


def test_what_was_in_doubt_arrived_when_it_was_tried() -> None:
    built = CaseBuilder().write(to=Address("mail")).choose()
    assert sent_at(built.entry) is None
    built.advance(minutes=5).begin()
    tried = built.reading
    built.end(Outcome.UNKNOWN).advance(hours=3)
    assert sent_at(built.entry) is None
    assert sent_at(built.settle(appeared=True).entry) == tried


def test_what_was_delivered_arrived_then() -> None:
    built = CaseBuilder().write(to=Address("mail")).choose().begin().advance(seconds=20)
    assert sent_at(built.end(Outcome.DELIVERED).entry) == built.reading


def test_what_did_not_arrive_stops_nothing() -> None:
    by_hand = CaseBuilder().write().choose().begin().not_posted()
    by_mail = CaseBuilder().write(to=Address("mail")).choose().begin().end(Outcome.UNKNOWN)
    for built in (by_hand, by_mail.settle(appeared=False)):
        assert full_reply(built.facts, built.rules, built.now).answered is None


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-03T10:00", "2026-03-03T10:00"),
        ("2026-03-03T08:00", "2026-03-03T09:00"),
        ("2026-03-03T18:00", "2026-03-04T09:00"),
        ("2026-03-28T18:00", "2026-03-30T09:00"),  # over a Sunday and into summer time
    ],
)
def test_when_the_business_opens_next(moment: str, opens: str) -> None:
    assert next_open(BERLIN, at(moment)) == at(opens)
