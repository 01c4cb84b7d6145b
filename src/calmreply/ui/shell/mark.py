"""The program's sign: a speech bubble that holds a pause."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPixmap

from calmreply.ui.kit.palette import LIGHT

_SIZES = (16, 22, 24, 32, 48, 64, 128, 256)


def icon() -> QIcon:
    """The sign in every size a window or a tray asks for."""
    made = QIcon()
    for side in _SIZES:
        made.addPixmap(_drawn(side))
    return made


def _drawn(side: int) -> QPixmap:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    unit = side / 16
    bubble = QPainterPath()
    bubble.addRoundedRect(QRectF(unit, 1.5 * unit, 14 * unit, 11 * unit), 3.5 * unit, 3.5 * unit)
    tail = QPainterPath(QPointF(4 * unit, 12 * unit))
    tail.lineTo(4 * unit, 15.5 * unit)
    tail.lineTo(8.5 * unit, 12 * unit)
    tail.closeSubpath()
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIGHT.teal))
        painter.drawPath(bubble.united(tail))
        painter.setBrush(QColor(LIGHT.on_teal))
        for left in (5.2, 8.8):
            bar = QRectF(left * unit, 4 * unit, 2 * unit, 6 * unit)
            painter.drawRoundedRect(bar, unit / 1.5, unit / 1.5)
    return pixmap
