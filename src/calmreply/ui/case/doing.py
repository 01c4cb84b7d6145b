"""Doing something about the case: one thing at a time for a card, errors where they happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from calmreply.app.held import HeldError
from calmreply.app.home import Actor, Home
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from calmreply.app.changes import ChangeSet
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone
    from calmreply.ui.kit.widgets import Notice

UseCase = Callable[[Home, Actor], Any]


@dataclass(frozen=True, slots=True)
class _Bug:
    """An error of ours on its way to the Qt thread, so that nothing stays busy for ever."""

    error: Exception


class Doing(QObject):
    """Runs use cases for a card. While one is under way, another press does nothing.

    `changed` comes when it begins and when it ends; `held` carries the blockers where the gate
    said no.
    """

    changed = Signal()
    held = Signal(object)

    def __init__(self, desk: Desk, notice: Notice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._notice = notice
        self._busy = False
        self._said = ""
        desk.changed.connect(self._on_changed)

    @property
    def busy(self) -> bool:
        return self._busy

    def act(
        self, what: UseCase, then: Callable[[Any], object] | None = None, on: str = "write"
    ) -> None:
        """As whoever is signed in; who is not, is asked first."""
        if not self._busy:
            self._desk.need_actor(partial(self._go, what, then, on))

    def _go(
        self, what: UseCase, then: Callable[[Any], object] | None, on: str, _actor: Actor
    ) -> None:
        if self._busy:
            return
        self._set(busy=True)
        self._notice.clear()
        self._desk.act(partial(_caught, what), partial(self._done, then), self._failed, on)

    def _done(self, then: Callable[[Any], object] | None, result: object) -> None:
        self._set(busy=False)
        match result:
            case _Bug(error):
                raise error
            case HeldError(blockers=blockers):
                self.held.emit(blockers)
            case _ if then is not None:
                then(result)
            case _:
                pass

    def _failed(self, error: KnownError) -> None:
        self._set(busy=False)
        self.tell(error.words, error.way_out)

    def tell(self, words: str, way_out: str = "", *, tone: Tone = "red") -> None:
        """Say it in the card until something about a case changes: then it may be true no more."""
        self._notice.say(words, way_out, tone=tone)
        self._said = self._notice.words()

    def _on_changed(self, changes: ChangeSet) -> None:
        """Clears what was said here; whatever else stands in the same notice stays."""
        if changes.cases and self._said and self._notice.words() == self._said:
            self._notice.clear()
            self._said = ""

    def _set(self, *, busy: bool) -> None:
        self._busy = busy
        self.changed.emit()


def _caught(what: UseCase, home: Home, actor: Actor) -> object:
    """On a worker thread: what is no `KnownError` comes back as a value."""
    try:
        return what(home, actor)
    except KnownError:
        raise
    except HeldError as held:
        return held
    except Exception as error:  # noqa: BLE001 - raised again on the Qt thread, in `_done`
        return _Bug(error)
