"""In the settings: where this home lies, and the way to a team's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from calmreply.app.teamwork.computer import LONGEST_NAME
from calmreply.app.words import wording_team
from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, Notice, add_hung
from calmreply.ui.team.window import TeamWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from calmreply.ui.desk import Desk
    from calmreply.ui.ways import TeamDoor


class TeamCard(Card):
    """Only where the window was given a way to a team's home."""

    def __init__(self, desk: Desk, door: TeamDoor, parent: QWidget | None = None) -> None:
        super().__init__(_("Where this home lies"), parent=parent)
        self._desk, self._door = desk, door
        self.team = desk.home.team
        self.notice = Notice()
        self.notice.setObjectName("team.card.notice")
        buttons = FlowLayout(gap=10, line_gap=8)
        if self.team is None:
            words = _("This home lies in {folder}, on this computer.").format(folder=door.folder())
            more = _(
                "A business with several computers shares one home on its own PostgreSQL server."
            )
            ways = [self._button(_("Join a team's home…"), "join", self._open)]
        else:
            words = wording_team.lies(self.team)
            more = _("Signed in there as {user}.").format(user=self.team.user)
            ways = [
                self._button(_("Change the connection…"), "change", self._open),
                self._button(_("Leave it on this computer…"), "leave", self._ask_leave),
            ]
        for button in ways:
            buttons.addWidget(button)
        add_hung(self.body, PlainLabel(words, selectable=True))
        self.body.addWidget(PlainLabel(more, "second"))
        self.body.addSpacing(4)
        self.body.addLayout(buttons)
        self.body.addWidget(self.notice)
        if self.team is not None:
            self.body.addSpacing(6)
            self.body.addWidget(self._make_name())

    def _make_name(self) -> FormRow:
        self.name = QLineEdit(self._desk.home.computer.name)
        self.name.setObjectName("team.card.name")
        self.name.setMaxLength(LONGEST_NAME)
        self.call = self._button(_("Call it so"), "call", self._call)
        self.call.setEnabled(False)
        self.name.textChanged.connect(self._on_name)
        self.name.returnPressed.connect(self.call.click)
        hint = _("The others read it where a reply goes from here. The window opens anew for it.")
        return FormRow(_("This computer"), self.name, hint, beside=self.call)

    def _on_name(self, name: str) -> None:
        self.call.setEnabled(name.strip() not in ("", self._desk.home.computer.name))

    def _call(self) -> None:
        teams, folder, name = self._door.teams, self._door.folder, self.name.text()
        self._door.begin_again(lambda _tell: teams.call(folder(), name))

    def _button(self, words: str, name: str, do: Callable[[], object]) -> Button:
        button = Button(words, do)
        button.setObjectName(f"team.card.{name}")
        return button

    def _open(self) -> None:
        TeamWindow(self._door, self.team, self.window()).open()

    def _ask_leave(self) -> None:
        self.notice.say(
            _("This folder then holds a new, empty home."),
            _("The team's home stays where it is, and you can join it again."),
            tone="amber",
            action=_("Leave it"),
            do=self._leave,
        )

    def _leave(self) -> None:
        teams, folder = self._door.teams, self._door.folder
        self._door.begin_again(lambda _tell: teams.leave(folder()))
