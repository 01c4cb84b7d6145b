"""A shop on disk as an attacker finds it: a real data file, real keys, and no key of one's own.

It is lived in by the command line, once for all tests; each test has a copy. Whoever attacks has
the file and SQL, and speaks to the program as anybody at this computer does. What arrived is
counted where it would arrive, on a site by script.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.attacks.pencil import Pencil
from tests.cli.conftest import WORDS, Desk

from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.keys import Cost, EdKeys
from calmreply.adapters.storage.sqlite import driver
from calmreply.app import facts
from calmreply.app.cases import judge
from calmreply.app.home import Actor, Home
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.ports.channels import Field
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.app.sending import accounts, attempts, send, write
from calmreply.app.sending.held import HeldError
from calmreply.bootstrap import Parts, open_home
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.reply import Offer
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError
from calmreply.testing.channels import ScriptedChannel
from calmreply.testing.clock import FakeClock
from calmreply.testing.secrets import FakeSecrets

KIND = "site"
REPLY = "Dear Robin, thank you for telling us. I am sorry. Please come by, Ana."
PHONE, OTHER_PHONE = "+44 20 7946 0958", "+44 20 7946 0999"
CHEAP = Cost(memory=64, passes=1, lanes=1)
"""Cost of a key in a test."""


def scripted() -> ScriptedChannel:
    return ScriptedChannel(KIND, "The site", fields=(Field("address", "Address"),))


@dataclass
class Shop:
    """The shop's folder, its clock, its keyring, the site its replies go to; and its cases."""

    folder: Path
    clock: FakeClock
    secrets: FakeSecrets
    files: Path
    cases: dict[str, CaseId] = field(default_factory=dict)
    channel: ScriptedChannel = field(default_factory=scripted)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.folder, self.clock, self.parts, self.files)

    @property
    def parts(self) -> Parts:
        return Parts(
            clock=self.clock,
            secrets=self.secrets,
            keys=EdKeys(SystemEntropy(), self.secrets, "shop", cost=CHEAP),
            channels={"hand": HandChannel(), KIND: self.channel},
            listeners={},
        )

    @property
    def file(self) -> Path:
        return self.folder / "calmreply.db"

    @contextmanager
    def home(self) -> Iterator[Home]:
        with open_home(self.folder, self.parts) as opened:
            yield opened.home

    def actor(self, home: Home, name: str = "Ana") -> Actor:
        return people.unlock(home, name, WORDS[name])

    def kinds(self, home: Home, name: str) -> list[str]:
        """What is in the way of a reply."""
        return [one.kind for one in send.blockers(home, self.cases[name])]

    @contextmanager
    def pencil(self) -> Iterator[Pencil]:
        """The data file in the hands of somebody who drops every law that stands in it."""
        with closing(driver.SQLITE.connect(str(self.file))) as connection:
            connection.row_factory = driver.SQLITE.Row
            laws = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in laws.fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            yield Pencil(connection)
            connection.commit()

    # --- what honest people do ---------------------------------------------------------------

    def case(
        self, home: Home, name: str, kind: Kind = Kind.COMPLAINT, feeling: Feeling = Feeling.CALM
    ) -> CaseId:
        """Somebody complained, with one star; Ana read it, felt it, judged it."""
        ana = self.actor(home)
        heard = Heard(
            key="",
            author="Robin Sample",
            text=f"{name}: the bread was stale.",
            origin=Origin.PASTE,
            url=f"https://reviews.example/{name}",
            site="Town Reviews",
            stars=Stars(1),
            contact=OTHER_PHONE if name == "other" else PHONE,
        )
        _mention, case, _changes = listen.add_mention(home, heard)
        judge.read_all(home, ana, case)
        judge.say_feeling(home, ana, case, feeling)
        judge.judge(home, ana, case, kind=kind, verdict=Verdict.GENUINE, evidence="Order 212")
        self.cases[name] = case
        return case

    def write(
        self,
        home: Home,
        case: CaseId,
        text: str = REPLY,
        who: str = "Ana",
        *,
        afresh: bool = False,
        **more: Any,
    ) -> None:
        with home.store.read() as tx:
            known, accounts = facts.load(home, tx, case), tx.accounts()
        to = {"channel": KIND, "target": f"reviews.example/{case}", **more}
        words = write.words_like(home, known.facts, accounts, text=text, **to)
        write.revise(home, self.actor(home, who), case, words, afresh=afresh)

    def sign(self, home: Home, case: CaseId, who: str = "Ben") -> None:
        review.ask(home, self.actor(home), case, who)
        review.sign(home, self.actor(home, who), case, NEEDED)

    def look(self, home: Home, name: str) -> None:
        send.look(home, self.actor(home), self.cases[name], Choice.SEND)

    # --- what is asked of every attack -------------------------------------------------------

    def tries(self, name: str) -> str:
        """All that could make it leave is done, and it does not; returns what stands on the screen.

        They look again and say Send, as whoever edited the file would, and the outbox goes on.
        """
        case = self.cases[name]
        with self.home() as home, suppress(HeldError, KnownError):
            self.look(home, name)
        told = self.desk.text("send", case, who="Ana")
        with self.home() as home:
            for other, entry in attempts.due(home):
                if other == case:
                    with suppress(HeldError, KnownError):
                        attempts.attempt(home, case, entry)
        assert self.channel.attempts == (), "it was on its way"
        assert self.channel.delivered == (), "it arrived"
        return told

    def tries_in_vain(self, name: str) -> list[str]:
        """The same; returns the kinds of what is in the way."""
        self.tries(name)
        found = self.desk("send", self.cases[name], who="Ana", expect=3)
        return found.blockers


