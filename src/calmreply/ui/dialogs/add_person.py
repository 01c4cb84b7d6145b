"""Somebody comes in: what they are called, their passphrase, then their recovery code on paper."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from calmreply.app.persons import people
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.dialogs.newcomer import new_key_words
from calmreply.ui.dialogs.person import PersonForm, RecoveryCard
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.persons.people import NewPerson
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.people import Person
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.work import Present


class AddPersonDialog(Dialog):
    """`done` carries the `Person`. Whoever is signed in lets them in; the first one comes alone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "add_person", _("Somebody new"), parent, wide=520)
        self._came_in: Person | None = None
        self._why = PlainLabel(
            _("Let them sit down here and type their own passphrase. You let them in; they sign."),
            tone="soft",
        )
        self.form = PersonForm("person")
        self.code = RecoveryCard("person")
        for part in (self._why, self.form, self.code):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.code.hide()
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("person.leave")
        self.let_in = PrimaryButton(_("Let them in"), self._go)
        self.let_in.setObjectName("person.go")
        self.add_buttons(self.leave, self.let_in)
        self.code.safe.toggled.connect(self.let_in.setEnabled)
        self.start = self.form.name
        self.read(work.present, then=self._show)

    def words(self) -> Words:
        return self.form.words() if self._came_in is None else {}

    def put_back(self, words: Words) -> None:
        self.form.put_back(words)

    def _show(self, here: Present) -> None:
        self.form.set_currency(here.currency)

    def _go(self) -> None:
        if self._came_in is not None:
            self.finish(self._came_in)
        elif not self.busy and self.form.check():
            what = partial(_enrol, new=self.form.person(), passphrase=self.form.passphrase())
            self.deeds.act_if_anybody(what, self._enrolled, on="net")
        else:
            self.fit_soon()

    def _enrolled(self, made: tuple[Person, str, ChangeSet]) -> None:
        self._came_in, code, _changes = made
        self.form.forget_passphrase()
        self.code.show_code(self._came_in.name, code)
        for part in (self._why, self.form, self.leave):
            part.hide()
        self.code.show()
        self.let_in.setText(_("Done"))
        self.let_in.setEnabled(False)
        self.notice.say(
            _("{name} is in. First week: this key is new.").format(name=self._came_in.name),
            new_key_words(self._came_in.name),
            tone="green",
        )
        self.focus(self.code.safe)
        self.shrink_soon()

    def say_error(self, error: KnownError) -> None:
        if not self.form.show_error(error):
            super().say_error(error)
        self.fit_soon()

    def may_leave(self) -> bool:
        """Not while the key is being made, nor before its code is on paper, unless on purpose."""
        if self.busy:
            return False
        unsafe = self._came_in is not None and not self.code.safe.isChecked()
        return not unsafe or self.warned_of_code()


def _enrol(
    home: Home, actor: Actor | None, new: NewPerson, passphrase: str
) -> tuple[Person, str, ChangeSet]:
    return people.enrol(home, new, passphrase, actor)
