"""The clock moved by hand: no wait gets shorter by a minute, and nothing leaves.

Somebody is angry, and their reply waits four hours. Each way below makes it look as if those were
over; what is left is measured against the time that really went by.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.app.conftest import Site
from tests.attacks.conftest import Shop

from calmreply.app import ledger
from calmreply.app.home import Home
from calmreply.app.listening import listen
from calmreply.app.sending import send
from calmreply.bootstrap import open_home
from calmreply.domain.blockers import CoolingPerson
from calmreply.testing.clock import FakeClock

HOURS = timedelta(hours=5)
UNSURE = "connect once to confirm the time"


@dataclass(frozen=True)
class Way:
    """How the clock is moved, and how many minutes really went by meanwhile.

    `told` stands on the screen. `unsure`: it may be over, and the outside has to say so.
    """

    name: str
    move: Callable[[Shop], object]
    passed: float = 0
    unsure: bool = False


def between_boots(by: timedelta) -> Callable[[Shop], None]:
    """Off for a minute, and the clock set while nobody looks."""

    def move(shop: Shop) -> None:
        shop.clock.reboot(timedelta(minutes=1))
        shop.clock.step_wall(by)

    return move


def forward_and_back(shop: Shop) -> None:
    shop.clock.step_wall(HOURS)
    seen(shop)
    shop.clock.step_wall(-HOURS)


def over_a_nap(shop: Shop) -> None:
    """The lid is closed for ten minutes; it opens on a clock that says five hours."""
    shop.clock.sleep(minutes=10)
    shop.clock.step_wall(HOURS - timedelta(minutes=10))


def same_boot_again(shop: Shop) -> None:
    """It was started again, and somebody kept its name: the ticks begin at nothing."""
    shop.clock._ticks = 0.0
    shop.clock.step_wall(HOURS)


def another_name(shop: Shop) -> None:
    """The boot is called otherwise all at once, and claims to have been up for a week."""
    shop.clock._prefix = "other"
    shop.clock._ticks += 7 * 24 * 3600
    shop.clock.step_wall(HOURS)


def back_and_forth(shop: Shop) -> None:
    """One folder, two computers that have been up for long: no hour of either counts twice."""
    for prefix in ("other", "boot", "other", "boot"):
        shop.clock._prefix = prefix
        shop.clock._ticks += 3600
        seen(shop)


def dead_battery(shop: Shop) -> None:
    shop.clock.reboot(timedelta(minutes=1))
    shop.clock.set_wall(datetime(1970, 1, 1, tzinfo=UTC))


def a_year_ahead(shop: Shop) -> None:
    shop.clock.reboot(timedelta(minutes=1))
    shop.clock.step_wall(timedelta(days=365))


def stuck(shop: Shop) -> None:
    """The clock that nobody can set does not go on, while the other one does."""
    for _hour in range(5):
        shop.clock.step_wall(timedelta(hours=1))
        seen(shop)


def another_zone(shop: Shop) -> None:
    """The business moves to where it is morning, and so does the computer."""
    shop.desk("settings", "set", "zone", "Pacific/Kiritimati", who="Ana")


def outside_disagrees(shop: Shop) -> None:
    """Set forward while off; a site that is asked tells what time it really is."""
    between_boots(HOURS)(shop)
    with shop.home() as home:
        assert not ledger.confirm_clock(home, shop.clock.wall - HOURS)


def nobody_vouches(shop: Shop) -> None:
    """A site agrees with the clock that was set, but nobody has verified who it is."""
    between_boots(HOURS)(shop)
    asks_the_outside(shop, None)


def asks_the_outside(shop: Shop, told: datetime | None) -> None:
    """A round of listening; `told` is the time out of an answer whose certificate held."""
    site = Site()
    site.outside_time = told
    parts = replace(shop.parts, web=site, feeds=site)
    with open_home(shop.folder, parts) as opened:
        listen.add_source(opened.home, "https://news.example/feed")


def seen(shop: Shop) -> None:
    with shop.home() as home:
        ledger.heartbeat(home)


WAYS = (
    Way("forward while it runs", lambda shop: shop.clock.step_wall(HOURS)),
    Way("back while it runs", lambda shop: shop.clock.step_wall(-HOURS)),
    Way("forward and back again", forward_and_back),
    Way("forward between two starts", between_boots(HOURS), 1, unsure=True),
    Way("back between two starts", between_boots(-HOURS), 1),
    Way("forward over a nap", over_a_nap, 10),
    Way("another time zone", another_zone),
    Way("the boot keeps its name over a restart", same_boot_again),
    Way("another boot that was up for a week", another_name, unsure=True),
    Way("one folder carried between two computers", back_and_forth, 240, unsure=True),
    Way("a year ahead", a_year_ahead, 1, unsure=True),
    Way("1970", dead_battery, 1),
    Way("the clock of the boot is stuck", stuck),
    Way("the outside disagrees", outside_disagrees, 1, unsure=True),
    Way("the outside agrees, and nobody knows who it is", nobody_vouches, 1, unsure=True),
)


def left(home: Home, shop: Shop) -> float:
    """Minutes for which the angry one is still held; 0 where the wait is over."""
    held = send.blockers(home, shop.cases["waiting"])
    mine = [one.left for one in held if isinstance(one, CoolingPerson)]
    return sum(mine, timedelta(0)) / timedelta(minutes=1)


@pytest.mark.parametrize("way", WAYS, ids=lambda one: one.name)
def test_no_wait_gets_shorter(shop: Shop, way: Way) -> None:
    with shop.home() as home:
        before = left(home, shop)
    assert before > 180
    way.move(shop)
    for again in range(2):  # and once more, when the look has been saved
        with shop.home() as home:
            ledger.heartbeat(home)
            assert left(home, shop) >= before - way.passed - 0.02, again
            assert ("clock_unsure" in shop.kinds(home, "waiting")) is way.unsure
    told = shop.tries("waiting")
    assert "Cooling off, Ana was angry" in told
    assert (UNSURE in told) is way.unsure
    assert shop.desk("journal", "verify").data["whole"]


def test_time_that_went_by_counts_whatever_the_clock_says(shop: Shop) -> None:
    """The other side of it: no wait gets longer either, by a nap, summer time, or a wrong clock."""
    with shop.home() as home:
        before = left(home, shop)
    shop.clock.sleep(minutes=60)
    shop.clock.set_wall(datetime(2026, 3, 29, 0, 59, tzinfo=UTC))  # summer time in Europe
    shop.clock.advance(minutes=60)
    with shop.home() as home:
        assert left(home, shop) == pytest.approx(before - 120, abs=0.02)


def test_an_hour_that_the_outside_vouches_for_counts(shop: Shop) -> None:
    with shop.home() as home:
        before = left(home, shop)
    shop.clock.reboot(timedelta(hours=1))
    with shop.home() as home:
        assert left(home, shop) >= before - 0.02
    asks_the_outside(shop, shop.clock.wall + timedelta(minutes=2))
    with shop.home() as home:
        # The site's clock is two minutes ahead; a start before this one is vouched for, too.
        assert left(home, shop) == pytest.approx(before - 60, abs=3.6)
        assert "clock_unsure" not in shop.kinds(home, "waiting")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system keeps its zone elsewhere")
def test_the_zone_of_the_computer_is_nothing_to_us(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop.home() as home:
        before = left(home, shop)
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        with monkeypatch.context() as patched:
            patched.setenv("TZ", zone)
            time.tzset()
            with shop.home() as home:
                assert left(home, shop) == before
    time.tzset()
    assert isinstance(shop.clock, FakeClock)
