"""How much one source may bring, so that none fills the list and the disk.

For a place that shows the same entries again and again, as a feed does: what is left alone now is
taken at a later round, while it is still shown. Its first round brings all it has and is not asked
about here; nor is what somebody has begun to read or answer ever left. A place that tells each
thing once, as a mailbox does, is left alone as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
MOST_NEW: Final = 1_000
"""Mentions that one source may bring within a day: far more than anybody reads."""
KEPT_FOR_OURS: Final = 250
"""So many more, for those that name us: a flood of others does not drown them."""
MOST_CHANGED: Final = 500
"""Mentions nobody has begun to read of which a source may bring a new version within a day."""
MOST_AT_A_PLACE: Final = 5_000
"""New and changed mentions within a day after which a place that tells each only once is asked no
more for a while. So many, since what such a place tells is mostly meant for us, and what nobody
asks for long may be gone from it.
"""
OFTEN: Final = 10
"""Versions. What has so many, and nobody has begun to read, gets one more a day."""
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a mention: how many versions, when (UTC) the last was seen.

    `touched`: somebody has begun to read or to answer it.
    """

    digest: str
    versions: int
    seen: datetime
    touched: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """What a source shows that is new (`known` is None) or has changed. `ours`: it names us."""

    known: Known | None
    published: datetime | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Brought:
    """What a source has brought within the last day; of what has changed, what nobody reads."""

    new: int = 0
    changed: int = 0

    def is_enough(self, *, named: bool) -> bool:
        """Whether a place that tells each thing once has told enough for a day.

        `named`: only what names us is taken there. Twice as much then, or who chooses that because
        of a flood would wait for a day all the same.
        """
        return self.new + self.changed >= MOST_AT_A_PLACE * (2 if named else 1)


@dataclass(frozen=True, slots=True)
class Left:
    """What was left for a later round, of how much in all.

    `often` changes too often, and waits without a word.
    """

    new: int = 0
    changed: int = 0
    often: int = 0
    of_new: int = 0
    of_changed: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.often)

    @property
    def flood(self) -> bool:
        """Whether it is more than anybody can read."""
        return bool(self.new or self.changed)


def left_alone(
    coming: Sequence[Coming], before: Brought, now: datetime
) -> tuple[frozenset[int], Left]:
    """The places of those in `coming` that are left for later, at `now` (UTC), and how many.

    What names us goes first and then the newest; of what has changed, what did so least often.
    """
    new = [place for place, one in enumerate(coming) if one.known is None]
    changed = [(place, one.known) for place, one in enumerate(coming) if one.known is not None]
    unread = [(place, known) for place, known in changed if not known.touched]
    often = [place for place, known in unread if _too_often(known, now)]
    waiting = set(often)
    unread = [pair for pair in unread if pair[0] not in waiting]
    new.sort(key=lambda place: (not coming[place].ours, -_age_key(coming[place], now)))
    unread.sort(key=lambda pair: (pair[1].versions, -_age_key(coming[pair[0]], now)))
    ours = sum(coming[place].ours for place in new)
    taken = min(ours, max(0, MOST_NEW + KEPT_FOR_OURS - before.new))
    others = max(0, MOST_NEW - before.new - taken)
    too_many = (*new[taken:ours], *new[ours:][others:])
    too_changed = [place for place, _ in unread[max(0, MOST_CHANGED - before.changed) :]]
    left = Left(len(too_many), len(too_changed), len(often), len(new), len(changed))
    return frozenset((*too_many, *too_changed, *often)), left


def _too_often(known: Known, now: datetime) -> bool:
    # A clock that was set back since would have it wait for ever.
    return known.versions >= OFTEN and timedelta(0) <= now - known.seen < DAY


def _age_key(one: Coming, now: datetime) -> float:
    """The greater, the newer; what says that it comes from the future is from now."""
    return (min(one.published or _LONG_AGO, now) - _LONG_AGO).total_seconds()
