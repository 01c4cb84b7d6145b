"""What the reviewer reads first: all of it together, their words alone, or the reply alone.

Whoever reads the reply alone reads it as a bystander does, and says how it sounds before they know
what it answers. It is a choice for the next time: who has seen both cannot unsee one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from calmreply.app.words import wording_review
from calmreply.domain.review import Impression
from calmreply.i18n import _
from calmreply.ui.dialogs.reviewing import Order
from calmreply.ui.kit.buttons import Button, Choice
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.pills import PillChoice
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, add_hung

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class ReplyCover(Card):
    """Stands where the reply will."""

    def __init__(self, show: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(_("First their words alone"), parent=parent)
        self.add(PlainLabel(_("What would you want to hear, if you had written this?")))
        self.button = Button(_("Show me the reply"), show)
        self.button.setObjectName("review.show_reply")
        add_hung(self.body, self.button)
        self.body.setAlignment(self.button, Qt.AlignmentFlag.AlignLeft)


class SaidCover(Card):
    """Stands where their words will, until it is said how the reply sounds without them."""

    def __init__(self, show: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(_("First the reply alone"), parent=parent)
        self.add(PlainLabel(_("Somebody passing by reads only this. How does it sound?")))
        self.pills = PillChoice(
            [(one.value, wording_review.impression(one)) for one in Impression],
            exclusive=True,
            name=_("How the reply sounds"),
        )
        self.pills.setObjectName("review.impression")
        self.add(self.pills)
        self.button = Button(_("Show me what they said"), show)
        self.button.setObjectName("review.show_said")
        add_hung(self.body, self.button)
        self.body.setAlignment(self.button, Qt.AlignmentFlag.AlignLeft)

    def impression(self) -> Impression | None:
        chosen = self.pills.chosen()
        return Impression(chosen[0]) if chosen else None


class Covers:
    """What is covered of the two until its reader asks for it; nothing where all is shown at once.

    `said` and `reply` are what is covered, in the place of which `over_said` or `over_reply` stand;
    `quiet` would tell what they said. `shown` is told when nothing is covered any more.
    """

    def __init__(
        self,
        said: QWidget,
        reply: QWidget,
        quiet: Sequence[QWidget],
        shown: Callable[[], object],
    ) -> None:
        self.over_said, self.over_reply = SaidCover(self._uncover), ReplyCover(self._uncover)
        self._said, self._reply, self._quiet, self._shown = said, reply, quiet, shown
        self._order = Order.BOTH
        self._lay()

    @property
    def order(self) -> Order:
        """What is shown first at this moment; everything once all was asked for."""
        return self._order

    def cover(self, order: Order) -> None:
        self._order = order
        self._lay()

    def impression(self) -> Impression | None:
        return self.over_said.impression()

    def forget(self) -> None:
        """Other words than those: what was said of them is said no more."""
        self.over_said.pills.choose(())

    def _uncover(self) -> None:
        if self._order is not Order.BOTH:
            self._order = Order.BOTH
            self._lay()
            self._shown()

    def _lay(self) -> None:
        self.over_said.setVisible(self._order is Order.REPLY)
        self.over_reply.setVisible(self._order is Order.SAID)
        self._reply.setVisible(self._order is not Order.SAID)
        for widget in (self._said, *self._quiet):
            widget.setVisible(self._order is not Order.REPLY)


class OrderRow(FormRow):
    """The choice for the next time. `chosen` carries the `Order`."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        choice = Choice(
            [
                (Order.BOTH.value, _("everything at once")),
                (Order.SAID.value, _("their words first")),
                (Order.REPLY.value, _("the reply first")),
            ]
        )
        super().__init__(_("Next time show me"), choice, parent=parent)
        self.choice = choice
        self.choice.setObjectName("review.order")
        self.choice.currentIndexChanged.connect(self._on_chosen)

    def set_order(self, order: Order) -> None:
        blocked = self.choice.blockSignals(True)
        self.choice.choose(order.value)
        self.choice.blockSignals(blocked)

    def _on_chosen(self, _index: int) -> None:
        self.chosen.emit(Order(self.choice.key()))
