"""What a reply answers, told in its title: whoever judges the reply has to know what it is about.

Such a title is nobody's words about us. So it is shown over the reply, and left out wherever words
are looked at: for our names, for urgent words, for whether two mentions are one matter.
"""

from __future__ import annotations

from typing import Final

from calmreply.i18n import _

_SIGN: Final = "\N{DOWNWARDS ARROW WITH TIP RIGHTWARDS} "
_END: Final = '"'
_LONGEST: Final = 200
_LONGEST_NAME: Final = 100


def title(name: str, words: str) -> str:
    """The title that tells the beginning of these words, which `name` said; empty without any."""
    line = " ".join(words[: 2 * _LONGEST].replace(_END, "'").split())
    if not line:
        return ""
    if len(line) > _LONGEST:
        line = f"{line[:_LONGEST].rstrip()}…"
    who = " ".join(name[:_LONGEST_NAME].split())
    said = _("In answer to {name}:").format(name=who) if who else _("In answer to:")
    return f"{_SIGN}{said} {_END}{line}{_END}"


def is_one(untrusted: str) -> bool:
    """Whether a title only tells what is answered."""
    return untrusted.startswith(_SIGN) and untrusted.endswith(_END)


def own(untrusted: str) -> str:
    """Of a title what they said themselves: empty where it only tells what they answer."""
    return "" if is_one(untrusted) else untrusted
