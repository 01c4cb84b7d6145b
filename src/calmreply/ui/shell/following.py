"""What others of the team write, told to every room of this window as if it had been written here.

Where nobody else can write there is nothing to follow, and this ends at once.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from calmreply.app.ports.changes import ChangeSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.app.home import Home
    from calmreply.ui.desk import Desk

Told = ChangeSet | bool
"""What changed, or whether the others are out of reach."""


class Following(QObject):
    """`away` gives whether the team's server is out of reach, `heard` what another one wrote."""

    away = Signal(bool)
    heard = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._stop = threading.Event()

    def start(self) -> None:
        self._desk.follow(partial(_follow, self._stop), self._on_told)

    def stop(self) -> None:
        self._stop.set()

    def _on_told(self, told: Told) -> None:
        if self._stop.is_set():
            return
        if isinstance(told, ChangeSet):
            self._desk.changed.emit(told)
            self.heard.emit(told)
        else:
            self.away.emit(told)


def _follow(stop: threading.Event, home: Home, progress: Callable[[Told], bool]) -> None:
    end = home.store.watch(progress, progress)
    if end is not None:
        stop.wait()
        end()
