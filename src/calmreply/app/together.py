"""What several threads want to write at the same time, in one transaction.

A commit, the look at the clocks and the signature over them cost more than a round that brought
nothing; while one thread pays for them, the others hand theirs over and wait. Where one of them
fails, nothing of the transaction stays, and each is done again alone: so it fails alone.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

L = TypeVar("L")
T = TypeVar("T")

_log = logging.getLogger(__name__)


class _Job:
    """Something to be written, and what came of it."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self.work = work
        self.done = False
        self.value: Any = None
        self.error: Exception | None = None


class Together:
    """Any thread may call. `work` may be done on another thread, and twice: then alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._waiting: list[_Job] = []

    def run(self, begin: Callable[[], AbstractContextManager[L]], work: Callable[[L], T]) -> T:
        """What `work` returns, once it is committed; raises what it raises, or the commit."""
        job = _Job(work)
        with self._lock:
            self._waiting.append(job)
        with self._turn:
            if not job.done:
                with self._lock:
                    jobs, self._waiting = self._waiting, []
                # Somebody may have taken it along and been stopped.
                self._all(begin, jobs if job in jobs else [job, *jobs])
        if job.error is not None:
            raise job.error
        return cast("T", job.value)

    def _all(self, begin: Callable[[], AbstractContextManager[Any]], jobs: list[_Job]) -> None:
        if len(jobs) > 1 and self._at_once(begin, jobs):
            return
        for one in jobs:
            try:
                with begin() as opened:
                    one.value = one.work(opened)
            except Exception as error:  # noqa: BLE001 - raised where it was asked for
                one.error = error
            one.done = True

    @staticmethod
    def _at_once(begin: Callable[[], AbstractContextManager[Any]], jobs: list[_Job]) -> bool:
        try:
            with begin() as opened:
                values = [one.work(opened) for one in jobs]
        except Exception:  # noqa: BLE001 - whoever it comes from raises it again, alone
            _log.info("%s writes are done one by one", len(jobs), exc_info=True)
            return False
        for one, value in zip(jobs, values, strict=True):
            one.value, one.done = value, True
        return True
