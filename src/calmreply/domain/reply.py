"""A reply and its revisions. A revision never changes; changed words are a new revision."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NewType

from calmreply.domain.mention import MentionId, Visibility
from calmreply.domain.moment import Reading
from calmreply.domain.people import PersonId

ReplyId = NewType("ReplyId", str)
RevisionId = NewType("RevisionId", str)


class ReplyKind(Enum):
    REPLY = "reply"
    HOLDING = "holding"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Offer:
    """What we offer to put it right. `amount` is in the smallest unit of `currency`."""

    words: str
    amount: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a reply goes. `channel` is the kind (`hand`, `mail`), `account` ours to send from.

    `target` is the place or person it goes to (a page address, a mail address), `thread` what it
    answers there, empty where there is none.
    """

    channel: str
    account: str = ""
    target: str = ""
    thread: str = ""

    @property
    def place(self) -> str:
        """Names the place for "once per place"."""
        return f"{self.channel}:{self.target}:{self.thread}"


@dataclass(frozen=True, slots=True)
class Words:
    """Everything about a reply that its writer decides and its reviewer signs."""

    text: str
    to: Address
    visibility: Visibility
    subject: str = ""
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class ReplyStarted:
    """A reply to one mention of the case begins."""

    reply: ReplyId
    mention: MentionId
    kind: ReplyKind
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class Revised:
    """A revision, numbered from 1 within its reply. `suggested_by` gave the wording."""

    reply: ReplyId
    revision: RevisionId
    number: int
    words: Words
    by: PersonId
    at: Reading
    suggested_by: PersonId | None = None


class Change(Enum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


def difference(before: str, after: str) -> tuple[tuple[Change, str], ...]:
    """What changed between two texts, word by word, in reading order."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    return tuple(_merged(_steps(old, new)))


def _steps(old: list[str], new: list[str]) -> Iterator[tuple[Change, str]]:
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for step, i1, i2, j1, j2 in matcher.get_opcodes():
        if step == "equal":
            yield Change.SAME, "".join(old[i1:i2])
        else:
            yield Change.REMOVED, "".join(old[i1:i2])
            yield Change.ADDED, "".join(new[j1:j2])


def _merged(steps: Iterator[tuple[Change, str]]) -> Iterator[tuple[Change, str]]:
    for change, text in steps:
        if text:
            yield change, text


def links(text: str) -> tuple[str, ...]:
    """The web addresses written in a text, in order."""
    return tuple(found.rstrip(".,;:!?)]}") for found in _LINK.findall(text))
