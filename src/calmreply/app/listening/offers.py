"""What the fields of a place may hold, where that is known once others are filled: a file that is
named has certain columns, from which a person chooses instead of writing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from calmreply.app.home import Home
from calmreply.app.listening import places
from calmreply.app.ports import Apart


@dataclass(frozen=True, slots=True)
class Offer:
    """What one field may hold: `values` as (value, words).

    `found` is what it means where it is left empty, in words, or empty where that is nothing.
    `chosen` is the value that a person chose for a place like this one before, or empty.
    """

    values: tuple[tuple[str, str], ...]
    found: str = ""
    chosen: str = ""


@runtime_checkable
class Offers(Protocol):
    """What a listener may have beyond its port."""

    def offers(
        self, said: Mapping[str, str], before: Sequence[str], apart: Apart, wall: datetime
    ) -> Mapping[str, Offer]:
        """By the names of `place_fields`; empty where nothing is to be chosen.

        `said` are the fields so far, `before` the places of this kind that are listened to, the
        newest first, each as `Listener.what` says it. Raises KnownError as `listen` does.
        """
        ...


def can_offer(home: Home, kind: str) -> bool:
    return isinstance(home.listeners.get(kind), Offers)


def offered(home: Home, kind: str, said: Mapping[str, str]) -> Mapping[str, Offer]:
    """As `Offers.offers`; nothing for a kind that has none. Not on the Qt thread."""
    found = places.listener(home, kind)
    if not isinstance(found, Offers):
        return {}
    with home.store.read() as tx:
        sources = [one for one in tx.sources() if one.kind == kind]
    before = [places.split(one)[1] for one in reversed(sources)]
    return found.offers(said, before, home.apart, home.clock.read().wall)
