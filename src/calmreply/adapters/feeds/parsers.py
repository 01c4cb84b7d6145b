"""feedparser's strict and loose parser with our limits inside them. Runs in the worker only.

Each limit stands against something that was seen: an 80 KB author field costs feedparser half a
minute (an e-mail pattern that backtracks), 40,000 attributes on one element twenty seconds (a
linear search for each of them), thousands of namespaces or categories go quadratic likewise.
Entries are taken out one by one as they end: one that breaks costs that entry and no other, and
memory does not hold the feed twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar, Final
from xml.sax.xmlreader import AttributesNSImpl

from feedparser import FeedParserDict
from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.mixin import _FeedParserMixin

Row = list[Any]
"""One entry on its way: key, link, title, author, text, published, updated, stars, language."""
MakeRow = Callable[[FeedParserDict], Row]

MOST_ENTRIES: Final = 50_000
_MOST_ATTRIBUTES: Final = 100
_MOST_NAMESPACES: Final = 200
_MOST_TAGS: Final = 50
_MOST_LINKS: Final = 200
_LONGEST: Final = {
    **dict.fromkeys(("content", "description", "summary"), 200_000),
    **dict.fromkeys(("published", "updated", "created", "expired"), 100),
    **dict.fromkeys(("author", "publisher", "name", "email"), 300),
}
"""Characters kept of a field before feedparser looks at it; `_LONGEST_OTHER` for the others."""
_LONGEST_OTHER: Final = 4_000

_RATING_NAMESPACES: Final = {
    "http://itunes.apple.com/rss": "im",
    "http://purl.org/stuff/rev#": "rev",
    "http://www.purl.org/stuff/rev#": "rev",
    "http://schemas.google.com/g/2005": "gd",
    "http://base.google.com/ns/1.0": "g",
    "http://schema.org/": "schema",
    "https://schema.org/": "schema",
}
_RATING_ELEMENTS: Final = (
    "rating", "stars", "starrating", "star_rating", "ratingvalue", "review_rating", "im_rating",
    "rev_rating", "gd_rating", "g_rating", "g_star_rating", "schema_ratingvalue", "review_stars",
)  # fmt: skip
_SCALE_ELEMENTS: Final = ("bestrating", "maxrating", "rev_maxrating", "schema_bestrating")


class Enough(Exception):  # noqa: N818  # ends the parsing; what was found is good
    """The feed has more than `MOST_ENTRIES` entries, or no time is left for more."""


class _ContentParams(FeedParserDict):  # type: ignore[misc]  # feedparser carries no types
    """feedparser deep-copies these for each text; a flat copy is the same and much cheaper."""

    def __deepcopy__(self, memo: dict[int, Any]) -> FeedParserDict:
        return FeedParserDict(self)


class _Limited(_FeedParserMixin):  # type: ignore[misc]  # feedparser carries no types
    """What both parsers share. `rows` are the entries that ended, `broken` how many failed."""

    resolve_relative_uris = False
    sanitize_html = False
    namespaces: ClassVar = {**_FeedParserMixin.namespaces, **_RATING_NAMESPACES}
    _matchnamespaces: ClassVar = {name.lower(): short for name, short in namespaces.items()}
    # An entry's id stays what the feed calls it, so that a feed that moves makes no doubles.
    can_be_relative_uri: ClassVar = _FeedParserMixin.can_be_relative_uri - {"id"}

    make_row: MakeRow
    contentparams: FeedParserDict

    def start(self, make_row: MakeRow, stop_at: float) -> None:
        """Get ready; entries that end after `stop_at` (monotonic seconds) are left out."""
        self.make_row = make_row
        self.stop_at = stop_at
        self.stopped = False
        self.rows: list[Row] = []
        self.broken = 0

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:
        if self.elementstack:
            pieces = self.elementstack[-1][2]
            longest = _LONGEST.get(element, _LONGEST_OTHER)
            if len(pieces) > 1 or (pieces and len(pieces[0]) > longest):
                self.elementstack[-1][2] = _cut(pieces, longest)
        return super().pop(element, strip_whitespace)

    def push_content(self, tag: str, attrs_d: Any, content_type: str, expecting: Any) -> None:
        super().push_content(tag, attrs_d, content_type, expecting)
        self.contentparams = _ContentParams(self.contentparams)

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        try:
            super().unknown_starttag(tag, attrs)
        except (MemoryError, Enough):
            raise
        except Exception:  # noqa: BLE001  # one element that breaks feedparser is not the feed
            self.broken += 1

    def unknown_endtag(self, tag: str) -> None:
        try:
            super().unknown_endtag(tag)
        except (MemoryError, Enough):
            raise
        except Exception:  # noqa: BLE001  # one element that breaks feedparser is not the feed
            self.broken += 1

    def track_namespace(self, prefix: Any, uri: str) -> None:
        if len(self.namespaces_in_use) < _MOST_NAMESPACES:
            super().track_namespace(prefix, uri)

    def _add_tag(self, term: Any, scheme: Any, label: Any) -> None:
        if len(self._get_context().setdefault("tags", [])) < _MOST_TAGS:
            super()._add_tag(term, scheme, label)

    def _start_link(self, attrs_d: Any) -> None:
        links = self._get_context().get("links")
        if links is None or len(links) < _MOST_LINKS:
            super()._start_link(attrs_d)

    def _sync_author_detail(self, key: str = "author") -> None:
        """Feedparser's is the pattern that backtracks, and it cuts addresses; see `entries`."""

    # --- entries, one by one ---------------------------------------------------------------

    def _start_item(self, attrs_d: Any) -> None:
        if self.inentry:  # loose markup: the one before was never closed
            self.take_entry()
        super()._start_item(attrs_d)

    _start_entry = _start_item

    def _end_item(self) -> None:
        super()._end_item()
        self.take_entry()

    _end_entry = _end_item

    def take_entry(self) -> None:
        """Turn the entry at hand into a row and let go of it."""
        if not self.entries:
            return
        if len(self.rows) >= MOST_ENTRIES or time.monotonic() > self.stop_at:
            self.stopped = True
            raise Enough
        entry = self.entries.pop()
        self.property_depth_map.pop(entry, None)
        try:
            self.rows.append(self.make_row(entry))
        except (MemoryError, Enough):
            raise
        except Exception:  # noqa: BLE001  # one bad entry must not lose the feed
            self.broken += 1

    # --- stars -----------------------------------------------------------------------------

    def _start_rating(self, attrs_d: Any) -> None:
        if self.inentry:
            self.entries[-1]["calm_rating"] = dict(attrs_d)
        self.push("calm_rating_text", 1)

    def _end_rating(self) -> None:
        self.pop("calm_rating_text")

    def _start_scale(self, _attrs_d: Any) -> None:
        self.push("calm_scale_text", 1)

    def _end_scale(self) -> None:
        self.pop("calm_scale_text")


