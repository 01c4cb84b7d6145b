"""Foreign words: shown as they are, never taken for markup, nothing hidden in them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QTextDocument, QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from tests.ui.patience import PATIENCE, wait_for

from calmreply.ui.kit.diff import DiffView, changes_in_words
from calmreply.ui.kit.reveal import has_hidden_characters, hidden_characters_shown
from calmreply.ui.kit.text import (
    ElidedLabel,
    PlainLabel,
    Run,
    RunLabel,
    escaped,
    one_line,
    plain_tooltip,
)
from calmreply.ui.kit.views import Mark, PlainEdit, PlainView, SafeDocument

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    Shown = Callable[..., QWidget]

MARKUP = '<img src="file:///etc/passwd"><b>bold</b> &amp; <a href="file:///">x</a>'
# What Qt's documents keep for themselves: ends of lines and paragraphs, frames, objects.
OWN = "\r\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ufdd0\ufdd1\ufffc\ufffe\uffff"
texts = st.text(st.characters(exclude_characters=OWN, exclude_categories=["Cs"]), max_size=200)


@pytest.mark.usefixtures("worn")
def test_labels_take_nothing_for_markup() -> None:
    labels: list[QLabel] = [
        PlainLabel(MARKUP),
        PlainLabel(MARKUP, selectable=True),
        ElidedLabel(MARKUP),
        RunLabel((Run(MARKUP, "red", strong=True),)),
    ]
    for label in labels:
        label.setTextFormat(Qt.TextFormat.RichText)
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert "<b>" in label.text()


@pytest.mark.usefixtures("worn")
@given(texts)
def test_a_label_keeps_its_words_however_it_breaks_them(text: str) -> None:
    label = PlainLabel(text)
    assert label.text() == text
    assert QLabel.text(label).replace("\u200b", "") == text.replace("\u200b", "")


def test_a_very_long_address_to_copy_wraps_and_is_copied_whole(shown: Shown) -> None:
    address = "https://bakery.example/" + "x" * 300
    label = PlainLabel(address, selectable=True)
    shown(label, width=200)
    assert label.width() == 200
    assert label.height() > 5 * label.fontMetrics().height()
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    label.setSelection(0, len(QLabel.text(label)))
    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == address


def test_a_very_long_address_wraps_and_is_read_out_whole(shown: Shown) -> None:
    address = "https://bakery.example/" + "x" * 300
    label = PlainLabel(address)
    shown(label, width=200)
    assert label.width() == 200
    assert label.height() > 5 * label.fontMetrics().height()
    assert label.accessibleName() == address
    label.setText("short")
    assert label.accessibleName() == "short"


@given(texts)
def test_a_tooltip_shows_exactly_its_words(text: str) -> None:
    shown = QTextDocumentFragment.fromHtml(escaped(text)).toPlainText()
    assert shown.split() == text.replace("\xa0", " ").split()


@pytest.mark.usefixtures("worn")
def test_a_tooltip_never_is_markup() -> None:
    label = PlainLabel("Words")
    plain_tooltip(label, MARKUP)
    assert "<img" not in label.toolTip()
    assert label.accessibleDescription() == MARKUP
    plain_tooltip(label, "")
    assert label.toolTip() == ""


def test_an_elided_line_can_still_be_had_in_full(shown: Shown) -> None:
    words = "One line that is far too long for the room that it has been given here"
    label = ElidedLabel(words)
    page = shown(label, width=150)
    assert QLabel.text(label).endswith("…")
    assert label.accessibleName() == label.accessibleDescription() == words
    assert words in label.toolTip()
    page.resize(900, 100)
    QApplication.processEvents()
    assert QLabel.text(label) == words
    assert label.toolTip() == ""


@given(texts)
def test_one_line_has_no_breaks_and_no_turns(text: str) -> None:
    line = one_line(text + "\n\u202etxt\t\u2066end", limit=10_000)
    assert not set(line) & set("\n\t\u202e\u2066\u2069\u200f")
    assert line.endswith("txt end")


# --- hidden characters ----------------------------------------------------------------------


@given(st.text(max_size=80))
def test_what_is_shown_hides_nothing_and_loses_nothing(text: str) -> None:
    segments = hidden_characters_shown(text)
    back = "".join(chr(int(part.text[3:-1], 16)) if part.hidden else part.text for part in segments)
    assert back == text
    assert has_hidden_characters(text) == any(part.hidden for part in segments)
    assert all(part.words for part in segments if part.hidden)
    bidi = {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
    seen = "".join(part.text for part in segments)
    assert not [char for char in seen if unicodedata.bidirectional(char) in bidi]
    assert "\u200b" not in seen


@pytest.mark.parametrize(
    "text",
    [
        "Grüße, 12 € — “so”…\nÇa va ?\u00a0Oui.",
        "👩‍🔬 👨‍👩‍👧 ❤️ 🏳️‍🌈 👍🏽 1️⃣",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "क्\u200dष",
        "line\r\nline",
    ],
)
def test_honest_spelling_is_left_alone(text: str) -> None:
    assert not has_hidden_characters(text)


@pytest.mark.parametrize(
    "char",
    [*"\u202e\u2066\u200b\u200e\u00ad\ufeff\u2060\u3164\u034f\x07\r", "\U000e0041", "\U000e0101"],
)
def test_a_hidden_character_is_shown_in_its_place(char: str) -> None:
    before, mark, after = hidden_characters_shown(f"pay{char}pal")
    assert (before.text, after.text) == ("pay", "pal")
    assert mark.hidden
    assert f"{ord(char):04X}" in mark.text


# --- text areas -----------------------------------------------------------------------------


def test_a_document_reads_no_file(worn: object) -> None:
    assert worn
    document = SafeDocument()
    for name in ("file:///etc/passwd", "https://elsewhere.example/x.png"):
        got = document.resource(QTextDocument.ResourceType.ImageResource.value, QUrl(name))
        assert isinstance(got, QImage)
        assert (got.width(), got.height()) == (1, 1)


@pytest.mark.usefixtures("worn")
@given(texts)
def test_areas_keep_every_character(text: str) -> None:
    assert PlainView(text).words() == text
    assert PlainEdit(text).words() == text


def test_areas_show_markup_as_words(shown: Shown) -> None:
    view, edit = PlainView(MARKUP), PlainEdit(MARKUP)
    shown(view, edit)
    assert view.words() == edit.words() == MARKUP
    assert isinstance(view.document(), SafeDocument)
    assert isinstance(edit.document(), SafeDocument)


def test_the_end_is_read_only_when_it_was_on_screen(shown: Shown, qtbot: QtBot) -> None:
    view = PlainView("\n".join(f"Line {number}" for number in range(80)), max_lines=6)
    told: list[bool] = []
    view.read_to_end.connect(lambda: told.append(True))
    shown(view)
    bar = view.verticalScrollBar()
    assert bar.maximum() > 0
    assert not view.end_seen
    bar.setValue(bar.maximum() - 20)
    QApplication.processEvents()
    assert not view.end_seen
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    wait_for(qtbot, lambda: told == [True])
    bar.setValue(0)
    bar.setValue(bar.maximum())
    QApplication.processEvents()
    assert told == [True], "told once for each text"
    view.set_text("Short.")
    wait_for(qtbot, lambda: told == [True, True])


def test_a_short_text_is_read_when_seen_and_not_before(shown: Shown, qtbot: QtBot) -> None:
    view = PlainView("Short.")
    QApplication.processEvents()
    assert not view.end_seen
    with qtbot.waitSignal(view.read_to_end, timeout=PATIENCE):
        shown(view)
    assert view.height() < 3 * view.fontMetrics().height()


def test_an_area_grows_with_its_words_up_to_its_limit(shown: Shown) -> None:
    edit = PlainEdit("one", min_lines=2, max_lines=5)
    shown(edit, height=600)
    heights = []
    for lines in (1, 3, 4, 30):
        edit.set_text("\n".join("word" for _line in range(lines)))
        QApplication.processEvents()
        heights.append(edit.height())
    assert heights[0] < heights[1] < heights[2] < heights[3]
    assert heights[3] < 9 * edit.fontMetrics().height()


def test_pasting_brings_plain_words_only(shown: Shown) -> None:
    edit = PlainEdit()
    shown(edit)
    rich = QMimeData()
    rich.setHtml("<b>Dear</b> <img src='file:///etc/passwd'>")
    rich.setText("Dear\u00a0<b>")
    edit.insertFromMimeData(rich)
    assert edit.words() == "Dear\u00a0<b>"
    assert "font-weight:600" not in edit.document().toHtml()
    file = QMimeData()
    file.setUrls([QUrl.fromLocalFile("/etc/passwd")])
    file.setText("file:///etc/passwd")
    assert not edit.canInsertFromMimeData(file)
    edit.insertFromMimeData(file)
    assert edit.words() == "Dear\u00a0<b>"
    edit.selectAll()
    copied = edit.createMimeDataFromSelection()
    assert copied.formats() == ["text/plain"]
    assert copied.text() == "Dear\u00a0<b>"


def test_only_a_change_of_words_is_a_change(shown: Shown) -> None:
    edit = PlainEdit("Dear Marta")
    shown(edit)
    told: list[str] = []
    edit.words_changed.connect(lambda: told.append(edit.words()))
    edit.set_text("Dear Lea")
    edit.set_marks([Mark(0, 4, "amber")])
    assert told == []
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_End)
    QTest.keyClicks(edit, "!")
    assert told == ["Dear Lea!"]
    QTest.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.words() == "Dear Lea"
    QTest.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.words() == "Dear Lea", "nobody else's text comes back by undo"


def test_tab_leaves_the_editor(shown: Shown) -> None:
    edit, other = PlainEdit("Dear"), PlainEdit()
    shown(edit, other)
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert other.hasFocus()
    assert edit.words() == "Dear"


@pytest.mark.usefixtures("worn")
def test_marks_stand_under_their_words_also_after_pictures() -> None:
    text = "👍🏽 so sorry 👩‍🔬 never happens"
    view = PlainView(text)
    for words in ("sorry", "never happens"):
        view.set_marks([Mark(text.index(words), len(words), "red", "line")])
        (selection,) = view.extraSelections()
        assert selection.cursor.selectedText() == words
    view.set_marks([Mark(0, 9999, "red"), Mark(-1, 2, "red")])
    assert view.extraSelections() == []


def test_the_placeholder_is_painted_until_there_are_words(shown: Shown) -> None:
    edit = PlainEdit(placeholder="What should change, or why it is right as it stands")
    shown(edit, width=160)
    empty = edit.grab().toImage()
    edit.setPlaceholderText("")
    QApplication.processEvents()
    assert edit.grab().toImage() != empty
    assert edit.words() == ""


# --- differences ----------------------------------------------------------------------------


def test_changes_are_told_in_words(shown: Shown) -> None:
    diff = DiffView()
    diff.set_diff(
        [("same", "I call "), ("removed", "never"), ("added", "be\u200bfore six"), ("same", ".")],
        reveal=True,
    )
    shown(diff)
    assert diff.words() == "I call neverbe[U+200B]fore six."
    assert diff.accessibleDescription() == "2 changes. Removed: “never”. Added: “be\u200bfore six”."
    assert changes_in_words([("same", "as it was")]) == "Nothing changed."


def test_added_and_removed_differ_without_colour(shown: Shown, worn: object) -> None:
    assert worn
    diff = DiffView()
    diff.set_diff([("removed", "old"), ("added", "new")])
    shown(diff)
    looks = {}
    cursor = diff.textCursor()
    for position in (1, 4):
        cursor.setPosition(position)
        form = cursor.charFormat()
        looks[position] = (form.fontStrikeOut(), form.fontUnderline())
    assert looks == {1: (True, False), 4: (False, True)}
