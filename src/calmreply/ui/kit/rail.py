"""The rail on the left: sections of rows, each a dot, words and a count.

A list view over a small model, because that brings keys, type-ahead and the screen reader along.
Rows are data; counts may change at any time without touching the choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from calmreply.ui.kit.text import one_line
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QKeyEvent

    from calmreply.ui.kit.palette import Tone

Index = QModelIndex | QPersistentModelIndex

_ENTRY = Qt.ItemDataRole.UserRole + 1
_MARGIN, _INSET, _GAP = 8, 10, 9


@dataclass(frozen=True, slots=True)
class RailRow:
    """One row. `count` is shown if it is not None; `told` is what is heard in its place.

    A `dim` row has a pale dot: it holds what is done with.
    """

    key: str
    words: str
    count: int | None = None
    tone: Tone = "neutral"
    told: str = ""
    dim: bool = False


@dataclass(frozen=True, slots=True)
class RailSection:
    words: str
    rows: tuple[RailRow, ...]


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: list[str | RailRow] = []
        self.counts: dict[str, int | None] = {}

    def fill(self, sections: Sequence[RailSection]) -> None:
        self.beginResetModel()
        self.entries = []
        for part in sections:
            self.entries += [part.words] if part.words else []
            self.entries += part.rows
        self.counts = {entry.key: entry.count for entry in self.rows()}
        self.endResetModel()

    def rows(self) -> list[RailRow]:
        return [entry for entry in self.entries if isinstance(entry, RailRow)]

    def at(self, key: str) -> QModelIndex:
        for number, entry in enumerate(self.entries):
            if isinstance(entry, RailRow) and entry.key == key:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self.entries[index.row()], RailRow):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry = self.entries[index.row()]
        if role == _ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry if isinstance(entry, str) else entry.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry if isinstance(entry, str) else self._told(entry)
        return None

    def shown_count(self, row: RailRow) -> str:
        count = self.counts.get(row.key)
        return "" if count is None else QLocale().toString(count)

    def _told(self, row: RailRow) -> str:
        told = row.told or self.shown_count(row)
        return f"{row.words}, {told}" if told else row.words


class _Delegate(QStyledItemDelegate):
    def __init__(self, model: _Model, view: QWidget) -> None:
        super().__init__(view)
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        now = theme()
        entry = index.data(_ENTRY)
        if isinstance(entry, RailRow):
            strong = QFontMetrics(now.font(strong=True))
            wide = strong.horizontalAdvance(entry.words) + strong.horizontalAdvance("0,000")
            wide += 2 * (_MARGIN + _INSET) + strong.height() // 2 + 3 * _GAP
            return QSize(wide, strong.height() + 19)
        section = QFontMetrics(now.font("section"))
        above = 16 if index.row() else 20
        wide = section.horizontalAdvance(str(entry)) + 2 * (_MARGIN + _INSET)
        return QSize(wide, section.height() + above + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(_ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole: QRect = option.rect
        if isinstance(entry, RailRow):
            self._paint_row(painter, option, entry)
        else:
            painter.setFont(theme().font("section"))
            painter.setPen(theme().color("soft"))
            inner = whole.adjusted(_MARGIN + _INSET, 0, -_MARGIN, -8)
            where = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeading
            painter.drawText(
                QStyle.visualRect(option.direction, whole, inner), int(where), str(entry)
            )
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: RailRow) -> None:
        now, whole = theme(), QRect(option.rect)
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        frame = QRectF(whole).adjusted(_MARGIN, 1, -_MARGIN, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen:
            painter.setBrush(now.color("shade"))
            painter.drawRoundedRect(frame.translated(0, 0.8), 7, 7)
            painter.setBrush(now.color("panel"))
            painter.drawRoundedRect(frame, 7, 7)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(now.color("ground"))
            painter.drawRoundedRect(frame, 7, 7)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(now.color("teal"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), 6, 6)
        self._paint_words(painter, option, row, chosen=chosen)

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, row: RailRow, *, chosen: bool
    ) -> None:
        now, whole = theme(), QRect(option.rect)
        inner = whole.adjusted(_MARGIN + _INSET, 0, -_MARGIN - _INSET, 0)
        side = QFontMetrics(now.font()).height() // 2
        dot = QRect(inner.left(), inner.center().y() - side // 2 + 1, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        tone = "soft" if row.tone == "neutral" else row.tone
        painter.setBrush(now.color("line" if row.dim else tone))
        painter.drawEllipse(QRectF(QStyle.visualRect(option.direction, whole, dot)))

        words = inner.adjusted(side + _GAP, 0, 0, 0)
        count = self._model.shown_count(row)
        if count:
            painter.setFont(now.font("second", strong=chosen))
            painter.setPen(now.color("ink" if chosen else "soft"))
            end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing
            painter.drawText(QStyle.visualRect(option.direction, whole, words), int(end), count)
            words.adjust(0, 0, -painter.fontMetrics().horizontalAdvance(count) - _GAP, 0)
        painter.setFont(now.font(strong=chosen))
        painter.setPen(now.color("ink"))
        shown = painter.fontMetrics().elidedText(
            one_line(row.words), Qt.TextElideMode.ElideRight, words.width()
        )
        start = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(QStyle.visualRect(option.direction, whole, words), int(start), shown)


class Rail(QListView):
    """`chosen` gives the key of the row whenever another is chosen, by mouse or key."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "rail")
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self._model, self))
        self._told = ""

    def set_sections(self, sections: Sequence[RailSection]) -> None:
        """Show `sections`; the choice stays if its row does."""
        before, here = self.key(), self.selectionModel().hasSelection()
        self._model.fill(sections)
        self.updateGeometry()
        if before:
            self.choose(before)
            self.show_chosen(chosen=here)

    def set_counts(self, counts: Mapping[str, int | None]) -> None:
        """Show other counts; keys that are not named keep theirs."""
        for key, count in counts.items():
            index = self._model.at(key)
            if index.isValid() and self._model.counts.get(key) != count:
                self._model.counts[key] = count
                self._model.dataChanged.emit(index, index)

    def key(self) -> str:
        """The key of the chosen row, empty if none is."""
        entry = self.currentIndex().data(_ENTRY)
        return entry.key if isinstance(entry, RailRow) else ""

    def choose(self, key: str) -> None:
        """Choose a row; an unknown key changes nothing."""
        index = self._model.at(key)
        if index.isValid():
            self.setCurrentIndex(index)

    def show_chosen(self, *, chosen: bool) -> None:
        """Whether one is where the chosen row leads; elsewhere it is not marked."""
        if chosen:
            self.setCurrentIndex(self.currentIndex())
        else:
            self.clearSelection()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is a click: back to the row one came from."""
        here = self.currentIndex()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and here.isValid():
            self.show_chosen(chosen=True)
            self.clicked.emit(here)
        else:
            super().keyPressEvent(event)

    def keys(self) -> tuple[str, ...]:
        return tuple(row.key for row in self._model.rows())

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        key = self.key()
        if key and key != self._told:
            self._told = key
            self.chosen.emit(key)

    def sizeHint(self) -> QSize:
        wide = max(self.sizeHintForColumn(0), 195)
        return QSize(wide, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 120)
