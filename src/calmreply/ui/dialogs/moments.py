"""Days and times in the business's own zone, as fields show them; amounts as they are typed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QDateTime, QTime
from PySide6.QtWidgets import QDateTimeEdit

from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.kit.fields import MomentField

_AMOUNT = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?")


def moment_field() -> MomentField:
    """A field for a day and a time, written the same way everywhere in the program."""
    field = MomentField()
    field.setDisplayFormat(dates.typed_moment())
    return field


def day_field() -> MomentField:
    """A field for a day alone."""
    field = MomentField()
    field.setDisplayFormat(dates.typed_day())
    return field


def show_moment(field: QDateTimeEdit, moment: datetime, zone: str) -> None:
    """Show a moment (UTC) as the business's clocks say it."""
    local = moment.astimezone(ZoneInfo(zone))
    day = QDate(local.year, local.month, local.day)
    field.setDateTime(QDateTime(day, QTime(local.hour, local.minute)))


def moment_of(field: QDateTimeEdit, zone: str) -> datetime:
    """What the field shows, in UTC."""
    day, time = field.date(), field.time()
    local = datetime(
        day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=ZoneInfo(zone)
    )
    return local.astimezone(UTC)


def show_day(field: QDateTimeEdit, day: date) -> None:
    field.setDate(QDate(day.year, day.month, day.day))


def day_of(field: QDateTimeEdit) -> date:
    day = field.date()
    return date(day.year(), day.month(), day.day())


def today(wall: datetime, zone: str) -> date:
    """The business's own day at `wall` (UTC)."""
    return wall.astimezone(ZoneInfo(zone)).date()


def short_weekdays() -> tuple[str, ...]:
    """Monday to Sunday, short."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def parse_amount(text: str) -> int | None:
    """`28` or `28.00` in the smallest unit, 0 for nothing; None for what is no amount."""
    text = text.strip()
    if not text:
        return 0
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
