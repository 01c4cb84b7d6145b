"""A home of fakes for the use cases: everything real but the ports."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calmreply.adapters.channels.hand import HandChannel
from calmreply.app import facts, judge, listen, people, review, send, write
from calmreply.app.home import Actor, Home
from calmreply.app.people import NewPerson
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
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

    def kinds(self, case: CaseId) -> list[str]:
        """What still blocks the case's reply, by name."""
        return [blocker.kind for blocker in send.blockers(self.home, case)]

    def write(
        self, actor: Actor, case: CaseId, text: str, channel: str | None = None, to: str = ""
    ) -> None:
        with self.home.store.read() as tx:
            known, accounts = facts.load(self.home, tx, case), tx.accounts()
        words = write.words_like(
            self.home, known.facts, accounts, text=text, channel=channel, target=to or None
        )
        write.revise(self.home, actor, case, words)

    def until_ready(self, ana: Actor, tom: Actor, case: CaseId, text: str) -> None:
        """Everything before Send: read, felt, judged, written, signed, waited, looked at again."""
        home = self.home
        judge.read_all(home, ana, case)
        judge.say_feeling(home, ana, case, Feeling.STUNG)
        judge.judge(
            home, ana, case, kind=Kind.COMPLAINT, verdict=Verdict.GENUINE, evidence="Order 8817"
        )
        self.write(ana, case, text)
        review.ask(home, ana, case, tom.person.name)
        review.sign(home, tom, case, NEEDED)
        self.clock.advance(minutes=60)
        send.look(home, ana, case, Choice.SEND)


@pytest.fixture
def bench() -> Bench:
    return Bench()
