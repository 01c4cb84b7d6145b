"""Writes of several threads in one transaction: each gets its own answer, or its own error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from calmreply.app.together import MOST_ROWS, Together

MANY = 5


class Transactions:
    """What was committed, transaction by transaction; the first one waits to be let go."""

    def __init__(self) -> None:
        self.committed: list[list[int]] = []
        self.begun = threading.Event()
        self.go = threading.Event()
        self.commit_fails = False

    @contextmanager
    def begin(self) -> Iterator[list[int]]:
        written: list[int] = []
        if not self.begun.is_set():
            self.begun.set()
            assert self.go.wait(60)
        yield written
        if self.commit_fails and len(written) > 1:
            raise OSError("no room")
        self.committed.append(written)


def put(number: int) -> Callable[[list[int]], int]:
    def work(written: list[int]) -> int:
        written.append(number)
        if number < 0:
            raise ValueError(number)
        return number * 10

    return work


def ask(numbers: list[int], transactions: Transactions, weight: int = 0) -> list[Future[int]]:
    """The first one holds the turn until all others stand in line."""
    together = Together()
    begin = transactions.begin
    with ThreadPoolExecutor(len(numbers)) as pool:
        asked = [pool.submit(together.run, begin, put(numbers[0]), weight)]
        assert transactions.begun.wait(60)
        asked += [pool.submit(together.run, begin, put(one), weight) for one in numbers[1:]]
        ready = threading.Event()
        for _look in range(6_000):
            if len(together._waiting) == len(numbers) - 1:
                break
            ready.wait(0.01)
        transactions.go.set()
    return asked


def test_who_waits_is_written_together_and_gets_an_answer_of_its_own() -> None:
    transactions = Transactions()
    asked = ask(list(range(MANY)), transactions)
    assert [one.result() for one in asked] == [0, 10, 20, 30, 40]
    alone, together = transactions.committed
    assert alone == [0]
    assert sorted(together) == [1, 2, 3, 4]


def test_what_is_much_is_written_on_its_own_and_in_turn() -> None:
    transactions = Transactions()
    asked = ask(list(range(MANY)), transactions, weight=MOST_ROWS // 2)
    assert [one.result() for one in asked] == [0, 10, 20, 30, 40]
    assert [len(one) for one in transactions.committed] == [1, 2, 2]


def test_one_that_fails_fails_alone_and_leaves_nothing_behind() -> None:
    transactions = Transactions()
    asked = ask([0, 1, -2, 3], transactions)
    assert [one.result() for one in (*asked[:2], asked[3])] == [0, 10, 30]
    with pytest.raises(ValueError, match="-2"):
        asked[2].result()
    assert sorted(transactions.committed) == [[0], [1], [3]]


def test_what_could_not_be_committed_together_is_committed_one_by_one() -> None:
    transactions = Transactions()
    transactions.commit_fails = True
    assert [one.result() for one in ask([0, 1, 2], transactions)] == [0, 10, 20]
    assert sorted(transactions.committed) == [[0], [1], [2]]


def test_whose_write_was_taken_along_by_somebody_stopped_does_it_again() -> None:
    together = Together()
    transactions = Transactions()
    transactions.begun.set()

    def stopped(_written: list[int]) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        together.run(transactions.begin, stopped)
    assert together.run(transactions.begin, put(7)) == 70
    assert transactions.committed == [[7]]
