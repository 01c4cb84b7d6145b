"""What a review packet holds, and the codes that come back from far away.

A code is `CR1-` and then groups of base32 (without I, L, O and U, which are read as 1, 1, 0 and V).
Its first byte says what it is:

    1, 2  signed off (2: and "what looks private here is not"): key 3, nonce 4, signature 64
    3     a remark: length 2, key 3, nonce 4, the words in UTF-8, signature 64
    4     a packet key: nonce 4, public half 32, sealed private half 80, proof 64
    5     a suggestion: lengths 2 and 2, key 3, nonce 4, the remark, the other words, signature 64

and ends with three bytes of a checksum. `key` and `nonce` are the first bytes of the public half
and of the request's nonce: enough to find our own rows, from which everything that was signed is
built anew.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from calmreply.domain import codec
from calmreply.domain.mention import Mention, Visibility
from calmreply.domain.review import NEEDED, Tick

ROUNDS = 600_000
"""Of PBKDF2-SHA256, at least, over a packet passphrase."""
FINGERPRINT = 6
PASSPHRASE = 6
LONGEST_REMARK = 2_000
LONGEST_SUGGESTION = 12_000
"""Bytes of UTF-8, as is the other."""

_PREFIX = "CR1"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OILU", "011V")
_START = re.compile(r"\bCR\s?([0-9OIL]{1,2})\s?-")
_GROUP, _CHECK, _SIGNATURE = 8, 3, 64
_KEY, _NONCE, _SEALED = 3, 4, 80
_BEGINS = 8
"""Signs: the five bytes that say how long a code is."""
_SKIPPED = frozenset("-\u2010\u2011\u2012\u2013\u2014>*_|=")
"""What mail programs and people put between the groups."""


class Code(Enum):
    SIGNED = 1
    SIGNED_NOT_PRIVATE = 2
    REMARK = 3
    KEY = 4
    SUGGESTION = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What the second person says from far away.

    `remark` is empty where they signed off, `suggestion` where they propose no other words.
    """

    code: Code
    key: bytes
    nonce: bytes
    signature: bytes
    remark: str = ""
    suggestion: str = ""

    @property
    def signs_off(self) -> bool:
        return self.code in (Code.SIGNED, Code.SIGNED_NOT_PRIVATE)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        if self.code is Code.SIGNED_NOT_PRIVATE:
            return (*NEEDED, Tick.NOT_PRIVATE)
        return NEEDED if self.code is Code.SIGNED else ()


