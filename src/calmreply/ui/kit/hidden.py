"""Flags in an editor where a character stands that nobody can see. The words stay as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF, QTextCursor

from calmreply.domain.disguise import hides
from calmreply.ui.kit.text import utf16
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from calmreply.ui.kit.views import PlainEdit

MOST = 500
"""Flags; beyond that the words beside the editor say enough."""
_MAY_HIDE = re.compile(r"[^\n\t\x20-\x7e]")
_FLAG, _POLE = 0.4, 0.1  # of the height of a line


class HiddenFlags(QObject):
    """Of one editor, which calls `paint` after it has painted itself."""

    def __init__(self, edit: PlainEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._at: tuple[int, ...] = ()
        # Of the document: the editor itself says nothing of words that are put in by the program.
        edit.document().contentsChanged.connect(self._look)

    @property
    def count(self) -> int:
        return len(self._at)

    def paint(self) -> None:
        """Within the editor's own `paintEvent`."""
        if not self._at:
            return
        cursor, high = QTextCursor(self._edit.document()), self._edit.viewport().height()
        with QPainter(self._edit.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for at in self._at:
                cursor.setPosition(at)
                place = self._edit.cursorRect(cursor)
                if place.top() > high:
                    break
                if place.bottom() >= 0:
                    _paint_flag(painter, place)

    def _look(self) -> None:
        words = self._edit.words()
        before = self._at
        self._at = tuple(utf16(words[:at]) for at in hidden_in(words)[:MOST])
        if before or self._at:
            self._edit.viewport().update()


def hidden_in(words: str) -> tuple[int, ...]:
    """Where the hidden characters stand, counted in characters."""
    return tuple(
        found.start() for found in _MAY_HIDE.finditer(words) if hides(words, found.start())
    )


def _paint_flag(painter: QPainter, place: QRect) -> None:
    amber, left, top = theme().color("amber"), place.left(), place.top()
    flag = place.height() * _FLAG
    painter.setPen(QPen(amber, max(2, round(place.height() * _POLE))))
    painter.drawLine(left, top, left, place.bottom())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(amber)
    corners = (QPointF(left, top), QPointF(left + flag, top + flag / 2), QPointF(left, top + flag))
    painter.drawPolygon(QPolygonF(corners))
