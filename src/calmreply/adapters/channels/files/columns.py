"""Which column of a table is which: by its heading (English, German) and by its values. Pure."""

from __future__ import annotations

import re
import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from calmreply.adapters.channels.interface import link

from . import values

ROLES: Final = (
    *("text", "author", "stars", "date", "link", "site", "title", "place", "language", "contact"),
    "id",
)
_SAMPLE: Final = 200
_LONGEST_NAME: Final = 100
_LOOKED_AT: Final = 10
ENOUGH: Final = _SAMPLE + _LOOKED_AT
"""Rows from the first on with which `match` knows all it wants to know."""
_CELL: Final = 2_000
"""Characters of a cell that are looked at to guess with."""

_HEADINGS: Final[Mapping[str, str]] = {
    "text": (
        "text|review text|review|comment|comments|content|body|message|feedback|review body|"
        "review content|review comment|bewertungstext|kommentar|rezension|rezensionstext|"
        "bewertung|nachricht|inhalt|meinung|erfahrung|textinhalt"
    ),
    "author": (
        "author|name|reviewer|reviewer name|author name|user|user name|username|customer|"
        "customer name|guest|guest name|display name|by|from|autor|verfasser|kunde|kundenname|"
        "benutzer|benutzername|gast|rezensent|nutzer|nutzername|von"
    ),
    "stars": (
        "stars|star|rating|star rating|score|points|review rating|overall rating|rating value|"
        "sterne|bewertung|punkte|sternebewertung|wertung|gesamtbewertung|anzahl sterne"
    ),
    "date": (
        "date|time|created|created at|create time|published|published at|posted|posted at|"
        "submitted|submitted at|timestamp|review date|date created|datum|zeit|zeitpunkt|erstellt|"
        "erstellt am|veröffentlicht|veröffentlicht am|verfasst am|abgegeben am|zeitstempel|"
        "bewertungsdatum"
    ),
    "link": "link|url|review url|review link|permalink|href|web address|webadresse",
    "site": (
        "site|source|platform|portal|network|website|channel|quelle|plattform|netzwerk|seite|kanal"
    ),
    "title": "title|subject|headline|heading|summary|review title|titel|betreff|überschrift",
    "place": (
        "place|location|location name|branch|store|shop|outlet|listing|business|business name|"
        "standort|filiale|ort|geschäft|laden|niederlassung|betrieb"
    ),
    "language": "language|lang|locale|review language|sprache",
    "contact": (
        "email|e mail|mail|phone|contact|telephone|email address|telefon|kontakt|e mail adresse"
    ),
    "id": "id|review id|reviewid|uuid|guid|bewertungs id|bewertungsid|review number",
}
_NAMES: Final = {role: frozenset(names.split("|")) for role, names in _HEADINGS.items()}
_ANSWER: Final = re.compile(
    r"\b(?:reply|replied|replies|response|responses|responded|answer|answers|owner|antwort|"
    r"antworten|beantwortet|updated|modified|geändert|aktualisiert)\b"
)
"""Columns about our own answers, or about changes: nobody else's words."""
_WORD: Final = re.compile(r"[\W_]+")
_HUMP: Final = re.compile(r"(?<=[a-zäöü])(?=[A-ZÄÖÜ])")
_HELD: Final = frozenset({"date", "stars", "link", "language"})
"""Roles whose values can be told from any others."""
_EXACT, _PART, _FITS, _ALONE = 10.0, 5.0, 3.0, 4.0
_NEVER: Final = -100.0
_ENOUGH: Final = 0.5
_LONG: Final = 25.0  # characters: sentences are longer on the average, names and places are not


@dataclass(frozen=True, slots=True)
class Matched:
    """`first` is the number of the first row that is no heading; `of` the column of each role."""

    headings: tuple[str, ...]
    first: int
    of: Mapping[str, int]

    @property
    def names(self) -> dict[str, str]:
        """How each role's column can be said again: by its heading, or by its number from 1."""
        return {role: self._name(at) for role, at in self.of.items()}

    def _name(self, at: int) -> str:
        heading = self.headings[at]
        alone = [one.casefold() for one in self.headings].count(heading.casefold()) == 1
        return heading if heading and alone and len(heading) <= _LONGEST_NAME else str(at + 1)


def match(rows: Sequence[Sequence[str]], said: Mapping[str, str]) -> Matched:
    """The columns of a table; what a person `said` (role to heading or number from 1) goes first.

    Raises LookupError with the name of a column that is not there.
    """
    first = _heading_row(rows, {_said_name(name) for name in said.values()})
    width = max((len(row) for row in rows[:_SAMPLE]), default=0)
    named = list(rows[first - 1]) if first else []
    headings = tuple(" ".join(named[at].split()) if at < len(named) else "" for at in range(width))
    sample = rows[first : first + _SAMPLE]
    cells = [[row[at][:_CELL] for row in sample if at < len(row)] for at in range(width)]
    fixed = {role: _said(headings, name) for role, name in said.items() if name.strip()}
    found = _guess(headings, cells, fixed, headed=first > 0)
    return Matched(headings, first, found)


