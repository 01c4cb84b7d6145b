"""Feed addresses named in an HTML page, for somebody who pastes the address of a site.

Only the head of the page is read, and no more than `_LONGEST` bytes of it. Runs in the worker:
the page is a stranger's like any feed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Final

from . import document
from .entries import absolute

_LONGEST: Final = 256 * 1024
_MOST: Final = 20
_FEED_TYPES: Final = frozenset(
    {
        *("application/rss+xml", "application/atom+xml", "application/rdf+xml"),
        # Not application/json: many sites name their interface so, which is no feed.
        *("application/feed+json", "application/xml"),
    }
)


class _EndOfHead(Exception):  # noqa: N818  # stops the parser; nothing went wrong
    pass


class _Head(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.base = address
        self.found: dict[str, None] = {}  # in order, each once

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            raise _EndOfHead
        if tag not in ("link", "base"):
            return
        named = {name: value or "" for name, value in attrs[:50]}
        link = absolute(named.get("href"), self.base)
        if tag == "base":
            self.base = link or self.base
            return
        kind = named.get("type", "").split(";")[0].strip().lower()
        if "alternate" not in named.get("rel", "").lower().split() or kind not in _FEED_TYPES:
            return
        if link is not None:
            self.found[link] = None
        if len(self.found) >= _MOST:
            raise _EndOfHead


def discover(body: bytes, headers: Mapping[str, str], address: str) -> tuple[str, ...]:
    """Addresses of the page's feeds in the page's order, absolute, http(s) only; at most 20."""
    parser = _Head(address)
    with contextlib.suppress(_EndOfHead, AssertionError):  # the latter: of the library, at junk
        parser.feed(document.utf8(body[:_LONGEST], headers).decode("utf-8", "replace"))
    return tuple(parser.found)
