"""Which process a job gets: one of its module that is idle, or a new one, small ones first.

Three at most are kept. A job that has run for `_SLOW_AFTER` while others want to is made to step
aside: its process leaves the processor to them and is not used again, and from the second such job
on another process may be started for each, up to `most` in all.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from bisect import insort
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Final

from calmreply.errors import KnownError
from calmreply.i18n import _

from . import wire
from .process import Ended, Limits, Worker

_log = logging.getLogger(__name__)

_MOST_JOBS: Final = 500
"""Of one process; then a new one: memory it could not give back goes with it."""
_SLOW_AFTER: Final = 0.25
"""Seconds. A feed of a hundred entries takes a tenth of it, a big mail half."""
_BYTES_A_SECOND: Final = 100_000
"""Whoever brings so much waits as if they had come a second later: small ones are soon done."""
_SOONEST: Final = 0.005
"""Seconds until somebody who waits looks again."""


class WorkerApart:
    """At most `workers` processes, `most` where some are slow; any thread may call and waits.

    `command` starts a worker (limits and module are added to it); by default this very Python.
    After `close` the processes are gone; a later call starts new ones.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        workers: int = 3,
        most: int = 4,
        command: Sequence[str] | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._command = (
            *(command or (sys.executable, "-P", "-m", f"{__package__}.worker")),
            str(max(1, round(self._limits.seconds))),
            str(self._limits.memory),
        )
        self._workers, self._most = workers, most
        self._lock = threading.Lock()
        self._waiting: list[tuple[float, int, threading.Event]] = []
        self._asked = count()
        self._busy: set[Worker] = set()
        self._idle: list[Worker] = []  # who was used last stands last
        self._round = 0  # counts `close`, so that a worker busy meanwhile is not kept

    def run(self, function: str, body: bytes, about: Mapping[str, Any]) -> Any:
        """What the function made of it; the errors are those of `app.ports.Apart`."""
        module, _colon, name = function.partition(":")
        head = wire.text({"do": name, "about": dict(about)})
        if len(head) + len(body) > wire.LONGEST:
            raise _known("too_big")
        left = self._limits.seconds
        worker = self._take(module, len(body), fresh=False)
        fresh = worker.jobs == 0
        began = time.monotonic()
        answer = self._ask(worker, head, body, left)
        if not fresh and answer.get("fault") in ("crashed", "too_big"):
            # It may have died, or filled up, over earlier work.
            left -= time.monotonic() - began
            answer = self._ask(self._take(module, len(body), fresh=True), head, body, left)
        if detail := answer.get("detail"):
            _log.warning("%s failed apart:\n%s", function, detail)
        if "said" not in answer:
            raise _known(answer.get("fault"))
        return answer["said"]

    def close(self) -> None:
        """End the processes; those that are busy end with their job. Safe to call twice."""
        with self._lock:
            self._round += 1
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def _ask(self, worker: Worker, head: bytes, body: bytes, seconds: float) -> dict[str, Any]:
        reusable = False
        try:
            answer = worker.ask(head, body, seconds)
            reusable = answer.get("fault") != "too_big"
        except Ended as ended:
            return {"fault": ended.reason}
        finally:
            self._give_back(worker, reusable=reusable)
        return answer

    def _take(self, module: str, size: int, *, fresh: bool) -> Worker:
        """Wait for one's turn; `fresh`: not one that was used before."""
        turn = threading.Event()
        place = time.monotonic() + size / _BYTES_A_SECOND, next(self._asked), turn
        with self._lock:
            insort(self._waiting, place)
        try:
            while True:
                with self._lock:
                    turn.clear()
                    first = self._waiting[0] is place
                    if first and self._may_begin():
                        worker, leaving = self._choose(module, fresh=fresh)
                        break
                    patience = self._until_slow() if first else None
                turn.wait(patience)
        finally:
            with self._lock:
                self._waiting.remove(place)
                self._wake()
        for other in leaving:
            other.end()
        return worker

    def _may_begin(self) -> bool:
        for worker in self._busy:
            if worker.age() >= _SLOW_AFTER:
                worker.step_aside()
        return len(self._busy) < self._room()

    def _room(self) -> int:
        """How many processes there may be now: for one slow job as ever, for each more one more."""
        slow = sum(worker.stepped_aside for worker in self._busy)
        return max(self._workers, min(self._most, self._workers - 1 + slow))

    def _until_slow(self) -> float | None:
        left = [_SLOW_AFTER - worker.age() for worker in self._busy]
        young = [each for each in left if each > 0]
        return max(_SOONEST, min(young)) if young else None

    def _choose(self, module: str, *, fresh: bool) -> tuple[Worker, list[Worker]]:
        """Who does it, and who is to be ended first: the dead, and one where there are too many."""
        leaving = [worker for worker in self._idle if not worker.alive()]
        self._idle = [worker for worker in self._idle if worker not in leaving]
        fitting = [worker for worker in self._idle if worker.module == module and not fresh]
        if fitting:
            worker = fitting[-1]
            self._idle.remove(worker)
        else:
            worker = Worker(self._command, module, self._round)
            if self._idle and len(self._busy) + len(self._idle) >= self._room():
                leaving.append(self._idle.pop(0))
        self._busy.add(worker)
        return worker, leaving

    def _give_back(self, worker: Worker, *, reusable: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            keep = (
                reusable
                and not worker.stepped_aside
                and worker.round == self._round
                and worker.jobs < _MOST_JOBS
                and len(self._busy) + len(self._idle) < self._room()
            )
            if keep:
                self._idle.append(worker)
            self._wake()
        if not keep:
            worker.end()

    def _wake(self) -> None:
        if self._waiting:
            self._waiting[0][2].set()


def _known(fault: str | None) -> KnownError:
    match fault:
        case "too_slow":
            return KnownError(
                "apart_too_slow",
                _("Reading this took too long and was stopped."),
                _("Everything else goes on. Leave it out, or try a smaller piece of it."),
            )
        case "too_big":
            return KnownError(
                "apart_too_big",
                _("Reading this needs more memory than is safe and was stopped."),
                _("Everything else goes on. Leave it out, or try a smaller piece of it."),
            )
        case _:
            return KnownError(
                "apart_crashed",
                _("This could not be read: it stopped the part that reads such things."),
                _("Everything else goes on. It is tried again at the next round."),
            )