def live(shop: Shop, home: Home) -> None:
    """What stands in the shop: a case for each thing that somebody may want to talk it out of."""
    ana = shop.actor(home)
    settings.change(home, ana, {"wait_complaint_calm": "30", "contacts": "0800 123456"})
    accounts.add(home, ana, KIND, {"address": "reviews.example"})
    shop.clock.advance(days=8)
    names = ("sent", "ready", "other", "unsigned", "praised", "private", "offer")
    for name in names:
        kind = Kind.PRAISE if name == "praised" else Kind.COMPLAINT
        case = shop.case(home, name, kind)
        offer = Offer("a new cake", 5_000, "EUR") if name == "offer" else None
        text = f"{REPLY} Or call {PHONE}." if name == "private" else REPLY
        shop.write(home, case, text, offer=offer)
        if name not in ("unsigned", "praised"):
            shop.sign(home, case)
    shop.clock.advance(minutes=61)
    for name in names:
        shop.look(home, name)
    assert send.send(home, ana, shop.cases["sent"]).state is State.SENT
    for name, feeling in (("waiting", Feeling.ANGRY), ("fresh", Feeling.CALM)):
        case = shop.case(home, name, feeling=feeling)
        if name == "fresh":
            shop.clock.advance(minutes=31)
        shop.write(home, case)
        shop.sign(home, case)
    shop.clock.reboot(timedelta(seconds=30))
    shop.clock.advance(minutes=1)
    for name in names:
        if name != "sent":
            shop.look(home, name)


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("lived-in")
    (folder / "files").mkdir()
    shop = Shop(folder / "shop", FakeClock(), FakeSecrets(), folder / "files")
    shop.desk.enrol("Ana")
    shop.desk.enrol("Ben", "Cleo", vouching="Ana")
    with shop.home() as home:
        live(shop, home)
    assert len(shop.channel.delivered) == 1
    return shop


@pytest.fixture
def shop(lived_in: Shop, tmp_path: Path) -> Shop:
    """A copy of the shop; nothing has arrived from it yet."""
    return copied(lived_in, tmp_path)


def copied(shop: Shop, folder: Path) -> Shop:
    shutil.copytree(shop.folder, folder / "shop")
    (folder / "files").mkdir()
    clock = FakeClock(shop.clock.wall, ticks=shop.clock.ticks)
    clock._boots = shop.clock._boots
    secrets = FakeSecrets()
    for name in shop.secrets.names():
        secrets.set(name, shop.secrets.get(name) or "")
    return Shop(folder / "shop", clock, secrets, folder / "files", dict(shop.cases))
