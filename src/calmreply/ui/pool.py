"""Threads for many calls that wait, handed over by a thread that must not."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

_Work = tuple[Future[Any], "Callable[[], Any]"]


class Pool(Executor):
    """`most` threads at most, each begun when it is needed, but never by whoever hands over work.

    Who begins a thread waits until it has had its first turn. With a dozen threads at work that
    takes as long as a dozen turns, and the Qt thread may begin many in a row. So each thread that
    takes work begins another one if it is the last that was free: the next work finds it ready.
    """

    def __init__(self, most: int, name: str) -> None:
        self.most = most
        self._name = name
        self._waiting: SimpleQueue[_Work | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._busy = 0
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Raises RuntimeError after `shutdown`."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            self._waiting.put((future, partial(fn, *args, **kwargs)))
            if not self._threads:
                self._begin()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """What runs, and unless it is cancelled what waits, is done to its end. Idempotent."""
        with self._lock:
            self._closed = True
            threads = tuple(self._threads)
        if cancel_futures:
            self._cancel_waiting()
        for _thread in threads:
            self._waiting.put(None)
        if wait:
            for thread in threads:
                thread.join()

    def _cancel_waiting(self) -> None:
        try:
            while True:
                work = self._waiting.get_nowait()
                if work is not None:
                    work[0].cancel()
        except Empty:
            return

    def _begin(self) -> None:
        name = f"{self._name}_{len(self._threads)}"
        # Of no other life than the program's: who ends it waits for them, see `shutdown`.
        thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            with self._lock:
                self._busy += 1
                if self._busy == len(self._threads) < self.most and not self._closed:
                    self._begin()
            _do(*work)
            del work  # nothing of it lives on while this thread waits
            with self._lock:
                self._busy -= 1


def _do(future: Future[Any], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - whoever asks for the result meets it
        future.set_exception(error)
    else:
        future.set_result(result)
