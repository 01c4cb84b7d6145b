"""A home of fakes for the use cases: everything real but the ports."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calmreply.adapters.channels.hand import HandChannel
from calmreply.app import listen, people
from calmreply.app.home import Actor, Home
from calmreply.app.people import NewPerson
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.testing.channels import ScriptedChannel
from calmreply.testing.clock import FakeClock
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.keys import FastKeys
from calmreply.testing.ports import NoFeeds, NoWeb
from calmreply.testing.secrets import FakeSecrets
from calmreply.testing.store import MemoryStore

PASSPHRASE = "twelve letters and more"


class Bench:
    """A home, its fakes by name, and short words for what every test does."""

    def __init__(self) -> None:
        self.clock = FakeClock(wall=datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
        self.channel = ScriptedChannel()
        secrets, entropy = FakeSecrets(), CountingEntropy(7)
        self.home = Home(
            store=MemoryStore(),
            clock=self.clock,
            entropy=entropy,
            keys=FastKeys(entropy, secrets, "home"),
            secrets=secrets,
            web=NoWeb(),
            feeds=NoFeeds(),
            channels={"hand": HandChannel(), self.channel.kind: self.channel},
            run="run-1",
        )
        people.found_home(self.home)
        self._vouching: Actor | None = None

    def person(self, name: str, may_offer: int = 0) -> Actor:
        new = NewPerson(name, may_offer=may_offer)
        people.enrol(self.home, new, PASSPHRASE, self._vouching)
        actor = people.unlock(self.home, name, PASSPHRASE)
        self._vouching = self._vouching or actor
        return actor

    def complaint(self, text: str = "The cake said Stan. Her name is Sian.") -> CaseId:
        _mention, case, _changes = listen.add_mention(
            self.home,
            Heard(
                key="",
                author="Marta Sample",
                text=text,
                origin=Origin.PASTE,
                url="https://reviews.example/1",
                stars=Stars(1),
            ),
        )
        return case


@pytest.fixture
def bench() -> Bench:
    return Bench()
