"""Bytes to rows of text: the charset, what divides the cells, and quotes never closed. Pure.

Never raises for any bytes but with `NotATableError` where they are no text at all.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MOST_COLUMNS: Final = 200
MOST_ROWS: Final = 200_000
_LONGEST_LINE: Final = 100_000
"""Characters; below what the library takes for one cell."""
_LONGEST_CELL: Final = 50_000
_LONGEST_ROW: Final = 500
"""Lines that one row may fill: beyond it a quotation mark was opened and never closed."""
_MOST_BROKEN: Final = 300
"""Rows that are mended over several lines; in a file with more of them each line is a row."""
_LOOKED_AT: Final = 100
_PIECE: Final = 1 << 20  # bytes
_BEYOND: Final = re.compile(r"[^\x00-\x7f]+")
_DIVIDERS: Final = (",", ";", "\t", "|")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before the next, which it begins with
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WINDOWS: Final = "cp1252"
_LOADED: Final = tuple(codecs.lookup(name).name for name in (*dict(_MARKS).values(), _WINDOWS))
"""Looked up now: later, with the limits on, no file may be opened for one."""
_BINARY: Final = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_SPREADSHEET: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_EDGE: Final = "\x1f"  # what separates units: nobody writes it
_SEPARATOR: Final = re.compile(r"sep=(.)", re.IGNORECASE)


class NotATableError(Exception):
    """`why`: `spreadsheet`, `binary`, `empty`, or `no_table` where nothing says what it holds."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Rows:
    """Rows packed small: as text in lists, those of a large file would be more than is allowed."""

    def __init__(self, packed: Iterable[bytes] = ()) -> None:
        self._packed = list(packed)

    def add(self, row: Sequence[str]) -> None:
        cells = (cell.replace(_EDGE, " ") for cell in row)
        self._packed.append(_EDGE.join(cells).encode("utf-8", "replace"))

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[list[str]]:
        return (one.decode().split(_EDGE) for one in self._packed)

    def part(self, start: int, count: int) -> list[list[str]]:
        return list(Rows(self._packed[start : start + count]))

    def once(self, start: int, doubles: Callable[[list[str]], object]) -> Rows:
        """From this one on, each that is different, or of which `doubles` are no doubles.

        The one before is the heading, which stands again where tables were put together.
        """
        heading = self._packed[start - 1] if start else None
        seen: set[bytes] = set()
        kept: list[bytes] = []
        for one in self._packed[start:]:
            if one == heading:
                continue
            if one not in seen or not doubles(one.decode().split(_EDGE)):
                kept.append(one)
            seen.add(one)
        return Rows(kept)


@dataclass(frozen=True, slots=True)
class Table:
    """All rows as they stand; empty lines are left out. `more`: there are more than are read."""

    rows: Rows
    charset: str
    divider: str
    more: bool = False


