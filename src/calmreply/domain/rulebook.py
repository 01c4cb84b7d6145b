"""How the rules change: stricter at once, looser by a proposal that a second person agrees to.

A proposal takes effect 24 hours after it was seconded; of somebody who is alone 7 days after it was
made. Whoever seconds must have been here for a week by then, so that nobody makes a second self to
agree with. It is about the rules it changes and leaves the others alone; if one of them is changed
in the meantime, or proposed anew, it is over. Time is counted as everywhere by what surely passed.

`Book` is folded from the lines of the journal; so who reads a journal can tell whether a looser
rule came in by this road.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NewType

from calmreply.domain import codec
from calmreply.domain.alone import STILL_COUNTS
from calmreply.domain.moment import Now, Reading
from calmreply.domain.people import PeopleFact, Person, PersonId, Presence, people_from
from calmreply.domain.policy import Policy, loosens

ProposalId = NewType("ProposalId", str)

AGREED = timedelta(hours=24)
ALONE = timedelta(days=7)
FIRST_WEEK = timedelta(days=7)

Passed = Callable[[Reading], timedelta]
"""What surely passed since a reading."""


@dataclass(frozen=True, slots=True)
class RulesSet:
    """The rules from now on, as a whole. `proposal`: the one that they carry out, or empty."""

    rules: Policy
    at: Reading
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class RulesProposed:
    """Somebody would have the rules so; what differs from those in force is what is proposed."""

    proposal: ProposalId
    rules: Policy
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class RulesSeconded:
    proposal: ProposalId
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class RulesWithdrawn:
    """Whoever proposed it, or anybody else, would rather leave it as it is."""

    proposal: ProposalId
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class Begun:
    """Stands for the lines of cases: somebody has begun one."""


RuleFact = RulesSet | RulesProposed | RulesSeconded | RulesWithdrawn
BookFact = RuleFact | PeopleFact | Begun


@dataclass(frozen=True, slots=True)
class Proposal:
    """One that is open. `before`: the rules in force when it was made."""

    id: ProposalId
    by: PersonId
    at: Reading
    before: Policy
    rules: Policy
    seconded: RulesSeconded | None = None

    @property
    def about(self) -> frozenset[str]:
        """The rules it changes, by their path (`complaint.calm`)."""
        return differing(self.before, self.rules)

    def on(self, today: Policy) -> Policy:
        """Today's rules with what is proposed."""
        return _with(today, self.rules, self.about)


@dataclass(frozen=True, slots=True)
class Book:
    """The rules in force (`line`: set by which), what is proposed, and who is here."""

    rules: Policy = Policy()  # noqa: RUF009 - a frozen value
    line: int = 0
    proposals: tuple[Proposal, ...] = ()
    people_facts: tuple[PeopleFact, ...] = ()
    begun: bool = False

    @property
    def people(self) -> tuple[Person, ...]:
        return people_from(self.people_facts)

    def proposal(self, wanted: str) -> Proposal | None:
        return next((one for one in self.proposals if one.id == wanted), None)


def read(facts: Iterable[tuple[int, BookFact]]) -> Book:
    """The book after these lines, each with its number."""
    book = Book()
    for number, fact in facts:
        book = after(book, number, fact)
    return book


def after(book: Book, number: int, fact: BookFact) -> Book:
    """The book with one line more, whether that line is right or not (`allowed`)."""
    match fact:
        case RulesSet():
            changed = differing(book.rules, fact.rules)
            left = tuple(
                one for one in book.proposals if one.id != fact.proposal and not one.about & changed
            )
            return replace(book, rules=fact.rules, line=number, proposals=left)
        case RulesProposed():
            made = Proposal(fact.proposal, fact.by, fact.at, book.rules, fact.rules)
            left = tuple(one for one in book.proposals if not one.about & made.about)
            return replace(book, proposals=(*left, made))
        case RulesSeconded():
            return replace(
                book,
                proposals=tuple(
                    replace(one, seconded=fact)
                    if one.id == fact.proposal and may_second(book, one, fact.by)
                    else one
                    for one in book.proposals
                ),
            )
        case RulesWithdrawn():
            left = tuple(one for one in book.proposals if one.id != fact.proposal)
            return replace(book, proposals=left)
        case Begun():
            return book if book.begun else replace(book, begun=True)
        case _:
            return replace(book, people_facts=(*book.people_facts, fact))


