"""How a case ends: closed and debriefed, set aside, answered outside; and how it begins again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from calmreply.app import queries
from calmreply.app.cases import debrief, judge
from calmreply.app.ports.storage import Account
from calmreply.app.proving import trust
from calmreply.app.reviewing import review
from calmreply.app.sending import accounts, prepare, send, write
from calmreply.app.sending.held import HeldError
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.debrief import Action, Answers, Outcome
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.testing import channels as script

if TYPE_CHECKING:
    from tests.app.conftest import Bench

TEXT = "Dear Marta, I am sorry."
WHEN = "2026-11-18T09:00:00Z"


def refused(code: str) -> pytest.RaisesExc[KnownError]:
    return pytest.RaisesExc(KnownError, check=lambda error: error.code == code)


def stage(bench: Bench, case: CaseId) -> Stage:
    shown = queries.overview(bench.home).state(case, older=False).stage
    assert queries.case_page(bench.home, case).stage is shown
    return shown


def test_closed_then_debriefed(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    with refused("close_first"):
        debrief.debrief(home, ana, case, Answers(better="Listen."))
    with refused("close_first"):
        debrief.debrief_later(home, ana, case, bench.clock.wall.date())
    debrief.close(home, ana, case, Outcome.RESOLVED)
    assert stage(bench, case) is Stage.TO_DEBRIEF
    with refused("already_closed"):
        debrief.close(home, ana, case, Outcome.RESOLVED)
    with refused("day_is_past"):
        debrief.debrief_later(home, ana, case, bench.clock.wall.date() - timedelta(days=1))
    debrief.debrief_later(home, ana, case, bench.clock.wall.date() + timedelta(days=1))
    assert stage(bench, case) is Stage.CLOSED
    debrief.debrief(home, ana, case, Answers(better="Listen."))
    assert stage(bench, case) is Stage.CLOSED
    assert isinstance(trust.verify_journal(home), Whole)


BLANK = Answers(
    escalated=" ", better="\n", causes=("",), opportunity=" ", actions=(Action(" ", "Ana"),)
)


@pytest.mark.parametrize("answers", [Answers(), BLANK])
def test_a_complaint_leaves_something_to_learn(bench: Bench, answers: Answers) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    debrief.close(home, ana, case, Outcome.RESOLVED)
    with refused("answers_missing"):
        debrief.debrief(home, ana, case, answers)
    assert stage(bench, case) is Stage.TO_DEBRIEF


def test_praise_needs_no_answers(bench: Bench) -> None:
    ana = bench.person("Ana")
    site = bench.listens()
    site.show("1", "Lovely cake.")
    bench.poll()
    case = CaseId("1")
    judge.judge(
        bench.home, ana, case, kind=Kind.PRAISE, verdict=Verdict.GENUINE, evidence="Regular"
    )
    debrief.close(bench.home, ana, case, Outcome.NO_REPLY_NEEDED)
    debrief.debrief(bench.home, ana, case, BLANK)
    assert stage(bench, case) is Stage.CLOSED


def test_evidence_and_reasons_are_asked_for(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    with refused("evidence_missing"):
        judge.judge(home, ana, case, kind=Kind.PRAISE, verdict=Verdict.SPAM, evidence=" ")
    with refused("reason_missing"):
        judge.set_aside(home, ana, case, "\n")
    with refused("not_over"):
        judge.reopen(home, ana, case, "just so")
    with refused("no_such_case"):
        judge.read_all(home, ana, CaseId("99"))
    with refused("no_such_case"):
        judge.judge(
            home, ana, CaseId("99"), kind=Kind.PRAISE, verdict=Verdict.SPAM, evidence="A link"
        )


@pytest.mark.parametrize("how", ["set aside", "closed", "debriefed"])
def test_in_a_case_that_is_over_nothing_is_written_or_sent(bench: Bench, how: str) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)
    if how == "set aside":
        judge.set_aside(home, ana, case, "An advertisement")
    else:
        debrief.close(home, ana, case, Outcome.NO_REPLY_NEEDED)
    if how == "debriefed":
        debrief.debrief(home, ana, case, Answers(better="Listen."))
    over = stage(bench, case)
    with refused("reopen_first"):
        send.send(home, ana, case)
    with refused("reopen_first"):
        prepare.hold(home, ana, case, "heard", {})
    with refused("reopen_first"):
        bench.write(ana, case, TEXT + "!")
    with refused("reopen_first"):
        review.ask(home, ana, case, "Tom")
    with refused("reopen_first"):
        judge.set_aside(home, ana, case, "again")
    write.save_draft(home, ana, case, "Words that are not lost")
    assert stage(bench, case) is over
    write.drop_draft(home, ana, case)
    judge.reopen(home, ana, case, "They wrote again.")
    assert stage(bench, case) is Stage.READY
    assert send.send(home, ana, case).text == TEXT


def test_a_reply_on_its_way_keeps_its_case_open(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)
    send.send(home, ana, case)
    for _time in range(2):
        with refused("still_sending"):
            debrief.close(home, ana, case, Outcome.RESOLVED)
        with refused("still_sending"):
            judge.set_aside(home, ana, case, "An advertisement")
        bench.clock.advance(hours=24)
    assert stage(bench, case) is Stage.NEEDS_YOU
    send.posted(home, ana, case, url="https://reviews.example/1#r")
    debrief.close(home, ana, case, Outcome.RESOLVED)
    assert stage(bench, case) is Stage.TO_DEBRIEF


def test_a_refused_reply_may_be_given_up(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    accounts.save(home, None, Account("shop", "mail", {}))
    bench.write(ana, case, TEXT, channel="mail", to="m@c.example")
    bench.until_ready(ana, tom, case, TEXT)
    bench.channel.will(script.REFUSED)
    assert send.send(home, ana, case).state is State.REFUSED
    assert stage(bench, case) is Stage.NEEDS_YOU
    judge.set_aside(home, ana, case, "Their mailbox is gone")
    assert stage(bench, case) is Stage.SET_ASIDE


def test_answered_outside(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    write.save_draft(home, ana, case, "Never mind")
    with refused("text_missing"):
        judge.answered_outside(home, ana, case, text=" ", url="", when=WHEN)
    for when in ("", "yesterday", "2026-11-18T09:00:00", "2026-13-01T00:00:00Z"):
        with refused("bad_time"):
            judge.answered_outside(home, ana, case, text="Sorry!", url="", when=when)
    link = " https://reviews.example/1#r "
    judge.answered_outside(
        home, ana, case, text="Sorry!", url=link, when="2026-11-18T10:00:00+01:00"
    )
    assert stage(bench, case) is Stage.FOLLOW_UP
    page = queries.case_page(home, case)
    assert page.drafts == ()
    assert page.full_reply.answered == bench.clock.wall - timedelta(hours=1)
    assert page.known.facts.answered_outside is not None
    assert page.known.facts.answered_outside.url == "https://reviews.example/1#r"
    debrief.close(home, ana, case, Outcome.RESOLVED)
    assert stage(bench, case) is Stage.TO_DEBRIEF


def test_a_second_look_that_ends_in_no_reply(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    with pytest.raises(HeldError, match="empty"):
        send.look(home, ana, case, Choice.NONE)
    bench.until_ready(ana, tom, case, TEXT)
    send.look(home, ana, case, Choice.NONE)
    assert stage(bench, case) is Stage.FOLLOW_UP
    assert "second_look" in bench.kinds(case)
    bench.write(ana, case, TEXT + " After all.")
    assert stage(bench, case) is Stage.COOLING
    with pytest.raises(HeldError, match="cooling_text"):
        send.look(home, ana, case, Choice.SEND)


def test_begun_again_it_is_where_it_was(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.ANGRY)
    judge.set_aside(home, ana, case, "An advertisement")
    bench.clock.advance(minutes=30)
    judge.reopen(home, ana, case, "No, a customer.")
    assert stage(bench, case) is Stage.COOLING
    (wait,) = queries.case_page(home, case).waits
    assert wait.left == timedelta(minutes=240 - 30), "the wait has gone on"
