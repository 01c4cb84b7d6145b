"""Where a round ended, as the short text that is kept with the source. Pure.

A text that is broken, or of another site or another name on it, is no cursor: the listener then
begins again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from calmreply.adapters.channels.interface import EARLIEST

MOST_KNOWN: Final = 200
"""Comments remembered: the newest page, and those that still have to be asked for."""
_VERSION: Final = 1
_LONGEST: Final = 500
_PRINT: Final = re.compile(r"[0-9a-f]{8}")
_NUMBER: Final = re.compile(r"[1-9]\d{0,18}")


@dataclass(frozen=True, slots=True)
class Cursor:
    """`site` and `user` say whose it is; `root`, `me`, `mode`, `name` spare asking again.

    `since` (UTC) is the date of the newest comment of the last whole round. While `offset` is not
    0 a backlog is being fetched from there on, and `newest` is what `since` becomes at its end.
    `known` are the newest comments by number, in the order of the page, each with a print of what
    it said. `tried` is the day on which a better way of reading was last tried.
    """

    site: str
    user: str
    root: str = ""
    name: str = ""
    me: int = 0
    mode: int = 0
    tried: str = ""
    since: datetime | None = None
    newest: datetime | None = None
    offset: int = 0
    known: Mapping[int, str] = field(default_factory=dict)

    def at(self, **changes: Any) -> Cursor:
        return replace(self, **changes)


def dump(cursor: Cursor) -> str:
    said = asdict(cursor)
    for name in ("since", "newest"):
        said[name] = said[name].isoformat() if said[name] else ""
    kept = list(cursor.known.items())[:MOST_KNOWN]
    said["known"] = {str(number): one for number, one in kept}
    return json.dumps({"version": _VERSION, **said}, separators=(",", ":"), ensure_ascii=False)


def load(text: str, site: str, user: str) -> Cursor:
    """The cursor in a text, or a fresh one where the text holds none of this site and user."""
    try:
        said = json.loads(text) if text else {}
        found = _read(said) if said else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        found = None
    if found is None or (found.site, found.user) != (site, user):
        return Cursor(site, user)
    return found


def _read(said: Any) -> Cursor:
    """Raises ValueError, KeyError, TypeError, AttributeError for what `dump` did not write."""
    if said["version"] != _VERSION:
        raise ValueError("of another version")
    words = {name: said[name] for name in ("site", "user", "root", "name", "tried")}
    numbers = {name: said[name] for name in ("me", "mode", "offset")}
    if not all(isinstance(one, str) and len(one) <= _LONGEST for one in words.values()):
        raise ValueError("words that are none")
    if not all(type(one) is int and 0 <= one < 2**63 for one in numbers.values()):
        raise ValueError("numbers that are none")
    known = said["known"]
    if not all(_NUMBER.fullmatch(key) and _PRINT.fullmatch(one) for key, one in known.items()):
        raise ValueError("prints that are none")
    return Cursor(
        **words,
        **numbers,
        since=_moment(said["since"]),
        newest=_moment(said["newest"]),
        known={int(key): one for key, one in known.items()},
    )


def _moment(text: str) -> datetime | None:
    """Raises ValueError and others for a time at which no comment can have been written."""
    when = datetime.fromisoformat(text).astimezone(UTC) if text else None
    if when is not None and when < EARLIEST:
        raise ValueError("no time at which anything was said")
    return when
