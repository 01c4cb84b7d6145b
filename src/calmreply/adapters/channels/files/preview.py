"""What a table holds and how it would be read, for a person to look at before it is a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from calmreply.app.listening import address
from calmreply.app.listening.offers import Offer
from calmreply.app.ports import Apart
from calmreply.domain.mention import Heard, Origin, Stars
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import box, disk, troubles
from .columns import ROLES
from .kinds import Kind
from .where import said_as, where

_PREVIEW: Final = "calmreply.adapters.channels.files.reviews:preview"
_LONGEST: Final = 100  # characters of a heading; a longer one is said by its number
_SAMPLE: Final = 32  # characters of the first row's cell, to tell the column by


@dataclass(frozen=True, slots=True)
class Look:
    """The first rows of a table and which column is taken for what.

    `columns`: role to the number of its column, from 0. `heard` is what the first rows would bring
    in. A file of mails has no headings and no rows.
    """

    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict)
    heard: tuple[Heard, ...] = ()
    count: int = 0
    charset: str = ""
    divider: str = ""
    day_first: bool = True


def look(path: str, apart: Apart, wall: datetime, said: Mapping[str, str] | None = None) -> Look:
    """`said` as the place's fields (`text_column`, ...). Raises KnownError as `listen` does."""
    file = where(said_as({**(said or {}), "path": path}))
    taken = disk.take(Path(file.path))
    kind = troubles.readable(file.path, taken.data)
    if kind is not Kind.TABLE:
        return Look(count=len(box.mails(taken.data)) if kind is Kind.BOX else 1)
    about = {"columns": dict(file.columns), "now": wall.timestamp()}
    found = apart.run(_PREVIEW, taken.data, about)
    troubles.raise_for(found, file.path)
    return Look(
        headings=tuple(found["headings"]),
        rows=tuple(tuple(row) for row in found["shown"]),
        columns=dict(found["of"]),
        heard=tuple(map(heard_of, found["heard"])),
        count=int(found["rows"]),
        charset=str(found["charset"]),
        divider=str(found["divider"]),
        day_first=found["order"] == "day first",
    )


def offered(path: str, before: Sequence[str], apart: Apart, wall: datetime) -> dict[str, Offer]:
    """The columns of a table for each role, by the names of the place's fields; none for mails.

    A person who chose columns for another file of the same headings chose them for this one, too.
    Raises KnownError as `listen` does.
    """
    seen = look(path, apart, wall)
    if not seen.headings:
        return {}
    values = tuple((_key(seen, at), _called(seen, at)) for at in range(len(seen.headings)))
    there = {key.casefold(): key for key, _words in values}
    chosen = next(filter(None, (_again(place, there) for place in before)), {})
    return {
        f"{role}_column": Offer(
            values,
            values[seen.columns[role]][1] if role in seen.columns else "",
            chosen.get(role, ""),
        )
        for role in ROLES
    }


def _key(seen: Look, at: int) -> str:
    """How a column is said: by its heading where no other has the same, or by its number."""
    heading = seen.headings[at]
    alone = [one.casefold() for one in seen.headings].count(heading.casefold()) == 1
    plain = not heading.isdecimal() and len(heading) <= _LONGEST
    return heading if heading and alone and plain else str(at + 1)


def _called(seen: Look, at: int) -> str:
    """A column's heading, and what stands below it."""
    heading = seen.headings[at][:_LONGEST] or _("Column {n}").format(n=at + 1)
    cells = (" ".join(row[at].split()) for row in seen.rows if at < len(row))
    sample = next(filter(None, cells), "")
    if len(sample) > _SAMPLE:
        sample = f"{sample[:_SAMPLE].rstrip()}…"
    return f"{heading}  ·  {sample}" if sample else heading


def _again(place: str, there: Mapping[str, str]) -> dict[str, str]:
    """The columns chosen for another file, where this one has all of them by their headings."""
    try:
        columns = where(place).columns
    except KnownError:
        return {}
    known = {role: there.get(name.casefold(), "") for role, name in columns.items()}
    return known if all(known.values()) else {}


def heard_of(row: Mapping[str, Any]) -> Heard:
    """A row that `reviews` read. Raises ValueError, TypeError, LookupError, OverflowError."""
    stars, published = row["stars"], row["published"]
    return Heard(
        key=str(row["key"]),
        author=str(row["author"]),
        text=str(row["text"]),
        origin=Origin.FEED,
        title=str(row["title"]),
        url=row["url"],
        # Where nobody names the site its link does; the file is no place where one could answer.
        site=str(row["site"]) or address.host(row["url"] or "").removeprefix("www."),
        stars=Stars(float(stars[0]), float(stars[1])) if stars else None,
        published=None if published is None else datetime.fromtimestamp(published, UTC),
        contact=str(row["contact"]),
        language=str(row["language"]),
        place=str(row["place"]),
    )
