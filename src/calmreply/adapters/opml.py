"""Lists of feed addresses out of files: OPML (defusedxml), CSV from a spreadsheet, one a line.

A file of somebody's own, but perhaps passed on by anybody: nothing in it is fetched, followed or
expanded, and an address is looked at only as far as it could be one; the web decides the rest.
What can be read is taken, what cannot is named with its reason, and only a file with nothing to
take from it is an error. May import `errors` and `i18n`; callable from any thread but slow enough
(some seconds for the nastiest file) to stay off the Qt thread.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import html
import re
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from defusedxml import (  # type: ignore[import-untyped]  # it carries no types
    DefusedXmlException,
    DTDForbidden,
    ElementTree,
)

from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext

LARGEST: Final = 5_000_000
"""Bytes of a file read at most."""
MOST: Final = 5_000
"""Addresses taken from one file at most."""
_LONGEST_ADDRESS: Final = 2_000
_LONGEST_TITLE: Final = 200
_MOST_LINES: Final = 20_000
_LONGEST_LINE: Final = 20_000
_MOST_AMPERSANDS: Final = 20_000
"""Of a list that is to be mended; addresses have some, but not millions."""
_LOOKED_AT: Final = 200
"""Lines looked at to find out how a table is divided."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})")
_CHARSETS: Final = re.compile(
    r"(?:utf|iso|latin|windows|cp|mac|koi8|shift|sjis|euc|gb|big5|hz)[\w:.-]*", re.IGNORECASE
)
_DECLARATION: Final = re.compile(r"<\?xml[^>]*\?>")
_NOT_XML: Final = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMPERSAND: Final = re.compile(r"&(#?\w{1,40};)?")
_ODD: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]+")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(?:https?|feed):\S+|www\.\S+", re.IGNORECASE)
_FOREIGN: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|javascript:|mailto:)\S+", re.IGNORECASE)
"""What nobody can listen to, and what deserves its reason."""
_SITE: Final = re.compile(r"[^\s/@:]+\.[^\s/@:.]{2,}(?::\d+)?(?:/\S*)?")
_TITLES: Final = ("title", "text")


class FeedList(NamedTuple):
    """`feeds`: (title, address), the title perhaps empty. `refused`: (what stood there, why)."""

    feeds: tuple[tuple[str, str], ...]
    refused: tuple[tuple[str, str], ...]


def read_file(path: Path) -> FeedList:
    """Raises KnownError `cannot_read_file`, and those of `read`."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        words = _("The file {name} cannot be read: {reason}.")
        raise KnownError(
            "cannot_read_file",
            words.format(name=path.name, reason=error.strerror or type(error).__name__),
            _("Check its name and that you may open it."),
        ) from error
    return read(data)


def read(data: bytes) -> FeedList:
    """The addresses in the bytes of a file.

    Raises KnownError `file_too_big`, `unsafe_file`, `not_a_list` (nothing to take from it).
    """
    if len(data) > LARGEST:
        words = _("This file is larger than {most} million bytes, too large for a list.")
        raise KnownError(
            "file_too_big",
            words.format(most=LARGEST // 1_000_000),
            _("Choose the file that holds the list, or split it."),
        )
    text = _text(data)
    taken = _Taken()
    if text.lstrip()[:1] == "<":
        root = _read_opml(text, taken)
    else:
        root = ""
        _read_lines(text, taken)
    if not taken.feeds and not taken.refused:
        raise _nothing(data, root)
    return taken.list


class _Taken:
    """What was found so far, each address once."""

    def __init__(self) -> None:
        self.feeds: dict[str, str] = {}
        self.refused: list[tuple[str, str]] = []
        self._too_many = 0

    @property
    def list(self) -> FeedList:
        refused = list(self.refused)
        if self._too_many:
            words = ngettext("{count} more address", "{count} more addresses", self._too_many)
            why = _("Only {most} are taken from one file.").format(most=MOST)
            refused.append((words.format(count=self._too_many), why))
        return FeedList(tuple((title, url) for url, title in self.feeds.items()), tuple(refused))

    def add(self, title: str, address: str) -> None:
        url = _completed(address)
        why = _wrong(url)
        if not why and url in self.feeds:
            why = _("It stands in the list twice.")
        if not why and len(self.feeds) < MOST:
            self.feeds[url] = _one_line(title)
        elif not why:
            self._too_many += 1
        else:
            self.refuse(address or title, why)

    def refuse(self, what: str, why: str) -> None:
        if len(self.refused) < MOST:
            self.refused.append((_one_line(what), why))
        else:
            self._too_many += 1


def _completed(address: str) -> str:
    address = address.strip()
    for prefix in ("feed://", "feed:"):
        if address.lower().startswith(prefix):
            address = address[len(prefix) :]
    return address if not address or _SCHEME.match(address) else f"https://{address}"


def _wrong(url: str) -> str:
    """Why this can be no feed's address, or nothing."""
    if not url:
        return _("There is no address.")
    if len(url) > _LONGEST_ADDRESS:
        return _("The address is too long.")
    if _ODD.search(url):
        return _("There is a space or something invisible in the address.")
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _port = parts.port
    except ValueError:
        return _("This is not an address.")
    if parts.scheme.lower() not in ("http", "https"):
        return _("Only addresses that begin with http:// or https:// can be listened to.")
    return "" if host else _("This is not an address.")


