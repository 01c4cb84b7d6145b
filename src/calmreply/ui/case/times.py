"""How moments and spans are said on the case page: short, with the exact time for the hover."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calmreply.app import wording
from calmreply.i18n import _


def day(moment: datetime, wall: datetime, zone: str) -> str:
    """In the business's own zone: "today", "yesterday", "tomorrow", "2026-11-12"."""
    local, here = (one.astimezone(ZoneInfo(zone)).date() for one in (moment, wall))
    match (here - local).days:
        case 0:
            return _("today")
        case 1:
            return _("yesterday")
        case -1:
            return _("tomorrow")
        case _:
            return local.isoformat()


def when(moment: datetime, wall: datetime, zone: str) -> str:
    """Likewise with the time: "today 13:34"."""
    # The two stay together where a line ends.
    return f"{day(moment, wall, zone)}\u00a0{wording.clock(moment, zone)}"


def ticking(left: timedelta) -> str:
    """What is left, to the second: "37:12", "3:04:10"."""
    seconds = max(0, -(-left // timedelta(seconds=1)))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{seconds:02d}"
    return f"{minutes:02d}:{seconds:02d}"


def waited(span: timedelta) -> str:
    """How long somebody has waited, in whole minutes that have passed."""
    return wording.duration(timedelta(minutes=max(timedelta(0), span) // timedelta(minutes=1)))


def share(part: timedelta, whole: timedelta) -> float:
    """From 0 to 1; a whole of nothing is done."""
    if whole <= timedelta(0):
        return 1.0
    return min(1.0, max(0.0, part / whole))
