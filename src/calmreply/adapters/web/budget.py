"""One download's limits, asked at every step on the network.

The clock is the monotonic one of the system and not the `Clock` port: it bounds how long a
socket may hold a thread, which has nothing to do with the time of the shop.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from calmreply.app.ports import Cancelled
from calmreply.errors import KnownError
from calmreply.i18n import _


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds. `wire` counts all that a download's hops sent us."""

    wire: int = 5 * 1024 * 1024
    inflated: int = 20 * 1024 * 1024
    ratio: int = 100
    seconds: float = 30.0
    connect_seconds: float = 10.0
    redirects: int = 5


@dataclass(slots=True)
class Budget:
    """What is left of one download's limits; used by one thread."""

    limits: Limits
    cancelled: Cancelled | None = None
    _ends: float = field(init=False)
    _received: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._ends = time.monotonic() + self.limits.seconds

    def left(self) -> float:
        """Seconds left. Raises `cancelled` or `too_slow`."""
        left = self.remaining()
        if left <= 0:
            raise too_slow()
        return left

    def remaining(self) -> float:
        """Seconds left, zero or less where there are none. Raises `cancelled`."""
        if self.cancelled is not None and self.cancelled():
            raise KnownError("cancelled", _("This was stopped."), _("Start it again any time."))
        return self._ends - time.monotonic()

    def received(self, size: int) -> None:
        """Count bytes from the wire. Raises `too_big`."""
        self._received += size
        if self._received > self.limits.wire:
            raise too_big()


def too_slow() -> KnownError:
    return KnownError(
        "too_slow",
        _("The site answers too slowly."),
        _("It is tried again later by itself."),
    )


def too_big() -> KnownError:
    return KnownError(
        "too_big",
        _("The site sends more than can be read safely."),
        _("Look for a shorter feed of this site, or ask the site for one."),
    )


def broken_answer() -> KnownError:
    return KnownError(
        "broken_answer",
        _("The site's answer broke off or makes no sense."),
        _("It is tried again later by itself."),
    )
