"""Layouts: one wraps like words, one hangs a focus ring into the margin; and a row of both."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QStyle, QWidget


class FlowLayout(QLayout):
    """Like words in a paragraph; items of one line stand on a common middle.

    With `spread`, the last item of a line that holds several goes to its far end. What hangs and
    begins a line reaches `hang` pixels into the margin.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        gap: int = 6,
        line_gap: int = 6,
        *,
        spread: bool = False,
        hang: int = 0,
    ) -> None:
        super().__init__(parent)
        self._spread = spread
        self._hang = hang
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._line_gap = line_gap
        self._heights: dict[int, int] = {}
        self.setContentsMargins(hang, 0, hang, 0)

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self._heights.clear()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        self._heights.clear()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def clear(self) -> None:
        """Take every widget out and let it go."""
        while (item := self.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        found = self._heights.get(width)
        if found is None:
            found = self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return found

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        wide, high = 0, 0
        for item in self._shown():
            hint = item.sizeHint()
            wide += hint.width() + (self._gap if wide else 0)
            high = max(high, hint.height())
        return self._with_margins(QSize(wide, high))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return self._with_margins(size)

    def _with_margins(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, rect: QRect, *, move: bool) -> int:
        inner = rect.marginsRemoved(self.contentsMargins())
        top, line = inner.y(), list[tuple[QLayoutItem, QRect]]()
        left = inner.x()
        for item in self._shown():
            size = item.sizeHint().boundedTo(QSize(max(1, inner.width()), 10_000))
            if line and left + size.width() > inner.right() + 1:
                top += self._finish(line, inner, move=move) + self._line_gap
                left, line = inner.x(), []
            if not line and hasattr(item.widget(), "hang"):
                left -= self._hang
            line.append((item, QRect(QPoint(left, top), size)))
            left += size.width() + self._gap
        if line:
            top += self._finish(line, inner, move=move)
        return top - rect.y() + self.contentsMargins().bottom()

    def _finish(self, line: list[tuple[QLayoutItem, QRect]], inner: QRect, *, move: bool) -> int:
        high = max(rect.height() for _, rect in line)
        if self._spread and len(line) > 1:
            line[-1][1].moveRight(inner.right())
        if move:
            widget = self.parentWidget()
            direction = widget.layoutDirection() if widget else Qt.LayoutDirection.LeftToRight
            for item, rect in line:
                rect.moveTop(rect.top() + (high - rect.height()) // 2)
                item.setGeometry(QStyle.visualRect(direction, inner, rect))
        return high


class HungRow(QWidget):
    """A row that wraps; bare words at the beginning of a line stand in line with those above it.

    To be put into its card by `Card.add` or `add_hung`.
    """

    hang = 3

    def __init__(self, gap: int = 8, line_gap: int = 6) -> None:
        super().__init__()
        self.flow = FlowLayout(self, gap, line_gap, hang=self.hang)


class Hang(QLayout):
    """Holds one widget that draws a focus ring around bare words, as wide as `hang` pixels.

    The ring reaches into the margin, so that the words stand in line with the words around them.
    (A box layout takes a negative margin for "the usual one", hence a layout of its own.)
    """

    def __init__(self, widget: QWidget, hang: int) -> None:
        super().__init__()
        self._item: QLayoutItem | None = None
        self._ring = QMargins(hang, 0, hang, 0)
        self.setContentsMargins(0, 0, 0, 0)
        self._narrow = widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Maximum
        self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._item = item

    def count(self) -> int:
        return int(self._item is not None)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._item if index == 0 else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        taken = self.itemAt(index)
        if taken is not None:
            self._item = None
        return taken

    def expandingDirections(self) -> Qt.Orientation:
        return self._item.expandingDirections() if self._item else Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return self._item is not None and self._item.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        return self._item.heightForWidth(width + 2 * self._ring.left()) if self._item else 0

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        if self._item is None:
            return
        widget = self.parentWidget()
        direction = widget.layoutDirection() if widget else Qt.LayoutDirection.LeftToRight
        wanted = rect.marginsAdded(self._ring)
        if self._narrow:
            wanted.moveLeft(max(0, wanted.left()))  # what is outside is cut off, and words wrap
            wanted.setWidth(min(wanted.width(), self._item.sizeHint().width()))
        self._item.setGeometry(QStyle.visualRect(direction, rect, wanted))

    def sizeHint(self) -> QSize:
        return self._less(self._item.sizeHint()) if self._item else QSize()

    def minimumSize(self) -> QSize:
        return self._less(self._item.minimumSize()) if self._item else QSize()

    def maximumSize(self) -> QSize:
        """As wide as one likes, even while the widget is hidden."""
        if self._item is None or self._item.isEmpty():
            return QSize(16_777_215, 16_777_215)
        return QSize(16_777_215, self._item.maximumSize().height())

    def _less(self, size: QSize) -> QSize:
        return QSize(max(0, size.width() - 2 * self._ring.left()), size.height())
