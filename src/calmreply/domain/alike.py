"""Whether two mentions are one matter: the same entry, the same story, the same author.

Grouping wrongly is worse than not at all, since somebody's words would stand behind another one's
and get no answer of their own. So every kind of likeness needs a second witness, and whatever
speaks against it (ratings far apart, another name, said to us alone) ends it:

- the same page, and there the same words, or the same name within two weeks, or, where it is a
  story and no rating, the same title. A page alone is nothing: many reviews stand on one.
- the same words at two places, if they are as many as two people do not choose alike by chance and
  no name speaks against it. Of a text that was cut the shorter one must stand in the longer one.
  A short text ("Great bread, friendly staff!") counts only letter by letter and by the same author.
- the same author on two sites within two weeks, known by first and last name, who writes about the
  same day or order, or partly in the same words. First names and "a customer" are many people.

Weekdays and months are no day: a shop's good and bad hours are everybody's.
`marks` are a few numbers by which whatever could be alike is found quickly; `alike` decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cached_property
from hashlib import blake2b

from calmreply.domain.matching import folded
from calmreply.domain.mention import Stars, Visibility

NEAR = timedelta(days=14)
"""Within it, one author's words at two places are about one matter."""
SHORT = 8
"""Words; what has fewer says nothing that two people would not say alike."""
UNSIGNED = 16
"""Words needed where one of the two names nobody."""
SKETCHED = 48
"""Words at the beginning that the marks are made of; copies are cut at the end."""
READ = 5_000
"""Words that are compared."""
_LETTERS = 20_000
_SKETCH = 4
_COPY, _CUT = 0.6, 0.8
"""Shares of three words in a row that two texts have in common: of all, of the shorter one's."""
_SOME = 0.4
_LONG = 5
_RATING = 0.25
"""As far may two ratings of one matter lie apart, as shares of their scales: sites round."""
_WORD = re.compile(r"\w+")
_DATE = re.compile(r"(?<![\d.,])(\d{1,2})[./](\d{1,2})(?:[./](?:\d{4}|\d{2}))?(?![\d,])")
_ISO_DATE = re.compile(r"(?<!\d)\d{4}-(\d\d)-(\d\d)(?!\d)")
_NUMBER = re.compile(r"(?<![\d.,])\d{4,}(?![\d,])")
_YEAR = re.compile("(19|20)[0-9]{2}")
_NOBODY = re.compile(
    "user|customer|guest|visitor|reviewer|anonymous|unknown|client|member|staff|team|editor|admin|"
    "news|nutzer|nutzerin|kunde|kundin|gast|anonym|redaktion|unbekannt|utilisateur|cliente|"
    "usuario|utente"
)


class Reason(IntEnum):
    """Why two are one matter; the strongest comes first."""

    PAGE = 1
    WORDS = 2
    AUTHOR = 3


@dataclass(frozen=True)
class Told:
    """A mention as it is compared. `address`: in its one spelling, empty for none or a front page.

    `site`: where it stands, a host or words. `at`: when it was said (UTC), as far as is known.
    """

    author: str
    text: str
    title: str
    address: str
    site: str
    stars: Stars | None
    visibility: Visibility
    at: datetime

    @cached_property
    def words(self) -> list[str]:
        return _words(self.text[:_LETTERS])[:READ]

    @cached_property
    def name(self) -> str:
        return " ".join(_words(self.author[:200]))

    @cached_property
    def full_name(self) -> str:
        """First and last name, or nothing where there is just one word or it names nobody."""
        parts = self.name.split()
        known = 1 < len(parts) < 6 and not any(map(_NOBODY.fullmatch, parts)) and len(parts[-1]) > 1
        return self.name if known else ""

    @cached_property
    def shingles(self) -> frozenset[tuple[str, str, str]]:
        """All three words in a row."""
        return _shingles(self.words)


def marks(one: Told) -> tuple[int, ...]:
    """Numbers of 32 bits. Whatever `alike` takes for one matter nearly always shares one of them;
    what shares one need not be alike.
    """
    found = []
    if one.address:
        found.append(_mark(f"page {one.address}"))
    if one.full_name:
        found.append(_mark(f"name {one.full_name}"))
    if len(one.words) >= SHORT:
        found += [_mark(" ".join(three)) for three in _telling_runs(one.words[:SKETCHED])]
    return tuple(found)


def likeness(one: str, other: str) -> float:
    """Which share of the shorter text's threes of words stands in the other one, from 0 to 1.

    What is too short to be told from what anybody would say is like nothing.
    """
    ours, theirs = (_words(text[:_LETTERS])[:READ] for text in (one, other))
    if min(len(ours), len(theirs)) < SHORT:
        return 0.0
    mine, others = _shingles(ours), _shingles(theirs)
    return len(mine & others) / min(len(mine), len(others))


