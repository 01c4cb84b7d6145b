"""A whole home with one real channel in it, from hearing a complaint to what became of the reply.

Only the clock is scripted; the web is the real one, with less patience.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.clock import SystemClock
from calmreply.adapters.web import HttpWeb
from calmreply.app import facts
from calmreply.app.cases import judge
from calmreply.app.home import Actor, Home
from calmreply.app.listening import polling
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports.storage import Account, Source, Takes
from calmreply.app.reviewing import review
from calmreply.app.sending import accounts, looking, send, write
from calmreply.app.sending.entries import secret_name
from calmreply.domain.case import Choice, TheyAnswered, Verdict
from calmreply.domain.mention import CaseId, SourceId
from calmreply.domain.outbox import Entry, State, state
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError
from calmreply.testing.clock import FakeClock
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.keys import FastKeys
from calmreply.testing.ports import InThisProcess, NoFeeds
from calmreply.testing.secrets import FakeSecrets
from calmreply.testing.store import MemoryStore

PASSPHRASE = "twelve letters and more"
_HOMES = count(100)
"""Keys of two homes are never alike, as they never are in life."""
WORDS = "Dear customer, we are sorry, and we look into it today."


@dataclass
class ShopDesk:
    """`plugin` listens and sends; its account is told by `settings` and `secret`."""

    plugin: Any
    settings: dict[str, str]
    secret: str
    what: str
    home: Home = field(init=False)
    clock: FakeClock = field(init=False)

    def __post_init__(self) -> None:
        secrets, entropy = FakeSecrets(), CountingEntropy(next(_HOMES))
        self.clock = FakeClock(wall=SystemClock().read().wall)
        self.home = Home(
            store=MemoryStore(),
            clock=self.clock,
            entropy=entropy,
            keys=FastKeys(entropy, secrets, "home"),
            secrets=secrets,
            web=HttpWeb(),
            feeds=NoFeeds(),
            apart=InThisProcess(),
            channels={"hand": HandChannel(), self.plugin.kind: self.plugin},
            listeners={self.plugin.kind: self.plugin},
            run="run-1",
        )
        people.found_home(self.home)
        self.ana = self._person("Ana")
        self.tom = self._person("Tom", self.ana)
        account = Account("acc", self.plugin.kind, self.settings)
        accounts.save(self.home, self.ana, account)
        secrets.set(secret_name("acc"), self.secret)
        with self.home.store.write() as tx:
            address = f"{self.plugin.kind}:acc/{self.what}"
            kind = self.plugin.kind
            number = tx.add_source(Source(SourceId(""), kind, address, kind, Takes.ALL, True))
        self.source = number

    def _person(self, name: str, vouching: Actor | None = None) -> Actor:
        people.enrol(self.home, NewPerson(name), PASSPHRASE, vouching)
        return people.unlock(self.home, name, PASSPHRASE)

    def move_to(self, **settings: str) -> None:
        """From now on the account's site is somewhere else, as behind a faulty line."""
        accounts.save(
            self.home, self.ana, Account("acc", self.plugin.kind, {**self.settings, **settings})
        )

    def hear(self, words: str) -> CaseId:
        """The case of the mention that holds these words."""
        with self.home.store.read() as tx:
            (source,) = (one for one in tx.sources() if one.id == self.source)
        polled = polling.poll(self.home, replace(source, state=source.state))
        assert polled.error is None, polled.error
        with self.home.store.read() as tx:
            cases = [m.case for m, _row in tx.mentions() if words in m.now.text and m.case]
        assert len(cases) == 1, cases
        return cases[0]

    def ready(self, case: CaseId, text: str = WORDS) -> None:
        """Read, felt, judged, written, signed, waited and looked at again."""
        home, ana = self.home, self.ana
        judge.read_all(home, ana, case)
        judge.say_feeling(home, ana, case, Feeling.CALM)
        said = {"kind": Kind.COMPLAINT, "verdict": Verdict.GENUINE, "evidence": "They were here."}
        judge.judge(home, ana, case, **said)  # type: ignore[arg-type]  # as named
        with home.store.read() as tx:
            known, have = facts.load(home, tx, case), tx.accounts()
        write.revise(home, ana, case, write.words_like(home, known.facts, have, text=text))
        review.ask(home, ana, case, "Tom")
        review.sign(home, self.tom, case, NEEDED)
        self.clock.advance(minutes=25)
        send.look(home, ana, case, Choice.SEND)

    def send(self, case: CaseId) -> State:
        return send.send(self.home, self.ana, case).state

    def entry(self, case: CaseId) -> Entry:
        return self._known(case).facts.entries[-1]

    def state(self, case: CaseId) -> State:
        known = self._known(case)
        return state(known.facts.entries[-1], known.now)

    def _known(self, case: CaseId) -> facts.Known:
        with self.home.store.read() as tx:
            return facts.load(self.home, tx, case)

    def turn(self, case: CaseId) -> TheyAnswered | None:
        """What they said last, if they answered."""
        return self._known(case).facts.turn

    def turns(self, case: CaseId) -> tuple[TheyAnswered, ...]:
        return tuple(self._known(case).facts.of(TheyAnswered))

    def later(self, minutes: int) -> None:
        """Time goes on, and the outbox does by itself whatever is due."""
        self.clock.advance(minutes=minutes)
        for case, entry in looking.due(self.home):
            try:
                looking.look_for(self.home, case, entry)
            except KnownError:
                continue
        for case, entry in send.due(self.home):
            send.attempt(self.home, case, entry)
