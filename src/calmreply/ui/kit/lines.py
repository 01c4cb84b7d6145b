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
    QAbstractItemModel,
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
    QStaticText,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
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
    when_wide: float
    text: tuple[QStaticText, ...]
    pills: tuple[tuple[QRectF, Tone, str], ...]


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
        self.when_drop = strong.ascent() - self.second_metrics.ascent()


class LineDelegate(QStyledItemDelegate):
    """Paints one row from the `LineData` under `LINE_ROLE`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measures: _Measures | None = None
        self._sets: dict[tuple[LineData, int], _Set] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, self._now().high)

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
        painter.setFont(measures.pill)
        for place, tone, words in row.pills:
            x = right - place.left() - place.width() if mirrored else left + place.left()
            where = QRectF(x, top + measures.pill_top, place.width(), place.height())
            paint_pill(painter, where, words, tone, outlined=chosen and tone == "teal")

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
        who=_static(who, measures.strong),
        when=_static(line.when, measures.second),
        when_wide=when_wide,
        text=tuple(
            _static(part, measures.text)
            for part in _two_lines(one_line(line.text), width, measures)
        ),
        pills=_pills_that_fit(line, width, measures),
    )


def _pills_that_fit(
    line: LineData, width: int, measures: _Measures
) -> tuple[tuple[QRectF, Tone, str], ...]:
    """The first pills for which there is room; a last one counts those left out."""
    wanted = [(tone, one_line(words, 60)) for tone, words in line.pills]
    for shown in range(len(wanted), 0, -1):
        left_out = len(wanted) - shown
        more: list[tuple[Tone, str]] = [("neutral", f"+{left_out}")] if left_out else []
        placed: list[tuple[QRectF, Tone, str]] = []
        left = 0
        for tone, words in wanted[:shown] + more:
            wide = min(pill_size(measures.pill_metrics, words).width(), width)
            placed.append((QRectF(left, 0, wide, measures.pill_high), tone, words))
            left += wide + _PILL_GAP
        if left - _PILL_GAP <= width or shown == 1:
            return tuple(placed)
    return ()


def _static(text: str, font: QFont) -> QStaticText:
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    made.prepare(font=font)
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


class LineList(QListView):
    """A list view set up for `LineData` rows of any number."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(LineDelegate(self))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.scheduleDelayedItemsLayout()

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self.verticalScrollBar().setSingleStep(24)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 120)
