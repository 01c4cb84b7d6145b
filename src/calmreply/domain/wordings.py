"""The plan's own wordings: their revisions, who signed them off, and how they stand.

A revision never changes: other words are a new revision, which nobody has signed yet. Somebody who
did not write it signs it in calm times; who works alone does so after a night. That holds for
`HOLDS` months, and a holding reply goes only while it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import Enum
from typing import NewType
from zoneinfo import ZoneInfo

from calmreply.domain import codec, plan
from calmreply.domain.alone import alone
from calmreply.domain.moment import Now, Reading
from calmreply.domain.people import Person, PersonId
from calmreply.domain.plan import Slot, Wording
from calmreply.domain.reply import RevisionId

WordingId = NewType("WordingId", str)

HOLDS = 12
"""Months for which a sign-off of an unrevised wording holds."""
NIGHT = timedelta(hours=8)
TITLE_LIMIT = 80
TEXT_LIMIT = 4_000
WORD_LIMIT = 40
WORDS_LIMIT = 12
_ALSO_SEEN = "\t\u00a0\u202f\u200c\u200d"
"""Spaces that do not break, and what joins letters and pictures."""
_NIGHT_FROM, _NIGHT_TO = time(2), time(5)
_LONGEST_YEAR = timedelta(days=366)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_CHANNEL = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class Use(Enum):
    """What a wording is for. Only a holding reply may leave as it is."""

    HOLDING = "holding"
    REPLY = "reply"
    PRIVATE = "private"
    WALK_AWAY = "walk_away"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A wording as it was written down.

    `fits`: kinds of complaint in short words of one's own. `channels`: kinds of channels, none
    for any. `language`: a BCP 47 tag, or empty.
    """

    title: str
    text: str
    use: Use = Use.REPLY
    fits: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    language: str = ""

    @property
    def digest(self) -> str:
        return codec.digest(codec.to_json(self))

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(dict.fromkeys(slot for _from, _to, slot in plan.unfilled(self.text)))


class Problem(Enum):
    """Why a wording is refused; the words stand in `app.words.wording_plan`."""

    NO_TITLE = "no_title"
    TITLE_TOO_LONG = "title_too_long"
    NO_TEXT = "no_text"
    TEXT_TOO_LONG = "text_too_long"
    UNSEEN = "unseen"
    UNKNOWN_SLOT = "unknown_slot"
    NOT_IN_HOLDING = "not_in_holding"
    BAD_FITS = "bad_fits"
    BAD_CHANNEL = "bad_channel"
    BAD_LANGUAGE = "bad_language"


class BadWordingError(ValueError):
    """`what` is the part that does not fit, as given."""

    def __init__(self, problem: Problem, what: str = "") -> None:
        super().__init__(f"{problem.value}: {what}")
        self.problem = problem
        self.what = what


def checked(untrusted: Prepared) -> Prepared:
    """The wording without needless spaces and line ends. Raises `BadWordingError`."""
    given = untrusted
    text = "\n".join(line.rstrip() for line in re.split(r"\r\n|\r|\n", given.text)).strip("\n")
    found = replace(
        given,
        title=" ".join(given.title.split()),
        text=text,
        fits=_said_once(given.fits),
        channels=_said_once(given.channels),
        language=given.language.strip(),
    )
    _check_title(found.title)
    _check_text(found)
    for word in found.fits:
        if not word.isprintable() or "," in word or len(word) > WORD_LIMIT:
            raise BadWordingError(Problem.BAD_FITS, word)
    if len(found.fits) > WORDS_LIMIT:
        raise BadWordingError(Problem.BAD_FITS, found.fits[-1])
    for kind in found.channels:
        if not _CHANNEL.fullmatch(kind):
            raise BadWordingError(Problem.BAD_CHANNEL, kind)
    if found.language and not _LANGUAGE.fullmatch(found.language):
        raise BadWordingError(Problem.BAD_LANGUAGE, found.language)
    return found


def _said_once(words: Iterable[str]) -> tuple[str, ...]:
    cleaned = (" ".join(word.split()) for word in words)
    return tuple(dict.fromkeys(word for word in cleaned if word))


def _check_title(title: str) -> None:
    if not title:
        raise BadWordingError(Problem.NO_TITLE)
    if not title.isprintable():
        raise BadWordingError(Problem.UNSEEN, title)
    if len(title) > TITLE_LIMIT:
        raise BadWordingError(Problem.TITLE_TOO_LONG, title)


def _check_text(found: Prepared) -> None:
    if not found.text.strip():
        raise BadWordingError(Problem.NO_TEXT)
    if len(found.text) > TEXT_LIMIT:
        raise BadWordingError(Problem.TEXT_TOO_LONG, str(len(found.text)))
    for line in found.text.split("\n"):
        if not all(sign.isprintable() or sign in _ALSO_SEEN for sign in line):
            raise BadWordingError(Problem.UNSEEN, line)
    strange = plan.strange_slots(found.text)
    if strange:
        raise BadWordingError(Problem.UNKNOWN_SLOT, strange[0])
    others = [slot for slot in found.slots if slot not in plan.IN_HOLDING]
    if found.use is Use.HOLDING and others:
        raise BadWordingError(Problem.NOT_IN_HOLDING, others[0].value)


