"""What a table holds and how it would be read, for a person to look at before it is a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from calmreply.app.ports import Apart
from calmreply.domain.mention import Heard

from . import box, disk, troubles
from .listener import heard_of
from .where import said_as, where

_PREVIEW: Final = "calmreply.adapters.channels.files.reviews:preview"


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
    if file.path.suffix.lower() == ".eml" or box.is_box(taken.data):
        return Look(count=len(box.mails(taken.data)) if box.is_box(taken.data) else 1)
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
