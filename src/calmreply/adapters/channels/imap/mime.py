"""The parts of a message, with limits, whatever is broken in it. Pure.

Never raises for any bytes. What cannot be decoded is replaced, what is nested deeper or longer
than anybody writes is left out.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from encodings import aliases, normalize_encoding
from typing import Final

_LONGEST_TEXT: Final = 400_000
"""Bytes of one text part that are decoded; the cleaner looks at less."""
_LONGEST_PARAMETERS: Final = 1_000
_DEEPEST: Final = 8
_MOST_PARTS: Final = 100

_END_OF_HEAD: Final = re.compile(rb"(?:^|\r?\n)\r?\n")
_HEADER_LINE: Final = re.compile(rb"^[!-9;-~]{1,100}[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", re.MULTILINE)
_LOOKS_LIKE_BOUNDARY: Final = re.compile(rb"^--([!-~]{1,70})[ \t]*\r?$", re.MULTILINE)
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_SPOILT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

_CHARSETS: Final = (
    *("ascii", "utf_8", "utf_16", "utf_16_be", "utf_16_le", "utf_7", "utf_8_sig"),
    *(f"iso8859_{number}" for number in range(1, 17) if number != 12),
    *(f"cp{number}" for number in range(1250, 1259)),
    *("cp437", "cp850", "cp852", "cp866", "cp874", "cp932", "cp936", "cp949", "cp950"),
    *("koi8_r", "koi8_u", "mac_roman", "mac_cyrillic", "tis_620", "hz", "johab"),
    *("gb2312", "gbk", "gb18030", "big5", "big5hkscs", "euc_jp", "euc_kr", "shift_jis"),
    *("iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_kr", "latin_1"),
)


def _loaded() -> frozenset[str]:
    """The charsets that mails come in, each loaded now: later no file may be opened for one."""
    found = set()
    for name in _CHARSETS:
        codecs.lookup(name)
        found.add(name)
    return frozenset(found)


_KNOWN: Final = _loaded()


@dataclass(frozen=True, slots=True)
class Part:
    """One part that holds text: `kind` is its media type, `flowed` as in RFC 3676."""

    kind: str
    text: str
    flowed: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """What was found: the texts meant to be read, and every media type in order."""

    texts: tuple[Part, ...]
    kinds: tuple[str, ...]

    def of(self, kind: str) -> str:
        return "\n\n".join(part.text for part in self.texts if part.kind == kind)


def head(message: bytes) -> tuple[Message, bytes]:
    """The header lines of a message or a part, and what follows them.

    Names are looked up without case; values are as sent, see `headers`.
    """
    if message.startswith((b"\r\n", b"\n")):
        return Message(), message.lstrip(b"\r\n")
    end = _END_OF_HEAD.search(message)
    lines = message[: end.start()] if end else message
    body = message[end.end() :] if end else b""
    # The parser would take one line that is none for the end of them all.
    good = b"\n".join(line[0] for line in _HEADER_LINE.finditer(lines.replace(b"\0", b"")))
    if not body.strip():
        body = _HEADER_LINE.sub(b"", lines) + b"\r\n" + body
    return BytesHeaderParser().parsebytes(good + b"\r\n\r\n"), body


def parts(head: Message, body: bytes) -> Parts:
    """The texts of a message, attachments left out, in their order."""
    texts: list[Part] = []
    kinds: list[str] = []
    for kind, part, inner in _leaves(head, body):
        kinds.append(kind)
        if kind in ("text/plain", "text/html") and not _attached(part):
            flowed = _parameter(part, "format").lower() == "flowed"
            texts.append(Part(kind, decoded(part, inner), flowed))
    return Parts(tuple(texts), tuple(kinds))


def kind_of(part: Message) -> str:
    """The media type, `text/plain` where none is told or it makes no sense."""
    told = str(part.get("Content-Type", ""))[:_LONGEST_PARAMETERS]
    kind = told.partition(";")[0].strip().lower()
    return kind if re.fullmatch(r"[a-z0-9.+_-]+/[a-z0-9.+_-]+", kind) else "text/plain"


def decoded(part: Message, body: bytes) -> str:
    """The text of a part out of its transfer coding and its charset."""
    coding = str(part.get("Content-Transfer-Encoding", ""))[:50].strip().lower()
    body = body[:_LONGEST_TEXT]
    if coding == "base64":
        body = base64(body)
    elif coding == "quoted-printable":
        body = binascii.a2b_qp(body)
    return in_charset(body, _parameter(part, "charset"))


def base64(data: bytes) -> bytes:
    """What these letters mean, however they are broken or cut."""
    letters = _NOT_BASE64.sub(b"", data)
    whole = len(letters) // 4 * 4
    rest = letters[whole:]
    last = rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
    return binascii.a2b_base64(letters[:whole] + last)


def in_charset(data: bytes, charset: str) -> str:
    """`data` in a charset told by a stranger, or in the one it seems to be in."""
    name = normalize_encoding(charset.strip().lower()[:40])
    name = aliases.aliases.get(name, aliases.aliases.get(name.replace(".", "_"), name))
    tries = [(name, "replace")] if name in _KNOWN - {"ascii"} else []
    for codec, errors in (*tries, ("utf-8", "strict")):
        with suppress(UnicodeError):  # some refuse even so
            return _SPOILT.sub("", data.decode(codec, errors))
    return _SPOILT.sub("", data.decode("cp1252", "replace"))


def _leaves(top: Message, body: bytes) -> Iterator[tuple[str, Message, bytes]]:
    """Every part in order, the containers too; no deeper and no more than the limits."""
    waiting = [(top, body, 0, "text/plain")]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part, inner, depth, default = waiting.pop()
        kind = kind_of(part) if "Content-Type" in part else default
        yield kind, part, inner
        if depth == _DEEPEST:
            continue
        if kind.startswith("multipart/"):
            default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
            pieces = _pieces(part, inner, _MOST_PARTS)
            waiting += [(*head(piece), depth + 1, default) for piece in reversed(pieces)]
        elif kind == "message/rfc822" and not _attached(part):
            waiting.append((*head(inner), depth + 1, "text/plain"))


def _pieces(part: Message, body: bytes, most: int) -> list[bytes]:
    boundary = _parameter(part, "boundary").encode("utf-8", "surrogateescape")[:200]
    if not boundary or b"--" + boundary not in body:
        seen = _LOOKS_LIKE_BOUNDARY.search(body)
        if seen is None:
            return [b"\r\n" + body]
        boundary = seen[1]
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
    pieces: list[bytes] = []
    start = None
    for edge in line.finditer(body):
        if start is not None:
            pieces.append(body[start : edge.start()])
        start = None if edge[1] else edge.end()
        if start is None or len(pieces) == most:
            return pieces
    if start is not None:
        pieces.append(body[start:])
    return pieces


def _attached(part: Message) -> bool:
    told = str(part.get("Content-Disposition", ""))[:100]
    return told.strip().lower().startswith("attachment")


def _parameter(part: Message, name: str) -> str:
    """A parameter of the media type; empty where there is none or it cannot be read."""
    told = str(part.get("Content-Type", ""))[:_LONGEST_PARAMETERS]
    cut = Message()
    cut["Content-Type"] = " ".join(told.split())
    try:
        value = cut.get_param(name)
    except (ValueError, LookupError):
        return ""
    if isinstance(value, tuple):
        value = value[2]
    return value.strip() if isinstance(value, str) else ""
