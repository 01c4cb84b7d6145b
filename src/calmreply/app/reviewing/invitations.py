"""Packet keys of people far away: invited, made on their own device, compared by phone, revoked.

The invitation is a page like a packet. It makes the key where it opens, and what comes back is a
code with the public half, the private half under six words that never leave that device, and a
proof that both belong together. The key enters the enrolment chain once somebody here has compared
its fingerprint words with them by phone.
"""

from __future__ import annotations

from dataclasses import dataclass

from calmreply.app import facts
from calmreply.app.home import BUSINESS_NAME, Actor, Home
from calmreply.app.ledger import NO_CASE, Ledger, fact_of, person_left, writing
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports import SealedKey
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import ReadTransaction
from calmreply.app.proving import trust
from calmreply.app.reviewing import packet_page, packets
from calmreply.domain import packet
from calmreply.domain.packet import NewKey
from calmreply.domain.people import (
    Enrolled,
    Invited,
    PacketKeyRevoked,
    Person,
    PersonId,
    Presence,
    enrolment_words,
    find,
    packet_key_id,
)
from calmreply.errors import KnownError
from calmreply.i18n import _


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that can be handed over."""

    person: PersonId
    name: str
    page: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A key that came back: whose it would be, and the words to compare by phone."""

    name: str
    words: tuple[str, ...]


def invite(home: Home, actor: Actor, new: NewPerson) -> tuple[Invitation, ChangeSet]:
    """Invite somebody to sign from far away: by their name whoever is here, else somebody new.

    Raises KnownError `name_missing`.
    """
    name = people.checked_name(new.name)
    with writing(home, actor) as ledger:
        known = find(facts.people(ledger.tx), name)
        if known is None:
            people.refuse_alike(ledger.tx, name, new.mail)
        nonce = home.entropy.random(16).hex()
        fact = Invited(
            nonce=nonce,
            person=known.id if known else PersonId(home.entropy.token()),
            name=known.name if known else name,
            by=actor.person.id,
            at=ledger.reading,
            role=known.role if known else people.checked_role(new.role),
            mail=known.mail if known else people.checked_contact(new.mail),
            may_offer=known.may_offer if known else max(0, new.may_offer),
        )
        ledger.record(fact)
        inviter = find(facts.people(ledger.tx), actor.person.id)
        number, head = ledger.tx.head()
        page = packet_page.invitation(
            {
                "business": ledger.tx.setting(BUSINESS_NAME) or "",
                "asker": actor.person.name,
                "mail": inviter.mail if inviter else "",
                "name": fact.name,
                "person": str(fact.person),
                "nonce": nonce,
                "rounds": packet.ROUNDS,
                "head": f"{number} {head}",
            }
        )
    return Invitation(fact.person, fact.name, page), ChangeSet(people=True)


def offered(home: Home, untrusted: str) -> Offered:
    """What a code would bring. Raises what `let_in` does, but for `not_compared`."""
    with home.store.read() as tx:
        invited, new = _checked(home, tx, untrusted)
    return Offered(invited.name, packet_page.fingerprint(new.public))


def let_in(home: Home, actor: Actor, untrusted: str, *, compared: bool) -> tuple[Person, ChangeSet]:
    """The key in a code enters the chain; a packet key from before is revoked by it.

    `compared`: the fingerprint words were compared by phone, and were the same. Who has a key here
    lets in a packet key themselves: nobody else makes one in their name.
    Raises KnownError `bad_code`, `code_of_an_answer`, `invitation_unknown`, `invitation_used`,
    `key_does_not_hold`, `key_of_another`, `journal_broken`, `person_left`, `name_taken`,
    `own_key_needed`, `not_compared`.
    """
    with writing(home, actor) as ledger:
        invited, new = _checked(home, ledger.tx, untrusted)
        known = find(facts.people(ledger.tx), invited.person)
        if known is not None and known.keys and known.id != actor.person.id:
            raise _own_key_needed(known.name)
        if not compared:
            raise _not_compared(invited.name, packet_page.fingerprint(new.public))
        if known is None:
            people.refuse_taken(facts.people(ledger.tx), invited.name)
            people.refuse_alike(ledger.tx, invited.name, invited.mail)
        elif known.packet_key is not None:
            _revoke(ledger, actor, known)
        _let_in(ledger, actor, invited, new)
        someone = find(facts.people(ledger.tx), invited.person)
    if someone is None:
        raise AssertionError("an enrolment that is not in the chain")
    return someone, ChangeSet(people=True)


