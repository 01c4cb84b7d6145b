"""Header lines that strangers wrote: encoded words, addresses, times. Pure, and never raises."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final

from calmreply.adapters.html import tidy

from . import mime

_LONGEST: Final = 2_000
"""Characters of a header line that are looked at."""
_LONGEST_NAME: Final = 200
_FIRST_YEAR: Final = 1990
LONGEST_ID: Final = 250
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>")

_WORD: Final = re.compile(r"=\?([\w.:+-]{1,60})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\r\n]{0,1000})\?=")
_BETWEEN_WORDS: Final = re.compile(r"(\?=)[ \t\r\n]+(?==\?)")
_ADDRESS: Final = re.compile(
    r"[^\s@<>\"(),:;\\\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>\"(),:;\\\x00-\x1f\x7f]{1,253}"
)
_IN_BRACKETS: Final = re.compile(r"<\s*([^<>\s]{3,320})\s*>")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Who a header names: either may be empty. `address` is in small letters."""

    name: str = ""
    address: str = ""

    @property
    def host(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def local(self) -> str:
        return self.address.rpartition("@")[0]


def raw(head: Message, name: str) -> str:
    """The first line of that name as sent, folding undone; bytes beyond ASCII are decoded."""
    value = next((value for key, value in head.raw_items() if key.lower() == name), "")
    text = str(value)[:_LONGEST].encode("utf-8", "surrogateescape")
    return " ".join(mime.in_charset(text, "utf-8" if _is_utf8(text) else "").split())


def ids(head: Message, name: str) -> tuple[str, ...]:
    """The Message-IDs in the first line of that name, each once and in their order.

    Of a line longer than any honest one the middle is left out.
    """
    found = next((value for key, value in head.raw_items() if key.lower() == name), "")
    line = str(found)
    if len(line) > 2 * _LONGEST:
        line = f"{line[:_LONGEST]} {line[-_LONGEST:]}"
    named = (one for one in _MESSAGE_ID.findall(line) if len(one) <= LONGEST_ID)
    return tuple(dict.fromkeys(named))


def text(head: Message, name: str) -> str:
    """One line of plain words."""
    return " ".join(tidy(words(raw(head, name))).split())


def words(value: str) -> str:
    """A header's value with its encoded words (RFC 2047) decoded; bad ones stay as they are.

    Neighbours in one charset are joined before they are decoded, because some senders cut a
    letter in two.
    """
    pieces: list[tuple[str, bytes | str]] = []
    end = 0
    value = _BETWEEN_WORDS.sub(r"\1", value)
    for found in _WORD.finditer(value):
        if value[end : found.start()]:
            pieces.append(("", value[end : found.start()]))
        end = found.end()
        charset, coding, told = found[1].lower(), found[2].lower(), found[3]
        data = told.encode("utf-8", "replace")
        data = mime.base64(data) if coding == "b" else binascii.a2b_qp(data, header=True)
        before = pieces[-1] if pieces else ("", "")
        if before[0] == charset and isinstance(before[1], bytes):
            pieces[-1] = (charset, before[1] + data)
        else:
            pieces.append((charset, data))
    pieces.append(("", value[end:]))
    return "".join(
        piece if isinstance(piece, str) else mime.in_charset(piece, charset)
        for charset, piece in pieces
    )


def mailbox(head: Message, name: str) -> Mailbox:
    """The first person that a header like From names."""
    line = raw(head, name)
    try:
        phrase, address = parseaddr(line)
    except (ValueError, LookupError, RecursionError):
        phrase, address = "", ""
    if not _ADDRESS.fullmatch(address):
        line = words(line)
        seen = _IN_BRACKETS.search(line)
        address = seen[1] if seen else ""
        if not _ADDRESS.fullmatch(address):
            loose = _ADDRESS.search(line)
            address = loose[0] if loose else ""
        phrase = line[: seen.start()] if seen else ""
    called = " ".join(tidy(words(phrase)).strip("\"'< ").split())[:_LONGEST_NAME]
    return Mailbox(called, address.lower())


def sent(head: Message, received: datetime | None, now: datetime) -> datetime | None:
    """When it was written (UTC), if that can be true; else when it was received."""
    known = received if received is not None and received <= now else now
    try:
        told = parsedate_to_datetime(raw(head, "date")[:100])
        if told.tzinfo is None:
            told = told.replace(tzinfo=UTC)
        told = told.astimezone(UTC)
    except (ValueError, TypeError, LookupError, OverflowError):
        return received
    # A clock that is a little ahead is common, a mail from tomorrow is not.
    if told.year < _FIRST_YEAR or told > now or (told - known).total_seconds() > 3600:
        return received
    return told


def language(head: Message) -> str:
    """The first language tag of Content-Language, or nothing."""
    told = raw(head, "content-language").partition(",")[0].strip()
    return told if _LANGUAGE.fullmatch(told) else ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
