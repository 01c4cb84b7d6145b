"""Makes the characters visible that a reader cannot see but a machine obeys.

A reviewer signs exact bytes, so nothing may hide in them: marks that turn the direction of the
text, characters without width, controls, private-use and unassigned ones. Where such characters
are honest spelling (a joiner within an emoji, or between Arabic or Indic letters) they are left
alone. Pure; no Qt.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from calmreply.i18n import _

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_VARIATIONS = "\ufe0e\ufe0f"
# Letters and marks by category, yet drawn as nothing.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_HIDING = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text. `hidden` says that `text` is a mark shown in place of one character.

    `words` then says what that character does, in a few plain words; it is empty otherwise.
    """

    text: str
    hidden: bool = False
    words: str = ""


def hidden_characters_shown(text: str) -> tuple[Segment, ...]:
    """`text` in order, each hidden character replaced by a visible mark such as `[U+202E]`."""
    found: list[Segment] = []
    start = 0
    for at, char in enumerate(text):
        if not _hides(text, at):
            continue
        if start < at:
            found.append(Segment(text[start:at]))
        found.append(Segment(f"[U+{ord(char):04X}]", hidden=True, words=_words(char)))
        start = at + 1
    if start < len(text):
        found.append(Segment(text[start:]))
    return tuple(found)


def has_hidden_characters(text: str) -> bool:
    return any(_hides(text, at) for at in range(len(text)))


def _hides(text: str, at: int) -> bool:
    char = text[at]
    if " " <= char <= "~" or char in "\n\t":
        return False
    if char == "\r" and text[at + 1 : at + 2] == "\n":
        return False
    if char in _BLANKS:
        return True
    if char in _VARIATIONS:
        return at == 0 or not _pictured(text[at - 1])
    if unicodedata.category(char) in _HIDING:
        return not (char in (_ZWJ, _ZWNJ) and _joins(text, at))
    # Variation selectors of the supplement can carry a whole hidden message.
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands where spelling wants it: between emoji or joining letters."""
    if at == 0 or at + 1 == len(text):
        return False
    before, after = text[at - 1], text[at + 1]
    if text[at] == _ZWJ and (before in _VARIATIONS or _pictured(before)) and _pictured(after):
        return True
    return _joining_letter(before) and _joining_letter(after)


def _pictured(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk", "Sm") or char in "#*0123456789\u203c\u2049"


def _joining_letter(char: str) -> bool:
    """A letter or sign of a script in which joiners are spelling: Arabic to Khmer and Mongolian."""
    return "\u0600" <= char <= "\u18af" and unicodedata.category(char) in ("Lo", "Mn", "Mc")


def _words(char: str) -> str:
    if char in _TURNING:
        return _("turns the direction of the text")
    if char == "\u00ad":
        return _("a hyphen that shows only at the end of a line")
    match unicodedata.category(char):
        case "Cc" | "Zl" | "Zp":
            return _("a control character")
        case "Co" | "Cn" | "Cs":
            return _("a character without a meaning of its own")
        case _:
            return _("invisible")
