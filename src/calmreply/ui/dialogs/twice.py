"""A passphrase that somebody chooses: typed twice, with what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.persons import passphrases
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.widgets import Bar
from calmreply.ui.sign_in.strength import STRONG, strength_words

if TYPE_CHECKING:
    from calmreply.ui.kit.palette import Tone


class NewPassphrase(QWidget):
    """`entered`: Enter was pressed in the last field."""

    entered = Signal()

    def __init__(self, prefix: str, label: str, parent: QWidget | None = None) -> None:
        """`prefix` begins the fields' names, `label` stands above the first."""
        super().__init__(parent)
        self.first, self.second = PassphraseField(), PassphraseField()
        self.first.setObjectName(f"{prefix}.passphrase")
        self.second.setObjectName(f"{prefix}.again")
        self.strength = Bar("amber")
        self.row = FormRow(label, self.first)
        self.again = FormRow(_("The same once more"), self.second)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        for part in (self.row, self.strength, self.again):
            whole.addWidget(part)
        self.first.changed.connect(self._look)
        self.second.changed.connect(self._look)
        self.first.entered.connect(self.second.setFocus)
        self.second.entered.connect(self.entered)
        self._look()

    def text(self) -> str:
        """As typed; `forget` when it has been used."""
        return self.first.text()

    def forget(self) -> None:
        self.first.clear()
        self.second.clear()

    def check(self) -> bool:
        """Whether it can be used; what cannot says so, and has the focus."""
        self.row.set_error("")
        try:
            passphrases.demand_length(self.first.text())
        except KnownError as error:
            self.row.set_error(f"{error.words} {error.way_out}")
        same = self.first.text() == self.second.text()
        self.again.set_error("" if same else _("The two passphrases are not the same."))
        wrong = [row.field for row in (self.row, self.again) if row.error()]
        if wrong:
            wrong[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return not wrong

    def _look(self) -> None:
        length = passphrases.length(self.first.text())
        tone: Tone = "amber" if length < passphrases.SHORTEST else "teal"
        self.row.set_hint(strength_words(length))
        self.strength.set_share(length / STRONG, "green" if length >= STRONG else tone)
        differs = self.first.text() != self.second.text() and not self.second.is_empty()
        self.again.set_hint(_("Not the same yet.") if differs else "")
