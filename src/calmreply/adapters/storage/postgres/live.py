"""Hearing what others of the team change, on a thread and a connection of its own.

Whoever was away meanwhile is told of what has changed since the last line they know of. Words
that nobody has signed are no lines: after an absence every case somebody writes in counts as
changed.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from sqlalchemy import Engine

from calmreply.adapters.storage.postgres import apart, telling
from calmreply.adapters.storage.postgres.apart import Apart
from calmreply.adapters.storage.postgres.telling import EVERYTHING
from calmreply.app.ports.changes import ChangeSet
from calmreply.domain.mention import CaseId
from calmreply.errors import KnownError

SILENCE_SECONDS = 20.0
"""After so long without a word, the server is asked whether it is still there."""
GATHER_SECONDS = 0.05
"""Between two tellings: of hundreds of changes in a second nobody reads the page for each."""
AGAIN_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
_LEAVE_SECONDS = 5.0

_HEAD = "SELECT coalesce(max(number), 0) FROM journal"
_SINCE = "SELECT DISTINCT case_id FROM journal WHERE number > %s AND case_id IS NOT NULL"
_WRITTEN_IN = "SELECT DISTINCT case_id FROM drafts"

_log = logging.getLogger(__name__)


class Live:
    """Tells of what other programs than `mine` change, from its beginning until it is closed.

    `changed` gets a ChangeSet and `away` whether the server is out of reach, both on a thread of
    their own and never at the same time.
    """

    def __init__(
        self,
        connections: Engine,
        mine: str,
        changed: Callable[[ChangeSet], object],
        away: Callable[[bool], object],
    ) -> None:
        self._connections = connections
        self._mine = mine
        self._changed, self._away = changed, away
        self._seen: int | None = None
        self._far = False
        self._failed = 0
        self._over = threading.Event()
        self._wake, self._waker = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Nothing is told any more. Any thread may call it, more than once."""
        if not self._over.is_set():
            self._waker.send(b".")  # first: whoever is over closes it
            self._over.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(_LEAVE_SECONDS)

    def _run(self) -> None:
        lost: tuple[type[Exception], ...] = (KnownError, *apart.errors(self._connections))
        while not self._over.is_set():
            try:
                self._listen()
            except lost as error:
                _log.info("the team's server is away: %s", type(error).__name__)
                self._say_away(is_away=True)
                pause = AGAIN_SECONDS[min(self._failed, len(AGAIN_SECONDS) - 1)]
                self._failed += 1
                self._over.wait(pause)
        self._wake.close()
        self._waker.close()

    def _listen(self) -> None:
        """Until it is over. Raises what the connection raises."""
        with closing(apart.connect(self._connections)) as connection:
            # What is known is looked up before listening, what is new after: nothing falls between.
            # Whoever was away from the beginning has shown since then what was there before it.
            again = self._seen is not None or self._far
            if self._seen is None:
                self._seen = 0 if self._far else _number(connection, _HEAD)
            connection.execute(f"LISTEN {telling.CHANNEL}")
            self._catch_up(connection, self._seen, again=again)
            self._failed = 0
            self._say_away(is_away=False)
            while not self._over.is_set():
                # First, since what came with the answer to a question waits at no door any more.
                said = [note.payload for note in connection.notifies(timeout=0)]
                if said:
                    self._tell(connection, said)
                    self._over.wait(GATHER_SECONDS)
                else:
                    self._wait_for(connection, SILENCE_SECONDS)

    def _wait_for(self, connection: Apart, seconds: float) -> None:
        ready, _out, _odd = select.select([connection.fileno(), self._wake], [], [], seconds)
        if not ready:
            connection.execute("SELECT 1")

    def _catch_up(self, connection: Apart, before: int, *, again: bool) -> None:
        """What came meanwhile; who begins knows the rest."""
        self._seen = now = _number(connection, _HEAD)
        if again or now != before:
            # Anybody at the database can say that there are more lines than there are.
            since = before if before <= now else 0
            self._changed(replace(EVERYTHING, cases=_cases(connection, since)))

    def _tell(self, connection: Apart, words: list[str]) -> None:
        seen = self._seen or 0
        found, whole = ChangeSet(), True
        for said in map(telling.heard, words):
            self._seen = max(self._seen or 0, said.head)
            if said.by == self._mine:
                continue
            if said.changes is None:
                whole = False
            else:
                found |= said.changes
        if not whole:
            found = replace(EVERYTHING, cases=found.cases | _cases(connection, seen))
        if not found.nothing:
            self._changed(found)

    def _say_away(self, *, is_away: bool) -> None:
        if is_away != self._far and not self._over.is_set():
            self._far = is_away
            self._away(is_away)


def _number(connection: Apart, question: str) -> int:
    return int(connection.execute(question).fetchone()[0])


def _cases(connection: Apart, after: int) -> frozenset[CaseId]:
    """Those with a line after that one, or with words that nobody has signed yet."""
    rows = connection.execute(_SINCE, (after,)).fetchall()
    rows += connection.execute(_WRITTEN_IN).fetchall()
    return frozenset(CaseId(str(case)) for (case,) in rows)
