"""People: who they are, how they come in, and how somebody unlocks their key."""

from __future__ import annotations

from dataclasses import dataclass

from calmreply.app import facts
from calmreply.app.home import BUSINESS_ID, Actor, Home
from calmreply.app.ledger import Ledger, has_left, person_left, writing
from calmreply.app.persons.passphrases import damaged_key
from calmreply.app.ports import SealedKey
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import ReadTransaction
from calmreply.app.proving import trust
from calmreply.domain.people import (
    Enrolled,
    PassphraseChanged,
    Person,
    PersonId,
    Presence,
    PresenceChanged,
    enrolment_words,
    find,
    same_name,
)
from calmreply.domain.resembling import Sort, doubts
from calmreply.errors import KnownError
from calmreply.i18n import _

NAME_LIMIT = 80
CONTACT_LIMIT = 254
JOINERS = "\u200c\u200d"
"""They shape the letters of some scripts and are part of names there."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is asked about somebody. `may_offer` in the smallest unit of the currency."""

    name: str
    role: str = ""
    mail: str = ""
    may_offer: int = 0


def everybody(home: Home) -> tuple[Person, ...]:
    with home.store.read() as tx:
        return facts.people(tx)


def person(home: Home, who: str) -> Person:
    """The person of that name or id. Raises KnownError `no_such_person`."""
    found = find(everybody(home), who)
    if found is None:
        raise no_such_person(who)
    return found


def no_such_person(who: str) -> KnownError:
    return KnownError(
        "no_such_person",
        _("There is nobody called {who} here.").format(who=who),
        _("Look at the list of people, or add this person first."),
    )


def unlock(home: Home, who: str, passphrase: str) -> Actor:
    """Raises KnownError `no_such_person`, `person_left`, `key_missing`, `damaged_key`,
    `wrong_passphrase`.
    """
    someone, sealed = _own_key(home, who)
    signer = home.keys.unlock(sealed, passphrase)
    home.passwords.note(passphrase)
    if (signer.key_id, signer.public) != (sealed.id, sealed.public):
        raise damaged_key()
    return Actor(someone, signer)


def restore(home: Home, who: str, recovery_code: str, passphrase: str) -> ChangeSet:
    """The same key under a new passphrase, by the code that was printed when it was made.

    Raises what `unlock` does, and KnownError `wrong_recovery_code`, `passphrase_too_short`.
    """
    someone, sealed = _own_key(home, who)
    restored = home.keys.restore(sealed, recovery_code, passphrase)
    return _rewrapped(home, someone, restored, passphrase, by_code=True)


def change_passphrase(home: Home, who: str, old: str, new: str) -> ChangeSet:
    """The same key under another passphrase; its id, its age and its recovery code stay.

    Passwords of accounts that lie sealed with the old one go under the new one, too.
    Raises what `unlock` does, and KnownError `passphrase_too_short`.
    """
    someone, sealed = _own_key(home, who)
    changed = home.keys.rewrap(sealed, old, new)
    changes = _rewrapped(home, someone, changed, new, by_code=False)
    home.vault.seal_anew(someone.id, old, new)
    return changes


def _rewrapped(
    home: Home, someone: Person, sealed: SealedKey, passphrase: str, *, by_code: bool
) -> ChangeSet:
    """Kept, and told by the key itself: the others see that its passphrase is another one."""
    signer = home.keys.unlock(sealed, passphrase)
    home.passwords.note(passphrase)
    with writing(home, Actor(someone, signer)) as ledger:
        ledger.tx.save_sealed_key(sealed)
        fact = PassphraseChanged(someone.id, signer.key_id, by_code, ledger.reading)
        ledger.record(fact)
    return ChangeSet(people=True)


