"""The list of mentions: who, how long they have waited, two lines of what, then the state.

Made for lists of any length: all rows are equally high, only visible ones are asked for, and what
laying out a row's words cost is kept for the next paint. A row that is not loaded yet (the model
answers None) is shown as pale bars, never as an error.

A model answers its roles through `line_data.line_data(line, role)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import (
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QStaticText,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from calmreply.ui.kit.line_data import LINE_ROLE, LineData
from calmreply.ui.kit.line_layout import ABOVE, KEPT, SIDE, Laid, Measures, lay_out
from calmreply.ui.kit.pills import paint_pill
from calmreply.ui.kit.text import escaped
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calmreply.ui.kit.palette import Tone

Index = QModelIndex | QPersistentModelIndex

_BAR = 3
_BREATH_MS = 4  # after a paint, before what may be seen next is laid out
_TURN, _TURN_AHEAD = 3_000_000, 1_000_000
"""Nanoseconds that rows that came, and rows that may be seen next, are laid out at a stretch."""


class LineDelegate(QStyledItemDelegate):
    """Paints one row from the `LineData` under `LINE_ROLE`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measures: Measures | None = None
        self._sets: dict[tuple[LineData, int], Laid] = {}
        self._pills: dict[tuple[Tone, str, QSize, bool, float], QPixmap] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, self._now().high)

    def row_height(self) -> int:
        """The height of every row, in pixels."""
        return self._now().high

    def is_laid_out(self, line: LineData, width: int) -> bool:
        return (line, width) in self._sets

    def lay_out(self, line: LineData, width: int) -> None:
        """Do now what painting this row will need."""
        self._set(line, width, self._now())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        measures = self._now()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, theme().color("teal_tint"))
            left = rect.right() + 1 - _BAR if mirrored else rect.left()
            painter.fillRect(left, rect.top(), _BAR, rect.height() - 1, theme().color("teal"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme().color("ground"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, measures.hairline)
        line = index.data(LINE_ROLE)
        if isinstance(line, LineData):
            self._paint_line(painter, rect, line, measures, chosen=chosen, mirrored=mirrored)
        else:
            _paint_loading(painter, rect, measures)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme().color("teal"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -2), 3, 3)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        line = index.data(LINE_ROLE)
        if event.type() != QEvent.Type.ToolTip or not isinstance(line, LineData):
            return False
        cut = self._set(line, option.rect.width(), self._now()).cut
        told = "\n".join((*cut, line.exact_when))
        QToolTip.showText(event.globalPos(), escaped(told), view)
        return True

    def _now(self) -> Measures:
        now, known = theme(), self._measures
        if known is None or known.palette is not now.palette or known.sizes != now.sizes:
            known = self._measures = Measures(now.palette, now.sizes)
            self._sets.clear()
            self._pills.clear()
        return known

    def _paint_line(
        self,
        painter: QPainter,
        rect: QRect,
        line: LineData,
        measures: Measures,
        *,
        chosen: bool,
        mirrored: bool,
    ) -> None:
        row = self._set(line, rect.width(), measures)
        left, right, top = rect.left() + SIDE, rect.right() + 1 - SIDE, rect.top()

        def put(piece: QStaticText, down: float) -> None:
            x = right - piece.size().width() if mirrored else left
            painter.drawStaticText(QPointF(x, top + down), piece)

        painter.setPen(measures.soft if line.dim else measures.ink)
        painter.setFont(measures.strong)
        put(row.who, ABOVE)
        painter.setPen(measures.soft)
        painter.setFont(measures.second)
        x = left if mirrored else right - row.when_wide
        painter.drawStaticText(QPointF(x, top + ABOVE + measures.when_drop), row.when)
        painter.setFont(measures.text)
        for number, piece in enumerate(row.text):
            put(piece, measures.text_top + number * measures.leading)
        ratio = painter.device().devicePixelRatioF()
        for place, tone, words in row.pills:
            x = right - place.left() - place.width() if mirrored else left + place.left()
            outlined = chosen and tone == "teal"
            pill = self._pill((tone, words, place.size(), outlined, ratio))
            painter.drawPixmap(x, top + measures.pill_top, pill)

    def _pill(self, key: tuple[Tone, str, QSize, bool, float]) -> QPixmap:
        """Pills come again and again, so each is painted once and then only copied."""
        found = self._pills.get(key)
        if found is None:
            if len(self._pills) >= KEPT:
                self._pills.clear()
            tone, words, size, outlined, ratio = key
            found = self._pills[key] = QPixmap(size * ratio)
            found.setDevicePixelRatio(ratio)
            found.fill(Qt.GlobalColor.transparent)
            with QPainter(found) as painter:
                painter.setFont(self._now().pill)
                paint_pill(painter, QRectF(QPointF(), size), words, tone, outlined=outlined)
        return found

    def _set(self, line: LineData, width: int, measures: Measures) -> Laid:
        key = (line, width)
        found = self._sets.get(key)
        if found is None:
            if len(self._sets) >= KEPT:
                # The oldest alone: to let go of all at once would be felt.
                del self._sets[next(iter(self._sets))]
            found = self._sets[key] = lay_out(line, width - 2 * SIDE, measures)
        return found


def _paint_loading(painter: QPainter, rect: QRect, measures: Measures) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("line"))
    wide = rect.width() - 2 * SIDE
    tops = (ABOVE, measures.text_top, measures.text_top + measures.leading)
    for top, share in zip(tops, (0.35, 0.9, 0.6), strict=True):
        bar = QRectF(rect.left() + SIDE, rect.top() + top + 4, wide * share, 8)
        painter.drawRoundedRect(bar, 4, 4)


