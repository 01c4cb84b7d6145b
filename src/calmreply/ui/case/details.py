"""By which way the reply goes, to whom, in private or not, and what it offers.

Each change of these is a revision: they are signed off together with the words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from calmreply.app.ports.channels import HAND
from calmreply.domain.mention import Visibility
from calmreply.domain.reply import Offer
from calmreply.i18n import _
from calmreply.ui.case.words import MAIL
from calmreply.ui.case.work import Details
from calmreply.ui.kit.buttons import Button, Choice, LinkButton, Tick
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.widgets import Hairline, add_hung

if TYPE_CHECKING:
    from calmreply.ui.case.work import Shown

_AMOUNT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")


HANG = 3
"""Pixels of the rings around ticks, for which it reaches into the margin of its card."""


class DetailsForm(QWidget):
    """Folded away until it is wanted. `done` carries the `Details`, or None where it was left."""

    done = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Shown | None = None
        self._currency = ""
        self.way = Choice()
        self.way.setObjectName("case.channel")
        self.target = QLineEdit()
        self.target.setObjectName("case.target")
        self.private = Tick(_("In private, to them alone"))
        self.private.setObjectName("case.private")
        self.offers = Tick(_("We offer something to put it right"))
        self.offers.setObjectName("case.offer")
        self.offer_words = QLineEdit()
        self.offer_words.setObjectName("case.offer.words")
        self.offer_words.setPlaceholderText(_("A new cake"))
        self.amount = QLineEdit()
        self.amount.setObjectName("case.offer.amount")
        self.amount.setPlaceholderText("28.00")
        self.use = Button(_("Use this"), self._use)
        self.use.setObjectName("case.details.use")
        self.leave = LinkButton(_("Leave it"), self._leave)
        self.leave.setObjectName("case.details.leave")
        self._lay_out()
        self.way.currentIndexChanged.connect(self._on_way)
        self.offers.toggled.connect(self._on_offers)
        for line in (self.target, self.offer_words, self.amount):
            line.returnPressed.connect(self._use)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(HANG, 4, HANG, 4)
        column.setSpacing(8)
        column.addWidget(Hairline())
        self._way_row = FormRow(_("By which way"), self.way)
        self._target_row = FormRow(_("The page it is posted on"), self.target)
        self._words_row = FormRow(_("What we offer"), self.offer_words)
        self._amount_row = FormRow(_("What it costs us"), self.amount)
        column.addWidget(self._way_row)
        column.addWidget(self._target_row)
        add_hung(column, self.private)
        add_hung(column, self.offers)
        column.addWidget(self._words_row)
        column.addWidget(self._amount_row)
        buttons = QWidget()
        line = FlowLayout(buttons, gap=10, line_gap=4)
        line.addWidget(self.use)
        line.addWidget(self.leave)
        column.addWidget(buttons)

    def open(self, shown: Shown, *, at_offer: bool = False) -> None:
        """Fill it with what holds now, show it, and put the focus into it."""
        self._shown = shown
        self._currency = shown.currency
        words = shown.words
        self.way.blockSignals(True)
        self.way.clear()
        for way in shown.ways:
            title = way.title if way.ready else _("{way} (not set up yet)").format(way=way.title)
            self.way.addItem(title, way.kind)
        self.way.choose(words.to.channel)
        self.way.blockSignals(False)
        self.target.setText(words.to.target)
        self.private.setChecked(words.visibility is Visibility.PRIVATE)
        offer = words.offer
        self.offers.setChecked(offer is not None or at_offer)
        self.offer_words.setText(offer.words if offer else "")
        self.amount.setText(_amount_text(offer.amount) if offer and offer.amount else "")
        self._amount_row.set_error("")
        self._amount_row.set_hint(shown.currency)
        self._words_row.set_error("")
        self._on_offers()
        self._say_target()
        self.show()
        first = self.offer_words if at_offer else self.way
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_way(self) -> None:
        """Another way goes somewhere else: to their address, or to the page."""
        if self._shown is not None:
            mention, way = self._shown.facts.mention, self.way.key()
            self.target.setText({HAND: mention.url or "", MAIL: mention.contact}.get(way, ""))
            self.private.setChecked(self._shown.reach is Visibility.PRIVATE)
        self._say_target()

    def _say_target(self) -> None:
        by_hand, by_mail = self.way.key() == HAND, self.way.key() == MAIL
        public = self._shown is not None and self._shown.reach is Visibility.PUBLIC
        # An e-mail goes to one person anyway.
        self.private.setVisible(by_hand and public)
        words = _("Their e-mail address") if by_mail else _("The page it is posted on")
        if by_hand and not public:
            words = _("Where it goes (their address or number, or nothing)")
        contact = self._shown.facts.mention.contact if self._shown is not None else ""
        self.target.setPlaceholderText("" if public else contact)
        self._target_row.set_label(words)
        # Any other way answers where they said it, by a name that means nothing to a person.
        self._target_row.setVisible(by_hand or by_mail)

    def _on_offers(self) -> None:
        for row in (self._words_row, self._amount_row):
            row.setVisible(self.offers.isChecked())

    def _leave(self) -> None:
        self.done.emit(None)

    def _use(self) -> None:
        offer = None
        if self.offers.isChecked():
            amount = parse_amount(self.amount.text())
            if amount is None:
                self._amount_row.set_error(_("Write an amount such as 28.00, or nothing."))
                self.amount.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            if not self.offer_words.text().strip():
                self._words_row.set_error(_("Say what it is."))
                self.offer_words.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            offer = Offer(self.offer_words.text().strip(), amount, self._currency)
        way = self.way.key()
        target = self.target.text().strip() if way in (HAND, MAIL) else ""
        self.done.emit(Details(way, target, self.private.isChecked(), offer))


def parse_amount(text: str) -> int | None:
    """In the smallest unit: "28", "28.5" and "28,00" alike; 0 for nothing, None if bad."""
    text = text.strip()
    if not text:
        return 0
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _amount_text(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"
