"""Pills say what something is (`Pill`), or are a choice of a few (`PillChoice`)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QSizePolicy, QWidget

from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import one_line
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent

    from calmreply.ui.kit.palette import Tone

_SIDE = 9
_RISE = 3
_SIDEWAYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_ARROWS: Mapping[Qt.Key, int] = MappingProxyType(
    {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
)


def pill_size(metrics: QFontMetrics, words: str) -> QSize:
    """How much room a pill of `words` takes."""
    words = one_line(words, 120)
    return QSize(metrics.horizontalAdvance(words) + 2 * _SIDE, metrics.height() + 2 * _RISE)


def paint_pill(
    painter: QPainter, rect: QRectF, words: str, tone: Tone, *, outlined: bool = False
) -> None:
    """Paint a pill into `rect` with the painter's font; a neutral one has an outline only.

    `outlined` draws a hairline around a tinted one too, for grounds of the same tint.
    """
    now = theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = outlined or tone == "neutral"
    painter.setPen(QPen(now.color("line"), 1) if line else Qt.PenStyle.NoPen)
    painter.setBrush(now.color("panel" if tone == "neutral" else f"{tone}_tint"))
    frame = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
    painter.setPen(now.color("soft" if tone == "neutral" else tone))
    words = one_line(words, 120)
    inner = rect.adjusted(_SIDE, 0, -_SIDE, 0)
    if inner.width() < painter.fontMetrics().horizontalAdvance(words):
        words = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(inner.width()) + 1
        )
    painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), words)


class Pill(QLabel):
    """Words on a tint. `sign` stands before them and is not read out."""

    def __init__(
        self, words: str, tone: Tone = "neutral", sign: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("look", "section")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tone: Tone = tone
        self._shown = ""
        self.set(words, tone, sign)

    @property
    def tone(self) -> Tone:
        return self._tone

    def set(self, words: str, tone: Tone, sign: str = "") -> None:
        self._tone = tone
        self._shown = f"{sign} {words}" if sign else words
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return pill_size(QFontMetrics(self._font()), self._shown)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(hint.width(), 4 * hint.height()), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(self._font())
            paint_pill(painter, QRectF(self.rect()), self._shown, self._tone)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Medium)
        return font


class PillButton(QPushButton):
    """A pill to be chosen. Chosen ones have their tint and a tick, so that colour is not alone."""

    def __init__(
        self, key: str, words: str, tone: Tone = "teal", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.key = key
        self._tone: Tone = tone
        self._words = words
        self.setCheckable(True)
        self.setAccessibleName(words)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(self.updateGeometry)

    def set_words(self, words: str) -> None:
        self._words = words
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        size = pill_size(QFontMetrics(self._font()), f"✓ {self._words}")
        return size + QSize(0, 8)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Where several may be chosen, Qt lets neither Tab nor an arrow key past the first."""
        group, step = self.group(), _ARROWS.get(Qt.Key(event.key()), 0)
        if group is None or group.exclusive() or not step:
            super().keyPressEvent(event)
            return
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft and event.key() in _SIDEWAYS:
            step = -step
        beside = [one for one in group.buttons() if one.isVisible() and one.isEnabled()]
        at = beside.index(self) + step
        if 0 <= at < len(beside):
            beside[at].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self._font())
            rect = QRectF(self.rect()).adjusted(0, 2, 0, -2)
            chosen = self.isChecked()
            words = f"✓ {self._words}" if chosen else self._words
            paint_pill(painter, rect, words, self._tone if chosen else "neutral")
            painter.setBrush(Qt.BrushStyle.NoBrush)
            round_by = rect.height() / 2
            if self.underMouse() and self.isEnabled() and not chosen:
                painter.setPen(QPen(now.color("soft"), 1))
                painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), round_by, round_by)
            if self.hasFocus():
                painter.setPen(QPen(now.color("teal"), 2))
                painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), round_by - 1, round_by - 1)

    def _font(self) -> QFont:
        font = theme().font("second")
        font.setWeight(QFont.Weight.Medium)
        return font


class PillChoice(QWidget):
    """A few pills of which one (`exclusive`) or several are chosen. Arrow keys go among them."""

    changed = Signal()

    def __init__(
        self,
        choices: Sequence[tuple[str, str] | tuple[str, str, Tone]],
        *,
        exclusive: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`choices` are (key, words) or (key, words, tone)."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(exclusive)
        flow = FlowLayout(self, gap=6, line_gap=2)
        self._buttons: dict[str, PillButton] = {}
        for key, words, *tone in choices:
            button = PillButton(key, words, tone[0] if tone else "teal", self)
            self._buttons[key] = button
            self._group.addButton(button)
            flow.addWidget(button)
        if self._buttons:
            self.setFocusProxy(next(iter(self._buttons.values())))
        self._group.buttonToggled.connect(self._on_toggled)

    def setObjectName(self, name: str) -> None:
        """Name it, and each of its pills after it."""
        super().setObjectName(name)
        for key, button in self._buttons.items():
            button.setObjectName(f"{name}.{key}")

    def chosen(self) -> tuple[str, ...]:
        return tuple(key for key, button in self._buttons.items() if button.isChecked())

    def choose(self, keys: Iterable[str]) -> None:
        """Choose exactly `keys`; unknown ones are passed over. Says `changed` once if it did."""
        wanted, before = set(keys), self.chosen()
        exclusive = self._group.exclusive()
        self._group.blockSignals(True)
        self._group.setExclusive(False)
        for key, button in self._buttons.items():
            button.setChecked(key in wanted)
        self._group.setExclusive(exclusive)
        self._group.blockSignals(False)
        if self.chosen() != before:
            self.changed.emit()

    def button(self, key: str) -> PillButton:
        return self._buttons[key]

    def _on_toggled(self, _button: object, on: bool) -> None:
        # An exclusive group tells of the one let go as well; one change is enough.
        if on or not self._group.exclusive():
            self.changed.emit()
