"""Alone: a first reading, a night that belongs to the reply, a last reading of the final words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain import blockers as b
from calmreply.domain.alone import Step, night_after, self_review
from calmreply.domain.people import Presence
from calmreply.domain.policy import Feeling, Kind, Policy
from calmreply.domain.said import EmergencyDeclared
from calmreply.domain.stage import Stage
from calmreply.testing.builders import CaseBuilder
from calmreply.testing.clock import FakeClock

NIGHT_LEFT = timedelta(hours=20)
"""From nine in the morning to five the next."""


def alone() -> CaseBuilder:
    """Ana, at nine in the morning, with her words written and both waits over."""
    clock = FakeClock(wall=datetime(2026, 11, 18, 9, tzinfo=UTC))
    return CaseBuilder(clock=clock).only().read().feel().judge().write()


def step(built: CaseBuilder) -> Step:
    return self_review(built.facts, built.rules, built.now).step


def test_who_is_alone_reads_sleeps_on_it_and_reads_again() -> None:
    built = alone()
    assert built.blockers()[-2] == b.SelfReview()
    built.review_alone()
    night = built.blockers()[-2]
    assert night == b.SelfReviewNight(built.now.wall + NIGHT_LEFT)
    assert (night.kind, night.clears_at) == ("self_review", built.now.wall + NIGHT_LEFT)
    built.advance(hours=19, minutes=59)
    assert built.kinds() == ["self_review", "second_look"]
    built.advance(minutes=1)
    assert built.blockers()[0] == b.SelfReview(final=True, possible_at=built.now.wall)
    assert built.stage() is not Stage.READY
    assert built.review_alone().kinds() == ["second_look"]
    assert built.look().kinds() == []
    assert built.choose().facts.entries[0].chosen.request is None, "never as signed off"


def test_the_last_reading_is_of_the_final_words_ten_minutes_after_they_changed() -> None:
    built = alone().review_alone().advance(hours=20).write(text="Dear Robin, it was stale.")
    assert found(built) == b.SelfReview(final=True, possible_at=built.now.wall + TEN)
    built.review_alone().advance(minutes=9, seconds=59).review_alone()
    assert step(built) is Step.FINAL, "read while the words still rested"
    built.advance(seconds=1)
    assert step(built) is Step.FINAL
    assert step(built.review_alone()) is Step.DONE
    built.draft("ana", "Dear Robin, actually")
    assert step(built) is Step.FINAL
    assert step(built.undraft("ana").edited("And rude.")) is Step.FINAL, "they say more now"


TEN = timedelta(minutes=10)


def found(built: CaseBuilder) -> b.Blocker | None:
    return next((one for one in built.blockers() if one.kind == "self_review"), None)


def test_the_night_belongs_to_the_reply() -> None:
    built = alone().review_alone().advance(hours=20).write(text="Another.", afresh=True)
    assert step(built) is Step.FIRST
    assert step(built.review_alone()) is Step.NIGHT


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001 - made UTC below
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Auckland"])
def test_a_night_is_eight_hours_and_more_with_the_small_hours(zone: str, naive: datetime) -> None:
    began = naive.replace(tzinfo=UTC)
    night = night_after(began, Policy(zone=zone))
    assert timedelta(hours=8) <= night <= timedelta(hours=28)


@pytest.mark.parametrize(
    ("hour", "minute", "hours"), [(9, 0, 20), (21, 0, 8), (20, 0, 9), (1, 59, 8), (2, 1, 26.984)]
)
def test_how_long_a_night_is(hour: int, minute: int, hours: float) -> None:
    began = datetime(2026, 11, 18, hour, minute, tzinfo=UTC)
    assert abs(night_after(began, Policy()) - timedelta(hours=hours)) < timedelta(minutes=1)


def test_a_clock_that_is_set_forward_is_no_night() -> None:
    built = alone().review_alone().step_wall(hours=21)
    assert step(built) is Step.NIGHT
    assert step(built.review_alone()) is Step.NIGHT
    assert step(built.reboot(hours=30)) is Step.NIGHT, "off: it counts once the clock is confirmed"
    assert step(built.advance(hours=26)) is Step.FINAL


def test_a_question_needs_no_review_where_no_rule_asks_for_one() -> None:
    built = CaseBuilder().only().read().feel().judge(Kind.QUESTION).write().advance(minutes=5)
    assert built.kinds() == ["second_look"]
    built.rules_now(sign_question=True)
    assert built.kinds() == ["self_review", "second_look"]


# --- who is alone ------------------------------------------------------------------------------


def test_whose_second_person_is_away_or_has_just_left_is_not_alone() -> None:
    """Neither makes a path that is weaker than waiting for them."""
    built = alone().comes_in("tom").person("tom", Presence.AWAY)
    assert "needs_second_person" in built.kinds()
    built.review_alone().advance(hours=30).review_alone()
    assert built.kinds() == ["needs_second_person", "second_look"]
    built.person("tom", Presence.LEFT).advance(days=6, hours=23)
    assert built.kinds() == ["needs_second_person", "second_look"]
    built.advance(hours=1)
    assert built.kinds() == ["second_look"], "what was read after a night counts by then"


def test_a_second_person_who_comes_in_ends_being_alone_at_once() -> None:
    built = alone().review_alone().advance(hours=20).review_alone().look()
    assert built.kinds() == []
    assert built.comes_in("tom").kinds() == ["needs_second_person"]


def test_the_self_review_of_somebody_else_counts_for_nothing() -> None:
    built = alone().review_alone("tom").advance(hours=20).review_alone("tom")
    assert step(built) is Step.FIRST
    assert step(built.person("ana", Presence.AWAY).review_alone()) is Step.FIRST, "nobody is here"


def test_where_the_rules_say_so_a_key_in_its_first_week_signs_nothing_off() -> None:
    built = CaseBuilder().rules_now(sign_after_week=True).advance(days=1).comes_in("self")
    built.advance(days=6).read().feel().judge().write().ask("self").sign("self").wait()
    assert "sign_off_lapsed" in built.kinds()
    assert "sign_off_lapsed" not in built.ask("tom").sign("tom").kinds(), "a week and more"
    built.advance(days=1).write(text="Dear Robin.").ask("self").sign("self").wait()
    assert built.kinds() == ["second_look"]


# --- what cannot wait --------------------------------------------------------------------------


def test_an_emergency_with_a_sign_off_shortens_the_waits_to_the_floors() -> None:
    built = CaseBuilder().read().feel("ana", Feeling.ANGRY).judge().write().ask().sign()
    built.emergency().advance(minutes=10)
    assert "cooling_person" in built.kinds(), "what was signed before knows of no emergency"
    built.ask("mia").sign("mia")
    assert built.kinds() == ["second_look"]
    built.look()
    assert built.kinds() == []
    assert "cooling_person" in built.withdraw("mia").kinds()


def test_in_an_emergency_at_night_nobody_waits_for_the_morning() -> None:
    clock = FakeClock(wall=datetime(2026, 11, 18, 22, tzinfo=UTC))
    built = CaseBuilder(clock=clock).read().feel("ana", Feeling.ANGRY).judge().write()
    built.emergency().ask().sign().advance(minutes=9, seconds=59)
    assert "cooling_person" in built.kinds()
    assert built.advance(seconds=1).kinds() == ["second_look"]


def test_nothing_goes_below_the_floor_in_an_emergency() -> None:
    built = CaseBuilder().read().feel().judge().emergency().write().ask().sign().advance(minutes=9)
    assert built.kinds() == ["cooling_person", "cooling_text", "second_look"]


@pytest.mark.parametrize("kind", list(Kind))
def test_alone_it_is_ten_minutes_recorded_as_not_reviewed_and_talked_over(kind: Kind) -> None:
    built = CaseBuilder().only().rules_now(sign_question=True, sign_praise=True).read()
    built.feel().judge(kind).write().emergency().advance(minutes=9, seconds=59)
    assert "cooling_text" in built.kinds()
    built.advance(seconds=1).look()
    assert built.kinds() == []
    built.choose().posted()
    (said,) = built.facts.of(EmergencyDeclared)
    assert (said.alone, built.entry.chosen.request) == (True, None)
    assert built.stage() is Stage.TO_DEBRIEF
    built.close()
    assert built.stage() is Stage.TO_DEBRIEF
    built.debrief_later(built.now.wall.date() + timedelta(days=9))
    assert built.stage() is Stage.TO_DEBRIEF, "it is not put off"
    assert built.debrief().stage() is Stage.CLOSED


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_an_emergency_needs_a_written_reason_of_somebody_who_is_here(reason: str) -> None:
    built = CaseBuilder().only().read().feel().judge().write().advance(minutes=10)
    before = built.kinds()
    assert built.emergency(reason=reason).kinds() == before
    assert built.emergency("tom").kinds() == before


def test_an_emergency_of_two_is_none_of_one_who_is_alone_later() -> None:
    """Nobody sends their colleague away to be alone with an emergency."""
    built = CaseBuilder().only().comes_in("tom").read().feel().judge().write().emergency()
    built.person("tom", Presence.LEFT).advance(minutes=10)
    assert "needs_second_person" in built.kinds()
    built.advance(days=7)
    assert built.kinds() == ["self_review", "second_look"]
