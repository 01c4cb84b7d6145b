"""Buttons, pills, fields and lines: by key as by mouse, and told to the screen reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from tests.ui.patience import wait_for

from calmreply.errors import KnownError
from calmreply.ui.kit.buttons import Button, Choice, LinkButton, PrimaryButton, Radio, Tick
from calmreply.ui.kit.checks import CheckLine, IconLine
from calmreply.ui.kit.clock import ClockCard
from calmreply.ui.kit.fields import FormRow, MomentField, NumberField, PassphraseField, SearchField
from calmreply.ui.kit.flow import FlowLayout, HungRow
from calmreply.ui.kit.pills import Pill, PillChoice
from calmreply.ui.kit.text import Run
from calmreply.ui.kit.widgets import Bar, Card, EmptyRoom, Notice, StarsLabel, empty

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    Shown = Callable[..., QWidget]


def heard(widget: QWidget) -> tuple[str, QAccessible.Role]:
    """What the screen reader says of `widget`, and what it takes it for."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name), found.role()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("kind", [Button, PrimaryButton, LinkButton])
def test_every_button_is_pressed_by_key(shown: Shown, kind: type[Button], key: Qt.Key) -> None:
    told: list[int] = []
    button = kind("Ask Tom & Lea", lambda: told.append(1))
    shown(button)
    button.setFocus()
    assert button.hasFocus()
    QTest.keyClick(button, key)
    assert told == [1]
    button.setEnabled(False)
    QTest.keyClick(button, key)
    assert told == [1]


def test_an_ampersand_is_an_ampersand(shown: Shown) -> None:
    button, tick = Button("Ask Tom & Lea"), Tick("Tom & Lea")
    shown(button, tick)
    assert button.text() == "Ask Tom & Lea"
    assert heard(button) == ("Ask Tom & Lea", QAccessible.Role.Button)
    assert heard(tick) == ("Tom & Lea", QAccessible.Role.CheckBox)
    assert heard(Radio("Tom & Lea"))[1] == QAccessible.Role.RadioButton


def test_a_long_button_wraps_instead_of_being_cut(shown: Shown) -> None:
    words = "Send the holding reply to everybody who is waiting for one"
    button = PrimaryButton(words)
    line = button.fontMetrics().height()
    page = shown(button, width=900)
    assert button.height() < 2 * line + 18
    page.resize(220, 300)
    for _again in range(3):
        QApplication.processEvents()
    assert button.width() <= 220
    assert button.height() >= 3 * line
    short = Button("Set aside…")
    assert short.minimumSizeHint().width() == short.sizeHint().width()


@pytest.mark.parametrize("kind", [Tick, Radio])
def test_the_words_of_a_tick_count_as_the_tick(shown: Shown, kind: type[Tick | Radio]) -> None:
    tick = kind("It moves the talk somewhere private and nothing private stays in public")
    shown(tick, width=200)
    assert tick.height() >= 3 * tick.fontMetrics().height()
    corner = QPoint(tick.width() - 3, tick.height() - 3)
    QTest.mouseClick(tick, Qt.MouseButton.LeftButton, pos=corner)
    assert tick.isChecked()


def test_one_of_several_pills(shown: Shown) -> None:
    choice = PillChoice([("a", "Settled"), ("b", "Sore"), ("c", "Glad", "green")], exclusive=True)
    shown(choice)
    told: list[tuple[str, ...]] = []
    choice.changed.connect(lambda: told.append(choice.chosen()))
    choice.setFocus()
    assert choice.button("a").hasFocus()
    QTest.keyClick(choice.button("a"), Qt.Key.Key_Space)
    QTest.keyClick(choice.button("a"), Qt.Key.Key_Right)
    assert choice.button("b").hasFocus()
    assert choice.chosen() == ("b",)
    choice.choose(["c", "unknown"])
    assert choice.chosen() == ("c",)
    choice.choose([])
    assert choice.chosen() == ()
    assert told == [("a",), ("b",), ("c",), ()]


