"""The room "People": who is here, coming in, away, back, gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint
from tests.ui.case_robot import PASSPHRASE, Bench
from tests.ui.dialog_robot import DialogRobot

from calmreply.app.cases import debrief
from calmreply.app.persons import passphrases, people
from calmreply.domain.debrief import Action, Answers, Outcome
from calmreply.domain.people import Presence
from calmreply.testing.clock import FakeClock
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.people.page import PeoplePage
from calmreply.ui.people.rows import PersonRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.ui.kit.theme import Theme


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, bench: Bench, worn: Theme
) -> Iterator[DialogRobot]:
    assert worn is not None
    made = DialogRobot(qtbot, bench.home, who=bench.ana, way=request.param)
    yield made
    made.finish()


def rows(room: PeoplePage) -> list[list[str]]:
    """Each person's pills, in order."""
    return [
        [pill.text() for pill in row.findChildren(Pill)]
        for row in room.findChildren(PersonRow)
        if row.isVisible()
    ]


def presence(bench: Bench, name: str) -> Presence:
    return next(one.presence for one in people.everybody(bench.home) if one.name == name)


def test_everybody_with_how_they_stand(bench: Bench, robot: DialogRobot) -> None:
    bench.clock.advance(days=8)
    bench.person("Lea", 10_000)
    room = robot.room(PeoplePage)
    assert rows(room) == [["here"], ["here"], ["here", "first week: this key is new"]]
    assert robot.said().count("signs counts in full") == 1
    said = robot.said()
    assert "may offer up to 100.00 GBP · let in by Ana on 26 Nov 2026" in said
    assert "may offer up to 50.00 GBP · since 18 Nov 2026" in said


def test_what_debriefs_said_would_be_done(bench: Bench, robot: DialogRobot) -> None:
    room = robot.room(PeoplePage)
    assert not robot.there("people.intended")
    case = bench.written(bench.said())
    debrief.close(bench.home, bench.ana, case, Outcome.RESOLVED)
    later = Action("Read the name back", "Tom", "2026-12-24")
    todo = (Action("A line on the form", "Ana"), later)
    changes = debrief.debrief(bench.home, bench.ana, case, Answers(actions=todo))
    room._desk.changed.emit(changes)
    robot.settle()
    said = robot.said()
    first, second = "Tom, by 24 Dec 2026", "Ana, no day named"
    assert -1 < said.index("Read the name back") < said.index(first) < said.index(second)
    opened: list[str] = []
    room._desk.case_wanted.connect(opened.append)
    robot.press("people.intended.0")
    assert robot.text("people.intended.0") == f"Case {case}, Marta Kowalczyk"
    assert opened == [case]


def test_away_and_back_at_once(bench: Bench, robot: DialogRobot) -> None:
    room = robot.room(PeoplePage)
    robot.press("people.away.Tom")
    assert presence(bench, "Tom") is Presence.AWAY
    assert rows(room)[1][0] == "away"
    assert robot.text("people.away.Tom") == "Is back"
    robot.press("people.away.Tom")
    assert presence(bench, "Tom") is Presence.ACTIVE


def test_leaving_for_good_is_asked_about_first(bench: Bench, robot: DialogRobot) -> None:
    room = robot.room(PeoplePage)
    robot.press("people.left.Tom")
    assert "Has Tom left for good?" in robot.notice("people.notice")
    assert presence(bench, "Tom") is Presence.ACTIVE
    robot.key("Return")  # the focus is on the answer
    robot.settle()
    assert presence(bench, "Tom") is Presence.LEFT
    assert rows(room)[-1] == ["has left"]
    assert not robot.there("people.left.Tom")
    assert robot.notice("people.notice") == ""


def test_what_can_be_done_stands_in_line_with_the_words_over_it(robot: DialogRobot) -> None:
    room = robot.room(PeoplePage)
    (about,) = (one for one in room.findChildren(PlainLabel) if "since" in one.text())
    change = robot.find("people.change.Ana")
    left = change.mapTo(room, QPoint()).x() + LinkButton.hang
    assert left == about.mapTo(room, QPoint()).x()


def test_the_last_person_stays(bench: Bench, robot: DialogRobot) -> None:
    people.set_presence(bench.home, bench.ana, "Tom", Presence.LEFT)
    robot.room(PeoplePage)
    robot.press("people.left.Ana")
    robot.key("Return")
    robot.settle()
    assert "Ana is the only person here" in robot.notice("people.notice")
    assert presence(bench, "Ana") is Presence.ACTIVE


def test_somebody_new_comes_in(bench: Bench, robot: DialogRobot) -> None:
    room = robot.room(PeoplePage)
    robot.press("people.add")
    robot.type("person.name", "Lea")
    robot.type("person.role", " counter ")
    robot.type("person.passphrase", PASSPHRASE)
    robot.type("person.again", PASSPHRASE)
    if robot.way == "key":
        robot.key("Return")
    else:
        robot.press("person.go")
    assert passphrases.recovery_secret(robot.text("person.code"))
    assert not robot.find("person.go").isEnabled()
    robot.key("Esc")
    assert "shown this once" in robot.notice("add_person.notice")
    robot.press("person.safe")
    robot.press("person.go")
    assert robot.dialogs() == []
    lea = people.person(bench.home, "Lea")
    assert (lea.vouched_by, lea.role) == (bench.ana.person.id, "counter")
    assert rows(room)[-1] == ["here", "first week: this key is new"]


def test_a_change_is_signed_by_whoever_signs_in(qtbot: QtBot, bench: Bench, worn: Theme) -> None:
    assert worn is not None
    robot = DialogRobot(qtbot, bench.home)
    robot.room(PeoplePage)
    robot.press("people.away.Tom")
    assert presence(bench, "Tom") is Presence.ACTIVE
    robot.answer(bench.ana)
    assert presence(bench, "Tom") is Presence.AWAY
    robot.finish()


def test_the_first_one_comes_in_alone(qtbot: QtBot, desk: Desk, worn: Theme) -> None:
    assert worn is not None
    assert isinstance(desk.clock, FakeClock)
    robot = DialogRobot(qtbot, desk.home)
    robot.room(PeoplePage)
    robot.press("people.add_first")
    robot.type("person.name", "Ana")
    robot.type("person.passphrase", PASSPHRASE)
    robot.type("person.again", PASSPHRASE)
    robot.press("person.go")
    robot.press("person.safe")
    robot.press("person.go")
    (ana,) = people.everybody(desk.home)
    assert (ana.name, ana.vouched_by) == ("Ana", None)
    assert robot.asked_who == []
    robot.finish()
