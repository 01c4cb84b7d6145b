"""Links in what strangers sent, as text and never followed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final
from urllib.parse import parse_qs, urlsplit

from calmreply.adapters.html import plain_line

_LONGEST: Final = 2_000
_MOST: Final = 1_000
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f-\x9f<>\"\\^`{|}\ud800-\udfff]")
_ANCHOR: Final = re.compile(r"<a\s([^<>]{0,5000})>", re.IGNORECASE)
_HREF: Final = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_END: Final = re.compile(r"</a\s*>", re.IGNORECASE)
_BARE: Final = re.compile(r"https?://[^\s<>\"]{4,2000}", re.IGNORECASE)
_TRAILING: Final = ".,;:!?)]}'"
_GOOGLE: Final = re.compile(r"(?:[a-z0-9-]+\.)*google\.(?:com|[a-z]{2}|com?\.[a-z]{2})")
_NESTED: Final = 3


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link in markup: where it goes, its words, and where it stands there."""

    link: str
    words: str
    start: int
    end: int


def safe(untrusted: str) -> str | None:
    """The address if it is http(s) with a host and without credentials, else None."""
    link = untrusted.strip()
    if not link[:8].lower().startswith(("http://", "https://")) or len(link) > _LONGEST:
        return None
    if _UNSAFE.search(link):
        return None
    try:
        parts = urlsplit(link)
        host = parts.hostname
        _port = parts.port
    except ValueError:
        return None
    return link if host and "@" not in parts.netloc else None


def host(link: str) -> str:
    """The host of a safe link in small letters, without `www.`."""
    return (urlsplit(link).hostname or "").removeprefix("www.")


def is_google(name: str) -> bool:
    return bool(_GOOGLE.fullmatch(name))


def target(link: str) -> str | None:
    """Where a redirect link of Google leads; None for every other link."""
    found = None
    for _ in range(_NESTED):
        parts = urlsplit(found or link)
        if not is_google((parts.hostname or "").lower()) or parts.path != "/url":
            break
        try:
            asked = parse_qs(parts.query, max_num_fields=50)
        except ValueError:
            break
        told = (asked.get("url") or asked.get("q") or [""])[0]
        found = safe(told)
        if found is None:
            break
    return found


def anchors(html: str) -> list[Anchor]:
    """The safe links of a page in their order."""
    found: list[Anchor] = []
    starts = list(_first(_ANCHOR.finditer(html)))
    for number, tag in enumerate(starts):
        told = _HREF.search(tag[1])
        link = safe(unescape(told[1] or told[2] or told[3] or "")) if told else None
        if link is None:
            continue
        until = starts[number + 1].start() if number + 1 < len(starts) else len(html)
        close = _END.search(html, tag.end(), until)
        inner = html[tag.end() : close.start() if close else tag.end()]
        end = close.end() if close else tag.end()
        found.append(Anchor(link, plain_line(inner), tag.start(), end))
    return found


def bare(text: str) -> list[Anchor]:
    """The safe links that stand in a plain text."""
    found = []
    for seen in _first(_BARE.finditer(text)):
        link = safe(seen[0].rstrip(_TRAILING))
        if link is not None:
            found.append(Anchor(link, "", seen.start(), seen.start() + len(link)))
    return found


def _first(matches: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    for _, match in zip(range(_MOST), matches, strict=False):
        yield match
