"""How moments and spans are said on the case page: short, with the exact time for the hover."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calmreply.app import wording
from calmreply.i18n import _


def when(moment: datetime, wall: datetime, zone: str) -> str:
    """In the business's own zone: "today 13:34", "yesterday 13:34", "2026-11-12 13:34"."""
    local, here = (one.astimezone(ZoneInfo(zone)) for one in (moment, wall))
    time = wording.clock(moment, zone)
    days = (here.date() - local.date()).days
    if days == 0:
        return _("today {time}").format(time=time)
    if days == 1:
        return _("yesterday {time}").format(time=time)
    if days == -1:
        return _("tomorrow {time}").format(time=time)
    return wording.exact(moment, zone)


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
