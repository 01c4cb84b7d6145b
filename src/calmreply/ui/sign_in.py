"""Who is at the desk: unlocking a key, and the first person's enrolment.

`SignIn.ask` is the desk's way to ask for somebody. Nothing is asked before the first writing; where
nobody exists yet, the first person comes in with a name, a passphrase and a recovery code.
Deriving a key takes a moment by design, so it happens off the Qt thread like everything else.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app.persons import passphrases, people, people_lately
from calmreply.domain.people import PersonId, Presence
from calmreply.i18n import _, ngettext
from calmreply.ui.desk import sentence
from calmreply.ui.kit.buttons import Button, Choice, LinkButton, PrimaryButton
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Hairline, Notice, Scroll, add_hung

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.app.home import Actor, Home
    from calmreply.app.persons.people_lately import Happened
    from calmreply.domain.people import Person
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk

_WIDE = 520
STRONG = 20
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
        # Who signs by phone alone has no key here.
        here = [one for one in everybody if one.presence is not Presence.LEFT and one.keys]
        if here:
            dialog = UnlockDialog(self._desk, here, self._last, self._window)
            dialog.forgot.connect(self._on_forgot)
            self._open(dialog)
        else:
            from calmreply.ui.enrol import EnrolDialog  # noqa: PLC0415 - once in a home's life

            self._open(EnrolDialog(self._desk, self._window))

    def _open(self, dialog: Sheet) -> None:
        """In place of what is asked just now; whatever waits for the answer goes on waiting."""
        before, self._dialog = self._dialog, dialog
        dialog.signed_in.connect(self._on_signed_in)
        dialog.finished.connect(self._on_finished)
        dialog.open()
        if before is not None:
            before.finished.disconnect(self._on_finished)
            before.close()
            before.deleteLater()

    def _on_forgot(self, person: Person) -> None:
        from calmreply.ui.restore import RestoreDialog  # noqa: PLC0415 - rarely needed

        if self._desk is not None:
            dialog = RestoreDialog(self._desk, person, self._window)
            dialog.back.connect(self._on_back)
            self._last = person.id
            self._open(dialog)

    def _on_back(self) -> None:
        if self._desk is not None:
            self._desk.read(people.everybody)(self._on_people_again, self._on_trouble)

    def _on_people_again(self, everybody: tuple[Person, ...]) -> None:
        if self._dialog is not None:
            self._on_people(everybody)

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

    def fit_soon(self) -> None:
        """The same after the layouts have heard of what was shown or hidden just now."""
        QTimer.singleShot(0, self, self.fit)

    def say_error(self, error: KnownError) -> None:
        words, way_out = sentence(error)
        self.notice.say(words, way_out)
        self.fit_soon()


class UnlockDialog(Sheet):
    """Somebody who is known here, and their passphrase. `forgot` carries who cannot say it."""

    forgot = Signal(object)

    def __init__(self, desk: Desk, here: list[Person], last: str, window: QWidget) -> None:
        super().__init__(_("Sign in"), window)
        self.setObjectName("sign_in")
        self._desk = desk
        self._actor: Actor | None = None
        self.title = PlainLabel(_("Who is at the desk?"), "title")
        self.body.addWidget(self.title)
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
        self._here = {one.id: one for one in here}
        self.forgotten = LinkButton(
            _("I forgot my passphrase: use my recovery code…"), self._on_forgotten
        )
        self.forgotten.setObjectName("sign_in.forgot")
        for part in (self.who_row, self.row, self.notice):
            self.body.addWidget(part)
        add_hung(self.body, self.forgotten)
        self.later = Button(_("Not now"), self.reject)
        self.later.setObjectName("sign_in.later")
        self.go = PrimaryButton(_("Sign in"), self._unlock)
        self.go.setObjectName("sign_in.go")
        self.buttons.addWidget(self.later)
        self.buttons.addWidget(self.go)
        self.passphrase.entered.connect(self._unlock)
        self.passphrase.setFocus()
        self.fit()

    def _on_forgotten(self) -> None:
        self.forgot.emit(self._here[PersonId(self.who.key())])

    def _unlock(self) -> None:
        if self._actor is not None:
            self._go_on()
            return
        if self.passphrase.is_empty() or not self.go.isEnabled():
            return
        self._set_busy(busy=True)
        who, words = self.who.key(), self.passphrase.take()
        # On the network's threads, so that neither reading nor writing waits for argon2id.
        self._desk.write(
            partial(_unlocked, who=who, words=words),
            then=self._on_unlocked,
            failed=self._on_failed,
            on="net",
        )

    def _on_unlocked(self, found: tuple[Actor, tuple[Happened, ...]]) -> None:
        actor, news = found
        self._actor = actor
        if not news:
            self._go_on()
            return
        for part in (self.who_row, self.row, self.forgotten, self.later):
            part.hide()
        self.title.setText(_("Welcome back, {name}").format(name=actor.person.name))
        self.notice.say(
            _("Since you were last here:"),
            "\n".join([*(one.words for one in news), _("If that is news to them, ask.")]),
            tone="amber",
        )
        self.go.setEnabled(True)
        self.go.setText(_("Go on"))
        self.go.setFocus()
        self.fit_soon()

    def _go_on(self) -> None:
        if self._actor is not None:
            self.signed_in.emit(self._actor)
            self.accept()

    def _on_failed(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        self.notice.clear()
        if error.code == "wrong_passphrase":
            self.row.set_error(f"{error.words} {error.way_out}")
            self.fit_soon()
        else:
            self.say_error(error)
        self.passphrase.setFocus()

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.go, self.who, self.passphrase, self.forgotten):
            part.setEnabled(not busy)
        self.go.setText(_("Unlocking…") if busy else _("Sign in"))


def _unlocked(home: Home, who: str, words: str) -> tuple[Actor, tuple[Happened, ...]]:
    """Whoever it is, and what they had better know of as they come back."""
    actor = people.unlock(home, who, words)
    return actor, people_lately.news_for(home, actor.person.id)


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
    if length < STRONG:
        return _("Long enough. One more word makes it strong.")
    return _("Strong.")