def revoke(home: Home, actor: Actor, who: str) -> ChangeSet:
    """Nothing that comes back from now on counts by this person's packet key.

    What it signed before still verifies. Raises KnownError `no_such_person`, `no_packet_key`.
    """
    with writing(home, actor) as ledger:
        known = find(facts.people(ledger.tx), who)
        if known is None:
            raise people.no_such_person(who)
        if known.packet_key is None:
            raise KnownError(
                "no_packet_key",
                _("{name} has no packet key.").format(name=known.name),
                _("Nothing needs to be revoked."),
            )
        _revoke(ledger, actor, known)
    return ChangeSet(people=True)


def _revoke(ledger: Ledger, actor: Actor, known: Person) -> None:
    for key in known.packet_keys:
        if not key.revoked:
            ledger.record(PacketKeyRevoked(known.id, key.id, actor.person.id, ledger.reading))


def _let_in(ledger: Ledger, actor: Actor, invited: Invited, new: NewKey) -> None:
    ledger.record(
        Enrolled(
            person=invited.person,
            name=invited.name,
            key_id=packet_key_id(invited.person, new.public),
            public=new.public,
            proof=new.proof,
            at=ledger.reading,
            role=invited.role,
            mail=invited.mail,
            may_offer=invited.may_offer,
            vouched_by=actor.person.id,
            invitation=invited.nonce,
        )
    )
    name = packets.slot(invited.person)
    before = ledger.tx.sealed_key(name)
    version = before.version + 1 if before else 1
    ledger.tx.save_sealed_key(SealedKey(str(name), version, new.public, new.sealed, b""))


def _checked(home: Home, tx: ReadTransaction, untrusted: str) -> tuple[Invited, NewKey]:
    """The invitation that a code answers, and the key it brings, if they fit each other."""
    new = packets.read(untrusted)
    if not isinstance(new, NewKey):
        raise KnownError(
            "code_of_an_answer",
            _("This code is an answer about a reply; it brings no key."),
            _("Enter it at the case it is about."),
        )
    lines = list(tx.lines(case=NO_CASE, kinds=("invited", "enrolled")))
    told = [fact_of(line) for line in lines]
    begins = new.nonce.hex()
    invited, said = next(
        (
            (one, line)
            for one, line in zip(told, lines, strict=True)
            if isinstance(one, Invited) and one.nonce.startswith(begins)
        ),
        (None, None),
    )
    if invited is None or said is None:
        raise KnownError(
            "invitation_unknown",
            _("This code answers no invitation that was made here."),
            _("Invite them again, and have them open the new page."),
        )
    if any(isinstance(one, Enrolled) and one.invitation == invited.nonce for one in told):
        raise KnownError(
            "invitation_used",
            _("This invitation has brought a key already."),
            _("Each invitation counts once. Invite them again for another key."),
        )
    trust.demand_genuine(home, tx, said)
    _demand_sound(home, invited, new)
    _refuse_shared(tx, invited, new)
    known = find(facts.people(tx), invited.person)
    if known is not None and known.presence is Presence.LEFT:
        raise person_left(known.name)
    return invited, new


def _refuse_shared(tx: ReadTransaction, invited: Invited, new: NewKey) -> None:
    """One key is one person's: who signs for two is one. Raises KnownError `key_of_another`."""
    for one in facts.enrolled(tx):
        keys = [public for _name, public in one.keys] + [key.public for key in one.packet_keys]
        if one.id != invited.person and new.public in keys:
            raise KnownError(
                "key_of_another",
                _("The key in this code is the one of {name}.").format(name=one.name),
                _("Each person makes a key of their own, from an invitation of their own."),
            )


def _demand_sound(home: Home, invited: Invited, new: NewKey) -> None:
    try:
        packet.unpack(new.sealed)
        sound = home.keys.verify(
            new.public, enrolment_words(invited.person, invited.name, new.public), new.proof
        )
    except ValueError:
        sound = False
    if not sound:
        raise KnownError(
            "key_does_not_hold",
            _("The key in this code does not fit the invitation: one of them was changed."),
            _("Call them, and send a new invitation by a way you trust."),
        )


def _own_key_needed(name: str) -> KnownError:
    return KnownError(
        "own_key_needed",
        _("{name} has a key here: only {name} can let in another one.").format(name=name),
        _("Have {name} sign in here and enter this code.").format(name=name),
    )


def _not_compared(name: str, words: tuple[str, ...]) -> KnownError:
    return KnownError(
        "not_compared",
        _("Call {name} and compare these words: {words}.").format(name=name, words=" ".join(words)),
        _("If they read you the same six words, say so: people take FILE --compared"),
    )
