"""What dialogs read, and the few use cases they put together. No widgets; worker threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from calmreply.app import queries
from calmreply.app.cases.story import Step, story
from calmreply.app.home import Actor, Home
from calmreply.app.listening import address, brought
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.queries import CasePage
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.app.sending.send import BEFORE_A_LOOK
from calmreply.app.words import wording
from calmreply.domain import above, disguise
from calmreply.domain.case import CaseFacts
from calmreply.domain.mention import CaseId, Heard, MentionId
from calmreply.domain.moment import Now
from calmreply.domain.people import Person, PersonId, Presence
from calmreply.domain.sign_off import Standing, may_sign
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui import dates

NEW_KEY = timedelta(days=7)
"""For how long a key counts as new."""


# --- cases ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as a dialog shows it. `place` is where they said it, in words."""

    page: CasePage
    place: str
    currency: str

    @property
    def facts(self) -> CaseFacts:
        return self.page.known.facts

    @property
    def wall(self) -> datetime:
        return self.page.wall

    @property
    def zone(self) -> str:
        return self.page.known.rules.zone

    def name(self, who: PersonId | None) -> str:
        return self.facts.name(who) if who is not None else ""


def seen(home: Home, case: CaseId) -> Seen:
    """Raises KnownError `no_such_case`."""
    page = queries.case_page(home, case)
    mention = page.known.facts.mention
    with home.store.read() as tx:
        row = tx.row(mention.id)
        currency = tx.setting("currency") or settings.find("currency").default
    place = disguise.name(row.site or row.source_title)
    return Seen(page, place or disguise.host(address.host(mention.url or "")), currency)


def said_by(here: Seen) -> str:
    """What they said: where, how many stars, who."""
    mention = here.facts.mention
    stars = mention.now.stars
    rating = wording.stars(stars.given, stars.scale) if stars else ""
    where = " ".join(filter(None, (here.place or wording.origin(mention.origin), rating)))
    return "  ·  ".join(filter(None, (where, disguise.name(mention.now.author))))


def about(here: Seen) -> str:
    """The case in a few words, for the head of a dialog."""
    mention = here.facts.mention
    return above.own(mention.title) or mention.now.text


# --- the second pair of eyes ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Askable:
    """Somebody who might be asked. `why_not` is empty if they can be; `new_key`: first week."""

    person: Person
    why_not: str
    new_key: bool


@dataclass(frozen=True, slots=True)
class ToAsk:
    """Who may look at these words, and who has been asked already."""

    here: Seen
    people: tuple[Askable, ...]
    asked: PersonId | None

    @property
    def able(self) -> tuple[Person, ...]:
        return tuple(one.person for one in self.people if not one.why_not)


def to_ask(home: Home, case: CaseId) -> ToAsk:
    """Raises KnownError `no_such_case`."""
    here = seen(home, case)
    told, now = here.facts, here.page.known.now
    state = here.page.sign_off
    found = tuple(
        Askable(person, _why_not(told, person), key_is_new(person, now))
        for person in told.people
        if person.presence is not Presence.LEFT
    )
    waiting = state.standing is Standing.ASKED and state.asked is not None
    return ToAsk(here, found, state.asked.reviewer if waiting and state.asked else None)


def _why_not(told: CaseFacts, person: Person) -> str:
    if person.presence is Presence.AWAY:
        return wording.presence(person.presence)
    drafting = any(draft.by == person.id and draft.differs for draft in told.drafts)
    return _("wrote part of it") if drafting or not may_sign(told, person.id) else ""


def key_is_new(person: Person, now: Now) -> bool:
    """Whether somebody's key is in its first week, or the one they sign with from far away."""
    phone = person.packet_key
    entered = (person.since, phone.since) if phone is not None else (person.since,)
    return any(now.wall - now.wall_of(at) < NEW_KEY for at in entered)


def enrol(
    home: Home, actor: Actor, *, new: NewPerson, passphrase: str
) -> tuple[Person, str, ChangeSet]:
    """Somebody comes in, let in by whoever is signed in."""
    return people.enrol(home, new, passphrase, actor)


# --- once more, and after it ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToLook:
    """Mention and reply for the second look; `early` says what must be out of the way first.

    `shown` is everything that would leave, as one text.
    """

    here: Seen
    shown: str
    early: tuple[str, ...]


def to_look(home: Home, case: CaseId) -> ToLook:
    """Raises KnownError `no_such_case`."""
    here = seen(home, case)
    early = tuple(
        wording.blocker(one, here.name, here.zone)
        for one in here.page.blockers
        if isinstance(one, BEFORE_A_LOOK)
    )
    return ToLook(here, review.shown(here.page.known), early)


@dataclass(frozen=True, slots=True)
class ToDebrief:
    here: Seen
    story: tuple[Step, ...]
    people: tuple[str, ...]


def to_debrief(home: Home, case: CaseId) -> ToDebrief:
    """Raises KnownError `no_such_case`."""
    here = seen(home, case)
    told = here.facts
    names = tuple(one.name for one in told.people if one.presence is not Presence.LEFT)
    return ToDebrief(here, _story(home, told), names)


def _story(home: Home, told: CaseFacts) -> tuple[Step, ...]:
    return story(told.conversation, queries.timeline(home, told.id), told.name, dates.of_iso)


# --- for everybody ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Present:
    """The wall time (UTC), the business's zone, and the unit of what it offers."""

    wall: datetime
    zone: str
    currency: str


def present(home: Home) -> Present:
    currency = settings.read(home, "currency")
    return Present(queries.now(home).wall, settings.read(home, "zone"), currency)


def keep_settings(
    home: Home, actor: Actor | None, *, values: dict[str, str]
) -> tuple[ChangeSet, dict[str, KnownError]]:
    """Set them all; where that is refused, those that can be set, and why the others cannot."""
    try:
        return settings.change(home, actor, values), {}
    except KnownError:
        return _one_by_one(home, actor, values)


def _one_by_one(
    home: Home, actor: Actor | None, values: dict[str, str]
) -> tuple[ChangeSet, dict[str, KnownError]]:
    changes, wrong = ChangeSet(), dict[str, KnownError]()
    for name, value in values.items():
        try:
            changes |= settings.change(home, actor, {name: value})
        except KnownError as error:
            wrong[name] = error
    return changes, wrong


def add_mention(
    home: Home, heard: Heard, *, actor: Actor | None, answers: CaseId | None
) -> tuple[MentionId, CaseId, ChangeSet]:
    """Keep what somebody said, in `answers` or a case of its own; nobody need be signed in."""
    return brought.add_mention(home, heard, actor, answers=answers)
