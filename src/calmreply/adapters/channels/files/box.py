"""A box of mails (mbox) to its mails. Pure."""

from __future__ import annotations

import re
from typing import Final

_START: Final = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{1,300}\r?\n")
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


def is_box(data: bytes) -> bool:
    """Whether the bytes begin as only a box of mails does."""
    return _START.match(data.lstrip(b"\xef\xbb\xbf")[:400]) is not None


def mails(data: bytes) -> list[bytes]:
    """Each mail of the box, oldest first as they stand; lines quoted for the box as they were."""
    edges = [(found.start(), found.end()) for found in _START.finditer(data)]
    if not edges:
        return [data] if data.strip() else []
    ends = [start for start, _end in edges[1:]] + [len(data)]
    found = (data[after:end] for (_start, after), end in zip(edges, ends, strict=True))
    return [_QUOTED.sub(rb"\1", one) for one in found if one.strip()]