def new_key(home: Home, actor: Actor, who: str, passphrase: str) -> tuple[Person, str, ChangeSet]:
    """Passphrase and recovery code are both lost: another key for the same person.

    Somebody else lets it in. It counts as new for a week, and what the person wrote stays theirs.
    Also the first key here of somebody who signed from far away. Returns the new recovery code.
    Raises KnownError `no_such_person`, `person_left`, `somebody_else_needed`,
    `passphrase_too_short`.
    """
    someone = person(home, who)
    if someone.presence is Presence.LEFT:
        raise person_left(someone.name)
    if someone.id == actor.person.id:
        raise _somebody_else_needed(someone.name)
    with home.store.read() as tx:
        before = tx.sealed_key(someone.id)
    version = max((before.version if before else 0), len(someone.keys)) + 1
    sealed, recovery = home.keys.enrol(someone.id, version, passphrase)
    signer = home.keys.unlock(sealed, passphrase)
    home.passwords.note(passphrase)
    with writing(home, actor) as ledger:
        if has_left(ledger.tx, someone.id):
            raise person_left(someone.name)
        fact = Enrolled(
            person=someone.id,
            name=someone.name,
            key_id=sealed.id,
            public=sealed.public,
            proof=signer.sign(enrolment_words(someone.id, someone.name, sealed.public)),
            at=ledger.reading,
            role=someone.role,
            mail=someone.mail,
            may_offer=someone.may_offer,
            vouched_by=actor.person.id,
        )
        ledger.record(fact)
        ledger.tx.save_sealed_key(sealed)
        found = find(facts.people(ledger.tx), someone.id)
    if found is None:
        raise AssertionError("an enrolment that is not in the chain")
    return found, recovery, ChangeSet(people=True)


def _somebody_else_needed(name: str) -> KnownError:
    return KnownError(
        "somebody_else_needed",
        _("{name} cannot let in another key of their own.").format(name=name),
        _("Have somebody else sign in and do it. Whoever is signed in changes their passphrase."),
    )


def _own_key(home: Home, who: str) -> tuple[Person, SealedKey]:
    """Somebody's sealed key, if it is the one by which they came into the chain."""
    someone = person(home, who)
    if someone.presence is Presence.LEFT:
        raise person_left(someone.name)
    with home.store.read() as tx:
        sealed = tx.sealed_key(someone.id)
        keys = trust.chain_keys(home, tx) if sealed else {}
    if sealed is None:
        raise KnownError(
            "key_missing",
            _("The key of {name} is not on this computer.").format(name=someone.name),
            _("Somebody else lets in another key for them, in People, “Change…”."),
        )
    if keys.get(sealed.id) != (someone.id, sealed.public):
        raise damaged_key()
    return someone, sealed


def enrol(
    home: Home, new: NewPerson, passphrase: str, vouching: Actor | None = None
) -> tuple[Person, str, ChangeSet]:
    """Somebody comes in with a key of their own; returns their recovery code to print.

    The key's owner signs the enrolment, and so does the person who lets them in, if anybody does.
    Raises KnownError `name_missing`, `name_taken`, `looks_alike`, `same_mail`, `bad_role`,
    `bad_contact`, `limit_on_nobodys_word`, `passphrase_too_short`.
    """
    name = checked_name(new.name)
    refuse_taken(everybody(home), name)
    person_id = PersonId(home.entropy.token())
    sealed, recovery = home.keys.enrol(person_id, 1, passphrase)
    signer = home.keys.unlock(sealed, passphrase)
    home.passwords.note(passphrase)
    with writing(home, vouching) as ledger:
        refuse_taken(facts.people(ledger.tx), name)
        refuse_alike(ledger.tx, name, new.mail)
        if vouching is None and new.may_offer > 0:
            _refuse_limit(ledger.tx)
        fact = Enrolled(
            person=person_id,
            name=name,
            key_id=sealed.id,
            public=sealed.public,
            proof=signer.sign(enrolment_words(person_id, name, sealed.public)),
            at=ledger.reading,
            role=checked_role(new.role),
            mail=checked_contact(new.mail),
            may_offer=max(0, new.may_offer),
            vouched_by=vouching.person.id if vouching else None,
        )
        ledger.record(fact)
        ledger.tx.save_sealed_key(sealed)
        someone = find(facts.people(ledger.tx), person_id)
    if someone is None:
        raise AssertionError("an enrolment that is not in the chain")
    return someone, recovery, ChangeSet(people=True)


