"""A connection that waits for an answer so long and no longer.

The server ends what takes too long, and the operating system notices where a line is dead. Neither
helps where something in between keeps the line open and hands on nothing: a balancer whose server
has gone over to another one, a tunnel that sleeps.
"""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg

T = TypeVar("T")

LONGER: float = 10
"""Seconds for the way there and back, beside those the server may work on a statement."""


class Patient(psycopg.Connection[Any]):
    """`longest`: seconds until an answer must be there."""

    longest: float = 60

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        """Raises `psycopg.OperationalError` where it took too long; then the line is closed."""
        try:
            return super().wait(_within(gen, self.longest), *args, **kwargs)
        except _TooLongError:
            self.pgconn.finish()
            raise psycopg.OperationalError("no answer came, though the line stands") from None


class _TooLongError(Exception):
    pass


def _within(gen: Generator[Any, Any, T], seconds: float) -> Generator[Any, Any, T]:
    """The same steps; between two of them it is looked at the clock."""
    ends = monotonic() + seconds
    try:
        step = next(gen)
        while True:
            ready = yield step
            if not ready and monotonic() > ends:
                raise _TooLongError
            step = gen.send(ready)
    except StopIteration as end:
        found: T = end.value
        return found
