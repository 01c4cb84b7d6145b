"""Weaker rules: proposed, seconded by another person, in force a day later, or withdrawn.

Of somebody who is alone they are in force a week after they were proposed. Whatever was begun
before that keeps its rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calmreply.app import facts
from calmreply.app import ledger as ledger_of
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import Ledger, present, writing
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.rules import rule_lines
from calmreply.domain import rulebook
from calmreply.domain.people import PersonId
from calmreply.domain.policy import Policy
from calmreply.domain.rulebook import (
    Book,
    Proposal,
    ProposalId,
    RulesProposed,
    RulesSeconded,
    RulesWithdrawn,
)
from calmreply.errors import KnownError
from calmreply.i18n import _

GRANTED = "granted"
"""The rule that says what people may offer; `person_changes` sets it, person by person."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that is open. `names`: the settings it is about.

    `at` (UTC) is when it takes effect, as it stands now; None: somebody has to agree first.
    `limits`: whose limit for offers it would raise, and to how much (in the smallest unit).
    """

    proposal: Proposal
    names: tuple[str, ...]
    at: datetime | None
    by: str
    seconded: str = ""
    may_agree: tuple[PersonId, ...] = ()
    limits: tuple[tuple[str, int], ...] = ()


def waiting(home: Home) -> tuple[Waiting, ...]:
    """All that are open, oldest first."""
    with home.store.read() as tx:
        book, now = rule_lines.book(tx), present(home, tx)
    names = {one.id: one.name for one in book.people}
    return tuple(
        Waiting(
            one,
            tuple(sorted(map(setting_of, one.about - {GRANTED}))),
            rulebook.takes_effect(book, one, now),
            names.get(one.by, str(one.by)),
            names.get(one.seconded.by, "") if one.seconded else "",
            tuple(p.id for p in book.people if rulebook.may_second(book, one, p.id)),
            tuple((names.get(PersonId(who), who), much) for who, much in _limits(one)),
        )
        for one in book.proposals
    )


def limits(home: Home) -> dict[PersonId, int]:
    """The higher limits for offers that are proposed, by whose they would be."""
    with home.store.read() as tx:
        book = rule_lines.book(tx)
    return {PersonId(who): much for one in book.proposals for who, much in _limits(one)}


def _limits(one: Proposal) -> tuple[tuple[str, int], ...]:
    """The limits that differ from those of today."""
    return tuple(
        (who, much) for who, much in one.rules.granted if one.before.granted_to(who) != much
    )


def setting_of(path: str) -> str:
    """The name of the setting for the path of a rule."""
    kind, dot, part = path.partition(".")
    return f"wait_{kind}_{part}" if dot else path


def propose(ledger: Ledger, actor: Actor, rules: Policy) -> None:
    """Have the rules so once somebody has agreed; the same thing of the same person is once."""
    book = rule_lines.book(ledger.tx)
    wanted = rulebook.differing(book.rules, rules)
    for one in book.proposals:
        same = one.by == actor.person.id and one.about == wanted
        if same and not rulebook.differing(one.on(book.rules), rules):
            return
    who = actor.person.id
    proposal = ProposalId(ledger.home.entropy.token())
    ledger.record(RulesProposed(proposal, rules, who, ledger.reading))


def agree(home: Home, actor: Actor, proposal: str) -> ChangeSet:
    """The second person agrees. Raises KnownError `no_such_proposal`, `own_wish`, `not_active`,
    `agreed_already`.
    """
    with writing(home, actor) as ledger:
        book = rule_lines.book(ledger.tx)
        found = _find(book, proposal)
        _demand_second(book, found, actor)
        ledger.record(RulesSeconded(found.id, actor.person.id, ledger.reading))
    return ChangeSet(rules=True)


def withdraw(home: Home, actor: Actor, proposal: str) -> ChangeSet:
    """The rules stay as they are; anybody may say so. Raises KnownError `no_such_proposal`."""
    with writing(home, actor) as ledger:
        found = _find(rule_lines.book(ledger.tx), proposal)
        ledger.record(RulesWithdrawn(found.id, actor.person.id, ledger.reading))
    return ChangeSet(rules=True)


def carry_out(home: Home) -> ChangeSet:
    """Put in force what has waited long enough; costs little where nothing has."""
    with home.store.read() as tx:
        if not rulebook.ripe(rule_lines.book(tx), present(home, tx)):
            return ChangeSet()
    with writing(home) as ledger:
        return ChangeSet(rules=rule_lines.carry_out(ledger))


def heartbeat(home: Home) -> ChangeSet:
    """What is done every minute: how far the boot has come is saved, and rules take effect."""
    ledger_of.heartbeat(home)
    return carry_out(home)


def _find(book: Book, wanted: str) -> Proposal:
    found = book.proposal(wanted)
    if found is None:
        raise KnownError(
            "no_such_proposal",
            _("Nobody proposes this any more."),
            _("Look at the settings as they stand now."),
        )
    return found


def _demand_second(book: Book, found: Proposal, actor: Actor) -> None:
    who = actor.person.id
    if who == found.by:
        raise KnownError(
            "own_wish",
            _("Whoever proposed it cannot agree as the second person."),
            _("Have somebody else look at it."),
        )
    if rulebook.may_second(book, found, who):
        return
    if not any(one.id == who and one.active for one in book.people):
        raise KnownError(
            "not_active",
            _("{name} is away.").format(name=actor.person.name),
            _("Ask somebody who is here, or say that they are back."),
        )
    raise KnownError(
        "agreed_already",
        _("Somebody has agreed to this already."),
        _("It takes effect at its time; nothing more is needed."),
    )


def demand_actor(actor: Actor | None) -> Actor:
    """Raises KnownError `who_acts`."""
    if actor is None:
        raise KnownError(
            "who_acts",
            _("A rule is changed in somebody's name."),
            _("Unlock your key first, or say who acts."),
        )
    return actor


def nobody_changes_rules(ledger: Ledger, actor: Actor | None) -> None:
    """Once there are people, one of them changes the rules. Raises KnownError `who_acts`."""
    if facts.people(ledger.tx):
        demand_actor(actor)
