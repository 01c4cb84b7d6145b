"""What several threads want to write at the same time, in one transaction.

A commit, the look at the clocks and the signature over them cost more than a round that brought
nothing; while one thread pays for them, the others hand theirs over and wait. Where one of them
fails, nothing of the transaction stays, and each is done again alone: so it fails alone.

What is much is not put together: while it is written, who handed it over would ask nobody else.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

L = TypeVar("L")
T = TypeVar("T")

MOST_ROWS = 150
"""Of one transaction that several share."""

_log = logging.getLogger(__name__)


class _Job:
    """Something to be written, and what came of it."""

    def __init__(self, work: Callable[[Any], Any], weight: int) -> None:
        self.work = work
        self.weight = weight
        self.done = False
        self.value: Any = None
        self.error: Exception | None = None


class Together:
    """Any thread may call. `work` may be done on another thread, and twice: then alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[_Job] = []
        self._busy = False

    def run(
        self,
        begin: Callable[[], AbstractContextManager[L]],
        work: Callable[[L], T],
        weight: int = 0,
    ) -> T:
        """What `work` returns, once it is committed; raises what it raises, or the commit.

        `weight`: how many rows it is about to write.
        """
        job = _Job(work, weight)
        with self._changed:
            self._waiting.append(job)
        while not job.done:
            with self._changed:
                self._changed.wait_for(lambda: job.done or not self._busy)
                jobs = [] if job.done else self._take()
            if jobs:
                self._lead(begin, jobs, job)
        if job.error is not None:
            raise job.error
        return cast("T", job.value)

    def _take(self) -> list[_Job]:
        """Those that stand first and are not too much together; whoever takes them is busy."""
        self._busy = True
        count, rows = 1, self._waiting[0].weight
        for one in self._waiting[1:]:
            rows += one.weight
            if rows > MOST_ROWS:
                break
            count += 1
        jobs, self._waiting = self._waiting[:count], self._waiting[count:]
        return jobs

    def _lead(
        self, begin: Callable[[], AbstractContextManager[Any]], jobs: list[_Job], own: _Job
    ) -> None:
        try:
            self._all(begin, jobs)
        finally:
            with self._changed:
                self._busy = False
                # Only where somebody is stopped in the middle.
                left = [one for one in jobs if not one.done and one is not own]
                self._waiting = [*left, *self._waiting]
                self._changed.notify_all()

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
