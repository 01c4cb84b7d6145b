"""Another passphrase: the old one, and the new one twice. The key stays as it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from calmreply.app.persons import people
from calmreply.i18n import _
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.dialogs.twice import NewPassphrase
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.people import Person
    from calmreply.ui.desk import Desk


class PassphraseDialog(Dialog):
    """`done` carries the `Person` whose passphrase is another one now."""

    def __init__(self, desk: Desk, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(desk, "own", _("Another passphrase"), parent, wide=520)
        self._person = person
        self.head.about.setText(person.name)
        words = _(
            "The key stays the same: what was signed stays signed, and nothing begins anew. The "
            "recovery code on paper stays good, too."
        )
        self.body.addWidget(PlainLabel(words, tone="soft"))
        self.old = PassphraseField()
        self.old.setObjectName("own.old")
        self.old_row = FormRow(_("Passphrase until now"), self.old)
        self.new = NewPassphrase("own", _("New passphrase"))
        self.body.addWidget(self.old_row)
        self.body.addWidget(self.new)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("own.leave")
        self.set = PrimaryButton(_("Set the new passphrase"), self._go)
        self.set.setObjectName("own.go")
        self.add_buttons(self.leave, self.set)
        self.old.entered.connect(self.new.first.setFocus)
        self.start = self.old
        self.to_blame = {"wrong_passphrase": self.old_row}

    def _go(self) -> None:
        self.old_row.set_error("" if self.old.text() else _("Type the passphrase until now."))
        if self.busy or not self.old.text():
            self.focus(self.old)
        elif self.new.check():
            what = partial(_change, who=self._person.id, old=self.old.text(), new=self.new.text())
            self.run(what, self._changed, on="net", words=_("Setting it…"))
        self.fit_soon()

    def _changed(self, _changes: object) -> None:
        self._forget()
        self.finish(self._person)

    def _forget(self) -> None:
        self.old.clear()
        self.new.forget()


def _change(home: Home, who: str, old: str, new: str) -> ChangeSet:
    return people.change_passphrase(home, who, old, new)
