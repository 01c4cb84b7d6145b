"""Places that say by themselves when something arrives: a mailbox can, while somebody stays
connected. Waiting brings nothing; it only says that a round is worth while before its turn.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from calmreply.app.home import Home
from calmreply.app.listening import places
from calmreply.app.ports import Cancelled
from calmreply.app.ports.listeners import Place
from calmreply.app.ports.storage import Source


@runtime_checkable
class Waits(Protocol):
    """What a listener may have beyond its port."""

    def wait(
        self, place: Place, seconds: float, cancelled: Cancelled | None, cursor: str = ""
    ) -> bool:
        """Whether something arrived since that cursor, or does within so many seconds.

        Raises what `listen` does, and KnownError `no_idle` where the place does not tell.
        """
        ...


def can_wait(home: Home, source: Source) -> bool:
    """Whether somebody can wait there: it was heard well at the last round, and its kind waits."""
    well = source.state.heard_at is not None and not source.state.trouble
    return well and isinstance(home.listeners.get(source.kind), Waits)


def wait(home: Home, source: Source, seconds: float, cancelled: Cancelled) -> bool:
    """As `Waits.wait`, from where the last round ended. Never on the Qt thread."""
    found = places.listener(home, source.kind)
    if not isinstance(found, Waits):
        return False
    account, what = places.split(source)
    place = places.place_of(home, account, what, allow_private=source.allow_private)
    return found.wait(place, seconds, cancelled, source.state.cursor)
