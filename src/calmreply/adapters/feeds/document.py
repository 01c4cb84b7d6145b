"""A downloaded document to rows: charset, what is no feed at all, strict or loose. In the worker.

Most feeds are XML and take the strict parser. What is not XML in the middle (a bare ampersand,
an HTML entity) takes feedparser's loose one, which reads it again from the start. A document
that just ends too early keeps what the strict parser found: its last, half entry is left out,
because half a review would look like an edited one when the rest arrives.
"""

from __future__ import annotations

import codecs
import math
import re
import xml.sax
import xml.sax.expatreader
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import partial
from io import BytesIO
from typing import Any, Final
from xml.parsers.expat import errors as expat_errors
from xml.sax.xmlreader import InputSource

from feedparser.exceptions import UndeclaredNamespace
from feedparser.sanitizer import replace_doctype

from . import entries, jsonfeed
from .parsers import Enough, Loose, Row, Strict

_HEAD: Final = 32 * 1024
"""Bytes within which a feed must show its root element."""
_ROOT: Final = re.compile(
    rb"<(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE
)
_HTML: Final = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_CLOSED: Final = re.compile(
    rb"</(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf|channel)\s*>\s*\Z", re.IGNORECASE
)
_DECLARATION: Final = re.compile(rb"<\?xml[^>]*?>")
_ENCODING: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_WHITESPACE: Final = re.compile(rb"\s+")

