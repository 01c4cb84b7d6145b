"""Somebody who is known here, and their passphrase."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from calmreply.app.persons import people, people_lately
from calmreply.domain.people import PersonId
from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button, Choice, LinkButton, PrimaryButton
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import add_hung
from calmreply.ui.sign_in.sheet import Sheet

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.persons.people_lately import Happened
    from calmreply.domain.people import Person
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk


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