def may_second(book: Book, proposal: Proposal, who: PersonId) -> bool:
    """Whether somebody could agree: another active person, and nobody here has done so before."""
    known = {one.id: one for one in book.people}
    person, second = known.get(who), proposal.seconded
    before = known.get(second.by) if second else None
    agreed = before is not None and before.presence is not Presence.LEFT
    return person is not None and person.active and who != proposal.by and not agreed


def demands_proposal(book: Book, rules: Policy) -> bool:
    """Whether the rules may become so only by a proposal."""
    return book.begun and loosens(book.rules, rules)


def left(book: Book, proposal: Proposal, passed: Passed) -> timedelta | None:
    """How long until it takes effect, zero or less if it may now; None: it has to be seconded."""
    second = proposal.seconded
    if second is not None:
        person = next((one for one in book.people if one.id == second.by), None)
        if person is None or person.presence is Presence.LEFT:
            return None
        return max(AGREED - passed(second.at), FIRST_WEEK - passed(person.since))
    counted = [one for one in book.people if _counts(one, passed)]
    if [one.id for one in counted] == [proposal.by] and counted[0].active:
        return ALONE - passed(proposal.at)
    return None


def _counts(person: Person, passed: Passed) -> bool:
    if person.presence is not Presence.LEFT:
        return True
    return person.gone is not None and passed(person.gone) < STILL_COUNTS


def takes_effect(book: Book, proposal: Proposal, now: Now) -> datetime | None:
    """When (UTC), as it stands now; None: it has to be seconded first."""
    span = left(book, proposal, lambda at: now.since(at).sure)
    return None if span is None else now.wall + max(timedelta(0), span)


def ripe(book: Book, now: Now) -> tuple[Proposal, ...]:
    """The proposals that take effect now, oldest first."""
    spans = ((one, left(book, one, lambda at: now.since(at).sure)) for one in book.proposals)
    return tuple(one for one, span in spans if span is not None and span <= timedelta(0))


def allowed(book: Book, fact: RulesSet, now: Now) -> bool:
    """Whether this line may follow: it is stricter, no case was begun, or its proposal was ripe.

    `now` is whenever this is asked. Boots that are known tell what may have passed at most; where
    they were forgotten (a backup was put back), the walls of the lines have to do.
    """
    if not demands_proposal(book, fact.rules):
        return True
    proposal = book.proposal(fact.proposal)
    if proposal is None or proposal.on(book.rules) != fact.rules:
        return False
    span = left(book, proposal, lambda at: _at_most(now, at, fact.at))
    return span is not None and span <= timedelta(0)


def _at_most(now: Now, earlier: Reading, later: Reading) -> timedelta:
    if now.boot_of(earlier) is not None and now.boot_of(later) is not None:
        return now.between(earlier, later).at_most
    return later.wall - earlier.wall


def differing(one: Policy, other: Policy) -> frozenset[str]:
    """The paths of the rules that differ."""
    first, second = _flat(one), _flat(other)
    return frozenset(path for path in first if first[path] != second[path])


def _flat(rules: Policy) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in codec.to_json(rules).items():
        inner = value if isinstance(value, dict) and name != "hours" else None
        found |= {name: value} if inner is None else {f"{name}.{k}": v for k, v in inner.items()}
    return found


def _with(rules: Policy, other: Policy, paths: frozenset[str]) -> Policy:
    plain, wanted = codec.to_json(rules), _flat(other)
    for path in paths:
        name, _dot, part = path.partition(".")
        if part:
            plain[name] = {**plain[name], part: wanted[path]}
        else:
            plain[name] = wanted[path]
    return codec.from_json(Policy, plain)
