"""One timer that looks at the clock and says what is due by it.

It means nothing by itself: due times are data. If it beats late, or not at all while the lid is
closed, everything is told at the next beat, once.
"""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calmreply.app.ports import Clock

BEAT_MS = 1000
EVERY: Mapping[str, float] = MappingProxyType({"paint": 60.0, "ask": 30.0, "heartbeat": 60.0})
"""What is due again and again, and after how many seconds."""


class Pulse(QObject):
    """`due` says `paint`, `ask`, `heartbeat`, or `change` when the stage of a case may differ."""

    due = Signal(str)

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        start = clock.read().ticks
        self._last = dict.fromkeys(EVERY, start)
        self._change: datetime | None = None
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(self.beat)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def change_at(self, moment: datetime | None) -> None:
        """When (UTC) time alone may change something; None for never."""
        self._change = moment

    def beat(self) -> None:
        """Look at the clock now."""
        now = self._clock.read()
        for what, seconds in EVERY.items():
            if not 0 <= now.ticks - self._last[what] < seconds:
                self._last[what] = now.ticks
                self.due.emit(what)
        if self._change is not None and self._change <= now.wall:
            self._change = None
            self.due.emit("change")
