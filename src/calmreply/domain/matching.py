"""Whether words stand in a text, whatever their case or accents."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """`text` without case, accents and gaps, as `stands_in` compares it."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(letters.split())


def stands_in(folded_text: str, words: str) -> bool:
    """Whether `words` stand in a folded text as whole words; words of nothing never do."""
    wanted = folded(words)
    at = folded_text.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        before, after = folded_text[max(0, at - 1) : at], folded_text[end : end + 1]
        if not _in_word(before) and not _in_word(after):
            return True
        at = folded_text.find(wanted, at + 1)
    return False


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"
