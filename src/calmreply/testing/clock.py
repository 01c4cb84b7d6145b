"""A clock that moves by hand only, for tests and for the rehearsal.

It keeps the same two times as the real one: a wall clock, which anybody may set, and the ticks of
a boot, which go on during sleep and which nobody can set.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from calmreply.domain.moment import Reading

SOME_MORNING = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
"""A Tuesday. Where a fake clock starts unless told otherwise."""


class FakeClock:
    """`app.ports.Clock` by hand. Every method may be called from any thread.

    Boots are called `boot-1`, `boot-2`, ...; another `prefix` keeps two fake computers apart.
    """

    def __init__(
        self, wall: datetime = SOME_MORNING, *, ticks: float = 60.0, prefix: str = "boot"
    ) -> None:
        self._lock = threading.Lock()
        self._wall = _utc(wall)
        self._ticks = ticks
        self._prefix = prefix
        self._boots = 1

    def read(self) -> Reading:
        with self._lock:
            return Reading(self._wall, f"{self._prefix}-{self._boots}", self._ticks)

    @property
    def wall(self) -> datetime:
        return self.read().wall

    @property
    def boot(self) -> str:
        return self.read().boot

    @property
    def ticks(self) -> float:
        return self.read().ticks

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let time pass with the computer on: wall and ticks go forward together."""
        passed = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if passed < timedelta(0):
            raise ValueError("time does not run backwards; set the wall clock instead")
        with self._lock:
            self._wall += passed
            self._ticks += passed.total_seconds()

    def sleep(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let time pass with the lid closed. The same to us: the ticks count sleep."""
        self.advance(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def set_wall(self, wall: datetime) -> None:
        """Set the wall clock, as a person or a time server does; the ticks do not notice."""
        with self._lock:
            self._wall = _utc(wall)

    def step_wall(self, by: timedelta) -> None:
        """Set the wall clock forward or, with a negative `by`, back."""
        with self._lock:
            self._wall += by

    def reboot(self, off: timedelta = timedelta(0)) -> None:
        """Switch off for as long as `off` and on again: a new boot, its ticks at zero.

        The wall clock goes on by itself meanwhile, as right or wrong as it was.
        """
        if off < timedelta(0):
            raise ValueError("a computer cannot be off for less than no time")
        with self._lock:
            self._wall += off
            self._ticks = 0.0
            self._boots += 1


def _utc(wall: datetime) -> datetime:
    if wall.tzinfo is None:
        raise ValueError("a wall time needs a zone; give it in UTC")
    return wall.astimezone(UTC)
