"""List and page side by side; in a narrow window, or at very large type, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import add_hung

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_LIST, _PAGE = 300, 480  # what each needs at least, in pixels at the plain size of type
_LIST_WANTS, _PAGE_WANTS = 352, 812
_WIDEST = 10_000
_OVER = (22, 8, 22, 0)
"""Around the way back: in line with the title of the page below, which brings its own space."""


class Panes(QWidget):
    """Shows `left` and `right`, only `right` (a room takes all), or one of them at a time."""

    back = Signal()

    def __init__(self, left: QWidget, right: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left = left
        self._room = False
        self._reading = False
        self._list_width: int | None = None
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.to_list = LinkButton(_("Back to the list"), self.back.emit)
        self.to_list.setObjectName("shell.back")
        self._over = QWidget()
        over = QVBoxLayout(self._over)
        over.setContentsMargins(*_OVER)  # a button takes no margins of its own
        add_hung(over, self.to_list)
        column.addWidget(self._over)
        column.addWidget(right, 1)
        self.right = side
        self.splitter.addWidget(left)
        self.splitter.addWidget(side)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([_LIST_WANTS, _PAGE_WANTS])
        self.splitter.splitterMoved.connect(self._on_moved)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)
        self.back.connect(lambda: self.show_reading(reading=False))
        self._arrange()

    @property
    def narrow(self) -> bool:
        """Whether there is room for one of the two only."""
        return self.width() < (_LIST + _PAGE) * _type()

    @property
    def list_width(self) -> int | None:
        """How wide somebody made the list (px); None if nobody did."""
        return self._list_width

    def set_list_width(self, wide: int) -> None:
        """Make the list so wide (px), as far as both keep the room they need."""
        self._list_width = min(max(wide, 1), _WIDEST)
        self.splitter.setSizes([self._list_width, max(1, self.width() - self._list_width)])
        self._keep_room()

    def show_room(self, *, alone: bool) -> None:
        """A room that has nothing to do with the list takes its place as well."""
        self._room = alone
        self._arrange()

    def show_reading(self, *, reading: bool) -> None:
        """Where only one fits: the page, or the list."""
        self._reading = reading
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _on_moved(self, place: int, _index: int) -> None:
        self._list_width = place
        self._keep_room()

    def _arrange(self) -> None:
        one = self.narrow
        self.left.setVisible(not self._room and not (one and self._reading))
        self.right.setVisible(self._room or self._reading or not one)
        self._over.setVisible(one and self._reading and not self._room)
        self._keep_room()

    def _keep_room(self) -> None:
        """However wide somebody made the list, the page beside it can be read."""
        both = self.width() - self.splitter.handleWidth()
        most = both - round(_PAGE * _type())
        if not self.narrow and not self._room and self.splitter.sizes()[0] > most:
            self.splitter.setSizes([most, both - most])


def _type() -> float:
    """The size of type, 1 being plain."""
    return theme().sizes.text / 13
