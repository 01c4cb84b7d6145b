"""Time that cannot be talked into anything: readings, boots, and what passed between two facts.

A wall clock can be set; a clock that counts since the computer started cannot. So every fact
carries a `Reading` of both, and a wait is measured like this:

- within one boot only the *ticks* count (they go on during sleep);
- a boot counts from the ticks at which the program first met it, since nothing tells how much of
  what it ran before came after the fact (a folder may be carried to a computer that has been up
  for weeks); a finished one counts up to the last ticks that were saved for it;
- the time between two boots, with the computer off or not seen by the program, counts only once an
  answer from the outside has confirmed the wall clock of a boot that follows (`Boot.confirmed`),
  and only if the wall clock of the boot before was not seen to jump. Until then it is `unsure`;
- no hour counts twice: who comes back to an earlier boot from another one (one folder carried
  between two computers) meets it anew.

Ticks are seconds since that boot began, sleep included.

In a team's home every reading is of the database's clock. That is one boot which never ends and
needs nobody to confirm it: its ticks began with the year 1970, for all computers alike. Only where
that clock goes ahead of what passed at a computer of the team, what it skipped is like time with
the computer off, and what went before is an earlier `Boot` of the same id. It counts once the
outside has confirmed that clock; never where that computer watched all along, and knows better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

AGREEMENT = timedelta(minutes=5)
"""How far a confirmed wall clock may stand from the outside's, and how far a wall clock may drift
from the ticks within a boot before it counts as having been set."""

SERVER = "server"
"""The boot of the clock that a team shares."""
TOGETHER = 5.0
"""Seconds that two computers may disagree about what the shared clock says just now."""


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
class Skip:
    """The shared clock was heard to be ahead of where it should have been: at `begins` (ticks).

    `watched`: this computer's clocks both say that no time passed meanwhile.
    """

    begins: float
    watched: bool


@dataclass(frozen=True, slots=True)
class Boot:
    """What is known of one run of the computer, in the order in which we lived through them.

    `began` is the wall time of its tick zero as first seen, or as last confirmed; `met` the ticks
    at which the program first met it, or came back to it from another boot, which is one more
    `Boot` of the same id; `last` the ticks last saved; `stepped` says that its wall clock was seen
    to jump against the ticks since then, started before the end of the boot before, or was taken
    over from a boot that had jumped; `confirmed` is the wall time of its tick zero by the
    outside's clock, or None.
    """

    id: str
    began: datetime
    met: float
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
    def lived(self) -> timedelta:
        """What the program lived through of it."""
        return timedelta(seconds=max(0.0, self.last - self.met))

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
        boot = self.boot_of(stamp)
        if boot is not None and boot.confirmed is not None:
            return boot.wall_at(stamp.ticks)
        return stamp.wall

    def boot_of(self, stamp: Reading) -> Boot | None:
        """What is known of the boot of a fact, as it was when we were last in it."""
        return next((boot for boot in reversed(self.boots) if boot.id == stamp.boot), None)

    def place(self, stamp: Reading) -> tuple[int, float] | None:
        """Where a reading belongs among all others, to be compared; None in an unknown boot."""
        boot = self._place(stamp)
        return None if boot is None else (boot, stamp.ticks)

    def since(self, stamp: Reading) -> Span:
        return self.between(stamp, self.reading)

    def between(self, earlier: Reading, later: Reading) -> Span:
        """What passed from `earlier` to `later`; never negative.

        A fact of a boot we know nothing of (a hand-edited database, a restored backup) has no
        sure time before the first boot known after it: nothing of it counts.
        """
        if earlier.boot == later.boot and not self._skipped(earlier, later):
            return Span(timedelta(seconds=max(0.0, later.ticks - earlier.ticks)))
        last = self._place(later)
        if last is None:
            return Span(timedelta(0))
        before = [i for i, boot in enumerate(self.boots[:last]) if boot.id == earlier.boot]
        if not before:
            return Span(timedelta(0))
        place = self._place(earlier) if earlier.boot == SERVER else None
        first = before[-1] if place is None else min(place, before[-1])
        # A fact may be newer than the ticks last saved for its boot.
        start = self.boots[first].reached(earlier.ticks)
        end = self.boots[last]
        end = replace(end, met=min(end.met, later.ticks), last=later.ticks)
        between = self.boots[first + 1 : last]
        on = timedelta(seconds=start.last - earlier.ticks) + end.lived
        on += sum((boot.lived for boot in between), timedelta(0))
        sure, unsure = _off((start, *between, end))
        return Span(on + sure, unsure)

    def _skipped(self, earlier: Reading, later: Reading) -> bool:
        """Whether the shared clock was set ahead between the two."""
        return later.boot == SERVER and self._place(earlier) != self._place(later)

    def _place(self, stamp: Reading) -> int | None:
        """Where in `boots` a fact belongs: the boot may be there several times."""
        same = [i for i, boot in enumerate(self.boots) if boot.id == stamp.boot]
        met = [i for i in same if self.boots[i].met <= stamp.ticks]
        return met[-1] if met else same[0] if same else None


def _off(passed: tuple[Boot, ...]) -> tuple[timedelta, timedelta]:
    """How long nobody lived through between these boots: surely, and if the clock is right.

    Measured from one believable boot to the next confirmed one, so that a boot in between which
    never met the outside loses nothing. Never below zero: a clock set back takes nothing from
    what was lived through.
    """
    sure = unsure = lived = timedelta(0)
    anchor = passed[0].ends if passed[0].believable else None
    for boot in passed[1:]:
        if anchor is not None:
            off = max(timedelta(0), boot.wall_at(boot.met) - anchor - lived)
            sure, unsure = (sure + off, timedelta(0)) if boot.confirmed else (sure, off)
        if boot.confirmed or (anchor is None and boot.believable):
            anchor, lived = boot.ends, timedelta(0)
        else:
            lived += boot.lived
    return sure, unsure


def observe(
    boots: tuple[Boot, ...], reading: Reading, skip: Skip | None = None
) -> tuple[Boot, ...]:
    """The boots after one more look at the clocks; pure, to be saved by whoever looked.

    `skip`: the last one of the shared clock that this computer heard, if any.
    """
    known = Now(reading, boots).boot_of(reading)
    if known is None:
        return (*boots, _new(boots, reading))
    if skip is not None and known is boots[-1] and _is_news(skip, known, reading):
        seen = known.reached(skip.begins)
        if skip.watched:
            seen = replace(seen, stepped=True, confirmed=None)
        return (*boots[:-1], seen, Boot(SERVER, reading.began, reading.ticks, reading.ticks))
    stepped = known.stepped or abs(reading.began - known.began) > AGREEMENT
    seen = replace(known.reached(reading.ticks), stepped=stepped)
    if known is boots[-1]:
        return (*boots[:-1], seen)
    return (*boots, replace(seen, met=seen.last))


def _new(boots: tuple[Boot, ...], reading: Reading) -> Boot:
    began, ticks = reading.began, reading.ticks
    if reading.boot == SERVER:
        return Boot(SERVER, began, ticks, ticks, confirmed=began)
    before = boots[-1] if boots else None
    doubtful = before is not None and (before.stepped or began < before.ends - AGREEMENT)
    return Boot(reading.boot, began, ticks, ticks, doubtful)


def _is_news(skip: Skip, known: Boot, reading: Reading) -> bool:
    """Another computer may have noted it already; or the clock was set back since."""
    return reading.boot == SERVER and known.met < skip.begins < reading.ticks


def confirm(boots: tuple[Boot, ...], reading: Reading, outside: datetime) -> tuple[Boot, ...]:
    """The boots after an answer from the outside said that it is `outside` (UTC) now.

    Counts only if it agrees with the wall clock. If not, nobody knows which of the two is wrong
    (a cache may hand out an old `Date`), and it says nothing.
    """
    boots = observe(boots, reading)
    if abs(outside - reading.wall) > AGREEMENT:
        return boots
    known = boots[-1]
    zero = outside.astimezone(UTC) - timedelta(seconds=reading.ticks)
    confirmed = known.confirmed or zero
    known = replace(known, began=reading.began, stepped=False, confirmed=confirmed)
    return (*boots[:-1], known)


def in_order(boots: tuple[Boot, ...], reading: Reading) -> Reading:
    """A reading of the shared clock that is not older than what another computer has read of it."""
    last = boots[-1] if boots else None
    if last is None or reading.boot != SERVER or last.id != SERVER:
        return reading
    behind = last.last - reading.ticks
    if not 0 < behind <= TOGETHER:
        return reading
    return Reading(reading.wall + timedelta(seconds=behind), SERVER, last.last)
