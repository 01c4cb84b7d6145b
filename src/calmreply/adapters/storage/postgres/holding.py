"""What one program of the team holds and no other: advisory locks of one connection of its own.

The server lets go of them when that connection ends, however the program ended; the operating
system's keepalives end it where the network went away. Who holds something asks again before each
use, and so notices that it was lost.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import Engine

from calmreply.adapters.storage.postgres import apart
from calmreply.adapters.storage.postgres.apart import Apart

_CLASS = 0x43616C72
"""The first half of the locks' names; the second is made of the words."""
_TAKE = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
_LET_GO = "SELECT pg_advisory_unlock(%s, hashtext(%s))"
_NOTICE = (
    "SET tcp_keepalives_idle = 15",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)
"""How soon the server notices that this computer is gone, in seconds: about half a minute."""

_log = logging.getLogger(__name__)


class Holding:
    """Any thread may call it."""

    def __init__(self, connections: Engine) -> None:
        self._connections = connections
        self._turn = threading.Lock()
        self._held: set[str] = set()
        self._connection: Apart = None

    def hold(self, name: str) -> bool:
        """Whether it is ours now. Raises KnownError `server_away` and what connecting raises."""
        with self._turn:
            self._demand_alive()
            if name not in self._held and self._asked(_TAKE, name):
                self._held.add(name)
            return name in self._held

    def let_go(self, name: str) -> None:
        """Nothing happens where it is not ours."""
        with self._turn:
            if name not in self._held:
                return
            self._held.discard(name)
            if not self._lost(lambda: self._asked(_LET_GO, name)):
                return
            self._end()

    def close(self) -> None:
        with self._turn:
            self._end()

    def _demand_alive(self) -> None:
        if self._connection is not None and self._lost(
            lambda: self._connection.execute("SELECT 1")
        ):
            self._end()
        if self._connection is None:
            connection = apart.connect(self._connections)
            for setting in _NOTICE:
                connection.execute(setting)
            self._connection = connection

    def _lost(self, ask: Callable[[], object]) -> bool:
        """Whether the connection has ended, and all that was held with it."""
        try:
            ask()
        except apart.errors(self._connections) as error:
            _log.info("what was held is lost: %s", type(error).__name__)
            return True
        return False

    def _asked(self, question: str, name: str) -> bool:
        return bool(self._connection.execute(question, (_CLASS, name)).fetchone()[0])

    def _end(self) -> None:
        connection, self._connection = self._connection, None
        self._held.clear()
        if connection is not None:
            with suppress(OSError):
                connection.close()
