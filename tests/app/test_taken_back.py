"""What somebody has sent and then takes back by choosing otherwise, while it waits to be tried.

"Do not reply", "Change" and "answered outside" end what a Send from before would still try by
itself; so does the full reply for a first word that has not left yet.
"""

from __future__ import annotations

import pytest
from tests.app.conftest import Bench
from tests.app.talk import WORDS, Talk

from calmreply.app.cases import debrief, judge
from calmreply.app.sending import looking, prepare, send
from calmreply.domain.case import Choice
from calmreply.domain.debrief import Outcome
from calmreply.domain.outbox import State, state
from calmreply.domain.stage import Stage
from calmreply.testing import channels as script

WHEN = "2026-11-18T10:00:00Z"


@pytest.fixture
def talk(bench: Bench) -> Talk:
    talk = Talk(bench)
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    return talk


def take_back(talk: Talk, how: str) -> None:
    home = talk.bench.home
    match how:
        case "outside":
            judge.answered_outside(home, talk.ana, talk.case, text="Hi.", url="", when=WHEN)
        case choice:
            send.look(home, talk.ana, talk.case, Choice(choice))


def goes_on(talk: Talk) -> list[State]:
    """What the outbox does by itself later, and how all of it stands then."""
    talk.wait(minutes=70)
    for case, entry in send.due(talk.bench.home):
        send.attempt(talk.bench.home, case, entry)
    known = talk.known
    return [state(entry, known.now) for entry in known.facts.entries]


@pytest.mark.parametrize("how", ["none", "change", "outside"])
def test_a_send_that_waits_is_taken_back(talk: Talk, how: str) -> None:
    talk.channel.will(script.NOT_LEFT)
    assert talk.send() is State.WAITING
    take_back(talk, how)
    assert goes_on(talk) == [State.CANCELLED]
    assert send.asking(talk.bench.home) == ()
    assert talk.in_order()


@pytest.mark.parametrize("how", ["none", "change"])
def test_chosen_once_more_it_leaves_only_by_another_send(talk: Talk, how: str) -> None:
    talk.channel.will(script.NOT_LEFT)
    talk.send()
    take_back(talk, how)
    talk.wait(minutes=10)
    send.look(talk.bench.home, talk.ana, talk.case, Choice.SEND)
    assert goes_on(talk) == [State.CANCELLED]
    assert talk.send() is State.SENT
    assert len(talk.channel.delivered) == 1


@pytest.mark.parametrize("how", ["none", "outside"])
def test_what_was_taken_back_keeps_no_case_open(talk: Talk, how: str) -> None:
    talk.channel.will(script.NOT_LEFT)
    talk.send()
    take_back(talk, how)
    assert talk.stands() is Stage.FOLLOW_UP
    debrief.close(talk.bench.home, talk.ana, talk.case, Outcome.RESOLVED)
    assert talk.stands() is Stage.TO_DEBRIEF


@pytest.mark.parametrize("how", ["none", "change", "outside"])
def test_on_its_way_it_is_not_tried_again(talk: Talk, how: str) -> None:
    def meanwhile() -> None:
        talk.channel.during = None
        take_back(talk, how)

    talk.channel.will(script.NOT_LEFT)
    talk.channel.during = meanwhile
    assert talk.send() is State.CANCELLED
    assert goes_on(talk) == [State.CANCELLED]
    assert len(talk.channel.attempts) == 1


@pytest.mark.parametrize("how", ["none", "change", "outside"])
def test_in_doubt_it_stays_so_and_is_not_repeated(talk: Talk, how: str) -> None:
    talk.channel.repeats_safely = True
    talk.channel.will(script.CUT)
    assert talk.send() is State.UNSURE
    take_back(talk, how)
    assert goes_on(talk) == [State.UNSURE]
    assert talk.stands() is Stage.NEEDS_YOU
    assert len(talk.channel.attempts) == 1


@pytest.mark.parametrize("how", ["none", "change", "outside"])
def test_what_arrived_stays_sent(talk: Talk, how: str) -> None:
    assert talk.send() is State.SENT
    take_back(talk, how)
    assert goes_on(talk) == [State.SENT]
    assert talk.in_order()


@pytest.mark.parametrize(
    ("how", "then"),
    [("none", State.CANCELLED), ("change", State.SENT), ("outside", State.CANCELLED)],
)
def test_a_first_word_that_waits(talk: Talk, how: str, then: State) -> None:
    """It says that an answer will come: nobody may get it who gets none, or has one."""
    talk.channel.will(script.NOT_LEFT)
    assert prepare.hold(talk.bench.home, talk.ana, talk.case, "heard", {}).state is State.WAITING
    take_back(talk, how)
    assert goes_on(talk) == [then]


@pytest.mark.parametrize("safely", [True, False])
def test_a_first_word_does_not_follow_the_full_one(talk: Talk, *, safely: bool) -> None:
    talk.channel.repeats_safely = safely
    talk.channel.will(script.CUT if safely else script.NOT_LEFT)
    prepare.hold(talk.bench.home, talk.ana, talk.case, "heard", {})
    assert talk.send() is State.SENT
    assert goes_on(talk) == [State.UNSURE if safely else State.REFUSED, State.SENT]
    assert "full reply" in talk.known.facts.entries[0].words
    assert talk.stands() is (Stage.NEEDS_YOU if safely else Stage.FOLLOW_UP)
    assert [one.text for one in talk.channel.delivered] == [WORDS]
    assert talk.in_order()


def test_a_first_word_after_the_full_one_is_somebodys_own_choice(talk: Talk) -> None:
    assert talk.send() is State.SENT
    talk.channel.will(script.NOT_LEFT)
    prepare.hold(talk.bench.home, talk.ana, talk.case, "heard", {})
    talk.wait(minutes=3)
    for case, entry in looking.due(talk.bench.home):
        looking.look_for(talk.bench.home, case, entry)
    assert goes_on(talk) == [State.SENT, State.SENT]
