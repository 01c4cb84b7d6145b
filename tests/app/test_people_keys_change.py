"""Another passphrase, another key, leaving: what holds afterwards, and what everybody can see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calmreply.app import facts
from calmreply.app.cases import judge
from calmreply.app.ledger import fact_of
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.proving import trust
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.domain.journal import Whole
from calmreply.domain.people import PassphraseChanged, Presence
from calmreply.domain.review import NEEDED
from calmreply.domain.sign_off import Standing, sign_off_state
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

    from calmreply.domain.mention import CaseId

OLD = "twelve letters and more"
NEW = "another fine passphrase"


def refused(call: object, *args: object, **more: object) -> str:
    with pytest.raises(KnownError) as raised:
        call(*args, **more)  # type: ignore[operator]
    assert raised.value.words
    assert raised.value.way_out
    return raised.value.code


def whole(bench: Bench) -> bool:
    return isinstance(trust.verify_journal(bench.home), Whole)


def standing(bench: Bench, case: CaseId) -> Standing:
    with bench.home.store.read() as tx:
        known = facts.load(bench.home, tx, case)
    return sign_off_state(known.facts, known.rules, known.now).standing


def told_of(bench: Bench) -> list[PassphraseChanged]:
    with bench.home.store.read() as tx:
        return [fact_of(line) for line in tx.lines(kinds=("passphrase_changed",))]


def test_another_passphrase_needs_the_old_one_and_keeps_the_key(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    assert refused(people.change_passphrase, home, "Ana", "not this one at all", NEW) == (
        "wrong_passphrase"
    )
    assert refused(people.change_passphrase, home, "Ana", OLD, "short") == "passphrase_too_short"
    assert told_of(bench) == []
    bench.clock.advance(days=30)
    assert people.change_passphrase(home, "Ana", OLD, NEW).people
    assert refused(people.unlock, home, "Ana", OLD) == "wrong_passphrase"
    again = people.unlock(home, "Ana", NEW)
    assert again.signer.key_id == ana.signer.key_id
    assert again.person == ana.person, "no key is new by it"
    (fact,) = told_of(bench)
    assert (fact.person, fact.key_id, fact.by_code) == (ana.person.id, ana.signer.key_id, False)
    assert bench.data.lines[-1].line.actor == str(ana.person.id)
    judge.read_all(home, again, bench.complaint())
    assert whole(bench)


def test_the_recovery_code_outlives_a_change_and_its_use_is_told(bench: Bench) -> None:
    home = bench.home
    _ana, recovery, _changes = people.enrol(home, NewPerson("Ana"), OLD)
    people.change_passphrase(home, "Ana", OLD, NEW)
    people.restore(home, "Ana", recovery, OLD)
    assert people.unlock(home, "Ana", OLD)
    assert [fact.by_code for fact in told_of(bench)] == [False, True]
    assert whole(bench)


def test_a_lost_key_is_replaced_by_somebody_else_and_is_new_for_a_week(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    settings.change(home, ana, {"sign_after_week": "yes"})
    bench.clock.advance(days=30)
    case = bench.complaint()
    bench.write(ana, case, "Dear Marta, ...")
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    assert refused(people.new_key, home, tom, "Tom", NEW) == "somebody_else_needed"
    known, recovery, _changes = people.new_key(home, ana, "Tom", NEW)
    assert known.id == tom.person.id
    assert len(known.keys) == 2
    assert standing(bench, case) is Standing.SIGNED, "what the old key signed stays signed"
    assert refused(people.unlock, home, "Tom", OLD) == "wrong_passphrase"
    anew = people.unlock(home, "Tom", NEW)
    assert anew.signer.key_id != tom.signer.key_id

    other = bench.complaint("Another cake.")
    bench.write(ana, other, "Dear Robin, ...")
    assert refused(review.ask, home, ana, other, "Tom") == "new_key"
    bench.clock.advance(days=7, hours=1)
    review.ask(home, ana, other, "Tom")
    review.sign(home, anew, other, NEEDED)
    assert standing(bench, other) is Standing.SIGNED
    people.restore(home, "Tom", recovery, OLD)
    assert people.unlock(home, "Tom", OLD).signer.key_id == anew.signer.key_id
    assert whole(bench)


def test_a_new_key_makes_nobody_a_second_person_for_their_own_words(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(tom, case, "Dear Marta, ...")
    people.new_key(home, ana, "Tom", NEW)
    anew = people.unlock(home, "Tom", NEW)
    assert refused(review.ask, home, ana, case, "Tom") == "wrote_it"
    assert refused(review.sign, home, anew, case, NEEDED) == "wrote_it"


def test_who_left_gets_no_new_key_and_what_they_signed_verifies_for_ever(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, ...")
    people.set_presence(home, ana, "Tom", Presence.LEFT)
    assert refused(people.new_key, home, ana, str(tom.person.id), NEW) == "person_left"
    assert refused(people.change_passphrase, home, str(tom.person.id), OLD, NEW) == "person_left"
    bench.clock.advance(days=400)
    assert whole(bench)
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        trust.check_case(home, tx, known)
    assert len(known.facts.genuine) == 1, "the signature is still theirs"
