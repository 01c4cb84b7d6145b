"""How a case ends: closed, set aside, answered outside; and the first word that goes at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from tests.ui.case_robot import SAID, Bench
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import facts, queries
from calmreply.app.cases import judge
from calmreply.app.rules import settings
from calmreply.app.sending import outgoing, send
from calmreply.domain.case import AnsweredOutside, SetAside
from calmreply.domain.debrief import CaseClosed, Outcome
from calmreply.domain.outbox import Posted, State
from calmreply.domain.policy import Feeling
from calmreply.domain.stage import Stage
from calmreply.testing.channels import REFUSED
from calmreply.ui.dialogs import moments
from calmreply.ui.dialogs.aside import AsideDialog
from calmreply.ui.dialogs.close import CloseDialog
from calmreply.ui.dialogs.holding import HoldingDialog
from calmreply.ui.dialogs.outside import OutsideDialog

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


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that reached the browser."""
    found: list[str] = []

    def open_url(url: Any) -> bool:
        found.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return found


def told(bench: Bench, case: CaseId, kind: type) -> list[Any]:
    with bench.home.store.read() as tx:
        return list(facts.load(bench.home, tx, case).facts.of(kind))


def stage(bench: Bench, case: CaseId) -> Stage:
    return queries.case_page(bench.home, case).stage


# --- closing --------------------------------------------------------------------------------


def test_closing_says_how_it_ended_and_leads_to_the_debrief(
    bench: Bench, robot: DialogRobot
) -> None:
    case = bench.said()
    robot.open(CloseDialog, case)
    assert robot.focus == "close.resolved"
    robot.press("close.go")
    assert "Choose one." in robot.said()
    assert told(bench, case, CaseClosed) == []
    robot.press("close.walked_away")
    robot.press("close.go")
    assert robot.done == [Outcome.WALKED_AWAY]
    assert stage(bench, case) is Stage.TO_DEBRIEF
    assert robot.dialogs() == ["dialog.debrief"]
    assert robot.text("debrief.done") == "Done"


def test_nothing_closes_while_a_reply_is_on_its_way(bench: Bench, robot: DialogRobot) -> None:
    case = bench.said()
    bench.sent(case)
    robot.open(CloseDialog, case)
    robot.press("close.resolved")
    robot.press("close.go")
    assert "still on its way" in robot.notice("close.notice")
    assert robot.dialogs() == ["dialog.close"]
    assert told(bench, case, CaseClosed) == []


# --- setting aside --------------------------------------------------------------------------


def test_setting_aside_keeps_the_reason(bench: Bench, robot: DialogRobot) -> None:
    case = bench.said()
    robot.open(AsideDialog, case)
    assert robot.focus == "aside.reason"
    robot.press("aside.go")
    assert "needs a reason" in robot.error("aside.reason")
    robot.type("aside.reason", "Spam, sent to the whole street.")
    robot.key("Esc")
    robot.open(AsideDialog, case)
    assert robot.text("aside.reason") == "Spam, sent to the whole street."
    if robot.way == "key":
        robot.key("Ctrl+Return")
    else:
        robot.press("aside.go")
    assert [one.reason for one in told(bench, case, SetAside)] == [
        "Spam, sent to the whole street."
    ]
    assert stage(bench, case) is Stage.SET_ASIDE


# --- answered outside -----------------------------------------------------------------------


def test_an_answer_given_elsewhere_is_kept_without_blame(bench: Bench, robot: DialogRobot) -> None:
    case = bench.said()
    bench.clock.advance(hours=3)
    robot.open(OutsideDialog, case)
    robot.press("outside.go")
    assert "What was answered is missing" in robot.error("outside.text")
    assert robot.focus == "outside.text"
    robot.type("outside.text", "I rang her and said sorry.")
    robot.type("outside.link", "not a link")
    robot.press("outside.go")
    assert "does not begin with http" in robot.error("outside.link")
    robot.type("outside.link", "https://reviews.example/r")
    when = robot.find("outside.when")
    later = bench.clock.wall + timedelta(days=1)
    moments.show_moment(when, later, "UTC")
    assert moments.moment_of(when, "UTC") <= bench.clock.wall  # the future has not been answered
    moments.show_moment(when, datetime(2026, 11, 18, 14, 5, tzinfo=UTC), "UTC")
    robot.press("outside.go")
    (kept,) = told(bench, case, AnsweredOutside)
    assert kept.text == "I rang her and said sorry."
    assert kept.url == "https://reviews.example/r"
    assert kept.when.startswith("2026-11-18T14:05")
    assert stage(bench, case) is Stage.FOLLOW_UP


def test_times_are_the_business_s_own(bench: Bench, robot: DialogRobot) -> None:
    settings.change(bench.home, bench.ana, {"zone": "America/New_York"})
    case = bench.said()
    robot.open(OutsideDialog, case)
    assert robot.find("outside.when").text() == "18 Nov 2026 08:34"
    robot.type("outside.text", "I rang her.")
    robot.press("outside.go")
    (kept,) = told(bench, case, AnsweredOutside)
    assert kept.when.startswith("2026-11-18T13:34")


