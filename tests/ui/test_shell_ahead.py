"""The page of a case is made before it is wanted, in parts that hold nobody up."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from calmreply.ui.case.page import CasePage
from calmreply.ui.kit.turns import Turns

if TYPE_CHECKING:
    import pytest
    from tests.ui.conftest import Desk
    from tests.ui.robot import Robot

A_PART = 0.4
"""Of all widgets of a page, so many may be made in one turn."""


def test_no_turn_makes_much_of_it(robot: Robot) -> None:
    robot.open()
    shell = robot.shell
    begun = len(QApplication.allWidgets())
    seen = [begun]
    work = CasePage.in_turns(robot.desk, shell.frame.pages)
    turns = Turns(work, lambda page: page.deleteLater(), shell)
    while not turns.over:
        turns.step()
        seen.append(len(QApplication.allWidgets()))
    whole = seen[-1] - begun
    assert whole > 100, "it is the page"
    assert max(after - before for before, after in pairwise(seen)) < A_PART * whole


class Moves(QObject):
    """Counts the widgets that got another place."""

    seen = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        self.seen += event.type() == QEvent.Type.ParentChange
        return False


def test_what_is_made_stays_where_it_is(robot: Robot) -> None:
    """Whoever moves is asked for its style anew, and so is everything in it."""
    robot.open()
    shell = robot.shell
    work = CasePage.in_turns(robot.desk, shell.frame.pages)
    parts = 0
    for _part in work:
        parts += 1
        if parts == 1:
            page = shell.frame.pages.findChildren(CasePage)[-1]
            moves = Moves(page)
        for one in page.findChildren(QWidget):
            one.installEventFilter(moves)
    assert parts > 8
    assert not page.columns.narrow, "both columns are there"
    assert moves.seen == 0
    page.deleteLater()


def test_it_is_made_by_itself_and_is_the_one_that_is_opened(desk: Desk, robot: Robot) -> None:
    desk.said("Marta")
    robot.open()
    pages = robot.shell.pages
    robot.until(lambda: "case" in pages._turns)
    robot.until(lambda: "case" in pages._made)
    made = pages._made["case"]
    robot.inbox.open("Marta")
    assert pages.current is made
    assert robot.frame.pages.count() == len(pages._made)


def test_whoever_opens_a_case_earlier_gets_it_at_once(
    desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.said("Marta")
    monkeypatch.setattr("calmreply.ui.shell.pages._AHEAD_MS", 3_600_000)
    robot.open()
    pages = robot.shell.pages
    robot.until(lambda: "case" in pages._turns)
    pages._turns["case"].step()
    robot.inbox.open("Marta")
    assert robot.frame.pages.findChildren(CasePage) == [pages.current]
    assert pages._turns["case"].over


def test_a_window_that_goes_and_comes_back_shows_nothing_half_made(
    desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.said("Marta")
    monkeypatch.setattr("calmreply.ui.shell.pages._AHEAD_MS", 3_600_000)
    robot.open()
    turns = robot.shell.pages._turns
    robot.until(lambda: "case" in turns)
    while not turns["case"].over:
        robot.frame.hide()
        turns["case"].step()
        robot.frame.show()
        (page,) = robot.frame.pages.findChildren(CasePage)
        assert not page.isVisible()
    robot.inbox.open("Marta")
    assert page.isVisible()


def test_nothing_is_made_once_the_window_closes(
    robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calmreply.ui.shell.pages._AHEAD_MS", 3_600_000)
    robot.open()
    turns = robot.shell.pages._turns
    robot.until(lambda: "case" in turns)
    turns["case"].step()
    robot.finish()
    assert turns["case"].over
