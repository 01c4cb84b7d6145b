"""Choices in place of fields whose values are known by now: which column of a table is what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui.dialogs.frame import Columns
from calmreply.ui.kit.buttons import Choice, LinkButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.widgets import add_hung

if TYPE_CHECKING:
    from calmreply.app.listening.offers import Offer
    from calmreply.app.ports.channels import Field

_LEAST = 220
"""Pixels at the plain size of type below which a choice says too little of what it offers."""


class Matcher(QWidget):
    """`edited` when something else is chosen; `grown` when it takes more room than before.

    What was found or chosen stands in sight, with the first of all; the rest is folded away.
    """

    edited = Signal()
    grown = Signal()

    def __init__(
        self,
        fields: Sequence[Field],
        offers: Mapping[str, Offer],
        said: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        """`said` are the values so far; one that is not among those offered counts as none."""
        super().__init__(parent)
        self.fields: dict[str, Choice] = {}
        self.rows: dict[str, FormRow] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        for one in fields:
            self._add(one, offers[one.name], said.get(one.name, ""))
        first = fields[0].name
        seen = [n for n in self.fields if n == first or self.fields[n].key() or offers[n].found]
        rest = [name for name in self.fields if name not in seen]
        self._in_pairs(whole, seen)
        self._rest = QWidget()
        inner = QVBoxLayout(self._rest)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        self._in_pairs(inner, rest)
        self._rest.hide()
        whole.addWidget(self._rest)
        if rest:
            more = LinkButton(_("What else is there…"))
            more.setObjectName("source.columns.more")
            more.clicked.connect(partial(self._unfold, more, rest[0]))
            add_hung(whole, more)

    def _add(self, one: Field, offer: Offer, said: str) -> None:
        others = [each for each in offer.values if each[1] != offer.found]
        field = Choice([("", offer.found or _("None")), *others])
        field.setObjectName(f"source.{one.name}")
        known = {value.casefold(): value for value, _words in others}
        field.choose(known.get(said.casefold()) or known.get(offer.chosen.casefold(), ""))
        field.currentIndexChanged.connect(self._on_chosen)
        self.fields[one.name] = field
        self.rows[one.name] = FormRow(one.words, field)

    def _in_pairs(self, whole: QVBoxLayout, names: Sequence[str]) -> None:
        for left, right in zip_longest(names[::2], names[1::2]):
            beside = self.rows[right] if right is not None else QWidget()
            pair = ((self.rows[left], _LEAST, 1), (beside, _LEAST, 1))
            whole.addWidget(Columns(pair, below=12 if right is not None else 0))

    def _on_chosen(self, _row: int) -> None:
        self.edited.emit()

    def _unfold(self, more: LinkButton, first: str) -> None:
        self._rest.show()
        self.fields[first].setFocus(Qt.FocusReason.OtherFocusReason)
        more.hide()
        self.grown.emit()
