"""Where a password is kept when no keyring of the system is safe: asked beside the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from calmreply.app.ports.lockbox import Standing
from calmreply.i18n import _
from calmreply.ui.kit.buttons import Radio
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[[Callable[[Standing], object]], object]


class Keeping(QWidget):
    """Hidden where nothing is to be asked: the keyring keeps it, or the file is open already."""

    def __init__(self, ask: Ask, parent: QWidget | None = None) -> None:
        """`ask` finds out how passwords are kept here, and tells its argument."""
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.in_file = Radio(_("Keep the password in a file protected by a passphrase"))
        self.in_file.setObjectName("account.in_file")
        self.for_now = Radio(_("Keep it only until CalmReply is closed"))
        self.for_now.setObjectName("account.for_now")
        self.passphrase = PassphraseField()
        self.passphrase.setObjectName("account.passphrase")
        hint = _("CalmReply asks for it once after each start. Without it nobody opens the file.")
        self.row = FormRow(_("Passphrase of that file"), self.passphrase, hint)
        self.again = PassphraseField()
        self.again.setObjectName("account.again")
        # One slip of the finger would lock away all passwords for good.
        self.again_row = FormRow(_("The same once more"), self.again)
        self.passphrase.entered.connect(self._on_entered)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        words = _("This computer has no safe place of its own for passwords.")
        whole.addWidget(PlainLabel(words, "second"))
        for part in (self.in_file, self.row, self.again_row, self.for_now):
            whole.addWidget(part)
        for radio in (self.in_file, self.for_now):
            self._group.addButton(radio)
        self.in_file.setChecked(True)
        self._group.buttonToggled.connect(self._on_chosen)
        self._asked = self._new = False
        self.hide()
        ask(self._show)

    @property
    def chosen(self) -> str | None:
        """The passphrase of the file it goes into; None where it is kept otherwise."""
        return self.passphrase.text() if self._asked and self.in_file.isChecked() else None

    def say_error(self, words: str) -> None:
        """Beside the passphrase; empty when all is well."""
        self.row.set_error(words)
        self.again_row.set_error("")

    def check(self) -> bool:
        """Whether a new file's passphrase was typed twice alike; says so where it was not."""
        differs = self._is_new() and self.passphrase.text() != self.again.text()
        self.again_row.set_error(_("The two passphrases are not the same.") if differs else "")
        if differs:
            self.again.setFocus(Qt.FocusReason.OtherFocusReason)
        return not differs

    def clear(self) -> None:
        """Forget what was typed."""
        self.passphrase.clear()
        self.again.clear()

    def _is_new(self) -> bool:
        """Whether the file is made now."""
        return self._new and self.in_file.isChecked()

    def _on_entered(self) -> None:
        if self._is_new():
            self.again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, standing: Standing) -> None:
        self._asked = standing in {Standing.NONE, Standing.CLOSED}
        self._new = standing is Standing.NONE
        self._on_chosen()
        self.setVisible(self._asked)

    def _on_chosen(self, *_which: object) -> None:
        self.row.setVisible(self.in_file.isChecked())
        self.again_row.setVisible(self._is_new())
