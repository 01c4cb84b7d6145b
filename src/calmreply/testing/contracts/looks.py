"""What every `app.ports.channels.Looks` must do beside sending: see what is answered, find ours."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from calmreply.domain.outbox import Outcome, Showing
from calmreply.domain.reply import Address
from calmreply.testing.contracts.channel import (
    CREATED,
    FIRST,
    SECOND,
    Road,
    SendingContract,
    World,
    code_of,
    sample,
)

if TYPE_CHECKING:
    from calmreply.app.ports.channels import Found, Looks, Seen
    from calmreply.domain.mention import Heard


class SeeingWorld(World, Protocol):
    """A world in which something stands that replies go to, `target()` of the suite."""

    @property
    def channel(self) -> Looks: ...

    def heard(self) -> Heard:
        """What the listener of the place brings of it now."""
        ...

    def change(self) -> None:
        """Its author writes something else there."""
        ...

    def take_away(self) -> None:
        """Its author takes it away, and the site says so."""
        ...

    def answer_elsewhere(self) -> None:
        """Our account answers it at the site itself, with other words."""
        ...


class LooksContract(SendingContract):
    """For a channel that can look: its world has something to look at."""

    def world(self) -> AbstractContextManager[SeeingWorld]:
        raise NotImplementedError

    def _see(self, world: SeeingWorld, road: Road = Road.OPEN) -> Seen:
        account = world.account(road)
        to = Address(world.channel.kind, account.id, self.target())
        return world.channel.see(account, world.secret, to, self.tools())

    def _find(self, world: SeeingWorld, token: str, road: Road = Road.OPEN) -> Found:
        account = world.account(road)
        key = world.channel.key(token, account)
        wire = world.channel.render(sample(self.target()), account, key, CREATED)
        return world.channel.find(account, world.secret, wire, key, self.tools())

    def test_it_says_that_it_can_look(self) -> None:
        assert self.make().can_look

    def test_absent_before_and_found_after_also_where_the_answer_was_lost(self) -> None:
        for road, outcome in (
            (Road.OPEN, Outcome.DELIVERED),
            (Road.ANSWER_LOST, Outcome.UNKNOWN),
        ):
            with self.world() as world:
                assert self._find(world, FIRST).showing is Showing.ABSENT
                assert self._send(world, road, FIRST) is outcome
                found = self._find(world, FIRST)
                assert found.showing in (Showing.SHOWN, Showing.PENDING)
                assert found.reference
                assert len(world.received()) == 1

    def test_what_did_not_leave_is_absent(self) -> None:
        with self.world() as world:
            for road in (Road.CLOSED, Road.LATER, Road.REFUSES):
                self._send(world, road, SECOND)
                assert self._find(world, SECOND).showing is Showing.ABSENT

    def test_what_is_seen_is_what_was_heard_until_it_changes_or_goes(self) -> None:
        with self.world() as world:
            before = world.heard()
            seen = self._see(world)
            assert seen.heard is not None
            assert (seen.heard.digest, seen.heard.key) == (before.digest, before.key)
            world.change()
            changed = self._see(world).heard
            assert changed is not None
            assert changed.digest != before.digest
            world.take_away()
            assert self._see(world).heard is None

    def test_a_reply_from_here_is_told_from_an_answer_from_elsewhere(self) -> None:
        with self.world() as world:
            assert self._send(world, Road.OPEN, FIRST) is Outcome.DELIVERED
            here = self._find(world, FIRST)
            assert _elsewhere(self._see(world), here) == []
            world.answer_elsewhere()
            (there,) = _elsewhere(self._see(world), here)
            assert there
            world.take_away()
            assert _elsewhere(self._see(world), here) == []

    def test_what_cannot_be_seen_says_nothing(self) -> None:
        with self.world() as world:
            assert code_of(partial(self._see, world, Road.CLOSED))
            assert code_of(partial(self._find, world, FIRST, Road.CLOSED))
            assert world.received() == []


def _elsewhere(seen: Seen, here: Found) -> list[str]:
    """What stands there from us, apart from one reply of which we know."""
    others = [one for one in seen.ours if one.reference != here.reference]
    return [one.link or one.reference for one in others] or list(filter(None, [seen.answered]))
