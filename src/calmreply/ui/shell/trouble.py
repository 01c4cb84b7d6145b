"""The page that stands in the window when the data cannot be opened: what, and what to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app.teamwork import team_errors
from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Card, Scroll

if TYPE_CHECKING:
    from calmreply.errors import KnownError
    from calmreply.ui.ways import TeamDoor

IN_USE = "folder_in_use"
_TO_LEAVE = (IN_USE, "newer_data")
"""What no second try of this copy of the program mends."""
_WIDE = 560


class TroublePage(QWidget):
    """Says the error, and offers to try again, to take another folder, or to quit."""

    again_wanted = Signal()
    folder_wanted = Signal(str)
    quit_wanted = Signal()

    def __init__(
        self,
        error: KnownError,
        *,
        may_choose: bool,
        door: TeamDoor | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`door`: where the home may lie on a team's server."""
        super().__init__(parent)
        self.setObjectName("trouble")
        self.setAccessibleName(f"{error.words} {error.way_out}")
        card = Card()
        card.setMaximumWidth(round(_WIDE * theme().sizes.text / 13))
        self._say(card, error, door)
        buttons = FlowLayout(gap=10, line_gap=8)
        self.other = PrimaryButton(_("Show the other window"))
        self.again = Button(_("Try again"), self.again_wanted.emit)
        self.choose = Button(_("Choose another folder…"), self._choose)
        self.quit = Button(_("Quit"), self.quit_wanted.emit)
        for button, name in (
            (self.other, "other"),
            (self.again, "again"),
            (self.quit, "quit"),
            (self.choose, "choose"),
        ):
            button.setObjectName(f"trouble.{name}")
            buttons.addWidget(button)
        next_right = self.quit if error.code in _TO_LEAVE else self.again
        if error.code != team_errors.LOCKED:  # there, something better can be pressed
            next_right.set_look("primary")
        card.body.addSpacing(6)
        card.body.addLayout(buttons)
        scroll = Scroll()
        scroll.body.setContentsMargins(24, 48, 24, 24)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card, 20)
        middle.addStretch(1)
        scroll.body.addLayout(middle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.choose.setVisible(may_choose)
        self.other.hide()
        self.setFocusProxy(next_right)

    def _say(self, card: Card, error: KnownError, door: TeamDoor | None) -> None:
        in_use = error.code == IN_USE
        card.add(PlainLabel(_title(error), "title"))
        if not in_use:  # the title says it
            card.add(PlainLabel(error.words, selectable=True))
        card.add(PlainLabel(error.way_out))
        card.add(PlainLabel(_("Nothing was changed, and nothing is lost."), "second"))
        if door is not None and not in_use:
            from calmreply.ui.team.trouble import TeamTrouble  # noqa: PLC0415 - rarely needed

            self.team = TeamTrouble(error, door)
            self.team.again_wanted.connect(self.again_wanted)
            card.add(self.team)

    def offer_other(self, address: str | None) -> None:
        """If the other window listens at `address`: to show it, and to leave."""
        if address is None:
            return
        from calmreply.ui.shell.summons import Caller  # noqa: PLC0415 - imported by now

        caller = Caller(address, self)
        caller.there.connect(self._on_there)
        caller.told.connect(self.quit_wanted)
        self.other.clicked.connect(caller.tell)
        caller.look()

    def _on_there(self) -> None:
        had_focus = self.quit.hasFocus()
        self.quit.set_look("")
        self.other.show()
        if had_focus:
            self.other.setFocus()

    def _choose(self) -> None:
        dialog = QFileDialog(self, _("Where is the data, or shall it be?"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.folder_wanted)
        dialog.open()


def _title(error: KnownError) -> str:
    if error.code == IN_USE:
        return _("CalmReply is already open on this computer")
    if error.code == team_errors.LOCKED:
        return _("Your team's home is locked")
    return _("Your data could not be opened")
