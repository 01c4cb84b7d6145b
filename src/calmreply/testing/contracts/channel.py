"""What every `app.ports.channels.Channel` must do, and what those that send by themselves must."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from calmreply.app.ports import Tools
from calmreply.domain.outbox import Outcome
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess, NoWeb

if TYPE_CHECKING:
    from calmreply.app.ports import Web
    from calmreply.app.ports.channels import Channel
    from calmreply.app.ports.storage import Account

CREATED = "2026-03-03T09:00:00.000Z"
FIRST = "0123456789abcdefghjkmnpqrs"
SECOND = "srqpnmkjhgfedcba9876543210"
TEXT = "Dear Anna,\n\nwe are sorry. Grüße 雪 🫖\n.\n..two dots\nFrom us\n"
ODD = (
    "", " ", "\r\n", "a\r\nBcc: x@y.example", "\0", "\ud800", "\u202e", "@", "a@", "@b", "<>", ",",
    "x" * 100_000, "@" * 10_000, "a@b.example, c@d.example", "\U0001f600", "%", "javascript:1",
)  # fmt: skip


def sample(target: str, **changes: str) -> Mapping[str, Any]:
    """A canonical record's content (`domain.record.content`), as far as a render may use it."""
    told = {"kind": "reply", "subject": "Your visit", "text": TEXT, "target": target, "thread": ""}
    return MappingProxyType({**told, "links": [], "attachments": [], "offer": None, **changes})


def tools(web: Web | None = None, *, cancelled: bool = False) -> Tools:
    """What a channel works with in a test."""
    wall = datetime(2026, 3, 3, 9, tzinfo=UTC)
    return Tools(web or NoWeb(), InThisProcess(), wall, lambda: cancelled)


def code_of(act: Callable[[], object]) -> str | None:
    """The code of the KnownError that `act` raises, or None if it raises none."""
    try:
        act()
    except KnownError as error:
        return error.code if error.words and error.way_out else "without words"
    return None


class ChannelContract:
    """Subclass it and say how to make the channel, and an account and a target that fit it."""

    def make(self) -> Channel:
        raise NotImplementedError

    def account(self) -> Account | None:
        raise NotImplementedError

    def target(self) -> str:
        raise NotImplementedError

    def test_it_says_what_it_is_and_what_it_wants_to_know(self) -> None:
        channel = self.make()
        assert channel.kind.isidentifier()
        assert channel.kind == channel.kind.lower()
        assert channel.title
        names = [field.name for field in channel.fields]
        assert all(name.isidentifier() for name in names)
        assert len(set(names)) == len(names)
        assert all(field.words for field in channel.fields)
        assert sum(field.secret for field in channel.fields) <= 1
        for field in channel.fields:
            assert not field.choices or field.default in ("", *field.choices)
            assert not (field.secret and field.default)
        longest = channel.rules("").max_length
        assert longest is None or longest > 0
        assert not channel.can_look or (hasattr(channel, "see") and hasattr(channel, "find"))

    def test_rendering_twice_gives_the_same_bytes_and_other_words_give_others(self) -> None:
        record = sample(self.target())
        channel, account = self.make(), self.account()
        key = channel.key(FIRST, account)
        wire = channel.render(record, account, key, CREATED)
        assert wire == channel.render(record, account, key, CREATED)
        assert wire == self.make().render(record, self.account(), key, CREATED)
        for text in (
            TEXT + "!",
            TEXT.replace("sorry", "sorry\u200b"),
            TEXT.replace("ü", "u\u0308"),
        ):
            other = sample(self.target(), text=text)
            assert wire != channel.render(other, account, key, CREATED)

    def test_a_text_that_no_wire_can_carry_is_a_known_error(self) -> None:
        channel, account = self.make(), self.account()
        record, key = sample(self.target(), text="half a \ud83d smile"), channel.key(FIRST, account)
        assert code_of(lambda: channel.render(record, account, key, CREATED)) == "bad_text"

    def test_keys_come_from_the_token_alone_and_are_fit_for_a_header(self) -> None:
        channel, account = self.make(), self.account()
        key = channel.key(FIRST, account)
        assert key == channel.key(FIRST, account)
        assert key != channel.key(SECOND, account)
        assert key.isascii()
        assert key.isprintable()
        assert " " not in key

    def test_lengths_and_odd_targets_are_answered_without_a_crash(self) -> None:
        channel = self.make()
        assert channel.length("") == 0
        assert (
            0 < channel.length("a") <= channel.length("a🫖\ud800") <= channel.length("a🫖\ud800b")
        )
        assert channel.target_fits(self.target())
        for target in ODD:
            assert channel.target_fits(target) in (True, False)
            record, key = sample(target), channel.key(FIRST, self.account())
            code = code_of(partial(channel.render, record, self.account(), key, CREATED))
            assert code is None or not channel.target_fits(target)


