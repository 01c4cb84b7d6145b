"""Translation: `_` for a sentence, `ngettext` for one with a number in it.

English is the source language and needs no catalogue. `install` puts another catalogue in place
once at the start; `pseudo` is a catalogue a third longer than English, with which the window is
tested for German-length text. May be imported by everybody; imports nothing of ours.
"""

from __future__ import annotations

import gettext as _gettext
import re


class PseudoTranslations(_gettext.NullTranslations):
    """Every sentence about a third longer, its placeholders and mnemonics left whole."""

    _WORD = re.compile(r"(\{[^}]*\}|%\([^)]*\)[sd]|&?[A-Za-z]{4,})")

    def gettext(self, message: str) -> str:
        return self._WORD.sub(lambda m: self._stretch(m.group()), message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    @staticmethod
    def _stretch(word: str) -> str:
        if word.startswith(("{", "%")):
            return word
        return word + "en" * max(1, len(word) // 5)


class _Current:
    """Holds the catalogue in force; one per process, set once at the start."""

    catalogue: _gettext.NullTranslations = _gettext.NullTranslations()


def install(catalogue: _gettext.NullTranslations) -> None:
    """Use `catalogue` from now on; called once, by `bootstrap`, before anything is shown."""
    _Current.catalogue = catalogue


def _(message: str) -> str:
    return _Current.catalogue.gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Return `singular` or `plural` for `n`, translated; the caller fills the placeholders."""
    return _Current.catalogue.ngettext(singular, plural, n)
