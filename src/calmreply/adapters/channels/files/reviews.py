"""A table's rows to mentions: a pure function over bytes that strangers wrote.

Run in a process of its own; everything it needs is loaded with this module.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from calmreply.adapters.channels.interface import link
from calmreply.adapters.html import plain, plain_line, tidy

from . import columns, table, values
from .columns import Matched
from .table import Rows

_LONGEST_LINE: Final = 300
_LONGEST_KEY: Final = 200
_SHOWN_ROWS: Final = 8
_SHOWN_COLUMNS: Final = 50
_SHOWN_CELL: Final = 200
_SCALE: Final = 1_000  # rows
_TAG: Final = re.compile(r"<[A-Za-z/!?]")
_DRAWN: Final = 10
BY_LINK, BY_DIGEST = "link", "digest"


def read(data: bytes, about: Mapping[str, Any]) -> dict[str, Any]:
    """Some of the mentions in a table, as JSON can hold them.

    `about`: `columns` (what a person said, role to heading), `start` and `count` (which rows),
    `keys` and `before` (how rows were told apart and columns used the last time, or empty), `now`
    (seconds since 1970, UTC). The answer holds `heard`, `unread`, `rows` (how many there are in
    all), `more` (not all are read), `keys`, `used`; or `fault` and a `name` that belongs to it.
    """
    try:
        found = _sheet(data, about)
    except table.NotATableError as error:
        return {"fault": error.why}
    except LookupError as error:
        return {"fault": "no_such_column", "name": str(error.args[0])}
    if found.fault:
        return {"fault": found.fault, "name": ", ".join(filter(None, found.matched.headings))[:500]}
    start, count = int(about["start"]), int(about["count"])
    keys = islice(_keys(found), start, start + count)
    part = zip(found.rows.part(start, count), keys, strict=True)
    heard = [_row(found, row, key) for row, key in part]
    return {
        "heard": [one for one in heard if one],
        "unread": sum(one is None for one in heard),
        "rows": len(found.rows),
        "more": found.more,
        "keys": found.keys,
        "used": found.matched.names,
    }


def preview(data: bytes, about: Mapping[str, Any]) -> dict[str, Any]:
    """What a table holds and how it would be read; see `preview.Look`."""
    try:
        found = _sheet(data, about)
    except table.NotATableError as error:
        return {"fault": error.why}
    except LookupError as error:
        return {"fault": "no_such_column", "name": str(error.args[0])}
    first = found.rows.part(0, _SHOWN_ROWS)
    return {
        "headings": [tidy(one[:_SHOWN_CELL]) for one in found.matched.headings],
        "of": dict(found.matched.of),
        "shown": [[tidy(cell[:_SHOWN_CELL]) for cell in row[:_SHOWN_COLUMNS]] for row in first],
        "heard": [one for row in first if (one := _row(found, row, ""))],
        "rows": len(found.rows),
        "charset": found.charset,
        "divider": found.divider,
        "order": found.order.value,
    }


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table understood: each different row once, and what only whole columns can tell."""

    rows: Rows
    matched: Matched
    charset: str
    divider: str
    more: bool
    order: values.Order
    scale: float
    keys: str
    shared: frozenset[str]
    """Links and numbers that stand in more than one row: of the shop's page, or of a product."""
    fault: str
    """Empty, or `no_text`: a person may look at it and say which column it is."""

    def cell(self, row: Sequence[str], role: str) -> str:
        if role == "text" and self.matched.sides:
            halves = ((way, _cell(row, at)) for at, way in sorted(self.matched.sides.items()))
            return "\n".join(f"{'+' if way > 0 else '-'} {half}" for way, half in halves if half)
        return _cell(row, self.matched.of.get(role))


def _sheet(data: bytes, about: Mapping[str, Any]) -> _Sheet:
    """Raises NotATableError, LookupError."""
    found = table.read(data)
    first = found.rows.part(0, columns.ENOUGH)
    matched, fault = _matched(first, about.get("columns") or {}, about.get("before") or {})
    if fault == "no_table":
        raise table.NotATableError(fault)
    rows = _different(found.rows, matched)
    if not len(rows):
        raise table.NotATableError("empty")
    dates, links = _column(rows, matched, "date"), Counter(_column(rows, matched, "link"))
    ratings = [one for cell in _column(rows, matched, "stars") if (one := values.rating(cell))]
    numbers = Counter(_column(rows, matched, "id"))
    # One row alone cannot show whether its link is its own.
    by_link = bool(links) and max(links.values()) == 1 and len(rows) > 1
    at = matched.of.get("stars")
    return _Sheet(
        rows,
        matched,
        found.charset,
        found.divider,
        found.more,
        order=values.order_of(dates[:_SCALE], datetime.fromtimestamp(about["now"], UTC)),
        scale=values.scale_of("" if at is None else matched.headings[at], ratings),
        keys=str(about.get("keys") or (BY_LINK if by_link else BY_DIGEST)),
        shared=frozenset(one for one, often in (links + numbers).items() if often > 1),
        fault=fault,
    )


