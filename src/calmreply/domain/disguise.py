"""Names and hosts as they really are: what hides in them or pretends to be other letters.

Whoever writes about a shop chooses their own name and host, and may choose them to be taken for
somebody else's. Marks that turn the direction of the text, characters without width, controls,
private-use and unassigned ones become visible; where such characters are honest spelling (a joiner
within an emoji, or between Arabic or Indic letters) they are left alone. A word that mixes letters
of alphabets that look alike says so. A host stands in the spelling that cannot pretend (punycode).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from calmreply.domain import paths
from calmreply.i18n import _

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_VARIATIONS = "\ufe0e\ufe0f"
# Letters and marks by category, yet drawn as nothing.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_HIDING = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_ALIKE: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET")
"""Alphabets that have letters which look like those of another one."""
_WORD: Final = re.compile(r"[^\W_]+")
_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#\\\\]*@)?([^/?#\\\\@:\[\]]+)")
_LONGEST: Final = 1_000
"""Characters of a name that are looked at."""
_LONGEST_HOST: Final = 253


def visible(text: str) -> str:
    """`text` with each hidden character replaced by a mark such as `[U+202E]`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"[U+{ord(char):04X}]" if hides(text, at) else char for at, char in enumerate(text)
    )


def name(text: str) -> str:
    """How somebody or something calls itself, in one line that deceives nobody."""
    line = " ".join(text[:_LONGEST].split())
    if line.isascii() and line.isprintable():
        return line
    shown = visible(line)
    if any(mixed(word) for word in _WORD.findall(line)):
        shown = _("{name} [letters of two alphabets]").format(name=shown)
    return shown


def host(text: str) -> str:
    """A host in punycode; with the letters it stands for in brackets."""
    plain = visible(text[:_LONGEST_HOST].strip().casefold())
    coded = ".".join(_coded(label) for label in plain.split("."))
    meant = ".".join(_meant(label) for label in coded.split("."))
    return coded if meant == coded else f"{coded} ({name(meant)})"


def address(text: str) -> str:
    """A web address, its host as `host` shows it; anything else with its hidden characters.

    Of a source that is a file it is the path.
    """
    text = paths.shown(text)
    found = _HOST.match(text)
    if found is None:
        return visible(text)
    named, start, end = found[1], found.start(1), found.end(1)
    coded, _space, meant = host(named).partition(" ")
    if not meant and coded == named.casefold():
        coded = named
    shown = f"{visible(text[:start])}{coded}{visible(text[end:])}"
    return f"{shown} {meant}".rstrip()


def mixed(word: str) -> bool:
    """Whether a word has letters of two alphabets that look alike."""
    if word.isascii():
        return False
    alphabets = {
        script
        for char in word
        if char.isalpha() and (script := unicodedata.name(char, "").partition(" ")[0]) in _ALIKE
    }
    return len(alphabets) > 1


def hides(text: str, at: int) -> bool:
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


def _coded(label: str) -> str:
    if label.isascii():
        return label
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:  # what the older rules refuse may yet be a host by the newer ones
        return f"xn--{label.encode('punycode', 'replace').decode('ascii')}"


def _meant(label: str) -> str:
    """What a label in punycode stands for; itself where that is nothing."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label
