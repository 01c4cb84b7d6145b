"""One writer at a time among the threads of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from calmreply.errors import KnownError


class Turn:
    """Whoever writes has it. Other processes are kept out by the database."""

    def __init__(self, busy_seconds: float, busy: Callable[[], KnownError]) -> None:
        self._busy_seconds = busy_seconds
        self._busy = busy
        self._lock = threading.Lock()
        self._writer: int | None = None

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Raises what `busy` makes after `busy_seconds`; RuntimeError within one's own turn."""
        me = threading.get_ident()
        if self._writer == me:
            raise RuntimeError("a write transaction inside another one")
        if not self._lock.acquire(timeout=self._busy_seconds):
            raise self._busy()
        self._writer = me
        try:
            yield
        finally:
            self._writer = None
            self._lock.release()
