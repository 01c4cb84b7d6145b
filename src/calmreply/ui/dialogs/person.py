"""Somebody new: the form that they fill in themselves, and their recovery code on paper."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from calmreply.app.persons import passphrases
from calmreply.app.persons.people import NewPerson
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.dialogs.moments import parse_amount
from calmreply.ui.kit.buttons import LinkButton, Tick
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Bar, Card, add_hung
from calmreply.ui.sign_in.strength import strength_words

if TYPE_CHECKING:
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.kit.palette import Tone

_STRONG = 20
"""Characters from which a passphrase of words is strong."""


class PersonForm(QWidget):
    """Name, what they do, how to reach them, what they may offer, their passphrase twice."""

    def __init__(
        self, prefix: str, *, themselves: bool = False, parent: QWidget | None = None
    ) -> None:
        """`prefix` begins the fields' names; `themselves`: the one at the keyboard is meant."""
        super().__init__(parent)
        self.name, self.role = QLineEdit(), QLineEdit()
        self.mail, self.amount = QLineEdit(), QLineEdit()
        self.first, self.second = PassphraseField(), PassphraseField()
        self.strength = Bar("amber")
        self.amount.setPlaceholderText("0.00")
        for field, called in (
            (self.name, "name"),
            (self.role, "role"),
            (self.mail, "mail"),
            (self.amount, "may_offer"),
            (self.first, "passphrase"),
            (self.second, "again"),
        ):
            field.setObjectName(f"{prefix}.{called}")
        self._lay_out(themselves=themselves)
        self.first.changed.connect(self._look)
        self.second.changed.connect(self._look)
        self._look()

    def _lay_out(self, *, themselves: bool) -> None:
        own = _("Your passphrase") if themselves else _("Their own passphrase")
        self.name_row = FormRow(_("Name"), self.name, _("As you call each other at work."))
        self.role_row = FormRow(
            _("What you do here") if themselves else _("What they do here"),
            self.role,
            _("Such as owner, counter or kitchen; may stay empty."),
        )
        self.mail_row = FormRow(
            _("How to reach you") if themselves else _("How to reach them"),
            self.mail,
            _("An e-mail address or a phone number; may stay empty."),
        )
        self.amount_row = FormRow(_("May offer up to"), self.amount)
        self.row = FormRow(own, self.first)
        self.again = FormRow(_("The same once more"), self.second)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        for row in (self.name_row, self.role_row, self.mail_row, self.amount_row, self.row):
            whole.addWidget(row)
        whole.addWidget(self.strength)
        whole.addWidget(self.again)

    def set_currency(self, currency: str) -> None:
        """The unit of what somebody may offer."""
        words = _("In {currency}, for one customer. Empty: nothing without somebody else.")
        self.amount_row.set_hint(words.format(currency=currency))

    def _look(self) -> None:
        length = passphrases.length(self.first.text())
        same = self.first.text() == self.second.text()
        tone: Tone = "amber" if length < passphrases.SHORTEST else "teal"
        self.row.set_hint(strength_words(length))
        self.strength.set_share(length / _STRONG, "green" if length >= _STRONG else tone)
        differs = not same and not self.second.is_empty()
        self.again.set_hint(_("Not the same yet.") if differs else "")

    def check(self) -> bool:
        """Whether all of it can be used; what cannot says so, and the first of them is focused."""
        wrong: list[QWidget] = []
        self.name_row.set_error("" if self.name.text().strip() else _("The name is missing."))
        good = parse_amount(self.amount.text()) is not None
        self.amount_row.set_error("" if good else _("Write an amount such as 28.00, or nothing."))
        try:
            passphrases.demand_length(self.first.text())
        except KnownError as error:
            self.row.set_error(f"{error.words} {error.way_out}")
        same = self.first.text() == self.second.text()
        self.again.set_error("" if same else _("The two passphrases are not the same."))
        wrong += [
            row.field
            for row in (self.name_row, self.amount_row, self.row, self.again)
            if row.error()
        ]
        if wrong:
            wrong[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return not wrong

    def show_error(self, error: KnownError) -> bool:
        """Say an error of the use case where it belongs; False if it belongs nowhere here."""
        rows = {
            "name_missing": self.name_row,
            "name_taken": self.name_row,
            "looks_alike": self.name_row,
            "same_mail": self.mail_row,
            "bad_contact": self.mail_row,
            "bad_role": self.role_row,
            "limit_on_nobodys_word": self.amount_row,
            "passphrase_too_short": self.row,
        }
        row = rows.get(error.code)
        if row is None:
            return False
        row.set_error(f"{error.words} {error.way_out}")
        row.field.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def person(self) -> NewPerson:
        return NewPerson(
            name=self.name.text(),
            role=self.role.text(),
            mail=self.mail.text(),
            may_offer=parse_amount(self.amount.text()) or 0,
        )

    def passphrase(self) -> str:
        """As typed; `forget_passphrase` when it has been used."""
        return self.first.text()

    def forget_passphrase(self) -> None:
        self.first.clear()
        self.second.clear()

    def words(self) -> Words:
        """What is typed, but the passphrase."""
        fields = {"name": self.name, "role": self.role, "mail": self.mail, "amount": self.amount}
        return {name: field.text() for name, field in fields.items()}

    def put_back(self, words: Words) -> None:
        self.name.setText(words.get("name", ""))
        self.role.setText(words.get("role", ""))
        self.mail.setText(words.get("mail", ""))
        self.amount.setText(words.get("amount", ""))

    def clear(self) -> None:
        self.put_back({})
        self.forget_passphrase()
        for row in (self.name_row, self.amount_row):
            row.set_error("")


class RecoveryCard(Card):
    """The code, shown this once. `safe` is ticked when it stands on paper."""

    def __init__(self, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._name = ""
        self.body.setSpacing(10)
        self.code = PlainLabel("", "title", selectable=True)
        self.code.setObjectName(f"{prefix}.code")
        self.print_code = LinkButton(_("Print…"), self._print)
        self.print_code.setObjectName(f"{prefix}.print")
        self.safe = Tick(_("It is printed or written down"))
        self.safe.setObjectName(f"{prefix}.safe")
        self._words = PlainLabel("")
        self.body.addWidget(self._words)
        add_hung(self.body, self.code)
        add_hung(self.body, self.print_code)
        add_hung(self.body, self.safe)

    def show_code(self, name: str, code: str) -> None:
        self._name = name
        self.set_title(_("Recovery code of {name}").format(name=name))
        self._words.setText(_code_words(name))
        self.code.setText(code)
        self.code.setAccessibleDescription(_("Recovery code of {name}").format(name=name))
        self.safe.setChecked(False)

    def _print(self) -> None:
        from PySide6.QtPrintSupport import (  # noqa: PLC0415 - few print, nobody should wait for it
            QPrintDialog,
            QPrinter,
        )

        title = _("Recovery code of {name}").format(name=self._name)
        page = QTextDocument(self)
        page.setPlainText(
            "\n\n".join(("CalmReply", title, self.code.text(), _code_words(self._name)))
        )
        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(page.print_, printer))
        QDialog.open(dialog)


def _code_words(name: str) -> str:
    words = _(
        "This code is shown once. With it {name} comes back after a forgotten passphrase. Keep it "
        "on paper, away from this computer; without it a new key counts as new for a week."
    )
    return words.format(name=name)
