"""Whether a text names us."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable


def names_us(text: str, names: Iterable[str]) -> bool:
    """Whether any of the names stands in the text as whole words, whatever its case or accents."""
    folded = _folded(text)
    return any(_stands_in(folded, _folded(name)) for name in names)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(letters.split())


def _stands_in(text: str, name: str) -> bool:
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
