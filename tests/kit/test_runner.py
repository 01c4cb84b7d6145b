"""The bridge: everything asked for comes back once, on the Qt thread, or not at all."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from tests.ui.patience import PATIENCE, wait_for

from calmreply.errors import KnownError
from calmreply.ui.runner import Runner, receiver_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

SECONDS = PATIENCE / 1000
FORESEEN = KnownError("no_such_host", "There is no such host.", "Check the address.")


class Hooks:
    def __init__(self) -> None:
        self.crashed: list[BaseException] = []
        self.known: list[KnownError] = []


class Receiver(QObject):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.got: list[object] = []
        self.failures: list[KnownError] = []

    def take(self, value: object) -> None:
        self.got.append(value)

    def failed(self, error: KnownError) -> None:
        self.failures.append(error)


@pytest.fixture
def hooks() -> Hooks:
    return Hooks()


@pytest.fixture
def runner(qtbot: QtBot, hooks: Hooks) -> Iterator[Runner]:
    assert qtbot, "there must be an event loop to deliver on"
    lanes = {"write": 1, "read": 2, "net": 4}
    pools = {name: ThreadPoolExecutor(count) for name, count in lanes.items()}
    made = Runner(pools, crashed=hooks.crashed.append, known=hooks.known.append)
    yield made
    made.close()
    for pool in pools.values():
        pool.shutdown()


@pytest.fixture
def settled(qtbot: QtBot, runner: Runner) -> Callable[[], None]:
    return lambda: wait_for(qtbot, lambda: runner.busy == 0)


def destroy(thing: QObject) -> None:
    thing.deleteLater()
    QCoreApplication.sendPostedEvents(thing, QEvent.Type.DeferredDelete)


def raising(error: BaseException) -> None:
    raise error


def test_many_results_come_once_each_on_the_qt_thread(
    runner: Runner, settled: Callable[[], None], hooks: Hooks
) -> None:
    here, seen = threading.get_ident(), set[int]()
    receiver, elsewhere = Receiver(), set[int]()

    def work(number: int) -> int:
        elsewhere.add(threading.get_ident())
        return number

    def then(number: int) -> None:
        seen.add(threading.get_ident())
        receiver.take(number)

    for number in range(600):
        runner.run(work, number, then=then, on="write")
    for number in range(600, 1200):
        runner.run(work, number, then=receiver.take, on="net")
    settled()

    written = [n for n in receiver.got if isinstance(n, int) and n < 600]
    assert written == list(range(600)), "one writer: results come in the order of asking"
    assert sorted(receiver.got) == list(range(1200))  # type: ignore[type-var]  # all are numbers
    assert seen == {here}
    assert here not in elsewhere
    assert hooks.crashed == []


def test_a_cancelled_job_brings_nothing(runner: Runner, settled: Callable[[], None]) -> None:
    held, started, ran = threading.Event(), threading.Event(), list[str]()
    receiver = Receiver()

    def first() -> str:
        started.set()
        held.wait(SECONDS)
        return "first"

    running = runner.run(first, then=receiver.take)
    waiting = runner.run(lambda: ran.append("second"), then=receiver.take)
    assert started.wait(SECONDS)
    waiting.cancel()
    running.cancel()
    held.set()
    settled()
    assert receiver.got == []
    assert ran == [], "what had not begun never began"


def test_work_that_asks_stops_when_cancelled(runner: Runner, settled: Callable[[], None]) -> None:
    told, cancelled, answers = threading.Event(), threading.Event(), list[bool]()

    def work(progress: Callable[[int], bool]) -> None:
        answers.append(progress(1))
        told.set()
        cancelled.wait(SECONDS)
        answers.append(progress(2))

    steps = Receiver()
    job = runner.run(work, progress=steps.take, on="net")
    assert told.wait(SECONDS)
    job.cancel()
    cancelled.set()
    settled()
    assert answers == [True, False]
    assert 2 not in steps.got


def test_progress_comes_before_the_result(runner: Runner, settled: Callable[[], None]) -> None:
    receiver = Receiver()

    def work(upto: int, progress: Callable[[int], bool]) -> str:
        for number in range(upto):
            progress(number)
        return "done"

    runner.run(work, 3, then=receiver.take, progress=receiver.take, on="read")
    settled()
    assert receiver.got == [0, 1, 2, "done"]


def test_a_destroyed_receiver_gets_nothing(
    runner: Runner, settled: Callable[[], None], hooks: Hooks
) -> None:
    gone, closure, stays = Receiver(), Receiver(), Receiver()
    calls: list[object] = []
    held = threading.Event()

    def work(value: object) -> object:
        held.wait(SECONDS)
        return value

    runner.run(work, "one", then=gone.take, on="net")
    runner.run(work, "two", then=calls.append, receiver=closure, on="net")
    runner.run(lambda: raising(FORESEEN), failed=gone.failed, on="read")
    runner.run(work, "three", then=stays.take, on="net")
    destroy(gone)
    destroy(closure)
    held.set()
    settled()
    assert (gone.got, gone.failures, calls) == ([], [], [])
    assert stays.got == ["three"]
    assert hooks.crashed == []
    assert hooks.known == []


def test_errors_go_where_they_belong(
    runner: Runner, settled: Callable[[], None], hooks: Hooks
) -> None:
    receiver, bug, late = Receiver(), ValueError("ours"), ZeroDivisionError("in then")
    runner.run(lambda: raising(FORESEEN), then=receiver.take, failed=receiver.failed)
    settled()
    assert receiver.failures == [FORESEEN]
    runner.run(lambda: raising(FORESEEN), then=receiver.take)
    settled()
    assert hooks.known == [FORESEEN]
    runner.run(lambda: raising(bug), then=receiver.take, failed=receiver.failed)
    settled()
    runner.run(lambda: 1, then=lambda _one: raising(late))
    settled()
    assert hooks.crashed == [bug, late]
    assert receiver.got == []


def test_a_bug_is_told_even_if_its_receiver_is_gone(
    runner: Runner, settled: Callable[[], None], hooks: Hooks
) -> None:
    gone, bug = Receiver(), ValueError("ours")
    runner.run(lambda: raising(bug), then=gone.take)
    destroy(gone)
    settled()
    assert hooks.crashed == [bug]


def test_closing_makes_every_write_and_delivers_nothing(runner: Runner, hooks: Hooks) -> None:
    receiver, written, read = Receiver(), list[int](), list[int]()
    held, bug = threading.Event(), ValueError("ours")
    for _reader in range(2):
        runner.run(held.wait, SECONDS, on="read")
    for number in range(50):
        runner.run(written.append, number, then=receiver.take)
        runner.run(read.append, number, then=receiver.take, on="read")
    runner.run(lambda: raising(bug))
    last = runner.run(read.append, 99, on="read")
    assert last.future is not None
    last.future.add_done_callback(lambda _dropped: held.set())
    runner.close()
    assert written == list(range(50))
    assert read == [], "reads that had not begun are dropped"
    assert hooks.crashed == [bug]
    QCoreApplication.processEvents()
    assert receiver.got == []
    late = runner.run(written.append, 99)
    assert late.cancelled
    assert 99 not in written


@pytest.mark.usefixtures("qtbot")
def test_work_outlives_a_runner_that_is_gone() -> None:
    held, told = threading.Event(), list[BaseException]()
    with ThreadPoolExecutor(1) as pool:
        runner = Runner({"write": pool}, crashed=told.append)
        job = runner.run(held.wait, SECONDS)
        destroy(runner)
        held.set()
        assert job.future is not None
        assert job.future.exception(SECONDS) is None
    assert told == []


def test_the_receiver_of_a_callback_is_found_through_partials() -> None:
    receiver = Receiver()
    assert receiver_of(partial(partial(receiver.take), 1)) is receiver
    assert receiver_of(print) is None
    assert receiver_of(None) is None


class Slow(Executor):
    """Its worker keeps what it ran until `let_go`, as any worker may for a moment."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.threads: list[threading.Thread] = []

    def submit(  # type: ignore[override]  # only what the runner asks of it
        self, work: Callable[[], object], /
    ) -> Future[None]:
        done: Future[None] = Future()
        kept = [work]

        def run() -> None:
            kept[0]()
            done.set_result(None)
            self.let_go.wait(SECONDS)
            kept.clear()

        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        del wait, cancel_futures
        self.let_go.set()
        for thread in self.threads:
            thread.join()


@pytest.mark.parametrize("closed", [False, True])
def test_whoever_was_told_never_dies_on_a_worker(
    qtbot: QtBot, hooks: Hooks, *, closed: bool
) -> None:
    """The worker is the last to hold the job; a widget that died there could end the program."""
    slow, died = Slow(), list[threading.Thread]()
    runner = Runner({"write": slow}, crashed=hooks.crashed.append)

    class Mortal:
        def take(self, _value: object) -> None:
            """Nothing to do."""

        def __del__(self) -> None:
            died.append(threading.current_thread())

    runner.run(lambda: 1, then=Mortal().take)
    if closed:
        runner.close()
    else:
        wait_for(qtbot, lambda: runner.busy == 0)
    slow.shutdown()
    assert died == [threading.main_thread()]
    runner.close()