class LineList(QTableView):
    """A list set up for `LineData` rows of any number.

    A table of one column underneath: a list view asks the model for every row before it shows the
    first, a table with rows of one height asks only for those that are seen.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        # Every pixel is painted here, so nothing beneath is painted anew when the list is, and
        # what stays in sight is moved, not painted, when it is scrolled.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._delegate = LineDelegate(self)
        self.setItemDelegate(self._delegate)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        beside = self.verticalScrollBar().parentWidget()
        if beside is not None:
            beside.setBackgroundRole(QPalette.ColorRole.Base)
            beside.setAutoFillBackground(True)
        self._news: tuple[QPersistentModelIndex, QPersistentModelIndex, Sequence[int]] | None = None
        self._ahead: list[int] = []
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self._lay_out_some)
        self._fit_rows()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_rows()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), theme().color("panel"))
        super().paintEvent(event)
        self._look_ahead()

    def moveCursor(
        self,
        action: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Home and End go to the first and the last row, as in every list."""
        moves = QAbstractItemView.CursorAction
        if action == moves.MoveHome:
            return self.model().index(0, 0)
        if action == moves.MoveEnd:
            return self.model().index(self.model().rowCount() - 1, 0)
        return super().moveCursor(action, modifiers)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 120)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Rows in sight that came are laid out in turns of their own, and painted after that."""
        self._tell_news()
        self._news = QPersistentModelIndex(first), QPersistentModelIndex(last), roles
        self._idle.start(0)

    def _tell_news(self) -> None:
        """Pass them on, unless the model is another one by now and has no such rows."""
        news, self._news = self._news, None
        if news is not None:
            first, last = (self.model().index(one.row(), one.column()) for one in news[:2])
            if first.isValid() and last.isValid():
                super().dataChanged(first, last, news[2])

    def _in_sight(self) -> range:
        """The numbers of the rows that are seen, if only a part of them."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if first < 0:
            return range(0)
        return range(first, self.model().rowCount() if last < 0 else last + 1)

    def _look_ahead(self) -> None:
        """A page below and a page above may be seen next."""
        seen = self._in_sight()
        if seen:
            above = range(max(0, seen.start - len(seen)), seen.start)
            below = range(seen.stop, min(seen.stop + len(seen), self.model().rowCount()))
            self._ahead = [*above, *reversed(below)]  # the last one comes first
            if not self._idle.isActive():
                self._idle.start(_BREATH_MS)

    def _lay_out_some(self) -> None:
        """While nothing else is to do; after a short turn, whatever waits has its own."""
        if self.model() is None:
            return
        turn = QElapsedTimer()
        turn.start()
        if self._news is not None:
            seen, (first, last, _roles) = self._in_sight(), self._news
            rows = range(max(seen.start, first.row()), min(seen.stop, last.row() + 1))
            if all(self._lay_out(row, turn, _TURN) for row in rows):
                self._tell_news()
        while self._ahead and self._lay_out(self._ahead[-1], turn, _TURN_AHEAD):
            self._ahead.pop()
        if self._ahead or self._news is not None:
            self._idle.start(0)

    def _lay_out(self, row: int, turn: QElapsedTimer, most: int) -> bool:
        """False where a row is still to be laid out, but the turn has been `most` long."""
        line, width = self.model().index(row, 0).data(LINE_ROLE), self.columnWidth(0)
        if not isinstance(line, LineData) or self._delegate.is_laid_out(line, width):
            return True
        if turn.nsecsElapsed() > most:
            return False
        self._delegate.lay_out(line, width)
        return True

    def _fit_rows(self) -> None:
        """One height for all rows; the header keeps it as one number, however many there are."""
        high = self._delegate.row_height()
        header = self.verticalHeader()
        if header.defaultSectionSize() != high:
            header.setMinimumSectionSize(high)
            header.setMaximumSectionSize(high)
            header.setDefaultSectionSize(high)
        self.verticalScrollBar().setSingleStep(24)
