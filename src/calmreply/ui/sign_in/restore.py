"""A forgotten passphrase: the same key under a new one, by the code that was kept on paper."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from calmreply.app.persons import passphrases, people
from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Bar
from calmreply.ui.sign_in.sheet import Sheet
from calmreply.ui.sign_in.strength import STRONG, strength_words

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.people import Person
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone


class RestoreDialog(Sheet):
    """The code, and a passphrase twice. `back`: they know the old passphrase after all."""

    back = Signal()

    def __init__(self, desk: Desk, person: Person, window: QWidget) -> None:
        super().__init__(_("Recovery code"), window)
        self.setObjectName("restore")
        self._desk, self._person = desk, person
        self._busy = False
        self.code = QLineEdit()
        self.first, self.second = PassphraseField(), PassphraseField()
        self.strength = Bar("amber")
        self._make_rows()
        self._lay_out()
        self.code.textChanged.connect(self._look)
        self.first.changed.connect(self._look)
        self.second.changed.connect(self._look)
        self.code.returnPressed.connect(self.first.setFocus)
        self.first.entered.connect(self.second.setFocus)
        self.second.entered.connect(self._restore)
        self._look()
        self.code.setFocus()
        self.fit()

    def _make_rows(self) -> None:
        self.code_row = FormRow(
            _("Recovery code"),
            self.code,
            _("As it was printed when your key was made: seven groups of four."),
        )
        self.row = FormRow(_("New passphrase"), self.first)
        self.again = FormRow(_("New passphrase once more"), self.second)
        hints = Qt.InputMethodHint.ImhNoPredictiveText | Qt.InputMethodHint.ImhSensitiveData
        self.code.setInputMethodHints(hints)
        for field, name in (
            (self.code, "restore.code"),
            (self.first, "restore.passphrase"),
            (self.second, "restore.again"),
        ):
            field.setObjectName(name)

    def _lay_out(self) -> None:
        title = _("{name}: back in with the recovery code").format(name=self._person.name)
        same = PlainLabel(
            _("Your key stays the same: what you signed stays signed, and nothing begins anew."),
            tone="soft",
        )
        without = PlainLabel(
            _(
                "Without the code nobody can bring this key back. Somebody else then lets in "
                "another key of yours, under People; it counts as new for a week."
            ),
            "second",
        )
        parts = (self.code_row, self.row, self.strength, self.again, self.notice, without)
        for part in (PlainLabel(title, "title"), same, *parts):
            self.body.addWidget(part)
        self.back_button = Button(_("Back"), self.back.emit)
        self.back_button.setObjectName("restore.back")
        self.go = PrimaryButton(_("Set the new passphrase"), self._restore)
        self.go.setObjectName("restore.go")
        self.buttons.addWidget(self.back_button)
        self.buttons.addWidget(self.go)

    def _look(self) -> None:
        """Say how long the passphrase is, and whether both are the same, as it is typed."""
        length = passphrases.length(self.first.text())
        same = self.first.text() == self.second.text()
        tone: Tone = "amber" if length < passphrases.SHORTEST else "teal"
        self.row.set_hint(strength_words(length))
        self.strength.set_share(length / STRONG, "green" if length >= STRONG else tone)
        differs = not same and not self.second.is_empty()
        self.again.set_hint(_("Not the same yet.") if differs else "")
        ready = bool(self.code.text().strip()) and same and length >= passphrases.SHORTEST
        self.go.setEnabled(ready and not self._busy)

    def _restore(self) -> None:
        if not self.go.isEnabled():
            return
        self._set_busy(busy=True)
        self.notice.clear()
        self.code_row.set_error("")
        # On the network's threads, so that neither reading nor writing waits for argon2id.
        self._desk.write(
            partial(_restored, who=self._person.id, code=self.code.text(), words=self.first.text()),
            then=self._on_restored,
            failed=self._on_failed,
            on="net",
        )

    def _on_restored(self, found: tuple[Actor, ChangeSet]) -> None:
        self._forget()
        self.signed_in.emit(found[0])
        self.accept()

    def _on_failed(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        if error.code == "wrong_recovery_code":
            self.code_row.set_error(f"{error.words} {error.way_out}")
            self.fit_soon()
        else:
            self.say_error(error)
        self.code.setFocus()

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        for part in (self.code, self.first, self.second, self.back_button):
            part.setEnabled(not busy)
        self.go.setText(_("Making it yours again…") if busy else _("Set the new passphrase"))
        self._look()

    def _forget(self) -> None:
        self.code.clear()
        self.first.clear()
        self.second.clear()

    def done(self, result: int) -> None:
        self._forget()
        super().done(result)


def _restored(home: Home, who: str, code: str, words: str) -> tuple[Actor, ChangeSet]:
    changes = people.restore(home, who, code, words)
    return people.unlock(home, who, words), changes
