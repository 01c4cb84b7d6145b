"""The rail and the list of mentions: by key, in words, and at any length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QAccessible, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QToolTip
from tests.ui.patience import wait_for

from calmreply.ui.kit.line_data import LINE_ROLE, LineData, line_data, line_in_words
from calmreply.ui.kit.line_layout import Measures, pills_that_fit, two_lines
from calmreply.ui.kit.lines import LineDelegate, LineList
from calmreply.ui.kit.rail import Rail, RailRow, RailSection
from calmreply.ui.kit.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from calmreply.ui.kit.palette import Tone
    from calmreply.ui.kit.theme import Theme

    Shown = Callable[..., QWidget]
    Index = QModelIndex | QPersistentModelIndex

one_theme = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
"""The theme is the same in all examples."""

MARTA = LineData(
    "Marta Kowalczyk",
    "41 min",
    "Ordered a birthday cake.\nIt said Stan.",
    (("red", "Complaint"), ("neutral", "Google review"), ("amber", "Cooling 37 min")),
    exact_when="Friday 13:34",
)
SECTIONS = (
    RailSection("Work", (RailRow("today", "Today", 7, "teal"), RailRow("new", "New", 12, "red"))),
    RailSection("Keep", (RailRow("closed", "Closed", 418, dim=True),)),
    RailSection("", (RailRow("insights", "Insights"),)),
)


class Lines(QAbstractListModel):
    """Rows that note who asked for them."""

    def __init__(self, count: int, line: LineData | None = MARTA) -> None:
        super().__init__()
        self.count, self.line = count, line
        self.asked: set[int] = set()

    def rowCount(self, _parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        return self.count

    def data(self, index: Index, role: int = 0) -> object:
        if role == LINE_ROLE:
            self.asked.add(index.row())
        return line_data(self.line, role)


@pytest.fixture
def rail(shown: Shown) -> Rail:
    made = Rail("Places")
    made.set_sections(SECTIONS)
    page = shown(made)
    made.setProperty("page", page)
    return made


def test_keys_go_from_row_to_row_past_the_section_words(rail: Rail) -> None:
    told: list[str] = []
    rail.choose("insights")
    rail.chosen.connect(told.append)
    rail.choose("today")
    rail.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(rail, key)
    assert told == ["today", "new", "closed", "insights"]
    QTest.keyClick(rail, Qt.Key.Key_Up)
    assert rail.key() == "closed"
    QTest.keyClicks(rail, "n")
    assert rail.key() == "new", "the first letter finds a row"


def test_a_click_on_section_words_changes_nothing(rail: Rail) -> None:
    rail.choose("new")
    section = rail.model().index(0, 0)
    assert section.data() == "Work"
    QTest.mouseClick(
        rail.viewport(), Qt.MouseButton.LeftButton, pos=rail.visualRect(section).center()
    )
    assert rail.key() == "new"
    row = rail.model().index(1, 0)
    QTest.mouseClick(rail.viewport(), Qt.MouseButton.LeftButton, pos=rail.visualRect(row).center())
    assert rail.key() == "today"


def test_counts_change_without_touching_the_choice(rail: Rail) -> None:
    rail.choose("new")
    told: list[str] = []
    rail.chosen.connect(told.append)
    rail.set_counts({"new": 13, "closed": None, "nobody": 5})
    spoken = [
        rail.model().index(number, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for number in range(rail.model().rowCount())
    ]
    assert spoken == ["Work", "Today, 7", "New, 13", "Keep", "Closed", "Insights"]
    rail.set_sections(SECTIONS[:1])
    assert rail.key() == "new"
    assert told == []
    rail.set_sections(SECTIONS[1:])
    assert rail.key() == ""
    found = QAccessible.queryAccessibleInterface(rail)
    assert found.text(QAccessible.Text.Name) == "Places"


# --- lines ----------------------------------------------------------------------------------


def test_a_line_is_heard_as_one_sentence() -> None:
    assert line_in_words(MARTA) == (
        "Marta Kowalczyk, 41 min. Ordered a birthday cake. It said Stan. "
        "Complaint, Google review, Cooling 37 min."
    )
    assert line_data(None, Qt.ItemDataRole.AccessibleTextRole) == "Loading…"
    assert line_data(MARTA, Qt.ItemDataRole.DisplayRole) == "Marta Kowalczyk"
    assert line_data(MARTA, Qt.ItemDataRole.DecorationRole) is None


def test_only_what_is_seen_is_asked_for(shown: Shown) -> None:
    lines, model = LineList("Mentions"), Lines(100_000)
    lines.setModel(model)
    page = shown(lines, height=640)
    lines.setFixedHeight(600)
    QApplication.processEvents()
    assert 0 < len(model.asked) < 20
    model.asked.clear()
    lines.scrollToBottom()
    QApplication.processEvents()
    assert model.asked
    assert min(model.asked) > 99_980
    page.close()


def test_home_and_end_go_to_the_ends(shown: Shown) -> None:
    lines, model = LineList("Mentions"), Lines(500)
    lines.setModel(model)
    page = shown(lines)
    lines.setFocus()
    lines.setCurrentIndex(model.index(7))
    QTest.keyClick(lines, Qt.Key.Key_End)
    assert lines.currentIndex().row() == 499
    QTest.keyClick(lines, Qt.Key.Key_Home)
    assert lines.currentIndex().row() == 0
    QTest.keyClick(lines, Qt.Key.Key_Down)
    assert lines.currentIndex().row() == 1
    assert [index.row() for index in lines.selectionModel().selectedIndexes()] == [1]
    page.close()


def test_rows_grow_with_the_text(shown: Shown, worn: Theme) -> None:
    lines, model = LineList("Mentions"), Lines(5)
    lines.setModel(model)
    page = shown(lines)
    small = lines.rowHeight(0)
    worn.set_scale(2)
    QApplication.processEvents()
    assert lines.rowHeight(0) > 1.6 * small
    page.close()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("line", [MARTA, None, LineData("", "", "")])
def test_every_kind_of_row_is_painted(
    shown: Shown, worn: Theme, mode: str, line: LineData | None
) -> None:
    worn.set_mode(mode)  # type: ignore[arg-type]  # literals in a list
    lines, model = LineList("Mentions"), Lines(3, line)
    lines.setModel(model)
    page = shown(lines, width=352)
    plain = lines.grab().toImage()
    lines.setCurrentIndex(model.index(1))
    QApplication.processEvents()
    chosen = lines.grab().toImage()
    assert chosen != plain
    tint = chosen.pixelColor(200, lines.rowHeight(0) + 3).name()
    assert tint == worn.palette.teal_tint
    page.close()


def test_what_turns_the_direction_stays_out_of_the_list(shown: Shown) -> None:
    lines, model = LineList("Mentions"), Lines(1, LineData("Eve\u202e", "1 h", "a\u2067b"))
    lines.setModel(model)
    page = shown(lines)
    assert "\u202e" not in line_in_words(LineData("Eve\u202e", "1 h", "a\u2067b"))
    page.close()


def test_the_exact_time_is_shown_on_hover_as_plain_words(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _where, words, _view: said.append(words))
    lines = LineList("Mentions")
    model = Lines(1, LineData("Eve", "1 h", "text", exact_when="<b>13:34</b>"))
    lines.setModel(model)
    page = shown(lines)
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5))
    delegate, option = lines.itemDelegate(), QStyleOptionViewItem()
    option.rect = QRect(0, 0, 400, 90)
    assert delegate.helpEvent(event, lines, option, model.index(0))
    assert said == ["<qt>&lt;b&gt;13:34&lt;/b&gt;</qt>"]
    page.close()


def test_what_a_row_has_no_room_for_is_shown_on_hover(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _where, words, _view: said.append(words))
    lines = LineList("Mentions")
    name, place = "Maximiliana of the long name " * 4, "A page of a very long name 1/5 ★"
    pills: tuple[tuple[Tone, str], ...] = (
        ("red", "Complaint"),
        ("neutral", place),
        ("amber", "Copied: has it been posted?"),
    )
    model = Lines(1, LineData(name, "1 h", "text", pills, exact_when="13:34"))
    lines.setModel(model)
    page = shown(lines)
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5))
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, 340, 90)
    assert lines.itemDelegate().helpEvent(event, lines, option, model.index(0))
    assert name.strip() in said[0]
    assert place in said[0]
    assert "Complaint" not in said[0], "that can be read where it stands"
    assert "13:34" in said[0]
    page.close()


@one_theme
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300), st.integers(1, 500))
def test_two_lines_begin_as_the_text_does(worn: Theme, text: str, width: int) -> None:
    measures = Measures(worn.palette, worn.sizes)
    lines = two_lines(text, width, measures)
    assert len(lines) <= 2
    whole = "".join(lines).replace("…", "").replace(" ", "")
    assert one_line(text).replace("…", "").replace(" ", "").startswith(whole)
    assert measures.text_metrics.horizontalAdvance(lines[-1]) <= max(width, 40)


def test_two_lines_are_filled_by_thin_letters_too(worn: Theme) -> None:
    measures = Measures(worn.palette, worn.sizes)
    for letter in ("i", "n", "W"):
        first, second = two_lines(letter * 2000, 500, measures)
        assert second.endswith("…")
        for line in (first, second):
            assert 460 < measures.text_metrics.horizontalAdvance(line) <= 500


class Different(Lines):
    """No row is like another; those below `come` are there."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.come = count

    def data(self, index: Index, role: int = 0) -> object:
        row = index.row()
        line = LineData(f"Somebody {row}", f"{row} h", f"Text {row} " * 30)
        return line_data(line if row < self.come else None, role)


