"""Somebody who is here: what they do, how to reach them, what they may offer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from calmreply.app.persons import person_changes
from calmreply.app.words import wording, wording_rules
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.dialogs.moments import parse_amount
from calmreply.ui.dialogs.new_key import NewKeyDialog
from calmreply.ui.dialogs.passphrase import PassphraseDialog
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.widgets import add_hung

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.app.home import Actor, Home
    from calmreply.app.persons.person_changes import Changed
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.people import Person
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.work import Present


class ChangePersonDialog(Dialog):
    """`done` carries the `Person` as they are known now."""

    def __init__(self, desk: Desk, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(desk, "change_person", person.name, parent, wide=520)
        self._key = ("change_person", str(person.id))
        self._person = person
        self._changed: Changed | None = None
        self._currency = ""
        self.role, self.mail = QLineEdit(person.role), QLineEdit(person.mail)
        self._limit = f"{person.may_offer / 100:.2f}" if person.may_offer else ""
        self.amount = QLineEdit(self._limit)
        self._lay_out()
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("change_person.leave")
        self.keep = PrimaryButton(_("Keep"), self._go)
        self.keep.setObjectName("change_person.go")
        self.add_buttons(self.leave, self.keep)
        self.start = self.role
        self.to_blame = {
            "bad_role": self.role_row,
            "bad_contact": self.mail_row,
            "same_mail": self.mail_row,
            "limit_waits": self.amount_row,
        }
        self.read(work.present, then=self._show)

    def _lay_out(self) -> None:
        self.role_row = FormRow(_("What they do here"), self.role, _("May stay empty."))
        self.mail_row = FormRow(
            _("How to reach them"), self.mail, _("An e-mail address or a phone number.")
        )
        self.amount.setPlaceholderText("0.00")
        self.amount_row = FormRow(_("May offer up to"), self.amount)
        for row, called in (
            (self.role_row, "role"),
            (self.mail_row, "mail"),
            (self.amount_row, "may_offer"),
        ):
            row.field.setObjectName(f"change_person.{called}")
            self.body.addWidget(row)
        me = self.desk.actor
        if self._person.keys:
            self._add_link(_("Another passphrase…"), "own", PassphraseDialog)
        if me is None or me.person.id != self._person.id:
            words = _("Passphrase and recovery code are lost: another key…")
            if not self._person.keys:
                words = _("A key at this computer, too…")
            self._add_link(words, "new_key", NewKeyDialog)
        self.body.addStretch(1)

    def words(self) -> Words:
        """What is typed and not kept yet."""
        typed = {"role": self.role, "mail": self.mail, "amount": self.amount}
        known = {"role": self._person.role, "mail": self._person.mail, "amount": self._limit}
        if self._changed is not None:
            return {}
        return {name: one.text() for name, one in typed.items() if one.text() != known[name]}

    def put_back(self, words: Words) -> None:
        self.role.setText(words.get("role", self._person.role))
        self.mail.setText(words.get("mail", self._person.mail))
        self.amount.setText(words.get("amount", self._limit))

    def _add_link(self, words: str, name: str, dialog: Callable[..., Dialog]) -> None:
        link = LinkButton(words, partial(self._instead, dialog))
        link.setObjectName(f"change_person.{name}")
        add_hung(self.body, link)

    def _instead(self, dialog: Callable[..., Dialog]) -> None:
        if not self.busy:
            above = self.parentWidget()
            self.reject()
            dialog(self.desk, self._person, above).open()

    def _show(self, here: Present) -> None:
        self._currency = here.currency
        words = _(
            "In {currency}, for one customer. Less holds at once; more is proposed first, once "
            "there have been cases: {when}"
        )
        when = wording_rules.holds_when()
        self.amount_row.set_hint(words.format(currency=here.currency, when=when))
        self.fit_soon()

    def _go(self) -> None:
        if self._changed is not None:
            self.finish(self._changed.person)
            return
        amount = parse_amount(self.amount.text())
        wrong = _("Write an amount such as 28.00, or nothing.")
        self.amount_row.set_error("" if amount is not None else wrong)
        if amount is None:
            self.focus(self.amount)
        elif not self.busy:
            what = partial(
                _change,
                who=self._person.id,
                role=self.role.text(),
                mail=self.mail.text(),
                may_offer=amount,
            )
            self.act(what, self._kept)
        self.fit_soon()

    def _kept(self, result: tuple[Changed, ChangeSet]) -> None:
        self._changed, _changes = result
        if not self._changed.proposed:
            self.finish(self._changed.person)
            return
        much = wording.money(self._changed.proposed, self._currency)
        for part in (self.role_row, self.mail_row, self.amount_row, self.leave):
            part.hide()
        for link in self.findChildren(LinkButton):
            link.hide()
        self.notice.say(
            _("{amount} is proposed.").format(amount=much),
            wording_rules.holds_when(),
            tone="amber",
        )
        self.keep.setText(_("Done"))
        self.focus(self.keep)
        self.shrink_soon()


def _change(
    home: Home, actor: Actor, *, who: str, role: str, mail: str, may_offer: int
) -> tuple[Changed, ChangeSet]:
    return person_changes.change(home, actor, who, role=role, mail=mail, may_offer=may_offer)
