"""A window over a home of fakes: everything real but the ports."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from PySide6.QtCore import QLocale
from tests.ui.robot import Opener, Robot

from calmreply.adapters.channels.hand import HandChannel
from calmreply.app.home import Actor, Home
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports import Download, FeedEntry, ParsedFeed
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.errors import KnownError
from calmreply.testing.channels import ScriptedChannel
from calmreply.testing.clock import FakeClock
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.keys import FastKeys
from calmreply.testing.ports import InThisProcess, NoWeb
from calmreply.testing.secrets import FakeSecrets
from calmreply.testing.store import MemoryStore
from calmreply.ui.kit import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot
    from tests.ui.robot import Way

    from calmreply.app.ports import Cancelled

PASSPHRASE = "four calm words here"
MORNING = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def plain_days() -> Iterator[None]:
    """Days are written the same on every developer's desktop."""
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(before)


@dataclass
class FakeSites(NoWeb):
    """`app.ports.Web` and `FeedReader` by script: what each address brings, or how it fails."""

    feeds: dict[str, ParsedFeed] = field(default_factory=dict)
    fails: dict[str, KnownError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    during: Callable[[Cancelled | None], None] | None = None

    def get(
        self, address: str, *, cancelled: Cancelled | None = None, **_asked: object
    ) -> Download:
        self.asked.append(address)
        if self.during is not None:
            self.during(cancelled)
        if cancelled is not None and cancelled():
            raise KnownError("cancelled", "It was stopped.", "Try again.")
        if address in self.fails:
            raise self.fails[address]
        # What holds something else has other bytes: what came as it was is not read again.
        body = f"{address} {self.feeds[address]}" if address in self.feeds else address
        return Download(address, address, 200, {}, body.encode())

    def parse(self, body: bytes, _headers: Mapping[str, str], _address: str) -> ParsedFeed:
        return self.feeds[body.decode().partition(" ")[0]]

    def discover(self, _body: bytes, _headers: Mapping[str, str], _address: str) -> tuple[str, ...]:
        return ()


@dataclass
class Desk:
    """A home, its fakes by name, and short words for what stands there before a test begins."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(MORNING))
    sites: FakeSites = field(default_factory=FakeSites)
    channel: ScriptedChannel = field(default_factory=ScriptedChannel)
    store: Any = field(default_factory=MemoryStore)

    def __post_init__(self) -> None:
        secrets, entropy = FakeSecrets(), CountingEntropy(7)
        self.home = Home(
            store=self.store,
            clock=self.clock,
            entropy=entropy,
            keys=FastKeys(entropy, secrets, "home"),
            secrets=secrets,
            web=self.sites,
            feeds=self.sites,
            apart=InThisProcess(),
            channels={"hand": HandChannel(), self.channel.kind: self.channel},
            listeners={},
            run="run-1",
        )
        self._vouching: Actor | None = None
        self._runs = 1
        people.found_home(self.home)

    def restart(self) -> None:
        """The program ended, however; this is another run of it over the same data."""
        self._runs += 1
        self.home = replace(self.home, run=f"run-{self._runs}")

    def person(self, name: str) -> Actor:
        """Somebody who works here, with `PASSPHRASE`."""
        people.enrol(self.home, NewPerson(name), PASSPHRASE, self._vouching)
        actor = people.unlock(self.home, name, PASSPHRASE)
        self._vouching = self._vouching or actor
        return actor

    def said(
        self,
        author: str,
        text: str = "The bread was from yesterday.",
        *,
        ago: float = 0,
        stars: float | None = None,
        **more: Any,
    ) -> CaseId:
        """Somebody said something so many minutes `ago`."""
        heard = Heard(
            key="",
            author=author,
            text=text,
            origin=Origin.PASTE,
            stars=Stars(stars) if stars is not None else None,
            published=self.clock.wall - timedelta(minutes=ago),
            **more,
        )
        _mention, case, _changes = listen.add_mention(self.home, heard)
        return case

    def feed(self, address: str, entries: Sequence[FeedEntry] = (), title: str = "A blog") -> None:
        """A source that is listened to from now on; `entries` are what it holds now."""
        self.serve(address, entries, title)
        listen.add_source(self.home, address)

    def serve(self, address: str, entries: Sequence[FeedEntry], title: str = "A blog") -> None:
        self.sites.feeds[address] = ParsedFeed(title, address, tuple(entries))

    def entry(self, author: str, text: str, *, ago: float = 0) -> FeedEntry:
        """An entry of a feed, so many minutes old."""
        published = self.clock.wall - timedelta(minutes=ago)
        return FeedEntry(f"{author}:{text}", "https://blog.example/1", "", author, text, published)


class Drive(Protocol):
    def __call__(self, way: Way = "mouse", **ways: Any) -> Robot: ...


@pytest.fixture
def worn(qapp: QApplication) -> theme.Theme:
    """The theme of the application, as at its start."""
    now = theme.theme() if qapp.property("calmreply_theme") else theme.install(qapp)
    now.set_mode("system")
    now.set_scale(1.0)
    return now


@pytest.fixture
def desk() -> Desk:
    """What stands in the home before the window opens."""
    return Desk()


@pytest.fixture
def drive(qtbot: QtBot, desk: Desk, worn: theme.Theme) -> Iterator[Drive]:
    """Start a window over `desk`; not yet shown. It is ended after the test."""
    assert worn is not None
    robots: list[Robot] = []

    def start(way: Way = "mouse", **ways: Any) -> Robot:
        locking = ways.pop("locking", nullcontext)
        robots.append(Robot(qtbot, Opener(desk.home, locking=locking), desk.clock, way, **ways))
        return robots[-1]

    yield start
    for robot in robots:
        robot.finish()


@pytest.fixture
def robot(drive: Drive) -> Robot:
    """A window, by mouse; `robot.open()` shows it."""
    return drive()


@pytest.fixture(params=["mouse", "key", "menu"])
def each_way(request: pytest.FixtureRequest, drive: Drive) -> Robot:
    """A window, once for each way of doing things."""
    return drive(request.param)