# --- facts -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WordingRevised:
    """A revision, numbered from 1 within its wording. One that was retired is back with it."""

    wording: WordingId
    revision: RevisionId
    number: int
    prepared: Prepared
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class WordingSigned:
    """Somebody vouches for a revision. `digest` is that of its words.

    `alone`: by its own writer, after a night, since nobody else was there: self-reviewed.
    """

    wording: WordingId
    revision: RevisionId
    digest: str
    alone: bool
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class WordingRetired:
    """It is no longer used. What was sent with it stays."""

    wording: WordingId
    by: PersonId
    at: Reading


PlanFact = WordingRevised | WordingSigned | WordingRetired


@dataclass(frozen=True, slots=True)
class Planned:
    """A wording of the plan with everything that happened to it, oldest first."""

    id: WordingId
    revisions: tuple[WordingRevised, ...]
    signed: tuple[WordingSigned, ...] = ()
    retired: bool = False

    @property
    def now(self) -> WordingRevised:
        return self.revisions[-1]

    @property
    def prepared(self) -> Prepared:
        return self.now.prepared

    def wording(self) -> Wording:
        now = self.now
        return Wording(
            str(self.id), now.prepared.title, now.prepared.text, revision=str(now.revision)
        )


def planned_from(facts: Iterable[PlanFact]) -> tuple[Planned, ...]:
    """All wordings ever written down, in the order in which they came in."""
    found: dict[WordingId, Planned] = {}
    for fact in facts:
        known = found.get(fact.wording)
        match fact:
            case WordingRevised():
                before = known or Planned(fact.wording, ())
                revisions = (*before.revisions, fact)
                found[fact.wording] = replace(before, revisions=revisions, retired=False)
            case WordingSigned() if known is not None:
                found[fact.wording] = replace(known, signed=(*known.signed, fact))
            case WordingRetired() if known is not None:
                found[fact.wording] = replace(known, retired=True)
            case _:
                pass
    return tuple(found.values())


# --- how it stands ---------------------------------------------------------------------------


class Stands(Enum):
    """How a revision stands: may a holding reply go with it?"""

    SIGNED = "signed"
    NOT_SIGNED = "not_signed"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Standing:
    """`since` and `until` (UTC) are those of the sign-off that counts, given by `by`."""

    stands: Stands
    by: PersonId | None = None
    since: datetime | None = None
    until: datetime | None = None
    alone: bool = False


def standing(planned: Planned, now: Now, revision: RevisionId | None = None) -> Standing:
    """How the newest revision stands, or that one. The newest sign-off of it counts.

    Unsure time counts too: where the clock is in doubt, a sign-off rather lapses.
    """
    wanted = revision or planned.now.revision
    written = next((one for one in planned.revisions if one.revision == wanted), None)
    if written is None:
        return Standing(Stands.NOT_SIGNED)
    for signed in reversed(planned.signed):
        if not _counts(signed, written):
            continue
        since = now.wall_of(signed.at)
        until = months_after(since, HOLDS)
        over = now.wall >= until or now.since(signed.at).at_most > _LONGEST_YEAR
        stands = Stands.LAPSED if over else Stands.SIGNED
        return Standing(stands, signed.by, since, until, signed.alone)
    return Standing(Stands.NOT_SIGNED)


def _counts(signed: WordingSigned, written: WordingRevised) -> bool:
    same = signed.revision == written.revision and signed.digest == written.prepared.digest
    return same and signed.alone == (signed.by == written.by)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later; the last day of a month that has no such day."""
    count = moment.month - 1 + months
    year, month = moment.year + count // 12, count % 12 + 1
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month)


class Obstacle(Enum):
    """Why somebody cannot sign a wording now."""

    RETIRED = "retired"
    NOT_HERE = "not_here"
    WROTE_IT = "wrote_it"
    NIGHT_FIRST = "night_first"


def obstacle(
    planned: Planned, who: PersonId, people: Sequence[Person], now: Now, zone: str
) -> Obstacle | None:
    """Why this person cannot sign the newest revision now; None if they can."""
    person = next((one for one in people if one.id == who), None)
    if planned.retired:
        return Obstacle.RETIRED
    if person is None or not person.active:
        return Obstacle.NOT_HERE
    if planned.now.by != who:
        return None
    only = alone(tuple(people), now)
    if only is None or only.id != who:
        return Obstacle.WROTE_IT
    return None if night_passed(planned.now.at, now, zone) else Obstacle.NIGHT_FIRST


def night_passed(since: Reading, now: Now, zone: str) -> bool:
    """Whether 8 hours or more went by, 02:00 to 05:00 of the business among them."""
    if now.since(since).sure < NIGHT:
        return False
    here = ZoneInfo(zone)
    began, ends = now.wall_of(since).astimezone(here), now.wall.astimezone(here)
    day = began.date()
    if began > datetime.combine(day, _NIGHT_FROM, here):
        day += timedelta(days=1)
    return datetime.combine(day, _NIGHT_TO, here) <= ends
