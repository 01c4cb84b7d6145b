"""The main job over the use cases: pasted, calmed, judged, signed, sent once, debriefed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calmreply.app import debrief, facts, judge, prepare, queries, review, send, trust, write
from calmreply.app.held import HeldError
from calmreply.app.home import Actor, Home
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.debrief import Answers, Outcome
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.domain.stage import Stage

if TYPE_CHECKING:
    from conftest import Bench


def kinds(home: Home, case: CaseId) -> list[str]:
    return [blocker.kind for blocker in send.blockers(home, case)]


def write_words(home: Home, actor: Actor, case: CaseId, text: str, **more: object) -> None:
    with home.store.read() as tx:
        known, accounts = facts.load(home, tx, case), tx.accounts()
    words = write.words_like(home, known.facts, accounts, text=text, **more)  # type: ignore[arg-type]
    write.revise(home, actor, case, words)


def until_ready(bench: Bench, ana: Actor, tom: Actor, case: CaseId, text: str) -> None:
    home = bench.home
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.STUNG)
    judge.judge(
        home, ana, case, kind=Kind.COMPLAINT, verdict=Verdict.GENUINE, evidence="Order 8817"
    )
    write_words(home, ana, case, text)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    bench.clock.advance(minutes=60)
    send.look(home, ana, case, Choice.SEND)


def test_the_whole_job_by_hand(bench: Bench) -> None:
    home = bench.home
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    assert kinds(home, case) == [
        "not_read",
        "not_judged",
        "cooling_person",
        "empty",
        "needs_second_person",
        "second_look",
    ]
    until_ready(bench, ana, tom, case, "Dear Marta, I am sorry. Would a new cake feel right?")
    assert kinds(home, case) == []
    assert queries.case_page(home, case).stage is Stage.READY

    report = send.send(home, ana, case)
    assert report.state is State.IN_FLIGHT
    assert report.text.startswith("Dear Marta")
    assert report.url == "https://reviews.example/1"
    assert kinds(home, case) == ["in_flight"]

    assert send.posted(home, ana, case, url="https://reviews.example/1#r").state is State.SENT
    assert queries.case_page(home, case).stage is Stage.FOLLOW_UP
    debrief.close(home, ana, case, Outcome.RESOLVED)
    assert queries.overview(home).counts[Stage.TO_DEBRIEF] == 1
    debrief.debrief(home, ana, case, Answers(better="Read the name back."))
    assert queries.overview(home).counts[Stage.CLOSED] == 1
    assert isinstance(trust.verify_journal(home), Whole)


def test_a_holding_reply_goes_at_once_and_once_per_place(bench: Bench) -> None:
    ana = bench.person("Ana")
    case = bench.complaint()
    report = prepare.hold(bench.home, ana, case, "heard", {})
    assert report.state is State.IN_FLIGHT
    assert "Marta Sample" in report.text
    with pytest.raises(HeldError, match="in_flight"):
        prepare.hold(bench.home, ana, case, "heard", {})
    send.posted(bench.home, ana, case, note="Ana, at ten")
    with pytest.raises(HeldError, match="already_sent"):
        prepare.hold(bench.home, ana, case, "heard", {})
    assert queries.case_page(bench.home, case).first_word.answered is not None


def test_words_changed_after_the_sign_off_are_asked_for_again(bench: Bench) -> None:
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    until_ready(bench, ana, tom, case, "Dear Marta, I am sorry.")
    write_words(bench.home, ana, case, "Dear Marta, I am sorry.\u200b")
    assert kinds(bench.home, case) == ["cooling_text", "sign_off_lapsed", "second_look"]
    with pytest.raises(HeldError):
        send.send(bench.home, ana, case)


def test_not_posted_goes_back_to_ready_with_the_same_sign_off(bench: Bench) -> None:
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    until_ready(bench, ana, tom, case, "Dear Marta, I am sorry.")
    first = send.send(bench.home, ana, case)
    send.not_posted(bench.home, ana, case)
    assert kinds(bench.home, case) == []
    again = send.send(bench.home, ana, case)
    assert again.entry == first.entry
    assert send.posted(bench.home, ana, case, url="https://reviews.example/1#r").state is State.SENT
