"""What the line at the bottom says after a check by hand, and while nothing can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calmreply.app.listening import listen
from calmreply.app.listening.checks import Checked
from calmreply.errors import KnownError
from calmreply.ui.shell import saying

if TYPE_CHECKING:
    from tests.ui.conftest import Desk
    from tests.ui.robot import Robot

HOST = "https://blog.example"
PAGE = KnownError("not_a_feed_now", "A page came instead of the feed.", "Sign in there.")
BUSY = KnownError("site_trouble", "The site answered with an error.", "It is tried again.")


def tone(robot: Robot) -> str:
    return robot.frame.status.sign._tone


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (Checked(), "Nothing new"),
        (Checked(asked=3), "Nothing new"),
        (Checked(asked=3, waiting=1), "Nothing new"),
        (Checked(new=1, asked=3), "1 new mention"),
        (Checked(new=2, asked=3, failed=1), "2 new mentions; 1 of 3 sources could not be read"),
        (Checked(asked=5, failed=3), "3 of 5 sources could not be read"),
        (Checked(asked=5, failed=5), "None of the 5 sources could be read just now"),
        (Checked(asked=1, failed=1), "The source could not be read just now"),
        (Checked(asked=3, before=4), "Nothing new since the 4 mentions that came just now"),
        (Checked(new=2, asked=3, before=4), "2 new mentions"),
        (Checked(waiting=2), "Nobody was asked: the sites want us to wait"),
    ],
)
def test_a_check_says_how_it_went(how: Checked, words: str) -> None:
    assert saying._checked(how) == words


def test_where_nobody_could_be_read_it_does_not_say_that_nothing_is_new(
    desk: Desk, robot: Robot
) -> None:
    """All sources stand on one host, which shows a page for signing in: that is no network gone."""
    places = [f"{HOST}/{number}" for number in range(3)]
    for one in places:
        desk.feed(one, [])
    robot.open()
    assert robot.status("state") == "Listening to 3 sources"
    assert tone(robot) == "green"
    desk.sites.fails.update(dict.fromkeys(places, PAGE))
    robot.key("F5")
    assert robot.status("said") == "None of the 3 sources could be read just now"
    assert robot.status("state") == "Listening to 3 sources: none could be read"
    assert tone(robot) == "amber"
    robot.press("status.said")
    assert (robot.room, robot.status("said")) == ("listening", "")

    del desk.sites.fails[places[0]]
    robot.key("F5")
    assert robot.status("said") == "2 of 3 sources could not be read"
    assert robot.status("state") == "Listening to 3 sources: 2 could not be read"
    assert tone(robot) == "amber"
    robot.later(minutes=1)
    assert robot.status("said") == "", "it may be true no longer"

    desk.sites.fails.clear()
    robot.key("F5")
    assert robot.status("said") == "Nothing new"
    assert robot.status("state") == "Listening to 3 sources"
    assert tone(robot) == "green"
    assert not any(one.state.trouble for one in listen.sources(desk.home))


def test_a_passing_failure_of_one_stays_soft_and_one_that_needs_somebody_does_not(
    desk: Desk, robot: Robot
) -> None:
    places = [f"https://site{number}.example/feed" for number in range(3)]
    for one in places:
        desk.feed(one, [])
    robot.open()
    desk.sites.fails[places[0]] = BUSY
    robot.key("F5")
    assert robot.status("state") == "Listening to 3 sources"
    assert tone(robot) == "green"
    desk.sites.fails[places[0]] = KnownError("site_wants_sign_in", "It is closed.", "Sign in.")
    robot.key("F5")
    assert robot.status("state") == "Listening to 3 sources: 1 could not be read"
    assert tone(robot) == "amber"


def test_what_is_new_is_told_beside_what_failed(desk: Desk, robot: Robot) -> None:
    good, bad = f"{HOST}/good", "https://other.example/bad"
    desk.feed(good, [])
    desk.feed(bad, [])
    robot.open()
    desk.serve(good, [desk.entry("Lea", "Stale bread.")])
    desk.sites.fails[bad] = BUSY
    robot.key("F5")
    assert robot.status("said") == "1 new mention; 1 of 2 sources could not be read"


def test_what_came_by_itself_just_before_is_not_denied(desk: Desk, robot: Robot) -> None:
    desk.feed(f"{HOST}/feed", [desk.entry("Lea", "Stale bread."), desk.entry("Kim", "Cold soup.")])
    robot.open()
    assert len(robot.inbox.names()) == 2
    robot.key("F5")
    assert robot.status("said") == "Nothing new since the 2 mentions that came just now"
    robot.key("F5")
    assert robot.status("said") == "Nothing new"


def test_what_was_said_of_fewer_sources_goes_once_there_are_more(desk: Desk, robot: Robot) -> None:
    bad = "https://other.example/bad"
    desk.feed(f"{HOST}/feed", [])
    desk.feed(bad, [])
    robot.open()
    desk.sites.fails[bad] = BUSY
    robot.key("F5")
    assert robot.status("said") == "1 of 2 sources could not be read"
    desk.serve(f"{HOST}/more", [])
    robot.desk.write(lambda home: listen.add_source(home, f"{HOST}/more"), on="net")
    robot.settle()
    assert robot.status("state") == "Listening to 3 sources"
    assert robot.status("said") == ""


def test_who_was_not_asked_because_the_host_is_silent_was_not_read_either(
    desk: Desk, robot: Robot
) -> None:
    for number in range(5):
        desk.feed(f"{HOST}/{number}", [])
        desk.sites.fails[f"{HOST}/{number}"] = KnownError("too_slow", "It took too long.", "Wait.")
    robot.open()
    desk.sites.asked.clear()
    robot.key("F5")
    assert len(desk.sites.asked) == 2
    assert robot.status("said") == "None of the 5 sources could be read just now"
