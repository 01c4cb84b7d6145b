"""Whether words stand in a text, whatever their case or accents."""

from __future__ import annotations

import re
import unicodedata


def folded(text: str) -> str:
    """`text` without case, accents and gaps, as `stands_in` compares it."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(letters.split())


def stands_in(folded_text: str, words: str) -> bool:
    """Whether `words` stand in a folded text as whole words; words of nothing never do."""
    wanted = folded(words)
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", folded_text) is not None
