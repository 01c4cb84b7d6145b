"""Ways round the second person, as a shop would try them: nothing leaves, and it says why.

Policy lowered during a wait, "praise" by one person alone, six ways to be one's own reviewer, an
emergency that is none; and the honest ways, which work.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from calmreply.app import queries
from calmreply.app.cases import debrief, judge, second, story
from calmreply.app.home import Actor
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.proving import trust
from calmreply.app.reviewing import review
from calmreply.app.rules import proposals, settings
from calmreply.app.sending import send
from calmreply.app.sending.held import HeldError
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.debrief import Answers
from calmreply.domain.debrief import Outcome as Ending
from calmreply.domain.journal import Broken, Flaw, Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.people import Presence
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.domain.rulebook import RulesSet
from calmreply.domain.said import Agreement, Ground
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

TEXT = "Dear Marta, I am sorry. Would a new cake feel right?"
ACCOUNT = "DE89 3704 0044 0532 0130 00"


def refused(code: str, what: Callable[..., object], *args: object, **more: object) -> KnownError:
    with pytest.raises(KnownError) as raised:
        what(*args, **more)
    assert raised.value.code == code
    assert raised.value.words
    assert raised.value.way_out
    return raised.value


def held(bench: Bench, actor: Actor, case: CaseId) -> list[str]:
    """What keeps it from leaving; nothing has left."""
    with pytest.raises(HeldError) as raised:
        send.send(bench.home, actor, case)
    assert not queries.case_page(bench.home, case).entries
    return [one.kind for one in raised.value.blockers]


def written(bench: Bench, who: Actor, kind: Kind = Kind.COMPLAINT, text: str = TEXT) -> CaseId:
    """Read, felt calmly, judged, written; all waits are over."""
    case = bench.complaint()
    judge.read_all(bench.home, who, case)
    judge.say_feeling(bench.home, who, case, Feeling.CALM)
    judge.judge(bench.home, who, case, kind=kind, verdict=Verdict.GENUINE, evidence="Order 8817")
    bench.write(who, case, text)
    bench.clock.advance(minutes=20)
    return case


# --- alone -------------------------------------------------------------------------------------


def test_alone_it_takes_a_night_and_is_told_as_self_reviewed(bench: Bench) -> None:
    ana, home = bench.person("Ana"), bench.home
    case = written(bench, ana)
    assert held(bench, ana, case) == ["self_review", "second_look"]
    second.self_review(home, ana, case)
    early = refused("too_early", second.self_review, home, ana, case)
    assert "2026-11-19 05:00" in early.words
    assert held(bench, ana, case) == ["self_review", "second_look"]
    bench.clock.advance(hours=19)
    second.self_review(home, ana, case)
    second.self_review(home, ana, case)
    send.look(home, ana, case, Choice.SEND)
    send.send(home, ana, case)
    posted(bench, ana, case)
    told = [step.words for step in told_of(bench, case)]
    assert told.count("Ana, alone, read their own words again: self-reviewed") == 2
    assert not any("Signed off" in words for words in told)
    assert isinstance(trust.verify_journal(home), Whole)


def posted(bench: Bench, who: Actor, case: CaseId) -> None:
    send.posted(bench.home, who, case, note="Seen there.")


def told_of(bench: Bench, case: CaseId) -> tuple[story.Step, ...]:
    page = queries.case_page(bench.home, case)
    facts = page.known.facts
    return story.story(facts.conversation, queries.timeline(bench.home, case), facts.name)


SixthWay = Callable[["Bench", Actor, CaseId], None]


def by_signing(bench: Bench, ana: Actor, case: CaseId) -> None:
    """The writer is asked, and signs."""
    refused("wrote_it", review.ask, bench.home, ana, case, "Ana")
    refused("wrote_it", review.sign, bench.home, ana, case, NEEDED)


def by_sending_the_other_away(bench: Bench, ana: Actor, case: CaseId) -> None:
    people.set_presence(bench.home, ana, "Tom", Presence.AWAY)
    refused("not_alone", second.self_review, bench.home, ana, case)


def by_saying_that_the_other_has_left(bench: Bench, ana: Actor, case: CaseId) -> None:
    people.set_presence(bench.home, ana, "Tom", Presence.LEFT)
    refused("not_alone", second.self_review, bench.home, ana, case)
    bench.clock.advance(hours=30)
    refused("not_alone", second.self_review, bench.home, ana, case)


def by_an_emergency(bench: Bench, ana: Actor, case: CaseId) -> None:
    people.set_presence(bench.home, ana, "Tom", Presence.LEFT)
    second.declare_emergency(bench.home, ana, case, Ground.LAW, "I want it out.")


def by_a_name_that_looks_alike(bench: Bench, ana: Actor, case: CaseId) -> None:
    assert case
    for name in ("Ana", "ana", "\u0410na", "A\u200bna", " Ana "):
        with pytest.raises(KnownError) as raised:
            people.enrol(bench.home, NewPerson(name), "another passphrase", ana)
        assert raised.value.code in ("name_taken", "name_missing")


def by_having_the_other_write_it_again(bench: Bench, ana: Actor, case: CaseId) -> None:
    """Words of two: neither of them signs."""
    tom = bench.actor("Tom")
    judge.read_all(bench.home, tom, case)
    judge.say_feeling(bench.home, tom, case, Feeling.CALM)
    bench.write(tom, case, TEXT + " Yours, Ana")
    for who in ("Ana", "Tom"):
        refused("wrote_it", review.ask, bench.home, ana, case, who)
    bench.clock.advance(minutes=20)


@pytest.mark.parametrize(
    "way",
    [
        by_signing,
        by_sending_the_other_away,
        by_saying_that_the_other_has_left,
        by_an_emergency,
        by_a_name_that_looks_alike,
        by_having_the_other_write_it_again,
    ],
)
def test_six_ways_to_be_ones_own_reviewer(bench: Bench, way: SixthWay) -> None:
    ana = bench.person("Ana")
    bench.person("Tom")
    case = written(bench, ana)
    way(bench, ana, case)
    assert held(bench, ana, case) == ["needs_second_person", "second_look"]
    bench.clock.advance(hours=30)
    assert "needs_second_person" in held(bench, ana, case)


def test_a_second_self_signs_nothing_where_the_rules_ask_for_a_week(bench: Bench) -> None:
    ana, home = bench.person("Ana"), bench.home
    settings.change(home, ana, {"sign_after_week": "yes"})
    case = written(bench, ana)
    other = bench.person("Other")
    told = refused("new_key", review.ask, home, ana, case, "Other")
    assert told.words == "First week: the key of Other is new."
    refused("new_key", review.sign, home, other, case, NEEDED)
    assert held(bench, ana, case) == ["needs_second_person", "second_look"]
    bench.clock.advance(days=7)
    review.ask(home, ana, case, "Other")
    review.sign(home, other, case, NEEDED)
    assert "needs_second_person" not in held(bench, ana, case)


# --- a second person agrees --------------------------------------------------------------------


def test_praise_by_one_person_alone_is_still_a_complaint(bench: Bench) -> None:
    ana, tom, home = bench.person("Ana"), bench.person("Tom"), bench.home
    case = written(bench, ana, Kind.PRAISE)
    assert "needs_second_person" in held(bench, ana, case)
    refused("took_part", second.agree, home, ana, case, Agreement.NOT_COMPLAINT)
    second.agree(home, tom, case, Agreement.NOT_COMPLAINT)
    assert held(bench, ana, case) == ["second_look"]
    second.make_stricter(home, ana, case)
    assert "needs_second_person" in held(bench, ana, case)


def test_a_second_self_enrolled_for_the_case_is_new_and_agrees_to_nothing(bench: Bench) -> None:
    ana, home = bench.person("Ana"), bench.home
    case = written(bench, ana, Kind.PRAISE, f"Send it to {ACCOUNT}.")
    other = bench.person("Other")
    for what in Agreement:
        told = refused("new_key", second.agree, home, other, case, what)
        assert told.words.startswith("First week: the key of Other is new")


def test_what_there_is_to_agree_to(bench: Bench) -> None:
    ana, tom, home = bench.person("Ana"), bench.person("Tom"), bench.home
    case = written(bench, ana)
    refused("judge_first", second.agree, home, tom, case, Agreement.NOT_COMPLAINT)
    refused("nothing_to_agree", second.agree, home, tom, case, Agreement.NOT_PRIVATE)
    bench.write(ana, case, f"Send it to {ACCOUNT}.")
    assert "private_data" in held(bench, ana, case)
    refused("took_part", second.agree, home, ana, case, Agreement.NOT_PRIVATE)
    second.agree(home, tom, case, Agreement.NOT_PRIVATE)
    assert "private_data" not in held(bench, ana, case)
    people.set_presence(home, ana, "Tom", Presence.AWAY)
    refused("not_active", second.agree, home, tom, case, Agreement.NOT_PRIVATE)


# --- emergency ---------------------------------------------------------------------------------


def test_an_emergency_alone_goes_out_unreviewed_and_is_talked_over(bench: Bench) -> None:
    ana, home = bench.person("Ana"), bench.home
    case = written(bench, ana)
    refused("reason_missing", second.declare_emergency, home, ana, case, Ground.SAFETY, " ")
    second.declare_emergency(home, ana, case, Ground.SAFETY, "There is glass in the loaf.")
    send.look(home, ana, case, Choice.SEND)
    send.send(home, ana, case)
    posted(bench, ana, case)
    page = queries.case_page(home, case)
    assert page.stage is Stage.TO_DEBRIEF
    assert page.talk_over_by == page.wall + timedelta(hours=24)
    refused("close_first", debrief.debrief, home, ana, case, Answers(better="Sieve it."))
    debrief.close(home, ana, case, Ending.RESOLVED)
    tomorrow = page.wall.date() + timedelta(days=1)
    refused("debrief_owed", debrief.debrief_later, home, ana, case, tomorrow)
    debrief.debrief(home, ana, case, Answers(better="Sieve it."))
    assert queries.case_page(home, case).stage is Stage.CLOSED
    (said,) = [step for step in told_of(bench, case) if "cannot wait" in step.words]
    assert said.words.endswith("Not reviewed")
    assert said.more == "There is glass in the loaf."


def test_an_emergency_of_two_needs_a_sign_off_that_knows_of_it(bench: Bench) -> None:
    ana, tom, home = bench.person("Ana"), bench.person("Tom"), bench.home
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)
    judge.say_feeling(home, ana, case, Feeling.ANGRY)
    second.declare_emergency(home, ana, case, Ground.LAW, "The court wants it today.")
    bench.clock.advance(minutes=10)
    assert "cooling_person" in held(bench, ana, case)
    review.withdraw(home, tom, case)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    assert held(bench, ana, case) == ["second_look"]
    send.look(home, ana, case, Choice.SEND)
    assert bench.kinds(case) == []


# --- the rules -----------------------------------------------------------------------------------


def test_rules_lowered_during_a_wait_change_nothing_for_it(bench: Bench) -> None:
    """Proposed, agreed to, in force a day later, and then only for what begins then."""
    ana, tom, home = bench.person("Ana"), bench.person("Tom"), bench.home
    bench.clock.advance(days=8)
    case = bench.complaint()
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.STUNG)
    settings.change(home, ana, {"wait_complaint_stung": "10", "wait_complaint_calm": "30"})
    assert settings.read(home, "wait_complaint_stung") == "60"
    assert settings.read(home, "wait_complaint_calm") == "30", "stricter: at once"
    (one,) = proposals.waiting(home)
    assert (one.names, one.at, one.by) == (("wait_complaint_stung",), None, "Ana")
    refused("own_wish", proposals.agree, home, ana, one.proposal.id)
    proposals.agree(home, tom, one.proposal.id)
    refused("agreed_already", proposals.agree, home, tom, one.proposal.id)
    (one,) = proposals.waiting(home)
    assert one.at == bench.clock.wall + timedelta(hours=24)
    bench.clock.step_wall(timedelta(days=2))
    proposals.heartbeat(home)
    assert settings.read(home, "wait_complaint_stung") == "60", "a clock that was set is no day"
    bench.clock.step_wall(timedelta(days=-2))
    bench.clock.advance(hours=24)
    assert proposals.heartbeat(home).rules
    assert not proposals.heartbeat(home).rules, "once"
    assert settings.read(home, "wait_complaint_stung") == "10"
    assert queries.case_page(home, case).known.rules.complaint.stung == 60
    later = queries.case_page(home, bench.complaint("Another.")).known.rules.complaint.stung
    assert later == 10
    assert isinstance(trust.verify_journal(home), Whole)


def test_a_weaker_rule_alone_takes_a_week_and_can_be_taken_back(bench: Bench) -> None:
    ana, home = bench.person("Ana"), bench.home
    written(bench, ana)
    settings.change(home, ana, {"wait_complaint_angry": "30"})
    settings.change(home, ana, {"wait_complaint_angry": "30"})
    (one,) = proposals.waiting(home)
    assert one.at == bench.clock.wall + timedelta(days=7)
    proposals.withdraw(home, ana, one.proposal.id)
    refused("no_such_proposal", proposals.withdraw, home, ana, one.proposal.id)
    settings.change(home, ana, {"wait_complaint_angry": "30"})
    bench.clock.advance(days=7)
    settings.change(home, ana, {"theme": "dark"})
    assert settings.read(home, "wait_complaint_angry") == "240"
    settings.change(home, ana, {"sign_praise": "yes"})
    assert settings.read(home, "wait_complaint_angry") == "30", "at the next change of a rule"


def test_nobody_is_asked_to_propose_before_a_case_has_begun(bench: Bench) -> None:
    settings.change(bench.home, None, {"wait_complaint_calm": "10"})
    assert settings.read(bench.home, "wait_complaint_calm") == "10"
    assert settings.weakens(bench.home, {"wait_complaint_text": "10"}) == ()


@pytest.mark.parametrize("proposal", ["", "made-up"])
def test_weaker_rules_written_into_the_journal_are_found(bench: Bench, proposal: str) -> None:
    """By a client that is not ours, with keys of its own: an honest one lets nothing leave."""
    from calmreply.app.ledger import writing  # noqa: PLC0415 - only here is it misused

    ana, tom, home = bench.person("Ana"), bench.person("Tom"), bench.home
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)
    with writing(home, ana) as ledger:
        rules = queries.case_page(home, case).known.rules
        looser = settings._with_rules(rules, {"wait_complaint_angry": "10"})
        number = ledger.record(RulesSet(looser, ledger.reading, proposal))
    with pytest.raises(KnownError) as raised:
        send.send(home, ana, case)
    assert raised.value.code == "journal_broken"
    assert str(number) in raised.value.words
    assert trust.verify_journal(home) == Broken(number, Flaw.RULES_LOOSENED)
