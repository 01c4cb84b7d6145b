"""Characters in one's own reply that nobody can see: flagged where they stand, and taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QImage, QTextCursor
from tests.ui.case_robot import REPLY, Bench, CaseRobot

from calmreply.ui.kit.hidden import hidden_in
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.ui.kit.theme import Theme

    OnPage = Callable[..., CaseRobot]

UNSEEN = "Dear\u200b Marta, \u202ethank you\u202c \U0001f600"


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def on_page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[OnPage]:
    assert worn is not None
    robots: list[CaseRobot] = []

    def show(case: Any, **more: Any) -> CaseRobot:
        robots.append(CaseRobot(qtbot, bench, **{"who": bench.ana, **more}))
        return robots[-1].open(case)

    yield show
    for robot in robots:
        robot.finish()


def paste(page: CaseRobot, words: str) -> None:
    data = QMimeData()
    data.setText(words)
    page.page.reply.edit.setFocus()
    page.page.reply.edit.insertFromMimeData(data)
    page.settle()


def amber_at(page: CaseRobot, at: int) -> bool:
    """Whether a pole stands before this character."""
    edit = page.page.reply.edit
    cursor = QTextCursor(edit.document())
    cursor.setPosition(at)
    place = edit.cursorRect(cursor)
    image = edit.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ratio = image.devicePixelRatio()
    seen = {
        QColor(image.pixel(round(x * ratio), round(place.center().y() * ratio))).name()
        for x in (max(0, place.left() - 1), place.left())
    }
    return theme().color("amber").name() in seen


def test_they_are_flagged_where_they_stand_and_the_words_stay(
    bench: Bench, on_page: OnPage
) -> None:
    page = on_page(bench.said())
    assert not page.there("case.hidden")
    paste(page, UNSEEN)
    assert [UNSEEN[at] for at in hidden_in(UNSEEN)] == ["\u200b", "\u202e", "\u202c"]
    assert page.page.reply.edit.words() == UNSEEN
    assert amber_at(page, 4)
    assert not amber_at(page, 2)
    assert page.text("case.hidden") == (
        "3 characters here cannot be seen: [U+200B] invisible, "
        "[U+202E] turns the direction of the text, [U+202C] turns the direction of the text"
    )
    page.press("case.hidden.out")
    assert page.page.reply.edit.words() == "Dear Marta, thank you \U0001f600"
    assert not page.there("case.hidden")
    assert not amber_at(page, 4)
    page.page.reply.edit.undo()
    assert page.page.reply.edit.words() == UNSEEN


def test_those_in_words_that_were_there_before_are_flagged_too(
    bench: Bench, on_page: OnPage
) -> None:
    case = bench.said()
    bench.wrote(case, "Dear \u2066Marta")
    page = on_page(case)
    assert amber_at(page, 5)
    assert "[U+2066]" in page.text("case.hidden")
    another = bench.said("Another")
    page.open(another)
    assert not page.there("case.hidden")


def test_to_take_them_out_of_signed_words_asks_first(bench: Bench, on_page: OnPage) -> None:
    case = bench.signed_off(bench.said(), text=f"{REPLY}\u200b")
    page = on_page(case)
    page.press("case.hidden.out")
    assert page.there("case.question")
    assert page.page.reply.edit.words() == f"{REPLY}\u200b"
    page.press("case.question.change")
    assert page.page.reply.edit.words() == REPLY


def test_what_is_out_keeps_its_flags_and_offers_no_change(bench: Bench, on_page: OnPage) -> None:
    case = bench.letter()
    bench.account()
    bench.sent(case, text=f"{REPLY}\u200b")
    page = on_page(case)
    assert page.there("case.hidden")
    assert not page.there("case.hidden.out")