_TEXT_AT_ONCE: Final = 64 * 1024
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_WIDE: Final = (
    (b"<\0\0\0", "utf_32_le"),
    (b"\0\0\0<", "utf_32_be"),
    (b"<\0", "utf_16_le"),
    (b"\0<", "utf_16_be"),
)
# Named, because Python has codecs that are no charsets, and some that are slow on purpose. By
# the names of Python's modules, since looking another one up would open files.
CHARSETS: Final = frozenset(
    {
        *("ascii", "utf_8", "utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be", "latin_1"),
        *("cp874", "koi8_r", "koi8_u", "mac_roman", "shift_jis", "cp932", "euc_jp"),
        *("iso2022_jp", "gb2312", "gbk", "gb18030", "big5", "big5hkscs", "euc_kr", "cp949"),
        *(f"iso8859_{part}" for part in range(2, 17) if part != 12),  # 12 was never made
        *(f"cp{page}" for page in range(1250, 1259)),
    }
)
_MARKED_ONLY: Final = frozenset({"utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"})
_NAMES: Final = {name: name for name in CHARSETS - _MARKED_ONLY} | {
    name: charset
    for name, charset in aliases.items()
    if charset in CHARSETS and charset not in _MARKED_ONLY
}
_ALL_ASCII: Final = "iso2022_jp"  # its bytes would pass for UTF-8
_WIDER: Final = {"latin_1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_CONTROLS: Final = bytes([*range(9), 11, 12, *range(14, 32), 127])
_ENDED_EARLY: Final = frozenset(
    {
        expat_errors.XML_ERROR_NO_ELEMENTS,
        expat_errors.XML_ERROR_UNCLOSED_TOKEN,
        expat_errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat_errors.XML_ERROR_PARTIAL_CHAR,
    }
)


class NotAFeed(Exception):  # noqa: N818  # a finding about the document, not a failure
    """HTML, or anything else that no feed reader could read."""


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: title and link of the feed, its rows, and whether some may be missing."""

    title: str
    link: str | None
    rows: list[Row]
    cut_off: bool


def read(
    body: bytes, headers: Mapping[str, str], address: str, *, stop_at: float = math.inf
) -> Document:
    """Rows of a feed, as many as were read by `stop_at` (monotonic seconds).

    Raises `NotAFeed`, and `MemoryError` where the limits of this process end it.
    """
    data = utf8(body, headers)
    del body
    if jsonfeed.looks_like_one(data):
        found = jsonfeed.read(data, address, stop_at)
        if found is None:
            raise NotAFeed
        return Document(*found)
    data = _from_root(data)
    parser, ended_early = _parse(data, address, stop_at)
    if not (parser.version or parser.rows or parser.infeed or parser.feeddata):
        raise NotAFeed
    rows = entries.tell_apart(parser.rows)
    if parser.version.startswith("atom") and (name := entries.author(parser.feeddata)):
        for each in rows:  # Atom: an entry without an author has the feed's
            each[3] = each[3] or name
    spoken = entries.language(dict.get(parser.feeddata, "language"))
    for each in rows:
        each[8] = each[8] or spoken
    return Document(
        title=entries.heading(parser.feeddata),
        link=entries.absolute(dict.get(parser.feeddata, "link"), address),
        rows=rows,
        cut_off=ended_early or parser.broken > 0,
    )


def utf8(body: bytes, headers: Mapping[str, str]) -> bytes:
    """The document in UTF-8, whatever it says it is; control characters XML forbids are gone.

    Bytes that are valid UTF-8 are taken for UTF-8 even if they claim to be something else: no
    other charset looks like that by accident, and mislabelled UTF-8 is the most common mistake.
    """
    charset = _marked(body)
    if charset is None:
        charset = _declared(body, headers)
        if charset != _ALL_ASCII and _is_utf8(body):
            charset = "utf_8"
    as_it_is = charset == "utf_8" and _is_utf8(body)
    data = body if as_it_is else _decoded(body, charset).encode()
    return data.removeprefix(codecs.BOM_UTF8).translate(None, _CONTROLS)


def _marked(body: bytes) -> str | None:
    for mark, charset in (*_BOMS, *_WIDE):
        if body.startswith(mark):
            return charset
    return None


def _declared(body: bytes, headers: Mapping[str, str]) -> str:
    in_header = _CHARSET.search(headers.get("content-type", "")[:500])
    in_body = _ENCODING.search(body[:1024])
    for found in (in_header and in_header.group(1), in_body and in_body.group(1).decode("ascii")):
        name = _NAMES.get(normalize_encoding(found).lower()) if found else None
        if name is not None and name not in ("ascii", "utf_8"):
            return _WIDER.get(name, name)
    return "cp1252"


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(body)
    try:
        for start in range(0, len(view), 1 << 16):  # in pieces: never the whole text in memory
            decoder.decode(view[start : start + (1 << 16)])
    except UnicodeDecodeError:
        return False
    return True  # a character cut off at the very end is no other charset


def _decoded(body: bytes, charset: str) -> str:
    if charset not in ("utf_8", "cp1252"):
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            if charset in _MARKED_ONLY:
                return body.decode(charset, "replace")
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if len(text) - len(text.encode("ascii", "ignore")) >= 2 * bad:
        return text  # UTF-8 with a character cut in two somewhere
    del text
    try:
        return body.decode("cp1252")
    except UnicodeDecodeError:
        return body.decode("latin_1")


def _from_root(data: bytes) -> bytes:
    """The document from its declaration on. Raises `NotAFeed` if it shows no feed's root."""
    head = data[:_HEAD]
    root = _ROOT.search(head)
    if root is None:
        raise NotAFeed
    page = _HTML.search(head)
    if page and page.start() < root.start():
        raise NotAFeed
    declaration = _DECLARATION.search(head)
    start = declaration.end() if declaration and declaration.start() < root.start() else 0
    # feedparser's patterns for this part go quadratic on white space.
    return _WHITESPACE.sub(b"\n", data[start : root.start()]) + data[root.start() :]


def _parse(data: bytes, address: str, stop_at: float) -> tuple[Strict | Loose, bool]:
    version, data, named_entities = replace_doctype(data.lstrip())
    row = partial(entries.row, address=address)
    # feedparser resolves the base with each tag, a fifth of its time; we do it once per link.
    base = address if b"base=" in data else ""
    strict = Strict(base, None, "utf-8")
    strict.start(row, stop_at)
    error = _strictly(data, strict)
    if error is None or error in _ENDED_EARLY or strict.stopped:
        strict.version = version or strict.version
        return strict, error is not None
    del strict
    loose = Loose(base, None, "utf-8", named_entities)
    loose.start(row, stop_at)
    with suppress(Enough):
        loose.feed(data.decode("utf-8", "replace"))
    closed = not loose.stopped and _CLOSED.search(data[-200:]) is not None
    if closed:
        loose.take_entry()
    loose.version = version or loose.version
    return loose, not closed


class _Expat(xml.sax.expatreader.ExpatParser):
    """Hands elements over as they come, and text in one piece instead of line by line."""

    _parser: Any

    def __init__(self, strict: Strict) -> None:
        super().__init__(namespaceHandling=1)
        self._strict = strict

    def reset(self) -> None:
        super().reset()
        expat = self._parser
        expat.buffer_text = True
        expat.buffer_size = _TEXT_AT_ONCE
        expat.StartElementHandler = self._strict.begin
        expat.EndElementHandler = self._strict.end


def _strictly(data: bytes, parser: Strict) -> str | None:
    """Feed the strict parser; expat's word for what was wrong, or None."""
    # External entities are off by default, and feedparser has taken the inner ones out.
    reader = _Expat(parser)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = InputSource()
    source.setByteStream(BytesIO(data))
    source.setEncoding("utf-8")
    try:
        reader.parse(source)
    except Enough:
        return Enough.__name__
    except xml.sax.SAXParseException as error:
        return str(error.getMessage())
    except (xml.sax.SAXException, UndeclaredNamespace) as error:
        return type(error).__name__
    return None
