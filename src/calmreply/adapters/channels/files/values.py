"""Dates, stars, links and languages as people and programs write them into tables. Pure.

Nothing here raises for any text; what says nothing is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import pairwise
from typing import Final, NamedTuple

from calmreply.adapters.channels.interface import language as _tag

_LONGEST: Final = 60
_FIRST_YEAR, _LAST_YEAR = 1990, 2199

# --- stars ---------------------------------------------------------------------------------

_FULL, _EMPTY = "★⭐🌟✭✮*", "☆✩"
_WORDS: Final = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}
_NUMBER: Final = r"(\d{1,3}(?:[.,]\d{1,4})?)"
_UNIT: Final = r"(?:\s*(?:stars?|sterne?n?|stern|points?|punkte?n?|★|⭐))?"
_PLAIN: Final = re.compile(rf"{_NUMBER}{_UNIT}", re.IGNORECASE)
_OF: Final = re.compile(rf"{_NUMBER}\s*(?:/|of|out of|von)\s*(\d{{1,3}}){_UNIT}", re.IGNORECASE)
_PERCENT: Final = re.compile(rf"{_NUMBER}\s*%")
_SCALE: Final = re.compile(
    r"(?:\b[01]\s*(?:[-\u2013\u2026]|to|bis|\.{2,3})\s*|/\s*|\bof\s+|\bvon\s+)(\d{1,3})\b"
)
_USUAL: Final = (5.0, 10.0, 100.0)


class Rating(NamedTuple):
    """What a cell gives; `scale` is None where only the column can tell."""

    given: float
    scale: float | None


def rating(cell: str) -> Rating | None:
    text = cell.strip().replace("\ufe0f", "")
    if not text or len(text) > _LONGEST:
        return None
    drawn = "".join(text.split())
    if not set(drawn) - set(_FULL + _EMPTY):
        full = sum(char in _FULL for char in drawn)
        return Rating(full, max(len(drawn), 5)) if len(drawn) <= 10 else None
    word = re.sub(r"[\s_]*(?:stars?|sterne?)$", "", text.lower())
    if word in _WORDS:
        return Rating(_WORDS[word], 5.0)
    for pattern, scale in ((_OF, None), (_PERCENT, 100.0), (_PLAIN, None)):
        found = pattern.fullmatch(text)
        if found:
            told = float(found[2]) if pattern is _OF else scale
            return Rating(float(found[1].replace(",", ".")), told)
    return None


def scale_of(heading: str, ratings: Iterable[Rating]) -> float:
    """The scale of a column's bare numbers: by its heading, or the smallest usual one that fits."""
    bare = [one.given for one in ratings if one.scale is None]
    most = max(bare, default=0.0)
    said = _SCALE.search(heading)
    if said and most <= float(said[1]):
        return float(said[1])
    return next((scale for scale in _USUAL if most <= scale), 1000.0)


def stars(cell: str, scale: float) -> tuple[float, float] | None:
    """(given, scale) as `Stars` allows it. A bare 0 means that nobody gave any."""
    found = rating(cell)
    if found is None or (found.scale is None and found.given == 0):
        return None
    whole = scale if found.scale is None else found.scale
    return (found.given, whole) if 0 < whole <= 1000 and found.given <= whole else None


# --- dates ---------------------------------------------------------------------------------

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("jan january januar jänner", "feb february februar", "mar mär mrz march märz maerz"),
            *("apr april", "may mai", "jun june juni", "jul july juli", "aug august"),
            *("sep sept september", "oct okt october oktober", "nov november"),
            "dec dez december dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_CLOCK: Final = (
    r"(?:,?\s*(?:T|um|at|\s)\s*(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})"
    r"(?:[.,]\d{1,9})?)?\s*(?P<half>[ap]\.?m\.?)?\s*(?:Uhr)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
    r"(?:\s*UTC|\s*GMT)?)?"
)
_YEAR_FIRST: Final = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_CLOCK}", re.IGNORECASE
)
_NUMBERS: Final = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<mark>[-/.])\s?(?P<two>\d{{1,2}})[-/.]\s?(?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
    re.IGNORECASE,
)
_WEEKDAY: Final = r"(?:[^\W\d]{2,10}\.?,\s*)?"
_DAY_NAME: Final = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?[\s-]*(?P<name>[^\W\d]{{3,9}})\.?,?[\s-]*"
    rf"(?P<year>\d{{4}}){_CLOCK}",
    re.IGNORECASE,
)
_NAME_DAY: Final = re.compile(
    rf"{_WEEKDAY}(?P<name>[^\W\d]{{3,9}})\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s*"
    rf"(?P<year>\d{{4}}){_CLOCK}",
    re.IGNORECASE,
)
_SECONDS: Final = re.compile(r"(\d{10})(\d{3})?(?:\.\d+)?")
_SHEET_DAY: Final = re.compile(r"[345]\d{4}(?:[.,]\d{1,12})?")
_SHEET_START: Final = datetime(1899, 12, 30, tzinfo=UTC)


