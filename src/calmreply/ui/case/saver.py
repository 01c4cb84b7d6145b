"""Keeps the words in the editor as they are typed.

Every change is in the store within a second, whoever typed it while signed in; "Saved" is said
only after the store has said so. Words that could not be kept stay here, also when another case
is shown meanwhile. Lives on the Qt thread; the store works elsewhere.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from calmreply.app.home import Actor, Home
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.sending import write
from calmreply.domain.mention import CaseId
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.case import work
from calmreply.ui.case.kept_here import KeptHere
from calmreply.ui.case.typed import Key, Typed

if TYPE_CHECKING:
    from calmreply.ui.desk import Desk

PAUSE_MS = 500
"""How long after a keystroke, at most, its word is on the way to the store."""


KNOWN = 20
"""So many of the last words that were read from the store, or sent there, are known as ours."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose words, for which case; `known` are those which this window read or sent there."""

    case: CaseId
    actor: Actor
    known: deque[Typed] = field(default_factory=lambda: deque(maxlen=KNOWN), compare=False)

    @property
    def key(self) -> Key:
        return self.case, self.actor.person.id


@dataclass(frozen=True, slots=True)
class _Lost:
    """Words that could not be kept; `error` is None while they are tried again."""

    place: _Place
    words: Typed
    error: KnownError | None


@dataclass(frozen=True, slots=True)
class _Bug:
    """An error of ours on its way to the Qt thread: also then, the words are still here."""

    error: Exception


