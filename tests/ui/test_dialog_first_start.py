"""The first start: one question, and where each answer leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import queries
from calmreply.app.listening import listen
from calmreply.app.persons import passphrases, people
from calmreply.app.rules import settings
from calmreply.ui.kit.checks import IconLine
from calmreply.ui.welcome.first_start import FirstStart
from calmreply.ui.welcome.page import WelcomePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.ui.kit.theme import Theme

PASSPHRASE = "four calm words here"
FEED = "https://loafer.example/feed"


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, desk: Desk, worn: Theme
) -> Iterator[DialogRobot]:
    assert worn is not None
    made = DialogRobot(qtbot, desk.home, way=request.param)
    yield made
    made.finish()


def onward(robot: DialogRobot) -> None:
    """The next step, by the button or by Enter."""
    if robot.way == "key" and robot.focus not in ("welcome.names", "welcome.contacts"):
        robot.key("Return")
    else:
        robot.press("welcome.next")


def key(robot: DialogRobot, who: str, name: str) -> None:
    robot.type(f"welcome.{who}.name", name)
    robot.type(f"welcome.{who}.passphrase", PASSPHRASE)
    robot.type(f"welcome.{who}.again", PASSPHRASE)
    robot.press("welcome.next")


def test_somebody_is_angry_right_now(desk: Desk, robot: DialogRobot) -> None:
    robot.open(FirstStart)
    assert robot.focus == "welcome.angry"
    if robot.way == "key":
        robot.key("Return")
    else:
        robot.press("welcome.angry")
    assert robot.focus == "mention.text"
    assert "The wait begins then." in robot.said()
    robot.press("welcome.open_case")
    assert "What they said is missing" in robot.error("mention.text")
    robot.type("mention.text", "Never again.")
    robot.press("welcome.open_case")
    assert len(robot.cases) == 1
    assert robot.done == [None]
    assert robot.dialogs() == []
    assert len(queries.inbox(desk.home)) == 1
    assert robot.asked_who == []  # a passphrase is asked for at the first writing


def test_set_up_calmly_from_the_first_step_to_the_last(desk: Desk, robot: DialogRobot) -> None:
    desk.serve(FEED, [desk.entry("Priya", "Kind people.")], "The Loaf-er")
    robot.open(FirstStart)
    robot.press("welcome.setup")
    assert "Step 1 of 5: Your business" in robot.said()
    assert robot.focus == "welcome.business_name"
    robot.type("welcome.business_name", "Corner Bakery")
    robot.type("welcome.zone", "Europe/London")
    robot.press("welcome.hours.days.7")
    robot.type("welcome.currency", "GBP")
    onward(robot)
    assert "Step 2 of 5: You" in robot.said()
    key(robot, "you", "Ana")
    assert passphrases.recovery_secret(robot.text("welcome.you.code"))
    assert not robot.there("welcome.skip")
    robot.press("welcome.next")
    assert robot.focus == "welcome.you.safe"  # not before it is on paper
    robot.press("welcome.you.safe")
    onward(robot)
    assert robot.desk.actor is not None
    assert robot.desk.actor.person.name == "Ana"
    assert "Step 3 of 5: A second person" in robot.said()
    key(robot, "second", "Tom")
    robot.press("welcome.second.safe")
    onward(robot)
    assert "Step 4 of 5: Names" in robot.said()
    robot.type("welcome.names", "cornerbakery.example\nSunday loaf")
    robot.type("welcome.contacts", "Ana, 0117 496 0000")
    onward(robot)
    assert "Step 5 of 5: What to listen to" in robot.said()
    robot.press("welcome.add_source")
    robot.type("source.address", FEED)
    robot.press("source.go")
    robot.press("source.go")
    robot.settle()
    assert [one.words() for one in robot.find("dialog.first_start").findChildren(IconLine)][-1] == (
        "The Loaf-er"
    )
    robot.press("welcome.next")
    assert robot.done == [None]
    read = {
        name: settings.read(desk.home, name)
        for name in ("business_name", "zone", "hours", "currency", "names", "contacts")
    }
    assert read == {
        "business_name": "Corner Bakery",
        "zone": "Europe/London",
        "hours": "1-7 09:00-18:00",
        "currency": "GBP",
        "names": "cornerbakery.example\nSunday loaf",
        "contacts": "Ana, 0117 496 0000",
    }
    ana, tom = people.everybody(desk.home)
    assert (ana.name, tom.name, tom.vouched_by) == ("Ana", "Tom", ana.id)
    assert [one.title for one in listen.sources(desk.home)] == ["The Loaf-er"]


def test_every_step_may_be_skipped_and_gone_back_to(desk: Desk, robot: DialogRobot) -> None:
    robot.open(FirstStart)
    robot.press("welcome.setup")
    robot.type("welcome.business_name", "Corner Bakery")
    robot.press("welcome.skip")
    assert settings.read(desk.home, "business_name") == ""
    robot.press("welcome.back")
    assert robot.text("welcome.business_name") == "Corner Bakery"
    for _step in range(4):
        robot.press("welcome.skip")
    assert not robot.there("welcome.skip")
    assert robot.text("welcome.next") == "Done"
    for _step in range(5):
        robot.press("welcome.back")
    assert robot.there("welcome.angry")
    assert people.everybody(desk.home) == ()
    assert settings.read(desk.home, "zone") == "UTC"


def test_a_complaint_that_was_begun_stands_there_again(robot: DialogRobot) -> None:
    robot.open(FirstStart)
    robot.press("welcome.angry")
    robot.type("mention.text", "Never again.")
    robot.press("welcome.later")
    robot.open(FirstStart)
    assert robot.text("mention.text") == "Never again."
    assert robot.focus == "mention.text"


def test_steps_left_empty_ask_for_nothing(desk: Desk, robot: DialogRobot) -> None:
    robot.open(FirstStart)
    robot.press("welcome.setup")
    for _step in range(5):
        robot.press("welcome.next")
    assert robot.done == [None]
    assert people.everybody(desk.home) == ()


def test_what_is_wrong_stands_in_its_place(desk: Desk, robot: DialogRobot) -> None:
    robot.open(FirstStart)
    robot.press("welcome.setup")
    robot.type("welcome.zone", "Nowhere/At all")
    for day in range(1, 7):
        robot.press(f"welcome.hours.days.{day}")
    robot.press("welcome.next")
    assert "does not fit" in robot.error("welcome.zone")
    assert "one day at least" in robot.error("welcome.hours")
    assert robot.focus == "welcome.zone"
    robot.press("welcome.skip")
    robot.type("welcome.you.passphrase", "short")
    robot.press("welcome.next")
    assert "name is missing" in robot.error("welcome.you.name")
    assert "it needs 12" in robot.error("welcome.you.passphrase")
    assert people.everybody(desk.home) == ()


def test_who_is_here_already_is_not_asked_in_again(desk: Desk, robot: DialogRobot) -> None:
    desk.person("Ana")
    robot.open(FirstStart)
    robot.press("welcome.setup")
    robot.press("welcome.skip")
    lines = robot.find("dialog.first_start").findChildren(IconLine)
    assert "Ana: here already" in [one.words() for one in lines if one.isVisible()]
    assert not robot.there("welcome.you.name")
    robot.press("welcome.next")
    assert robot.there("welcome.second.name")


def test_the_rehearsal_is_offered_where_somebody_can_begin_one(
    desk: Desk, robot: DialogRobot
) -> None:
    assert desk is not None
    robot.open(FirstStart)
    assert not robot.there("welcome.rehearse")
    robot.key("Esc")
    begun: list[bool] = []
    dialog = FirstStart(robot.desk, robot.window)
    dialog.rehearse_wanted.connect(lambda: begun.append(True))
    dialog.open()
    robot.settle()
    robot.press("welcome.rehearse")
    assert begun == [True]
    assert robot.dialogs() == []


def test_looking_around_first_is_fine(desk: Desk, robot: DialogRobot) -> None:
    robot.open(FirstStart)
    robot.press("welcome.later")
    assert robot.done == []
    assert robot.dialogs() == []
    assert queries.inbox(desk.home) == ()


def test_as_a_room_it_leads_on_to_the_new_ones(desk: Desk, robot: DialogRobot) -> None:
    assert desk is not None
    robot.room(WelcomePage)
    robot.press("welcome.setup")
    robot.type("welcome.business_name", "Corner Bakery")
    if robot.way == "key":
        robot.key("Return")
    else:
        robot.press("welcome.next")
    for _step in range(4):
        robot.press("welcome.next")
    assert robot.rooms == ["new"]
    assert robot.there("welcome.angry")  # the question stands there again
