"""Days and moments as the window writes them: as people at this desktop do, the same everywhere.

The day and the words for months are the desktop's own ("21 Nov 2026", "Nov 21, 2026",
"21. Nov. 2026"); the zone is the business's, the time of day as in `app.words.wording.clock`. The
command line has its own fixed form (`app.words.wording.exact`), for columns and for scripts.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale

from calmreply.app.words import wording
from calmreply.i18n import _

_WEEKDAY = re.compile(r"[\s,،、]*\bdddd\b[,،、]?\s*|\s*dddd")
_SHORT_YEAR = re.compile(r"(?<!y)yy(?!y)")


def day(moment: datetime, zone: str) -> str:
    """The day on which it was: "21 Nov 2026"."""
    return of_day(_local(moment, zone))


def of_day(local: date) -> str:
    """Likewise, of a day that is known already."""
    here = QLocale()
    return here.toString(QDate(local.year, local.month, local.day), _day_format(here))


def of_iso(written: str) -> str:
    """Likewise, of a day written as YYYY-MM-DD; what is none stays as it was typed."""
    try:
        return of_day(date.fromisoformat(written))
    except ValueError:
        return written


def exact(moment: datetime, zone: str) -> str:
    """A day and the time: "21 Nov 2026, 14:03"."""
    return f"{day(moment, zone)}, {wording.clock(moment, zone)}"


def heading(moment: datetime, wall: datetime, zone: str) -> str:
    """Over what was on one day, as seen at `wall`: "Today", "Yesterday", else the day."""
    days = (_local(wall, zone) - _local(moment, zone)).days
    return {0: _("Today"), 1: _("Yesterday")}.get(days, day(moment, zone))


def when(moment: datetime, wall: datetime, zone: str) -> str:
    """As seen at `wall`, with the time: "today 13:34", "12 Nov 2026, 13:34"."""
    near = _near(moment, wall, zone)
    # The two stay together where a line ends.
    return f"{near}\u00a0{wording.clock(moment, zone)}" if near else exact(moment, zone)


def said(published: datetime | None, heard: datetime, wall: datetime, zone: str) -> str:
    """When they said it; where nobody knows, that it was heard then."""
    if published is not None:
        return when(min(published, heard), wall, zone)
    return _("heard {when}").format(when=when(heard, wall, zone))


def typed_day() -> str:
    """How a day is written where it can be typed, as Qt's fields take it: "dd/MM/yyyy"."""
    here = QLocale()
    if here.language() == QLocale.Language.C:
        return _day_format(here)  # nothing is known of how people here write numbers for it
    return _SHORT_YEAR.sub("yyyy", here.dateFormat(QLocale.FormatType.ShortFormat))


def typed_moment() -> str:
    """Likewise with the time."""
    return f"{typed_day()} HH:mm"


def _near(moment: datetime, wall: datetime, zone: str) -> str:
    words = {0: _("today"), 1: _("yesterday"), -1: _("tomorrow")}
    return words.get((_local(wall, zone) - _local(moment, zone)).days, "")


def _local(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _day_format(here: QLocale) -> str:
    """The desktop's long form without the weekday, and with the short name of the month."""
    long = here.dateFormat(QLocale.FormatType.LongFormat)
    return _WEEKDAY.sub("", long).replace("MMMM", "MMM").strip(" ,")