class Saver(QObject):
    """`changed`: what it has to say is another. `left_behind` tells of a case whose last words
    could not be kept after it was left: (case, KnownError).
    """

    changed = Signal()
    left_behind = Signal(object, object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._place: _Place | None = None
        self._words: Typed = ("", "")
        self._stored: Typed = ("", "")
        self._revised: Typed | None = None
        self._under_way: Typed | None = None
        self._keeping: Typed | None = None
        self._lost: dict[Key, _Lost] = {}
        self._out = 0
        self.stamp = 0
        """Grows with every change of the words; an answer read before it knows nothing of them."""
        self.error: KnownError | None = None
        self.saved_at: datetime | None = None
        self.here = KeptHere(desk, self)
        self.here.kept.connect(self._on_kept_here)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.flush)

    @property
    def dirty(self) -> bool:
        """Whether there are words that the store has not acknowledged."""
        return self._words != self._stored

    def holds(self, words: Typed) -> bool:
        """Whether these are the words now, or on their way."""
        return words in (self._words, self._stored, self._under_way)

    def made(self, text: str) -> bool:
        """Whether this window read or sent these words: nobody wrote them somewhere else."""
        return self._place is not None and any(text == one for one, _ in self._place.known)

    def begin(self, case: CaseId, actor: Actor | None, stored: Typed) -> Typed | None:
        """From now on it keeps the words of this case and person, of which the store has `stored`.

        Returns words of theirs that could not be kept before; they are tried again.
        """
        self.flush()
        self._timer.stop()
        self._place = _Place(case, actor) if actor is not None else None
        self._words = self._stored = stored
        self._know(stored)
        self._revised = self._under_way = self._keeping = None
        self.error, self.saved_at = None, None
        self.stamp += 1
        lost = self._lost.get(self._place.key) if self._place is not None else None
        if lost is not None:
            self.note(lost.words)
        self.changed.emit()
        return lost.words if lost is not None else None

    def read_again(self, stored: Typed, revised: Typed) -> None:
        """What the store has now, read after the last change; `revised` is the last revision's."""
        self._stored = self._words = stored
        self._know(stored)
        self._revised = revised

    def note(self, words: Typed) -> None:
        """These are the words now."""
        self._words = words
        self.stamp += 1
        if self.dirty and self._place is not None and not self._timer.isActive():
            self._timer.start()
        self.changed.emit()

    def flush(self) -> None:
        """Send what is unsaved on its way; a write that was accepted is made."""
        self._timer.stop()
        if self._place is not None and self.dirty and self._words != self._under_way:
            self._submit(self._place, self._words, write.save_draft)

    def keep(self) -> None:
        """The editor was left: its words become a revision, if they say anything new.

        Takes the key; where that is locked meanwhile, they stay a draft.
        """
        place, actor = self._place, self._desk.actor
        if place is None or (self._words == self._revised and not self.dirty):
            return
        if self._keeping == self._words:
            return
        if actor is None or actor.person.id != place.actor.person.id:
            self.flush()
            return
        self._timer.stop()
        self._keeping = self._words
        # What was not typed on here may be longer by now, where the same person goes on elsewhere.
        self._submit(place, self._words, work.keep if self.dirty else _settle)

    def retry(self) -> None:
        """Try once more what failed."""
        self.flush()

    def unkept(self) -> tuple[tuple[str, KnownError | None], ...]:
        """Words that the store has not acknowledged, of any case, and why not.

        None stands for: they are on their way.
        """
        here = self._place
        dirty = here is not None and self.dirty and not self.here.is_safe(here.key, self._words)
        mine = [(self._words[0], self.error)] if dirty else []
        others = [
            (lost.words[0], lost.error)
            for key, lost in self._lost.items()
            if (here is None or key != here.key) and not self.here.is_safe(key, lost.words)
        ]
        # While a write is out, nobody knows yet whether it mends what another one said.
        return tuple((words, None if self._out else error) for words, error in (*mine, *others))

    def rescue(self) -> None:
        """Try once more whatever could not be kept, of any case."""
        self.error = None
        here = self._place.key if self._place is not None else None
        for key, lost in tuple(self._lost.items()):
            if key != here:
                self._lost[key] = replace(lost, error=None)
                self._submit(lost.place, lost.words, write.save_draft)
        self.flush()
        self.changed.emit()

    def give_up(self) -> None:
        """Somebody would rather lose what could not be kept."""
        self._timer.stop()
        for key in self._lost:
            self.here.drop(key)
        self._lost.clear()
        self._stored = self._words
        self.error = None
        self.changed.emit()

    def _submit(
        self,
        place: _Place,
        words: Typed,
        what: Callable[..., ChangeSet],
    ) -> None:
        if place is self._place:
            self._under_way = words
        if self.here.has(place.key):  # before the server, which may let us wait
            self.here.keep(place.key, words)
        self._out += 1
        place.known.append(words)
        told = partial(what, actor=place.actor, case=place.case, over=tuple(place.known))
        self._desk.write(
            partial(_caught, told, words),
            partial(self._saved, place, words),
            partial(self._failed, place, words),
        )

    def _saved(self, place: _Place, words: Typed, result: object) -> None:
        if isinstance(result, _Bug):
            self._failed(place, words, _not_kept())
            raise result.error
        self._out -= 1
        self._lost.pop(place.key, None)
        self.here.drop(place.key)
        if place is not self._place:
            self.changed.emit()
            return
        self._stored = words
        self._arrived(words)
        self.error = None
        self.saved_at = self._desk.home.clock.read().wall
        if self.dirty and not self._timer.isActive():
            self._timer.start()
        self.changed.emit()

    def _failed(self, place: _Place, words: Typed, error: KnownError) -> None:
        self._out -= 1
        if self.here.may(error):
            self.here.keep(place.key, words if place is not self._place else self._words)
        if place is not self._place:
            self._lost[place.key] = _Lost(place, words, error)
            self.left_behind.emit(place.case, error)
            self.changed.emit()
            return
        self._lost[place.key] = _Lost(place, self._words, error)
        self._arrived(words)
        safe = self.here.may(error) and self.here.is_safe(place.key, self._words)
        self.error = self.here.told(error) if safe else error
        self.changed.emit()

    def _on_kept_here(self, key: Key) -> None:
        """Safe for now; the server gets them as soon as it answers."""
        here = self._place
        if here is not None and here.key == key and self.here.may(self.error):
            self.error = self.here.told(self.error)
        self.changed.emit()

    def _know(self, words: Typed) -> None:
        if self._place is not None:
            self._place.known.append(words)

    def _arrived(self, words: Typed) -> None:
        """What was on its way is so no longer."""
        if self._under_way == words:
            self._under_way = None
        if self._keeping == words:
            self._keeping = None


def _settle(home: Home, actor: Actor, case: CaseId, **_words: object) -> ChangeSet:
    return work.settle(home, actor, case)


def _caught(what: Callable[..., ChangeSet], words: Typed, home: Home) -> ChangeSet | _Bug:
    """On a worker thread: what is no `KnownError` comes back as a value."""
    try:
        return what(home, text=words[0], subject=words[1])
    except KnownError:
        raise
    except Exception as error:  # noqa: BLE001 - raised again on the Qt thread, in `_saved`
        return _Bug(error)


def _not_kept() -> KnownError:
    return KnownError(
        "not_kept",
        _("Your words could not be kept."),
        _("They still stand here. Copy them to be safe, then try again."),
    )
