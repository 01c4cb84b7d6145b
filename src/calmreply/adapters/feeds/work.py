"""What is done with a feed or a page apart: bytes to what JSON can hold. In the worker.

Whoever calls these loads feedparser and nh3; the program itself never does.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Mapping
from typing import Any, Final

from . import discovery, document

_RSS: Final = b"""<rss version='2.0'><channel><title>a</title><item><title>a &amp; b</title>
<author>a@shop.example (A)</author><pubDate>Tue, 10 Nov 2026 10:00:00 GMT</pubDate>
<description>&lt;p>x</description></item></channel></rss>"""
_LOOSE: Final = b"<rss><channel><item><title>a & b</title></item></channel></rss>"
_JSON: Final = b"""{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "a",
"content_html": "<p>x", "date_published": "2026-11-10T10:00:00Z", "url": "/a"}]}"""
_ATOM: Final = b"""<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>a</id>
<updated>2026-11-10T10:00:00Z</updated></entry></feed>"""


def before_limits() -> None:
    """Have everything loaded that feedparser and Python's parsers load at their first use."""
    for charset in document.CHARSETS:
        codecs.lookup(charset)  # two of them have no other name, by which the worker knows them
    for sample in (_RSS, _LOOSE, _ATOM, _JSON):
        document.read(sample, {}, "https://shop.example/")
    discovery.discover(b"<html><head><link rel=alternate></head>", {}, "https://shop.example/")


def parse(body: bytes, about: Mapping[str, Any]) -> dict[str, Any] | None:
    """Title, link and rows of the feed, as many as `about["seconds"]` allow; None if it is none."""
    stop_at = time.monotonic() + about["seconds"]
    try:
        feed = document.read(body, about["headers"], about["address"], stop_at=stop_at)
    except document.NotAFeed:
        return None
    return {
        "title": feed.title,
        "link": feed.link,
        "rows": feed.rows,
        "cut_off": feed.cut_off,
    }


def discover(body: bytes, about: Mapping[str, Any]) -> list[str]:
    """Feed addresses that an HTML page names."""
    return list(discovery.discover(body, about["headers"], about["address"]))
