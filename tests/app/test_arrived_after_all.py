"""Two tries with other words for one reply, of which the first arrived after all.

Somebody said that it did not appear, changed a word and sent again; then the site shows the first
one, the customer answers it, or its attempt ends late. Nothing is sent on top of it, nothing that
comes in is lost, and the tables stay as the journal says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.app.conftest import Bench
from tests.app.talk import ANSWER, HEARD, MORE, WORDS, Talk

from calmreply.app.ports.channels import Found, SendResult
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts, looking, outgoing, send
from calmreply.domain.case import Choice
from calmreply.domain.outbox import LEASE, State, state
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.testing import channels as script
from calmreply.testing.channels import Step

AFTER_ALL = "What was sent before has arrived after all, so this does not leave."


@pytest.fixture
def talk(bench: Bench) -> Talk:
    talk = Talk(bench)
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    return talk


def states(talk: Talk) -> list[State]:
    known = talk.known
    return [state(entry, known.now) for entry in known.facts.entries]


def said_no(talk: Talk) -> None:
    """The first try is in doubt, somebody says that it did not appear; other words are ready."""
    talk.channel.will(script.ANSWER_LOST)
    assert talk.send() is State.UNSURE
    talk.wait(minutes=5)
    send.settle(talk.bench.home, talk.ana, talk.known.facts.entries[0].id, appeared=False)
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, MORE)


@pytest.mark.parametrize(
    ("step", "second"),
    [
        (script.DELIVERED, State.SENT),
        (script.CUT, State.UNSURE),
        (script.NOT_LEFT, State.REFUSED),
        (script.REFUSED, State.REFUSED),
    ],
)
def test_who_answers_the_first_of_two_is_heard(talk: Talk, step: Step, second: State) -> None:
    """Nothing but their answer tells that it arrived, as with mail."""
    talk.channel.can_look = False
    said_no(talk)
    talk.channel.will(step)
    talk.send()
    key = talk.known.facts.entries[0].chosen.key
    other = replace(HEARD, key="shop#comment-8", author="Kim Other", thread="13", target="13/8")
    heard = talk.comes(replace(ANSWER, answers=key), other)
    assert heard[0] == talk.case
    assert heard[1] != talk.case
    assert states(talk) == [State.SENT, second]
    talk.wait(hours=2)
    assert send.due(talk.bench.home) == ()
    assert len(talk.channel.attempts) == 2
    assert talk.in_order()


@pytest.mark.parametrize("afresh", [False, True])
def test_the_place_is_looked_at_for_the_first_of_two(talk: Talk, *, afresh: bool) -> None:
    said_no(talk)
    if afresh:
        talk.bench.write(talk.ana, talk.case, MORE + " And thank you.", afresh=True)
        talk.bench.until_ready(talk.ana, talk.tom, talk.case, MORE + " And thank you.")
    report = send.send(talk.bench.home, talk.ana, talk.case)
    assert (report.state, report.words) == (State.REFUSED, AFTER_ALL)
    assert states(talk) == [State.SENT, State.REFUSED]
    assert [one.text for one in talk.channel.delivered] == [WORDS]
    assert outgoing.outbox(talk.bench.home)[-1].words == AFTER_ALL
    assert talk.in_order()


def test_where_the_site_does_not_tell_their_word_holds(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(*_given: object) -> Found:
        raise KnownError("not_allowed", "The site does not tell.", "Look at the page.")

    said_no(talk)
    monkeypatch.setattr(talk.channel, "find", find)
    assert talk.send() is State.SENT
    assert talk.in_order()


@pytest.mark.parametrize("step", [script.DELIVERED, script.NOT_LEFT])
def test_an_attempt_that_ends_late_is_kept_beside_the_other(talk: Talk, step: Step) -> None:
    """The computer slept in the middle of it; its person had given it up and sent other words."""
    home = talk.bench.home

    def sleeps() -> None:
        talk.channel.during = None
        talk.wait(seconds=int(LEASE.total_seconds()) + 1, minutes=5)
        send.settle(home, talk.ana, talk.known.facts.entries[0].id, appeared=False)
        talk.bench.until_ready(talk.ana, talk.tom, talk.case, MORE)
        talk.channel.will(step)
        talk.send()

    talk.channel.will(script.DELIVERED)
    talk.channel.during = sleeps
    assert talk.send() is State.SENT
    late = step is script.NOT_LEFT
    assert states(talk) == [State.SENT, State.REFUSED if late else State.SENT]
    assert talk.stands() is (Stage.NEEDS_YOU if late else Stage.FOLLOW_UP)
    talk.wait(hours=2)
    assert send.due(home) == ()
    assert talk.in_order()


def test_an_account_changed_there_and_back_is_sent_by_its_first_bytes(bench: Bench) -> None:
    """The entry in between is given up, and nobody is told that one is on its way."""
    talk = Talk(bench)
    talk.channel.can_look = False
    said = talk.channel.render

    def render(record: Mapping[str, Any], account: Account | None, key: str, created: str) -> bytes:
        name = account.settings.get("name", "") if account else ""
        return json.dumps({**json.loads(said(record, account, key, created)), "by": name}).encode()

    talk.channel.render = render  # type: ignore[method-assign] # a channel that names its account
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    for name in ("", "The Shop", ""):
        accounts.save(bench.home, talk.ana, Account("acc", "site", {"name": name}))
        talk.channel.will(*([] if name == "" and talk.channel.attempts else [script.NOT_LEFT]))
        send.look(bench.home, talk.ana, talk.case, Choice.SEND)
        talk.send()
    assert states(talk) == [State.SENT, State.CANCELLED]
    assert len(talk.channel.delivered) == 1
    assert talk.in_order()


def test_a_look_that_sees_it_outweighs_who_said_no_meanwhile(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = talk.channel.find
    talk.channel.will(script.ANSWER_LOST)
    talk.send()
    talk.wait(minutes=5)
    (entry,) = talk.known.facts.entries

    def looks(*given: Any) -> Found:
        send.settle(talk.bench.home, talk.ana, entry.id, appeared=False)
        return find(*given)

    monkeypatch.setattr(talk.channel, "find", looks)
    looking.look_for(talk.bench.home, talk.case, entry.id)
    assert states(talk) == [State.SENT]
    assert talk.stands() is Stage.FOLLOW_UP
    assert talk.in_order()


@pytest.mark.parametrize(("slept", "attempts"), [(80, 1), (100, 0), (3_600, 0)])
def test_after_a_sleep_between_claim_and_leaving_nothing_sets_out(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, slept: int, attempts: int
) -> None:
    """On another computer somebody may have said meanwhile that it did not appear."""
    leaves = talk.channel.send

    def wakes(*given: Any) -> SendResult:
        talk.bench.clock.sleep(seconds=slept)
        return leaves(*given)

    monkeypatch.setattr(talk.channel, "send", wakes)
    assert talk.send() is (State.SENT if attempts else State.WAITING)
    assert len(talk.channel.attempts) == attempts
