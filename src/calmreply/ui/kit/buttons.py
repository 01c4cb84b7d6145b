"""Buttons say what will happen.

Their words wrap rather than being cut, and stand as they are: an ampersand is an ampersand.
Enter presses them as well as Space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QWidget,
)

from calmreply.ui.kit.dropping import paint_chevron, paint_choice
from calmreply.ui.kit.text import restyle
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QFontMetrics, QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent

ButtonLook = Literal["", "primary", "stop", "link"]

_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter)


def _words_height(metrics: QFontMetrics, words: str, width: int) -> int:
    return metrics.boundingRect(QRect(0, 0, max(1, width), 10_000), _WRAPPED, words).height()


def _longest_word(metrics: QFontMetrics, words: str) -> int:
    return max((metrics.horizontalAdvance(word) for word in words.split()), default=0) + 2


class Button(QPushButton):
    """A button. `do`, if given, is called at every press."""

    def __init__(
        self,
        words: str,
        do: Callable[[], object] | None = None,
        *,
        look: ButtonLook = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = ""
        self._placed = False
        self.setProperty("look", look)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(words)
        if do is not None:
            self.clicked.connect(lambda _checked=False: do())

    def text(self) -> str:
        return self._words

    def setText(self, words: str) -> None:
        self._words = words
        super().setText(words.replace("&", "&&"))
        self.setAccessibleName(words)

    def set_look(self, look: ButtonLook) -> None:
        restyle(self, look=look)

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(self._words) + 2
        return QSize(self._frame().width() + wide, self._high())

    def minimumSizeHint(self) -> QSize:
        """A short button keeps to one line; a long one may become as narrow as a short one."""
        metrics = self.fontMetrics()
        short = min(metrics.horizontalAdvance(self._words), metrics.averageCharWidth() * 16)
        narrow = max(_longest_word(metrics, self._words), short + 2)
        return QSize(self._frame().width() + narrow, self._high())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._placed = True
        if self.height() != self._high():
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        with QPainter(self) as painter:
            self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
            if self.property("look") == "primary" and self.hasFocus():
                self._fill_within_ring(painter)
            font = self.font()
            link = self.property("look") == "link"
            if link and self.underMouse() and self.isEnabled():
                font.setUnderline(True)
            painter.setFont(font)
            painter.setPen(self._ink())
            side = Qt.AlignmentFlag.AlignLeft if link else Qt.AlignmentFlag.AlignHCenter
            half = self._frame().width() // 2
            inner = self.rect().adjusted(half, 0, -half, 0)
            painter.drawText(inner, _WRAPPED | int(side), self._words)

    def _fill_within_ring(self, painter: QPainter) -> None:
        """A focused filled button keeps its size: ring, a gap of the ground, and the fill."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("teal_deep" if self.underMouse() else "teal"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 4, 4)

    def _frame(self) -> QSize:
        """Border and padding, both sides together, as the style sheet has them."""
        return QSize(6, 4) if self.property("look") == "link" else QSize(30, 18)

    def _high(self) -> int:
        """As high as its words are at the width it has now."""
        metrics, frame = self.fontMetrics(), self._frame()
        inner = self.width() - frame.width()
        if not self._placed or inner >= metrics.horizontalAdvance(self._words):
            return metrics.height() + frame.height()
        return _words_height(metrics, self._words, inner) + frame.height()

    def _ink(self) -> QColor:
        now = theme()
        if not self.isEnabled():
            return now.color("soft")
        match self.property("look"):
            case "primary":
                return now.color("on_teal")
            case "stop":
                return now.color("red")
            case "link":
                return now.color("teal_deep" if self.underMouse() else "teal")
            case _:
                return now.color("ink")


class PrimaryButton(Button):
    """The next right thing; one on a page."""

    def __init__(
        self,
        words: str,
        do: Callable[[], object] | None = None,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, do, look="primary", parent=parent)


class LinkButton(Button):
    """Looks like a link and stands within words; reachable by Tab like every button."""

    hang = 3  # pixels; see `widgets.add_hung`

    def __init__(
        self,
        words: str,
        do: Callable[[], object] | None = None,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, do, look="link", parent=parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)


class Tick(QCheckBox):
    """A box to tick whose words wrap."""

    hang = 5

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _set_up_mark(self, words)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return _mark_height(self, width)

    def sizeHint(self) -> QSize:
        return _mark_hint(self)

    def minimumSizeHint(self) -> QSize:
        return _mark_least(self)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002 - its words count as well as its box
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        _paint_mark(self, box=True)


class Radio(QRadioButton):
    """One of several, with words that wrap."""

    hang = 5

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _set_up_mark(self, words)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return _mark_height(self, width)

    def sizeHint(self) -> QSize:
        return _mark_hint(self)

    def minimumSizeHint(self) -> QSize:
        return _mark_least(self)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002 - its words count as well as its ring
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        _paint_mark(self, box=False)


