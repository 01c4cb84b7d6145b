"""Who is at the desk: unlocking a key, and the first person's enrolment.

`SignIn.ask` is the desk's way to ask for somebody. Nothing is asked before the first writing; where
nobody exists yet, the first person comes in with a name, a passphrase and a recovery code.
Deriving a key takes a moment by design, so it happens off the Qt thread like everything else.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from calmreply.app import passphrases, people
from calmreply.app.people import NewPerson
from calmreply.domain.people import Presence
from calmreply.i18n import _, ngettext
from calmreply.ui.desk import sentence
from calmreply.ui.kit.buttons import Button, Choice, LinkButton, PrimaryButton, Tick
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Bar, Hairline, Notice, Scroll

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QKeyEvent

    from calmreply.app.changes import ChangeSet
    from calmreply.app.home import Actor, Home
    from calmreply.domain.people import Person
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone

_WIDE = 520
_STRONG = 20
"""Characters from which a passphrase of words is strong."""


class SignIn(QObject):
    """Asks for the person at the desk, once for everything that waits for the answer."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._desk: Desk | None = None
        self._waiting: list[Callable[[Actor], None]] = []
        self._dialog: Sheet | None = None
        self._last: str = ""
        self._looking = False

    def serve(self, desk: Desk) -> None:
        """From now on for this desk."""
        self._desk = desk

    @property
    def dialog(self) -> Sheet | None:
        """What is asked just now, if anything."""
        return self._dialog

    def ask(self, then: Callable[[Actor], None]) -> None:
        """Call `then` with whoever signs in; never, if nobody does."""
        self._waiting.append(then)
        if self._dialog is not None:
            self._dialog.activateWindow()
        elif self._desk is not None and not self._looking:
            self._looking = True
            self._desk.read(people.everybody)(self._on_people, self._on_trouble)

    def _on_people(self, everybody: tuple[Person, ...]) -> None:
        self._looking = False
        if self._desk is None:
            return
        here = [one for one in everybody if one.presence is not Presence.LEFT]
        if here:
            dialog: Sheet = UnlockDialog(self._desk, here, self._last, self._window)
        else:
            dialog = EnrolDialog(self._desk, self._window)
        dialog.signed_in.connect(self._on_signed_in)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        dialog.open()

    def _on_trouble(self, error: KnownError) -> None:
        self._looking = False
        self._waiting.clear()
        if self._desk is not None:
            self._desk.problem.emit(error)

    def _on_signed_in(self, actor: Actor) -> None:
        waiting, self._waiting = self._waiting, []
        self._last = actor.person.id
        if self._desk is not None:
            self._desk.sign_in(actor)
        for then in waiting:
            then(actor)

    def _on_finished(self, _result: int) -> None:
        self._waiting.clear()
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


class Sheet(QDialog):
    """A dialog whose body scrolls where the screen is small; buttons stay in sight."""

    signed_in = Signal(object)

    def __init__(self, title: str, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._page = Scroll()
        self.body = self._page.body
        self.body.setContentsMargins(24, 20, 24, 20)
        self.body.setSpacing(12)
        self.notice = Notice()
        self.notice.setObjectName("sign_in.notice")
        self.buttons = QHBoxLayout()
        self.buttons.setContentsMargins(24, 12, 24, 14)
        self.buttons.setSpacing(10)
        self.buttons.addStretch(1)
        whole.addWidget(self._page, 1)
        whole.addWidget(Hairline())
        whole.addLayout(self.buttons)

    def fit(self) -> None:
        """Take the size its words want, as far as the screen has it."""
        wide = round(_WIDE * theme().sizes.text / 13)
        page = self._page.widget()
        inner = page.layout() if page is not None else None
        high = 0
        if inner is not None:
            inner.activate()
            high = inner.totalHeightForWidth(wide)
        high += self.buttons.sizeHint().height() + 4
        screen = self.screen().availableSize() * 0.94
        self.resize(QSize(wide, high).boundedTo(screen))
        if not self.notice.isHidden():
            self._page.ensureWidgetVisible(self.notice)

    def say_error(self, error: KnownError) -> None:
        words, way_out = sentence(error)
        self.notice.say(words, way_out)
        self.fit()


class UnlockDialog(Sheet):
    """Somebody who is known here, and their passphrase."""

    def __init__(self, desk: Desk, here: list[Person], last: str, window: QWidget) -> None:
        super().__init__(_("Sign in"), window)
        self.setObjectName("sign_in")
        self._desk = desk
        self.body.addWidget(PlainLabel(_("Who is at the desk?"), "title"))
        self.who = Choice([(one.id, one.name) for one in here])
        self.who.setObjectName("sign_in.who")
        self.who.choose(last if any(one.id == last for one in here) else here[0].id)
        self.passphrase = PassphraseField()
        self.passphrase.setObjectName("sign_in.passphrase")
        self.who_row = FormRow(_("Name"), self.who)
        self.row = FormRow(
            _("Passphrase"),
            self.passphrase,
            _("Asked for once; again after 15 minutes without a key or the mouse."),
        )
        for part in (self.who_row, self.row, self.notice):
            self.body.addWidget(part)
        self.later = Button(_("Not now"), self.reject)
        self.later.setObjectName("sign_in.later")
        self.go = PrimaryButton(_("Sign in"), self._unlock)
        self.go.setObjectName("sign_in.go")
        self.buttons.addWidget(self.later)
        self.buttons.addWidget(self.go)
        self.passphrase.entered.connect(self._unlock)
        self.passphrase.setFocus()
        self.fit()

    def _unlock(self) -> None:
        if self.passphrase.is_empty() or not self.go.isEnabled():
            return
        self._set_busy(busy=True)
        who, words = self.who.key(), self.passphrase.take()
        # On the network's threads, so that neither reading nor writing waits for argon2id.
        self._desk.write(
            lambda home: people.unlock(home, who, words),
            then=self._on_unlocked,
            failed=self._on_failed,
            on="net",
        )

    def _on_unlocked(self, actor: Actor) -> None:
        self.signed_in.emit(actor)
        self.accept()

    def _on_failed(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        self.notice.clear()
        if error.code == "wrong_passphrase":
            self.row.set_error(f"{error.words} {error.way_out}")
            self.fit()
        else:
            self.say_error(error)
        self.passphrase.setFocus()

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.go, self.who, self.passphrase):
            part.setEnabled(not busy)
        self.go.setText(_("Unlocking…") if busy else _("Sign in"))


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
        self.strength.set_share(length / _STRONG, "green" if length >= _STRONG else tone)
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
            self.fit()
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
        self.safe.toggled.connect(self.done_button.setEnabled)
        self.buttons.addWidget(self.done_button)
        self.safe.setFocus()
        self.fit()

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
        self.fit()
        return False


def strength_words(length: int) -> str:
    """What a passphrase of `length` characters is worth, by its length alone."""
    missing = passphrases.SHORTEST - length
    if missing > 0:
        words = ngettext(
            "{n} more character. Three or four words that have nothing to do with each other.",
            "{n} more characters. Three or four words that have nothing to do with each other.",
            missing,
        )
        return words.format(n=missing)
    if length < _STRONG:
        return _("Long enough. One more word makes it strong.")
    return _("Strong.")


def _code_words() -> str:
    return _(
        "If you ever forget your passphrase, this code alone brings your key back. It is shown "
        "only now. Whoever has it can act in your name: keep it on paper, not on this computer."
    )


def _enrol(home: Home, name: str, words: str) -> tuple[Actor, str, ChangeSet]:
    person, code, changes = people.enrol(home, NewPerson(name), words)
    return people.unlock(home, person.id, words), code, changes
