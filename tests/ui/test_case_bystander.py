"""What the place allows, and the reply as everybody else will meet it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel
from tests.ui.case_robot import Bench, CaseRobot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

WORDS = "Dear Marta, we are sorry that the cake said Stan."


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def page(qtbot: QtBot, bench: Bench) -> Iterator[CaseRobot]:
    robot = CaseRobot(qtbot, bench, who=bench.ana)
    yield robot
    robot.finish()


def told(page: CaseRobot) -> list[str]:
    labels = page.page.bystander.findChildren(QLabel)
    return [one.text() for one in labels if one.isVisible() and one.text()]


def test_the_words_in_the_editor_stand_below_theirs(page: CaseRobot, bench: Bench) -> None:
    page.open(bench.said())
    assert "As others will see it" in told(page)
    page.page.bystander.toggle.click()
    page.page.reply.edit.insertPlainText(WORDS)
    page.settle()
    shown = told(page)
    assert shown[-1] == WORDS
    assert "The business" in shown
    page.page.bystander.toggle.click()
    page.settle()
    assert WORDS not in told(page)