class Road(Enum):
    """How the other side behaves towards the next send."""

    OPEN = "open"
    ANSWER_LOST = "answer_lost"
    REFUSES = "refuses"
    LATER = "later"
    CLOSED = "closed"


ENDS = {
    Road.OPEN: (Outcome.DELIVERED, 1),
    Road.ANSWER_LOST: (Outcome.UNKNOWN, 1),
    Road.REFUSES: (Outcome.REFUSED, 0),
    Road.LATER: (Outcome.TRY_LATER, 0),
    Road.CLOSED: (Outcome.NOT_LEFT, 0),
}
"""What the sender must be told, and how many messages have arrived then."""


class World(Protocol):
    """A channel and something real or scripted at its other end."""

    @property
    def channel(self) -> Channel: ...

    @property
    def secret(self) -> str | None: ...

    def account(self, road: Road) -> Account:
        """The account to send the next message from, so that it meets this road."""
        ...

    def received(self) -> list[bytes]:
        """The wire bytes that arrived, in order."""
        ...


class SendingContract(ChannelContract):
    """For a channel that sends by itself: say also how to make its world."""

    def world(self) -> AbstractContextManager[World]:
        raise NotImplementedError

    def tools(self, *, cancelled: bool = False) -> Tools:
        """Without a web; whoever needs one says so."""
        return tools(cancelled=cancelled)

    def _send(self, world: World, road: Road, token: str, *, cancelled: bool = False) -> Outcome:
        account = world.account(road)
        key = world.channel.key(token, account)
        wire = world.channel.render(sample(self.target()), account, key, CREATED)
        result = world.channel.send(
            account, world.secret, wire, key, self.tools(cancelled=cancelled)
        )
        assert result.outcome is Outcome.DELIVERED or result.words
        return result.outcome

    def test_each_end_is_told_as_it_is(self) -> None:
        for road, (outcome, arrived) in ENDS.items():
            with self.world() as world:
                assert self._send(world, road, FIRST) is outcome, road
                assert len(world.received()) == arrived, road

    def test_what_arrives_is_what_was_rendered(self) -> None:
        with self.world() as world:
            account = world.account(Road.OPEN)
            key = world.channel.key(FIRST, account)
            wire = world.channel.render(sample(self.target()), account, key, CREATED)
            assert self._send(world, Road.OPEN, FIRST) is Outcome.DELIVERED
            assert world.received() == [wire]

    def test_nothing_is_repeated_inside(self) -> None:
        with self.world() as world:
            for road in (Road.LATER, Road.ANSWER_LOST, Road.OPEN):
                self._send(world, road, FIRST)
            assert len(world.received()) == 2

    def test_stopped_before_it_began_nothing_has_left(self) -> None:
        with self.world() as world:
            outcome = self._send(world, Road.OPEN, FIRST, cancelled=True)
            assert outcome is Outcome.NOT_LEFT
            assert world.received() == []

    def test_trying_the_account_sends_nothing(self) -> None:
        with self.world() as world:
            world.channel.test(world.account(Road.OPEN), world.secret, self.tools())
            assert world.received() == []
            closed = world.account(Road.CLOSED)
            assert code_of(lambda: world.channel.test(closed, world.secret, self.tools()))
            assert world.received() == []

    def test_several_threads_may_send_at_once(self) -> None:
        with self.world() as world:
            outcomes: list[Outcome] = []

            def work(token: str) -> None:
                outcomes.append(self._send(world, Road.OPEN, token))

            threads = [threading.Thread(target=work, args=(f"token{n}",)) for n in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert outcomes == [Outcome.DELIVERED] * 4
            assert len(set(world.received())) == 4
