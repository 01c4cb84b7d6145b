"""The first person comes in: a name, a passphrase twice, and then the recovery code on paper."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QWidget

from calmreply.app.persons import passphrases, people
from calmreply.app.persons.people import NewPerson
from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton, Tick
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Bar
from calmreply.ui.sign_in.sheet import Sheet
from calmreply.ui.sign_in.strength import STRONG, strength_words

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent

    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone


class EnrolDialog(Sheet):
    """The first person: a name, a passphrase twice, and then the recovery code."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(_("Your name and passphrase"), window)
        self.setObjectName("enrol")
        self._desk = desk
        self._actor: Actor | None = None
        self._warned = False
        self.code = ""
        self._lay_out()
        self.name.textChanged.connect(self._look)
        self.first.changed.connect(self._look)
        self.second.changed.connect(self._look)
        self.name.returnPressed.connect(self.first.setFocus)
        self.first.entered.connect(self.second.setFocus)
        self.second.entered.connect(self._enrol)
        self._look()
        self.name.setFocus()
        self.fit()

    def _lay_out(self) -> None:
        self.body.addWidget(PlainLabel(_("Who are you?"), "title"))
        self.body.addWidget(
            PlainLabel(
                _(
                    "What you write, sign and send carries your name and is locked with your own "
                    "passphrase. Nobody can look it up for you."
                ),
                tone="soft",
            )
        )
        self.name = QLineEdit()
        self.first, self.second = PassphraseField(), PassphraseField()
        self.second.setAccessibleName(_("Passphrase once more"))
        self.name_row = FormRow(_("Name"), self.name, _("As you call each other at work."))
        self.row = FormRow(_("Passphrase"), self.first)
        self.again = FormRow(_("Passphrase once more"), self.second)
        self.strength = Bar("amber")
        for field, name in (
            (self.name, "enrol.name"),
            (self.first, "enrol.passphrase"),
            (self.second, "enrol.again"),
        ):
            field.setObjectName(name)
        for part in (self.name_row, self.row, self.strength, self.again, self.notice):
            self.body.addWidget(part)
        self.later = Button(_("Not now"), self.reject)
        self.later.setObjectName("enrol.later")
        self.go = PrimaryButton(_("Make my key"), self._enrol)
        self.go.setObjectName("enrol.go")
        self.buttons.addWidget(self.later)
        self.buttons.addWidget(self.go)

    def _look(self) -> None:
        """Say how long the passphrase is, and whether both are the same, as it is typed."""
        length = passphrases.length(self.first.text())
        same = self.first.text() == self.second.text()
        self.row.set_hint(strength_words(length))
        tone: Tone = "amber" if length < passphrases.SHORTEST else "teal"
        self.strength.set_share(length / STRONG, "green" if length >= STRONG else tone)
        differs = not same and not self.second.is_empty()
        self.again.set_hint(_("Not the same yet.") if differs else _("The same words."))
        ready = bool(self.name.text().strip()) and same and length >= passphrases.SHORTEST
        self.go.setEnabled(ready)

    def _enrol(self) -> None:
        if not self.go.isEnabled():
            return
        name, words = self.name.text(), self.first.take()
        self.second.clear()
        self._set_busy(busy=True)
        self._desk.write(
            partial(_enrol, name=name, words=words), then=self._on_enrolled, failed=self._on_failed
        )

    def _on_failed(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        row = {"name_missing": self.name_row, "name_taken": self.name_row}.get(error.code)
        if row is not None:
            row.set_error(f"{error.words} {error.way_out}")
            self.name.setFocus()
            self.fit_soon()
        else:
            self.say_error(error)

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.name, self.first, self.second):
            part.setEnabled(not busy)
        self.go.setText(_("Making your key…") if busy else _("Make my key"))
        if busy:
            self.go.setEnabled(False)
        else:
            self._look()

    def _on_enrolled(self, made: tuple[Actor, str, ChangeSet]) -> None:
        self._actor, self.code, _changes = made
        self._show_code()

    def _show_code(self) -> None:
        """The second and last page: the recovery code."""
        self.setWindowTitle(_("Your recovery code"))
        for part in (self.name_row, self.row, self.strength, self.again, self.later, self.go):
            part.hide()
        while (item := self.body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
        self.body.addWidget(PlainLabel(_("Keep this code on paper"), "title"))
        self.body.addWidget(PlainLabel(_code_words()))
        self.shown = PlainLabel(self.code, "title", selectable=True)
        self.shown.setObjectName("enrol.code")
        self.shown.setAccessibleDescription(_("Your recovery code"))
        self.body.addWidget(self.shown)
        line = QHBoxLayout()
        self.copy_code = LinkButton(_("Copy"), self._copy)
        self.print_code = LinkButton(_("Print…"), self._print)
        self.copy_code.setObjectName("enrol.copy")
        self.print_code.setObjectName("enrol.print")
        line.addWidget(self.copy_code)
        line.addWidget(self.print_code)
        line.addStretch(1)
        self.body.addLayout(line)
        self.safe = Tick(_("I have printed it or written it down"))
        self.safe.setObjectName("enrol.safe")
        self.body.addWidget(self.safe)
        self.body.addWidget(self.notice)
        self.done_button = PrimaryButton(_("Go on"), self._finish)
        self.done_button.setObjectName("enrol.done")
        self.done_button.setEnabled(False)
        self.why = PlainLabel(_("Tick when it is written down."), "second", tone="soft")
        self.why.setObjectName("enrol.why")
        self.done_button.setAccessibleDescription(self.why.text())
        self.safe.toggled.connect(self._on_safe)
        self.buttons.insertWidget(0, self.why, 1)
        self.buttons.addWidget(self.done_button)
        self.safe.setFocus()
        self.fit_soon()

    def _on_safe(self, safe: bool) -> None:
        self.done_button.setEnabled(safe)
        self.why.setText("" if safe else _("Tick when it is written down."))
        self.done_button.setAccessibleDescription(self.why.text())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code)
        self.copy_code.setText(_("Copied"))

    def _print(self) -> None:
        from PySide6.QtPrintSupport import (  # noqa: PLC0415 - few print, nobody should wait for it
            QPrintDialog,
            QPrinter,
        )

        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = QTextDocument(self)
        page.setPlainText(
            "\n\n".join(
                (
                    "CalmReply",
                    _("Recovery code of {name}").format(name=self.name.text().strip()),
                    self.code,
                    _code_words(),
                )
            )
        )
        dialog.accepted.connect(lambda: page.print_(printer))
        QDialog.open(dialog)

    def _finish(self) -> None:
        self.accept()

    def done(self, result: int) -> None:
        """However it ends: once the key is made, somebody is signed in."""
        actor, self._actor = self._actor, None
        if actor is not None:
            self.signed_in.emit(actor)
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._may_leave():
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_leave():
            super().closeEvent(event)
        else:
            event.ignore()

    def _may_leave(self) -> bool:
        """The code is shown this once: leaving without it takes a second try."""
        if not self.code or self.safe.isChecked() or self._warned:
            return True
        self._warned = True
        self.notice.say(
            _("This code is shown only now."),
            _("Write it down first. Closing once more leaves without it."),
            tone="amber",
        )
        self.fit_soon()
        return False


def _code_words() -> str:
    return _(
        "If you ever forget your passphrase, this code alone brings your key back. It is shown "
        "only now. Whoever has it can act in your name: keep it on paper, not on this computer."
    )


def _enrol(home: Home, name: str, words: str) -> tuple[Actor, str, ChangeSet]:
    person, code, changes = people.enrol(home, NewPerson(name), words)
    return people.unlock(home, person.id, words), code, changes
