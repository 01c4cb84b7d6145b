"""How a field is painted below which something opens: its words whole or with dots, and a sign."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QWidget

from calmreply.ui.kit.text import escaped
from calmreply.ui.kit.theme import theme


def paint_choice(field: QComboBox) -> None:
    """As Qt does it, but words which are too long end in dots, and are shown whole on hover."""
    option = QStyleOptionComboBox()
    field.initStyleOption(option)
    kind, style = QStyle.ComplexControl.CC_ComboBox, field.style()
    room = style.subControlRect(kind, option, QStyle.SubControl.SC_ComboBoxEditField, field)
    words = option.currentText
    option.currentText = field.fontMetrics().elidedText(
        words, Qt.TextElideMode.ElideRight, room.width() - 2
    )
    field.setToolTip(escaped(words) if option.currentText != words else "")
    with QPainter(field) as painter:
        style.drawComplexControl(kind, option, painter, field)
        style.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option, painter, field)


def paint_chevron(field: QWidget) -> None:
    """The sign at the end of a field that something opens below."""
    with QPainter(field) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = field.fontMetrics().height() / 4
        pen = QPen(theme().color("soft"), max(1.5, half / 2.6))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        from_end = 12 + half
        mirrored = field.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = from_end if mirrored else field.width() - from_end
        y = field.height() / 2
        points = [(x - half, y - half / 2), (x, y + half / 2), (x + half, y - half / 2)]
        painter.drawPolyline([QPointF(*point) for point in points])
