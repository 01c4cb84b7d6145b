"""Labels that only ever show plain text, tooltips, and names for the screen reader.

A plain `QLabel` guesses whether its text is HTML, and Qt then opens local files named in it. So
everything here is fixed to plain text and stays so whatever is asked of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QClipboard,
    QFont,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget

from calmreply.i18n import _
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import (
        QContextMenuEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
    )

    from calmreply.ui.kit.palette import Tone

Look = Literal["text", "second", "section", "strong", "title"]

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "<br>", "\r": ""}
)
_LONG_RUN = re.compile(r"[!-~]{25,}")
_VERY_LONG_RUN = re.compile(r"[!-~]{37,}")
_PIECE = re.compile(r"(.{6})(?=.)")
_ZERO_WIDTH_SPACE = "\u200b"
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escaped(text: str) -> str:
    """`text` as markup that shows exactly it, for the few Qt places that insist on guessing."""
    return f"<qt>{text.translate(_ESCAPES)}</qt>" if text else ""


def one_line(text: str, limit: int = 400) -> str:
    """The beginning of `text` as one line: gaps are one space, nothing turns the direction."""
    return " ".join(_DIRECTIONS.sub("", text[:limit]).split())


def plain_tooltip(widget: QWidget, text: str) -> None:
    """Show `text` on hover, never as markup; the screen reader is told the same."""
    widget.setToolTip(escaped(text))
    widget.setAccessibleDescription(text)


def restyle(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties that the style sheet chooses by, and let it look again."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


class PlainLabel(QLabel):
    """Words. Wraps, also within very long runs such as addresses; never shows markup."""

    def __init__(
        self,
        text: str = "",
        look: Look = "text",
        *,
        tone: Tone | Literal["soft"] | None = None,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        super().setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("look", look)
        self._words = ""
        self.hang = 0  # pixels of the focus ring; see `widgets.add_hung`
        self._selectable = selectable
        if tone is not None:
            self.setProperty("tone", tone)
        if selectable:
            self.setProperty("selectable", True)
            self.setIndent(0)
            self.hang = 5
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setText(text)

    def text(self) -> str:
        return self._words

    def setText(self, text: str) -> None:
        if text == self._words:
            return
        self._words = text
        # What is to be copied is left whole as long as it fits nearly anywhere, as a code does.
        shown = _breakable(text, _VERY_LONG_RUN if self._selectable else _LONG_RUN)
        super().setText(shown)
        if shown != text or self.accessibleName():
            self.setAccessibleName(text)

    def setTextFormat(self, _format: Qt.TextFormat) -> None:
        """Stays plain."""

    def set_tone(self, tone: Tone | Literal["soft"] | None) -> None:
        restyle(self, tone=tone or "")

    # What is copied is the words themselves, without the places where they may wrap.

    def copy(self) -> None:
        """Put what is selected where it can be pasted from."""
        self._give(QClipboard.Mode.Clipboard)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._selectable and event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._selectable and QGuiApplication.clipboard().supportsSelection():
            self._give(QClipboard.Mode.Selection)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._selectable:
            super().contextMenuEvent(event)
            return
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(_("&Copy"), self.copy).setEnabled(self.hasSelectedText())
        menu.addAction(_("Select &all"), self._select_all)
        menu.popup(event.globalPos())

    def _select_all(self) -> None:
        self.setSelection(0, len(QLabel.text(self)))

    def _give(self, mode: QClipboard.Mode) -> None:
        words = self.selectedText().replace(_ZERO_WIDTH_SPACE, "").replace("\u2029", "\n")
        if words:
            QGuiApplication.clipboard().setText(words, mode)


def _breakable(text: str, runs: re.Pattern[str]) -> str:
    """Lets long `runs` of ASCII (addresses, tokens) wrap; the words themselves stay in `text()`."""
    if len(text) < 25:
        return text
    return runs.sub(lambda run: _PIECE.sub(rf"\1{_ZERO_WIDTH_SPACE}", run.group()), text)


class ElidedLabel(PlainLabel):
    """One line that ends in … where the room ends; hover and screen reader have all of it."""

    def __init__(
        self,
        text: str = "",
        look: Look = "text",
        *,
        tone: Tone | Literal["soft"] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", look, tone=tone, parent=parent)
        self.setWordWrap(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._words = text
        self._elide()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(one_line(self._words)) + 4
        return QSize(wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._elide()

    def _elide(self) -> None:
        line = one_line(self._words)
        shown = self.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, self.width())
        if shown != QLabel.text(self):
            QLabel.setText(self, shown)
        self.setAccessibleName(self._words)
        cut = shown != self._words
        self.setToolTip(escaped(self._words) if cut else "")
        self.setAccessibleDescription(self._words if cut else "")


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look within a line: in a tone's colour, strong, or as the label is."""

    text: str
    tone: Tone | None = None
    strong: bool = False


class RunLabel(QLabel):
    """A line of `Run`s: plain words of differing weight and colour, without any markup."""

    def __init__(
        self,
        runs: Sequence[Run] = (),
        look: Look = "text",
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        super().setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("look", look)
        self._runs: tuple[Run, ...] = ()
        self._laid: dict[int, QTextLayout] = {}
        self._laid_as: tuple[object, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_runs(runs)

    def setTextFormat(self, _format: Qt.TextFormat) -> None:
        """Stays plain."""

    def set_runs(self, runs: Sequence[Run]) -> None:
        if tuple(runs) == self._runs:
            return
        self._runs = tuple(runs)
        self.setText("".join(run.text for run in self._runs))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return int(self._layout(width).boundingRect().height() + 0.99)

    def sizeHint(self) -> QSize:
        wide = min(int(self._layout(10_000).maximumWidth()) + 2, 420)
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(
            min(self.sizeHint().width(), metrics.averageCharWidth() * 18), metrics.height()
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            layout = self._layout(self.width())
            spare = 0.0
            if self.alignment() & Qt.AlignmentFlag.AlignVCenter:
                spare = max(0.0, (self.height() - layout.boundingRect().height()) / 2)
            layout.draw(painter, QPointF(0, spare))

    def _layout(self, width: int) -> QTextLayout:
        """The words within `width`; kept, for layouts ask for the same widths again and again."""
        looks = (self._runs, self.font(), self.alignment(), self.layoutDirection(), theme().palette)
        if looks != self._laid_as:
            self._laid, self._laid_as = {}, looks
        found = self._laid.get(width)
        if found is None:
            found = self._laid[width] = self._lay(width)
        return found

    def _lay(self, width: int) -> QTextLayout:
        layout = QTextLayout(self.text(), self.font())
        option = QTextOption(self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(self.layoutDirection())
        layout.setTextOption(option)
        layout.setFormats(self._formats())
        top = 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, top))
            top += line.height()
        layout.endLayout()
        return layout

    def _formats(self) -> list[QTextLayout.FormatRange]:
        made: list[QTextLayout.FormatRange] = []
        start = 0
        for run in self._runs:
            form = QTextCharFormat()
            if run.tone is not None:
                form.setForeground(theme().color(run.tone if run.tone != "neutral" else "soft"))
            if run.strong:
                form.setFontWeight(QFont.Weight.DemiBold)
            part = QTextLayout.FormatRange()
            part.start, part.length, part.format = start, utf16(run.text), form
            made.append(part)
            start += utf16(run.text)
        return made


def utf16(text: str) -> int:
    """The length of `text` as Qt counts it, in UTF-16 units."""
    if text.isascii():
        return len(text)
    return len(text) + sum(char > "\uffff" for char in text)
