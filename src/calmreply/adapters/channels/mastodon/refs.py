"""What a reply on Mastodon hangs on, as one line of text: a mention's `target`. Pure.

An id of a status means something at one instance only, so that is named before it; then how
visible an answer may be, and who is answered: `INSTANCE/ID VISIBILITY @NAME`.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

PUBLIC, UNLISTED, DIRECT = "public", "unlisted", "direct"
_LONGEST: Final = 1_000
_NAME: Final = re.compile(r"[^\s@/?#<>]{1,200}(?:@[^\s@/?#<>]{1,253})?")
_TARGET: Final = re.compile(
    r"(?P<host>[^\s/]{1,253})/(?P<id>[\x21-\x7e]{1,100}) (?P<visible>public|unlisted|direct)"
    r"(?: @(?P<name>\S{1,460}))?"
)


class Hangs(NamedTuple):
    """`id` is the status that is answered at the instance `host`, `name` its author there."""

    host: str
    id: str
    visible: str
    name: str = ""

    def __str__(self) -> str:
        name = f" @{self.name}" if self.name else ""
        return f"{self.host}/{self.id} {self.visible}{name}"


def under(host: str, named: str, visibility: object, name: str) -> Hangs | None:
    """What an answer to this status hangs on; None where nobody would get it."""
    hangs = Hangs(host, named, answer_to(visibility), name_of(name))
    return read(str(hangs))


def answer_to(visibility: object) -> str:
    """How visible an answer to such a status is: as it is itself, or less.

    Servers have words of their own for a few readers: the answer goes to its author alone then.
    """
    if visibility in (PUBLIC, UNLISTED):
        return str(visibility)
    return UNLISTED if visibility in (None, "local") else DIRECT


def name_of(untrusted: str) -> str:
    """`anna`, or `anna@social.example` of another instance; empty where it is no name."""
    return untrusted if _NAME.fullmatch(untrusted) else ""


def read(target: str) -> Hangs | None:
    """What `str` of one gave; None for anything else."""
    found = _TARGET.fullmatch(target) if len(target) <= _LONGEST else None
    if found is None:
        return None
    name = found["name"] or ""
    if (name and not name_of(name)) or (found["visible"] == DIRECT and not name):
        return None
    return Hangs(found["host"], found["id"], found["visible"], name)