@dataclass(frozen=True, slots=True)
class NewKey:
    """A packet key made far away. `nonce` begins the invitation's."""

    nonce: bytes
    public: bytes
    sealed: bytes
    proof: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A private half under a packet passphrase: AES-GCM by a PBKDF2-SHA256 key."""

    rounds: int
    salt: bytes
    iv: bytes
    box: bytes


class CodeFlaw(Enum):
    """What is wrong with a code; the words stand in `app.words.wording_packet`."""

    NONE = "none"
    OTHER_VERSION = "other_version"
    STRANGE_SIGN = "strange_sign"
    TOO_SHORT = "too_short"
    MISTYPED = "mistyped"


class BadCodeError(ValueError):
    """`place` counts the signs after the prefix from 1; `missing` is how many there are too few."""

    def __init__(self, flaw: CodeFlaw, *, place: int = 0, sign: str = "", missing: int = 0) -> None:
        super().__init__(flaw.value)
        self.flaw, self.place, self.sign, self.missing = flaw, place, sign, missing


def write_code(said: Answer | NewKey) -> str:
    """The code for something said far away."""
    match said:
        case NewKey():
            start = bytes([Code.KEY.value])
            body = start + said.nonce + said.public + said.sealed + said.proof
        case Answer(code=Code.REMARK):
            words = said.remark.encode()
            start = struct.pack(">BH", Code.REMARK.value, len(words))
            body = start + said.key + said.nonce + words + said.signature
        case Answer(code=Code.SUGGESTION):
            words, other = said.remark.encode(), said.suggestion.encode()
            start = struct.pack(">BHH", Code.SUGGESTION.value, len(words), len(other))
            body = start + said.key + said.nonce + words + other + said.signature
        case Answer():
            body = bytes([said.code.value]) + said.key + said.nonce + said.signature
    signs = _signs(body + _check(body))
    groups = (signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))
    return "-".join((_PREFIX, *groups))


def read_code(untrusted: str) -> Answer | NewKey:
    """The first code in a text, whatever stands before and after it. Raises BadCodeError."""
    text = unicodedata.normalize("NFKC", untrusted).upper()
    found = _START.search(text)
    if found is None:
        raise BadCodeError(CodeFlaw.NONE)
    if found[1].translate(_ALIKE) != _PREFIX[2:]:
        raise BadCodeError(CodeFlaw.OTHER_VERSION)
    signs, stranger = _collected(text[found.end() :])
    wanted = _wanted(_bytes(signs[:_BEGINS]))
    if wanted is None:
        raise BadCodeError(CodeFlaw.MISTYPED)
    count = -(-wanted * 8 // 5)
    if len(signs) < count:
        if stranger:
            raise BadCodeError(CodeFlaw.STRANGE_SIGN, place=len(signs) + 1, sign=stranger)
        raise BadCodeError(CodeFlaw.TOO_SHORT, missing=count - len(signs))
    whole = _bytes(signs[:count])[:wanted]
    body, check = whole[:-_CHECK], whole[-_CHECK:]
    # The last sign has bits to spare: they are nothing, or it was mistyped.
    if check != _check(body) or _signs(whole) != "".join(signs[:count]):
        raise BadCodeError(CodeFlaw.MISTYPED)
    return _said(body)


def _said(body: bytes) -> Answer | NewKey:
    code = Code(body[0])
    if code is Code.KEY:
        at = iter(_cut(body[1:], _NONCE, 32, _SEALED, _SIGNATURE))
        return NewKey(*at)
    head = {Code.REMARK: 3, Code.SUGGESTION: 5}.get(code, 1)
    key, nonce, rest = _cut(body[head:], _KEY, _NONCE, len(body))
    words, signature = rest[:-_SIGNATURE], rest[-_SIGNATURE:]
    length = int.from_bytes(body[1:3]) if code is Code.SUGGESTION else len(words)
    try:
        remark, suggestion = words[:length].decode(), words[length:].decode()
        return Answer(code, key, nonce, signature, remark, suggestion)
    except UnicodeDecodeError:
        raise BadCodeError(CodeFlaw.MISTYPED) from None


def _cut(data: bytes, *lengths: int) -> list[bytes]:
    parts, at = [], 0
    for length in lengths:
        parts.append(data[at : at + length])
        at += length
    return parts


def _wanted(begun: bytes) -> int | None:
    """How many bytes a code has that begins so; None: no code does."""
    known = {code.value: code for code in Code}
    match known.get(begun[0]) if begun else Code.SIGNED:
        case Code.SIGNED | Code.SIGNED_NOT_PRIVATE:
            return 1 + _KEY + _NONCE + _SIGNATURE + _CHECK
        case Code.REMARK:
            length = int.from_bytes(begun[1:3])
            fits = 0 < length <= LONGEST_REMARK
            return 3 + _KEY + _NONCE + length + _SIGNATURE + _CHECK if fits else None
        case Code.KEY:
            return 1 + _NONCE + 32 + _SEALED + _SIGNATURE + _CHECK
        case Code.SUGGESTION:
            remark, other = int.from_bytes(begun[1:3]), int.from_bytes(begun[3:5])
            fits = remark <= LONGEST_REMARK and 0 < other <= LONGEST_SUGGESTION
            fits = fits or len(begun) < 5
            return 5 + _KEY + _NONCE + remark + other + _SIGNATURE + _CHECK if fits else None
        case _:
            return None


def _collected(text: str) -> tuple[list[str], str]:
    """The signs of a code up to the first that cannot be one, and that."""
    signs: list[str] = []
    for sign in text.translate(_ALIKE):
        if sign in _ALPHABET:
            signs.append(sign)
        elif not (sign.isspace() or sign in _SKIPPED or unicodedata.category(sign) == "Cf"):
            return signs, sign
    return signs, ""


def _signs(data: bytes) -> str:
    count = -(-len(data) * 8 // 5)
    number = int.from_bytes(data) << (count * 5 - len(data) * 8)
    return "".join(_ALPHABET[number >> 5 * at & 31] for at in reversed(range(count)))


def _bytes(signs: Iterable[str]) -> bytes:
    """The whole bytes in these signs."""
    number, count = 0, 0
    for sign in signs:
        number, count = number << 5 | _ALPHABET.index(sign), count + 1
    size = count * 5 // 8
    return (number >> (count * 5 - size * 8)).to_bytes(size)


def _check(body: bytes) -> bytes:
    return hashlib.sha256(b"CalmReply code\n" + body).digest()[:_CHECK]


# --- keys ----------------------------------------------------------------------------------


_BOX = struct.Struct(">I16s12s48s")


def unpack(sealed: bytes) -> Sealed:
    """Raises ValueError where it is no sealed key, or one that could be guessed too fast."""
    if len(sealed) != _BOX.size:
        raise ValueError("no sealed packet key")
    opened = Sealed(*_BOX.unpack(sealed))
    if opened.rounds < ROUNDS:
        raise ValueError(f"only {opened.rounds} rounds")
    return opened


def pack(sealed: Sealed) -> bytes:
    return _BOX.pack(sealed.rounds, sealed.salt, sealed.iv, sealed.box)


def fingerprint(data: bytes, words: Sequence[str]) -> tuple[str, ...]:
    """Six words that two people can compare by phone; `words` are 1024 different ones."""
    number = int.from_bytes(hashlib.sha256(b"CalmReply fingerprint v1\n" + data).digest())
    return tuple(words[number >> 256 - 10 * at & 1023] for at in range(1, FINGERPRINT + 1))


# --- what a packet holds -------------------------------------------------------------------


def shown_mention(mention: Mention) -> dict[str, Any] | None:
    """What they said in public, as its digest in the record is made; None for what was private."""
    version = mention.said
    if version.visibility is not Visibility.PUBLIC:
        return None
    stars = version.stars
    return {
        "text": version.text,
        "stars": None if stars is None else [f"{stars.given:g}", f"{stars.scale:g}"],
        "author": version.author,
        "visibility": version.visibility.value,
    }


def digest(record: dict[str, Any]) -> str:
    """Of the record as a packet holds it."""
    return codec.digest(record)
