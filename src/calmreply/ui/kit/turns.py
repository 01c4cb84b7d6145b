"""Long work on the Qt thread in turns, so that what waits meanwhile has its own between them.

The work is a generator that yields wherever it may be interrupted, and returns what came of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

T = TypeVar("T")


def at_once(work: Generator[None, None, T]) -> T:
    """Do all that is left of it now."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result


class Turns(QObject):
    """Does `work` by itself, one part in each turn, from `after` milliseconds on.

    `then` gets what came of it, once, unless it was stopped.
    """

    def __init__(
        self,
        work: Generator[None, None, Any],
        then: Callable[[Any], object],
        parent: QObject,
        after: int = 0,
    ) -> None:
        super().__init__(parent)
        self._work: Generator[None, None, Any] | None = work
        self._then = then
        self._soon = QTimer(self, singleShot=True, interval=after)
        self._soon.timeout.connect(self.step)
        self._soon.start()

    @property
    def over(self) -> bool:
        return self._work is None

    def stop(self) -> None:
        """Let go of what was made so far."""
        self._soon.stop()
        self._work = None

    def finish(self) -> None:
        """Do now what is left."""
        work = self._work
        if work is not None:
            self.stop()
            self._then(at_once(work))

    def step(self) -> None:
        """The next part."""
        if self._work is None:
            return
        try:
            next(self._work)
        except StopIteration as done:
            self.stop()
            self._then(done.value)
        else:
            self._soon.start(0)