def test_several_pills(shown: Shown) -> None:
    choice = PillChoice([("a", "Order taking"), ("b", "Phone cover"), ("c", "Price")])
    shown(choice)
    told: list[tuple[str, ...]] = []
    choice.changed.connect(lambda: told.append(choice.chosen()))
    QTest.mouseClick(choice.button("a"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(choice.button("c"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(choice.button("a"), Qt.MouseButton.LeftButton)
    choice.choose(("a", "b"))
    choice.choose(("a", "b"))
    assert told == [("a",), ("a", "c"), ("c",), ("a", "b")]
    assert heard(choice.button("a"))[0] == "Order taking", "the tick sign is not read out"


@pytest.mark.qt_log_ignore("This plugin does not support")  # a window of its own, offscreen
@pytest.mark.parametrize("count", [5, 9])
def test_the_list_of_a_choice_shows_every_line(shown: Shown, count: int) -> None:
    choice = Choice([(str(number), f"Kind {number}") for number in range(count)])
    shown(choice)
    choice.showPopup()
    view = choice.view()
    last = view.visualRect(choice.model().index(count - 1, 0))
    assert view.viewport().rect().contains(last)
    assert view.verticalScrollBar().maximum() == 0
    assert choice.screen().geometry().contains(view.window().geometry())
    choice.hidePopup()


def test_the_wheel_turns_only_what_has_the_focus(shown: Shown) -> None:
    choice = Choice([("a", "Ana"), ("b", "Tom & Lea")])
    number, moment = NumberField(1, 99, " min"), MomentField()
    other = QLineEdit()
    shown(choice, number, moment, other)
    other.setFocus()
    before = moment.dateTime()

    def turn(widget: QWidget) -> None:
        place = QPointF(5, 5)
        event = QWheelEvent(
            place,
            place,
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    for widget in (choice, number, moment):
        turn(widget)
    assert (choice.key(), number.value(), moment.dateTime()) == ("a", 1, before)
    choice.setFocus()
    turn(choice)
    assert choice.key() == "b"
    assert choice.currentText() == "Tom & Lea"
    choice.choose("a")
    assert choice.key() == "a"
    choice.choose("nobody")
    assert choice.key() == ""


# --- fields ---------------------------------------------------------------------------------


def test_an_error_stands_at_its_field_and_is_heard_there(shown: Shown) -> None:
    field = QLineEdit()
    row = FormRow("Address", field, "As the browser shows it")
    shown(row)
    assert heard(field)[0] == "Address"
    assert field.accessibleDescription() == "As the browser shows it"
    row.set_error("This is no web address.")
    assert row.error() == "This is no web address."
    assert field.accessibleDescription() == "This is no web address. As the browser shows it"
    assert field.property("wrong") is True
    assert any(label.text() == "! This is no web address." for label in row.findChildren(QLabel))
    row.set_error("")
    assert row.error() == ""
    assert any(label.text() == "As the browser shows it" for label in row.findChildren(QLabel))


def test_a_passphrase_is_hidden_taken_once_and_forgotten(shown: Shown) -> None:
    field = PassphraseField()
    shown(field)
    told: list[str] = []
    field.entered.connect(lambda: told.append(field.take()))
    field.setFocus()
    assert field.edit.hasFocus()
    QTest.keyClicks(field.edit, "correct horse")
    assert field.edit.displayText() != "correct horse"
    (show,) = field.findChildren(LinkButton)
    show.click()
    assert (field.edit.displayText(), show.text()) == ("correct horse", "Hide")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert told == ["correct horse"]
    assert field.is_empty()
    assert show.text() == "Show", "the next passphrase is hidden again"
    assert heard(field.edit)[0] == "Passphrase"


@pytest.mark.parametrize(
    ("letter", "shift", "locked"),
    [("A", False, True), ("a", True, True), ("a", False, False), ("A", True, False)],
)
def test_locked_capitals_are_told(shown: Shown, letter: str, shift: bool, locked: bool) -> None:
    field = PassphraseField()
    shown(field)
    field.setFocus()
    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(field.edit, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, held, letter))
    told = [label for label in field.findChildren(QLabel) if label.isVisible()]
    assert bool(told) == locked


def test_a_search_is_asked_once_one_has_stopped_typing(shown: Shown, qtbot: QtBot) -> None:
    field = SearchField("Search mentions")
    shown(field)
    asked: list[str] = []
    field.asked.connect(asked.append)
    field.setFocus()
    QTest.keyClicks(field, "cake")
    assert asked == []
    wait_for(qtbot, lambda: asked == ["cake"])
    QTest.keyClicks(field, "s")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert asked == ["cake", "cakes"]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert asked == ["cake", "cakes", ""]
    assert field.text() == ""


# --- what says something --------------------------------------------------------------------


def test_a_check_line_says_its_state_in_words(shown: Shown) -> None:
    asked: list[int] = []
    line = CheckLine(
        "open",
        "A second pair of eyes: Tom or Lea",
        "Nobody asked.",
        "Ask now",
        lambda: asked.append(1),
    )
    shown(line)
    assert heard(line)[0] == "still to do: A second pair of eyes: Tom or Lea"
    assert line.accessibleDescription() == "Nobody asked."
    line.link.setFocus()
    QTest.keyClick(line.link, Qt.Key.Key_Return)
    assert asked == [1]
    line.set("wait", (Run("Cooling off, "), Run("37:12", strong=True), Run(" left")))
    assert heard(line)[0] == "waiting: Cooling off, 37:12 left"
    assert not line.link.isVisible()
    plain = IconLine("Listening to 14 sources")
    shown(plain)
    assert heard(plain)[0] == "Listening to 14 sources"


def test_a_clock_is_read_out_as_one(shown: Shown) -> None:
    card = ClockCard("Your clock")
    shown(card)
    card.set("37:12", "left of 60 min", 0.4, footer="Ends 14:52.")
    assert heard(card.face)[0] == "37:12 left of 60 min"
    assert heard(card.bar) == ("Your clock", QAccessible.Role.ProgressBar)
    assert card.bar.value() == 400
    bar = Bar()
    for share, value in ((-1, 0), (0.5, 500), (7, 1000)):
        bar.set_share(share)
        assert bar.value() == value


def test_a_clock_wraps_where_it_does_not_fit(shown: Shown) -> None:
    card = ClockCard("Your clock")
    card.set("37:12", "left of the sixty minutes that you have set yourself", 0.4)
    page = shown(card, width=700)
    wide = card.face.height()
    page.resize(160, 300)
    for _again in range(3):
        QApplication.processEvents()
    assert card.face.height() > wide
    assert card.face.height() >= card.face.heightForWidth(card.face.width())


def test_a_notice_says_what_and_the_way_out_and_goes_away(shown: Shown) -> None:
    notice, field, tried = Notice(), QLineEdit(), list[int]()
    shown(notice, field)
    assert notice.words() == ""
    assert not notice.isVisible()
    field.setFocus()
    notice.say_error(KnownError("no_such_host", "There is no such host.", "Check the address."))
    assert notice.isVisible()
    assert field.hasFocus(), "nothing takes the focus away while somebody types"
    assert notice.words() == "There is no such host. Check the address."
    notice.say("The wait is over.", tone="amber", action="Read it now", do=lambda: tried.append(1))
    (read,) = [b for b in notice.findChildren(Button) if b.text() == "Read it now"]
    QTest.mouseClick(read, Qt.MouseButton.LeftButton)
    assert tried == [1]
    (close,) = [b for b in notice.findChildren(Button) if b.text() == "Close"]
    close.setFocus()
    QTest.keyClick(close, Qt.Key.Key_Return)
    assert notice.words() == ""
    assert not close.hasFocus()


def test_an_empty_room_offers_one_thing(shown: Shown) -> None:
    done: list[int] = []
    room = EmptyRoom(
        "Nobody has written yet", "It will appear here.", "Add a source…", lambda: done.append(1)
    )
    shown(room)
    room.button.setFocus()
    QTest.keyClick(room.button, Qt.Key.Key_Return)
    assert done == [1]
    assert not EmptyRoom("Nothing", "here").button.isVisible()


@pytest.mark.usefixtures("worn")
def test_stars_and_pills_are_heard_as_words() -> None:
    stars = StarsLabel(1)
    assert (stars.text(), heard(stars)[0]) == ("★☆☆☆☆", "1 of 5 stars")
    stars.set(9, 3)
    assert (stars.text(), stars.accessibleName()) == ("★★★", "9 of 3 stars")
    pill = Pill("Done", "green", "✓")
    assert heard(pill)[0] == "Done"


def test_links_that_begin_a_line_stand_under_the_words_above(shown: Shown) -> None:
    card, row, words = Card("Links"), HungRow(), QLabel("What became of it")
    button, first, second = Button("Not them…"), LinkButton("Open the page"), LinkButton("Copy")
    for one in (button, first, second):
        row.flow.addWidget(one)
    card.add(words)
    card.add(row)
    page = shown(card, width=200, height=300)
    lefts = [one.mapTo(card, QPoint(0, 0)).x() for one in (words, button, first)]
    assert lefts == [lefts[0], lefts[0], lefts[0] - LinkButton.hang]
    assert second.x() > first.geometry().right(), "it stands beside it"
    assert first.y() > button.geometry().bottom()
    button.hide()
    QApplication.processEvents()
    assert first.x() == 0, "its ring is not cut off"
    page.close()


def test_pills_flow_onto_the_next_line(shown: Shown) -> None:
    holder = Bar()  # any widget will do
    flow = FlowLayout(holder, gap=6, line_gap=4)
    pills = [Pill(f"Pill number {number}") for number in range(6)]
    for pill in pills:
        flow.addWidget(pill)
    needed = flow.heightForWidth(200)
    assert needed > 2 * pills[0].sizeHint().height()
    assert flow.heightForWidth(5000) == pills[0].sizeHint().height()
    holder.setFixedHeight(400)
    page = shown(holder, width=200, height=500)
    assert all(pill.geometry().right() < 200 for pill in pills)
    rects = [pill.geometry() for pill in pills]
    assert not any(a.intersects(b) for a in rects for b in rects if a is not b)
    empty(flow)
    assert flow.count() == 0
    card = Card("Links")
    card.add(LinkButton("Not them…"))
    empty(card.body)
    assert card.body.count() == 0
    page.close()