def read(data: bytes) -> Table:
    """Raises NotATableError."""
    if data.startswith(_SPREADSHEET):
        raise NotATableError("spreadsheet")
    lines, charset = _decoded(data)
    start = "\n".join(lines[at] for at in range(min(len(lines), _LOOKED_AT)))[:10_000]
    nuls = sum(line.count(0) for line in lines.lines[:_LOOKED_AT])
    if len(_BINARY.findall(start)) > len(start) // 20 or nuls > len(start) // 20 + 1:
        raise NotATableError("binary" if start.strip() else "empty")
    divider = _SEPARATOR.fullmatch(lines[0].strip()) if len(lines) else None
    if divider:
        del lines.lines[0]
    mark = divider[1] if divider else _divider(lines.first(_LOOKED_AT))
    rows = Rows()
    for row in _rows(lines, mark):
        if len(rows) >= MOST_ROWS:
            return Table(rows, charset, mark, more=True)
        rows.add(row)
    if not len(rows):
        raise NotATableError("empty")
    return Table(rows, charset, mark)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines as they are asked for: all of them as text at once could be four times as much."""

    lines: list[bytes]
    charset: str

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, at: int) -> str:
        return self.lines[at].decode(self.charset, "replace").replace("\0", "")[:_LONGEST_LINE]

    def first(self, count: int) -> Lines:
        return Lines(self.lines[:count], self.charset)


def _decoded(data: bytes) -> tuple[Lines, str]:
    """The lines and their charset: by its mark, as UTF-8, or as Windows writes it."""
    data, charset = _marked(data)
    told = charset
    if charset not in ("", "utf-8"):  # two bytes or four a letter: a line's end is no one byte
        data, told = data.decode(charset, "replace").encode("utf-8", "replace"), "utf-8"
    elif not charset:
        charset = told = "utf-8" if _is_utf8(data) else _WINDOWS
    return Lines(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), told), charset


def _marked(data: bytes) -> tuple[bytes, str]:
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :], charset
    for first, charset in ((1, "utf-16-le"), (0, "utf-16-be")):
        sample = data[:400]
        if len(sample) >= 4 and 1 > sample[first::2].count(0) / (len(sample) // 2) > 0.8:
            return data, charset
        if sample[first::2].strip(b"\0") == b"" and sample[1 - first :: 2].strip(b"\0"):
            return data, charset
    return data, ""


def _is_utf8(data: bytes) -> bool:
    """Whether it is, but for a few letters perhaps that were broken on the way."""
    good = bad = 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        text = decoder.decode(piece, final=start + _PIECE >= len(data))
        if not text.isascii():
            broken = text.count("\ufffd")
            bad += broken
            good += sum(map(len, _BEYOND.findall(text))) - broken
    return good >= 3 * bad


def _divider(lines: Lines) -> str:
    """What divides the cells: what makes the rows equally wide, and wider than one."""

    def fits(mark: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _rows(lines, mark))
        width, often = max(
            widths.items(), key=lambda pair: (pair[0] > 1, pair[1], pair[0]), default=(1, 0)
        )
        even = often / max(sum(widths.values()), 1)
        return (round(even, 1) if width > 1 else 0.0, width)

    return max(_DIVIDERS, key=fits)


@dataclass(slots=True)
class _Feed:
    """Hands lines to the reader of the library, from any of them on."""

    lines: Lines
    at: int

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        self.at += 1
        return f"{self.lines[self.at - 1]}\n"


def _rows(lines: Lines, mark: str) -> Iterator[list[str]]:
    """The rows that are not empty; one whose quotes never close is taken line by line."""
    feed = _Feed(lines, 0)
    reader = csv.reader(feed, delimiter=mark, strict=True)
    width = broken = 0
    while feed.at < len(lines):
        start = feed.at
        try:
            row = next(reader, [])
            sound = _is_sound(row, feed.at - start)
        except csv.Error:
            row, sound = [], False
        if not sound:
            broken += 1
            row, feed.at = _mended(lines, start, mark, width if broken <= _MOST_BROKEN else 0)
            reader = csv.reader(feed, delimiter=mark, strict=True)
        row = row[:MOST_COLUMNS]
        if any(cell.strip() for cell in row):
            width = width or len(row)
            yield row


def _is_sound(row: list[str], lines: int) -> bool:
    return lines == 1 or (lines <= _LONGEST_ROW and max(map(len, row), default=0) <= _LONGEST_CELL)


def _mended(lines: Lines, start: int, mark: str, width: int) -> tuple[list[str], int]:
    """A row whose quotes are not as they should be, and where the next one begins.

    It may go on over lines, unless these look like rows of their own: then a quotation mark was
    opened and not closed. Without a `width` to compare with, it is one line.
    """
    feed = _Feed(lines, start)
    if width:
        with contextlib.suppress(csv.Error):
            row = next(csv.reader(feed, delimiter=mark), [])
            inner = range(start + 1, min(feed.at, start + _LONGEST_ROW))
            alike = sum(len(_single(lines[at], mark)) == width for at in inner)
            if _is_sound(row, feed.at - start) and alike * 2 <= len(inner):
                return row, feed.at
    return _single(lines[start], mark), start + 1


def _single(line: str, mark: str) -> list[str]:
    with contextlib.suppress(csv.Error):
        for row in csv.reader([line], delimiter=mark):
            return row
    return [line[:_LONGEST_CELL]]
