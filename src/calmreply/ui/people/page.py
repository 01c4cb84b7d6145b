"""The room "People"."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.persons import people
from calmreply.app.reviewing import invitations
from calmreply.domain.people import Person, Presence
from calmreply.i18n import _
from calmreply.ui.deeds import Deeds
from calmreply.ui.dialogs.add_person import AddPersonDialog
from calmreply.ui.dialogs.change_person import ChangePersonDialog
from calmreply.ui.dialogs.invite import InviteDialog, KeyDialog
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import (
    Card,
    EmptyRoom,
    Hairline,
    Notice,
    PageHead,
    Scroll,
    add_hung,
    empty,
)
from calmreply.ui.people.intended import IntendedCard
from calmreply.ui.people.lately import LatelyCard
from calmreply.ui.people.rows import PersonRow, Shown, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.ui.desk import Desk


class PeoplePage(QWidget):
    """A room of the window (see `ui.rooms`)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("people")
        self.setAccessibleName(_("People"))
        self._desk = desk
        self.notice = Notice()
        self.notice.setObjectName("people.notice")
        self.deeds = Deeds(desk, self)
        self.deeds.failed.connect(self.notice.say_error)
        self.list = Card()
        self.list.body.setSpacing(0)
        self.intended = IntendedCard(desk.open_case)
        self.lately = LatelyCard()
        self.empty = EmptyRoom(
            _("Nobody has come in yet"),
            _("Everybody who writes or signs has a passphrase of their own."),
            _("Add somebody…"),
            self._add,
        )
        self.empty.button.setObjectName("people.add_first")
        self._lay_out()
        desk.changed.connect(self._on_changed)
        self._read()

    def _lay_out(self) -> None:
        head = PageHead(_("People"))
        self.code = Button(_("Enter their code…"), self._enter_code)
        self.code.setObjectName("people.code")
        self.invite = Button(_("Invite somebody far away…"), self.invite_far)
        self.invite.setObjectName("people.invite")
        self.add = PrimaryButton(_("Add somebody…"), self._add)
        self.add.setObjectName("people.add")
        for button in (self.code, self.invite, self.add):
            head.add_right(button)
        self.page = Scroll(fill=True)
        self.page.body.setContentsMargins(22, 18, 22, 22)
        self._why = PlainLabel(
            _(
                "A reply to a complaint is read and signed by somebody who did not write it. Two "
                "people are enough."
            ),
            "second",
        )
        for part in (self._why, self.notice, self.list, self.lately, self.intended):
            self.page.body.addWidget(part)
        self.page.body.addWidget(self.empty, 1)
        self.page.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.page, 1)
        for hidden in (self.list, self.empty, self.code, self.invite):
            hidden.hide()

    # what is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.people or changes.rules or (changes.cases and self.isVisible()):
            self._read()

    def _read(self) -> None:
        self._desk.read(load)(self._show, self.notice.say_error)

    def _show(self, shown: Shown) -> None:
        focused = self.focusWidget()
        before = focused.objectName() if focused is not None else ""
        empty(self.list.body)
        here_first = sorted(shown.people, key=lambda one: one.presence is Presence.LEFT)
        for number, person in enumerate(here_first):
            if number:
                self.list.body.addWidget(Hairline())
            add_hung(self.list.body, PersonRow(person, shown, self))
        self.lately.show_all(shown)
        self.intended.show_all(shown.intended)
        self.list.setVisible(bool(shown.people))
        self.empty.setVisible(not shown.people)
        for button in (self.code, self.invite):
            button.setVisible(bool(shown.people))
        again = self.findChild(QWidget, before) if before else None
        if again is not None and again is not focused:
            again.setFocus()

    # what is done

    def _add(self) -> None:
        AddPersonDialog(self._desk, self.window()).open()

    def _enter_code(self) -> None:
        KeyDialog(self._desk, self.window()).open()

    def change(self, person: Person) -> None:
        ChangePersonDialog(self._desk, person, self.window()).open()

    def see_proposals(self) -> None:
        """Where a higher limit is agreed to, or withdrawn."""
        self._desk.room_wanted.emit("settings")

    def invite_far(self, person: Person | None = None) -> None:
        InviteDialog(self._desk, person, self.window()).open()

    def revoke(self, person: Person) -> None:
        """Asked about first: who is far away cannot sign any more then."""
        self._ask_first(
            _("Shall nothing count by {name}'s packet key any more?").format(name=person.name),
            _("What it signed before stays. You can invite them again."),
            _("Yes, revoke it"),
            partial(self._revoke, person),
        )

    def _revoke(self, person: Person) -> None:
        self.notice.clear()
        self.deeds.act(partial(_revoke, who=person.id))

    def _ask_first(self, words: str, more: str, action: str, do: Callable[[], object]) -> None:
        self.notice.say(words, more, tone="amber", action=action, do=do)
        self.page.ensureWidgetVisible(self.notice)
        self.notice.findChildren(Button)[0].setFocus()

    def set_presence(self, person: Person, presence: Presence) -> None:
        """Away or back at once; leaving for good is asked about first."""
        self.notice.clear()
        if presence is not Presence.LEFT:
            self._set(person, presence)
            return
        self._ask_first(
            _("Has {name} left for good?").format(name=person.name),
            _("What {name} wrote and signed stays. Their key no longer counts.").format(
                name=person.name
            ),
            _("Yes, {name} has left").format(name=person.name),
            partial(self._set, person, presence),
        )

    def _set(self, person: Person, presence: Presence) -> None:
        self.notice.clear()
        self.deeds.act(partial(_set_presence, who=person.id, presence=presence))


def _set_presence(home: Home, actor: Actor, who: str, presence: Presence) -> ChangeSet:
    return people.set_presence(home, actor, who, presence)


def _revoke(home: Home, actor: Actor, who: str) -> ChangeSet:
    return invitations.revoke(home, actor, who)
