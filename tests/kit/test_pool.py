"""Threads for many calls: begun by each other, never by whoever hands over the work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from calmreply.ui.pool import Pool

MOST = 6


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(MOST, "tried")
    yield made
    made.shutdown(cancel_futures=True)


def test_all_run_at_once_and_whoever_hands_over_begins_no_thread_but_the_first(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    beginners: list[threading.Thread] = []
    start = threading.Thread.start

    def watched(thread: threading.Thread) -> None:
        beginners.append(threading.current_thread())
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", watched)
    together = threading.Barrier(MOST)
    done = [pool.submit(together.wait, 30) for _call in range(MOST)]
    assert sorted(one.result(30) for one in done) == list(range(MOST))
    again = [pool.submit(together.wait, 30) for _call in range(MOST)]
    assert sorted(one.result(30) for one in again) == list(range(MOST))
    assert beginners.count(threading.current_thread()) == 1
    assert len(beginners) == MOST, "no more than may be"


def test_what_comes_of_it_reaches_whoever_asked_and_the_thread_goes_on(pool: Pool) -> None:
    def fails() -> None:
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        pool.submit(fails).result(30)
    assert pool.submit(divmod, 7, 2).result(30) == (3, 1)
    assert pool.submit(int, "11", base=2).result(30) == 3


def test_what_waits_can_be_called_off_and_what_runs_is_waited_for() -> None:
    pool = Pool(2, "tried")
    began, go_on = threading.Semaphore(0), threading.Event()

    def work() -> bool:
        began.release()
        return go_on.wait(30)

    running = [pool.submit(work) for _call in range(2)]
    assert all(began.acquire(timeout=30) for _call in range(2))
    called_off, left = pool.submit(work), pool.submit(work)
    assert called_off.cancel()
    pool.shutdown(wait=False, cancel_futures=True)
    with pytest.raises(CancelledError):
        left.result(30)
    with pytest.raises(RuntimeError):
        pool.submit(work)
    go_on.set()
    pool.shutdown()
    assert all(one.done() and one.result() for one in running)
    assert not [one for one in threading.enumerate() if one.name.startswith("tried")]


def test_what_was_handed_over_is_done_before_the_end() -> None:
    pool = Pool(2, "tried")
    done: list[int] = []
    for number in range(50):
        pool.submit(done.append, number)
    pool.shutdown()
    assert sorted(done) == list(range(50))