def _set_up_mark(button: QAbstractButton, words: str) -> None:
    button.setText(words.replace("&", "&&"))
    button.setAccessibleName(words)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    button.setSizePolicy(policy)


def _mark_side(button: QAbstractButton) -> tuple[int, int]:
    """The side of the mark, and where the words begin."""
    side = button.fontMetrics().ascent() + 4
    return side, side + 12


_MARK_PAD = 4


def _mark_height(button: QAbstractButton, width: int) -> int:
    indent = _mark_side(button)[1] + _MARK_PAD
    words = button.accessibleName()
    return _words_height(button.fontMetrics(), words, width - indent) + 2 * _MARK_PAD


def _mark_hint(button: QAbstractButton) -> QSize:
    metrics = button.fontMetrics()
    wide = _mark_side(button)[1] + metrics.horizontalAdvance(button.accessibleName())
    return QSize(wide + _MARK_PAD + 2, max(metrics.height(), _mark_side(button)[0]) + 2 * _MARK_PAD)


def _mark_least(button: QAbstractButton) -> QSize:
    metrics = button.fontMetrics()
    wide = _mark_side(button)[1] + _longest_word(metrics, button.accessibleName()) + _MARK_PAD
    return QSize(wide, metrics.height() + 2 * _MARK_PAD)


def _paint_mark(button: QAbstractButton, *, box: bool) -> None:
    now = theme()
    side, indent = _mark_side(button)
    with QPainter(button) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line_high = button.fontMetrics().height()
        whole = QRectF(button.rect())
        mark = QRectF(5.5, _MARK_PAD + (line_high - side) / 2 + 0.5, side - 1, side - 1)
        words = QRectF(indent, _MARK_PAD, whole.width() - indent - _MARK_PAD, whole.height())
        if button.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            mark.moveRight(whole.width() - mark.x())
            words.moveRight(whole.width() - words.x())
        chosen, live = button.isChecked(), button.isEnabled()
        color = now.color("teal" if live else "soft")
        painter.setPen(QPen(color if chosen else now.color("soft"), 1.5))
        painter.setBrush(color if chosen else now.color("panel"))
        round_by = 3.5 if box else mark.height() / 2
        painter.drawRoundedRect(mark, round_by, round_by)
        if chosen and box:
            paint_check(painter, mark, now.color("on_teal"))
        elif chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("on_teal"))
            painter.drawEllipse(mark.center(), mark.width() / 5, mark.width() / 5)
        painter.setPen(now.color("ink" if live else "soft"))
        painter.drawText(
            words,
            int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft),
            button.accessibleName(),
        )
        if button.hasFocus():
            painter.setPen(QPen(now.color("teal"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), 5, 5)


def paint_check(painter: QPainter, rect: QRectF, color: QColor) -> None:
    """A tick mark within `rect`."""
    pen = QPen(color, max(1.6, rect.width() / 7.5))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath()

    def at(across: float, down: float) -> QPointF:
        return QPointF(rect.x() + across * rect.width(), rect.y() + down * rect.height())

    path.moveTo(at(0.24, 0.53))
    path.lineTo(at(0.43, 0.72))
    path.lineTo(at(0.77, 0.31))
    painter.drawPath(path)


class Choice(QComboBox):
    """One of a list, by key. The wheel changes it only while it has the focus."""

    def __init__(
        self, choices: Sequence[tuple[str, str]] = (), parent: QWidget | None = None
    ) -> None:
        """`choices` are (key, words)."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        # Only with a delegate of this kind does the list below follow the style sheet.
        self.setItemDelegate(QStyledItemDelegate(self))
        for key, words in choices:
            self.addItem(words, key)

    def key(self) -> str:
        """The key of what is chosen, empty if nothing is."""
        return str(self.currentData() or "")

    def choose(self, key: str) -> None:
        self.setCurrentIndex(self.findData(key))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def showPopup(self) -> None:
        """Qt leaves the padding of the list out of its height, and so cuts the last line."""
        super().showPopup()
        view, screen = self.view(), self.screen().availableGeometry()
        box = view.window()
        high = sum(view.sizeHintForRow(row) for row in range(self.count()))
        if high > view.viewport().height():
            # Amply first: only where nothing is cut do the strips that scroll go away.
            for more in (2 * view.sizeHintForRow(0), 0):
                lacks = high - view.viewport().height()
                box.resize(box.width(), min(box.height() + lacks + more, screen.height()))
                QApplication.sendPostedEvents(box, QEvent.Type.LayoutRequest)
            over = box.geometry().bottom() - screen.bottom()
            box.move(box.x(), max(screen.top(), box.y() - max(0, over)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_choice(self)
        paint_chevron(self)
