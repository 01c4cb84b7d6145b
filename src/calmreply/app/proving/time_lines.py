"""The times that lines of the journal say: they never run backwards.

A reading is taken in the transaction that writes the line, so each line is of the same moment as
the one before it, or of a later one. Who writes a line of their own, with whatever key, can date
it now, but not to when a wait would be over by now.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calmreply.domain import codec
from calmreply.domain.journal import Written
from calmreply.domain.moment import Now, Reading


class Order:
    """Sees lines of a journal, in order, and tells the first that is of an earlier moment.

    Moments of boots that nothing is known of say nothing: no time is ever counted from them.
    """

    def __init__(self, now: Now) -> None:
        self._now = now
        self._newest: tuple[int, float] | None = None
        self.wrong: int | None = None

    def passing(self, lines: Iterator[Written]) -> Iterator[Written]:
        """The same lines."""
        for written in lines:
            self.see(written)
            yield written

    def see(self, written: Written) -> bool:
        """Whether this line is right; `wrong` keeps the number of the first one that is not."""
        at = _reading(written)
        place = None if at is None else self._now.place(at)
        if place is None:
            return True
        if self._newest is not None and place < self._newest:
            self.wrong = self.wrong or written.line.number
            return False
        self._newest = place
        return True


def _reading(written: Written) -> Reading | None:
    """When a line says that it was written; None where it says nothing that can be read."""
    try:
        data: Any = written.data()
        return codec.from_json(Reading, data["at"]) if data else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
