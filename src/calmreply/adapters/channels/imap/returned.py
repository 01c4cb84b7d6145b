"""Mail of ours that came back: which it was, and why, as the server that returns it says. Pure.

Only a definite failure counts. That a mail is late, was read, or found somebody out of office is
none, and neither is what names no mail.
"""

from __future__ import annotations

import re
import unicodedata
from email.message import Message
from typing import Final

from . import headers, mime

_LONGEST: Final = 200_000
"""Bytes of the body that are looked through: what returns stands before the mail itself."""
_MOST: Final = 10
_LONGEST_WHY: Final = 300
_ID: Final = r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>"
_NAMED: Final = re.compile(_ID)
_NAMED_IN_BODY: Final = re.compile(rf"^message-id:[ \t]*({_ID})", re.IGNORECASE | re.MULTILINE)
_FAILED: Final = re.compile(r"^action:[ \t]*failed[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_WHY: Final = re.compile(
    r"^diagnostic-code:[ \t]*(?:[a-z0-9-]+;)?([^\r\n]{0,500})((?:\r?\n[ \t][^\r\n]{0,500}){0,5})",
    re.IGNORECASE | re.MULTILINE,
)


def returned(head: Message, body: bytes) -> tuple[tuple[str, ...], str]:
    """The Message-IDs that the notice may be about, and the reason it quotes; none for others."""
    text = body[:_LONGEST].decode("utf-8", "replace")
    report = mime.kind_of(head) == "multipart/report"
    if not (_FAILED.search(text) if report else "x-failed-recipients" in head):
        return (), ""
    named = [found[1] for found in _NAMED_IN_BODY.finditer(text)]
    for name in ("in-reply-to", "references", "x-failed-message-id"):
        named += _NAMED.findall(headers.raw(head, name))
    why = _WHY.search(text)
    words = _line(f"{why[1]} {why[2]}") if why else ""
    return tuple(dict.fromkeys(named))[:_MOST], words


def _line(text: str) -> str:
    """A stranger's words in one short line without anything invisible."""
    shown = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join(shown.split())[:_LONGEST_WHY]
