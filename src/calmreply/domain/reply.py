"""A reply and its revisions. A revision never changes; changed words are a new revision."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
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

    @property
    def leads_to_page(self) -> bool:
        """Whether it goes to a page of the web, and not to somebody's address or number."""
        return self.target.lower().startswith(("https://", "http://"))


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
    """A reply to one mention of the case begins.

    `wording`: the revision of the plan's wording that a holding reply says, empty where it says
    one of the program's own.
    """

    reply: ReplyId
    mention: MentionId
    kind: ReplyKind
    by: PersonId
    at: Reading
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Revised:
    """A revision, numbered from 1 within its reply.

    `suggested_by` gave the wording, as their suggestion of that number (0: nobody did).
    """

    reply: ReplyId
    revision: RevisionId
    number: int
    words: Words
    by: PersonId
    at: Reading
    suggested_by: PersonId | None = None
    suggestion: int = 0


class Change(Enum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


_CRUMB = 2
_COMPARED = 2_000_000
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*|[.!?\n]+")
_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


def difference(before: str, after: str) -> tuple[tuple[Change, str], ...]:
    """What changed between two texts, word by word, in reading order.

    A word or two that happen to stand in both, in the middle of a passage written anew, are part
    of that passage: nobody can read a change in crumbs.
    """
    told: list[tuple[Change, str]] = []
    for passage in _whole(_whole(_passages(before, after), most=0), most=_CRUMB):
        if passage.same:
            told.append((Change.SAME, passage.was))
        else:
            told += [(Change.REMOVED, passage.was), (Change.ADDED, passage.now)]
    return tuple((change, text) for change, text in told if text)


@dataclass(frozen=True, slots=True)
class _Passage:
    """A run of what is the same, or of what is not, before and after."""

    same: bool
    was: str
    now: str

    @property
    def size(self) -> int:
        """In words."""
        return max(len(self.was.split()), len(self.now.split()))

    def with_next(self, other: _Passage) -> _Passage:
        return _Passage(self.same and other.same, self.was + other.was, self.now + other.now)


def _passages(before: str, after: str) -> list[_Passage]:
    """Word by word; by sentences, or as a whole, where that would take longer than anybody waits.

    Comparing costs the product of both lengths, so what stands alike at both ends is left out.
    """
    for pieces in (_WORD, _SENTENCE):
        old, new = pieces.findall(before), pieces.findall(after)
        head = _alike(old, new)
        tail = _alike(old[head:][::-1], new[head:][::-1])
        was, now = old[head : len(old) - tail], new[head : len(new) - tail]
        if len(was) * len(now) <= _COMPARED:
            ends = "".join(old[:head]), "".join(old[len(old) - tail :])
            return [_same(ends[0]), *_compared(was, now), _same(ends[1])]
    return [_Passage(same=False, was=before, now=after)]


def _compared(old: list[str], new: list[str]) -> list[_Passage]:
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    return [
        _Passage(step == "equal", "".join(old[i1:i2]), "".join(new[j1:j2]))
        for step, i1, i2, j1, j2 in matcher.get_opcodes()
    ]


def _same(text: str) -> _Passage:
    return _Passage(same=True, was=text, now=text)


def _alike(one: list[str], other: list[str]) -> int:
    """How many pieces are the same from the beginning on."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _whole(passages: list[_Passage], most: int) -> list[_Passage]:
    """Join changes between which no more than `most` words stayed, if both are larger than that."""
    joined: list[_Passage] = []
    for passage, following in zip_longest(passages, passages[1:]):
        last = joined[-1] if joined else None
        if last is None or last.same or not _belongs(last, passage, following, most):
            joined.append(passage)
        else:
            joined[-1] = last.with_next(passage)
    return joined


def _belongs(change: _Passage, passage: _Passage, following: _Passage | None, most: int) -> bool:
    """Whether a passage goes on with the change before it."""
    if not passage.same:
        return True
    outweighed = following is not None and min(change.size, following.size) >= 2 * passage.size
    return passage.size <= most and outweighed


def links(text: str) -> tuple[str, ...]:
    """The web addresses written in a text, in order."""
    return tuple(found.rstrip(".,;:!?)]}") for found in _LINK.findall(text))
