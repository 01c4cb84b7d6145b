"""Messages, read apart from us, to what a round brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from calmreply.adapters.channels.answers import StoppedError
from calmreply.adapters.channels.interface import EARLIEST
from calmreply.app.ports import Tools
from calmreply.domain.mention import Heard, Origin, Stars, Visibility
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import folder

_READ: Final = "calmreply.adapters.channels.imap.reading:read"
_FAST_CLOCK: Final = timedelta(days=1)
_HEAD: Final = 64_000
"""Bytes of a message that are looked at again where it is too much as a whole."""


@dataclass(slots=True)
class Reader:
    """Has messages read apart from us, and keeps what they bring."""

    tools: Tools
    own: list[str]
    heard: list[Heard] = field(default_factory=list)
    returned: list[tuple[str, str]] = field(default_factory=list)
    unread: int = 0

    def take(self, one: folder.Message) -> None:
        """Never raises for anything that stands in a message; StoppedError when asked to stop."""
        if self.tools.cancelled is not None and self.tools.cancelled():
            raise StoppedError
        if one.bytes is None:
            self.unread += 1
            return
        received = self._received(one)
        about = {"own": self.own, "now": self.tools.wall.timestamp(), "received": received}
        try:
            said = self.tools.apart.run(_READ, one.bytes, about)
        except KnownError:
            said = self._from_head(one.bytes, about)
        damaged = bool(said["damaged"])
        for row in said["heard"]:
            try:
                self.heard.append(_heard(row))
            except (ValueError, TypeError, LookupError, OverflowError, OSError):
                damaged = True
        self.unread += damaged
        named, why = said.get("returned", ((), ""))
        self.returned += [(str(one), str(why)) for one in named]

    def _received(self, one: folder.Message) -> float | None:
        """When the server says that it came, in seconds since 1970 UTC, if that can be true."""
        when = one.received
        if when is None or not EARLIEST <= when <= self.tools.wall + _FAST_CLOCK:
            return None
        return when.timestamp()

    def _from_head(self, data: bytes, about: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the first lines say, of a message that is too much as a whole."""
        try:
            said = self.tools.apart.run(_READ, data[:_HEAD], {**about, "head_only": True})
        except KnownError:
            return {"heard": [], "damaged": True}
        return {**said, "damaged": True}


def _heard(row: Mapping[str, Any]) -> Heard:
    public = bool(row["public"])
    published = row.get("published")
    stars = row.get("stars")
    return Heard(
        key=str(row["key"]),
        author=str(row["author"]),
        text=str(row["text"]),
        origin=Origin.FEED,
        title=str(row.get("title", "")),
        url=row.get("url"),
        site=str(row.get("site") or _("E-mail")),
        stars=Stars(float(stars[0]), float(stars[1])) if stars else None,
        published=None if published is None else datetime.fromtimestamp(published, UTC),
        visibility=Visibility.PUBLIC if public else Visibility.PRIVATE,
        contact=str(row.get("contact", "")),
        language=str(row.get("language", "")),
        target=str(row.get("target", "")),
        thread=str(row.get("thread", "")),
        answers=str(row.get("answers", "")),
    )