def _matched(
    rows: list[list[str]], said: Mapping[str, str], before: Mapping[str, str]
) -> tuple[Matched, str]:
    """As before where the columns are still there: the keys of all rows hang on them.

    With the fault, see `columns.fault`; none where the text's column or the stars' is known.
    """
    with contextlib.suppress(LookupError):
        known = {**before, **said}
        return _judged(rows, columns.match(rows, known), known)
    return _judged(rows, columns.match(rows, said), said)


def _judged(rows: list[list[str]], found: Matched, known: Mapping[str, str]) -> tuple[Matched, str]:
    sure = known.get("text") or known.get("stars")
    return found, "" if sure else columns.fault(rows, found)


def _different(rows: Rows, matched: Matched) -> Rows:
    """The rows without doubles. Stars that nobody signed or explained may well be given twice."""
    who, what = matched.of.get("author"), matched.of.get("text")
    return rows.once(matched.first, lambda row: _cell(row, who) or _cell(row, what))


def _cell(row: Sequence[str], at: int | None) -> str:
    return row[at].strip() if at is not None and at < len(row) else ""


def _column(rows: Rows, matched: Matched, role: str) -> list[str]:
    at = matched.of.get(role)
    if at is None:
        return []
    return [cell for row in rows if at < len(row) and (cell := row[at].strip())]


def _row(sheet: _Sheet, row: Sequence[str], key: str) -> dict[str, Any] | None:
    """One mention, or None where nobody says or gives anything."""
    title = plain_line(sheet.cell(row, "title"))[:_LONGEST_LINE]
    stars = values.stars(sheet.cell(row, "stars"), sheet.scale)
    text = _text(sheet.cell(row, "text")) or title or _drawn(stars)
    if not text:
        return None
    when = values.date(sheet.cell(row, "date"), sheet.order)

    def line(role: str) -> str:
        return plain_line(sheet.cell(row, role))[:_LONGEST_LINE]

    return {
        "key": key,
        "author": line("author"),
        "text": text,
        "title": title,
        "url": link(sheet.cell(row, "link")),
        "site": line("site"),
        "stars": list(stars) if stars else None,
        "published": None if when is None else when.timestamp(),
        "contact": line("contact"),
        "language": values.language(sheet.cell(row, "language")),
        "place": line("place"),
    }


def _text(cell: str) -> str:
    # Line ends count in a cell even beside tags, which they do not in HTML.
    return plain(cell.replace("\n", "<br>\n") if _TAG.search(cell) else cell)


def _drawn(stars: tuple[float, float] | None) -> str:
    """Stars without a word, in the same signs in every language: they are part of the digest."""
    if stars is None:
        return ""
    given, scale = stars
    if scale <= _DRAWN and given == int(given) and scale == int(scale):
        return "★" * int(given) + "☆" * int(scale - given)
    return f"{given:g}/{scale:g}"


def _keys(sheet: _Sheet) -> Iterator[str]:
    """The key of each row; those that say the same are counted, whatever order they come in."""
    often: Counter[str] = Counter()
    for row in sheet.rows:
        key = _key(sheet, row)
        often[key] += 1
        yield key if often[key] == 1 else f"{key}#{often[key]}"


def _key(sheet: _Sheet, row: Sequence[str]) -> str:
    """What identifies a row for ever, wherever in the file it stands."""
    number, address = sheet.cell(row, "id"), sheet.cell(row, "link")
    if number and number not in sheet.shared and len(number) <= _LONGEST_KEY:
        return f"id:{_said(number)}"
    if sheet.keys == BY_LINK and address and address not in sheet.shared and link(address):
        return address if len(address) <= _LONGEST_KEY else f"link:{_digest(address)}"
    words = (sheet.cell(row, role) for role in ("author", "date", "text", "title", "stars"))
    return f"row:{_digest(*words)}"


def _digest(*words: str) -> str:
    whole = "\0".join(_said(one) for one in words).encode("utf-8", "replace")
    return hashlib.sha256(whole).hexdigest()[:32]


def _said(cell: str) -> str:
    return " ".join(cell.split())
