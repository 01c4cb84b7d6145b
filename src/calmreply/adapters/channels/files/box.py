"""A box of mails (mbox) to its mails. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_START: Final = re.compile(rb"From [^\r\n]{1,300}\r?\n")
_WORD: Final = b"From "
_MARK: Final = b"\xef\xbb\xbf"
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_LONGEST: Final = 400_000
"""Bytes of one mail that are kept; of one in a mailbox no more is looked at either."""


def is_box(data: bytes) -> bool:
    """Whether the bytes begin as only a box of mails does."""
    return _START.match(data[:400].removeprefix(_MARK)) is not None


def mails(data: bytes) -> list[bytes]:
    """Each mail of the box, oldest first as they stand; lines quoted for the box as they were."""
    return [_QUOTED.sub(rb"\1", one) for one in each(data) if one.strip()]


def each(data: bytes) -> Iterator[bytes]:
    """Each mail as it stands in the box, found as it is asked for; also those without a word."""
    data = data.removeprefix(_MARK)
    before: int | None = None
    for start, after in _edges(data):
        if before is not None:
            yield data[before : min(start, before + _LONGEST)]
        before = after
    if before is not None:
        yield data[before : before + _LONGEST]


def _edges(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the line that begins a mail begins and ends.

    Word by word and not by one pattern over it all: that would hold up every other thread.
    """
    at = -1
    while (at := data.find(_WORD, at + 1)) >= 0:
        alone = at == 0 or data[max(0, at - 3) : at].endswith((b"\n\n", b"\n\r\n"))
        if alone and (line := _START.match(data, at)):
            yield at, line.end()
