"""Asks for the person at the desk, by whichever sheet is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from calmreply.app.persons import people
from calmreply.domain.people import Presence
from calmreply.ui.sign_in.unlock import UnlockDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.app.home import Actor
    from calmreply.domain.people import Person
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.sign_in.sheet import Sheet


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
            from calmreply.ui.sign_in.enrol import EnrolDialog  # noqa: PLC0415 - once in a home's life

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
        from calmreply.ui.sign_in.restore import RestoreDialog  # noqa: PLC0415 - rarely needed

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
