"""The one bridge from worker threads to the Qt thread.

Work is a plain function, run by an executor given from outside: one writer thread ("write"), two
readers ("read"), a small pool for the network ("net"), one for work that waits until something
happens elsewhere ("wait"). What it returns is delivered on the Qt
thread by one queued signal, in the order of finishing. A receiver that was destroyed meanwhile
gets nothing. A `KnownError` is for the receiver to show; anything else is a bug of ours and goes
to the `crashed` hook.

Nothing here blocks the Qt thread but `close()`, which waits, so that no write is lost at the end.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from calmreply.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor, Future

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that `close()` waits for a read or a network call; a write is waited for to its end."""


def receiver_of(call: Callable[..., object] | None) -> QObject | None:
    """The Qt object a callback belongs to, if it is a method of one (or a partial of it)."""
    while isinstance(call, partial):
        call = call.func
    owner = getattr(call, "__self__", None)
    return owner if isinstance(owner, QObject) else None


def is_alive(receiver: QObject | None) -> bool:
    """Whether a Qt object still exists on Qt's side; no object at all counts as alive."""
    if receiver is None:
        return True
    try:
        receiver.objectName()
    except RuntimeError:  # PySide's way to say that the C++ object was deleted
        return False
    return True


class Job:
    """Work under way. Lives on the Qt thread; what it holds is let go of there."""

    def __init__(
        self,
        on: str,
        then: Callable[[Any], object] | None,
        failed: Callable[[KnownError], object] | None,
        progress: Callable[[Any], object] | None,
        receiver: QObject | None,
    ) -> None:
        self.on = on
        self.then = then
        self.failed = failed
        self.progress = progress
        self.receivers: tuple[QObject | None, ...] = (
            receiver,
            receiver_of(then),
            receiver_of(failed),
        )
        self.cancelled = False
        self.done = False
        self.future: Future[None] | None = None

    def cancel(self) -> None:
        """Whatever it brings is no longer wanted. If it has not begun, it never will.

        Work that runs already runs on to its end, unless it asks its `progress`.
        """
        self.cancelled = True
        if self.future is not None:
            self.future.cancel()

    def let_go(self) -> None:
        """Drop what is Qt's here, on the Qt thread: a worker's hand may be the last on this job,
        and what dies with it there can take the program along.
        """
        self.then = self.failed = self.progress = None
        self.receivers = ()

    @property
    def wanted(self) -> bool:
        return not self.cancelled and all(is_alive(receiver) for receiver in self.receivers)


@dataclass(slots=True)
class _News:
    """What a worker thread has to tell: a step on the way, a result, or an error."""

    job: Job
    value: Any = None
    error: BaseException | None = None
    last: bool = True


class _Call:
    """The work as a worker thread runs it; lets go of everything before it tells."""

    def __init__(self, job: Job, work: Callable[[], object], tell: Callable[[_News], None]) -> None:
        self._job = job
        self._work: Callable[[], object] | None = work
        self._tell = tell

    def __call__(self) -> None:
        news = _News(self._job)
        work, self._work = self._work, None
        if work is None:
            return
        try:
            news.value = work()
        except BaseException as error:  # noqa: BLE001 - sorted on the Qt thread, never swallowed
            news.error = error
        del work
        self._tell(news)


class Runner(QObject):
    """Runs work elsewhere and brings what comes of it back. Use it from the Qt thread only."""

    _landed = Signal()

    def __init__(
        self,
        executors: Mapping[str, Executor],
        *,
        crashed: Callable[[BaseException], object],
        known: Callable[[KnownError], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`known` gets a `KnownError` for which a job named no `failed`; else `crashed` does."""
        super().__init__(parent)
        self._executors = dict(executors)
        self._crashed = crashed
        self._known = known or crashed
        self._news: deque[_News] = deque()
        self._jobs: dict[Job, None] = {}  # in the order of asking
        self._closed = False
        self._landed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> int:
        """How many jobs have not been delivered yet, but those that only wait."""
        return sum(job.on != "wait" for job in self._jobs)

    def run(
        self,
        work: Callable[..., T],
        *args: Any,
        then: Callable[[T], object] | None = None,
        failed: Callable[[KnownError], object] | None = None,
        progress: Callable[[Any], object] | None = None,
        on: str = "write",
        receiver: QObject | None = None,
    ) -> Job:
        """Run `work(*args)` on the executor named `on`; `then(result)` follows on the Qt thread.

        `receiver` is asked to be alive at delivery; for bound methods of Qt objects that goes
        without saying. With `progress`, work is called with a further keyword `progress`: a
        function that takes any value to the Qt thread and answers whether to go on.
        After `close()` nothing runs, and the job comes back as cancelled.
        """
        executor = self._executors[on]
        job = Job(on, then, failed, progress, receiver)
        if self._closed:
            job.cancelled = job.done = True
            return job
        whole = partial(work, *args)
        if progress is not None:
            whole = partial(whole, progress=partial(self._step, job))
        job.future = executor.submit(_Call(job, whole, self._tell))
        self._jobs[job] = None
        job.future.add_done_callback(partial(self._on_done, job))
        return job

    def close(self, patience: float = PATIENCE) -> None:
        """Take no more work, wait for what runs, deliver nothing further but crashes.

        Writes that were accepted are all made. Reads and network calls that have not begun are
        dropped; those that run are waited for, each `patience` seconds at most.
        """
        self._closed = True
        for job in tuple(self._jobs):
            if job.on != "write":
                job.cancel()
        for job in tuple(self._jobs):
            _wait(job, None if job.on == "write" else patience)
        while self._news:
            error = self._news.popleft().error
            if error is not None and not isinstance(error, KnownError):
                self._crashed(error)
        for job in self._jobs:
            job.let_go()
        self._jobs.clear()

    def _step(self, job: Job, value: Any) -> bool:
        """On a worker thread: tell of a step; answers whether the job is still wanted."""
        if not job.cancelled:
            self._tell(_News(job, value, last=False))
        return not job.cancelled

    def _tell(self, news: _News) -> None:
        """On a worker thread: hand over to the Qt thread."""
        self._news.append(news)
        try:
            self._landed.emit()
        except RuntimeError:  # the runner itself is gone: there is nobody left to tell
            self._news.clear()

    def _on_done(self, job: Job, future: Future[None]) -> None:
        """A job cancelled before it began tells nothing by itself."""
        if future.cancelled():
            self._tell(_News(job))

    @Slot()
    def _deliver(self) -> None:
        if not self._news:
            return
        news = self._news.popleft()
        job = news.job
        if news.last:
            job.done = True
            self._jobs.pop(job, None)
        try:
            self._hand_over(job, news)
        except Exception as error:  # noqa: BLE001 - a receiver's bug is reported like any other
            self._crashed(error)
        finally:
            if news.last:
                job.let_go()

    def _hand_over(self, job: Job, news: _News) -> None:
        error = news.error
        if error is not None and not isinstance(error, KnownError):
            self._crashed(error)
        elif not job.wanted:
            return
        elif error is not None:
            (job.failed or self._known)(error)
        elif not news.last:
            if job.progress is not None:
                job.progress(news.value)
        elif job.then is not None:
            job.then(news.value)


def _wait(job: Job, patience: float | None) -> None:
    if job.future is None or job.future.cancelled():
        return
    try:
        job.future.result(patience)
    except TimeoutError:
        # It still runs; whoever made the executor joins its threads.
        job.cancelled = True
