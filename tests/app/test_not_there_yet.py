"""What may still be on its way is not called absent by anybody, since that would send it twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.app.conftest import Bench
from tests.app.talk import WORDS, Talk

from calmreply.app.sending import looking, send
from calmreply.domain.case import Choice
from calmreply.domain.outbox import HAND, LEASE, Outcome, State, state
from calmreply.domain.reply import Address
from calmreply.domain.trying import look_due, not_there_in, settle_window
from calmreply.errors import KnownError
from calmreply.testing import channels as script
from calmreply.testing.builders import CaseBuilder

CHANNELS = {"mail": 10, "wordpress": 5, "bluesky": 5, "mastodon": 5, "another": 5}


def in_doubt(channel: str) -> CaseBuilder:
    return CaseBuilder().write(to=Address(channel)).choose().begin()


@pytest.mark.parametrize(("channel", "minutes"), CHANNELS.items())
def test_it_can_be_said_when_it_can_be_seen_and_not_before(channel: str, minutes: int) -> None:
    """By what passed for sure, whatever the wall clock says; and as soon as a look is due."""
    window = timedelta(minutes=minutes)
    built = in_doubt(channel).end(Outcome.UNKNOWN)
    assert settle_window(channel) == not_there_in(built.entry, built.now) == window
    built.clock.step_wall(timedelta(hours=5))
    built.advance(seconds=window.total_seconds() - 1)
    assert not_there_in(built.entry, built.now) == timedelta(seconds=1)
    assert not look_due(built.entry, built.now)
    built.advance(seconds=1)
    assert not_there_in(built.entry, built.now) == timedelta(0)
    assert look_due(built.entry, built.now)


@pytest.mark.parametrize("channel", CHANNELS)
def test_of_an_attempt_whose_end_was_not_kept_from_when_it_must_have_ended(channel: str) -> None:
    built = in_doubt(channel).advance(minutes=1)
    assert not_there_in(built.entry, built.now) == settle_window(channel) + LEASE - timedelta(
        minutes=1
    )
    built.reboot(hours=9)  # nobody vouches for the time that the computer was off
    assert not_there_in(built.entry, built.now) > timedelta(0)
    built.connect()
    assert not_there_in(built.entry, built.now) == timedelta(0)


def test_by_hand_a_person_knows_at_once() -> None:
    built = in_doubt(HAND)
    assert not_there_in(built.entry, built.now) == timedelta(0)


@pytest.mark.parametrize("looks", [True, False])
def test_too_early_is_refused_and_says_from_when(bench: Bench, *, looks: bool) -> None:
    """Where the site does not tell, that alone keeps a late arrival from being sent twice."""
    talk = Talk(bench)
    talk.channel.can_look = looks
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    talk.channel.will(script.CUT)
    talk.send()
    entry = talk.known.facts.entries[0].id
    before = len(talk.known.facts.facts)
    with pytest.raises(KnownError) as told:
        send.settle(bench.home, talk.ana, entry, appeared=False)
    assert (told.value.code, told.value.way_out) == (
        "too_early",
        "Look again, and say so from 11:05 on.",
    )
    assert len(talk.known.facts.facts) == before
    assert "unsure" in talk.kinds
    talk.wait(minutes=5)
    for case, one in looking.due(bench.home):
        looking.look_for(bench.home, case, one)
    assert send.settle(bench.home, talk.ana, entry, appeared=False).state is State.CANCELLED
    send.look(bench.home, talk.ana, talk.case, Choice.SEND)
    assert talk.send() is State.SENT
    assert len(talk.channel.delivered) == 1
    assert talk.in_order()


def test_that_it_is_there_can_be_said_at_once(bench: Bench) -> None:
    talk = Talk(bench)
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    talk.channel.will(script.ANSWER_LOST)
    talk.send()
    (entry,) = talk.known.facts.entries
    assert send.settle(bench.home, talk.ana, entry.id, appeared=True).state is State.SENT
    assert state(talk.known.facts.entries[0], talk.known.now) is State.SENT
