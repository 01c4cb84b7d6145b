"""feedparser's strict and loose parser with our limits inside them. Runs in the worker only.

Each limit stands against something that was seen: an 80 KB author field costs feedparser half a
minute (an e-mail pattern that backtracks), 40,000 attributes on one element twenty seconds (a
linear search for each of them), thousands of namespaces or categories go quadratic likewise.
Entries are taken out one by one as they end: one that breaks costs that entry and no other, and
memory does not hold the feed twice.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any, ClassVar, Final

from feedparser import FeedParserDict
from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.mixin import _FeedParserMixin

Row = list[Any]
"""One entry on its way: key, link, title, author, text, published, updated, stars, language."""
MakeRow = Callable[[FeedParserDict], Row]

MOST_ENTRIES: Final = 20_000
_MOST_ATTRIBUTES: Final = 100
_MOST_NAMESPACES: Final = 200
_MOST_NAMES: Final = 2_000
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


_UNUSED: Final = frozenset(
    {
        *("category", "comments", "enclosure", "dc:subject", "itunes:keywords", "slash:comments"),
        *("slash:hit_parade", "slash:section", "slash:department", "thr:in-reply-to", "thr:total"),
        *("wfw:comment", "wfw:commentrss", "media:thumbnail"),
        *("feedburner:origlink", "post-id", "georss:point", "trackback:ping"),
    }
)
"""What an entry holds that no row is made of, and that comes often."""
_DRAWINGS: Final = frozenset(
    {"http://www.w3.org/1998/Math/MathML math", "http://www.w3.org/2000/svg svg"}
)


class Enough(Exception):  # noqa: N818  # ends the parsing; what was found is good
    """The feed has more than `MOST_ENTRIES` entries, or no time is left for more."""


class _ContentParams(FeedParserDict):  # type: ignore[misc]  # feedparser carries no types
    """feedparser deep-copies these for each text; a flat copy is the same and much cheaper.

    It also asks for them all the time; none of their names is one that it knows under others.
    """

    get = dict.get
    __getitem__ = dict.__getitem__
    __contains__ = dict.__contains__

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
        self.contentparams = _ContentParams()
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
    """For XML that is XML. Takes elements as expat names them ("namespace name prefix").

    Feedparser works the name of each element out anew, out of what SAX made of it; here the same
    is done once for each name, and elements that no row is made of are passed over with all that
    is in them. The two were half of the time.
    """

    decls: dict[str, str]

    def start(self, make_row: MakeRow, stop_at: float) -> None:
        super().start(make_row, stop_at)
        self._called: dict[str, str] = {}
        self._over = 0

    def track_namespace(self, prefix: Any, uri: str) -> None:
        self._called.clear()
        super().track_namespace(prefix, uri)

    def begin(self, raw: str, attrs: dict[str, str]) -> None:
        """An element begins; as `startElementNS` of feedparser."""
        if self._over:
            self._over += 1
            return
        tag = self._called.get(raw) or self._name(raw)
        if tag in _UNUSED and self.inentry and not self.incontent:
            self._over = 1
            return
        found = self.decls
        if attrs or found or raw in _DRAWINGS:
            self.decls = {}
            _add_attributes(found, raw, attrs, self._matchnamespaces)
        self.unknown_starttag(tag, list(found.items()))

    def end(self, raw: str) -> None:
        """An element ends; as `endElementNS` of feedparser."""
        if self._over:
            self._over -= 1
            return
        self.unknown_endtag(self._called.get(raw) or self._name(raw))

    def characters(self, text: str) -> None:
        if not self._over:
            self.handle_data(text)

    def _name(self, raw: str) -> str:
        """What feedparser calls an element: a prefix of its own, or the feed's."""
        namespace, _space, rest = raw.rpartition(" ") if raw.count(" ") < 2 else raw.partition(" ")
        name = rest.partition(" ")[0].lower()
        lower = namespace.lower()
        if "backend.userland.com/rss" in lower:
            namespace = lower = "http://backend.userland.com/rss"
        prefix = self._matchnamespaces.get(lower)
        if not prefix and namespace:
            used = self.namespaces_in_use.items()
            prefix = next((short for short, uri in used if short and uri == namespace), None)
        called = f"{prefix}:{name}".lower() if prefix else name
        if len(self._called) < _MOST_NAMES:
            self._called[raw] = called
        return called


def _add_attributes(
    found: dict[str, str], raw: str, attrs: dict[str, str], known: dict[str, str]
) -> None:
    """An element's attributes under the names that feedparser looks for."""
    if raw in _DRAWINGS:
        found["xmlns"] = raw.partition(" ")[0]
    plain: dict[str, str] = {}
    for named, value in itertools.islice(attrs.items(), _MOST_ATTRIBUTES):
        if " " not in named:
            found[named.lower()] = plain[named.lower()] = value
            continue
        namespace, name, *prefixes = named.split(" ")
        prefix = known.get(namespace.lower())
        found[(f"{prefix}:{name}" if prefix else name).lower()] = value
        plain[":".join((*prefixes, name)).lower()] = value
    found.update(plain)


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
