"""People and their keys, and the chain of enrolments that says whose key is whose.

Who somebody is follows from the journal's enrolment facts alone; there is no table of people
that could say something else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NewType

from calmreply.domain.moment import Reading

PersonId = NewType("PersonId", str)


class Presence(Enum):
    ACTIVE = "active"
    AWAY = "away"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A key enters. `proof` is the new key's own signature over `enrolment_words`.

    `vouched_by` is the person who let them in (their key signs the journal line), or None where
    the installation alone did: for the first person, or one who enrolled at this computer.
    A packet key (`is_packet_key`) was made far away and answers the `invitation` of that nonce.
    """

    person: PersonId
    name: str
    key_id: str
    public: bytes
    proof: bytes
    at: Reading
    role: str = ""
    mail: str = ""
    may_offer: int = 0
    vouched_by: PersonId | None = None
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody far away may make a packet key; `nonce` (32 hex digits) names the invitation."""

    nonce: str
    person: PersonId
    name: str
    by: PersonId
    at: Reading
    role: str = ""
    mail: str = ""
    may_offer: int = 0


@dataclass(frozen=True, slots=True)
class PacketKeyRevoked:
    """From here on nothing new counts by that key; what it signed before stays as it is."""

    person: PersonId
    key_id: str
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    person: PersonId
    presence: Presence
    at: Reading


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """What somebody does here, how to reach them, and at most what they may offer.

    A higher limit than before does not come in by this line: the rules grant it.
    """

    person: PersonId
    role: str
    mail: str
    may_offer: int
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class PassphraseChanged:
    """The same key under a new passphrase. `by_code`: by the recovery code, not by the old one."""

    person: PersonId
    key_id: str
    by_code: bool
    at: Reading


@dataclass(frozen=True, slots=True)
class PacketKey:
    """A key that signs answers to review packets and nothing else."""

    id: str
    public: bytes
    since: Reading
    revoked: bool = False
    vouched_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """`may_offer` is in the smallest unit of the business's currency (cents, pence).

    `since` and `vouched_by` tell of their newest key here: when it came in, and by whose word.
    `keys` unlock at a computer, `entered` says when each came in; whoever is far away may have
    `packet_keys` alone. `gone`: since when they have left.
    """

    id: PersonId
    name: str
    role: str
    mail: str
    may_offer: int
    presence: Presence
    since: Reading
    keys: tuple[tuple[str, bytes], ...] = field(default=())
    vouched_by: PersonId | None = None
    packet_keys: tuple[PacketKey, ...] = field(default=())
    gone: Reading | None = None
    entered: tuple[tuple[str, Reading], ...] = field(default=())

    @property
    def active(self) -> bool:
        return self.presence is Presence.ACTIVE

    def public(self, key_id: str) -> bytes | None:
        return next((public for known, public in self.keys if known == key_id), None)

    @property
    def packet_key(self) -> PacketKey | None:
        """The newest packet key that counts."""
        good = [key for key in self.packet_keys if not key.revoked]
        return good[-1] if good else None

    def since_of(self, key_id: str) -> Reading:
        """When that key of theirs came in: each key is new by itself."""
        own = (at for known, at in self.entered if known == key_id)
        afar = (key.since for key in self.packet_keys if key.id == key_id)
        return next(iter((*own, *afar, self.since)))

    def let_in_by(self, key_id: str) -> PersonId | None:
        """By whose word that key of theirs came in, as far as it is their newest one."""
        afar = next((key for key in self.packet_keys if key.id == key_id), None)
        return afar.vouched_by if afar is not None else self.vouched_by

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """Those they could sign with now: the newest at a computer, the newest from far away."""
        phone = self.packet_key
        here = self.keys[-1][0] if self.keys else ""
        return tuple(filter(None, (here, phone.id if phone is not None else "")))


_LOOK_ALIKES = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455"
    "\u03b1\u03b2\u03b5\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03b6",
    "abekmhopctyxijs" + "abehikmnoptyxz",
)
"""Small letters of Cyrillic and Greek whose small or capital form looks Latin."""

_PACKET = "packet."

PeopleFact = Enrolled | PacketKeyRevoked | PresenceChanged | PersonChanged | PassphraseChanged


def enrolment_words(person: PersonId, name: str, public: bytes) -> bytes:
    """What a new key signs to show that its owner holds the private half."""
    return b"CalmReply enrolment v1\n" + f"{person}\n{name}\n{public.hex()}".encode()


def packet_key_id(person: PersonId, public: bytes) -> str:
    """Names a packet key everywhere."""
    return f"{_PACKET}{person}.{public[:6].hex()}"


def is_packet_key(key_id: str) -> bool:
    return key_id.startswith(_PACKET)


def people_from(facts: Iterable[PeopleFact]) -> tuple[Person, ...]:
    """Everybody ever enrolled, in order of enrolment; `keys` oldest first.

    A packet key neither makes a person newer nor brings them back from where they are.
    """
    people: dict[PersonId, Person] = {}
    for fact in facts:
        known = people.get(fact.person)
        match fact:
            case Enrolled():
                people[fact.person] = _with_key(known or _newcomer(fact), fact, fresh=not known)
            case PacketKeyRevoked() if known is not None:
                keys = (
                    replace(key, revoked=key.revoked or key.id == fact.key_id)
                    for key in known.packet_keys
                )
                people[fact.person] = replace(known, packet_keys=tuple(keys))
            case PresenceChanged() if known is not None:
                gone = fact.at if fact.presence is Presence.LEFT else None
                people[fact.person] = replace(known, presence=fact.presence, gone=gone)
            case PersonChanged() if known is not None:
                least = min(known.may_offer, fact.may_offer)
                people[fact.person] = replace(
                    known, role=fact.role, mail=fact.mail, may_offer=least
                )
            case _:
                pass
    return tuple(people.values())


def _newcomer(fact: Enrolled) -> Person:
    return Person(
        id=fact.person,
        name=fact.name,
        role=fact.role,
        mail=fact.mail,
        may_offer=fact.may_offer,
        presence=Presence.ACTIVE,
        since=fact.at,
        vouched_by=fact.vouched_by,
    )


def _with_key(person: Person, fact: Enrolled, *, fresh: bool) -> Person:
    if is_packet_key(fact.key_id):
        key = PacketKey(fact.key_id, fact.public, fact.at, vouched_by=fact.vouched_by)
        return replace(person, packet_keys=(*person.packet_keys, key))
    keys = (*person.keys, (fact.key_id, fact.public))
    entered = (*person.entered, (fact.key_id, fact.at))
    if fresh:
        return replace(person, keys=keys, entered=entered)
    return replace(
        person,
        keys=keys,
        entered=entered,
        since=fact.at,
        vouched_by=fact.vouched_by,
        presence=Presence.ACTIVE,
        gone=None,
    )


def same_name(one: str, other: str) -> bool:
    """Whether two names would be read as the same.

    Case, accents' form, spaces and invisible signs make no difference, nor do Greek and Cyrillic
    letters that look like Latin ones.
    """
    return latin(one) == latin(other)


def latin(name: str) -> str:
    """A name in small letters as it reads, without signs that cannot be seen."""
    seen = unicodedata.normalize("NFKC", name).casefold().translate(_LOOK_ALIKES)
    return " ".join("".join(s for s in seen if unicodedata.category(s) != "Cf").split())


def find(people: Iterable[Person], who: str) -> Person | None:
    """The person of that id or name, or None. Somebody who left is found by id only."""
    everybody = tuple(people)
    by_id = next((person for person in everybody if person.id == who), None)
    if by_id is not None:
        return by_id
    here = (person for person in everybody if person.presence is not Presence.LEFT)
    return next((person for person in here if same_name(person.name, who)), None)
