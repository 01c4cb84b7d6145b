"""Contact, role and limit of somebody who is here; a higher limit takes the road of the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from calmreply.app import facts
from calmreply.app.cases import judge
from calmreply.app.ledger import writing
from calmreply.app.persons import people, person_changes
from calmreply.app.persons.people import NewPerson
from calmreply.app.proving import trust
from calmreply.app.rules import proposals
from calmreply.app.sending import send, write
from calmreply.domain.journal import Broken, Flaw, Whole
from calmreply.domain.people import Presence
from calmreply.domain.reply import Offer
from calmreply.domain.rulebook import RulesSet
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

    from calmreply.app.home import Actor
    from calmreply.domain.mention import CaseId

PASSPHRASE = "twelve letters and more"


def refused(call: object, *args: object, **more: object) -> str:
    with pytest.raises(KnownError) as raised:
        call(*args, **more)  # type: ignore[operator]
    assert raised.value.words
    assert raised.value.way_out
    return raised.value.code


def limit(bench: Bench, who: str) -> int:
    return people.person(bench.home, who).may_offer


def begun(bench: Bench, by: Actor, text: str = "The cake said Stan.") -> CaseId:
    case = bench.complaint(text)
    judge.read_all(bench.home, by, case)
    return case


def offering(bench: Bench, by: Actor, case: CaseId, amount: int) -> bool:
    """Whether somebody may grant that much in this case by themselves."""
    with bench.home.store.read() as tx:
        known, accounts = facts.load(bench.home, tx, case), tx.accounts()
    words = write.words_like(
        bench.home,
        known.facts,
        accounts,
        text="Dear Marta, ...",
        offer=Offer("cake", amount, "GBP"),
    )
    write.revise(bench.home, by, case, words)
    return "offer_above_limit" not in [b.kind for b in send.blockers(bench.home, case)]


def whole(bench: Bench) -> bool:
    return isinstance(trust.verify_journal(bench.home), Whole)


def test_role_and_contact_change_at_once_and_say_by_whom(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom", may_offer=500)
    changed, told = person_changes.change(
        home, ana, "Tom", role=" Counter ", mail="tom@shop.example"
    )
    assert (changed.person.role, changed.person.mail) == ("Counter", "tom@shop.example")
    assert (changed.person.may_offer, changed.proposed) == (500, 0)
    assert told.people
    assert bench.data.lines[-1].line.kind == "person_changed"
    before = len(bench.data.lines)
    person_changes.change(home, tom, "Tom", role="Counter")
    assert len(bench.data.lines) == before, "the same is nothing new"
    assert refused(person_changes.change, home, ana, "Tom", mail="a\x00b") == "bad_contact"
    assert refused(person_changes.change, home, ana, "Tom", role="x" * 81) == "bad_role"
    assert refused(person_changes.change, home, ana, "Kim", role="x") == "no_such_person"
    people.set_presence(home, ana, "Tom", Presence.LEFT)
    assert refused(person_changes.change, home, ana, str(tom.person.id), role="x") == "person_left"
    assert whole(bench)


def test_before_the_first_case_any_limit_is_a_choice(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    changed, _told = person_changes.change(home, ana, "Ana", may_offer=9_000)
    assert (changed.person.may_offer, changed.proposed) == (9_000, 0)
    case = begun(bench, ana)
    assert offering(bench, ana, case, 9_000)
    assert whole(bench)


def test_a_higher_limit_needs_a_second_person_and_a_day(bench: Bench) -> None:
    home = bench.home
    ana, tom = bench.person("Ana", may_offer=1_000), bench.person("Tom")
    bench.clock.advance(days=30)
    case = begun(bench, ana)
    changed, _told = person_changes.change(home, ana, "Ana", may_offer=5_000)
    assert (changed.person.may_offer, changed.proposed) == (1_000, 5_000)
    (waiting,) = proposals.waiting(home)
    assert (waiting.limits, waiting.names, waiting.at) == ((("Ana", 5_000),), (), None)
    assert refused(person_changes.change, home, ana, "Tom", may_offer=9) == "limit_waits"
    assert refused(proposals.agree, home, ana, waiting.proposal.id) == "own_wish"
    bench.clock.advance(days=2)
    proposals.carry_out(home)
    assert limit(bench, "Ana") == 1_000
    proposals.agree(home, tom, waiting.proposal.id)
    bench.clock.advance(hours=23)
    proposals.carry_out(home)
    assert limit(bench, "Ana") == 1_000
    bench.clock.advance(hours=2)
    assert proposals.carry_out(home).rules
    assert limit(bench, "Ana") == 5_000
    assert not offering(bench, ana, case, 5_000), "what was begun before keeps the old limit"
    later = begun(bench, ana, "Another cake.")
    assert offering(bench, ana, later, 5_000)
    assert whole(bench)

    person_changes.change(home, tom, "Ana", may_offer=300)
    assert limit(bench, "Ana") == 300, "a lower one holds at once"
    assert not offering(bench, ana, later, 5_000)
    assert offering(bench, ana, later, 300)
    changed, _told = person_changes.change(home, tom, "Ana", may_offer=1_000)
    assert (changed.person.may_offer, changed.proposed) == (300, 1_000)
    assert whole(bench)


def test_whoever_lowers_a_limit_withdraws_the_higher_one_that_waits(bench: Bench) -> None:
    home = bench.home
    ana, tom = bench.person("Ana", may_offer=1_000), bench.person("Tom")
    bench.clock.advance(days=30)
    begun(bench, ana)
    person_changes.change(home, ana, "Ana", may_offer=5_000)
    person_changes.change(home, tom, "Ana", mail="ana@shop.example", may_offer=1_000)
    (waiting,) = proposals.waiting(home)
    proposals.agree(home, tom, waiting.proposal.id)
    person_changes.change(home, tom, "Ana", may_offer=900)
    assert proposals.waiting(home) == ()
    bench.clock.advance(days=30)
    proposals.carry_out(home)
    assert limit(bench, "Ana") == 900
    assert whole(bench)


def test_who_is_alone_waits_a_week_for_a_higher_limit(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    begun(bench, ana)
    person_changes.change(home, ana, "Ana", may_offer=5_000)
    bench.clock.advance(days=6, hours=23)
    proposals.carry_out(home)
    assert limit(bench, "Ana") == 0
    bench.clock.advance(hours=2)
    proposals.carry_out(home)
    assert limit(bench, "Ana") == 5_000
    assert whole(bench)


def test_a_limit_raised_past_the_proposal_is_named_and_stops_sending(bench: Bench) -> None:
    """A line written with a key of the shop's own, but by no road that the rules know."""
    home, ana = bench.home, bench.person("Ana")
    bench.person("Tom")
    case = begun(bench, ana)
    with writing(home, ana) as ledger:
        rules = facts.rules_in_force(ledger.tx)[1]
        granted = ((str(ana.person.id), 99_999),)
        number = ledger.record(RulesSet(replace(rules, granted=granted), ledger.reading))
    assert trust.verify_journal(home) == Broken(number, Flaw.RULES_LOOSENED)
    with home.store.read() as tx, pytest.raises(KnownError) as raised:
        trust.check_case(home, tx, facts.load(home, tx, case))
    assert raised.value.code == "journal_broken"


def test_nobody_comes_in_anew_to_give_themselves_a_limit(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    begun(bench, ana)
    anew = NewPerson("Ana Two", may_offer=1)
    assert refused(people.enrol, home, anew, PASSPHRASE) == "limit_on_nobodys_word"
    assert people.enrol(home, anew, PASSPHRASE, ana)[0].may_offer == 1
    assert people.enrol(home, NewPerson("Kim"), PASSPHRASE)[0].may_offer == 0
