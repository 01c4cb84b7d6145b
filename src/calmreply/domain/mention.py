"""What somebody said about the business: a mention, and the versions of it that we saw.

The digest of a version covers the cleaned plain text, stars, author and visibility, and nothing
that changes by itself (markup, counts, dates).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType

from calmreply.domain import codec

MentionId = NewType("MentionId", str)
CaseId = NewType("CaseId", str)
SourceId = NewType("SourceId", str)

OLDER_AFTER = timedelta(days=7)
"""At the first poll of a source, what was published longer ago comes in as "older"."""


class Visibility(Enum):
    PUBLIC = "public"
    PRIVATE = "private"


class Origin(Enum):
    """How we heard of it; `FEED` stands for every source that the program asks by itself."""

    FEED = "feed"
    PASTE = "paste"
    PHONE = "phone"
    LETTER = "letter"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Stars:
    """A rating, such as 2 of 5."""

    given: float
    scale: float = 5.0

    def __post_init__(self) -> None:
        if not 0 < self.scale <= 1000 or not 0 <= self.given <= self.scale:
            raise ValueError(f"{self.given} of {self.scale} is no rating")

    @property
    def share(self) -> float:
        return self.given / self.scale

    def at_most(self, percent: int) -> bool:
        """Whether it is this share of the scale or less."""
        # Rounded, because 3.3 of 5.5 is 60 % whatever the computer's fractions say.
        return round(self.share * 100, 6) <= percent


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised on the phone or over the counter, and by when (UTC), if said."""

    words: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A mention as a source or a person brings it, before it is stored. Texts are plain text.

    `key` identifies it within its source for ever. `published` is UTC, or None where unknown.
    `site` is where it stands, in words ("Google"). `contact` is how to reach the author, `handle`
    their name on that site ("@anna@social.example"), `language` a BCP 47 tag where the site gives
    one, `place` which of the business's places it is about, in the site's words.

    For the channel that answers there, in its own words and opaque to all others: `target` is what
    an answer is addressed to (empty: it cannot be answered by the program), `thread` what that
    stands in (of a mail: those before it and itself, by which an answer refers to them).
    `answers` is the key of what it answers itself, empty where it begins something.
    """

    key: str
    author: str
    text: str
    origin: Origin
    title: str = ""
    url: str | None = None
    site: str = ""
    stars: Stars | None = None
    published: datetime | None = None
    visibility: Visibility = Visibility.PUBLIC
    contact: str = ""
    promise: Promise | None = None
    handle: str = ""
    language: str = ""
    place: str = ""
    target: str = ""
    thread: str = ""
    answers: str = ""

    @property
    def digest(self) -> str:
        return version_digest(self.text, self.stars, self.author, self.visibility)


@dataclass(frozen=True, slots=True)
class MentionVersion:
    """One version of a mention, numbered from 1. `heard` is the wall time (UTC) we saw it."""

    number: int
    text: str
    author: str
    stars: Stars | None
    visibility: Visibility
    heard: datetime

    @property
    def digest(self) -> str:
        return version_digest(self.text, self.stars, self.author, self.visibility)

    def says_as(self, other: MentionVersion) -> bool:
        """Whether both say the same; who gets to see it is no other word."""
        return (self.text, self.stars, self.author) == (other.text, other.stars, other.author)


@dataclass(frozen=True, slots=True)
class Mention:
    """A stored mention with all its versions, oldest first.

    `gone`: when (UTC) we learned that the site says it is no longer there. `key`, `target`,
    `thread` and `answers` as in `Heard`.
    """

    id: MentionId
    case: CaseId | None
    source: SourceId | None
    origin: Origin
    title: str
    url: str | None
    site: str
    published: datetime | None
    heard: datetime
    contact: str
    promise: Promise | None
    versions: tuple[MentionVersion, ...]
    handle: str = ""
    language: str = ""
    place: str = ""
    gone: datetime | None = None
    key: str = ""
    target: str = ""
    thread: str = ""
    answers: str = ""

    @property
    def now(self) -> MentionVersion:
        return self.versions[-1]

    @property
    def said(self) -> MentionVersion:
        """The version by which the present words came.

        One that its site has only let through, or held back, since then says nothing new: what
        was read, felt and signed of it holds.
        """
        return self._first_like(self.now)

    def said_by(self, number: int) -> int:
        """The number of the version by which the words of that one came; any other as it is."""
        found = next((one for one in self.versions if one.number == number), None)
        return number if found is None else self._first_like(found).number

    def says_now(self, number: int) -> bool:
        """Whether that version says what the present one does."""
        return self.said_by(number) == self.said.number

    @property
    def sayings(self) -> tuple[MentionVersion, ...]:
        """The versions that brought other words, oldest first; the last is `said`."""
        return tuple(one for one in self.versions if self._first_like(one) is one)

    def _first_like(self, version: MentionVersion) -> MentionVersion:
        first = version
        for one in reversed(self.versions[: self.versions.index(version)]):
            if not one.says_as(version):
                break
            first = one
        return first


def around(of: Heard | Mention) -> str:
    """Half a SHA-256 (32 hex digits) over what is known of it beside its words.

    Where it stands, how to reach them, what it answers: what a reply goes by, and what tells
    whether somebody has to look at the page.
    """
    promise = of.promise
    return codec.digest(
        [
            *(of.key, of.origin.value, of.title, of.url, of.site, of.contact, of.handle),
            *(of.language, of.place, of.target, of.thread, of.answers),
            None if of.published is None else codec.rfc3339(of.published),
            None if promise is None else promise.words,
            None if promise is None or promise.due is None else codec.rfc3339(promise.due),
        ]
    )[:32]


def numbered(mention: Mention, first: int) -> Mention:
    """With its versions counted from `first`, as those of a later turn of a case are."""
    versions = enumerate(mention.versions, first)
    return replace(mention, versions=tuple(replace(one, number=n) for n, one in versions))


def version_digest(text: str, stars: Stars | None, author: str, visibility: Visibility) -> str:
    """SHA-256 over what counts as the same mention."""
    rating = None if stars is None else [f"{stars.given:g}", f"{stars.scale:g}"]
    return codec.digest(
        {"text": text, "stars": rating, "author": author, "visibility": visibility.value}
    )


def is_older(published: datetime | None, heard: datetime) -> bool:
    """Whether a mention met at the first poll is too old to ask for an answer."""
    return published is not None and heard - published > OLDER_AFTER


def counts_from(published: datetime | None, heard: datetime) -> datetime:
    """Where their clock starts: the published time if it is believable, else when we heard."""
    if published is None or published > heard or heard - published > OLDER_AFTER:
        return heard
    return published
