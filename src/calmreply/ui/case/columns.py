"""Cards in two columns where there is room, in one where there is not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Hairline, Scroll

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_STACK_BELOW = 54  # times the height of the type
_ASIDE = (21, 27)  # at least and at most, likewise


class Columns(QWidget):
    """Empty until `deal`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._main = self._aside = self._stacked = tuple[QWidget, ...]()
        self._fills: QWidget | None = None
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

    def deal(
        self,
        main: Sequence[QWidget],
        aside: Sequence[QWidget],
        stacked: Sequence[QWidget],
        fills: QWidget,
        wide: int,
    ) -> None:
        """`fills` is the card of the main column that takes what height there is.

        `wide`: how many pixels there will be. Who moves later is asked for every part.
        """
        self._main, self._aside, self._stacked = tuple(main), tuple(aside), tuple(stacked)
        self._fills = fills
        self._arrange(wide)

    @property
    def places(self) -> tuple[QWidget, QWidget]:
        """Where the cards of either column stand."""
        left, right = self.left.widget(), self.right.widget()
        assert left is not None  # noqa: S101  # each `Scroll` has one
        assert right is not None  # noqa: S101  # likewise
        return left, right

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
        if self._stacked:
            self._arrange(self.width())

    def _arrange(self, wide: int) -> None:
        unit = theme().sizes.text
        narrow = wide < _STACK_BELOW * unit
        self.right.setMinimumWidth(_ASIDE[0] * unit)
        self.right.setMaximumWidth(_ASIDE[1] * unit)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        focus = QApplication.focusWidget()
        # By `removeWidget`, which lets the layout's item go: one that `takeAt` hands out lives on
        # in Python, and with it a size that was right once.
        for card in self._stacked:
            self.left.body.removeWidget(card)
            self.right.body.removeWidget(card)
        _put(self.left.body, self._stacked if narrow else self._main, self._fills)
        _put(self.right.body, () if narrow else self._aside, self._fills)
        for beside in (self.right, self._line):
            if beside.isHidden() != narrow:
                beside.setHidden(narrow)
        _in_order(self._stacked if narrow else (*self._main, *self._aside))
        if focus is not None and self.isAncestorOf(focus):
            focus.setFocus()


def _in_order(cards: Sequence[QWidget]) -> None:
    """Tab goes from card to card as they stand; within each as its parts were made.

    Link by link: of two cards that take no focus themselves Qt moves nothing. Not by walking
    `nextInFocusChain`: see `ui.shell.focus.enter` for what Shiboken makes of that.
    """
    found = [
        widget
        for card in cards
        for widget in card.findChildren(QWidget)
        if _in_chain(widget) and widget.window() is card.window()
    ]
    for before, after in pairwise(found):
        QWidget.setTabOrder(before, after)


def _in_chain(widget: QWidget) -> bool:
    """Whether Tab stops there, or is handed on from there to one of its parts."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) or widget.focusProxy() is not None


def _put(body: QVBoxLayout, cards: Sequence[QWidget], fills: QWidget | None) -> None:
    for card in cards:
        said = card.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
        hidden = said and card.isHidden()
        body.addWidget(card, 1 if card is fills else 0)
        # Showing a card lays it out. Where nobody sees it yet that would be for nothing, and it is
        # shown together with what it stands in.
        around = body.parentWidget()
        if around is not None and around.isVisible():
            card.setHidden(hidden)