def look(lines: LineList) -> QImage:
    """As it stands on the screen, without painting it anew."""
    screen = lines.window().windowHandle().screen()
    where = lines.viewport().mapTo(lines.window(), QPoint())
    size = lines.viewport().size()
    window = lines.window().winId()
    grabbed = screen.grabWindow(window, where.x(), where.y(), size.width(), size.height())
    return grabbed.toImage()


def test_what_is_moved_while_scrolling_is_as_if_it_were_painted(shown: Shown) -> None:
    lines = LineList("Mentions")
    lines.setModel(Different(200))
    page = shown(lines, height=640)
    lines.setFixedHeight(600)
    QApplication.processEvents()
    bar = lines.verticalScrollBar()
    for step in (72, 72, 600, -30, 5000, -1):
        bar.setValue(bar.value() + step)
        QApplication.processEvents()
        assert look(lines) == lines.viewport().grab().toImage()
    page.close()


def test_rows_that_come_are_painted_and_those_nearby_are_laid_out(
    shown: Shown, qtbot: QtBot
) -> None:
    lines, model = LineList("Mentions"), Different(200)
    model.come = 0
    lines.setModel(model)
    page = shown(lines, height=640)
    lines.setFixedHeight(600)
    QApplication.processEvents()
    pale = look(lines)
    model.come = 200
    model.dataChanged.emit(model.index(0), model.index(47))
    wait_for(qtbot, lambda: look(lines) != pale)
    assert look(lines) == lines.viewport().grab().toImage()
    delegate = lines.itemDelegate()
    assert isinstance(delegate, LineDelegate)
    row = lines.rowAt(lines.viewport().height() - 1) + 4
    line = model.index(row).data(LINE_ROLE)
    wait_for(qtbot, lambda: delegate.is_laid_out(line, lines.columnWidth(0)))
    page.close()


