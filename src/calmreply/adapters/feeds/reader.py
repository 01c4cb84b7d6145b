"""The parent's side of reading feeds; implements `app.ports.FeedReader` over `app.ports.Apart`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from calmreply.app.ports import Apart, FeedEntry, ParsedFeed
from calmreply.errors import KnownError
from calmreply.i18n import _

_log = logging.getLogger(__name__)

_WORK: Final = f"{__package__}.work"


class WorkerFeedReader:
    """Parses feeds in the processes of `apart`; any thread may call, others wait their turn.

    After `seconds` a feed's entries are handed over as far as they were read. That is to be well
    below what `apart` allows: what it stops brings nothing, and a busy computer is slow to hand
    over, too.
    """

    def __init__(self, apart: Apart, *, seconds: float = 7.0) -> None:
        self._apart = apart
        self._seconds = seconds

    def parse(self, body: bytes, headers: Mapping[str, str], address: str) -> ParsedFeed:
        """The entries of a feed; the errors are those of `app.ports.FeedReader`."""
        if not body.strip():
            raise KnownError(
                "empty_feed",
                _("This address sent nothing at all."),
                _("It is asked again later; check the address if this stays."),
            )
        try:
            said = self._run("parse", body, headers, address)
        except KnownError as error:
            _log.warning("no feed was read at %s: %s", address, error.code)
            raise _known(error.code) from error
        if said is None:
            raise _known("not_a_feed")
        return ParsedFeed(
            title=said["title"],
            link=said["link"],
            entries=tuple([_entry(row) for row in said["rows"]]),
            cut_off=said["cut_off"],
        )

    def discover(self, body: bytes, headers: Mapping[str, str], address: str) -> tuple[str, ...]:
        """Feed addresses that an HTML page names; empty where it names none or cannot be read."""
        try:
            return tuple(self._run("discover", body, headers, address))
        except KnownError as error:
            _log.info("no feeds discovered at %s: %s", address, error.code)
            return ()

    def _run(self, what: str, body: bytes, headers: Mapping[str, str], address: str) -> Any:
        about = {
            "headers": {"content-type": headers.get("content-type", "")},
            "address": address,
            "seconds": self._seconds,
        }
        return self._apart.run(f"{_WORK}:{what}", body, about)


def _entry(row: list[Any]) -> FeedEntry:
    key, link, title, author, text, published, updated, stars, language = row
    return FeedEntry(
        key,
        link,
        title,
        author,
        text,
        None if published is None else datetime.fromtimestamp(published, UTC),
        None if updated is None else datetime.fromtimestamp(updated, UTC),
        None if stars is None else (stars[0], stars[1]),
        language,
    )


def _known(code: str) -> KnownError:
    match code:
        case "not_a_feed":
            return KnownError(
                "not_a_feed",
                _("This address shows a page or a file, but no feed."),
                _("Look on the page for a link named RSS, Atom or feed, and use that address."),
            )
        case "apart_too_slow":
            return KnownError(
                "feed_too_slow",
                _("Reading this feed took too long and was stopped."),
                _("Other sources are not affected. Tell the site, or remove this source."),
            )
        case "apart_too_big":
            return KnownError(
                "feed_too_big",
                _("This feed needs more memory than is safe and was stopped."),
                _("Other sources are not affected. Ask the site for a shorter feed."),
            )
        case _:
            return KnownError(
                "feed_crashed",
                _("This feed could not be read: it stopped the part that reads feeds."),
                _("Other sources are not affected. It is tried again at the next round."),
            )
