"""Running use cases for a dialog, a room or a card: one at a time, errors back to who asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from calmreply.app.home import Actor, Home
from calmreply.app.persons import people
from calmreply.app.rules import settings
from calmreply.app.sending.held import HeldError
from calmreply.app.words import wording
from calmreply.domain.people import Person, PersonId, find
from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.ui.desk import Desk

Then = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Held:
    """The gate said no, in words."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bug:
    """An error of ours on its way to the Qt thread, so that nothing stays busy for ever."""

    error: Exception


class Deeds(QObject):
    """While one is under way, another press does nothing."""

    began = Signal(str)
    """What is under way, in words; empty when it has ended."""
    failed = Signal(object)
    """A KnownError."""
    held = Signal(object)
    """A `Held`."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._busy = False

    @property
    def busy(self) -> bool:
        return self._busy

    def act(
        self,
        what: Callable[[Home, Actor], Any],
        then: Then | None = None,
        *,
        on: str = "write",
        words: str = "",
    ) -> None:
        """As whoever is signed in; who is not, is asked first. `words` say what is under way."""
        if not self._busy:
            self._desk.need_actor(partial(self._go_as, what, then, on, words))

    def run(
        self,
        what: Callable[[Home], Any],
        then: Then | None = None,
        *,
        on: str = "write",
        words: str = "",
    ) -> None:
        """A deed that nobody at the desk signs."""
        if not self._busy:
            self._begin(words)
            self._desk.write(partial(_caught, what), partial(self._ended, then), self._fail, on)

    def act_if_anybody(
        self,
        what: Callable[[Home, Actor | None], Any],
        then: Then | None = None,
        *,
        on: str = "write",
    ) -> None:
        """As whoever is signed in, or as nobody in a home where nobody has come in yet."""
        if self._busy:
            return
        if self._desk.actor is not None:
            self.act(what, then, on=on)
        else:
            go = partial(self._on_everybody, what, then, on)
            self._desk.read(people.everybody)(go, self.failed.emit)

    def _on_everybody(
        self,
        what: Callable[[Home, Actor | None], Any],
        then: Then | None,
        on: str,
        everybody: tuple[Person, ...],
    ) -> None:
        if everybody:
            self.act(what, then, on=on)
        else:
            self.run(partial(_as_nobody, what), then, on=on)

    def _go_as(
        self,
        what: Callable[[Home, Actor], Any],
        then: Then | None,
        on: str,
        words: str,
        _actor: Actor,
    ) -> None:
        if not self._busy:
            self._begin(words)
            self._desk.act(partial(_caught, what), partial(self._ended, then), self._fail, on)

    def _begin(self, words: str) -> None:
        self._busy = True
        self.began.emit(words or _("One moment…"))

    def _end(self) -> None:
        self._busy = False
        self.began.emit("")

    def _fail(self, error: KnownError) -> None:
        self._end()
        self.failed.emit(error)

    def _ended(self, then: Then | None, result: object) -> None:
        self._end()
        match result:
            case _Bug(error):
                raise error
            case Held():
                self.held.emit(result)
            case _ if then is not None:
                then(result)
            case _:
                pass


def _as_nobody(what: Callable[[Home, Actor | None], Any], home: Home) -> Any:
    return what(home, None)


def _caught(what: Callable[..., Any], home: Home, *actor: Actor) -> object:
    """On a worker thread: what the gate holds, and what is no `KnownError`, come back as values."""
    try:
        return what(home, *actor)
    except KnownError:
        raise
    except HeldError as held:
        return _in_words(home, held)
    except Exception as error:  # noqa: BLE001 - raised again on the Qt thread, in `_ended`
        return _Bug(error)


def _in_words(home: Home, held: HeldError) -> Held:
    everybody, zone = people.everybody(home), settings.read(home, "zone")

    def name(who: PersonId) -> str:
        found = find(everybody, who)
        return found.name if found else str(who)

    lines = (wording.blocker(one, name, zone) for one in held.blockers)
    return Held((*filter(None, [held.words]), *lines))