def _mark(words: str) -> int:
    return int.from_bytes(blake2b(words.encode("utf-8", "replace"), digest_size=4).digest())


def alike(one: Told, other: Told) -> Reason | None:
    """Why the two are one matter, None if they are not. It does not matter which comes first."""
    if one.visibility is not other.visibility or _rated_apart(one, other):
        return None
    if _same_page(one, other):
        return Reason.PAGE
    if _same_words(one, other):
        return Reason.WORDS
    return Reason.AUTHOR if _same_author(one, other) else None


def _rated_apart(one: Told, other: Told) -> bool:
    if one.stars is None or other.stars is None:
        return False
    return abs(one.stars.share - other.stars.share) > _RATING


def _same_page(one: Told, other: Told) -> bool:
    if not one.address or one.address != other.address:
        return False
    near = abs(one.at - other.at) <= NEAR
    if near and one.full_name and one.full_name == other.full_name:
        return True
    if one.words and one.words == other.words and one.name and one.name == other.name:
        return True
    if _copied(one, other):
        return True
    title = _words(one.title[:500])
    rated = one.stars or other.stars
    same_title = len(title) > 3 and title == _words(other.title[:500])
    return bool(same_title and near and not rated and _may_be_one(one, other))


def _same_words(one: Told, other: Told) -> bool:
    if not _may_be_one(one, other):
        return False
    if len(one.words) < SHORT or len(other.words) < SHORT:
        same_author = bool(one.full_name) and one.full_name == other.full_name
        near = abs(one.at - other.at) <= NEAR
        return same_author and near and bool(one.words) and one.words == other.words
    signed = one.name and other.name
    enough = signed or min(len(one.words), len(other.words)) >= UNSIGNED
    return bool(enough) and _copied(one, other)


def _same_author(one: Told, other: Told) -> bool:
    if not one.full_name or one.full_name != other.full_name:
        return False
    if abs(one.at - other.at) > NEAR or not _two_sites(one.site, other.site):
        return False
    if _days_and_orders(one.text) & _days_and_orders(other.text):
        return True
    ours, theirs = _telling(one.words), _telling(other.words)
    shared = len(ours & theirs)
    return shared >= 3 and shared >= _SOME * min(len(ours), len(theirs))


def _may_be_one(one: Told, other: Told) -> bool:
    """Whether two names could be one person's: one of them missing, or short for the other."""
    pairs = list(zip(one.name.split(), other.name.split(), strict=False))
    if not pairs:
        return True
    first, *rest = pairs
    return first[0] == first[1] and all(a.startswith(b) or b.startswith(a) for a, b in rest)


def _copied(one: Told, other: Told) -> bool:
    """Whether one is a copy of the other, or the beginning of it, or a part."""
    if min(len(one.words), len(other.words)) < SHORT:
        return False
    shared = len(one.shingles & other.shingles)
    sizes = len(one.shingles), len(other.shingles)
    return shared >= _CUT * min(sizes) or shared >= _COPY * (sum(sizes) - shared)


def _two_sites(one: str, other: str) -> bool:
    """Whether they surely are two: "Google" may well be google.example."""
    one, other = folded(one), folded(other)
    return bool(one and other) and one not in other and other not in one


def _shingles(words: list[str]) -> frozenset[tuple[str, str, str]]:
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _telling_runs(words: list[str]) -> list[tuple[str, str, str]]:
    """The few runs of three words that begin with the longest words: long ones are rare ones."""
    threes = zip(words, words[1:], words[2:], strict=False)
    return [three for _long, three in sorted({(len(t[0]), t) for t in threes})[-_SKETCH:]]


def _words(text: str) -> list[str]:
    # Folding letter by letter is slow, and most texts do without.
    return _WORD.findall(text.casefold() if text.isascii() else folded(text))


def _telling(words: list[str]) -> set[str]:
    return {word for word in words if len(word) >= _LONG}


def _days_and_orders(text: str) -> set[str]:
    """Written dates as day and month, and numbers long enough to be an order's."""
    text = text[:_LETTERS]
    dates = [(int(day), int(month)) for day, month in _DATE.findall(text)]
    dates += [(int(day), int(month)) for month, day in _ISO_DATE.findall(text)]
    named = {"/".join(map(str, sorted(one))) for one in dates if _is_date(*one)}
    return named | {one for one in _NUMBER.findall(text) if not _YEAR.fullmatch(one)}


def _is_date(one: int, other: int) -> bool:
    """As it is written anywhere: the day first, or the month."""
    return 1 <= min(one, other) <= 12 and max(one, other) <= 31