for _name in _RATING_ELEMENTS:
    setattr(_Limited, f"_start_{_name}", _Limited._start_rating)  # noqa: SLF001  # our own class
    setattr(_Limited, f"_end_{_name}", _Limited._end_rating)  # noqa: SLF001  # our own class
for _name in _SCALE_ELEMENTS:
    setattr(_Limited, f"_start_{_name}", _Limited._start_scale)  # noqa: SLF001  # our own class
    setattr(_Limited, f"_end_{_name}", _Limited._end_scale)  # noqa: SLF001  # our own class


class Strict(_Limited, StrictFeedParser):  # type: ignore[misc]  # feedparser carries no types
    """For XML that is XML."""

    def startElementNS(self, name: Any, qname: Any, attrs: AttributesNSImpl) -> None:  # noqa: N802  # SAX
        if len(attrs) > _MOST_ATTRIBUTES:
            attrs = _first_attributes(attrs)
        super().startElementNS(name, qname, attrs)


class Loose(_Limited, LooseFeedParser):  # type: ignore[misc]  # feedparser carries no types
    """For what calls itself a feed and is not XML."""

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        super().unknown_starttag(tag, attrs[:_MOST_ATTRIBUTES])

    def handle_charref(self, ref: str) -> None:
        try:
            super().handle_charref(ref)
        except (ValueError, OverflowError):  # a number that is no character
            self.broken += 1

    def handle_entityref(self, ref: str) -> None:
        try:
            super().handle_entityref(ref)
        except (ValueError, RecursionError):
            self.broken += 1


def _cut(pieces: list[Any], longest: int) -> list[Any]:
    """The first pieces that hold `longest` characters together."""
    kept, room = [], longest
    for piece in pieces:
        if len(piece) >= room:
            kept.append(piece[:room])
            break
        kept.append(piece)
        room -= len(piece)
    return kept


def _first_attributes(attrs: AttributesNSImpl) -> AttributesNSImpl:
    names = list(attrs.getNames())[:_MOST_ATTRIBUTES]
    return AttributesNSImpl(
        {name: attrs.getValue(name) for name in names},
        {name: attrs.getQNameByName(name) for name in names},
    )
