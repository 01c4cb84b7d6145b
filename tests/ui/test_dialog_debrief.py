"""Sitting down after it: the timeline, the questions, later, and what survives Esc."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.ui.case_robot import Bench
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import facts, queries
from calmreply.app.cases import debrief, judge
from calmreply.app.sending import send
from calmreply.domain.debrief import (
    Action,
    Answers,
    CaseClosed,
    DebriefDated,
    Debriefed,
    Outcome,
    Settledness,
)
from calmreply.domain.policy import Kind
from calmreply.domain.stage import Stage
from calmreply.ui.dialogs import moments
from calmreply.ui.dialogs.debrief import DebriefDialog
from calmreply.ui.kit.text import PlainLabel

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
    assert worn is not None
    made = DialogRobot(qtbot, bench.home, who=bench.ana, way=request.param)
    yield made
    made.finish()


@pytest.fixture
def answered(bench: Bench) -> CaseId:
    """A complaint, answered by hand the day before."""
    case = bench.said()
    report = bench.sent(case)
    send.posted(bench.home, bench.ana, case, url="https://reviews.example/r", entry=report.entry)
    bench.clock.advance(days=1)
    return case


@pytest.fixture
def closed(bench: Bench, answered: CaseId) -> CaseId:
    debrief.close(bench.home, bench.ana, answered, Outcome.RESOLVED)
    return answered


def told(bench: Bench, case: CaseId, kind: type) -> list[object]:
    with bench.home.store.read() as tx:
        return list(facts.load(bench.home, tx, case).facts.of(kind))


def stage(bench: Bench, case: CaseId) -> Stage:
    return queries.case_page(bench.home, case).stage


def test_the_timeline_tells_the_case_by_day(
    bench: Bench, robot: DialogRobot, closed: CaseId
) -> None:
    assert bench is not None
    dialog = robot.open(DebriefDialog, closed)
    lines = [one.text() for one in dialog.timeline.findChildren(PlainLabel) if one.text()]
    assert lines[:3] == ["Yesterday", "13:34", "They said it (Google) ★☆☆☆☆"]
    assert "Signed off by Tom" in lines
    assert "https://reviews.example/r" in lines
    assert lines.index("Today") < lines.index("Ana closed the case")
    times = [one for one in dialog.timeline.findChildren(PlainLabel) if one.text() == "13:55"]
    assert "21 min after the first of these" in times[0].accessibleDescription()


def test_the_answers_are_kept_as_given(bench: Bench, robot: DialogRobot, closed: CaseId) -> None:
    robot.open(DebriefDialog, closed)
    assert robot.focus == "debrief.escalated"
    assert not robot.there("debrief.outcome")
    robot.type("debrief.escalated", "The phone went to voicemail.")
    robot.type("debrief.better", "Read the name back.")
    robot.press("debrief.causes.order_taking")
    robot.press("debrief.causes.phone_cover")
    robot.type("debrief.opportunity", "She offered a picture.")
    robot.type("debrief.action.1.what", "A line on the order form")
    robot.type("debrief.action.1.who", "Ana")
    robot.press("debrief.action.more")
    assert robot.focus == "debrief.action.2.what"
    robot.type("debrief.action.2.what", "A rota for Saturdays")
    moments.show_day(robot.find("debrief.action.2.by"), date(2026, 12, 24))
    robot.press("debrief.action.more")  # a third that stays empty
    robot.type("debrief.with", "Tom")
    robot.press("debrief.feeling.settled")
    if robot.way == "key":
        robot.key("Ctrl+Return")
    else:
        robot.press("debrief.done")
    expected = Answers(
        escalated="The phone went to voicemail.",
        better="Read the name back.",
        causes=("order_taking", "phone_cover"),
        opportunity="She offered a picture.",
        actions=(
            Action("A line on the order form", "Ana", "2026-12-03"),
            Action("A rota for Saturdays", "", "2026-12-24"),
        ),
        debriefed_with="Tom",
        feeling=Settledness.SETTLED,
    )
    assert robot.done == [expected]
    (kept,) = told(bench, closed, Debriefed)
    assert isinstance(kept, Debriefed)
    assert kept.answers == expected
    assert stage(bench, closed) is Stage.CLOSED


def test_tab_goes_through_the_questions_as_they_stand(robot: DialogRobot, closed: CaseId) -> None:
    robot.open(DebriefDialog, closed)
    robot.press("debrief.action.more")
    robot.find("debrief.opportunity").setFocus()
    seen: list[str] = []
    while robot.focus != "debrief.done" and len(seen) < 40:
        robot.key("Tab")
        seen.append(robot.focus)
    parts = ("what", "who", "by")
    rows = [f"debrief.action.{row}.{part}" for row in (1, 2) for part in parts]
    after = ["debrief.action.more", "debrief.with", "debrief.feeling.settled"]
    assert list(dict.fromkeys(seen)) == [*rows, *after, "debrief.later", "debrief.done"]


def test_half_an_answer_survives_esc_until_it_is_done(
    bench: Bench, robot: DialogRobot, closed: CaseId
) -> None:
    robot.open(DebriefDialog, closed)
    robot.type("debrief.better", "Read the name back.")
    robot.press("debrief.causes.product")
    robot.press("debrief.feeling.glad")
    robot.type("debrief.action.1.what", "A line on the form")
    moments.show_day(robot.find("debrief.action.1.by"), date(2027, 1, 15))
    robot.key("Esc")
    assert told(bench, closed, Debriefed) == []
    dialog = robot.open(DebriefDialog, closed)
    assert robot.text("debrief.better") == "Read the name back."
    assert dialog.answers().causes == ("product",)
    assert dialog.answers().feeling is Settledness.GLAD
    assert dialog.answers().actions == (Action("A line on the form", "", "2027-01-15"),)
    robot.press("debrief.done")
    robot.open(DebriefDialog, closed)
    assert robot.text("debrief.better") == ""


def test_a_complaint_leaves_something_to_learn(
    bench: Bench, robot: DialogRobot, closed: CaseId
) -> None:
    robot.open(DebriefDialog, closed)
    robot.press("debrief.done")
    assert "something to learn" in robot.error("debrief.escalated")
    assert robot.focus == "debrief.escalated"
    assert stage(bench, closed) is Stage.TO_DEBRIEF


def test_an_open_case_is_closed_by_it(bench: Bench, robot: DialogRobot, answered: CaseId) -> None:
    robot.open(DebriefDialog, answered)
    assert robot.text("debrief.done") == "Close the case"
    robot.press("debrief.done")
    assert "Choose one" in robot.error("debrief.outcome")
    robot.press("debrief.outcome.walked_away")
    robot.press("debrief.done")  # closed, but nothing answered yet
    assert stage(bench, answered) is Stage.TO_DEBRIEF
    assert robot.text("debrief.done") == "Done"
    assert not robot.there("debrief.outcome")
    robot.type("debrief.escalated", "A word led to another.")
    robot.press("debrief.done")
    (how,) = told(bench, answered, CaseClosed)
    assert isinstance(how, CaseClosed)
    assert how.outcome is Outcome.WALKED_AWAY
    assert stage(bench, answered) is Stage.CLOSED


def test_later_asks_again_on_that_day_and_keeps_the_words(
    bench: Bench, robot: DialogRobot, closed: CaseId
) -> None:
    robot.open(DebriefDialog, closed)
    robot.type("debrief.better", "Read the name back.")
    robot.press("debrief.later")
    assert robot.focus == "debrief.day"
    moments.show_day(robot.find("debrief.day"), date(2026, 11, 1))
    robot.press("debrief.date_it")
    assert "That day is over" in robot.notice("debrief.notice")
    moments.show_day(robot.find("debrief.day"), date(2026, 11, 30))
    robot.press("debrief.date_it")
    assert robot.done == [date(2026, 11, 30)]
    (dated,) = told(bench, closed, DebriefDated)
    assert isinstance(dated, DebriefDated)
    assert dated.on == "2026-11-30"
    robot.open(DebriefDialog, closed)
    assert robot.text("debrief.better") == "Read the name back."


def test_praise_gets_one_line_and_may_be_left_without(bench: Bench, robot: DialogRobot) -> None:
    case = bench.said("Lovely bread.", stars=None)
    judge.read_all(bench.home, bench.ana, case)
    bench.judged(case, Kind.PRAISE)
    debrief.close(bench.home, bench.ana, case, Outcome.NO_REPLY_NEEDED)
    robot.open(DebriefDialog, case)
    assert robot.focus == "debrief.one_line"
    assert not robot.there("debrief.escalated")
    robot.press("debrief.done")
    assert stage(bench, case) is Stage.CLOSED
    assert robot.done == [Answers()]


def test_who_is_not_signed_in_is_asked_and_loses_nothing(
    qtbot: QtBot, bench: Bench, closed: CaseId, worn: Theme
) -> None:
    assert worn is not None
    robot = DialogRobot(qtbot, bench.home)
    robot.open(DebriefDialog, closed)
    robot.type("debrief.better", "Read the name back.")
    robot.press("debrief.done")
    assert told(bench, closed, Debriefed) == []
    assert robot.text("debrief.better") == "Read the name back."
    robot.answer(bench.ana)
    assert len(told(bench, closed, Debriefed)) == 1
    robot.finish()
