"""Somebody far away: an invitation to send them, and the key that comes back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from calmreply.app.persons.people import NewPerson
from calmreply.app.reviewing import invitations, notices
from calmreply.i18n import _
from calmreply.ui.dialogs import afar, work
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.dialogs.moments import parse_amount
from calmreply.ui.kit.buttons import Button, PrimaryButton, Tick
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.reviewing.invitations import Invitation, Offered
    from calmreply.domain.people import Person
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.work import Present


class InviteDialog(Dialog):
    """`done` carries the `Path` of the invitation. `who` is somebody who is here already."""

    def __init__(
        self, desk: Desk, who: Person | None = None, parent: QWidget | None = None
    ) -> None:
        title = _("Invite somebody far away")
        super().__init__(desk, "invite", title, parent, wide=520)
        self._who = who
        self._file: Path | None = None
        self.name, self.role = QLineEdit(), QLineEdit()
        self.mail, self.amount = QLineEdit(), QLineEdit()
        self.name_row = FormRow(_("Name"), self.name, _("As you call each other at work."))
        self.amount_row = FormRow(_("May offer up to"), self.amount)
        self._lay_out(who)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("invite.leave")
        self.make = PrimaryButton(_("Make the invitation…"), self._go)
        self.make.setObjectName("invite.go")
        self.add_buttons(self.leave, self.make)
        self.start = self.make if who is not None else self.name
        self.to_blame = {"name_missing": self.name_row}
        self.read(work.present, then=self._show)

    def _lay_out(self, who: Person | None) -> None:
        self._why = PlainLabel(
            _(
                "They get a page as a file. It makes a key on their phone and six words that only "
                "they know; then they send you a code."
            )
        )
        self.rows = [
            self.name_row,
            FormRow(_("What they do here"), self.role, _("May stay empty.")),
            FormRow(_("How to reach them"), self.mail, _("May stay empty.")),
            self.amount_row,
        ]
        for field, called in (
            (self.name, "name"),
            (self.role, "role"),
            (self.mail, "mail"),
            (self.amount, "may_offer"),
        ):
            field.setObjectName(f"invite.{called}")
        self.made = Card(_("Send them this file"))
        self._where = PlainLabel("", selectable=True)
        self.made.add(self._where)
        then = _("When their code has come back, enter it in People: “Enter their code”.")
        if who is not None and who.keys:
            then = _(
                "When the code has come back, {name} signs in here and enters it in People: “Enter "
                "their code”. Nobody else can."
            ).format(name=who.name)
        self.made.add(PlainLabel(then, "second"))
        for part in (self._why, *self.rows, self.made):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.made.hide()
        if who is not None:
            self.head.about.setText(who.name)
            self.name.setText(who.name)
            for row in self.rows:
                row.hide()

    def words(self) -> Words:
        if self._who is not None or self._file is not None:
            return {}
        fields = {"name": self.name, "role": self.role, "mail": self.mail, "amount": self.amount}
        return {name: field.text() for name, field in fields.items()}

    def put_back(self, words: Words) -> None:
        if self._who is None:
            self.name.setText(words.get("name", ""))
            self.role.setText(words.get("role", ""))
            self.mail.setText(words.get("mail", ""))
            self.amount.setText(words.get("amount", ""))

    def _show(self, here: Present) -> None:
        words = _("In {currency}, for one customer. Empty: nothing without somebody else.")
        self.amount_row.set_hint(words.format(currency=here.currency))
        self.fit_soon()

    def _go(self) -> None:
        if self._file is not None:
            self.finish(self._file)
            return
        good = parse_amount(self.amount.text()) is not None
        self.name_row.set_error("" if self.name.text().strip() else _("The name is missing."))
        self.amount_row.set_error("" if good else _("Write an amount such as 28.00, or nothing."))
        if self.name.text().strip() and good:
            suggested = afar.file_name(_("invitation"), self.name.text())
            afar.choose_target(self, "invite.target", suggested, self.write)
        self.fit_soon()

    def write(self, file: Path) -> None:
        """Make the invitation and put it into a new file."""
        new = NewPerson(
            self.name.text(),
            self.role.text(),
            self.mail.text(),
            parse_amount(self.amount.text()) or 0,
        )
        self.act(partial(_invite, new=new, file=file), partial(self._written, file))

    def _written(self, file: Path, _made: tuple[Invitation, ChangeSet]) -> None:
        self._file = file
        self._where.setText(str(file))
        for part in (self._why, *self.rows, self.leave):
            part.hide()
        self.notice.clear()
        self.made.show()
        self.make.setText(_("Done"))
        self.focus(self.make)
        self.shrink_soon()


class KeyDialog(Dialog):
    """The code of an invitation: first whose key it is, then its words by phone.

    `done` carries the `Person`.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "key", _("Enter their code"), parent, wide=520)
        self._offered: Offered | None = None
        self.form = afar.CodeForm("key", _("What they sent you"), self.read)
        self.compare = Card(_("Call them"))
        self._whose = PlainLabel("")
        self.six = PlainLabel("", "strong", selectable=True)
        self.same = Tick(_("I called them, and they read these very words to me"))
        self.same.setObjectName("key.compared")
        for part in (self._whose, self.six, self.same):
            self.compare.body.addWidget(part)
        for whole in (self.form, self.compare):
            self.body.addWidget(whole)
        self.body.addStretch(1)
        self.compare.hide()
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("key.leave")
        self.let_in = PrimaryButton(_("Go on"), self._go)
        self.let_in.setObjectName("key.go")
        self.add_buttons(self.leave, self.let_in)
        self.same.toggled.connect(self._say_button)
        self.start = self.form.field

    def words(self) -> Words:
        return {"code": self.form.code()}

    def put_back(self, words: Words) -> None:
        self.form.field.set_text(words.get("code", ""))

    def _say_button(self) -> None:
        self.let_in.setEnabled(self._offered is None or self.same.isChecked())

    def _go(self) -> None:
        self.form.row.set_error("")
        if self._offered is None:
            self.read(invitations.offered, self.form.code(), then=self._show)
        elif self.same.isChecked():
            self.act(partial(_let_in, code=self.form.code()), self._came)

    def _show(self, offered: Offered) -> None:
        self._offered = offered
        self.form.hide()
        self.compare.show()
        words = _(
            "{name} sees six words on the page, too. Have them read to you on the phone; not in "
            "a message, which somebody else could have written."
        )
        self._whose.setText(words.format(name=offered.name))
        self.six.setText(" ".join(offered.words))
        self.let_in.setText(_("Let {name} sign by phone").format(name=offered.name))
        self._say_button()
        self.focus(self.same)
        self.shrink_soon()

    def _came(self, made: tuple[Person, ChangeSet]) -> None:
        person, _changes = made
        self.finish(person)
        if len(person.packet_keys) > 1:
            # In place of another one: the others hear of it, where mail is set up for that.
            self.desk.act(partial(_tell, whose=person), on="net")

    def say_error(self, error: KnownError) -> None:
        if self._offered is None:
            self.form.show_error(error)
            self.fit_soon()
        else:
            super().say_error(error)


def _invite(
    home: Home, actor: Actor, *, new: NewPerson, file: Path
) -> tuple[Invitation, ChangeSet]:
    made, changes = invitations.invite(home, actor, new)
    afar.write_page(file, made.page)
    return made, changes


def _tell(home: Home, actor: Actor, *, whose: Person) -> tuple[tuple[notices.Told, ...], ChangeSet]:
    return notices.tell_new_key(home, actor, whose)


def _let_in(home: Home, actor: Actor, *, code: str) -> tuple[Person, ChangeSet]:
    return invitations.let_in(home, actor, code, compared=True)
