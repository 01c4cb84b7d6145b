"""In the window: a second person agrees, an emergency, and the night of somebody who is alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtTest import QTest
from tests.ui.case_robot import PASSPHRASE, Bench, CaseRobot

from calmreply.app import queries
from calmreply.app.cases import judge, second
from calmreply.app.sending import send
from calmreply.domain.case import Choice
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.said import Agreement, Ground
from calmreply.ui.dialogs.emergency import EmergencyDialog
from calmreply.ui.dialogs.second import SecondDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.ui.kit.theme import Theme

    OnPage = Callable[..., CaseRobot]

ACCOUNT = "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def on_page(qtbot: QtBot, worn: Theme) -> Iterator[OnPage]:
    assert worn is not None
    robots: list[CaseRobot] = []

    def show(home: Bench, case: Any) -> CaseRobot:
        robots.append(CaseRobot(qtbot, home, who=home.ana))
        return robots[-1].open(case)

    yield show
    for robot in robots:
        robot.finish()


def by_menu(page: CaseRobot, name: str) -> None:
    action = page.page.menu_actions[name]
    assert action.isEnabled()
    action.trigger()
    page.settle()


def test_alone_a_night_lies_between_two_readings(on_page: OnPage) -> None:
    bench = Bench(alone=True)
    case = bench.written(bench.said())
    bench.clock.advance(minutes=21)
    page = on_page(bench, case)
    assert page.blockers() == ["self_review", "second_look"]
    assert page.line("self_review").endswith("Read them now")
    page.do("self_review")
    below: Any = page.find("dialog.self").page.verticalScrollBar()
    page.until(lambda: below.maximum() == 0)  # what it is for can be seen without scrolling
    page.press("self.go")
    assert "a night belongs to this reply" in page.line("self_review")
    assert "Read them now" not in page.line("self_review")
    page.later(hours=20)
    assert page.line("self_review").startswith("You are alone: read your words a last time")
    page.do("self_review")
    page.press("self.go")
    assert page.blockers() == ["second_look"]
    assert "self_reviewed" in page.done()
    assert "signed" not in page.done()
    bench.looked(case)
    page.page.read_again()
    page.settle()
    assert page.send_says() == ("Copy and open the page", True)


def test_an_emergency_of_somebody_who_is_alone(on_page: OnPage) -> None:
    bench = Bench(alone=True)
    case = bench.written(bench.said())
    bench.clock.advance(minutes=11)
    second.self_review(bench.home, bench.ana, case)
    page = on_page(bench, case)
    by_menu(page, "emergency")
    dialog = page.page.deeds.doors.dialog
    assert isinstance(dialog, EmergencyDialog)
    page.settle()
    assert "nobody else looked at it" in dialog.rule.text()
    page.press("emergency.go")
    assert dialog.notice.words() == "Choose which it is, or let it wait."
    page.press("emergency.safety")
    page.press("emergency.go")
    page.until(dialog.row.error)
    page.fill("emergency.reason", "There is glass in the loaf.")
    page.press("emergency.go")
    assert page.blockers() == ["second_look"]
    said = queries.case_page(bench.home, case).emergency
    assert said is not None
    assert (said.ground, said.reason) == (Ground.SAFETY, "There is glass in the loaf.")
    assert "emergency" in page.done()
    assert "self_reviewed" not in page.done(), "it was read once, and there was no night"


def test_a_second_person_agrees_with_their_own_passphrase(on_page: OnPage) -> None:
    bench = Bench()
    case = bench.said()
    bench.read(case)
    bench.judged(case, Kind.PRAISE)
    bench.wrote(case, f"Send it to {ACCOUNT}.")
    bench.clock.advance(minutes=21)
    page = on_page(bench, case)
    assert page.blockers() == ["private_data", "needs_second_person", "second_look"]
    by_menu(page, "second")
    dialog = page.page.deeds.doors.dialog
    assert isinstance(dialog, SecondDialog)
    page.until(lambda: dialog.chosen is Agreement.NOT_PRIVATE)
    assert ACCOUNT in dialog.private.text()
    assert [dialog.who.itemText(at) for at in range(dialog.who.count())] == ["Tom"], "not Ana"
    page.press("second.go")
    page.until(dialog.passphrase_row.error)
    QTest.keyClicks(page.find("second.passphrase").focusProxy(), PASSPHRASE)
    page.press("second.go")
    assert page.blockers() == ["needs_second_person", "second_look"]
    by_menu(page, "second")
    page.settle()
    QTest.keyClicks(page.find("second.passphrase").focusProxy(), PASSPHRASE)
    page.press("second.go")
    assert page.blockers() == ["second_look"]
    by_menu(page, "stricter")
    assert "needs_second_person" in page.blockers()


def test_where_there_is_nothing_to_agree_to_it_says_so(on_page: OnPage) -> None:
    bench = Bench()
    case = bench.written(bench.said())
    page = on_page(bench, case)
    by_menu(page, "second")
    dialog = page.page.deeds.doors.dialog
    assert isinstance(dialog, SecondDialog)
    page.settle()
    assert not dialog.nothing.isHidden()
    assert not dialog.yes.isEnabled()


def test_what_went_out_unreviewed_is_to_debrief(on_page: OnPage) -> None:
    bench = Bench(alone=True)
    case = bench.written(bench.said())
    judge.say_feeling(bench.home, bench.ana, case, Feeling.STUNG)
    bench.clock.advance(minutes=11)
    page = on_page(bench, case)
    by_menu(page, "emergency")
    page.settle()
    page.press("emergency.law")
    page.fill("emergency.reason", "By noon, says the court.")
    page.press("emergency.go")
    bench.looked(case, Choice.SEND)
    send.send(bench.home, bench.ana, case)
    send.posted(bench.home, bench.ana, case, note="Seen there.")
    page.page.read_again()
    page.settle()
    assert page.shown.page.stage.value == "to_debrief"
    assert page.shown.page.talk_over_by is not None
