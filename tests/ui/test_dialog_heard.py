"""Bringing in by hand what was said: by dialog and in its room."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.ui.case_robot import SAID, Bench
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import queries
from calmreply.app.rules import settings
from calmreply.domain.mention import Mention, Origin, Promise, Stars, Visibility
from calmreply.ui.dialogs import moments
from calmreply.ui.dialogs.add_mention import AddMentionDialog
from calmreply.ui.paste.page import PastePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.theme import Theme


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, bench: Bench, worn: Theme
) -> Iterator[DialogRobot]:
    """Nobody is signed in: listening needs nobody."""
    assert worn is not None
    made = DialogRobot(qtbot, bench.home, way=request.param)
    yield made
    made.finish()


def mention(bench: Bench, case: CaseId) -> Mention:
    return queries.case_page(bench.home, case).known.facts.mention


def test_one_field_is_enough(bench: Bench, robot: DialogRobot) -> None:
    robot.open(AddMentionDialog)
    assert robot.focus == "mention.text"
    robot.type("mention.text", SAID)
    if robot.way == "key":
        robot.key("Ctrl+Return")
    else:
        robot.press("mention.go")
    (case,) = robot.cases
    assert robot.done == [case]
    found = mention(bench, case)
    assert (found.now.text, found.now.author) == (SAID, "")
    assert found.origin is Origin.PASTE
    assert found.now.visibility is Visibility.PUBLIC
    assert found.published is None
    assert robot.asked_who == []


def test_a_review_with_all_that_stands_beside_it(bench: Bench, robot: DialogRobot) -> None:
    bench.clock.advance(hours=5)
    robot.open(AddMentionDialog)
    robot.type("mention.text", SAID)
    robot.type("mention.author", "Marta  Kowalczyk ")
    robot.type("mention.site", "Google")
    robot.press("mention.stars.2")
    robot.type("mention.link", " https://reviews.example/1 ")
    assert not robot.find("mention.when").isEnabled()
    robot.press("mention.dated")
    when = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    moments.show_moment(robot.find("mention.when"), when, "UTC")
    robot.press("mention.private")
    robot.press("mention.go")
    found = mention(bench, robot.cases[0])
    assert found.now.author == "Marta Kowalczyk"
    assert found.now.stars == Stars(2)
    assert (found.site, found.url, found.published) == ("Google", "https://reviews.example/1", when)
    assert found.now.visibility is Visibility.PRIVATE


@pytest.mark.parametrize("how", [Origin.PHONE, Origin.LETTER, Origin.COUNTER])
def test_a_call_a_letter_or_a_talk_with_what_was_promised(
    bench: Bench, robot: DialogRobot, how: Origin
) -> None:
    robot.open(AddMentionDialog)
    robot.type("mention.link", "https://reviews.example/1")
    robot.press(f"mention.how.{how.value}")
    assert not robot.there("mention.link")
    robot.type("mention.text", "Asked twice for a call back.")
    robot.type("mention.author", "Mr Adeyemi")
    robot.type("mention.contact", "0117 496 0000")
    assert not robot.find("mention.due").isEnabled()
    robot.type("mention.promise", "A call by noon")
    robot.press("mention.due")
    due = datetime(2026, 11, 19, 12, tzinfo=UTC)
    moments.show_moment(robot.find("mention.by"), due, "UTC")
    robot.press("mention.go")
    found = mention(bench, robot.cases[0])
    assert (found.origin, found.contact, found.url) == (how, "0117 496 0000", None)
    assert found.promise == Promise("A call by noon", due)
    assert found.now.visibility is Visibility.PRIVATE


def test_what_is_wrong_stands_in_its_place(bench: Bench, robot: DialogRobot) -> None:
    robot.open(AddMentionDialog)
    robot.press("mention.go")
    assert "What they said is missing" in robot.error("mention.text")
    assert robot.focus == "mention.text"
    robot.type("mention.text", SAID)
    robot.type("mention.link", "reviews.example")
    robot.press("mention.go")
    assert robot.error("mention.text") == ""
    assert "does not begin with http" in robot.error("mention.link")
    assert robot.focus == "mention.link"
    assert robot.cases == []
    assert queries.inbox(bench.home) == ()


def test_esc_loses_no_word(bench: Bench, robot: DialogRobot) -> None:
    assert bench is not None
    robot.open(AddMentionDialog)
    robot.press("mention.how.phone")
    robot.type("mention.text", "Half of what she said")
    robot.type("mention.promise", "A call")
    robot.key("Esc")
    robot.open(AddMentionDialog)
    assert robot.text("mention.text") == "Half of what she said"
    assert robot.text("mention.promise") == "A call"
    robot.press("mention.go")
    robot.open(AddMentionDialog)
    assert robot.text("mention.text") == ""


def test_the_dialog_can_begin_with_a_call(bench: Bench, robot: DialogRobot) -> None:
    assert bench is not None
    robot.open(AddMentionDialog, how=Origin.PHONE)
    assert robot.there("mention.contact")
    assert not robot.there("mention.stars")


def test_times_are_the_business_s_own(bench: Bench, robot: DialogRobot) -> None:
    settings.change(bench.home, bench.ana, {"zone": "Asia/Tokyo"})
    robot.open(AddMentionDialog)
    assert robot.find("mention.when").text() == "18 Nov 2026 22:34"
    robot.type("mention.text", SAID)
    robot.press("mention.dated")
    robot.press("mention.go")
    assert mention(bench, robot.cases[0]).published == datetime(2026, 11, 18, 13, 34, tzinfo=UTC)


def test_times_are_those_of_the_moment_at_which_the_form_is_seen(
    bench: Bench, robot: DialogRobot
) -> None:
    room = robot.room(PastePage)
    first = robot.find("mention.when").dateTime()
    room.hide()
    bench.clock.advance(hours=3)
    room.show()
    robot.settle()
    when, by = robot.find("mention.when"), room.form.by
    assert when.dateTime() == when.maximumDateTime() == first.addSecs(3 * 3600)
    assert by.dateTime() == first.addSecs(27 * 3600)
    when.setDateTime(first)
    room.hide()
    bench.clock.advance(hours=1)
    room.show()
    robot.settle()
    assert when.dateTime() == first, "what was chosen stays"
    assert when.maximumDateTime() == first.addSecs(4 * 3600)


def test_the_room_is_ready_for_the_next_one(bench: Bench, robot: DialogRobot) -> None:
    room = robot.room(PastePage)
    room.show_part(Origin.COUNTER.value)
    robot.type("mention.text", "The rolls were hard.")
    robot.type("mention.author", "A lady in green")
    if robot.way == "key":
        robot.key("Return")  # from a field of one line
    else:
        robot.press("mention.go")
    (case,) = robot.cases
    assert mention(bench, case).origin is Origin.COUNTER
    assert robot.text("mention.text") == ""
    assert robot.text("mention.author") == ""


def test_the_same_words_again_lead_to_the_same_case(bench: Bench, robot: DialogRobot) -> None:
    assert bench is not None
    robot.room(PastePage)
    for _again in range(2):
        robot.type("mention.text", SAID)
        robot.press("mention.go")
    assert robot.cases[0] == robot.cases[1]
