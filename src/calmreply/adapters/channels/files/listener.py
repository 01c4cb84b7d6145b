"""`FileListener`: one file of this computer as an `app.ports.listeners.Listener`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Final

from calmreply.adapters.channels.imap.brought import Reader
from calmreply.adapters.channels.imap.folder import Message
from calmreply.app.listening.offers import Offer
from calmreply.app.ports import Apart, Tools, Web
from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import CURSOR_LIMIT, Place, Round
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Heard
from calmreply.i18n import _

from . import box, disk, troubles
from .columns import ROLES
from .disk import Stamp, Taken
from .kinds import Kind
from .preview import heard_of, offered
from .where import Where, said_as, where

ROWS: Final = 5_000
"""Rows of a table in one round, mails of a box in one round: what follows comes at once."""
MAILS: Final = 1_000
MOST_ROWS: Final = 20_000
"""Of one table; the rest is counted as not read."""
_READ: Final = "calmreply.adapters.channels.files.reviews:read"
_VERSION: Final = 1


class FileListener:
    """Reviews and mails out of a file, read again whenever it changes."""

    kind: Final = "file"
    needs_account: Final = False
    fields: Final[tuple[Field, ...]] = ()

    @property
    def title(self) -> str:
        return _("File")

    @property
    def place_fields(self) -> tuple[Field, ...]:
        words = {
            "text": _("Column of the text"),
            "author": _("Column of the author"),
            "stars": _("Column of the stars"),
            "date": _("Column of the date"),
            "link": _("Column of the link"),
            "site": _("Column of the site"),
            "title": _("Column of the title"),
            "place": _("Column of the place"),
            "language": _("Column of the language"),
            "contact": _("Column of how to reach them"),
            "id": _("Column of the site's own number"),
        }
        hint = _("Empty: found by itself. Else its heading, or its number from 1")
        path = Field("path", _("File"), _("Reviews as CSV, or mails: .eml, .mbox"), file=True)
        columns = (Field(f"{role}_column", words[role], hint, required=False) for role in ROLES)
        return (path, *columns)

    def sign_in(
        self, account: Account, secret: str | None, web: Web, *, allow_private: bool = False
    ) -> None:
        """A file needs none."""

    def what(self, said: Mapping[str, str]) -> str:
        """Raises KnownError `no_such_place` where nothing is named."""
        return said_as(said)

    def offers(
        self, said: Mapping[str, str], before: Sequence[str], apart: Apart, wall: datetime
    ) -> dict[str, Offer]:
        """The columns of a table, see `app.listening.offers.Offers`."""
        return offered(said.get("path", ""), before, apart, wall)

    def listen(self, place: Place, cursor: str, tools: Tools) -> Round:
        """See `Listener.listen`; nothing is read of a file that did not change."""
        file = where(place.what)
        stood = _Stood.load(cursor)
        if stood.done and stood.stamp == disk.stamp(file.path):
            return Round(file.path.name, (), cursor)
        taken = disk.take(file.path)
        if stood.digest != taken.digest:
            stood = replace(stood, digest=taken.digest, at=0, done=False)
        stood = replace(stood, size=taken.stamp.size, time=taken.stamp.time)
        if stood.done:
            return Round(file.path.name, (), stood.dump())
        kind = troubles.readable(file.path, taken.data)
        if kind is Kind.TABLE:
            return _rows(file, taken, stood, tools)
        found = box.mails(taken.data) if kind is Kind.BOX else [taken.data]
        return _mails(file, found, stood, tools)


@dataclass(frozen=True, slots=True)
class _Stood:
    """Where the last round ended: in which file, and how far in it.

    `keys` and `used` are how the rows of a table were told apart and which columns were used;
    they stay so while the file grows.
    """

    size: int = -1
    time: int = -1
    digest: str = ""
    at: int = 0
    done: bool = False
    keys: str = ""
    used: Mapping[str, str] = field(default_factory=dict)

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.size, self.time)

    @classmethod
    def load(cls, cursor: str) -> _Stood:
        """What is no cursor of ours is a new beginning."""
        try:
            said = json.loads(cursor) if cursor else {}
            if said.get("version") != _VERSION:
                return cls()
            found = cls(**{name: value for name, value in said.items() if name != "version"})
        except (ValueError, TypeError, AttributeError, RecursionError):
            return cls()
        return found if found.sound else cls()

    @property
    def sound(self) -> bool:
        numbers = (self.size, self.time, self.at)
        words = (self.digest, self.keys)
        return (
            all(type(one) is int and -1 <= one < 2**63 for one in numbers)
            and self.at >= 0
            and all(isinstance(one, str) and len(one) < 100 for one in words)
            and isinstance(self.done, bool)
            and isinstance(self.used, dict)
            and all(role in ROLES and isinstance(name, str) for role, name in self.used.items())
        )

    def dump(self) -> str:
        said = json.dumps({"version": _VERSION, **asdict(self)}, separators=(",", ":"))
        return said if len(said) <= CURSOR_LIMIT else replace(self, used={}).dump()


def _mails(file: Where, found: Sequence[bytes], stood: _Stood, tools: Tools) -> Round:
    end = min(stood.at + MAILS, len(found))
    reader = Reader(replace(tools, cancelled=None), [])  # it stops in a way of its own
    for number, one in enumerate(found[stood.at : end], start=stood.at + 1):
        troubles.stop_if(tools.cancelled)
        reader.take(Message(number, None, one))
    return _round(file, stood, tuple(reader.heard), reader.unread, end, whole=end >= len(found))


def _rows(file: Where, taken: Taken, stood: _Stood, tools: Tools) -> Round:
    about = {
        "columns": dict(file.columns),
        "before": dict(stood.used),
        "keys": stood.keys,
        "start": stood.at,
        "count": ROWS,
        "now": tools.wall.timestamp(),
    }
    said = tools.apart.run(_READ, taken.data, about)
    troubles.raise_for(said, file.path)
    heard: list[Heard] = []
    unread = int(said["unread"])
    for row in said["heard"]:
        try:
            heard.append(heard_of(row))
        except (ValueError, TypeError, LookupError, OverflowError, OSError):
            unread += 1
    there = int(said["rows"])
    end = min(stood.at + ROWS, there, MOST_ROWS)
    whole = end >= min(there, MOST_ROWS)
    if whole:
        unread += there - end
    stood = replace(stood, keys=str(said["keys"]), used=dict(said["used"]))
    return _round(file, stood, tuple(heard), unread, end, whole=whole)


def _round(
    file: Where, stood: _Stood, heard: tuple[Heard, ...], unread: int, end: int, *, whole: bool
) -> Round:
    at = replace(stood, at=0 if whole else end, done=whole)
    return Round(file.path.name, heard, at.dump(), unread=unread, more=not whole)
