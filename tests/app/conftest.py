"""A home of fakes for the use cases: everything real but the ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from calmreply.adapters.apart import WorkerApart
from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.feeds import WorkerFeedReader
from calmreply.adapters.storage import open_store
from calmreply.adapters.web import HttpWeb
from calmreply.app import facts
from calmreply.app.cases import judge
from calmreply.app.home import Actor, Home
from calmreply.app.listening import listen
from calmreply.app.listening.listen import Polled
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports import Cancelled, Download, FeedEntry, ParsedFeed
from calmreply.app.ports.storage import Source, Takes
from calmreply.app.reviewing import review
from calmreply.app.sending import send, write
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError
from calmreply.testing.channels import ScriptedChannel
from calmreply.testing.clock import FakeClock
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.keys import FastKeys
from calmreply.testing.memory import Data
from calmreply.testing.ports import InThisProcess, NoFeeds, NoWeb
from calmreply.testing.secrets import FakeSecrets
from calmreply.testing.store import MemoryStore

PASSPHRASE = "twelve letters and more"
FEED = "https://news.example/feed"
A_FEED, A_PAGE = b"a feed", b"<html>a page</html>"


class Site(NoWeb):
    """A web of one site and a reader of its feed: both answer as a test says.

    `error` is raised instead of an answer; `status`, `headers`, `entries`, `body`, `moved_to`,
    `outside_time` and `cut_off` make up the answer. `asked` has (address, etag, last_modified).
    """

    def __init__(self) -> None:
        self.title = "News"
        self.status = 200
        self.headers: dict[str, str] = {}
        self.entries: list[FeedEntry] = []
        self.body = A_FEED
        self.links: tuple[str, ...] = ()
        self.moved_to: str | None = None
        self.outside_time: datetime | None = None
        self.cut_off = False
        self.error: KnownError | None = None
        self.during: Callable[[], None] | None = None
        self.asked: list[tuple[str, str | None, str | None]] = []

    def get(
        self,
        address: str,
        *,
        allow_private: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
        cancelled: Cancelled | None = None,
    ) -> Download:
        del allow_private
        self.asked.append((address, etag, last_modified))
        if self.during is not None:
            self.during()
        if cancelled is not None and cancelled():
            raise KnownError("cancelled", "It was stopped.", "Try again.")
        if self.error is not None:
            raise self.error
        body = A_FEED if address in self.links else self.body
        if body == A_FEED:  # what it says is in its bytes, as everywhere
            body += repr((self.title, self.entries, self.cut_off)).encode()
        return Download(
            address,
            self.moved_to or address,
            self.status,
            self.headers,
            body if self.status == 200 else b"",
            self.moved_to,
            self.outside_time,
        )

    def parse(self, body: bytes, headers: Mapping[str, str], address: str) -> ParsedFeed:
        del headers
        if not body.startswith(A_FEED):
            raise KnownError("not_a_feed", f"{address} is a page.", "Look for its feed.")
        return ParsedFeed(self.title, None, tuple(self.entries), self.cut_off)

    def discover(self, body: bytes, headers: Mapping[str, str], address: str) -> tuple[str, ...]:
        del body, headers, address
        return self.links

    def show(self, key: str, text: str = "Stale bread.", **more: Any) -> None:
        """Put an entry on the feed, or change the one of that key."""
        before = next((one for one in self.entries if one.key == key), None)
        if before is not None:
            self.entries[self.entries.index(before)] = replace(before, text=text, **more)
            return
        entry = FeedEntry(key, f"https://news.example/{key}", "", "Robin Sample", text, None)
        self.entries.append(replace(entry, **more))


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
            apart=InThisProcess(),
            channels={"hand": HandChannel(), self.channel.kind: self.channel},
            listeners={},
            run="run-1",
        )
        people.found_home(self.home)
        self.actors: dict[str, Actor] = {}

    def person(self, name: str, may_offer: int = 0) -> Actor:
        new = NewPerson(name, may_offer=may_offer)
        vouching = next(iter(self.actors.values()), None)
        people.enrol(self.home, new, PASSPHRASE, vouching)
        self.actors[name] = people.unlock(self.home, name, PASSPHRASE)
        return self.actors[name]

    def actor(self, name: str) -> Actor:
        return self.actors[name]

    def listens(self, *, takes: Takes = Takes.ALL) -> Site:
        """A site whose feed the home listens to from now on."""
        site = Site()
        self.home = replace(self.home, web=site, feeds=site)
        listen.add_source(self.home, FEED, takes=takes)
        return site

    @property
    def source(self) -> Source:
        """The only source, as it stands now."""
        (source,) = listen.sources(self.home)
        return source

    def poll(self) -> Polled:
        return listen.poll(self.home, self.source)

    @property
    def data(self) -> Data:
        """What the store holds, to look at it and to change it by hand."""
        assert isinstance(self.home.store, MemoryStore)
        return self.home.store._data

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
        self,
        actor: Actor,
        case: CaseId,
        text: str,
        channel: str | None = None,
        to: str = "",
        *,
        afresh: bool = False,
    ) -> None:
        with self.home.store.read() as tx:
            known, accounts = facts.load(self.home, tx, case), tx.accounts()
        words = write.words_like(
            self.home, known.facts, accounts, text=text, channel=channel, target=to or None
        )
        write.revise(self.home, actor, case, words, afresh=afresh)

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


@pytest.fixture
def real_home(bench: Bench, tmp_path: Path) -> Iterator[Home]:
    """Nothing of it is faked between the socket and the data file but the clock and the keys."""
    store = open_store(tmp_path / "home")
    apart = WorkerApart(workers=1)
    real = replace(bench.home, store=store, web=HttpWeb(), feeds=WorkerFeedReader(apart))
    people.found_home(real)
    yield real
    apart.close()
    store.close()
