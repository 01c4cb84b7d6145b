"""Passphrase and recovery code are both lost: somebody else lets in another key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from calmreply.app.persons import people
from calmreply.app.reviewing import notices
from calmreply.i18n import _
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.dialogs.person import RecoveryCard
from calmreply.ui.dialogs.twice import NewPassphrase
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.people import Person
    from calmreply.ui.desk import Desk


class NewKeyDialog(Dialog):
    """`done` carries the `Person`. Whoever is signed in lets the key in."""

    def __init__(self, desk: Desk, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(desk, "new_key", _("Another key"), parent, wide=520)
        self._person = person
        self._made: Person | None = None
        self.head.about.setText(person.name)
        words = _(
            "Let {name} sit down here and type a new passphrase. You let the key in; it counts as "
            "new for a week, and the others are told. What {name} wrote and signed stays theirs."
        )
        if not person.keys:
            words = _(
                "Until now {name} signs by phone. Let them sit down here and type a passphrase; "
                "you let the key in. It counts as new for a week, and the others are told."
            )
        self._why = PlainLabel(words.format(name=person.name))
        self.new = NewPassphrase("new_key", _("Their own passphrase"))
        self.code = RecoveryCard("new_key")
        for part in (self._why, self.new, self.code):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.code.hide()
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("new_key.leave")
        self.let_in = PrimaryButton(_("Let the key in"), self._go)
        self.let_in.setObjectName("new_key.go")
        self.add_buttons(self.leave, self.let_in)
        self.code.safe.toggled.connect(self.let_in.setEnabled)
        self.start = self.new.first

    def _go(self) -> None:
        if self._made is not None:
            self.finish(self._made)
        elif not self.busy and self.new.check():
            self.desk.need_actor(self._make)
        self.fit_soon()

    def _make(self, _actor: object) -> None:
        what = partial(_new_key, who=self._person.id, passphrase=self.new.text())
        self.act(what, self._let_in, on="net", words=_("Making their key…"))

    def _let_in(self, made: tuple[Person, str, ChangeSet]) -> None:
        self._made, code, _changes = made
        self.new.forget()
        self.code.show_code(self._made.name, code)
        for part in (self._why, self.new, self.leave):
            part.hide()
        self.code.show()
        self.let_in.setText(_("Done"))
        self.let_in.setEnabled(False)
        self.notice.say(
            _("{name} has another key. First week: this key is new.").format(name=self._made.name),
            tone="green",
        )
        self.focus(self.code.safe)
        self.shrink_soon()
        # The others hear of it by mail, where that is set up; it is on record in any case.
        self.desk.act(partial(_tell, whose=self._made), on="net")

    def may_leave(self) -> bool:
        """Not while the key is being made, nor before its code is on paper, unless on purpose."""
        if self.busy:
            return False
        unsafe = self._made is not None and not self.code.safe.isChecked()
        return not unsafe or self.warned_of_code()


def _new_key(home: Home, actor: Actor, who: str, passphrase: str) -> tuple[Person, str, ChangeSet]:
    return people.new_key(home, actor, who, passphrase)


def _tell(home: Home, actor: Actor, whose: Person) -> tuple[tuple[notices.Told, ...], ChangeSet]:
    return notices.tell_new_key(home, actor, whose)
