"""The names we listen for: ours and, kept apart, those of competitors.

A name is kept as one line that a person can read and write:

    product: Sunday loaf = Sundayloaf, Sunday-loaf - bread machine

that is a kind, the name, after ` = ` its other spellings, and after ` - ` words that mean somebody
else is meant. A line without a kind is a business. What holds such a mark itself stands in double
quotes (a quote within them is doubled): `"Loaf - the shop" = "Loaf, the shop"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from calmreply.domain.matching import folded, stands_in


class NameKind(Enum):
    """What a name is the name of."""

    BUSINESS = "business"
    PRODUCT = "product"
    PERSON = "person"
    COMPETITOR = "competitor"


class NameFlaw(Enum):
    """What is wrong with a line."""

    NO_NAME = "no_name"
    NEVER_HEARD = "never_heard"
    """Its own excluding words stand in each of its spellings."""


class BadNameError(ValueError):
    """A line that is no name that could be listened for."""

    def __init__(self, line: str, flaw: NameFlaw) -> None:
        super().__init__(f"{line!r}: {flaw.value}")
        self.line = line
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Name:
    """`spellings` are other ways to write it; where one of `excludes` stands, it is not meant.

    All of them are words with single gaps, none of them empty.
    """

    kind: NameKind
    name: str
    spellings: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()

    @property
    def ours(self) -> bool:
        return self.kind is not NameKind.COMPETITOR

    @property
    def written(self) -> tuple[str, ...]:
        """All ways it is written, the name itself first."""
        return (self.name, *self.spellings)

    def stands_in(self, folded_text: str) -> bool:
        """Whether a folded text names it, and none of the words that exclude it."""
        return any(stands_in(folded_text, one) for one in self.written) and not any(
            stands_in(folded_text, one) for one in self.excludes
        )


def named(text: str, names: Iterable[Name]) -> tuple[Name, ...]:
    """Which of the names the text names, competitors among them."""
    plain = folded(text)
    return tuple(one for one in names if one.stands_in(plain))


def names_us(text: str, names: Iterable[Name]) -> bool:
    """Whether the text names any of the names that are ours; a competitor's never counts."""
    plain = folded(text)
    return any(one.ours and one.stands_in(plain) for one in names)


# --- as text -------------------------------------------------------------------------------

_KIND = re.compile(rf"({'|'.join(one.value for one in NameKind)})\s?:\s?(.*)", re.IGNORECASE)
_QUOTED = r'"((?:[^"]|"")*)"'
_MARK = r"(?<!\S)[=-](?!\S)"
_NAME = re.compile(rf"(?:{_QUOTED}|(.*?))\s?({_MARK}|$)")
_WORDS = re.compile(rf"\s?(?:{_QUOTED}|(.*?))\s?({_MARK}|,|$)")
_JUST_WORDS = re.compile(rf"\s?(?:{_QUOTED}|(.*?))\s?(,|$)")


def parse(line: str) -> Name:
    """The name in a line. Raises BadNameError."""
    line = " ".join(line.split())
    kind, rest = NameKind.BUSINESS, line
    if said := _KIND.fullmatch(line):
        kind, rest = NameKind(said[1].lower()), said[2]
    words, mark, at = _next(_NAME, rest, 0)
    lists: dict[str, list[str]] = {"=": [], "-": []}
    while mark:
        one, after, at = _next(_WORDS, rest, at)
        lists[mark].append(one)
        mark = mark if after == "," else after
    return checked(Name(kind, words, _once(lists["="], words), _once(lists["-"])))


def checked(name: Name) -> Name:
    """The name itself. Raises BadNameError where nothing could ever be heard of it."""
    if not folded(name.name):
        raise BadNameError(format_name(name), NameFlaw.NO_NAME)
    if not any(name.stands_in(folded(one)) for one in name.written):
        raise BadNameError(format_name(name), NameFlaw.NEVER_HEARD)
    return name


def format_name(name: Name) -> str:
    """The line of which `parse` makes this name again."""
    kind = "" if name.kind is NameKind.BUSINESS else f"{name.kind.value}: "
    said = _quoted(name.name, _NAME)
    if not kind and _KIND.fullmatch(said):
        kind = f"{NameKind.BUSINESS.value}: "
    line = f"{kind}{said}"
    if name.spellings:
        line += f" = {words_line(name.spellings)}"
    return f"{line} - {words_line(name.excludes)}" if name.excludes else line


def words_in(text: str) -> tuple[str, ...]:
    """Words between commas, each once."""
    text = " ".join(text.split())
    found, at, mark = [], 0, ","
    while mark:
        one, mark, at = _next(_JUST_WORDS, text, at)
        found.append(one)
    return _once(found)


def words_line(words: Iterable[str]) -> str:
    """The text of which `words_in` makes these words again."""
    return ", ".join(_quoted(one, _WORDS) for one in words)


def listened(setting: str, business: str = "") -> tuple[Name, ...]:
    """The names in a setting of such lines, and before them the business's own.

    The own one may stand among the lines to get spellings and excluding words. A line that is no
    name, as one of an older home may be, is taken for a name as it stands.
    """
    lines = [" ".join(one.split()) for one in setting.splitlines()]
    names = [_lenient(line) for line in lines if line]
    own = " ".join(business.split())
    if own:
        found = [one for one in names if one.kind is NameKind.BUSINESS and one.name == own]
        names = [*(found[:1] or [Name(NameKind.BUSINESS, own)]), *names]
    return tuple(dict.fromkeys(names))


def _lenient(line: str) -> Name:
    try:
        return parse(line)
    except BadNameError:
        return Name(NameKind.BUSINESS, line)


def _next(pattern: re.Pattern[str], text: str, at: int) -> tuple[str, str, int]:
    """The words from `at` on, the mark behind them (empty: the end), and where that ends."""
    found = pattern.match(text, at)
    if found is None:
        raise ValueError(f"the end of a text ends its words: {text!r}")
    quoted, plain = found[1], found[2]
    words = quoted.replace('""', '"') if plain is None else plain
    return " ".join(words.split()), found[3], found.end()


def _once(words: Iterable[str], but: str = "") -> tuple[str, ...]:
    return tuple(one for one in dict.fromkeys(words) if one and one != but)


def _quoted(words: str, pattern: re.Pattern[str]) -> str:
    """In quotes where it would not be read as it stands."""
    said = pattern.match(words)
    whole = said is not None and not said[3] and said.end() == len(words)
    if whole and not words.startswith('"'):
        return words
    return '"' + words.replace('"', '""') + '"'