class Order(Enum):
    """Which of two numbers is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def is_date(cell: str) -> bool:
    return any(date(cell, order) is not None for order in Order)


def date(cell: str, order: Order) -> datetime | None:
    """The time (UTC) in a cell; a day without one is its noon, which is that day everywhere."""
    text = " ".join(cell.replace("\u202f", " ").split())
    if not 5 <= len(text) <= _LONGEST:
        return None
    found = _counted(text)
    if found is None:
        found = _written(text, order)
    return found if found and _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def order_of(cells: Sequence[str], now: datetime) -> Order:
    """Whether a column writes the day or the month first, decided by all of it."""
    found = [match for cell in cells if (match := _NUMBERS.fullmatch(" ".join(cell.split())))]
    dotted = sum(match["mark"] == "." for match in found)
    day = sum(int(match["one"]) > 12 for match in found) + dotted
    month = sum(int(match["two"]) > 12 for match in found)
    if day != month:
        return Order.DAY_FIRST if day > month else Order.MONTH_FIRST
    if any(match["half"] for match in found):
        return Order.MONTH_FIRST
    days = len({int(match["one"]) for match in found}) - len({int(m["two"]) for m in found})
    day_first = _oddness(cells, Order.DAY_FIRST, now)
    month_first = _oddness(cells, Order.MONTH_FIRST, now)
    # Days change more often than months; and who writes the day first writes 02 rather than 2.
    bare = any(match["mark"] == "/" and _is_bare(match) for match in found)
    odd = (month_first[0] - day_first[0], days, month_first[1] - day_first[1], -bare)
    return Order.MONTH_FIRST if odd < (0, 0, 0, 0) else Order.DAY_FIRST


def _is_bare(match: re.Match[str]) -> bool:
    return len(match["one"]) == 1 or len(match["two"]) == 1


def _oddness(cells: Sequence[str], order: Order, now: datetime) -> tuple[int, int]:
    """How many dates would lie ahead, and how often they would not go on as they began."""
    dates = [when for cell in cells if (when := date(cell, order))]
    ahead = sum(when > now + timedelta(days=1) for when in dates)
    steps = [later - sooner for sooner, later in pairwise(dates)]
    down = sum(step < timedelta(0) for step in steps)
    up = sum(step > timedelta(0) for step in steps)
    return ahead, min(down, up)


def _counted(text: str) -> datetime | None:
    """A time as computers count: seconds, thousandths, or a spreadsheet's days."""
    seconds = _SECONDS.fullmatch(text)
    if seconds:
        return datetime.fromtimestamp(int(seconds[1]), UTC)
    if _SHEET_DAY.fullmatch(text):
        return _SHEET_START + timedelta(days=float(text.replace(",", ".")))
    return None


def _written(text: str, order: Order) -> datetime | None:
    for pattern in (_YEAR_FIRST, _NUMBERS, _DAY_NAME, _NAME_DAY):
        match = pattern.fullmatch(text)
        if match:
            return _made(match, order)
    return None


def _made(match: re.Match[str], order: Order) -> datetime | None:
    told = match.groupdict()
    year = int(told["year"])
    if len(told["year"]) == 2:
        year += 2000 if year < 70 else 1900
    if "name" in told:
        month, day = _MONTHS.get(told["name"].lower(), 0), int(told["day"])
    elif "one" in told:
        pair = int(told["one"]), int(told["two"])
        dotted = told["mark"] == "."
        day, month = pair if dotted or order is Order.DAY_FIRST else pair[::-1]
    else:
        month, day = int(told["month"]), int(told["day"])
    try:
        when = datetime(year, month, day, 12, tzinfo=UTC)
        if told["hour"] is None:
            return when
        when = when.replace(
            hour=_hour(int(told["hour"]), told["half"]),
            minute=int(told["minute"]),
            second=int(told["second"] or 0),
        )
        return when - _offset(told["zone"])
    except (ValueError, OverflowError):
        return None


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no hour of half a day")
    return hour % 12 + (12 if half.lower().startswith("p") else 0)


def _offset(zone: str | None) -> timedelta:
    if not zone or zone[0] not in "+-":
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return away if zone[0] == "+" else -away


# --- the rest ------------------------------------------------------------------------------

_LANGUAGES: Final = {
    name: tag
    for tag, names in {
        "de": "german deutsch",
        "en": "english englisch",
        "es": "spanish spanisch español",
        "fr": "french französisch français",
        "it": "italian italienisch italiano",
        "nl": "dutch niederländisch nederlands",
        "pl": "polish polnisch polski",
        "pt": "portuguese portugiesisch português",
        "tr": "turkish türkisch türkçe",
    }.items()
    for name in names.split()
}


def language(cell: str) -> str:
    """A BCP 47 tag, or empty."""
    said = cell.strip()
    named = _LANGUAGES.get(said.lower())
    return named or (_tag(said.replace("_", "-")) if 2 <= len(said.partition("_")[0]) <= 5 else "")