def test_news_of_a_model_that_went_or_shrank_change_nothing(shown: Shown) -> None:
    lines, model = LineList("Mentions"), Different(20)
    lines.setModel(model)
    page = shown(lines)
    model.dataChanged.emit(model.index(0), model.index(19))
    model.beginResetModel()
    model.count = 3
    model.endResetModel()
    QApplication.processEvents()
    model.dataChanged.emit(model.index(0), model.index(2))
    lines.setModel(Different(0))
    QApplication.processEvents()
    page.close()


@one_theme
@given(
    st.lists(st.sampled_from(["Complaint", "Praise", "r/bristol", "A very long one indeed"])),
    st.integers(1, 600),
)
def test_pills_stay_within_the_row_and_none_is_left_out_silently(
    worn: Theme, words: list[str], width: int
) -> None:
    line = LineData("", "", "", tuple(("neutral", word) for word in words))
    placed = pills_that_fit(line, width, Measures(worn.palette, worn.sizes))
    shown = [word for _rect, _tone, word in placed]
    counted = sum(int(word[1:]) for word in shown if word.startswith("+"))
    assert len([word for word in shown if not word.startswith("+")]) + counted == len(words)
    assert all(rect.width() <= width for rect, _tone, _word in placed)
    if len(shown) > 2:
        assert placed[-1][0].right() <= width
    if words:
        assert words[-1] in shown[-2:], "how it stands is never left out"
