"""Opening the file with the accounts' passwords: its passphrase, once per start."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from calmreply.app.persons import lockbox
from calmreply.i18n import _
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk


class PasswordsDialog(Dialog):
    """`done` when it is open."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "passwords", _("Open the passwords of your accounts"), parent)
        words = _("They lie in a file on this computer that only its passphrase opens.")
        self.body.addWidget(PlainLabel(words))
        self.passphrase = PassphraseField()
        self.passphrase.setObjectName("passwords.passphrase")
        self.row = FormRow(_("Passphrase"), self.passphrase)
        self.body.addWidget(self.row)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("passwords.leave")
        self.open_them = PrimaryButton(_("Open them"), self._go)
        self.open_them.setObjectName("passwords.go")
        self.add_buttons(self.leave, self.open_them)
        self.start = self.passphrase

    def _go(self) -> None:
        self.row.set_error("")
        what = partial(lockbox.use, passphrase=self.passphrase.text())
        self.run(what, self.finish, words=_("Opening them…"))

    def say_error(self, error: KnownError) -> None:
        self.row.set_error(f"{error.words} {error.way_out}")
        self.focus(self.passphrase)
