"""The card with a clock: whose it is, the time, of how long, a bar, and a word below.

It shows what it is told and counts nothing itself: due times are data, a timer here is only
paint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from calmreply.ui.kit.flow import Hang
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Bar, Card

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from calmreply.ui.kit.palette import Tone

_GAP = 5


class ClockFace(QWidget):
    """A large time and small words after it on the same line; the words go below if need be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._time, self._of = "", ""
        self._tone: Tone | None = None
        self._found: dict[int, tuple[QRect, QRect]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set(self, time: str, of: str, tone: Tone | None = None) -> None:
        """`time` large, in `tone` if one is given; `of` small after it."""
        if (time, of, tone) == (self._time, self._of, self._tone):
            return
        longer = (len(time), of) != (len(self._time), self._of)
        self._time, self._of, self._tone = time, of, tone
        self._found.clear()
        self.setAccessibleName(f"{time} {of}".strip())
        if longer:
            self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._places(width)[1].bottom() + 1

    def sizeHint(self) -> QSize:
        large, small = self._metrics()
        wide = large.horizontalAdvance(self._time) + _GAP + small.horizontalAdvance(self._of)
        return QSize(wide + 2, large.height())

    def minimumSizeHint(self) -> QSize:
        large, _small = self._metrics()
        return QSize(large.horizontalAdvance(self._time) + 2, large.height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._found.clear()
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme()
        time, of = (QRect(place) for place in self._places(self.width()))
        with QPainter(self) as painter:
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
            if mirrored:
                for rect in (time, of):
                    rect.moveRight(self.width() - 1 - rect.left())
            painter.setFont(now.font("clock"))
            tone = self._tone
            painter.setPen(now.color("ink" if tone is None or tone == "neutral" else tone))
            painter.drawText(time, int(side | Qt.AlignmentFlag.AlignBottom), self._time)
            painter.setFont(now.font("second"))
            painter.setPen(now.color("soft"))
            painter.drawText(of, int(side | Qt.TextFlag.TextWordWrap), self._of)

    def _metrics(self) -> tuple[QFontMetrics, QFontMetrics]:
        return QFontMetrics(theme().font("clock")), QFontMetrics(theme().font("second"))

    def _places(self, width: int) -> tuple[QRect, QRect]:
        """Where the time and where the words after it stand, both from the left."""
        found = self._found.get(width)
        if found is None:
            found = self._found[width] = self._find(width)
        return found

    def _find(self, width: int) -> tuple[QRect, QRect]:
        large, small = self._metrics()
        time_wide = large.horizontalAdvance(self._time) + 2
        time = QRect(0, 0, time_wide, large.height())
        rest = width - time_wide - _GAP
        if small.horizontalAdvance(self._of) <= rest:
            top = large.ascent() - small.ascent()
            return time, QRect(time_wide + _GAP - 2, top, rest + 2, small.height())
        flags = int(Qt.TextFlag.TextWordWrap)
        below = small.boundingRect(QRect(0, 0, width, 10_000), flags, self._of)
        return time, QRect(0, time.bottom() + 2, width, below.height())


class ClockCard(Card):
    """Caption, time, bar, footer. `body` takes a button below the bar where one is due."""

    def __init__(self, caption: str = "", parent: QWidget | None = None) -> None:
        super().__init__(caption, parent=parent)
        self.face = ClockFace()
        self.bar = Bar()
        self._foot = PlainLabel("", "second")
        self.body.addWidget(self.face)
        self.body.addSpacing(2)
        self.body.addWidget(self.bar)
        self.body.addSpacing(3)
        self.body.addWidget(self._foot)
        self._foot.hide()

    def set(
        self,
        time: str,
        of: str,
        share: float,
        *,
        tone: Tone = "teal",
        footer: str = "",
        caption: str | None = None,
    ) -> None:
        """`share` of the bar from 0 to 1. The time itself is coloured only while it is amber."""
        if caption is not None:
            self.set_title(caption)
        self.face.set(time, of, tone if tone == "amber" else None)
        self.bar.set_share(share, tone)
        self.bar.setAccessibleName(self.accessibleName())
        self.bar.setAccessibleDescription(f"{time} {of}".strip())
        self._foot.setText(footer)
        self._foot.setVisible(bool(footer))

    def add_action(self, widget: QWidget) -> None:
        """Put a button (or what belongs to it) between the bar and the footer."""
        at = self.body.indexOf(self._foot)
        if hang := getattr(widget, "hang", 0):
            self.body.insertLayout(at, Hang(widget, hang))
        else:
            self.body.insertWidget(at, widget, 0, Qt.AlignmentFlag.AlignLeft)
