"""Which column of a table is which: by its heading and by its values. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from calmreply.adapters.channels.interface import link

from . import values
from .headings import is_name, is_ours, points, side

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

_HELD: Final = frozenset({"date", "stars", "link", "language"})
"""Roles whose values can be told from any others."""
_FITS, _ALONE = 3.0, 3.5
_NEVER: Final = -100.0
_ENOUGH: Final = 0.5
_EVEN: Final = 0.8
_LONG: Final = 25.0  # characters: sentences are longer on the average, names and places are not
_SENTENCE: Final = 8.0  # of what stands under a heading that says nothing


@dataclass(frozen=True, slots=True)
class Matched:
    """`first` is the number of the first row that is no heading; `of` the column of each role.

    `sides` are the columns of what was liked (1) and what was not (-1), where the text has two.
    """

    headings: tuple[str, ...]
    first: int
    of: Mapping[str, int]
    sides: Mapping[int, int]

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
    return Matched(headings, first, found, _sides(headings, found))


def fault(rows: Sequence[Sequence[str]], found: Matched) -> str:
    """Why a table is none of reviews: `no_text`, where a person may say which column it is, or
    `no_table`; empty where it is one. `rows` and `found` are those of `match`.
    """
    width, held = len(found.headings), {"stars", "date"} & found.of.keys()
    if not found.first:
        if width > 1 and "text" in found.of and held:
            return ""
        return "no_text" if width > 1 and _is_even(rows) else "no_table"
    named = {role for role, at in found.of.items() if points(role, found.headings[at])}
    if "text" in named or (width > 1 and "stars" in held):
        return ""
    if "text" in found.of and (held or "author" in named):
        at = found.of["text"]
        cells = [row[at][:_CELL] for row in rows[found.first :][:_SAMPLE] if at < len(row)]
        if width > 1 and _length(cells) > _LONG:
            return ""
    return "no_text" if width > 1 or named else "no_table"


def _is_even(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the rows are as wide as those of a table, which sentences with commas are not."""
    widths = [len(row) for row in rows[:_SAMPLE]]
    often = max(map(widths.count, set(widths)), default=0)
    return len(widths) > 1 and often > len(widths) * _EVEN


def _heading_row(rows: Sequence[Sequence[str]], said: Collection[str]) -> int:
    """How many rows stand above the first that is one of values; `said` are headings for sure."""
    best, most = 0, 0
    sure = {name for name in said if name and not name.isdecimal()}
    for number, row in enumerate(rows[:_LOOKED_AT], start=1):
        if sure and sure <= set(map(_said_name, row)):
            return number
    for number, row in enumerate(rows[:_LOOKED_AT], start=1):
        known = sum(any(is_name(role, cell) for role in ROLES) for cell in row if len(cell) < 60)
        if known > most and not any(map(_is_value, row)):
            best, most = number, known
    if best:
        return best
    if len(rows) > 1 and not any(map(_is_value, rows[0])):
        short = all(cell.strip() and len(cell) < 30 for cell in rows[0])
        return int(short and any(any(map(_is_value, row)) for row in rows[1:_LOOKED_AT]))
    return 0


def _is_value(cell: str) -> bool:
    return bool(values.is_date(cell) or values.rating(cell) or link(cell.strip()))


def _sides(headings: Sequence[str], found: Mapping[str, int]) -> dict[int, int]:
    """Half of what somebody said must not be left out, least of all the complaint."""
    at = found.get("text")
    mine = 0 if at is None else side(headings[at])
    if at is None or mine == 0:
        return {}
    free = (other for other in range(len(headings)) if other not in found.values())
    theirs = next((other for other in free if side(headings[other]) == -mine), None)
    return {} if theirs is None else {at: mine, theirs: -mine}


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
    if is_ours(heading):
        return 0.0
    score = points(role, heading)
    full = [cell for cell in cells if cell.strip()]
    if role not in _HELD:
        return _free_score(role, score, full) if score else 0.0
    if _share(role, full) < _ENOUGH:
        return _NEVER if full else score
    if score:
        return score + _FITS
    foreign = role == "link" and headed
    return _ALONE if not foreign and _is_plain(role, full, headed=headed) else 0.0


def _free_score(role: str, score: float, full: list[str]) -> float:
    """For a role that any words can have: what they are not."""
    if role == "text":
        if _share("stars", full) + _share("date", full) > _ENOUGH:
            return _NEVER
        return score + (_FITS if _length(full) > _LONG else 0.0)
    if role == "author" and sum("@" in cell for cell in full) > len(full) / 2:
        return score / 2  # an address for want of a name
    return score


def _is_plain(role: str, cells: list[str], *, headed: bool) -> bool:
    """Whether values without a heading that says so are what they look like."""
    bare = all(cell.strip().isdecimal() for cell in cells)
    if role == "stars":
        return not headed or not bare
    return role == "link" or (role == "date" and not bare)


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


def _fall_back(found: dict[str, int], named: Sequence[str], cells: list[list[str]]) -> None:
    """The column of the longest texts, where no heading names one."""
    free = [
        at
        for at in range(len(cells))
        if at not in found.values() and not is_ours(named[at]) and not _is_held(cells[at])
    ]
    longest = max(free, key=lambda at: _length(cells[at]), default=None)
    least = 0.0 if len(cells) == 1 else _SENTENCE if any(named) else _LONG
    if longest is not None and _length(cells[longest]) > least:
        found["text"] = longest


def _is_held(cells: list[str]) -> bool:
    return any(_share(role, cells) > _ENOUGH for role in ("link", "date", "stars"))


def _is_names(cells: list[str]) -> bool:
    full = [cell.strip() for cell in cells if cell.strip()]
    named = sum(len(cell) <= 40 and any(map(str.isalpha, cell)) for cell in full)
    return bool(full) and named / len(full) > 0.8
