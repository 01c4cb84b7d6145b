"""On the page of a team's home that does not open: what helps, beside trying again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app.teamwork import team_errors
from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.team.window import TeamWindow

if TYPE_CHECKING:
    from calmreply.app.teamwork.team import TeamAddress
    from calmreply.errors import KnownError
    from calmreply.ui.ways import TeamDoor


class TeamTrouble(QWidget):
    """Hidden until it is known that the folder's home lies on a server."""

    again_wanted = Signal()

    def __init__(self, error: KnownError, door: TeamDoor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._door = door
        self._address: TeamAddress | None = None
        self.passphrase = PassphraseField()
        self.passphrase.setObjectName("team.passphrase")
        self.passphrase.entered.connect(self._unlock)
        self.row = FormRow(_("Passphrase of the file with your passwords"), self.passphrase)
        self.unlock = PrimaryButton(_("Open it"), self._unlock)
        self.unlock.setObjectName("team.unlock")
        self.change = Button(_("Change the connection…"), self._change)
        self.change.setObjectName("team.change")
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.unlock)
        line.addWidget(self.change)
        line.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self.row)
        whole.addLayout(line)
        locked = error.code == team_errors.LOCKED
        self.row.setVisible(locked)
        self.unlock.setVisible(locked)
        self.hide()
        folder = door.folder
        door.runner.run(
            lambda: door.teams.at(folder()), then=self._found, failed=self._lost, on="read"
        )

    def _found(self, address: TeamAddress | None) -> None:
        self._address = address
        self.setVisible(address is not None)
        if not self.row.isHidden():
            self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lost(self, _error: KnownError) -> None:
        """The file that names the server is broken; the page says so."""

    def _unlock(self) -> None:
        self.row.set_error("")
        self.unlock.setEnabled(False)
        teams, folder, words = self._door.teams, self._door.folder, self.passphrase.take()
        self._door.runner.run(
            lambda: teams.unlock(folder(), words),
            then=self._opened,
            failed=partial(self._refused),
            on="net",
        )

    def _opened(self, _nothing: object) -> None:
        self.again_wanted.emit()

    def _refused(self, error: KnownError) -> None:
        self.unlock.setEnabled(True)
        self.row.set_error(f"{error.words} {error.way_out}")
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self) -> None:
        TeamWindow(self._door, self._address, self.window()).open()
