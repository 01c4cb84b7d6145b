"""Whether words stand in a text, whatever their case or accents."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import filterfalse


def folded(text: str) -> str:
    """`text` without case, accents and gaps, as `stands_in` compares it."""
    plain = text.casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text).casefold()
        plain = "".join(filterfalse(unicodedata.combining, decomposed))
    return " ".join(plain.split())


def stands_in(folded_text: str, words: str) -> bool:
    """Whether `words` stand in a folded text as whole words; words of nothing never do."""
    wanted = _wanted(words)
    at = folded_text.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        before, after = folded_text[max(0, at - 1) : at], folded_text[end : end + 1]
        if not _in_word(before) and not _in_word(after):
            return True
        at = folded_text.find(wanted, at + 1)
    return False


@lru_cache(maxsize=1_000)
def _wanted(words: str) -> str:
    """The same few words are looked for in every text."""
    return folded(words)


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"
