"""What a file is, by how it begins: mails, or what may be a table; never a list of feeds. Pure."""

from __future__ import annotations

import re
from enum import Enum
from itertools import islice
from typing import Final

from . import box

_LOOKED_AT: Final = 400_000
"""Bytes of a mail in which its head must begin to say whose it is."""
_START: Final = 4_000
"""Bytes in which a list of feeds says that it is one."""
_MAILS: Final = 5
_HEAD: Final = re.compile(
    rb"^(?:from|sender|date|subject|message-id|received|return-path)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_END: Final = re.compile(rb"\n\r?\n")
_OPML: Final = re.compile(rb"<opml[\s>]", re.IGNORECASE)
_MARKUP: Final = (b"<?xml", b"<!doctype", b"<html", b"<rss", b"<feed")
_JSON: Final = re.compile(rb'\{\s*"|\[\s*[\[{"]')
_BINARY: Final = (
    *(b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"SQLite format"),
    *(b"RIFF", b"7z\xbc\xaf", b"Rar!", b"\x7fELF"),
)


class Kind(Enum):
    """`TABLE`: it may be one, which only its rows can tell. The last four are none of ours."""

    TABLE = "table"
    MAIL = "mail"
    BOX = "box"
    FEEDS = "feeds"
    MARKUP = "markup"
    BINARY = "binary"
    NO_MAIL = "no_mail"


def kind_of(suffix: str, data: bytes) -> Kind:
    """`suffix` of the file's name, with its dot. What is empty may become a table yet."""
    start = data[:_START].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").lstrip()
    if not start:
        return Kind.TABLE
    if data.startswith(_BINARY):
        return Kind.BINARY
    if start.startswith(b"<") and _OPML.search(start):
        return Kind.FEEDS
    if start.lower().startswith(_MARKUP) or _JSON.match(start):
        return Kind.MARKUP
    if box.is_box(data) and any(map(_is_mail, islice(box.each(data[:_LOOKED_AT]), _MAILS))):
        return Kind.BOX
    if suffix.lower() == ".eml" and _is_mail(data):
        return Kind.MAIL
    if suffix.lower() in (".eml", ".mbox"):
        return Kind.NO_MAIL
    return Kind.TABLE


def _is_mail(data: bytes) -> bool:
    """Whether it begins with lines that say from whom, when or about what it is."""
    start = data[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf").lstrip()
    end = _END.search(start)
    return _HEAD.search(start, 0, end.start() if end else len(start)) is not None
