"""Mail of ours that comes back: nobody goes on believing that they have it."""

from __future__ import annotations

import pytest
from tests.app.conftest import Bench
from tests.app.talk import WORDS, Talk

from calmreply.app.listening import listen
from calmreply.app.ports.listeners import Round
from calmreply.app.sending import send
from calmreply.domain.outbox import ReplySeen, Showing, State, state
from calmreply.domain.stage import Stage
from calmreply.testing import channels as script


@pytest.fixture
def talk(bench: Bench) -> Talk:
    talk = Talk(bench)
    talk.channel.can_look = False
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    return talk


def comes_back(talk: Talk, name: str, why: str = "550 No such user") -> None:
    source = next(iter(listen.sources(talk.bench.home)))
    before = len(talk.known.facts.of(ReplySeen))
    talk.listener.will(Round("INBOX", (), returned=((name, why),)))
    polled = listen.poll(talk.bench.home, source)
    assert (polled.error, polled.new) == (None, 0)
    assert polled.changed == len(talk.known.facts.of(ReplySeen)) - before


def entry_state(talk: Talk) -> State:
    (entry,) = talk.known.facts.entries
    return state(entry, talk.known.now)


@pytest.mark.parametrize("step", [script.DELIVERED, script.ANSWER_LOST])
def test_it_is_a_persons_to_see_to(talk: Talk, step: script.Step) -> None:
    talk.channel.will(step)
    stood = talk.send()
    key = talk.known.facts.entries[0].chosen.key
    comes_back(talk, key)
    comes_back(talk, key, "again")
    (seen,) = talk.known.facts.of(ReplySeen)
    assert (seen.showing, seen.words) == (Showing.RETURNED, 'The server says: "550 No such user".')
    assert entry_state(talk) is stood
    assert talk.stands() is Stage.NEEDS_YOU
    assert send.due(talk.bench.home) == ()
    assert talk.in_order()


def test_another_reply_is_the_way_on(talk: Talk) -> None:
    talk.send()
    comes_back(talk, talk.known.facts.entries[0].chosen.key)
    talk.bench.write(talk.ana, talk.case, WORDS + " Once more.", afresh=True)
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS + " Once more.")
    assert talk.stands() is Stage.READY
    assert talk.send() is State.SENT
    assert talk.stands() is Stage.FOLLOW_UP


def test_what_names_nothing_of_ours_changes_nothing(talk: Talk) -> None:
    talk.channel.will(script.NOT_LEFT)
    talk.send()
    comes_back(talk, "<somebody@else.example>")
    comes_back(talk, talk.known.facts.entries[0].chosen.key)  # it never left
    assert talk.known.facts.of(ReplySeen) == ()
    assert entry_state(talk) is State.WAITING