# --- the holding reply ----------------------------------------------------------------------


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_by_hand_it_is_copied_the_page_opens_and_posted_follows(
    bench: Bench, robot: DialogRobot, opened: list[str]
) -> None:
    case = bench.said()
    robot.open(HoldingDialog, case)
    assert robot.text("holding.mention") == SAID
    words = robot.text("holding.text")
    assert words.startswith("Hello Marta Kowalczyk, thank you for telling us.")
    assert "Thursday 19 November, 14:00" in words
    assert robot.text("holding.send") == "Copy and open the page"
    robot.press("holding.send")
    assert clipboard() == words
    assert opened == ["https://reviews.example/corner-bakery/marta"]
    assert robot.done == []
    assert robot.focus == "holding.link"
    assert outgoing.outbox(bench.home)[0].state is State.IN_FLIGHT
    robot.type("holding.link", "nowhere")
    robot.press("holding.posted")
    assert "does not begin with http" in robot.error("holding.link")
    robot.type("holding.link", "https://reviews.example/corner-bakery/marta#r")
    if robot.way == "key":
        robot.key("Return")
    else:
        robot.press("holding.posted")
    assert robot.done[0].state is State.SENT
    assert [one.url for one in told(bench, case, Posted)] == [
        "https://reviews.example/corner-bakery/marta#r"
    ]


def test_not_posted_after_all(bench: Bench, robot: DialogRobot) -> None:
    case = bench.said()
    robot.open(HoldingDialog, case)
    robot.press("holding.send")
    QGuiApplication.clipboard().setText("something else")
    robot.press("holding.copy")
    assert clipboard() == robot.text("holding.text")
    robot.press("holding.not_posted")
    assert robot.done[0].state is State.CANCELLED
    assert told(bench, case, Posted) == []


def test_every_slot_shows_at_once_in_the_exact_words(bench: Bench, robot: DialogRobot) -> None:
    settings.change(bench.home, None, {"contacts": "Ana, 0117 496 0000\nhello@corner.example"})
    case = bench.said()
    robot.open(HoldingDialog, case)
    assert not robot.there("holding.contact")
    robot.press("holding.wording.heard_contact")
    assert "now: Ana, 0117 496 0000." in robot.text("holding.text")
    robot.find("holding.contact").choose("hello@corner.example")
    robot.press("holding.name")
    moments.show_moment(robot.find("holding.time"), datetime(2026, 11, 20, 9, tzinfo=UTC), "UTC")
    robot.settle()
    words = robot.text("holding.text")
    assert words.startswith("Hello, thank you for telling us, and we are sorry")
    assert "by Friday 20 November, 09:00" in words
    assert "now: hello@corner.example." in words
    robot.press("holding.send")
    assert clipboard() == words


def test_the_time_lies_within_seven_days(bench: Bench, robot: DialogRobot) -> None:
    robot.open(HoldingDialog, bench.said())
    field = robot.find("holding.time")
    for far in (timedelta(days=30), timedelta(days=-30)):
        moments.show_moment(field, bench.clock.wall + far, "UTC")
        robot.settle()
        chosen = moments.moment_of(field, "UTC")
        assert timedelta(minutes=-1) < chosen - bench.clock.wall < timedelta(days=7)


def test_without_a_contact_the_plan_is_one_press_away(bench: Bench, robot: DialogRobot) -> None:
    robot.open(HoldingDialog, bench.said())
    assert not robot.find("holding.wording.heard_contact").isEnabled()
    robot.press("holding.add_contact")
    assert robot.rooms == ["settings:contacts"]
    assert robot.dialogs() == []


def test_a_name_that_is_no_name_is_never_greeted(bench: Bench, robot: DialogRobot) -> None:
    robot.open(HoldingDialog, bench.said(author="www.cheap-cakes.example"))
    assert not robot.there("holding.name")
    assert robot.text("holding.text").startswith("Hello, thank you")


def test_once_for_each_place(bench: Bench, robot: DialogRobot) -> None:
    case = bench.said()
    robot.open(HoldingDialog, case)
    robot.press("holding.send")
    robot.key("Esc")
    dialog = robot.open(HoldingDialog, case)
    assert "Copied; say when it is posted" in robot.notice("holding.notice")
    assert not dialog.send.isEnabled()


def test_the_gate_is_asked_again_at_the_press(bench: Bench, robot: DialogRobot) -> None:
    case = bench.said()
    robot.open(HoldingDialog, case)
    settings.change(bench.home, None, {"paused": "yes"})
    robot.press("holding.send")
    assert "Sending is paused" in robot.notice("holding.notice")
    assert outgoing.outbox(bench.home) == ()


def test_by_mail_it_leaves_and_a_refusal_is_told(bench: Bench, robot: DialogRobot) -> None:
    bench.account()
    bench.mail.will(REFUSED)
    case = bench.letter()
    judge.read_all(bench.home, bench.ana, case)
    judge.say_feeling(bench.home, bench.ana, case, Feeling.ANGRY)
    robot.open(HoldingDialog, case)
    assert robot.text("holding.send") == "Send the holding reply"
    robot.press("holding.send")
    assert robot.done[0].state is State.REFUSED
    assert robot.dialogs() == []
    assert send.due(bench.home) == ()
