"""One parsed entry to one row: plain text, http(s) links, sane dates, stars. In the worker only.

Rows are plain lists (see `parsers.Row`): they cross a pipe as JSON and become `FeedEntry`
values on the other side. Times are whole seconds since 1970, UTC.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

from calmreply.adapters.html import plain, plain_line, tidy

from .parsers import Row

_LONGEST_KEY: Final = 300
_LONGEST_LINK: Final = 2_000
_LONGEST_LINE: Final = 500
_MOST_AUTHORS: Final = 5
_ADDRESS_AND_NAME: Final = re.compile(r"[^\s@]+@[^\s@]+ \((.+)\)")  # as RSS asks for
_FIRST_YEAR, _LAST_YEAR = 1990, 2199
FIRST: Final = calendar.timegm((_FIRST_YEAR, 1, 1, 0, 0, 0))
LAST: Final = calendar.timegm((_LAST_YEAR, 12, 31, 23, 59, 59))
"""Seconds since 1970 between which a published time can be meant."""

_PLAIN: Final = "text/plain"
_TEXTUAL: Final = frozenset({_PLAIN, "text/html", "application/xhtml+xml"})
_HAS_SCHEME: Final = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:")
_UNSAFE_IN_LINK: Final = re.compile(r"[\x00-\x20\x7f-\x9f<>\"\\^`{|}\ud800-\udfff]")

_NUMBER: Final = re.compile(r"\d{1,3}(?:[.,]\d{1,4})?")
_OF: Final = re.compile(r"\d\s*(?:/|of|out of|von|sur|de|su|z|av)\s*(\d{1,3})\b", re.IGNORECASE)
_VALUE_NAMES: Final = ("value", "ratingvalue", "average", "stars")
_SCALE_NAMES: Final = ("max", "best", "bestrating", "maxrating", "scale", "outof")
_REDIRECTS: Final = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_USUAL_SCALES: Final = (5.0, 10.0, 100.0)


def row(entry: dict[str, Any], address: str) -> Row:
    """The row of one entry; missing parts are empty or None. Links are relative to `address`.

    `dict.get` and not `entry.get`: feedparser's own looks a name up under several others.
    """
    title = _line(dict.get(entry, "title"), dict.get(entry, "title_detail"))
    text = _text(entry)
    link = _link_of(entry, address)
    published = _seconds(dict.get(entry, "published_parsed"))
    updated = _seconds(dict.get(entry, "updated_parsed"))
    if published is None:
        published = _seconds(dict.get(entry, "created_parsed")) or updated
    return [
        key(dict.get(entry, "id"), link, title, text),
        unwrapped(link),
        title,
        author(entry),
        text,
        published,
        updated,
        stars(entry),
        language(dict.get(entry, "language")),
    ]


def author(context: dict[str, Any]) -> str:
    """The names, or an address where there is no name; of an entry or of a whole feed."""
    people = dict.get(context, "authors") or ()
    names = [name for each in people[:_MOST_AUTHORS] if (name := each.get("name"))]
    if names:
        return plain_line(", ".join(names))[:_LONGEST_LINE]
    text = plain_line(dict.get(context, "author") or "")
    if "@" in text and (both := _ADDRESS_AND_NAME.fullmatch(text)):
        text = both.group(1)
    if not text:
        text = plain_line(next((each["email"] for each in people if each.get("email")), ""))
    return text[:_LONGEST_LINE]


def heading(context: dict[str, Any]) -> str:
    """The title of a whole feed, in one line."""
    return _line(dict.get(context, "title"), dict.get(context, "title_detail"))


def absolute(untrusted: object, address: str) -> str | None:
    """The safe link that `untrusted` means in a document at `address`; None if there is none."""
    if not isinstance(untrusted, str) or not untrusted.strip():
        return None
    if not _HAS_SCHEME.match(untrusted):
        try:
            untrusted = urljoin(address, untrusted.strip())
        except ValueError:
            return None
    return safe_link(untrusted)


def safe_link(untrusted: object) -> str | None:
    """The address if it is http(s) with a host and without credentials, else None."""
    if not isinstance(untrusted, str):
        return None
    link = untrusted.strip()
    if not link[:8].lower().startswith(("http://", "https://")) or len(link) > _LONGEST_LINK:
        return None
    if _UNSAFE_IN_LINK.search(link):
        return None
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return None
    return link if host and "@" not in parts.netloc else None


def tell_apart(rows: list[Row]) -> list[Row]:
    """Rows with a key of their own each: exact doubles go, others get a digest to their key.

    Some feeds give one id to all their entries. Each of these gets the digest, so that a key
    does not depend on the order of the entries.
    """
    if len({each[0] for each in rows}) == len(rows):
        return rows
    digests = [_digest(each[1] or "", each[2], each[3], each[4]) for each in rows]
    variants: dict[str, set[str]] = {}
    for each, digest in zip(rows, digests, strict=True):
        variants.setdefault(each[0], set()).add(digest)
    found: dict[str, Row] = {}
    for each, digest in zip(rows, digests, strict=True):
        key = each[0] if len(variants[each[0]]) == 1 else f"{each[0]}#{digest}"
        found.setdefault(key, [key, *each[1:]])
    return list(found.values())


def _text(entry: dict[str, Any]) -> str:
    """The longest the feed gives: its content, else its summary."""
    for content in dict.get(entry, "content") or ():
        kind = content.get("type")
        if kind in _TEXTUAL and content.get("value"):
            value: str = content["value"]
            text = tidy(value) if kind == _PLAIN else plain(value)
            if text:
                return text
    summary = dict.get(entry, "summary") or ""
    detail = dict.get(entry, "summary_detail")
    if detail and detail.get("type") == _PLAIN:
        return tidy(summary)
    return plain(summary)


def _line(value: str | None, detail: dict[str, Any] | None) -> str:
    if not value:
        return ""
    if detail and detail.get("type") == _PLAIN:
        return " ".join(tidy(value).split())[:_LONGEST_LINE]
    return plain_line(value)[:_LONGEST_LINE]


def _link_of(entry: dict[str, Any], address: str) -> str | None:
    told = dict.get(entry, "link")
    only_an_id = told == dict.get(entry, "id")  # which is a link if it looks like one
    link = safe_link(told) if only_an_id else absolute(told, address)
    if link is None:
        for each in dict.get(entry, "links") or ():
            if each.get("rel") == "alternate" and (link := absolute(each.get("href"), address)):
                break
    return link


def key(untrusted: object, link: str | None, title: str, text: str) -> str:
    """What the feed calls an entry, or its link, or a digest of what it says."""
    called = tidy(untrusted) if isinstance(untrusted, str) else ""
    called = called or link or ""
    if not called:
        return f"digest:{_digest(title, text)}"
    return called if len(called) <= _LONGEST_KEY else f"digest:{_digest(called)}"


def unwrapped(link: str | None) -> str | None:
    """Where a link of a search engine's alert leads, without passing by the search engine."""
    if link is None or "/url?" not in link:
        return link
    parts = urlsplit(link)
    if not _REDIRECTS.fullmatch(parts.hostname or "") or parts.path != "/url":
        return link
    asked = parse_qs(parts.query, max_num_fields=50)
    inner = next((asked[name][0] for name in ("url", "q") if name in asked), None)
    return safe_link(inner) or link