def normal(heading: str) -> str:
    """A heading as it is compared: words in lower case with single spaces."""
    return _WORD.sub(" ", _HUMP.sub(" ", heading)).strip().casefold()


def _heading_row(rows: Sequence[Sequence[str]], said: Collection[str]) -> int:
    """How many rows stand above the first that is one of values; `said` are headings for sure."""
    best, most = 0, 0
    sure = {name for name in said if name and not name.isdecimal()}
    for number, row in enumerate(rows[:_LOOKED_AT], start=1):
        if sure and sure <= set(map(_said_name, row)):
            return number
    for number, row in enumerate(rows[:_LOOKED_AT], start=1):
        known = sum(any(_is_named(role, cell) for role in ROLES) for cell in row if len(cell) < 60)
        if known > most and not any(map(_is_value, row)):
            best, most = number, known
    if best:
        return best
    if len(rows) > 1 and not any(map(_is_value, rows[0])):
        short = all(cell.strip() and len(cell) < 30 for cell in rows[0])
        return int(short and any(any(map(_is_value, row)) for row in rows[1:_LOOKED_AT]))
    return 0


def _is_named(role: str, heading: str) -> bool:
    return normal(heading) in _NAMES[role]


def _is_value(cell: str) -> bool:
    return bool(values.is_date(cell) or values.rating(cell) or link(cell.strip()))


def _said_name(heading: str) -> str:
    return " ".join(heading.split()).casefold()


def _said(headings: Sequence[str], name: str) -> int:
    wanted = _said_name(name)
    for at, heading in enumerate(headings):
        if _said_name(heading) == wanted:
            return at
    if wanted.isdecimal() and len(wanted) < 5 and 0 < int(wanted) <= len(headings):
        return int(wanted) - 1
    raise LookupError(name)


def _guess(
    headings: Sequence[str], cells: list[list[str]], fixed: Mapping[str, int], *, headed: bool
) -> dict[str, int]:
    """Each role its best column, the surest pairs first."""
    pairs = sorted(
        (
            (-score, ROLES.index(role), at)
            for role in ROLES
            for at, heading in enumerate(headings)
            if role not in fixed
            and at not in fixed.values()
            and (score := _score(role, heading, cells[at], headed=headed)) > 0
        ),
    )
    found = dict(fixed)
    for _score_of, number, at in pairs:
        if ROLES[number] not in found and at not in found.values():
            found[ROLES[number]] = at
    if "text" not in found:
        _fall_back(found, headings, cells)
    if not headed and "author" not in found:
        free = [at for at in range(len(cells)) if at not in found.values()]
        named = next((at for at in free if _is_names(cells[at])), None)
        if named is not None:
            found["author"] = named
    return found


def _score(role: str, heading: str, cells: list[str], *, headed: bool) -> float:
    name = normal(heading)
    if _ANSWER.search(name):
        return 0
    words = set(name.split())
    score = 0.0
    if name in _NAMES[role]:
        score = _EXACT
    elif any(one in words for one in _NAMES[role]):
        score = _PART
    if role not in _HELD:
        if role == "text" and score and _share("stars", cells) + _share("date", cells) > _ENOUGH:
            return _NEVER
        return score + (_FITS if role == "text" and score and _length(cells) > _LONG else 0)
    share = _share(role, cells)
    if share < _ENOUGH:
        return _NEVER if any(cell.strip() for cell in cells) else score
    if score:
        return score + _FITS
    return _ALONE if _is_plain(role, cells, headed=headed) else 0


def _is_plain(role: str, cells: list[str], *, headed: bool) -> bool:
    """Whether values without a heading that says so are what they look like."""
    full = [cell for cell in cells if cell.strip()]
    if role == "language":
        return False
    if role == "stars":
        bare = all(cell.strip().isdecimal() for cell in full)
        return not headed or not bare
    return role == "link" or not all(cell.strip().isdecimal() for cell in full)


def _share(role: str, cells: list[str]) -> float:
    full = [cell.strip() for cell in cells if cell.strip()]
    test = {
        "date": values.is_date,
        "stars": lambda cell: values.rating(cell) is not None,
        "link": lambda cell: link(cell) is not None,
        "language": lambda cell: bool(values.language(cell)),
    }[role]
    return sum(map(bool, map(test, full))) / len(full) if full else 0.0


def _length(cells: list[str]) -> float:
    full = [len(cell) for cell in cells if cell.strip()]
    return statistics.fmean(full) if full else 0.0


def _fall_back(found: dict[str, int], headings: Sequence[str], cells: list[list[str]]) -> None:
    """The column of the longest texts, where no heading names one."""
    free = [
        at
        for at in range(len(cells))
        if at not in found.values() and not _ANSWER.search(normal(headings[at]))
    ]
    longest = max(free, key=lambda at: _length(cells[at]), default=None)
    alone = len(cells) == 1
    if longest is not None and _length(cells[longest]) > (0 if alone else _LONG):
        found["text"] = longest


def _is_names(cells: list[str]) -> bool:
    full = [cell.strip() for cell in cells if cell.strip()]
    named = sum(len(cell) <= 40 and any(map(str.isalpha, cell)) for cell in full)
    return bool(full) and named / len(full) > 0.8
