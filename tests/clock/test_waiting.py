"""What counts of a wait: table tests and properties of `domain.moment`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from calmreply.domain.moment import AGREEMENT, Boot, Now, Reading, Span, confirm, observe
from calmreply.testing.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)
NOTHING = timedelta(0)


class Life:
    """A folder on one of two computers, what the program saw, and the true time, which it cannot.

    The other computer has been up for a month, and its wall clock is right.
    """

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.true = self.clock.wall
        self.other = FakeClock(self.true, ticks=MONTH.total_seconds(), prefix="other")
        self.boots: tuple[Boot, ...] = ()
        self.look()

    def look(self) -> Reading:
        self.boots = observe(self.boots, self.clock.read())
        return self.clock.read()

    def run(self, passed: timedelta) -> None:
        self.unseen(passed)
        self.look()

    def unseen(self, passed: timedelta) -> None:
        """Time with the computer on and the program closed, or the lid."""
        self.clock.advance(seconds=passed.total_seconds())
        self.other.advance(seconds=passed.total_seconds())
        self.true += passed

    def set_wall(self, by: timedelta) -> None:
        self.clock.step_wall(by)
        self.look()

    def off(
        self, passed: timedelta, *, set_meanwhile: timedelta = NOTHING, late: timedelta = NOTHING
    ) -> None:
        """Off and on again; the program is started `late` after the computer."""
        self.clock.reboot(passed)
        self.clock.step_wall(set_meanwhile)
        self.other.advance(seconds=passed.total_seconds())
        self.true += passed
        self.unseen(late)
        self.look()

    def carry(self, *, wrong: timedelta = NOTHING) -> None:
        """Bring the folder to the other computer, whose wall clock is `wrong` by that much."""
        self.clock, self.other = self.other, self.clock
        self.clock.step_wall(wrong)
        self.look()

    def connect(self) -> None:
        self.boots = confirm(self.boots, self.clock.read(), self.true)

    def set_right_and_connect(self) -> None:
        self.set_wall(self.true - self.clock.wall)
        self.connect()

    def since(self, fact: Reading) -> Span:
        return Now(self.clock.read(), self.boots).since(fact)


def _plain(life: Life) -> None:
    life.run(20 * MINUTE)


def _wall_forward(life: Life) -> None:
    life.run(5 * MINUTE)
    life.set_wall(24 * HOUR)
    life.run(5 * MINUTE)


def _wall_back(life: Life) -> None:
    life.run(5 * MINUTE)
    life.set_wall(-24 * HOUR)
    life.run(5 * MINUTE)


def _lid_closed(life: Life) -> None:
    life.run(5 * MINUTE)
    life.unseen(8 * HOUR)


def _reboot_offline(life: Life) -> None:
    life.run(5 * MINUTE)
    life.off(2 * HOUR)
    life.run(3 * MINUTE)


def _reboot_online(life: Life) -> None:
    _reboot_offline(life)
    life.connect()


def _two_reboots_confirmed_late(life: Life) -> None:
    _reboot_offline(life)
    _reboot_online(life)


def _reboot_with_clock_set_forward(life: Life) -> None:
    life.run(5 * MINUTE)
    life.off(MINUTE, set_meanwhile=24 * HOUR)
    life.connect()


def _reboot_with_clock_set_forward_then_right_again(life: Life) -> None:
    _reboot_with_clock_set_forward(life)
    life.set_wall(-24 * HOUR)
    life.connect()


def _set_back_then_reboot_and_set_right(life: Life) -> None:
    """A clock set back makes the time off look longer than it was."""
    life.run(5 * MINUTE)
    life.set_wall(-8 * HOUR)
    life.off(10 * HOUR)
    life.set_wall(8 * HOUR)
    life.connect()


def _set_back_and_confirmed_before_the_reboot(life: Life) -> None:
    life.set_wall(-8 * HOUR)
    life.run(5 * MINUTE)
    life.set_wall(8 * HOUR)
    life.connect()
    life.off(HOUR)
    life.connect()


def _reboot_with_clock_set_back(life: Life) -> None:
    """What was lived through counts; how long it was off cannot be said."""
    life.run(10 * MINUTE)
    life.off(MINUTE, set_meanwhile=-3 * HOUR)
    life.run(30 * MINUTE)


def _reboot_with_clock_set_back_then_confirmed(life: Life) -> None:
    _reboot_with_clock_set_back(life)
    life.set_right_and_connect()


def _late_offline(life: Life) -> None:
    """The program is closed over the reboot, and opened an hour after the computer was."""
    life.run(5 * MINUTE)
    life.off(2 * HOUR, late=HOUR)
    life.run(3 * MINUTE)


def _late_then_confirmed(life: Life) -> None:
    _late_offline(life)
    life.connect()


def _soon_then_confirmed(life: Life) -> None:
    life.run(5 * MINUTE)
    life.off(2 * HOUR, late=MINUTE / 2)
    life.run(3 * MINUTE)
    life.connect()


def _closed_within_the_boot(life: Life) -> None:
    """Only the meeting of a boot may be late; who was in it before has lived through it."""
    _late_offline(life)
    life.unseen(7 * HOUR)


def _late_with_clock_set(by: timedelta) -> Callable[[Life], None]:
    def happens(life: Life) -> None:
        life.run(5 * MINUTE)
        life.off(HOUR, set_meanwhile=by, late=4 * HOUR)
        life.run(MINUTE)

    return happens


def _late_with_clock_set_then_right(by: timedelta) -> Callable[[Life], None]:
    def happens(life: Life) -> None:
        _late_with_clock_set(by)(life)
        life.set_right_and_connect()

    return happens


def _carried_offline(life: Life) -> None:
    life.run(5 * MINUTE)
    life.unseen(HOUR)
    life.carry()
    life.run(3 * MINUTE)


def _carried_then_confirmed(life: Life) -> None:
    _carried_offline(life)
    life.connect()


def _carried_to_a_clock_ahead(life: Life) -> None:
    life.run(5 * MINUTE)
    life.carry(wrong=2 * MONTH)
    life.run(3 * MINUTE)


def _carried_from_a_clock_that_jumped(life: Life) -> None:
    """Nothing tells what passed between the two, not even a clock that is right now."""
    life.run(5 * MINUTE)
    life.set_wall(-8 * HOUR)
    _carried_then_confirmed(life)


def _carried_there_and_back_and_rebooted(life: Life) -> None:
    """Ten minutes here, twenty there, five here, one there: each counts, and none twice."""
    life.run(10 * MINUTE)
    life.carry()
    life.run(20 * MINUTE)
    life.carry()
    life.run(5 * MINUTE)
    life.carry()
    life.run(MINUTE)
    life.off(HOUR)


def _carried_there_and_back_and_confirmed(life: Life) -> None:
    _carried_there_and_back_and_rebooted(life)
    life.connect()


@pytest.mark.parametrize(
    ("what_happens", "sure", "unsure"),
    [
        pytest.param(_plain, 20 * MINUTE, NOTHING, id="plain"),
        pytest.param(_wall_forward, 10 * MINUTE, NOTHING, id="wall-set-forward"),
        pytest.param(_wall_back, 10 * MINUTE, NOTHING, id="wall-set-back"),
        pytest.param(_lid_closed, 8 * HOUR + 5 * MINUTE, NOTHING, id="sleep-counts"),
        pytest.param(_reboot_offline, 8 * MINUTE, 2 * HOUR, id="reboot-offline"),
        pytest.param(_reboot_online, 2 * HOUR + 8 * MINUTE, NOTHING, id="reboot-online"),
        pytest.param(
            _two_reboots_confirmed_late, 4 * HOUR + 16 * MINUTE, NOTHING, id="middle-boot-offline"
        ),
        pytest.param(_reboot_with_clock_set_forward, 5 * MINUTE, 24 * HOUR + MINUTE, id="set-off"),
        pytest.param(
            _reboot_with_clock_set_forward_then_right_again, 6 * MINUTE, NOTHING, id="set-right"
        ),
        pytest.param(_set_back_then_reboot_and_set_right, 5 * MINUTE, NOTHING, id="set-back-first"),
        pytest.param(
            _set_back_and_confirmed_before_the_reboot, HOUR + 5 * MINUTE, NOTHING, id="corrected"
        ),
        pytest.param(_reboot_with_clock_set_back, 40 * MINUTE, NOTHING, id="set-back-while-off"),
        pytest.param(
            _reboot_with_clock_set_back_then_confirmed, 41 * MINUTE, NOTHING, id="back-and-right"
        ),
        pytest.param(_late_offline, 8 * MINUTE, 3 * HOUR, id="late"),
        pytest.param(_late_then_confirmed, 3 * HOUR + 8 * MINUTE, NOTHING, id="late-confirmed"),
        pytest.param(
            _soon_then_confirmed, 2 * HOUR + 8.5 * MINUTE, NOTHING, id="half-a-minute-late"
        ),
        pytest.param(
            _closed_within_the_boot, 7 * HOUR + 8 * MINUTE, 3 * HOUR, id="closed-within-the-boot"
        ),
        pytest.param(_late_with_clock_set(-9 * HOUR), 6 * MINUTE, NOTHING, id="late-and-set-back"),
        pytest.param(
            _late_with_clock_set(-2 * HOUR), 6 * MINUTE, 3 * HOUR, id="late-and-a-little-back"
        ),
        pytest.param(_late_with_clock_set(MONTH), 6 * MINUTE, MONTH + 5 * HOUR, id="late-forward"),
        *(
            pytest.param(
                _late_with_clock_set_then_right(by), 5 * HOUR + 6 * MINUTE, NOTHING, id=f"late-{by}"
            )
            for by in (-9 * HOUR, -2 * HOUR, MONTH)
        ),
        pytest.param(_carried_offline, 8 * MINUTE, HOUR, id="carried"),
        pytest.param(_carried_then_confirmed, HOUR + 8 * MINUTE, NOTHING, id="carried-confirmed"),
        pytest.param(_carried_to_a_clock_ahead, 8 * MINUTE, 2 * MONTH, id="carried-ahead"),
        pytest.param(_carried_from_a_clock_that_jumped, 13 * MINUTE, NOTHING, id="carried-jumped"),
        pytest.param(_carried_there_and_back_and_rebooted, 36 * MINUTE, HOUR, id="there-and-back"),
        pytest.param(
            _carried_there_and_back_and_confirmed,
            HOUR + 36 * MINUTE,
            NOTHING,
            id="there-and-back-confirmed",
        ),
    ],
)
def test_what_counts(
    what_happens: Callable[[Life], None], sure: timedelta, unsure: timedelta
) -> None:
    life = Life()
    fact = life.look()
    what_happens(life)
    assert life.since(fact) == Span(sure, unsure)


def test_the_computer_that_was_right_all_along_loses_nothing_however_often_it_restarts() -> None:
    life = Life()
    life.connect()
    fact = life.look()
    for _ in range(30):
        life.run(7 * MINUTE)
        life.unseen(HOUR)
        life.off(3 * HOUR)
    life.connect()
    assert life.since(fact) == Span(30 * (4 * HOUR + 7 * MINUTE))


def test_zone_and_summer_time_do_not_matter() -> None:
    """Berlin leaves summer time at 01:00 UTC; the same instants in any zone measure the same."""
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    before = Reading(datetime(2026, 10, 25, 2, 50, tzinfo=summer), "a", 0.0)
    after = Reading(datetime(2026, 10, 25, 2, 20, tzinfo=winter), "b", 0.0)
    boots = confirm(observe(observe((), before), after), after, after.wall.astimezone(UTC))
    assert Now(after, boots).since(before) == Span(30 * MINUTE)


def test_an_outside_clock_that_disagrees_says_nothing() -> None:
    life = Life()
    life.run(MINUTE)
    before = life.boots
    for wrong in (AGREEMENT + MINUTE, -AGREEMENT - MINUTE, timedelta(days=300)):
        assert confirm(before, life.clock.read(), life.true + wrong) == before


def test_walls_of_facts_follow_the_outside_clock_once_it_is_known() -> None:
    life = Life()
    life.set_wall(3 * MINUTE)
    fact = life.look()
    life.run(10 * MINUTE)
    assert Now(fact, life.boots).wall_of(fact) == fact.wall
    life.connect()
    now = Now(life.clock.read(), life.boots)
    assert now.wall == life.true
    assert now.wall_of(fact) == life.true - 10 * MINUTE


def test_a_fact_newer_than_the_saved_ticks_is_not_older_than_it_is() -> None:
    """The ticks were saved at 100; the fact is of 1,000; then the computer was off an hour."""
    began = FakeClock().wall
    fact = Reading(began + timedelta(seconds=1000), "a", 1000.0)
    later = Reading(fact.wall + HOUR, "b", 0.0)
    boots = confirm(observe((Boot("a", began, 0.0, 100.0),), later), later, later.wall)
    assert Now(later, boots).since(fact) == Span(HOUR)


def test_facts_of_both_computers_wait_the_same_wherever_the_folder_is() -> None:
    life = Life()
    life.connect()
    here = life.look()
    life.run(10 * MINUTE)
    life.carry()
    there = life.look()
    life.run(3 * MINUTE)
    assert life.since(here) == Span(13 * MINUTE)
    life.carry()
    life.run(MINUTE)
    assert [boot.id for boot in life.boots] == ["boot-1", "other-1", "boot-1"]
    assert (life.since(here), life.since(there)) == (Span(14 * MINUTE), Span(4 * MINUTE))
    now = life.look()
    life.off(HOUR)
    life.connect()
    seen = Now(life.look(), life.boots)
    for fact, passed in ((here, 74 * MINUTE), (there, 64 * MINUTE), (now, HOUR)):
        assert seen.since(fact) == Span(passed)
    # Between two facts of before: the same as then, though the folder has been there again.
    life.carry()
    life.run(9 * MINUTE)
    life.carry()
    seen = Now(life.look(), life.boots)
    assert seen.between(there, now) == Span(4 * MINUTE)
    assert seen.between(here, there) == Span(10 * MINUTE)
    assert seen.between(now, there) == Span(NOTHING)


def test_a_boot_that_began_before_the_one_before_it_ended_is_not_measured_from() -> None:
    """Its clock was set back while the program was closed, so the time off would seem longer."""
    life = Life()
    life.run(5 * MINUTE)
    life.off(HOUR, set_meanwhile=-9 * HOUR, late=12 * HOUR)
    fact = life.look()
    life.off(MINUTE, set_meanwhile=9 * HOUR)
    life.connect()
    assert life.since(fact) == Span(NOTHING)


def test_a_boot_of_which_nobody_kept_when_it_was_met_counts_once_it_is_confirmed() -> None:
    """As the first version left it: met when it was last seen. A fact of it may be older."""
    began = FakeClock().wall
    fact = Reading(began, "a", 0.0)
    boots = (Boot("a", began, 50.0, 50.0), Boot("b", began + HOUR, 3000.0, 3000.0))
    older = Reading(began + HOUR, "b", 600.0)
    now = Now(Reading(began + 2 * HOUR, "b", 3600.0), boots)
    assert now.since(fact) == Span(timedelta(seconds=650), timedelta(seconds=6550))
    assert now.between(fact, older) == Span(timedelta(seconds=50), timedelta(seconds=4150))
    assert now.since(older) == Span(timedelta(seconds=3000))
    right = Now(now.reading, confirm(boots, now.reading, now.reading.wall))
    assert right.since(fact) == Span(2 * HOUR)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_boots_edited_by_hand_give_no_time(order: tuple[str, str]) -> None:
    """A fact whose boot is gone, or comes after the present one, has waited for nothing."""
    wall = FakeClock().wall
    fact, now = Reading(wall, order[0], 50.0), Reading(wall + 5 * HOUR, order[1], 9000.0)
    gone = Now(now, (Boot(now.boot, wall, 0.0, 9000.0, confirmed=wall),))
    assert gone.since(fact) == Span(NOTHING)
    turned = Now(now, (*gone.boots, Boot(fact.boot, wall, 0.0, 50.0, confirmed=wall)))
    assert turned.since(fact) == Span(NOTHING)


# --- properties ------------------------------------------------------------------------------

_ticks = st.floats(0, 10**7)
_walls = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside it
_readings = st.builds(Reading, _walls, st.sampled_from("abcd"), _ticks)
_boots = st.lists(
    st.builds(
        Boot, st.sampled_from("abcd"), _walls, _ticks, _ticks, st.booleans(), st.none() | _walls
    ),
    max_size=5,
).map(tuple)


@given(_boots, _readings, _readings)
def test_nothing_ever_lasts_less_than_nothing(
    boots: tuple[Boot, ...], earlier: Reading, later: Reading
) -> None:
    span = Now(later, boots).between(earlier, later)
    assert span.sure >= NOTHING
    assert span.unsure >= NOTHING
    if earlier.boot == later.boot:
        assert span == Span(timedelta(seconds=max(0.0, later.ticks - earlier.ticks)))


@given(_boots, _walls, st.lists(_ticks, min_size=3, max_size=3).map(sorted))
def test_within_a_boot_waits_add_up(
    boots: tuple[Boot, ...], wall: datetime, ticks: list[float]
) -> None:
    one, two, three = (Reading(wall, "a", tick) for tick in ticks)
    now = Now(three, boots)
    parts = now.between(one, two).sure + now.between(two, three).sure
    assert abs(parts - now.between(one, three).sure) <= timedelta(microseconds=2)


@given(st.lists(st.tuples(_ticks, _walls), min_size=1, max_size=8), _walls)
def test_setting_the_wall_clock_within_a_boot_changes_no_wait(
    looks: list[tuple[float, datetime]], other: datetime
) -> None:
    fact = Reading(looks[0][1], "a", 0.0)
    boots: tuple[Boot, ...] = observe((), fact)
    tick = 0.0
    for passed, wall in looks:
        tick += passed
        boots = observe(boots, Reading(wall, "a", tick))
        for shown in (wall, other):
            assert Now(Reading(shown, "a", tick), boots).since(fact) == Span(
                timedelta(seconds=tick)
            )


@given(_boots, _readings)
def test_a_look_stands_last_and_changes_nothing_of_what_was_before(
    boots: tuple[Boot, ...], reading: Reading
) -> None:
    seen = observe(boots, reading)
    before, (here,) = seen[:-1], seen[-1:]
    assert here.id == reading.boot
    assert here.last >= reading.ticks
    if boots and boots[-1].id == reading.boot:
        assert before == boots[:-1]
        assert (here.met, here.last >= boots[-1].last) == (boots[-1].met, True)
    else:
        assert before == boots
        assert here.met == here.last
    assert observe(seen, reading) == seen


_passed = st.integers(0, 12 * 60).map(lambda minutes: timedelta(minutes=minutes))
_steps = st.one_of(st.integers(-12 * 60, 12 * 60), st.integers(-9, 9)).map(
    lambda minutes: timedelta(minutes=minutes)
)


class WaitsAgainstTrueTime(RuleBasedStateMachine):
    """Whatever is done to the clock, no wait is over before its time has truly passed.

    The clocks are right when the program first sees them, and it sees every later change, because
    it runs whenever somebody sets one; small changes may hide within `AGREEMENT` once a boot.
    """

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
        self.facts: list[tuple[Reading, datetime]] = []
        self.sure: list[timedelta] = []
        self.honest = True
        self.carried = False

    @precondition(lambda self: len(self.facts) < 5)
    @rule()
    def write(self) -> None:
        self.facts.append((self.life.look(), self.life.true))
        self.sure.append(NOTHING)

    @rule(passed=_passed)
    def run(self, passed: timedelta) -> None:
        self.life.run(passed)

    @rule(passed=_passed)
    def unseen(self, passed: timedelta) -> None:
        self.life.unseen(passed)

    @rule(by=_steps)
    def set_wall(self, by: timedelta) -> None:
        self.honest = False
        self.life.set_wall(by)

    @rule(passed=_passed, late=st.just(NOTHING) | _passed)
    def off(self, passed: timedelta, late: timedelta) -> None:
        self.life.look()
        self.life.off(passed, late=late)

    @rule()
    def carry(self) -> None:
        self.life.look()
        self.life.carry()
        self.carried = True

    @rule()
    def connect(self) -> None:
        self.life.connect()

    @rule()
    def set_right_and_connect(self) -> None:
        self.life.set_right_and_connect()

    @invariant()
    def never_too_early(self) -> None:
        slack = AGREEMENT * len(self.life.boots)
        for index, (fact, written) in enumerate(self.facts):
            span, passed = self.life.since(fact), self.life.true - written
            assert NOTHING <= span.sure <= passed + slack
            assert span.unsure >= NOTHING
            if self.honest:
                assert span.at_most <= passed
                assert span.sure >= self.sure[index]
                self.sure[index] = span.sure
            if self.honest and not self.carried:
                assert span.at_most == passed


TestWaitsAgainstTrueTime = WaitsAgainstTrueTime.TestCase
TestWaitsAgainstTrueTime.settings = settings(max_examples=150, stateful_step_count=30)
