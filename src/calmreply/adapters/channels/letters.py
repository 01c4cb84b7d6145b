"""How long a text is for those who read it. Pure."""

from __future__ import annotations

import wcwidth


def letters(text: str) -> int:
    """What a person calls a letter (a grapheme of UAX 29): a family of emoji is one of them."""
    return sum(1 for _letter in wcwidth.iter_graphemes(text))