# --- OPML ----------------------------------------------------------------------------------


class _Outlines:
    """Takes the outlines as they come; keeps no tree, however deep it is."""

    def __init__(self, taken: _Taken) -> None:
        self.root = ""
        self.seen = 0
        self._taken = taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2].lower()
        self.root = self.root or name
        if name != "outline":
            return
        self.seen += 1
        told = {key.rpartition("}")[2].lower(): value for key, value in attributes.items()}
        kind = told.get("type", "").lower()
        address = told.get("xmlurl", "")
        if not address and kind in ("rss", "atom", "feed"):
            address = told.get("url", "")
        if address or "xmlurl" in told or kind in ("rss", "atom", "feed"):
            title = next((told[name] for name in _TITLES if told.get(name, "").strip()), "")
            self._taken.add(title, address)

    def close(self) -> None:
        """Nothing is handed back: what was found is in `taken`."""


class _Parser(ElementTree.XMLParser):  # type: ignore[misc]  # defusedxml carries no types
    def __init__(self, target: _Outlines) -> None:
        super().__init__(target=target, encoding="utf-8", forbid_dtd=True)

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: object
    ) -> None:
        # A bare DOCTYPE is harmless and usual; what it may declare inside can swell or reach out.
        if has_internal_subset:
            raise DTDForbidden(name, sysid, pubid)


def _read_opml(text: str, taken: _Taken) -> str:
    """Fill `taken` with the outlines; returns the name of the outermost element."""
    text = text.lstrip()
    declaration = _DECLARATION.match(text)
    text = _NOT_XML.sub("", text[declaration.end() :] if declaration else text).lstrip()
    whole, outlines = _parsed(text, taken)
    if not whole and text.count("&") <= _MOST_AMPERSANDS:
        repaired, again = _Taken(), _AMPERSAND.sub(_repaired, text)
        whole, outlines = _parsed(again, repaired)
        taken.feeds, taken.refused = repaired.feeds, repaired.refused
        if not whole and taken.feeds:
            what = _("after the last address taken")
            taken.refuse(what, _("The file is damaged; the rest of it cannot be read."))
    return outlines.root


def _parsed(text: str, taken: _Taken) -> tuple[bool, _Outlines]:
    outlines = _Outlines(taken)
    parser = _Parser(outlines)
    try:
        parser.feed(text.encode())
        parser.close()
    except ElementTree.ParseError:
        return False, outlines
    except DefusedXmlException as error:
        raise KnownError(
            "unsafe_file",
            _("This file tries to reach outside itself or to swell while it is read."),
            _("Nothing was taken from it. Export the list again from the program it came from."),
        ) from error
    return True, outlines


