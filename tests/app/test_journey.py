"""The main job over the use cases: pasted, calmed, judged, signed, sent once, debriefed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calmreply.app import queries
from calmreply.app.cases import debrief
from calmreply.app.proving import trust
from calmreply.app.sending import prepare, send
from calmreply.app.sending.held import HeldError
from calmreply.domain.debrief import Answers, Outcome
from calmreply.domain.journal import Whole
from calmreply.domain.outbox import State
from calmreply.domain.stage import Stage

if TYPE_CHECKING:
    from tests.app.conftest import Bench


def test_the_whole_job_by_hand(bench: Bench) -> None:
    home = bench.home
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    assert bench.kinds(case) == [
        "not_read",
        "not_judged",
        "cooling_person",
        "empty",
        "needs_second_person",
        "second_look",
    ]
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry. Would a new cake feel right?")
    assert bench.kinds(case) == []
    assert queries.case_page(home, case).stage is Stage.READY

    report = send.send(home, ana, case)
    assert report.state is State.IN_FLIGHT
    assert report.text.startswith("Dear Marta")
    assert report.url == "https://reviews.example/1"
    assert bench.kinds(case) == ["in_flight"]

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
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    bench.write(ana, case, "Dear Marta, I am sorry.\u200b")
    assert bench.kinds(case) == ["cooling_text", "sign_off_lapsed", "second_look"]
    with pytest.raises(HeldError):
        send.send(bench.home, ana, case)


def test_not_posted_goes_back_to_ready_with_the_same_sign_off(bench: Bench) -> None:
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    first = send.send(bench.home, ana, case)
    send.not_posted(bench.home, ana, case)
    assert bench.kinds(case) == []
    again = send.send(bench.home, ana, case)
    assert again.entry == first.entry
    assert send.posted(bench.home, ana, case, url="https://reviews.example/1#r").state is State.SENT
