"""Staying connected where a place says by itself that something arrived: one thread for each."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from calmreply.app.listening import rhythm, waiting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from calmreply.app.home import Home
    from calmreply.app.ports import Cancelled
    from calmreply.app.ports.storage import Source
    from calmreply.domain.mention import SourceId
    from calmreply.domain.moment import Reading
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk

MOST: Final = 16
"""Places that are waited at together; the others are asked in their turn."""
SECONDS: Final = 600.0
"""Of one wait; then it begins anew: a connection that died unnoticed is not trusted for long."""
REST: Final = 600.0
"""Seconds until a place is waited at again that hung up early or could not be waited at."""
NO_IDLE_REST: Final = 6 * 3600.0


class Waits(QObject):
    """`arrived` gives the SourceId of a place where something is new."""

    arrived = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._waiting: dict[SourceId, threading.Event] = {}
        self._rests: dict[SourceId, float] = {}
        self._looked: Reading | None = None
        self._over = False

    def keep(self, sources: Iterable[Source], asking: Collection[SourceId] = ()) -> None:
        """Wait at all of these that can be waited at, but those that are being asked just now.

        Called every half minute and not when a wait has ended: so a place that says all the time
        that something arrived does not keep us running.
        """
        now = self._desk.home.clock.read()
        slept = self._looked is not None and rhythm.slept(self._looked, now)
        self._looked = now
        if slept:
            self._rests.clear()
        able = {one.id: one for one in sources if waiting.can_wait(self._desk.home, one)}
        for waits_at, stop in self._waiting.items():
            # After a sleep the other side has long hung up, and nobody has told us.
            if slept or waits_at not in able:
                stop.set()
        for source in able.values():
            free = source.id not in self._waiting and source.id not in asking
            rests = now.ticks < self._rests.get(source.id, 0.0)
            if free and not rests and len(self._waiting) < MOST:
                self._begin(source)

    def stop(self) -> None:
        """End all waits as soon as they can, and begin none any more."""
        self._over = True
        for stop in self._waiting.values():
            stop.set()

    def _begin(self, source: Source) -> None:
        if self._over:
            return
        stop = self._waiting[source.id] = threading.Event()
        self._desk.write(
            partial(_wait, source=source, cancelled=stop.is_set),
            then=partial(self._ended, source.id),
            failed=partial(self._failed, source.id),
            on="wait",
        )

    def _ended(self, source: SourceId, ended: tuple[bool, float]) -> None:
        """`ended`: whether something arrived, and after how many seconds."""
        stop = self._waiting.pop(source)
        arrived, seconds = ended
        if stop.is_set():
            return
        if arrived:
            self.arrived.emit(source)
        elif seconds < SECONDS / 2:
            self._rest(source, REST)

    def _failed(self, source: SourceId, error: KnownError) -> None:
        """No trouble of its own: the next round at this place will meet it, and say it."""
        stop = self._waiting.pop(source)
        if not stop.is_set():  # else it failed because we ended it, after a sleep perhaps
            self._rest(source, NO_IDLE_REST if error.code == "no_idle" else REST)

    def _rest(self, source: SourceId, seconds: float) -> None:
        self._rests[source] = self._desk.home.clock.read().ticks + seconds


def _wait(home: Home, source: Source, cancelled: Cancelled) -> tuple[bool, float]:
    began = home.clock.read().ticks
    arrived = waiting.wait(home, source, SECONDS, cancelled)
    return arrived, home.clock.read().ticks - began
