"""Makes the characters visible that a reader cannot see but a machine obeys.

A reviewer signs exact bytes, so nothing may hide in them: marks that turn the direction of the
text, characters without width, and so on; which those are says `domain.disguise`. No Qt.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from calmreply.domain.disguise import hides
from calmreply.i18n import _

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
        if not hides(text, at):
            continue
        if start < at:
            found.append(Segment(text[start:at]))
        found.append(Segment(f"[U+{ord(char):04X}]", hidden=True, words=_words(char)))
        start = at + 1
    if start < len(text):
        found.append(Segment(text[start:]))
    return tuple(found)


def has_hidden_characters(text: str) -> bool:
    return any(hides(text, at) for at in range(len(text)))


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
