"""Cards in two columns where there is room, in one where there is not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Hairline, Scroll

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_STACK_BELOW = 54  # times the height of the type
_ASIDE = (20, 27)  # at least and at most, likewise


class Columns(QWidget):
    """`fills` is the card of the main column that takes what height there is."""

    def __init__(
        self,
        main: Sequence[QWidget],
        aside: Sequence[QWidget],
        stacked: Sequence[QWidget],
        fills: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._main, self._aside, self._stacked = tuple(main), tuple(aside), tuple(stacked)
        self._fills = fills
        self._narrow: bool | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.left, self.right = Scroll(fill=True), Scroll()
        self.left.setObjectName("case.left")
        self.right.setObjectName("case.right")
        self._line = Hairline(upright=True)
        row.addWidget(self.left, 11)
        row.addWidget(self._line)
        row.addWidget(self.right, 5)
        self._arrange()

    @property
    def narrow(self) -> bool:
        """Whether all cards stand in one column."""
        return bool(self._narrow)

    def to_top(self) -> None:
        for scroll in (self.left, self.right):
            scroll.verticalScrollBar().setValue(0)

    def bring(self, widget: QWidget) -> None:
        """Scroll so that `widget` can be seen, as soon as it has its place."""
        QTimer.singleShot(0, widget, partial(self._bring, widget))

    def _bring(self, widget: QWidget) -> None:
        for scroll in (self.left, self.right):
            if scroll.isAncestorOf(widget):
                scroll.ensureWidgetVisible(widget, 20, 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        unit = theme().sizes.text
        narrow = self.width() < _STACK_BELOW * unit
        self.right.setMinimumWidth(_ASIDE[0] * unit)
        self.right.setMaximumWidth(_ASIDE[1] * unit)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        focus = QApplication.focusWidget()
        _put(self.left.body, self._stacked if narrow else self._main, self._fills)
        _put(self.right.body, () if narrow else self._aside, self._fills)
        self.right.setHidden(narrow)
        self._line.setHidden(narrow)
        cards = self._stacked if narrow else (*self._main, *self._aside)
        for before, after in pairwise(cards):
            QWidget.setTabOrder(before, after)
        if focus is not None and self.isAncestorOf(focus):
            focus.setFocus()


def take_out(layout: QBoxLayout) -> tuple[QWidget, ...]:
    """Everything that stands in `layout`, which is empty then.

    By `removeWidget`: an item that `takeAt` hands out lives on, and with it a size that was true
    once, which the next layout would go by.
    """
    held = []
    while (item := layout.itemAt(0)) is not None and (widget := item.widget()) is not None:
        layout.removeWidget(widget)
        held.append(widget)
    return tuple(held)


def _put(body: QVBoxLayout, cards: Sequence[QWidget], fills: QWidget) -> None:
    take_out(body)
    for card in cards:
        said = card.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
        hidden = said and card.isHidden()
        body.addWidget(card, 1 if card is fills else 0)
        card.setHidden(hidden)
