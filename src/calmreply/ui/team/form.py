"""The address of a team's home as a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from calmreply.app.teamwork import team
from calmreply.app.teamwork.team import PORT, PROOFS, Proof, TeamAddress
from calmreply.app.words import wording_team
from calmreply.i18n import _
from calmreply.ui.dialogs.frame import Columns
from calmreply.ui.kit.buttons import Button, Choice
from calmreply.ui.kit.fields import FormRow, NumberField, PassphraseField

if TYPE_CHECKING:
    from calmreply.errors import KnownError

_ABOUT = {
    "server_away": "host",
    "server_refused": "password",
    "no_such_database": "database",
    "server_not_trusted": "certificates",
    "no_certificate_file": "certificates",
}
"""Which field an error is shown at, by its code."""


class TeamForm(QWidget):
    """`resized` when it needs another height, `changed` when something else stands in it."""

    resized = Signal()
    changed = Signal()

    def __init__(self, address: TeamAddress | None, parent: QWidget | None = None) -> None:
        """`address` is the one that is changed, if there is one already."""
        super().__init__(parent)
        self.host, self.database, self.user = QLineEdit(), QLineEdit(), QLineEdit()
        self.port = NumberField(1, 65535)
        self.password = PassphraseField()
        self.proof = Choice([(one, wording_team.proof(cast("Proof", one))) for one in PROOFS])
        self.certificates = QLineEdit()
        self.certificates.setPlaceholderText(_("Those this computer believes"))
        choose = Button(_("Choose…"), self._choose)
        choose.setObjectName("team.choose")
        self.rows = {
            "host": FormRow(_("Server"), self.host, _("As in db.example.com or 192.168.1.20")),
            "port": FormRow(_("Port"), self.port, _("Usually {port}").format(port=PORT)),
            "database": FormRow(_("Database"), self.database),
            "user": FormRow(_("Name to sign in with"), self.user),
            "password": FormRow(_("Password"), self.password, self._password_hint(address)),
            "sslmode": FormRow(_("How the server proves that it is the right one"), self.proof),
            "certificates": FormRow(_("Certificate file"), self.certificates, beside=choose),
        }
        for name, row in self.rows.items():
            row.field.setObjectName(f"team.{name}")
        self._lay_out()
        self._fill(address)
        self.proof.currentIndexChanged.connect(self._on_proof)
        for edit in (self.host, self.database, self.user, self.certificates, self.password.edit):
            edit.textChanged.connect(self.changed)
        self.port.valueChanged.connect(self.changed)
        self.proof.currentIndexChanged.connect(self.changed)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        one = self.rows
        whole.addWidget(Columns([(one["host"], 260, 3), (one["port"], 110, 1)], gap=12))
        whole.addWidget(Columns([(one["database"], 190, 1), (one["user"], 190, 1)], gap=12))
        for name in ("password", "sslmode", "certificates"):
            whole.addWidget(one[name])

    def _fill(self, address: TeamAddress | None) -> None:
        self.port.setValue(address.port if address else PORT)
        self.proof.choose(address.proof if address else PROOFS[0])
        if address is not None:
            self.host.setText(address.host)
            self.database.setText(address.database)
            self.user.setText(address.user)
            self.certificates.setText(address.certificates)
        self._on_proof()

    @staticmethod
    def _password_hint(address: TeamAddress | None) -> str:
        if address is None:
            return _("It goes into this computer's keyring, never into a file as it is.")
        return _("The one that is kept is not shown; type it again.")

    def address(self) -> TeamAddress:
        """What stands there, with the password. Raises KnownError `bad_team_address`."""
        typed = {
            "host": self.host.text(),
            "port": str(self.port.value()),
            "database": self.database.text(),
            "user": self.user.text(),
            "sslmode": self.proof.key(),
            "certificates": self.certificates.text(),
        }
        return team.address(typed, self.password.text())

    def clear_errors(self) -> None:
        for row in self.rows.values():
            row.set_error("")

    def show_error(self, error: KnownError) -> bool:
        """Beside the field it is about; False where it is about none."""
        name = _ABOUT.get(error.code, "")
        if error.code == "bad_team_address":
            name = next((one for one in ("host", "database", "user") if self._lacks(one)), "host")
        row = self.rows.get(name)
        if row is None:
            return False
        row.set_error(f"{error.words} {error.way_out}")
        row.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.resized.emit()
        return True

    def _lacks(self, name: str) -> bool:
        field = self.rows[name].field
        return isinstance(field, QLineEdit) and not field.text().strip()

    def _on_proof(self) -> None:
        way = cast("Proof", self.proof.key())
        self.rows["sslmode"].set_hint(wording_team.doubt(way))
        self.rows["certificates"].setVisible(way in PROOFS[:2])
        self.resized.emit()

    def _choose(self) -> None:
        dialog = QFileDialog(self, _("The server's certificate"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.certificates.setText)
        dialog.open()
