"""A JSON Feed (version 1 or 1.1, jsonfeed.org) to rows. In the worker.

Every part of it may be of any type: what does not fit is taken for missing, and an item that is no
object at all is left out.
"""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from typing import Any, Final

from calmreply.adapters.html import plain, plain_line, tidy

from . import entries
from .parsers import MOST_ENTRIES, Row

_HEAD: Final = 512
_BEGINS: Final = re.compile(rb"\s*\{")
_VERSION: Final = re.compile(r"https?://(www\.)?jsonfeed\.org/version/1(\.\d+)?/?")
_LONGEST_TEXT: Final = 200_000
_LONGEST_LINE: Final = 500
_MOST_AUTHORS: Final = 5


def looks_like_one(data: bytes) -> bool:
    """Whether it is worth reading as JSON at all."""
    return _BEGINS.match(data[:_HEAD]) is not None


def read(
    data: bytes, address: str, stop_at: float
) -> tuple[str, str | None, list[Row], bool] | None:
    """Title, link, rows, and whether some may be missing; None where it is no JSON Feed."""
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or not _VERSION.fullmatch(_text(feed, "version")):
        return None
    items = feed.get("items")
    items = items if isinstance(items, list) else []
    rows: list[Row] = []
    for item in items[:MOST_ENTRIES]:
        if time.monotonic() > stop_at:
            break
        if isinstance(item, dict):
            rows.append(_row(item, feed, address))
    title = plain_line(_text(feed, "title"))[:_LONGEST_LINE]
    link = entries.absolute(feed.get("home_page_url"), address)
    return title, link, entries.tell_apart(rows), len(rows) < len(items)


def _row(item: dict[str, Any], feed: dict[str, Any], address: str) -> Row:
    title = plain_line(_text(item, "title"))[:_LONGEST_LINE]
    text = _words(item)
    link = entries.absolute(item.get("url"), address)
    link = link or entries.absolute(item.get("external_url"), address)
    published, updated = (_seconds(item.get(f"date_{name}")) for name in ("published", "modified"))
    identity = item.get("id")
    if isinstance(identity, (int, float)) and not isinstance(identity, bool):
        identity = f"{identity:g}" if isinstance(identity, float) else str(identity)
    return [
        entries.key(identity, link, title, text),
        entries.unwrapped(link),
        title,
        _author(item) or _author(feed),
        text,
        updated if published is None else published,
        updated,
        None,
        entries.language(item.get("language") or feed.get("language")),
    ]


def _words(item: dict[str, Any]) -> str:
    said = _text(item, "content_text", _LONGEST_TEXT)
    if said:
        return tidy(said)
    marked_up = plain(_text(item, "content_html", _LONGEST_TEXT))
    return marked_up or tidy(_text(item, "summary", _LONGEST_TEXT))


def _author(told: dict[str, Any]) -> str:
    """The names in `authors` (1.1) or `author` (1)."""
    several = told.get("authors")
    people = several if isinstance(several, list) else [told.get("author")]
    names = [_text(one, "name") for one in people[:_MOST_AUTHORS] if isinstance(one, dict)]
    return plain_line(", ".join(filter(None, names)))[:_LONGEST_LINE]


def _text(told: dict[str, Any], name: str, longest: int = 4_000) -> str:
    found = told.get(name)
    if not isinstance(found, str):
        return ""
    # JSON can spell halves of characters that no text can hold.
    return found[:longest].encode("utf-8", "replace").decode()


def _seconds(untrusted: object) -> int | None:
    """Seconds since 1970 of an RFC 3339 time; without a zone it is taken for UTC."""
    if not isinstance(untrusted, str):
        return None
    try:
        found = datetime.fromisoformat(untrusted.strip()[:40])
        whole = found if found.tzinfo else found.replace(tzinfo=UTC)
        seconds = int(whole.timestamp())
    except (ValueError, OverflowError):
        return None
    return seconds if entries.FIRST <= seconds <= entries.LAST else None
