"""Words that the team's database did not take, kept on this computer meanwhile.

One file is written at a time, so that what was said last is what stands there.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from calmreply.app.teamwork import kept_words

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.errors import KnownError
    from calmreply.ui.case.typed import Key, Typed
    from calmreply.ui.desk import Desk


class KeptHere(QObject):
    """`kept` tells that the last words of a case and person are safe here."""

    kept = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wanted: dict[Key, Typed | None] = {}
        self._there: dict[Key, Typed] = {}
        self._doing: Key | None = None

    def may(self, error: KnownError | None) -> bool:
        """Whether this home lies elsewhere, and that error means that it is out of reach."""
        out = {*kept_words.AWAY, *kept_words.CLOSED, kept_words.KEPT_HERE}
        return error is not None and error.code in out and self._desk.home.team is not None

    def told(self, error: KnownError | None) -> KnownError | None:
        """What is said once the words are safe here: of what does not mend itself, still that."""
        closed = error is not None and error.code in kept_words.CLOSED
        return error if closed else kept_words.kept_here()

    def keep(self, key: Key, words: Typed) -> None:
        self._wanted[key] = words
        self._go_on()

    def drop(self, key: Key) -> None:
        """They have reached the home, or nobody wants them any more."""
        if key == self._doing or key in self._wanted or key in self._there:
            self._wanted[key] = None
            self._go_on()

    def is_safe(self, key: Key, words: Typed) -> bool:
        return self._there.get(key) == words

    def has(self, key: Key) -> bool:
        wanted = self._wanted.get(key) is not None
        return wanted or key == self._doing or key in self._there

    def found(self, key: Key, words: Typed) -> None:
        """They lie there from an earlier run."""
        self._there.setdefault(key, words)

    def _go_on(self) -> None:
        if self._doing is not None or not self._wanted:
            return
        key, words = next(iter(self._wanted.items()))
        del self._wanted[key]
        self._doing = key
        self._desk.write(
            partial(_do, key, words),
            partial(self._done, key, words),
            partial(self._failed, key),
            on="net",
        )

    def _done(self, key: Key, words: Typed | None, _nothing: object) -> None:
        self._doing = None
        if words is None:
            self._there.pop(key, None)
        else:
            self._there[key] = words
            self.kept.emit(key)
        self._go_on()

    def _failed(self, key: Key, error: KnownError) -> None:
        self._doing = None
        self._there.pop(key, None)
        self._desk.problem.emit(error)
        self._go_on()


def _do(key: Key, words: Typed | None, home: Home) -> None:
    if words is None:
        kept_words.drop(home, *key)
    else:
        kept_words.keep(home, *key, words)
