"""Every fault on the road of a mail, through the app: told as it is, never twice, never stuck.

The server is a real one with TLS and sign-in; what it answers at each stage is scripted, or it
hangs up there.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.app.conftest import Bench
from tests.channels.conftest import PASSWORD, USER, Post, trust
from tests.elsewhere import free_port
from tests.outgoing.faults import TURNS

from calmreply.adapters.channels.connecting import Patience
from calmreply.adapters.channels.mail import MailChannel
from calmreply.app import facts, queries
from calmreply.app.ports.channels import SIGN_IN_AGAIN
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts, send
from calmreply.app.sending.entries import secret_name
from calmreply.app.sending.held import HeldError
from calmreply.domain import trying
from calmreply.domain.outbox import Entry, State, state
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.channels.conftest import Trust

__all__ = ["trust"]

TEXT = "Dear Marta, we are sorry about the name on the cake."
HURRIED = Patience(answer=6, begin=6, total=6, goodbye=0.2)
"""For whoever is answered too late. The others have the patience of the program itself."""


class Road(Post):
    """A mail server that can also hang up before the end of a mail, or answer too late."""

    def __init__(self, trust: Trust) -> None:
        super().__init__(trust.server)
        self.during: Callable[[], None] | None = None
        self.go_on = threading.Event()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self.during is not None:
            await self._loop.run_in_executor(None, self.during)
        if self.answers.get("data") == "late":
            self.envelopes.append(envelope)
            await self._loop.run_in_executor(None, self.go_on.wait, 120)
            return "250 kept, long ago"
        return await super().handle_DATA(server, session, envelope)

    def _client(self) -> Any:
        client: Any = super()._client()
        said = self.answers
        whole = client._smtp_methods["DATA"]

        async def data(argument: str) -> None:
            if said.get("begin") == "cut":
                await client.push("354 go on")
                self._cut()
            elif "begin" in said:
                await client.push(said["begin"])
            else:
                await whole(argument)

        client._smtp_methods["DATA"] = data
        return client

    async def _end(self) -> None:
        self.go_on.set()
        await super()._end()
        await self._loop.shutdown_default_executor()


class Shop:
    """A case whose reply is ready to leave by that road."""

    def __init__(self, trust: Trust, road: Road, patience: Patience | None = None) -> None:
        self.road = road
        self.bench = bench = Bench()
        mail = MailChannel(trust.client, patience or Patience())
        bench.home = replace(bench.home, channels={**bench.home.channels, "mail": mail})
        self.ana, self.tom = bench.person("Ana"), bench.person("Tom")
        told = {"name": "Blue Door", "address": USER, "host": "localhost", "port": str(road.port)}
        accounts.save(bench.home, None, Account("shop", "mail", told))
        bench.home.secrets.set(secret_name("shop"), PASSWORD)
        self.case = bench.complaint()
        self.ready()

    def ready(self) -> None:
        bench = self.bench
        bench.until_ready(self.ana, self.tom, self.case, TEXT)
        bench.write(self.ana, self.case, TEXT, channel="mail", to="marta@customer.example")
        bench.until_ready(self.ana, self.tom, self.case, TEXT)

    def send(self) -> State:
        return send.send(self.bench.home, self.ana, self.case).state

    def later(self, **time: int) -> None:
        self.bench.clock.advance(**time)
        for case, entry in send.due(self.bench.home):
            send.attempt(self.bench.home, case, entry)

    def entry(self) -> Entry:
        return self._known().facts.entries[-1]

    def stands(self) -> State:
        known = self._known()
        return state(known.facts.entries[-1], known.now)

    def _known(self) -> facts.Known:
        with self.bench.home.store.read() as tx:
            return facts.load(self.bench.home, tx, self.case)


@pytest.fixture
def road(trust: Trust) -> Iterator[Road]:
    with Road(trust) as road:
        yield road


FAULTS: dict[str, tuple[dict[str, str], State, int]] = {
    "none": ({}, State.SENT, 1),
    "sender later": ({"mail": "451 4.3.2 busy"}, State.WAITING, 0),
    "sender refused": ({"mail": "550 5.7.1 not you"}, State.REFUSED, 0),
    "nobody now": ({"rcpt": "450 4.2.2 mailbox full"}, State.WAITING, 0),
    "nobody": ({"rcpt": "550 5.1.1 no such user"}, State.REFUSED, 0),
    "no mail now": ({"begin": "451 4.3.0 later"}, State.WAITING, 0),
    "no mail": ({"begin": "554 5.7.1 no"}, State.REFUSED, 0),
    "cut in the mail": ({"begin": "cut"}, State.UNSURE, 0),
    "full at the end": ({"data": "452 4.3.1 no room"}, State.WAITING, 0),
    "refused at the end": ({"data": "554 5.6.0 spam"}, State.REFUSED, 0),
    "answer lost": ({"data": "abort"}, State.UNSURE, 1),
    "answer late": ({"data": "late"}, State.UNSURE, 1),
    "odd answer": ({"data": "354 go on?"}, State.UNSURE, 0),
}


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault(trust: Trust, road: Road, fault: str, turn: int) -> None:
    answers, expected, arrived = FAULTS[fault]
    shop = Shop(trust, road, HURRIED if fault == "answer late" else None)
    road.answers.update(answers)
    assert shop.send() is expected, (fault, turn, shop.entry().words)
    assert len(road.received) == arrived
    assert shop.entry().words or expected is State.SENT
    road.answers.clear()
    road.go_on.set()
    if expected in (State.UNSURE, State.REFUSED):
        assert queries.case_page(shop.bench.home, shop.case).stage is Stage.NEEDS_YOU
        with suppress(HeldError):
            assert shop.send() is not State.SENT or expected is State.REFUSED
    if expected is State.UNSURE:
        with pytest.raises(KnownError, match="may still be on its way"):
            send.settle(shop.bench.home, shop.ana, shop.entry().id, appeared=False)
    for minutes in (3, 9, 70):
        shop.later(minutes=minutes)
    if expected is State.UNSURE:
        assert shop.stands() is State.UNSURE, "a look at nothing settles nothing"
        assert len(road.received) == arrived, "nobody said that it should be sent again"
        send.settle(shop.bench.home, shop.ana, shop.entry().id, appeared=bool(arrived))
    if shop.stands() is not State.SENT:
        shop.ready()
        shop.send()
    assert shop.stands() is State.SENT
    assert len(road.received) == 1
    assert road.envelopes[0].rcpt_tos == ["marta@customer.example"]
    shop.later(hours=30)
    assert len(road.received) == 1


def test_a_password_taken_back_asks_to_sign_in_again(trust: Trust, road: Road) -> None:
    shop = Shop(trust, road)
    for secret in ("wrong", None):
        if secret is None:
            shop.bench.home.secrets.delete(secret_name("shop"))
        else:
            shop.bench.home.secrets.set(secret_name("shop"), secret)
        assert shop.send() is State.REFUSED
        assert shop.entry().code == SIGN_IN_AGAIN
        shop.later(minutes=30)
        assert road.received == []
        shop.ready()
    shop.bench.home.secrets.set(secret_name("shop"), PASSWORD)
    assert shop.send() is State.SENT
    assert len(road.received) == 1


def test_nobody_listens_there(trust: Trust) -> None:
    with Road(trust) as gone:
        pass
    gone.port = free_port()  # its own may be somebody else's by now
    shop = Shop(trust, gone)
    assert shop.send() is State.WAITING
    assert shop.entry().words
    shop.later(minutes=2)
    assert shop.stands() is State.WAITING
    with Road(trust) as road:
        road_settings = {**_settings(shop), "port": str(road.port)}
        accounts.save(shop.bench.home, shop.ana, Account("shop", "mail", road_settings))
        shop.later(minutes=5)
        assert shop.stands() is State.SENT
        assert len(road.received) == 1


def _settings(shop: Shop) -> dict[str, str]:
    with shop.bench.home.store.read() as tx:
        return dict(tx.accounts()[0].settings)


@pytest.mark.parametrize(
    ("answer", "after", "arrived"),
    [
        ("250 kept", State.SENT, 1),
        ("abort", State.UNSURE, 1),
        ("451 later", State.CANCELLED, 0),
        ("554 no", State.REFUSED, 0),
    ],
)
def test_cancelled_on_its_way_means_not_again_and_never_not_sent(
    trust: Trust, road: Road, answer: str, after: State, arrived: int
) -> None:
    shop = Shop(trust, road)
    road.answers["data"] = answer
    said: list[State] = []

    def cancel() -> None:
        entry = shop.entry().id
        said.append(send.cancel(shop.bench.home, shop.ana, shop.case, entry).state)

    road.during = cancel
    assert shop.send() is after
    assert said == [State.IN_FLIGHT]
    road.during = None
    road.answers.clear()
    for minutes in (2, 20, 70):
        shop.later(minutes=minutes)
    assert (shop.stands(), len(road.received)) == (after, arrived)
    assert send.due(shop.bench.home) == ()
    if after is State.UNSURE:
        send.settle(shop.bench.home, shop.ana, shop.entry().id, appeared=True)
        assert shop.stands() is State.SENT


def test_how_long_a_mail_in_doubt_is_left_alone() -> None:
    """Time for the provider's own notices to come in; other channels show it sooner."""
    assert trying.settle_window("mail") == timedelta(minutes=10)
    assert trying.settle_window("wordpress") == timedelta(minutes=5)