def set_presence(home: Home, actor: Actor, who: str, presence: Presence) -> ChangeSet:
    """Active, away, or left for good. Raises KnownError `no_such_person`, `last_person`."""
    someone = person(home, who)
    with writing(home, actor) as ledger:
        known = facts.people(ledger.tx)
        here = [p.id for p in known if p.presence is not Presence.LEFT]
        if presence is Presence.LEFT and here == [someone.id]:
            raise KnownError(
                "last_person",
                _("{name} is the only person here.").format(name=someone.name),
                _("Add somebody else first."),
            )
        if any(p.id == someone.id and p.presence is not presence for p in known):
            ledger.record(PresenceChanged(someone.id, presence, ledger.reading))
    return ChangeSet(people=True)


def checked_name(untrusted: str) -> str:
    """Names are read, compared and signed: there is nothing in them that cannot be seen.

    Raises KnownError `name_missing`.
    """
    name = " ".join(untrusted.split())
    plain = all(sign.isprintable() or sign in JOINERS for sign in name)
    if not name.strip(JOINERS) or not plain or len(name) > NAME_LIMIT:
        raise KnownError(
            "name_missing",
            _("A person needs a name of at most {limit} letters that can be seen.").format(
                limit=NAME_LIMIT
            ),
            _("Type the name by which you call each other."),
        )
    return name


def checked_role(untrusted: str) -> str:
    """Raises KnownError `bad_role`."""
    role = " ".join(untrusted.split())
    if not role.isprintable() or len(role) > NAME_LIMIT:
        raise KnownError(
            "bad_role",
            _("What somebody does here is one short line that can be seen."),
            _("Write it in a few words, such as: counter."),
        )
    return role


def checked_contact(untrusted: str) -> str:
    """A mail address or a phone number, or nothing. Raises KnownError `bad_contact`."""
    contact = " ".join(untrusted.split())
    if not contact.isprintable() or len(contact) > CONTACT_LIMIT:
        raise KnownError(
            "bad_contact",
            _("How to reach somebody is one short line that can be seen."),
            _("Write one e-mail address or one phone number."),
        )
    return contact


def _refuse_limit(tx: ReadTransaction) -> None:
    """Once there are people and cases, nobody gives themselves a limit by coming in anew.

    Raises KnownError `limit_on_nobodys_word`.
    """
    if facts.enrolled(tx) and tx.touched_cases():
        raise KnownError(
            "limit_on_nobodys_word",
            _("Who comes in on nobody's word offers nothing alone."),
            _("Have somebody who is here let them in, or leave the limit empty."),
        )


def refuse_taken(known: tuple[Person, ...], name: str) -> None:
    """Raises KnownError `name_taken`."""
    here = (p for p in known if p.presence is not Presence.LEFT)
    if any(same_name(one.name, name) for one in here):
        raise KnownError(
            "name_taken",
            _("There is already somebody called {name}.").format(name=name),
            _("Add a surname or a letter, so that you can be told apart."),
        )


def refuse_alike(tx: ReadTransaction, name: str, mail: str, who: PersonId | None = None) -> None:
    """Where the rules want everybody distinct. Raises KnownError `looks_alike`, `same_mail`."""
    if not facts.rules_in_force(tx)[1].distinct_people:
        return
    for doubt in doubts(facts.enrolled(tx), name, mail, who):
        other = doubt.other.name
        if doubt.sort is Sort.NAME:
            raise KnownError(
                "looks_alike",
                _("{name} could be taken for {other}.").format(name=name, other=other),
                _("By your rules nobody comes in so. Add a surname, or another first name."),
            )
        if doubt.sort is Sort.MAIL:
            raise KnownError(
                "same_mail",
                _("A mail to this address ends up with {other}.").format(other=other),
                _("By your rules nobody comes in so. Write down an address of their own."),
            )


def found_home(home: Home) -> None:
    """Give a new home its own id; does nothing in one that has it."""
    with home.store.read() as tx:
        if tx.setting(BUSINESS_ID):
            return
    with writing(home) as ledger:
        _name_home(ledger)


def _name_home(ledger: Ledger) -> None:
    if not ledger.tx.setting(BUSINESS_ID):
        ledger.tx.set_setting(BUSINESS_ID, ledger.home.entropy.token())
