"""What changes about somebody who is here: what they do, how to reach them, what they may offer.

Role and contact change at once, and so does a lower limit for offers. A higher one asks for less
than the rules did, so it goes their way: proposed, agreed to by a second person, in force a day
later (alone: a week after it was proposed), for cases that begin then. Before the first case
anything goes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from calmreply.app import facts
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import Ledger, person_left, writing
from calmreply.app.persons.people import checked_contact, checked_role, no_such_person, refuse_alike
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.rules import proposals, rule_lines
from calmreply.domain.people import Person, PersonChanged, PersonId, Presence, find
from calmreply.domain.policy import Policy
from calmreply.domain.rulebook import Book, RulesSet, RulesWithdrawn, demands_proposal
from calmreply.errors import KnownError
from calmreply.i18n import _


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody as they are known now. `proposed`: the higher limit that waits, or 0."""

    person: Person
    proposed: int = 0


def change(
    home: Home,
    actor: Actor,
    who: str,
    *,
    role: str | None = None,
    mail: str | None = None,
    may_offer: int | None = None,
) -> tuple[Changed, ChangeSet]:
    """Whatever is None stays. `may_offer` in the smallest unit of the currency.

    Raises KnownError `no_such_person`, `person_left`, `bad_role`, `bad_contact`, `same_mail`,
    `limit_waits`.
    """
    with writing(home, actor) as ledger:
        rule_lines.carry_out(ledger)
        known = _here(ledger, who)
        if mail is not None and mail != known.mail:
            refuse_alike(ledger.tx, known.name, mail, known.id)
        book = rule_lines.book(ledger.tx, begun=bool(ledger.tx.touched_cases()))
        least = next(one for one in book.people if one.id == known.id).may_offer
        told = PersonChanged(
            person=known.id,
            role=known.role if role is None else checked_role(role),
            mail=known.mail if mail is None else checked_contact(mail),
            may_offer=least if may_offer is None else min(least, max(0, may_offer)),
            by=actor.person.id,
            at=ledger.reading,
        )
        if (told.role, told.mail, told.may_offer) != (known.role, known.mail, least):
            ledger.record(told)
        waits = 0
        if may_offer is not None and may_offer != known.may_offer:
            waits = _limit(ledger, actor, book, known, max(0, may_offer))
        found = _here(ledger, known.id)
    return Changed(found, waits), ChangeSet(people=True, rules=may_offer is not None)


def _here(ledger: Ledger, who: str) -> Person:
    known = find(facts.people(ledger.tx), who)
    if known is None:
        raise no_such_person(who)
    if known.presence is Presence.LEFT:
        raise person_left(known.name)
    return known


def _limit(ledger: Ledger, actor: Actor, book: Book, known: Person, wanted: int) -> int:
    """Grant somebody that much and no more; returns what is only proposed, or 0."""
    base = next(one for one in facts.enrolled(ledger.tx) if one.id == known.id).may_offer
    rules = _granting(book.rules, known.id, wanted if wanted > base else 0)
    if wanted < known.may_offer:
        _withdraw_theirs(ledger, actor, book, known.id)
    if rules == book.rules:
        return 0
    if not demands_proposal(book, rules):
        ledger.record(RulesSet(rules, ledger.reading))
        return 0
    _refuse_two(book, known.id)
    proposals.propose(ledger, actor, rules)
    return wanted


def _granting(rules: Policy, who: PersonId, amount: int) -> Policy:
    others = [(one, much) for one, much in rules.granted if one != who]
    mine = [(str(who), amount)] if amount else []
    return replace(rules, granted=tuple(sorted([*others, *mine])))


def _withdraw_theirs(ledger: Ledger, actor: Actor, book: Book, who: PersonId) -> None:
    """Whoever lowers a limit does not want the higher one that waits."""
    for one in book.proposals:
        if one.before.granted_to(who) != one.rules.granted_to(who):
            ledger.record(RulesWithdrawn(one.id, actor.person.id, ledger.reading))


def _refuse_two(book: Book, who: PersonId) -> None:
    """One higher limit at a time, since a second proposal would take the first one's place."""
    for one in book.proposals:
        theirs = _granting(one.rules, who, 0).granted != _granting(one.before, who, 0).granted
        if proposals.GRANTED in one.about and theirs:
            raise KnownError(
                "limit_waits",
                _("A higher limit for somebody else is proposed already."),
                _("Have that agreed to or withdrawn first."),
            )
