"""Text areas: `PlainView` shows foreign words, `PlainEdit` takes one's own. Neither knows markup.

Both keep every character as it is: Qt's own `toPlainText` would turn a no-break space into a
space, and a sign-off is over exact bytes. Both grow with their text up to a limit.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QFont,
    QImage,
    QPainter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QTextEdit, QWidget

from calmreply.ui.kit.reveal import hidden_characters_shown
from calmreply.ui.kit.text import utf16
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QWheelEvent

    from calmreply.ui.kit.palette import Tone

Kind = Literal["same", "added", "removed", "hidden"]

_LEADING = 132
_HANG = 6  # pixels of the focus ring and the room within it; see `widgets.add_hung`
_AT_ONCE, _LINES_AT_ONCE, _PAUSE_MS = 6_000, 200, 5
"""Characters and lines that are laid out before the window goes on; the rest of a text follows."""


class SafeDocument(QTextDocument):
    """A document that reads no file and no address: every resource is one clear pixel."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> QImage:
        pixel = QImage(1, 1, QImage.Format.Format_ARGB32)
        pixel.fill(Qt.GlobalColor.transparent)
        return pixel


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that are pointed at, by `start` and `length` in characters of the text.

    `look` is a tint under them ("ground") or a line ("line").
    """

    start: int
    length: int
    tone: Tone
    look: Literal["ground", "line"] = "ground"


class _PlainArea(QTextEdit):
    """What the view and the editor have in common."""

    def __init__(self, look: str, lines: tuple[int, int | None], parent: QWidget | None) -> None:
        super().__init__(parent)
        self._least, self._most = lines
        self._marks: tuple[Mark, ...] = ()
        self.setProperty("look", look)
        document = SafeDocument(self)
        document.setDocumentMargin(0)
        option = document.defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        self.setDocument(document)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        document.documentLayout().documentSizeChanged.connect(self._on_size)

    def words(self) -> str:
        """The text, every character as it is; paragraphs end in a newline."""
        return self.document().toRawText().translate(_BREAKS)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Point at words; replaces the marks before. Marks beyond the text are passed over."""
        self._marks = tuple(marks)
        self._show_marks()

    def sizeHint(self) -> QSize:
        return QSize(max(240, super().sizeHint().width()), self._wanted_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._wanted_height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._show_marks()
            self.updateGeometry()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Ctrl and the wheel would grow this text alone; the text scale grows all of it.
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Plain words alone. Made by Qt: what Python makes may outlive Python in the clipboard."""
        data = super().createMimeDataFromSelection()
        data.html()  # it fills itself in when it is first looked at, and never again
        data.clear()
        data.setText(self.textCursor().selection().toRawText().translate(_BREAKS))
        return data

    def _wanted_height(self) -> int:
        line = self._line_height()
        wanted = max(self.document().size().height(), self._least * line)
        if self._most is not None:
            wanted = min(wanted, self._most * line)
        within, around = (8, 18)[self.property("look") == "field"], self.viewportMargins()
        return int(wanted + 1) + within + around.top() + around.bottom()

    def _line_height(self) -> float:
        """As it is laid out, where it is: a little more than what the font says of itself."""
        first = self.document().firstBlock().layout()
        high = first.lineAt(0).height() if first.lineCount() else self.fontMetrics().height()
        return high * _LEADING / 100

    def _on_size(self) -> None:
        self.updateGeometry()

    def _lead(self) -> None:
        """A little more room between the lines than the font gives."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(_leading())

    def _show_marks(self) -> None:
        shown = list[QTextEdit.ExtraSelection]()
        text = self.words() if self._marks else ""
        for mark in self._marks:
            if mark.start < 0 or mark.length < 1 or mark.start + mark.length > len(text):
                continue
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(utf16(text[: mark.start]))
            cursor.setPosition(
                utf16(text[: mark.start + mark.length]), QTextCursor.MoveMode.KeepAnchor
            )
            selection.cursor = cursor
            selection.format = _mark_format(mark)
            shown.append(selection)
        self.setExtraSelections(shown)


def _leading() -> QTextBlockFormat:
    block = QTextBlockFormat()
    block.setLineHeight(_LEADING, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return block


_BREAKS = {0x2029: "\n", 0x2028: "\n"}


def _mark_format(mark: Mark) -> QTextCharFormat:
    now, form = theme(), QTextCharFormat()
    color = now.color("soft" if mark.tone == "neutral" else mark.tone)
    if mark.look == "line":
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        form.setUnderlineColor(color)
    else:
        form.setBackground(now.color("line" if mark.tone == "neutral" else f"{mark.tone}_tint"))
    return form


class PlainView(_PlainArea):
    """Foreign words to read. `read_to_end` comes once for each text, when its end was on screen."""

    hang = _HANG
    read_to_end = Signal()

    def __init__(
        self, text: str = "", *, max_lines: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("view", (1, max_lines), parent)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setUndoRedoEnabled(False)
        self._pieces: tuple[tuple[Kind, str], ...] = ()
        self._left: deque[tuple[Kind, str]] = deque()
        self._further = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._further.timeout.connect(self._write_on)
        self._end_seen = False
        self.set_text(text)

    @property
    def end_seen(self) -> bool:
        """Whether the end of this text has been on screen."""
        return self._end_seen

    def words(self) -> str:
        while self._left:
            self._write_on()
        return super().words()

    def set_text(self, text: str, *, reveal: bool = False) -> None:
        """Show `text`; with `reveal`, hidden characters become visible marks."""
        self.set_pieces(_revealed("same", text) if reveal else (("same", text),))
        self.setAccessibleDescription("")

    def set_pieces(self, pieces: Sequence[tuple[Kind, str]]) -> None:
        """Show `pieces` one after the other, each in the look of its kind."""
        if tuple(pieces) == self._pieces:
            return
        self._pieces = tuple(pieces)
        self._end_seen = False
        self._write()
        self.verticalScrollBar().setValue(0)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and any(k != "same" for k, _ in self._pieces):
            self._write()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._end_seen and self._end_on_screen():
            self._end_seen = True
            QTimer.singleShot(0, self, self.read_to_end.emit)

    def look(self) -> None:
        """See now, and not when it is painted next, whether its end is on screen."""
        here = self.isVisible() and not self.window().isMinimized()
        if here and not self._end_seen and self._end_on_screen():
            self._end_seen = True
            self.read_to_end.emit()

    def _end_on_screen(self) -> bool:
        if self._left:
            return False
        ends = self.document().size().height() - self.verticalScrollBar().value()
        # The last line is in sight before the little room below it is.
        ends -= self.fontMetrics().height() // 2
        return self.viewport().visibleRegion().boundingRect().bottom() + 1 >= ends

    def _write(self) -> None:
        self.clear()
        QTextCursor(self.document()).setBlockFormat(_leading())  # which what follows takes over
        self._left = deque(self._pieces)
        self._write_on()
        # The view's own cursor went along to the end, and the view would follow it there.
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _write_on(self) -> None:
        """Show as much of what is left as can be laid out before anybody notices."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        room = _AT_ONCE
        while self._left and room > 0:
            kind, text = self._left.popleft()
            cut = _cut(text, room)
            cursor.insertText(text[:cut], _piece_format(kind))
            room -= cut
            if cut < len(text):
                self._left.appendleft((kind, text[cut:]))
                break
        cursor.endEditBlock()
        if self._left:
            self._further.start()


def _cut(text: str, room: int) -> int:
    """How many of the characters are shown at once: whole lines, where they are not too long."""
    lines = text[:room].splitlines(keepends=True)
    if len(lines) > _LINES_AT_ONCE:
        return sum(map(len, lines[:_LINES_AT_ONCE]))
    if len(text) <= room:
        return len(text)
    return text.rfind("\n", 1, room) + 1 or room


def _revealed(kind: Kind, text: str) -> tuple[tuple[Kind, str], ...]:
    return tuple(
        ("hidden" if segment.hidden else kind, segment.text)
        for segment in hidden_characters_shown(text)
    )


def revealed(pieces: Sequence[tuple[Kind, str]]) -> tuple[tuple[Kind, str], ...]:
    """`pieces` with their hidden characters made visible."""
    return tuple(part for kind, text in pieces for part in _revealed(kind, text))


def _piece_format(kind: Kind) -> QTextCharFormat:
    now, form = theme(), QTextCharFormat()
    match kind:
        case "same":
            pass
        case "added":
            form.setForeground(now.color("green"))
            form.setBackground(now.color("green_tint"))
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        case "removed":
            form.setForeground(now.color("red"))
            form.setFontStrikeOut(True)
        case "hidden":
            form.setForeground(now.color("amber"))
            form.setBackground(now.color("amber_tint"))
            form.setFontWeight(QFont.Weight.DemiBold)
    return form


class PlainEdit(_PlainArea):
    """One's own words. `words_changed` comes only when the words did, not for marks or looks."""

    words_changed = Signal()

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: str = "",
        min_lines: int = 3,
        max_lines: int | None = 16,
        bare: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`bare` leaves the frame to the card around it."""
        super().__init__("bare" if bare else "field", (min_lines, max_lines), parent)
        self.hang = _HANG if bare else 0
        self._placeholder = placeholder
        self._last = ""
        self.set_text(text)
        self.textChanged.connect(self._on_changed)

    def fill_height(self) -> None:
        """Take whatever height there is instead of following the words."""
        self._most = max(self._least, 8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_text(self, text: str) -> None:
        """Put `text` in place of everything; forgets undo, says nothing."""
        self._last = ""
        blocked = self.blockSignals(True)
        self.setPlainText(text)
        self._lead()
        self.document().clearUndoRedoStacks()
        self._last = self.words()
        self.blockSignals(blocked)
        self.updateGeometry()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() and not _is_file(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste and drop bring plain words only."""
        if self.canInsertFromMimeData(source):
            self.textCursor().insertText(source.text(), QTextCharFormat())
            self.ensureCursorVisible()

    def placeholderText(self) -> str:
        return self._placeholder

    def setPlaceholderText(self, words: str) -> None:
        self._placeholder = words
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt would cut a placeholder of several lines off after the first."""
        super().paintEvent(event)
        composing = self.textCursor().block().layout().preeditAreaText()
        if not self._placeholder or composing or not self.document().isEmpty():
            return
        with QPainter(self.viewport()) as painter:
            painter.setPen(theme().color("soft"))
            wrapped = int(Qt.TextFlag.TextWordWrap)
            painter.drawText(self.viewport().rect(), wrapped, self._placeholder)

    def _on_changed(self) -> None:
        words = self.words()
        if words != self._last:
            self._last = words
            self.words_changed.emit()


def _is_file(source: QMimeData) -> bool:
    return any(url.isLocalFile() for url in source.urls())
