"""The window in which a team's home is looked for, and opened."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from calmreply.app.persons import passphrases
from calmreply.app.ports.lockbox import Standing
from calmreply.app.teamwork.moving import Destination, Progress, words
from calmreply.app.words import wording_team
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.dialogs.frame import MARGIN, Head
from calmreply.ui.dialogs.keeping import Keeping
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Hairline, Notice, Scroll
from calmreply.ui.team.form import TeamForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from calmreply.app.teamwork.team import Looked, TeamAddress, Teams
    from calmreply.ui.runner import Job
    from calmreply.ui.ways import TeamDoor

_WIDE, _HIGHEST = 560, 0.94
_OF_THE_FILE = frozenset({"passphrase_too_short", "wrong_passphrase"})
"""What may be wrong with the passphrase of the file that is to keep the password."""


class TeamWindow(QDialog):
    """Asks where the home lies, tries it, and has the program open it from then on."""

    def __init__(
        self, door: TeamDoor, address: TeamAddress | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._door = door
        self._job: Job | None = None
        self._moves = False
        self.setObjectName("dialog.team")
        self.setWindowTitle(_("A home that your team shares"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = TeamForm(address)
        self.form.resized.connect(self.fit_soon)
        self.form.changed.connect(self._on_changed)
        self.keeping = Keeping(self._ask_standing)
        self.founding = self._make_founding()
        self.notice = Notice()
        self.notice.setObjectName("team.notice")
        self.page = Scroll(fill=True)
        self._busy_words = PlainLabel("", "second", tone="soft")
        self.leave = Button(_("Not now"), self.reject)
        self.try_it = Button(_("Try it"), self._try)
        self.open_it = PrimaryButton(_("Open the team's home"), self._open)
        self.open_it.setDefault(True)
        for button, name in ((self.leave, "leave"), (self.try_it, "try"), (self.open_it, "open")):
            button.setObjectName(f"team.{name}")
        self._lay_out()

    def _lay_out(self) -> None:
        body = self.page.body
        body.setContentsMargins(MARGIN, 16, MARGIN, 16)
        body.setSpacing(14)
        words = _(
            "Several computers work in one home that lies on your own PostgreSQL server. Whoever "
            "looks after the server gives you what is asked here."
        )
        for part in (PlainLabel(words, tone="soft"), self.form, self.keeping):
            body.addWidget(part)
        body.addWidget(self._to_found)
        body.addWidget(self.founding)
        body.addStretch(1)
        notices = QVBoxLayout()
        notices.setContentsMargins(MARGIN, 0, MARGIN, 10)
        notices.addWidget(self.notice)
        foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN, 12, MARGIN, 14)
        foot.setSpacing(10)
        foot.addWidget(self._busy_words, 1)
        for button in (self.leave, self.try_it, self.open_it):
            foot.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Head(_("A home that your team shares")))
        whole.addWidget(self.page, 1)
        whole.addLayout(notices)
        whole.addWidget(Hairline())
        whole.addLayout(foot)

    def _make_founding(self) -> QWidget:
        """For whoever owns the database, where there is no home in it yet."""
        self._to_found = LinkButton(_("There is no home in it yet: make it…"), self._show_founding)
        self._to_found.setObjectName("team.to_found")
        part = QWidget()
        whole = QVBoxLayout(part)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        self._founding_words = PlainLabel(_founding_words(), "second")
        self.owner, self.owner_password = QLineEdit(), PassphraseField()
        self.owner.setObjectName("team.owner")
        self.owner_password.setObjectName("team.owner_password")
        self._owner_row = FormRow(_("The owner's name"), self.owner)
        self._owner_password_row = FormRow(_("The owner's password"), self.owner_password)
        self.found_it = Button(_("Make the team's home"), self._found)
        self.found_it.setObjectName("team.found")
        whole.addWidget(self._founding_words)
        whole.addWidget(self._owner_row)
        whole.addWidget(self._owner_password_row)
        line = QHBoxLayout()
        line.addWidget(self.found_it)
        line.addStretch(1)
        whole.addLayout(line)
        part.hide()
        return part

    # showing

    def open(self) -> None:
        self.fit()
        super().open()
        self.form.host.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        """Take the height its words want, as far as the screen has it."""
        screen = self.screen().availableSize()
        above = self.parentWidget()
        if above is not None:
            screen = screen.expandedTo(above.window().size())
        screen *= _HIGHEST
        wide = min(round(_WIDE * theme().sizes.text / 13), screen.width())
        inside = self.page.widget()
        inner = inside.layout() if inside is not None else None
        high = 0
        if inner is not None:
            inner.activate()
            high = max(inner.totalHeightForWidth(wide), inner.totalSizeHint().height())
        notice = self.notice.layout()
        if notice is not None and not self.notice.isHidden():
            high += notice.totalHeightForWidth(wide - 2 * MARGIN) + 10
        high += 110 * theme().sizes.text // 13
        self.resize(
            QSize(max(wide, self.width() if self.isVisible() else 0), high).boundedTo(screen)
        )

    def fit_soon(self) -> None:
        QTimer.singleShot(0, self, self.fit)

    def _show_founding(self, *, moves: bool = False) -> None:
        """`moves`: somebody has worked in the home of this folder, and it is to go there."""
        self._moves = moves
        self._founding_words.setText(_moving_words() if moves else _founding_words())
        self.found_it.setText(_("Move this home there") if moves else _("Make the team's home"))
        self._to_found.hide()
        self.founding.show()
        self.owner.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit_soon()
        QTimer.singleShot(0, self, lambda: self.page.ensureWidgetVisible(self.found_it, 20, 20))

    def _on_changed(self) -> None:
        self.notice.clear()

    # doing

    def reject(self) -> None:
        """While something is under way, this stops it; what the server did meanwhile is done."""
        if self._job is None:
            super().reject()
            return
        self._job.cancel()
        self._end()

    def _ask_standing(self, then: Callable[[Any], object]) -> None:
        teams, folder = self._door.teams, self._door.folder
        self._door.runner.run(lambda: teams.standing(folder()), then=then, on="net", receiver=self)

    def _try(self) -> None:
        self._ask_server(self._tried)

    def _open(self) -> None:
        if not self.keeping.check():
            return
        self._ask_server(self._go, keeps=self.keeping.chosen)

    def _ask_server(
        self, then: Callable[[tuple[TeamAddress, Looked]], object], keeps: str | None = None
    ) -> None:
        """`keeps`: the passphrase of the file that is to keep the password, where one does."""
        address = self._address()
        if address is None:
            return
        teams, folder = self._door.teams, self._door.folder

        def look() -> tuple[TeamAddress, Looked]:
            teams.demand_room(folder(), address)
            demand_keeps(teams, folder(), keeps)
            return address, teams.look(address)

        self._begin(look, then, _("Asking the server…"))

    def _tried(self, found: tuple[TeamAddress, Looked]) -> None:
        right, *wrong = wording_team.looked(*found)
        self.notice.say(right, "\n".join(wrong), tone="amber" if wrong else "green")
        self.fit_soon()

    def _go(self, found: tuple[TeamAddress, Looked]) -> None:
        address, passphrase = found[0], self.keeping.chosen
        folder, teams = self._door.folder, self._door.teams
        self.accept()
        self._door.begin_again(lambda _tell: teams.join(folder(), address, passphrase))

    def _found(self) -> None:
        """Make the home; then it is opened, or the one in this folder moves into it."""
        address = self._address()
        name = self.owner.text().strip()
        self._owner_row.set_error("" if name else _("Whoever looks after the server knows it."))
        if address is None or not name or (self._moves and not self.keeping.check()):
            return
        owner = replace(address, user=name, password=self.owner_password.text())
        teams, folder = self._door.teams, self._door.folder
        keeps = self.keeping.chosen if self._moves else None

        def found() -> bool:
            demand_keeps(teams, folder(), keeps)
            return teams.found(owner, address.user, address.password)

        then = partial(self._move, address, owner) if self._moves else self._founded
        self._begin(found, then, _("Making the team's home…"))

    def _move(self, address: TeamAddress, owner: TeamAddress, _made: bool) -> None:
        passphrase, folder, mover = self.keeping.chosen, self._door.folder, self._door.mover
        if mover is None:
            return
        self.accept()

        def move(tell: Callable[[str], object]) -> None:
            def say(progress: Progress) -> None:
                tell(words(progress))

            mover.to_server(folder(), Destination(address, owner), say, passphrase)

        self._door.begin_again(move)

    def _founded(self, _made: bool) -> None:
        self.owner_password.clear()
        self.founding.hide()
        self.notice.say(_("The team's home is made."), _("Now it can be opened."), tone="green")
        self.open_it.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit_soon()

    def _address(self) -> TeamAddress | None:
        """What is typed, unless something is under way, or wrong with it."""
        if self._job is not None:
            return None
        self.form.clear_errors()
        self.keeping.say_error("")
        self._owner_password_row.set_error("")
        self.notice.clear()
        try:
            return self.form.address()
        except KnownError as error:
            self.say_error(error)
            return None

    def _begin(self, work: Callable[[], Any], then: Callable[[Any], object], words: str) -> None:
        self._busy_words.setText(words)
        self.leave.setText(_("Stop"))
        for button in (self.try_it, self.open_it, self.found_it):
            button.setEnabled(False)
        self._job = self._door.runner.run(
            work, then=partial(self._done, then), failed=self._failed, on="net", receiver=self
        )

    def _end(self) -> None:
        self._job = None
        self._busy_words.setText("")
        self.leave.setText(_("Not now"))
        for button in (self.try_it, self.open_it, self.found_it):
            button.setEnabled(True)

    def _done(self, then: Callable[[Any], object], result: object) -> None:
        self._end()
        then(result)

    def _failed(self, error: KnownError) -> None:
        self._end()
        self.say_error(error)

    def say_error(self, error: KnownError) -> None:
        """Beside the field it is about, else below; where a home is to be made, how."""
        if error.code == "server_refused" and not self.founding.isHidden():
            self._owner_password_row.set_error(f"{error.words} {error.way_out}")
        elif error.code in _OF_THE_FILE:
            self.keeping.say_error(f"{error.words} {error.way_out}")
            self.keeping.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self, lambda: self.page.ensureWidgetVisible(self.keeping.row))
        elif not self.form.show_error(error):
            self.notice.say_error(error)
        if error.code == "no_team_home":
            self._show_founding(moves=self._moves)
        elif error.code == "home_there" and self._door.mover is not None:
            self.notice.say(error.words, _("It can move there, with everything in it."))
            self._show_founding(moves=True)
        self.fit_soon()


def demand_keeps(teams: Teams, folder: Path, passphrase: str | None) -> None:
    """The file that is there opens with it, or a new one may have it; else what is typed is lost.

    None: no such file is to keep anything. Raises `wrong_passphrase`, `passphrase_too_short`.
    """
    if passphrase is None:
        return
    match teams.standing(folder):
        case Standing.CLOSED:
            teams.unlock(folder, passphrase)
        case Standing.NONE:
            passphrases.demand_length(passphrase)


def _founding_words() -> str:
    return _(
        "Only the owner of the database can do this, once. CalmReply works as the name above, "
        "which may read and add but change no record; where the server does not know it, it is "
        "made with the password above. The owner's password is kept nowhere."
    )


def _moving_words() -> str:
    return _(
        "Everything in this home is copied there and compared; the old one stays in its folder, "
        "and nobody works on in it. For that the owner of the database signs in once. The owner's "
        "password is kept nowhere."
    )
