"""A shop's home in a real folder, with replies that are ready to leave: made, sent, gone on with.

Everything is real but the clock, which every process is told, and the passphrases, made cheap.
"""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.channels.mail import MailChannel
from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.keys import Cost, EdKeys
from calmreply.app import facts
from calmreply.app.cases import judge
from calmreply.app.home import Actor, Home
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import Channel, SendResult
from calmreply.app.ports.storage import Account
from calmreply.app.reviewing import review
from calmreply.app.sending import accounts, send, write
from calmreply.app.sending.entries import secret_name
from calmreply.bootstrap import Parts, open_home
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.mention import CaseId, Heard, Origin
from calmreply.domain.outbox import Entry, Outcome, State, state
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.testing.channels import NOT_LEFT, ScriptedChannel
from calmreply.testing.clock import FakeClock

ANA, TOM, PASSPHRASE = "Ana", "Tom", "seven quiet loaves rise"
USER, PASSWORD = "hello@bluedoor.example", "an app password"
TEXT = "Dear Marta, we are sorry about the name on the cake. Please call us."
COOLED = 90
"""Minutes after which everything that was made ready has waited long enough."""
CHEAP = Cost(memory=64, passes=1, lanes=1)


class Keyring:
    """`app.ports.Secrets` in a file: what it was told is there when the program is not."""

    keeps = True
    why = ""

    def __init__(self, file: Path) -> None:
        self._file = file

    def get(self, name: str) -> str | None:
        return self._read().get(name)

    def set(self, name: str, value: str) -> None:
        self._write({**self._read(), name: value})

    def delete(self, name: str) -> None:
        self._write({kept: value for kept, value in self._read().items() if kept != name})

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        found: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        return found

    def _write(self, values: dict[str, str]) -> None:
        new = self._file.with_suffix(f".new-{os.getpid()}")
        new.write_text(json.dumps(values), encoding="utf-8")
        new.replace(self._file)


class Letterbox(ScriptedChannel):
    """A channel into a file that several processes share: a line for each message."""

    def __init__(self, file: Path) -> None:
        super().__init__("mail", "E-mail")
        self._file = file

    def send(
        self, account: Account, secret: str | None, wire: bytes, key: str, tools: Tools
    ) -> SendResult:
        result = super().send(account, secret, wire, key, tools)
        if result.outcome is not Outcome.DELIVERED:
            return result
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{key}\n".encode())
        finally:
            os.close(handle)
        return result


@dataclass(frozen=True)
class Place:
    """Where a home lies, at what minute of its life, and by what its mail leaves.

    `chain` is whom a mail server has to be signed by; without one, mail goes into a letterbox.
    """

    folder: str
    minutes: float = 0
    chain: str = ""
    port: int = 0

    @property
    def home(self) -> Path:
        return Path(self.folder) / "shop"

    @property
    def letters(self) -> Path:
        return Path(self.folder) / "letters"

    def at(self, minutes: float) -> Place:
        return replace(self, minutes=minutes)

    def parts(self) -> tuple[Parts, FakeClock]:
        begin = FakeClock().read()
        clock = FakeClock(begin.wall, ticks=begin.ticks)
        clock.advance(minutes=self.minutes)
        keyring = Keyring(Path(self.folder) / "keyring.json")
        mail: Channel = Letterbox(self.letters)
        if self.chain:
            mail = MailChannel(ssl.create_default_context(cafile=self.chain))
        parts = Parts(
            clock=clock,
            secrets=keyring,
            keys=EdKeys(SystemEntropy(), keyring, "soak", cost=CHEAP),
            channels={"hand": HandChannel(), "mail": mail},
            listeners={},
        )
        return parts, clock


@dataclass
class Desk:
    """An open home at which somebody sits."""

    home: Home
    clock: FakeClock

    def person(self, name: str) -> Actor:
        return people.unlock(self.home, name, PASSPHRASE)

    def entry(self, case: CaseId) -> tuple[Entry, State] | None:
        """The last entry of a case, and how it stands."""
        with self.home.store.read() as tx:
            known = facts.load(self.home, tx, case)
        entries = known.facts.entries
        return (entries[-1], state(entries[-1], known.now)) if entries else None

    def hears(self, number: int) -> CaseId:
        heard = Heard(
            key="",
            author=f"Marta {number}",
            text=f"Order {number}: the cake said Stan. Her name is Sian.",
            origin=Origin.PASTE,
            url=f"https://reviews.example/{number}",
        )
        return listen.add_mention(self.home, heard)[1]

    def makes_ready(self, case: CaseId, ana: Actor, tom: Actor) -> None:
        """Read, felt, judged, written and signed; it only has to wait and to be looked at."""
        home = self.home
        judge.read_all(home, ana, case)
        judge.say_feeling(home, ana, case, Feeling.CALM)
        judge.judge(
            home, ana, case, kind=Kind.COMPLAINT, verdict=Verdict.GENUINE, evidence="Order 8817"
        )
        with home.store.read() as tx:
            known, have = facts.load(home, tx, case), tx.accounts()
        words = write.words_like(
            home, known.facts, have, text=TEXT, channel="mail", target=f"m{case}@c.example"
        )
        write.revise(home, ana, case, words)
        review.ask(home, ana, case, TOM)
        review.sign(home, tom, case, NEEDED)

    def sends(self, case: CaseId, ana: Actor) -> State:
        return send.send(self.home, ana, case).state


@contextmanager
def at_work(place: Place, *, alone: bool = True) -> Iterator[Desk]:
    """Somebody opens the home; whoever is alone holds its lock."""
    parts, clock = place.parts()
    with ExitStack() as closing:
        opened = closing.enter_context(open_home(place.home, parts, "a test"))
        if alone:
            closing.enter_context(opened.lock())
        yield Desk(opened.home, clock)


def found(place: Place, replies: int, *, tried: int = 0) -> tuple[tuple[CaseId, str], ...]:
    """A new home with so many replies; they are ready at minute `COOLED`.

    So many of them were tried once, when there was no connection: those have an entry already.
    """
    settings = {
        "name": "Blue Door Bakery",
        "address": USER,
        "host": "127.0.0.1",
        "port": str(place.port),
        "security": "starttls",
    }
    with at_work(place) as desk:
        home = desk.home
        people.enrol(home, NewPerson(ANA), PASSPHRASE)
        ana = desk.person(ANA)
        people.enrol(home, NewPerson(TOM), PASSPHRASE, ana)
        tom = desk.person(TOM)
        accounts.save(home, ana, Account("shop", "mail", settings))
        home.secrets.set(secret_name("shop"), PASSWORD)
        cases = tuple(desk.hears(number) for number in range(replies))
        for case in cases:
            desk.makes_ready(case, ana, tom)
        desk.clock.advance(minutes=COOLED)
        for case in cases:
            send.look(home, ana, case, Choice.SEND)
        for case in cases[:tried]:
            channel = home.channels["mail"]
            assert isinstance(channel, Letterbox)
            channel.will(NOT_LEFT)
            assert desk.sends(case, ana) is State.WAITING
        entries = [desk.entry(case) for case in cases]
    return tuple((case, one[0].id if one else "") for case, one in zip(cases, entries, strict=True))