def _repaired(found: re.Match[str]) -> str:
    """An ampersand of XML as it is, of HTML as its letter, any other as a plain ampersand."""
    name = found[1] or ""
    if name.startswith("#") or name in ("amp;", "lt;", "gt;", "quot;", "apos;"):
        return found[0]
    letter = html.unescape(found[0]) if name else "&"
    return f"&amp;{name}" if letter == found[0] else escape(letter, {'"': "&quot;"})


# --- tables and plain lists ----------------------------------------------------------------


def _read_lines(text: str, taken: _Taken) -> None:
    lines = [line[:_LONGEST_LINE].strip("\ufeff \0") for line in re.split(r"\r\n?|\n", text)]
    lines = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    rest, lines = len(lines) - _MOST_LINES, lines[:_MOST_LINES]
    if not any(_holds_address(line) for line in lines):
        return
    divider = _divider(lines[:_LOOKED_AT])
    for number, line in enumerate(lines):
        cells = _cells(line, divider) if divider else _split_free(line)
        address = _address(cells)
        title = next((cell for cell in cells if cell and cell != address), "")
        if address:
            taken.add(title, address)
        elif number or not divider:  # a table's first line without one is its head
            taken.refuse(line, _("There is no address in this line."))
    if rest > 0:
        words = ngettext("{count} more line", "{count} more lines", rest).format(count=rest)
        taken.refuse(words, _("Only {most} lines of a file are read.").format(most=_MOST_LINES))


def _divider(lines: list[str]) -> str:
    """What divides a table: every line has it equally often, and an address between two."""
    for divider in "\t;,":
        rows = [_cells(line, divider) for line in lines]
        width = len(rows[0])
        even = width > 1 and all(len(row) == width for row in rows)
        if even and any(map(_address, rows)):
            return divider
    return ""


def _cells(line: str, divider: str) -> list[str]:
    # One line at a time: a quotation mark left open must not swallow the rest of the file.
    with contextlib.suppress(csv.Error):
        for row in csv.reader([line], delimiter=divider, skipinitialspace=True):
            return [cell.strip() for cell in row]
    return [line]


def _split_free(line: str) -> list[str]:
    """An address and whatever else stands in a line."""
    line = line.strip(" \t\"'")
    found = _ADDRESS.search(line)
    if found is None:
        return [line]
    address = found[0].rstrip(",;\"'>)")
    rest = f"{line[: found.start()]} {line[found.end() :]}"
    return [address, rest.strip(" \t,;:|-\"'<>()")]


def _address(cells: list[str]) -> str:
    """The cell that holds an address: one with its scheme before one without."""
    for pattern in (_ADDRESS, _FOREIGN, _SITE):
        for cell in cells:
            if pattern.fullmatch(cell):
                return cell
    return ""


def _holds_address(line: str) -> bool:
    if _ADDRESS.search(line) or _FOREIGN.search(line):
        return True
    return any(_address(_cells(line, divider)) for divider in "\t;,")


# --- bytes and words -----------------------------------------------------------------------


def _text(data: bytes) -> str:
    """The bytes as text, by their mark, as UTF-8, as the file itself says, or as Windows wrote."""
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return data.decode(charset, "replace").lstrip("\ufeff")
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode("utf-8")
    declared = _DECLARED.search(data[:500])
    if declared and _CHARSETS.fullmatch(declared[1].decode()):
        with contextlib.suppress(LookupError, ValueError):
            return data.decode(declared[1].decode())
    return data.decode("cp1252", "replace")


def _one_line(text: str) -> str:
    line = " ".join(_ODD.sub(" ", text).split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[:_LONGEST_TITLE]}..."


def _nothing(data: bytes, root: str) -> KnownError:
    if root in ("rss", "feed", "rdf"):
        words = _("This file is a feed itself, not a list of feeds.")
        way_out = _("Add the address it came from as a source.")
    elif data.startswith(b"PK\x03\x04"):
        words = _("This is a spreadsheet or an archive, not a list that can be read.")
        way_out = _("Save the sheet as CSV, then choose that file.")
    else:
        words = _("There is no feed's address in this file.")
        way_out = _("Choose an OPML or CSV file, or write one address a line.")
    return KnownError("not_a_list", words, way_out)
