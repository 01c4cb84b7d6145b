"""Sending once: every place where the program can die in a send, and every answer of the site.

The program is killed at each step of the path (each commit, before and after it; the network call,
before and after the message arrived), started again, and asked to go on. Whatever happened, the
customer sees the reply at most once, nothing is called sent that was not, and nothing is stuck
without a word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.app import facts, queries
from calmreply.app.home import Actor, Home
from calmreply.app.ports import storage_errors
from calmreply.app.ports.storage import Account, ReadTransaction, WriteTransaction
from calmreply.app.sending import accounts, outgoing, send
from calmreply.app.sending.held import HeldError
from calmreply.domain import trying
from calmreply.domain.case import Choice
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import State, state
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.testing import channels as script
from calmreply.testing.channels import Killed, ScriptedChannel

if TYPE_CHECKING:
    from tests.app.conftest import Bench

    from calmreply.app.ports.changes import ChangeSet


class NamedMail(ScriptedChannel):
    """Mail that says in its bytes what the account is called."""

    def render(
        self, record: Mapping[str, Any], account: Account | None, key: str, created: str
    ) -> bytes:
        name = account.settings.get("name", "") if account else ""
        wire: dict[str, str] = json.loads(super().render(record, account, key, created))
        return json.dumps({**wire, "from": name}).encode()


class Dying:
    """A store whose process dies around its `at`-th commit: before it, or right after it."""

    def __init__(self, home: Home, at: int, *, after: bool) -> None:
        self._store = home.store
        self._left = at
        self._after = after
        self.warning = ""

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        with self._store.read() as tx:
            yield tx

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        self._left -= 1
        with self._store.write() as tx:
            yield tx
            if self._left == 0 and not self._after:
                raise Killed
        if self._left == 0:
            raise Killed

    def watch(
        self, changed: Callable[[ChangeSet], object], away: Callable[[bool], object]
    ) -> Callable[[], None] | None:
        return self._store.watch(changed, away)

    def hold(self, name: str) -> bool:
        return self._store.hold(name)

    def let_go(self, name: str) -> None:
        self._store.let_go(name)

    def backup(self, target: str, *, with_keys: bool = False) -> None:
        self._store.backup(target, with_keys=with_keys)

    def check(self) -> tuple[str, ...]:
        return self._store.check()

    def close(self) -> None:
        self._store.close()


class Full(Dying):
    """A store on a disk that is full at its `at`-th commit."""

    def __init__(self, home: Home, at: int) -> None:
        super().__init__(home, at, after=False)

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        try:
            with super().write() as tx:
                yield tx
        except Killed:
            raise storage_errors.disk_full() from None


def by_mail(bench: Bench) -> tuple[CaseId, Actor]:
    """A case whose reply is ready to leave by the scripted mail."""
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    accounts.save(bench.home, None, Account("shop", "mail", {}))
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    bench.write(ana, case, "Dear Marta, I am sorry.", channel="mail", to="m@c.example")
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    return case, ana


def now_state(home: Home, case: CaseId) -> State | None:
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
    entries = known.facts.entries
    return state(entries[-1], known.now) if entries else None


def restarted(home: Home) -> Home:
    """The same data, a new run of the program."""
    again = replace(home, run=home.run + "+")
    send.recover(again)
    return again


COMMITS = 3
"""Choosing, claiming, recording."""


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("at", range(1, COMMITS + 1))
def test_killed_around_each_commit(bench: Bench, at: int, *, after: bool, arrives: bool) -> None:
    case, ana = by_mail(bench)
    if at == COMMITS:
        bench.channel.will(script.DELIVERED if arrives else script.CUT)
    dying = replace(bench.home, store=Dying(bench.home, at, after=after))
    with pytest.raises(Killed):
        send.send(dying, ana, case)
    home = restarted(bench.home)
    went = bool(bench.channel.attempts)
    found = now_state(home, case)
    if not went:
        # Nothing touched the network: it is as before, or chosen and not yet begun, or in doubt.
        assert found in (None, State.READY, State.UNSURE)
    else:
        recorded = at == COMMITS and after
        told = State.SENT if arrives and recorded else State.UNSURE
        assert found is told
    assert send.due(home) == ()
    assert len(bench.channel.delivered) == (1 if went and arrives else 0)
    _go_on(bench, home, ana, case, found)


def _go_on(bench: Bench, home: Home, ana: Actor, case: CaseId, found: State | None) -> None:
    """What a person would do next; the customer still sees it once."""
    if found is State.UNSURE:
        with pytest.raises(HeldError, match="unsure"):
            send.send(home, ana, case)
        with home.store.read() as tx:
            entry = facts.load(home, tx, case).facts.entries[-1]
        appeared = bench.channel.appeared(entry.chosen.key)
        bench.clock.advance(minutes=12)  # what may still be on its way is not called absent
        send.settle(home, ana, entry.id, appeared=appeared)
        if not appeared:
            send.look(home, ana, case, Choice.SEND)
            bench.channel.will(script.DELIVERED)
            assert send.send(home, ana, case).state is State.SENT
    elif found is not State.SENT:
        bench.channel.will(script.DELIVERED)
        assert send.send(home, ana, case).state is State.SENT
    assert now_state(home, case) is State.SENT
    assert len(bench.channel.delivered) == 1
    with pytest.raises(HeldError, match="already_sent"):
        send.send(home, ana, case)


@pytest.mark.parametrize("step", [script.KILLED_BEFORE, script.KILLED_AFTER])
def test_killed_in_the_network_call(bench: Bench, step: script.Step) -> None:
    case, ana = by_mail(bench)
    bench.channel.will(step)
    with pytest.raises(Killed):
        send.send(bench.home, ana, case)
    home = restarted(bench.home)
    assert now_state(home, case) is State.UNSURE
    _go_on(bench, home, ana, case, State.UNSURE)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (script.DELIVERED, State.SENT),
        (script.REFUSED, State.REFUSED),
        (script.TRY_LATER, State.WAITING),
        (script.NOT_LEFT, State.WAITING),
        (script.ANSWER_LOST, State.UNSURE),
        (script.CUT, State.UNSURE),
    ],
)
def test_each_answer_is_told_as_it_is(bench: Bench, step: script.Step, expected: State) -> None:
    case, ana = by_mail(bench)
    bench.channel.will(step)
    report = send.send(bench.home, ana, case)
    assert report.state is expected
    assert report.words == step.result.words


def test_a_waiting_reply_goes_by_itself_later_with_the_same_key(bench: Bench) -> None:
    case, ana = by_mail(bench)
    bench.channel.will(script.NOT_LEFT, script.TRY_LATER, script.DELIVERED)
    send.send(bench.home, ana, case)
    for _round in range(2):
        assert send.due(bench.home) == ()
        bench.clock.advance(minutes=5)
        ((due_case, entry),) = send.due(bench.home)
        send.attempt(bench.home, due_case, entry)
    assert now_state(bench.home, case) is State.SENT
    assert len(set(bench.channel.attempts)) == 1
    assert len(bench.channel.delivered) == 1


def test_after_a_restart_it_waits_for_the_persons_word(bench: Bench) -> None:
    case, ana = by_mail(bench)
    bench.channel.will(script.NOT_LEFT)
    send.send(bench.home, ana, case)
    home = restarted(bench.home)
    bench.clock.advance(minutes=30)
    assert send.due(home) == ()
    send.look(home, ana, case, Choice.SEND)
    assert send.send(home, ana, case).state is State.SENT
    with home.store.read() as tx:
        (one,) = facts.load(home, tx, case).facts.entries
    assert one.asked is not one.chosen
    assert one.spends == one.asked.request == one.chosen.request is not None


def test_when_connected_it_goes_after_a_restart_too(bench: Bench) -> None:
    case, ana = by_mail(bench)
    bench.channel.will(script.NOT_LEFT)
    send.send(bench.home, ana, case, when_connected=True)
    home = restarted(bench.home)
    bench.clock.advance(minutes=30)
    ((due_case, entry),) = send.due(home)
    assert send.attempt(home, due_case, entry).state is State.SENT


def test_something_in_the_way_at_the_later_attempt_holds_it(bench: Bench) -> None:
    case, ana = by_mail(bench)
    bench.channel.will(script.NOT_LEFT)
    send.send(bench.home, ana, case)
    with bench.home.store.write() as tx:
        tx.set_setting("paused", "yes")
    bench.clock.advance(minutes=5)
    ((due_case, entry),) = send.due(bench.home)
    (item,) = outgoing.outbox(bench.home)
    assert item.state is State.WAITING
    assert item.words == "There is no connection. Sending is paused"
    with pytest.raises(HeldError, match="paused"):
        send.attempt(bench.home, due_case, entry)
    assert bench.channel.delivered == ()


def test_words_written_meanwhile_stop_the_old_ones(bench: Bench) -> None:
    case, ana = by_mail(bench)
    bench.channel.will(script.NOT_LEFT)
    send.send(bench.home, ana, case)
    bench.write(ana, case, "Dear Marta, something else.")
    bench.clock.advance(minutes=5)
    for due_case, entry in send.due(bench.home):
        with pytest.raises(HeldError):
            send.attempt(bench.home, due_case, entry)
    assert bench.channel.delivered == ()


def test_two_at_once_send_once(bench: Bench) -> None:
    case, ana = by_mail(bench)
    tried: list[str] = []

    def second() -> None:
        bench.channel.during = None
        with pytest.raises(HeldError) as held:
            send.send(bench.home, ana, case)
        tried.append(str(held.value))

    bench.channel.during = second
    assert send.send(bench.home, ana, case).state is State.SENT
    assert tried == ["in_flight"]
    assert len(bench.channel.delivered) == 1


def test_a_day_later_nothing_is_tried_any_more(bench: Bench) -> None:
    case, ana = by_mail(bench)
    bench.channel.will(script.NOT_LEFT)
    send.send(bench.home, ana, case, when_connected=True)
    bench.clock.advance(days=1, seconds=1)
    assert send.due(bench.home) == ()
    assert now_state(bench.home, case) is State.WAITING
    assert timedelta(days=1) == trying.TRY_FOR


def named_mail(bench: Bench) -> None:
    bench.channel = NamedMail()
    bench.home = replace(bench.home, channels={**bench.home.channels, "mail": bench.channel})


def stopped(bench: Bench, case: CaseId, code: str) -> str:
    """The one attempt that is due meets a flaw that no later one would not meet; the words kept."""
    ((due_case, entry),) = send.due(bench.home)
    with pytest.raises(KnownError) as refused:
        send.attempt(bench.home, due_case, entry)
    assert refused.value.code == code
    bench.clock.advance(hours=2)
    assert (send.due(bench.home), send.asking(bench.home)) == ((), ())
    assert bench.channel.delivered == ()
    page = queries.case_page(bench.home, case)
    assert page.stage is Stage.NEEDS_YOU
    (item,) = outgoing.outbox(bench.home)
    assert item.state is State.REFUSED
    assert item.entry.words == f"{refused.value.words} {refused.value.way_out}"
    return item.entry.words


def test_an_account_changed_meanwhile_asks_for_a_new_send(bench: Bench) -> None:
    """The bytes are others than were chosen: a person chooses again, and those leave, once."""
    named_mail(bench)
    case, ana = by_mail(bench)
    bench.channel.will(script.NOT_LEFT)
    send.send(bench.home, ana, case)
    accounts.save(bench.home, ana, Account("shop", "mail", {"name": "The Shop"}))
    bench.clock.advance(minutes=5)
    assert "choose Send" in stopped(bench, case, "bytes_changed")
    send.look(bench.home, ana, case, Choice.SEND)
    assert send.send(bench.home, ana, case).state is State.SENT
    (arrived,) = bench.channel.delivered
    assert json.loads(arrived.wire)["from"] == "The Shop"
    assert queries.case_page(bench.home, case).stage is Stage.FOLLOW_UP


def test_a_journal_changed_meanwhile_is_told_to_a_person(bench: Bench) -> None:
    case, ana = by_mail(bench)
    bench.channel.will(script.NOT_LEFT)
    send.send(bench.home, ana, case)
    row = bench.data.cases[case]
    bench.data.cases[case] = replace(row, rules_line=1)
    bench.clock.advance(minutes=5)
    assert "changed from outside" in stopped(bench, case, "journal_broken")
    bench.data.cases[case] = row
    send.look(bench.home, ana, case, Choice.SEND)
    assert send.send(bench.home, ana, case).state is State.SENT


def test_by_hand_a_day_without_a_word_is_told(bench: Bench) -> None:
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    assert send.send(bench.home, ana, case).state is State.IN_FLIGHT
    bench.clock.advance(hours=25)
    (item,) = outgoing.outbox(bench.home)
    assert (item.state, item.words) == (
        State.UNSURE,
        "For a day nobody has said whether it was posted.",
    )


@pytest.mark.parametrize("step", [script.DELIVERED, script.ANSWER_LOST, script.NOT_LEFT])
def test_an_end_that_cannot_be_written_down_is_said_to_be_open(
    bench: Bench, step: script.Step
) -> None:
    """Nobody is told to do it again, unless nothing can have left."""
    case, ana = by_mail(bench)
    bench.channel.will(step)
    with pytest.raises(KnownError) as told:
        send.send(replace(bench.home, store=Full(bench.home, COMMITS)), ana, case)
    left = step is not script.NOT_LEFT
    assert told.value.code == ("end_not_kept" if left else "disk_full")
    assert now_state(bench.home, case) is State.IN_FLIGHT
    bench.clock.advance(minutes=3)
    assert now_state(bench.home, case) is State.UNSURE
    (item,) = outgoing.outbox(bench.home)
    assert item.words == "It was being sent, and how that ended was not kept."
    assert send.attempt(bench.home, case, item.entry.id).words == item.words
    assert send.due(bench.home) == ()
    _go_on(bench, bench.home, ana, case, State.UNSURE)
