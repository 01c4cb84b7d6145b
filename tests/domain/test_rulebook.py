"""Weaker rules: proposed, seconded, in force a day later; alone a week later; and no other road."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calmreply.domain import rulebook
from calmreply.domain.moment import Boot, Now, Reading, confirm, observe
from calmreply.domain.people import Enrolled, PeopleFact, PersonId, Presence, PresenceChanged
from calmreply.domain.policy import Policy, Waits
from calmreply.domain.rulebook import (
    Begun,
    Book,
    ProposalId,
    RulesProposed,
    RulesSeconded,
    RulesSet,
    RulesWithdrawn,
)
from calmreply.testing.clock import FakeClock

BEFORE = Policy()
LOOSER = replace(BEFORE, complaint=Waits(calm=10, stung=60, angry=240, text=10))
LOOSER_TOO = replace(BEFORE, complaint=Waits(calm=20, stung=60, angry=120, text=10))
STRICTER = replace(BEFORE, sign_praise=True)
ANA, TOM = PersonId("ana"), PersonId("tom")
P1, P2 = ProposalId("p1"), ProposalId("p2")


class Shop:
    """A book written line by line, with a clock."""

    def __init__(self, *names: str, begun: bool = True) -> None:
        self.clock = FakeClock()
        self.boots: tuple[Boot, ...] = ()
        self.book = Book()
        for name in names or ("ana", "tom"):
            self.put(self.enrolled(name))
        self.advance(days=30)
        if begun:
            self.put(Begun())

    @property
    def at(self) -> Reading:
        reading = self.clock.read()
        self.boots = observe(self.boots, reading)
        return reading

    @property
    def now(self) -> Now:
        reading = self.at
        return Now(reading, self.boots)

    def enrolled(self, name: str) -> PeopleFact:
        return Enrolled(PersonId(name), name, f"{name}.1", b"", b"", self.at)

    def put(self, *facts: rulebook.BookFact) -> Shop:
        for fact in facts:
            self.book = rulebook.after(self.book, self.book.line + 1, fact)
        return self

    def advance(self, **time: float) -> Shop:
        self.clock.advance(**time)
        _ = self.at
        return self

    def propose(self, rules: Policy = LOOSER, by: PersonId = ANA, as_: ProposalId = P1) -> Shop:
        return self.put(RulesProposed(as_, rules, by, self.at))

    def second(self, by: PersonId = TOM, what: ProposalId = P1) -> Shop:
        return self.put(RulesSeconded(what, by, self.at))

    def goes(self, name: str, presence: Presence) -> Shop:
        return self.put(PresenceChanged(PersonId(name), presence, self.at))

    @property
    def ripe(self) -> list[str]:
        return [one.id for one in rulebook.ripe(self.book, self.now)]

    def allows(self, rules: Policy = LOOSER, proposal: str = "p1") -> bool:
        return rulebook.allowed(self.book, RulesSet(rules, self.at, proposal), self.now)


def test_what_was_seconded_takes_effect_a_day_later() -> None:
    shop = Shop().propose().advance(hours=30)
    assert shop.ripe == []
    assert rulebook.takes_effect(shop.book, shop.book.proposals[0], shop.now) is None
    shop.second().advance(hours=23, minutes=59)
    assert shop.ripe == []
    assert not shop.allows()
    shop.advance(minutes=1)
    assert shop.ripe == ["p1"]
    assert shop.allows()
    shop.put(RulesSet(LOOSER, shop.at, "p1"))
    assert (shop.book.rules, shop.book.proposals) == (LOOSER, ())


def test_alone_it_takes_a_week() -> None:
    shop = Shop("ana").propose().second(ANA).advance(days=6, hours=23)
    assert shop.ripe == []
    assert not shop.allows()
    assert shop.advance(hours=1).ripe == ["p1"]
    assert shop.allows()


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.LEFT])
def test_nobody_is_alone_because_the_other_one_is_away_or_just_left(presence: Presence) -> None:
    shop = Shop().propose().advance(days=8).goes("tom", presence)
    assert shop.ripe == []
    assert shop.advance(days=6, hours=23).ripe == []
    assert shop.advance(hours=1).ripe == (["p1"] if presence is Presence.LEFT else [])


def test_a_second_self_is_no_faster_than_being_alone() -> None:
    shop = Shop("ana").propose()
    shop.put(shop.enrolled("tom")).second().advance(days=6, hours=23)
    assert shop.ripe == []
    assert shop.advance(hours=1).ripe == ["p1"]


@pytest.mark.parametrize("who", ["ana", "nobody"])
def test_who_proposed_it_or_is_nobody_here_seconds_nothing(who: str) -> None:
    shop = Shop().propose().second(PersonId(who)).advance(days=30)
    assert shop.ripe == []
    assert not shop.allows()


def test_who_is_away_seconds_nothing_and_who_left_has_seconded_nothing() -> None:
    shop = Shop("ana", "tom", "mia").goes("tom", Presence.AWAY).propose().second()
    assert shop.advance(hours=24).ripe == []
    shop.goes("tom", Presence.ACTIVE).second().goes("tom", Presence.LEFT).advance(hours=24)
    assert shop.ripe == []
    assert shop.second(PersonId("mia")).advance(hours=24).ripe == ["p1"]


def test_it_is_counted_by_sure_time() -> None:
    shop = Shop().propose().second()
    for hours in (48, -48, 480):
        shop.clock.step_wall(timedelta(hours=hours))
        assert shop.ripe == []
        assert not shop.allows()
    shop.clock.reboot(timedelta(days=3))
    assert shop.ripe == [], "off, and nobody has confirmed the time"
    shop = Shop().propose().second()
    shop.clock.reboot(timedelta(days=3))
    _ = shop.at
    shop.boots = confirm(shop.boots, shop.at, shop.clock.wall)
    assert shop.ripe == ["p1"]


def test_withdrawn_or_overtaken_it_is_over() -> None:
    shop = Shop().propose().second().put(RulesWithdrawn(P1, TOM, Shop().at)).advance(days=2)
    assert shop.ripe == []
    assert not shop.allows()
    shop = Shop().propose().second()
    shop.put(RulesSet(replace(BEFORE, complaint=replace(BEFORE.complaint, calm=40)), shop.at))
    assert shop.advance(days=2).ripe == [], "that very rule was made stricter since"
    shop = Shop().propose().second().propose(as_=P2).advance(days=2)
    assert shop.ripe == [], "proposed anew, it has to be seconded anew"


def test_two_proposals_and_a_stricter_rule_live_beside_one_another() -> None:
    shop = Shop().propose().second().propose(LOOSER_TOO, as_=P2).second(what=P2)
    shop.put(RulesSet(STRICTER, shop.at)).advance(hours=24)
    assert shop.ripe == ["p1", "p2"]
    first = shop.book.proposals[0].on(shop.book.rules)
    assert first == replace(LOOSER, sign_praise=True)
    shop.put(RulesSet(first, shop.at, "p1"))
    (second,) = shop.book.proposals
    both = second.on(shop.book.rules)
    assert both.complaint == Waits(calm=10, stung=60, angry=120, text=10)
    assert both.sign_praise


def test_rules_by_no_proposal_or_by_another_than_was_agreed_are_found() -> None:
    shop = Shop().propose().second().advance(hours=24)
    assert not shop.allows(proposal="")
    assert not shop.allows(proposal="p9")
    assert not shop.allows(LOOSER_TOO)
    assert not shop.allows(replace(LOOSER, sign_off_holds=9999))
    assert shop.allows(STRICTER, "")
    assert Shop(begun=False).allows(proposal=""), "choices at first start are no weakening"


def test_where_boots_were_forgotten_the_walls_of_the_lines_have_to_do() -> None:
    """A backup was put back: what took effect then is not called wrong for ever."""
    shop = Shop().propose().second().advance(hours=25)
    fact = RulesSet(LOOSER, shop.at, "p1")
    shop.clock.reboot(timedelta(hours=1))
    forgotten = Now(shop.clock.read(), observe((), shop.clock.read()))
    assert rulebook.allowed(shop.book, fact, forgotten)
    early = replace(fact, at=replace(fact.at, wall=fact.at.wall - timedelta(hours=2)))
    assert not rulebook.allowed(shop.book, early, forgotten)
