"""The list of mentions: who, how long they have waited, two lines of what, then the state.

Made for lists of any length: all rows are equally high, only visible ones are asked for, and what
laying out a row's words cost is kept for the next paint. A row that is not loaded yet (the model
answers None) is shown as pale bars, never as an error.

A model answers its roles through `line_data(line, role)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPen,
    QPixmap,
    QStaticText,
    QTextLayout,
    QTextOption,
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

from calmreply.i18n import _
from calmreply.ui.kit.pills import paint_pill, pill_size
from calmreply.ui.kit.text import escaped, one_line
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from calmreply.ui.kit.palette import Palette, Tone
    from calmreply.ui.kit.theme import Sizes

Index = QModelIndex | QPersistentModelIndex

LINE_ROLE = Qt.ItemDataRole.UserRole + 1
_SIDE, _ABOVE, _BELOW, _PILL_GAP, _BAR = 14, 11, 11, 6, 3
_KEPT = 512


@dataclass(frozen=True, slots=True)
class LineData:
    """What a row shows. `exact_when` is shown on hover; a `dim` row is one that is done with."""

    who: str
    when: str
    text: str
    pills: tuple[tuple[Tone, str], ...] = ()
    dim: bool = False
    exact_when: str = ""


def line_in_words(line: LineData) -> str:
    """The whole row as the screen reader says it."""
    parts = [f"{one_line(line.who)}, {line.when}", one_line(line.text)]
    parts.append(", ".join(words for _tone, words in line.pills))
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def line_data(line: LineData | None, role: int) -> object:
    """The answer of a model to `role` for a row that shows `line`; None is a row not yet loaded."""
    if role == LINE_ROLE:
        return line
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return _("Loading…") if line is None else line_in_words(line)
    if role == Qt.ItemDataRole.DisplayRole:
        return "" if line is None else line.who
    return None


@dataclass(slots=True)
class _Set:
    """A row laid out for one width."""

    who: QStaticText
    when: QStaticText
    text: tuple[QStaticText, ...]
    pills: tuple[tuple[QRect, Tone, str], ...]


class _Measures:
    """Fonts and heights for one palette and one set of sizes."""

    def __init__(self, palette: Palette, sizes: Sizes) -> None:
        now = theme()
        self.palette, self.sizes = palette, sizes
        self.strong = now.font(strong=True)
        self.text = now.font()
        self.second = now.font("second")
        self.pill = now.font("section")
        self.pill.setWeight(QFont.Weight.Medium)
        strong, text = QFontMetrics(self.strong), QFontMetrics(self.text)
        self.second_metrics, self.pill_metrics = QFontMetrics(self.second), QFontMetrics(self.pill)
        self.strong_metrics, self.text_metrics = strong, text
        self.leading = round(text.height() * 1.22)
        self.text_top = _ABOVE + strong.height() + 5
        self.pill_high = pill_size(self.pill_metrics, "x").height()
        self.pill_top = self.text_top + 2 * self.leading + 3
        self.high = self.pill_top + self.pill_high + _BELOW
        self._pill_widths: dict[str, int] = {}
        self.when_drop = strong.ascent() - self.second_metrics.ascent()

    def pill_width(self, words: str) -> int:
        wide = self._pill_widths.get(words)
        if wide is None:
            if len(self._pill_widths) >= _KEPT:
                self._pill_widths.clear()
            wide = self._pill_widths[words] = pill_size(self.pill_metrics, words).width()
        return wide


class LineDelegate(QStyledItemDelegate):
    """Paints one row from the `LineData` under `LINE_ROLE`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measures: _Measures | None = None
        self._sets: dict[tuple[LineData, int], _Set] = {}
        self._pills: dict[tuple[Tone, str, QSize, bool, float], QPixmap] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, self._now().high)

    def row_height(self) -> int:
        """The height of every row, in pixels."""
        return self._now().high

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        now, measures = theme(), self._now()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, now.color("teal_tint"))
            left = rect.right() + 1 - _BAR if mirrored else rect.left()
            painter.fillRect(left, rect.top(), _BAR, rect.height() - 1, now.color("teal"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, now.color("ground"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, now.color("line"))
        line = index.data(LINE_ROLE)
        if isinstance(line, LineData):
            self._paint_line(painter, rect, line, chosen=chosen, mirrored=mirrored)
        else:
            _paint_loading(painter, rect, measures)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(now.color("teal"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -2), 3, 3)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        _option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        line = index.data(LINE_ROLE)
        if event.type() != QEvent.Type.ToolTip or not isinstance(line, LineData):
            return False
        QToolTip.showText(event.globalPos(), escaped(line.exact_when), view)
        return True

    def _now(self) -> _Measures:
        now, known = theme(), self._measures
        if known is None or known.palette is not now.palette or known.sizes != now.sizes:
            known = self._measures = _Measures(now.palette, now.sizes)
            self._sets.clear()
            self._pills.clear()
        return known

    def _paint_line(
        self, painter: QPainter, rect: QRect, line: LineData, *, chosen: bool, mirrored: bool
    ) -> None:
        now, measures = theme(), self._now()
        row = self._set(line, rect.width())
        left, right, top = rect.left() + _SIDE, rect.right() + 1 - _SIDE, rect.top()
        soft = now.color("soft")

        def put(piece: QStaticText, down: float, *, at_end: bool = False) -> None:
            x = right - piece.size().width() if at_end != mirrored else left
            painter.drawStaticText(QPointF(x, top + down), piece)

        painter.setPen(soft if line.dim else now.color("ink"))
        painter.setFont(measures.strong)
        put(row.who, _ABOVE)
        painter.setPen(soft)
        painter.setFont(measures.second)
        put(row.when, _ABOVE + measures.when_drop, at_end=True)
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
            if len(self._pills) >= _KEPT:
                self._pills.clear()
            tone, words, size, outlined, ratio = key
            found = self._pills[key] = QPixmap(size * ratio)
            found.setDevicePixelRatio(ratio)
            found.fill(Qt.GlobalColor.transparent)
            with QPainter(found) as painter:
                painter.setFont(self._now().pill)
                paint_pill(painter, QRectF(QPointF(), size), words, tone, outlined=outlined)
        return found

    def _set(self, line: LineData, width: int) -> _Set:
        key = (line, width)
        found = self._sets.get(key)
        if found is None:
            if len(self._sets) >= _KEPT:
                self._sets.clear()
            found = self._sets[key] = _lay_out(line, width - 2 * _SIDE, self._now())
        return found


def _lay_out(line: LineData, width: int, measures: _Measures) -> _Set:
    when_wide = measures.second_metrics.horizontalAdvance(line.when)
    who = measures.strong_metrics.elidedText(
        one_line(line.who), Qt.TextElideMode.ElideRight, max(0, width - when_wide - 12)
    )
    return _Set(
        who=_static(who),
        when=_static(line.when),
        text=tuple(
            _static(part) for part in _two_lines(_beginning(line.text, width), width, measures)
        ),
        pills=_pills_that_fit(line, width, measures),
    )


def _pills_that_fit(
    line: LineData, width: int, measures: _Measures
) -> tuple[tuple[QRect, Tone, str], ...]:
    """The first pills for which there is room; a last one counts those left out."""
    wanted = [(tone, words) for tone, words in line.pills if words]
    for shown in range(len(wanted), 0, -1):
        left_out = len(wanted) - shown
        more: list[tuple[Tone, str]] = [("neutral", f"+{left_out}")] if left_out else []
        placed: list[tuple[QRect, Tone, str]] = []
        left = 0
        for tone, words in wanted[:shown] + more:
            wide = min(measures.pill_width(words), width)
            placed.append((QRect(left, 0, wide, measures.pill_high), tone, words))
            left += wide + _PILL_GAP
        if left - _PILL_GAP <= width or shown == 1:
            return tuple(placed)
    return ()


def _beginning(text: str, width: int) -> str:
    """More of `text` than two lines of `width` pixels can hold, for measuring costs time."""
    limit = max(120, width * 2 // 3)
    line = one_line(text, limit)
    return f"{line}…" if len(text) > limit else line


def _static(text: str) -> QStaticText:
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    return made


def _two_lines(text: str, width: int, measures: _Measures) -> tuple[str, ...]:
    """`text` as one line or two, the second one elided."""
    if width < 1 or measures.text_metrics.horizontalAdvance(text) <= width:
        return (text,)
    layout = QTextLayout(text, measures.text)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    first = layout.createLine()
    first.setLineWidth(width)
    layout.endLayout()
    # Qt counts in UTF-16 units, Python in characters.
    units = text.encode("utf-16-le", "replace")
    cut = 2 * first.textLength()
    head, rest = (part.decode("utf-16-le", "replace") for part in (units[:cut], units[cut:]))
    end = measures.text_metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)
    return (head.rstrip(), end)


def _paint_loading(painter: QPainter, rect: QRect, measures: _Measures) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("line"))
    wide = rect.width() - 2 * _SIDE
    tops = (_ABOVE, measures.text_top, measures.text_top + measures.leading)
    for top, share in zip(tops, (0.35, 0.9, 0.6), strict=True):
        bar = QRectF(rect.left() + _SIDE, rect.top() + top + 4, wide * share, 8)
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
        self._delegate = LineDelegate(self)
        self.setItemDelegate(self._delegate)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit_rows()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_rows()

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

    def _fit_rows(self) -> None:
        """One height for all rows; the header keeps it as one number, however many there are."""
        high = self._delegate.row_height()
        header = self.verticalHeader()
        if header.defaultSectionSize() != high:
            header.setMinimumSectionSize(high)
            header.setMaximumSectionSize(high)
            header.setDefaultSectionSize(high)
        self.verticalScrollBar().setSingleStep(24)