def language(untrusted: object) -> str:
    """A language tag (BCP 47, as in de-AT); empty where it is none."""
    said = untrusted.strip() if isinstance(untrusted, str) else ""
    return said if _LANGUAGE.fullmatch(said) else ""


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _seconds(parsed: Any) -> int | None:
    """Seconds since 1970 of a UTC time tuple; None for a year nobody can mean."""
    if parsed is None or not _FIRST_YEAR <= parsed[0] <= _LAST_YEAR:
        return None
    return calendar.timegm(parsed)


def stars(entry: dict[str, Any]) -> list[float] | None:
    """[given, scale] from a rating element or its attributes; None where there is none."""
    attributes = dict.get(entry, "calm_rating")
    if attributes is None:
        return None
    text = str(dict.get(entry, "calm_rating_text") or "")
    if not text.strip():
        text = next((str(attributes[name]) for name in _VALUE_NAMES if name in attributes), "")
    if text.count("★"):
        return [float(text.count("★")), 5.0]
    given = _number(text)
    if given is None:
        return None
    named = next((attributes[name] for name in _SCALE_NAMES if name in attributes), None)
    if named is None:
        named = dict.get(entry, "calm_scale_text")
    if named is None and (of := _OF.search(text)):
        named = of.group(1)
    scale = _number(str(named)) if named is not None else None
    if scale is None:
        scale = next((usual for usual in _USUAL_SCALES if given <= usual), 0.0)
    return [given, scale] if scale > 0 and given <= scale else None


def _number(text: str) -> float | None:
    found = _NUMBER.search(text[:100])
    return float(found.group().replace(",", ".")) if found else None
