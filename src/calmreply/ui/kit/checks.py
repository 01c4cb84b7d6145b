"""The lines of "Before it can go": a sign, what stands between, and what clears it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui.kit.buttons import LinkButton, paint_check
from calmreply.ui.kit.text import PlainLabel, Run, RunLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import add_hung

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPaintEvent

    from calmreply.ui.kit.palette import Tone

SignKind = Literal["done", "stop", "open", "wait", "dot"]

_TONES: dict[SignKind, Tone] = {
    "done": "green",
    "stop": "red",
    "open": "amber",
    "wait": "amber",
    "dot": "neutral",
}


class Sign(QWidget):
    """✓ done, ! stop, ○ open, ◐ waiting, ● a dot; drawn, so that no font has to have them."""

    def __init__(
        self, kind: SignKind, tone: Tone | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kind: SignKind = kind
        self._tone: Tone = tone or _TONES[kind]
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(kind, tone)

    def set(self, kind: SignKind, tone: Tone | None = None) -> None:
        self._kind, self._tone = kind, tone or _TONES[kind]
        self.setAccessibleName(sign_in_words(kind))
        self.update()

    def sizeHint(self) -> QSize:
        high = self.fontMetrics().height()
        return QSize(high, high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_sign(painter, QRectF(self.rect()), self._kind, self._tone)


def sign_in_words(kind: SignKind) -> str:
    """What a sign means, for those who hear it."""
    match kind:
        case "done":
            return _("done")
        case "stop":
            return _("stands in the way")
        case "open":
            return _("still to do")
        case "wait":
            return _("waiting")
        case "dot":
            return ""


def paint_sign(painter: QPainter, rect: QRectF, kind: SignKind, tone: Tone) -> None:
    """Paint a sign in the middle of `rect`, which is a line high."""
    color = theme().color("soft" if tone == "neutral" else tone)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(rect.width(), rect.height()) * 0.62
    box = QRectF(0, 0, side, side)
    box.moveCenter(rect.center())
    if kind == "done":
        paint_check(painter, box.adjusted(-side / 5, -side / 5, side / 5, side / 5), color)
        return
    pen = QPen(color, max(1.5, side / 6))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    ring = box.adjusted(pen.widthF() / 2, pen.widthF() / 2, -pen.widthF() / 2, -pen.widthF() / 2)
    match kind:
        case "stop":
            pen.setWidthF(max(2.0, side / 4.5))
            painter.setPen(pen)
            middle = box.center().x()
            painter.drawLine(QPointF(middle, box.top()), QPointF(middle, box.top() + side * 0.55))
            painter.drawPoint(QPointF(middle, box.bottom() - pen.widthF() / 4))
        case "open":
            painter.drawEllipse(ring)
        case "wait":
            painter.drawEllipse(ring)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPie(ring, 90 * 16, 180 * 16)
        case _:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(box.center(), side / 2.6, side / 2.6)


class CheckLine(QWidget):
    """A sign, words, perhaps a second line, perhaps a link that does something about it."""

    def __init__(
        self,
        kind: SignKind,
        words: str | Sequence[Run],
        second: str = "",
        action: str = "",
        do: Callable[[], object] | None = None,
        *,
        tone: Tone | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind: SignKind = kind
        self._do = do
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 6, 0, 6)
        whole.setSpacing(9)
        self._sign = Sign(kind, tone)
        whole.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(1)
        self._words = RunLabel()
        self._second = PlainLabel("", "second")
        self.link = LinkButton("", self._act)
        column.addWidget(self._words)
        column.addWidget(self._second)
        add_hung(column, self.link)
        whole.addLayout(column, 1)
        self.set(kind, words, second, action, do, tone=tone)

    def set(
        self,
        kind: SignKind,
        words: str | Sequence[Run],
        second: str = "",
        action: str = "",
        do: Callable[[], object] | None = None,
        *,
        tone: Tone | None = None,
    ) -> None:
        """Say something else; keeps the focus where it is if the link stays."""
        self._kind, self._do = kind, do
        self._sign.set(kind, tone)
        self._words.set_runs((Run(words),) if isinstance(words, str) else words)
        for label, text in ((self._second, second), (self.link, action)):
            label.setText(text)
            label.setVisible(bool(text))
        said = ": ".join(filter(None, (sign_in_words(kind), self._words.text())))
        self.setAccessibleName(said)
        self.setAccessibleDescription(second)
        self.link.setAccessibleDescription(said)

    @property
    def kind(self) -> SignKind:
        return self._kind

    def words(self) -> str:
        return self._words.text()

    def _act(self) -> None:
        if self._do is not None:
            self._do()


class IconLine(CheckLine):
    """The same without a state: a dot in a tone and words."""

    def __init__(
        self,
        words: str | Sequence[Run],
        second: str = "",
        *,
        tone: Tone = "neutral",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("dot", words, second, tone=tone, parent=parent)
