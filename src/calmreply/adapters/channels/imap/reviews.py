"""Notices of review sites: "Anna left a review, 2 out of 5", with a link to the page. Pure.

Recognised by what all of them have, not by their layouts: sent by a machine, a word for review, one
rating, and a link on the sender's own domain that leads to a review. Whatever lacks one of these,
or names two ratings, is an ordinary mail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from . import links
from .links import Anchor

_REVIEW: Final = re.compile(
    r"review|bewert|rezension|(?<!\w)avis(?!\w)|recension|reseñ|opini[oó]n|valoraci[oó]n"
    r"|beoordel|opini[aeę](?!\w)|anmeldelse|avalia|omdöme|(?<!\w)rating",
    re.IGNORECASE,
)
_IN_LINK: Final = re.compile(
    r"review|bewert|rezension|/avis|recension|resen|opini|valorac|beoordel|anmeldelse|avalia"
    r"|omdome|rating|comment",
    re.IGNORECASE,
)
_STARS: Final = (
    r"(?:stars?|sterne?n?|étoiles?|estrellas?|stelle|sterren|stjärnor|stjerner|gwiazdk\w+)"
)
_NUMBER: Final = r"(?<![\d.,/])(\d{1,2}(?:[.,]\d)?)"
_RATINGS: Final = (
    re.compile(
        rf"{_NUMBER}\s?(?:out of|of|von|sur|de|su|van de|van|av|af|z|/)\s?(5|10)(?![\d/]|[.,]\d)",
        re.IGNORECASE,
    ),
    re.compile(rf"{_NUMBER}[\s-]{_STARS}\b", re.IGNORECASE),
)
_ABOUT_RATING: Final = re.compile(
    rf"\b{_STARS}\b|rating|rated|score|bewert|note|review|rezension|avis|[★⭐☆]", re.IGNORECASE
)
_AVERAGE: Final = re.compile(r"average|durchschnitt|moyenn|promedio|gemiddeld|Ø", re.IGNORECASE)
_GLYPHS: Final = re.compile(r"[★⭐✭✮]\ufe0f?(?:\s?[★⭐✭✮☆✩]\ufe0f?){0,9}|☆{5}")
_FULL: Final = re.compile(r"[★⭐✭✮]")
_EMPTY: Final = re.compile(r"[☆✩]")
_IN_TAGS: Final = re.compile(
    r"\b(?:alt|aria-label|title)\s*=\s*(?:\"([^\"<>]{1,100})\"|'([^'<>]{1,100})')", re.IGNORECASE
)
_LONE_LINE: Final = 24
_MOST_LINES: Final = 2_000
_LONGEST_LINE: Final = 1_000
_SECOND_LEVEL: Final = frozenset({"co", "com", "org", "net", "ac", "gov"})
_ALSO: Final = {
    "facebookmail.com": ("facebook.com",),
    "google.com": ("g.page", "goo.gl"),
    "tripadvisor.com": ("tripadvisor.de", "tripadvisor.fr", "tripadvisor.co.uk"),
}
_NAMES: Final = {
    "google.com": "Google",
    "facebookmail.com": "Facebook",
    "tripadvisor.com": "Tripadvisor",
    "trustpilot.com": "Trustpilot",
    "booking.com": "Booking.com",
    "yelp.com": "Yelp",
}
_WHO: Final = (
    re.compile(
        r"^(.{2,60}?) (?:just |has )?(?:left|wrote|written|posted|submitted|gave|given)\b"
        r".*\breview",
        re.IGNORECASE,
    ),
    re.compile(r"\breviews? (?:from|by) ([^,.:;!?]{2,60})", re.IGNORECASE),
    re.compile(r"^(.{2,60}?) hat\b.*\b(?:bewert|rezension)", re.IGNORECASE),
    re.compile(r"\b(?:Bewertung|Rezension) von ([^,.:;!?]{2,60})", re.IGNORECASE),
)
_NOT_WHO: Final = re.compile(
    r"^(?:you|somebody|someone|a (?:customer|guest)|your|new|jemand|ein|eine|sie|\d)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Review:
    """What a notice says for certain. `author` is empty where it does not say."""

    given: float
    scale: float
    link: str
    site: str
    author: str


def review(
    sender_host: str, subject: str, text: str, html: str, found: Sequence[Anchor]
) -> Review | None:
    """The review that a mail tells of, or None where that is not sure."""
    if not sender_host or not _REVIEW.search(f"{subject}\n{text}"):
        return None
    stars = ratings(f"{subject}\n{text}", html)
    link = _page(_owner(sender_host), found)
    if len(stars) != 1 or link is None:
        return None
    [(given, scale)] = stars
    return Review(given, scale, link, _site(sender_host, link), _who(subject))


def may_be(subject: str) -> bool:
    """Whether a mail tells of a review, though not so that it is sure which one."""
    return bool(_REVIEW.search(subject))


def ratings(text: str, html: str) -> set[tuple[float, float]]:
    """Every rating that is named, as (given, scale); averages are nobody's rating."""
    named = (one[1] or one[2] for one in _IN_TAGS.finditer(html))
    lines = [*text.split("\n")[:_MOST_LINES], *dict.fromkeys(named)][: _MOST_LINES * 2]
    found: set[tuple[float, float]] = set()
    for line in lines:
        if _AVERAGE.search(line[:_LONGEST_LINE]):
            continue
        found |= _in_line(line[:_LONGEST_LINE])
    return found


def _in_line(line: str) -> set[tuple[float, float]]:
    found: set[tuple[float, float]] = set()
    for run in _GLYPHS.findall(line):
        full, empty = len(_FULL.findall(run)), len(_EMPTY.findall(run))
        shown = full + empty if empty else 5
        if full <= shown and shown in (5, 10):
            found.add((float(full), float(shown)))
    if found:
        return found
    if len(line.strip()) > _LONE_LINE and not _ABOUT_RATING.search(line):
        return found
    for pattern in _RATINGS:
        for seen in pattern.finditer(line):
            given = float(seen[1].replace(",", "."))
            scale = float(seen[2]) if pattern.groups == 2 else 5.0
            if given <= scale:
                found.add((given, scale))
        if found:
            break
    return found


def _page(owner: str, found: Sequence[Anchor]) -> str | None:
    """The first link on the sender's domain that leads to a review, by its words or address."""
    allowed = (owner, *_ALSO.get(owner, ()))
    for anchor in found:
        near = _owner(links.host(anchor.link)) in allowed
        if near and (_REVIEW.search(anchor.words) or _IN_LINK.search(_path(anchor.link))):
            return anchor.link
    return None


def _path(link: str) -> str:
    return link.split("://", 1)[1].partition("/")[2]


def _owner(host: str) -> str:
    """The domain somebody owns, as far as it can be told without a list of all suffixes."""
    labels = host.lower().strip(".").split(".")
    many = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if many else -2 :])


def _site(sender_host: str, link: str) -> str:
    owner = _owner(sender_host)
    return _NAMES.get(owner, links.host(link))


def _who(subject: str) -> str:
    for pattern in _WHO:
        seen = pattern.search(subject)
        if seen is not None:
            name = seen[1].strip(" \"'„“”")
            return "" if _NOT_WHO.match(name) else name
    return ""
