"""Many changes at once are laid out once and painted once; what is kept from before is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from calmreply.ui.kit.clock import ClockFace
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.rest import Rest
from calmreply.ui.kit.text import PlainLabel, Run, RunLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.kit.widgets import Bar, Card

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.ui.kit.theme import Theme

    Shown = Callable[..., QWidget]


class Paints(QObject):
    """How often a widget was painted, and how high it was each time."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.high: list[int] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() == QEvent.Type.Paint:
            assert isinstance(watched, QWidget)
            self.high.append(watched.height())
        return False


def settle() -> None:
    for _turn in range(10):
        QApplication.processEvents()


def page_of_cards() -> tuple[QWidget, QVBoxLayout, list[Card], list[PlainLabel]]:
    whole = QWidget()
    column = QVBoxLayout(whole)
    cards, labels = [], []
    for number in range(4):
        card, label = Card(f"Card {number}"), PlainLabel(f"Words {number}")
        card.add(label)
        column.addWidget(card)
        cards.append(card)
        labels.append(label)
    column.addStretch(1)
    return whole, column, cards, labels


def test_a_page_at_rest_is_painted_once_when_all_has_its_place(shown: Shown) -> None:
    whole, _column, cards, labels = page_of_cards()
    cards[3].hide()
    rest = Rest(whole)
    shown(whole, height=700)
    settle()
    paints = [Paints(card) for card in cards]
    with rest.hold():
        for label in labels:
            label.setText("Many more words than there were, so that they need several lines. " * 3)
            label.hide()
            label.show()
        cards[0].hide()
        cards[3].show()
    assert rest.holds
    assert [one.high for one in paints] == [[], [], [], []], "nothing is painted in between"
    settle()
    assert not rest.holds
    assert whole.updatesEnabled()
    assert [len(one.high) for one in paints] == [0, 1, 1, 1]
    for card, label, painted in zip(cards[1:], labels[1:], paints[1:], strict=True):
        assert painted.high == [card.height()]
        assert label.height() >= label.heightForWidth(label.width())
    assert cards[1].y() < cards[2].y() < cards[3].y()


def test_what_goes_or_comes_while_it_rests_does_no_harm(shown: Shown) -> None:
    whole, column, cards, labels = page_of_cards()
    rest = Rest(whole)
    shown(whole)
    settle()
    with rest.hold():
        labels[0].setText("Another")
        late = Card("Late")
        late.add(PlainLabel("What is made within it is laid out as well"))
        column.addWidget(late)
        cards[1].deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    settle()
    assert late.isVisible()
    assert late.height() > 20
    assert cards[0].isVisible()


def test_what_is_placed_is_looked_at_before_it_is_painted(shown: Shown) -> None:
    whole = QWidget()
    column = QVBoxLayout(whole)
    view, below = PlainView("Short.", max_lines=4), PlainLabel("Read it to the end.")
    column.addWidget(view)
    column.addWidget(below)
    column.addStretch(1)
    rest = Rest(whole)
    rest.placed.connect(view.look)
    view.read_to_end.connect(below.hide)
    shown(whole, height=120)
    settle()
    below.show()
    settle()
    paints = Paints(view)
    with rest.hold():
        view.set_text("Another, as short.")
    assert not view.end_seen
    settle()
    assert view.end_seen
    assert below.isHidden()
    assert len(paints.high) == 1
    with rest.hold():
        view.set_text("A line.\n" * 60)
        below.show()
    settle()
    assert not view.end_seen, "its end is far below"


def test_an_end_that_nobody_can_see_is_not_seen(shown: Shown) -> None:
    view = PlainView("Short.")
    view.look()
    assert not view.end_seen
    page = shown(view)
    view.set_text("Another.")
    page.hide()
    view.look()
    assert not view.end_seen


def test_a_bar_paints_nothing_by_being_set(shown: Shown) -> None:
    bar, label = Bar(), PlainLabel("Words")
    shown(bar, label)
    settle()
    paints, beside = Paints(bar), Paints(label)
    label.setText("Others")
    bar.set_share(0.4)
    assert (paints.high, beside.high) == ([], [])
    settle()
    assert len(paints.high) == 1
    assert bar.value() == 400


def test_runs_are_measured_anew_when_anything_of_them_changes(worn: Theme, shown: Shown) -> None:
    label = RunLabel((Run("Handled by "), Run("Ana", strong=True)))
    shown(label)
    one = label.heightForWidth(300)
    assert label.heightForWidth(60) > one
    assert label.heightForWidth(300) == one
    label.set_runs((Run("Handled by somebody whose name is rather longer than that " * 2),))
    assert label.heightForWidth(300) > one
    longer = label.heightForWidth(300)
    larger = QFont(label.font())
    larger.setPixelSize(label.font().pixelSize() * 2)
    label.setFont(larger)
    assert label.heightForWidth(300) > longer
    before = label.grab().toImage()
    worn.set_mode("dark")
    settle()
    assert label.grab().toImage() != before


@pytest.mark.usefixtures("worn")
def test_a_flow_is_measured_anew_when_its_parts_change(shown: Shown) -> None:
    holder = QWidget()
    flow = FlowLayout(holder, gap=6, line_gap=6)
    labels = [PlainLabel(f"Some words {number}") for number in range(3)]
    for label in labels:
        label.setWordWrap(False)
        flow.addWidget(label)
    shown(holder)
    line = labels[0].sizeHint().height()
    narrow = labels[0].sizeHint().width() + 4
    assert flow.heightForWidth(narrow) == 3 * line + 12
    labels[1].hide()
    settle()
    assert flow.heightForWidth(narrow) == 2 * line + 6
    labels[0].setText("Many more words in one line than before")
    settle()
    assert flow.heightForWidth(narrow) == 2 * line + 6
    flow.addWidget(PlainLabel("More"))
    settle()
    assert flow.heightForWidth(narrow) == 3 * line + 12
    taken = flow.takeAt(0)
    assert taken is not None
    assert flow.heightForWidth(narrow) == 2 * line + 6


def test_a_clock_is_measured_anew_when_it_says_something_else(worn: Theme, shown: Shown) -> None:
    face = ClockFace()
    face.set("12 min", "of 60 min you aim for")
    shown(face)
    one = face.heightForWidth(400)
    assert face.heightForWidth(90) > one
    face.set("12 min", "of 60 min you aim for, " * 4)
    assert face.heightForWidth(400) > one
    worn.set_scale(2.0)
    settle()
    face.set("12 min", "of 60 min you aim for")
    assert face.heightForWidth(400) > one
