"""Time that cannot be talked into anything: readings, boots, and what passed between two facts.

A wall clock can be set; a clock that counts since the computer started cannot. So every fact
carries a `Reading` of both, and a wait is measured like this:

- within one boot only the *ticks* count (they go on during sleep);
- a finished boot counts up to the last ticks that were saved for it;
- the time in which the computer was off counts only once an answer from the outside has confirmed
  the wall clock of a boot that follows (`Boot.confirmed`), and only if the wall clock of the
  boot before was not seen to jump. Until then that part is `unsure`;
- a boot that seems to have begun before the one before it ended (a clock set back while the
  computer was off, one folder carried between two computers) does not count the same hour twice.

Ticks are seconds since that boot began, sleep included.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

AGREEMENT = timedelta(minutes=5)
"""How far a confirmed wall clock may stand from the outside's, and how far a wall clock may drift
from the ticks within a boot before it counts as having been set."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the computer's clocks. `wall` is UTC; `ticks` seconds since boot `boot`."""

    wall: datetime
    boot: str
    ticks: float

    @property
    def began(self) -> datetime:
        """The wall time at which this boot began, if the wall clock is to be believed."""
        return self.wall - timedelta(seconds=self.ticks)


@dataclass(frozen=True, slots=True)
class Boot:
    """What is known of one run of the computer, in the order in which we lived through them.

    `began` is the wall time of its tick zero as first seen, or as last confirmed; `last` the
    ticks last saved; `stepped` says that its wall clock was seen to jump against the ticks since
    then, started before the end of the boot before, or was taken over from a boot that had
    jumped; `confirmed` is the wall time of its tick zero by the outside's clock, or None.
    """

    id: str
    began: datetime
    last: float
    stepped: bool = False
    confirmed: datetime | None = None

    def wall_at(self, ticks: float) -> datetime:
        """The best known wall time at `ticks` of this boot."""
        return (self.confirmed or self.began) + timedelta(seconds=ticks)

    def reached(self, ticks: float) -> Boot:
        """The same boot, known to have lived until `ticks` at least."""
        return replace(self, last=max(self.last, ticks))

    @property
    def ends(self) -> datetime:
        return self.wall_at(self.last)

    @property
    def believable(self) -> bool:
        return self.confirmed is not None or not self.stepped


@dataclass(frozen=True, slots=True)
class Span:
    """Time that passed: `sure` counts now; `unsure` counts once the clock has been confirmed."""

    sure: timedelta
    unsure: timedelta = timedelta(0)

    @property
    def at_most(self) -> timedelta:
        return self.sure + self.unsure


@dataclass(frozen=True, slots=True)
class Now:
    """The present, and the boots that led to it (oldest first, the present one last)."""

    reading: Reading
    boots: tuple[Boot, ...]

    @property
    def wall(self) -> datetime:
        """UTC; by the outside's clock where this boot has been confirmed."""
        return self.wall_of(self.reading)

    def wall_of(self, stamp: Reading) -> datetime:
        """The best known wall time of a fact."""
        boot = self._boot(stamp.boot)
        if boot is not None and boot.confirmed is not None:
            return boot.wall_at(stamp.ticks)
        return stamp.wall

    def since(self, stamp: Reading) -> Span:
        return self.between(stamp, self.reading)

    def between(self, earlier: Reading, later: Reading) -> Span:
        """What passed from `earlier` to `later`; never negative.

        A fact of a boot we know nothing of (a hand-edited database, a restored backup) has no
        sure time before the first boot known after it: nothing of it counts.
        """
        if earlier.boot == later.boot:
            return Span(timedelta(seconds=max(0.0, later.ticks - earlier.ticks)))
        ids = [boot.id for boot in self.boots]
        if earlier.boot not in ids or later.boot not in ids:
            return Span(timedelta(0))
        first, last = ids.index(earlier.boot), ids.index(later.boot)
        if first > last:
            return Span(timedelta(0))
        # A fact may be newer than the ticks last saved for its boot.
        start = self.boots[first].reached(earlier.ticks)
        on = start.last - earlier.ticks + later.ticks
        on += sum(boot.last for boot in self.boots[first + 1 : last])
        sure, unsure = _off((start, *self.boots[first + 1 : last + 1]))
        counted = max(timedelta(0), timedelta(seconds=on) + sure)
        if unsure >= timedelta(0):
            return Span(counted, unsure)
        certain = max(timedelta(0), counted + unsure)
        return Span(certain, counted - certain)

    def _boot(self, boot_id: str) -> Boot | None:
        return next((boot for boot in self.boots if boot.id == boot_id), None)


def _off(passed: tuple[Boot, ...]) -> tuple[timedelta, timedelta]:
    """How long the computer was off between these boots: surely, and if the clock is right.

    Measured from one believable boot to the next confirmed one, so that a boot in between which
    never met the outside loses nothing. Below zero where two boots overlap.
    """
    sure = unsure = lived = timedelta(0)
    anchor = passed[0].ends if passed[0].believable else None
    for boot in passed[1:]:
        if anchor is not None:
            off = boot.wall_at(0) - anchor - lived
            off = timedelta(0) if -AGREEMENT <= off < timedelta(0) else off
            sure, unsure = (sure + off, timedelta(0)) if boot.confirmed else (sure, off)
        if boot.confirmed or (anchor is None and boot.believable):
            anchor, lived = boot.ends, timedelta(0)
        else:
            lived += timedelta(seconds=boot.last)
    return sure, unsure


def observe(boots: tuple[Boot, ...], reading: Reading) -> tuple[Boot, ...]:
    """The boots after one more look at the clocks; pure, to be saved by whoever looked."""
    known = next((boot for boot in boots if boot.id == reading.boot), None)
    if known is None:
        before = boots[-1] if boots else None
        doubtful = before is not None and (
            before.stepped or reading.began < before.ends - AGREEMENT
        )
        return (*boots, Boot(reading.boot, reading.began, reading.ticks, stepped=doubtful))
    stepped = known.stepped or abs(reading.began - known.began) > AGREEMENT
    return _put(boots, replace(known.reached(reading.ticks), stepped=stepped))


def confirm(boots: tuple[Boot, ...], reading: Reading, outside: datetime) -> tuple[Boot, ...]:
    """The boots after an answer from the outside said that it is `outside` (UTC) now.

    Counts only if it agrees with the wall clock. If not, nobody knows which of the two is wrong
    (a cache may hand out an old `Date`), and it says nothing.
    """
    boots = observe(boots, reading)
    if abs(outside - reading.wall) > AGREEMENT:
        return boots
    known = next(boot for boot in boots if boot.id == reading.boot)
    zero = outside.astimezone(UTC) - timedelta(seconds=reading.ticks)
    confirmed = known.confirmed or zero
    return _put(boots, replace(known, began=reading.began, stepped=False, confirmed=confirmed))


def _put(boots: tuple[Boot, ...], changed: Boot) -> tuple[Boot, ...]:
    return tuple(changed if boot.id == changed.id else boot for boot in boots)
