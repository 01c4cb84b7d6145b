"""What rounds come to together: whether anybody answered well, and how a check by hand went."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from calmreply.app.listening import bounds
from calmreply.app.listening.remedies import asked_anew, needs_somebody
from calmreply.app.ports.listeners import NOT_ALL
from calmreply.app.ports.storage import Source

CUT_OFF: Final = "feed_cut_off"
UNREAD: Final = "some_unread"
PARTLY: Final = frozenset({CUT_OFF, UNREAD, NOT_ALL, bounds.FLOODS})
"""Troubles of a round that brought something all the same."""
_JUST_NOW: Final = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How a check by hand went: how many mentions are new, how many sources were asked, and how
    many of those could not be read. `waiting` are those that asked us to wait, and were not asked.
    `before` are new mentions that had come by themselves just before.
    """

    new: int = 0
    asked: int = 0
    failed: int = 0
    waiting: int = 0
    before: int = 0


class Lately:
    """What came by itself a moment ago: a check by hand that finds no more does not deny it.

    Times are seconds, monotonic.
    """

    def __init__(self) -> None:
        self._came: list[tuple[float, int]] = []

    def note(self, at: float, new: int) -> None:
        """So many new mentions came."""
        if new:
            self._came = [*self._since(at), (at, new)]

    def take(self, at: float) -> int:
        """How many came just now; told once."""
        came, self._came = self._since(at), []
        return sum(new for _at, new in came)

    def _since(self, at: float) -> list[tuple[float, int]]:
        return [one for one in self._came if 0 <= at - one[0] <= _JUST_NOW]


def none_read(sources: Iterable[Source]) -> bool:
    """Whether no source that was ever asked could be read at its last round."""
    known = [one for one in sources if not asked_anew(one)]
    asked = [one.state for one in known if one.state.polled_at is not None]
    return bool(asked) and all(one.trouble and one.trouble not in PARTLY for one in asked)


def unread(sources: Collection[Source]) -> int:
    """How many could not be read at their last round and were not asked to wait.

    One alone among others whose failure may pass by itself does not count.
    """
    bad = [one for one in sources if _unread(one) and not asked_anew(one)]
    passing = len(bad) == 1 < len(sources) and not needs_somebody(bad[0])
    return 0 if passing else len(bad)


def _unread(source: Source) -> bool:
    state = source.state
    return bool(state.trouble) and state.trouble not in PARTLY and not state.asked_to_wait
