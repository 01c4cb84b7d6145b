"""Killed at every step of the send path that there is now, by enumeration.

A step is a commit of the store, or a call to the site: the look for what may be there already, the
look at what is answered, the send, the look afterwards. The process dies right before it and right
after it; then another one recovers, lets time go by, and a person does what it asks of them. That
is done for every way in which the reply arrives or does not, for places that can be seen, cannot be
seen or went dark, and for channels that repeat safely or do not. In a soak it dies a second time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from calmreply.app import facts, queries
from calmreply.app.home import Actor
from calmreply.app.listening import listen
from calmreply.app.ports.channels import Found, Seen, SendResult
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Account, ReadTransaction, Source, Takes, WriteTransaction
from calmreply.app.proving.trust import verify_journal
from calmreply.app.sending import accounts, looking, outgoing, send
from calmreply.app.sending.held import HeldError
from calmreply.domain.case import Choice
from calmreply.domain.journal import Whole
from calmreply.domain.mention import Heard, Origin, SourceId
from calmreply.domain.outbox import AttemptBegan, Entry, State, state
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.testing import channels as script
from calmreply.testing.channels import Killed, ScriptedChannel, Step
from calmreply.testing.listeners import ScriptedListener

if TYPE_CHECKING:
    from conftest import Bench  # type: ignore[import-not-found]  # beside this file

T = TypeVar("T")
WORDS = "Dear Marta, we are sorry about the name on the cake."
HEARD = Heard(
    key="shop#comment-5",
    author="Marta Sample",
    text="The cake said Stan. Her name is Sian.",
    origin=Origin.FEED,
    site="The shop",
    target="12/5",
    thread="12",
)
DARK = KnownError("too_slow", "The site answers too slowly.", "Try again later.")
TWICE = int(os.environ.get("CALMREPLY_SOAK", "1")) > 1
"""Whether the second process dies too, at each of its own steps."""
NEVER = 10**6
SENDS = {
    "delivered": script.DELIVERED,
    "answer lost": script.ANSWER_LOST,
    "cut": script.CUT,
    "not left": script.NOT_LEFT,
}
SIGHT = ("sees", "goes dark", "blind")


class Fate:
    """Passes the steps one by one, and ends the process at the `at`-th of them."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.passed: list[str] = []

    def step(self, name: str) -> None:
        self.passed.append(name)
        if self.at == len(self.passed) - 1:
            raise Killed


class MortalStore:
    """A store that dies with its process around each commit."""

    warning = ""

    def __init__(self, store: Any, fate: Fate) -> None:
        self._store, self._fate = store, fate

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        with self._store.read() as tx:
            yield tx

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        with self._store.write() as tx:
            yield tx
            self._fate.step("before a commit")
        self._fate.step("after a commit")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class MortalChannel(ScriptedChannel):
    """A channel that dies with its process around each call of the network."""

    fate = Fate()

    def send(self, *given: Any) -> SendResult:
        return self._around("send", lambda: super(MortalChannel, self).send(*given))

    def see(self, *given: Any) -> Seen:
        return self._around("see", lambda: super(MortalChannel, self).see(*given))

    def find(self, *given: Any) -> Found:
        return self._around("find", lambda: super(MortalChannel, self).find(*given))

    def _around(self, name: str, call: Callable[[], T]) -> T:
        self.fate.step(f"before {name}")
        found = call()
        self.fate.step(f"after {name}")
        return found


@dataclass(frozen=True)
class World:
    """How the first attempt ends, whether the place can be seen, and whether repeats are safe."""

    first: Step
    sight: str
    safe: bool


class Life:
    """A comment on the shop's own site, whose reply is ready, through the deaths of its process."""

    def __init__(self, bench: Bench, world: World) -> None:
        self.bench, self.world = bench, world
        can_look = world.sight != "blind"
        self.channel = MortalChannel(
            "site", "The site", can_look=can_look, repeats_safely=world.safe, answers=("site",)
        )
        listener = ScriptedListener("site")
        listener.will(Round("The shop", (HEARD,)))
        bench.home = replace(
            bench.home,
            channels={**bench.home.channels, "site": self.channel},
            listeners={"site": listener},
        )
        self.ana, self.tom = bench.person("Ana"), bench.person("Tom")
        accounts.save(bench.home, None, Account("acc", "site", {}))
        with bench.home.store.write() as tx:
            tx.add_source(Source(SourceId(""), "site", "site:acc/all", "The shop", Takes.ALL))
        assert listen.poll(bench.home, bench.source).new == 1
        with bench.home.store.read() as tx:
            (self.case,) = (found.case for found, _row in tx.mentions() if found.case)
        self.channel.seen = Seen(HEARD)
        bench.until_ready(self.ana, self.tom, self.case, WORDS)
        self.channel.will(world.first)
        self.store, self.home = bench.home.store, bench.home

    def lives(self, fate: Fate) -> None:
        """A process begins: what an ended one left open is seen to."""
        run = f"run-{len(self.home.run)}{self.home.run}"
        self.home = replace(self.bench.home, store=MortalStore(self.store, fate), run=run)
        self.channel.fate = fate

    def send(self, actor: Actor) -> None:
        with suppress(HeldError):
            send.send(self.home, actor, self.case, when_connected=True)

    def goes_on(self) -> None:
        """Recover, let two hours go by, and let a person do what is asked of them."""
        send.recover(self.home)
        self.holds()
        for minutes in (2, 9, 70):
            self.bench.clock.advance(minutes=minutes)
            self._by_itself()
        self.holds()
        for _turn in range(4):
            if self.stands() is State.SENT:
                return
            self._a_person_acts()
            self.holds()
            self.channel.blind = None
            self.bench.clock.advance(minutes=11)
            self._by_itself()

    def _by_itself(self) -> None:
        for case, entry in send.due(self.home):
            with suppress(HeldError):
                send.attempt(self.home, case, entry)
        for case, entry in looking.due(self.home):
            with suppress(KnownError):
                looking.look_for(self.home, case, entry)

    def _a_person_acts(self) -> None:
        stands = self.stands()
        if stands is State.UNSURE:
            appeared = bool(self.channel.delivered)
            self.bench.clock.advance(minutes=13)  # what may still be on its way
            send.settle(self.home, self.ana, self.entry().id, appeared=appeared)
            if appeared:
                return
        self.bench.home = replace(self.bench.home, store=self.home.store)
        self.bench.until_ready(self.ana, self.tom, self.case, WORDS)
        self.bench.home = replace(self.bench.home, store=self.store)
        send.look(self.home, self.ana, self.case, Choice.SEND)
        self.send(self.ana)

    def known(self) -> facts.Known:
        with self.store.read() as tx:
            return facts.load(self.home, tx, self.case)

    def entry(self) -> Entry:
        return self.known().facts.entries[-1]

    def stands(self) -> State | None:
        known = self.known()
        entries = known.facts.entries
        return state(entries[-1], known.now) if entries else None

    def holds(self) -> None:
        """Never twice, never falsely sent, never without its line, and never stuck unsaid."""
        arrived = len(self.channel.delivered)
        assert arrived <= 1, "twice"
        page = queries.case_page(self.home, self.case)
        if not page.entries:
            assert not self.channel.attempts, "it left without a line"
            return
        entry, stands = page.entries[-1]
        assert stands is not State.SENT or arrived == 1, "called sent, and it was not"
        began = sum(isinstance(fact, AttemptBegan) for fact in entry.happened)
        assert began >= len(self.channel.attempts), "it left without a line"
        if stands in (State.UNSURE, State.WAITING, State.REFUSED):
            assert entry.words, f"{stands} without a word"
        if stands in (State.UNSURE, State.REFUSED):
            assert page.stage is Stage.NEEDS_YOU
        if stands is State.UNSURE:
            assert "unsure" in [one.kind for one in page.blockers]
        if stands is not State.SENT and stands is not State.CANCELLED:
            assert [one.over for one in outgoing.outbox(self.home)] == [False]


def dies(make: Callable[[], Bench], world: World, at: int, again: int | None) -> list[str]:
    """One life with one death or two; the steps that its last process passed."""
    life = Life(make(), world)
    first, second = Fate(at), Fate(again)
    life.lives(first)
    with suppress(Killed):
        life.send(life.ana)
    assert len(first.passed) == at + 1
    if world.sight == "goes dark":
        life.channel.blind = DARK
    life.lives(second)
    with suppress(Killed):
        life.goes_on()
    third = Fate()
    if again is not None:
        life.lives(third)
        life.goes_on()
    assert life.stands() is State.SENT, (world, at, again, life.entry().happened)
    assert len(life.channel.delivered) == 1
    life.holds()
    assert isinstance(verify_journal(life.home), Whole)
    life.channel.will(script.DELIVERED)
    with pytest.raises(HeldError, match="already_sent"):
        send.send(life.home, life.ana, life.case)
    assert len(life.channel.delivered) == 1
    return first.passed if again is None else second.passed


STEPS = {
    "blind": ["before a commit", "after a commit"] * 2
    + ["before send", "after send"]
    + ["before a commit", "after a commit"],
}
STEPS["sees"] = STEPS["goes dark"] = [
    *STEPS["blind"][:2],
    "before see",
    "after see",
    "before a commit",
    "after a commit",
    *STEPS["blind"][2:],
]
"""Choose, (see, note,) claim, send, record: all there is to a first send."""


ALL = [(first, sight, safe) for first in SENDS for sight in SIGHT for safe in (False, True)]
TELLING = [
    (first, sight, safe)
    for first, sight, safe in ALL
    # Where repeats are safe, only what is in doubt ends in another way.
    if not safe or (first in ("answer lost", "cut") and sight != "goes dark")
]


@pytest.mark.parametrize(("first", "sight", "safe"), ALL if TWICE else TELLING)
def test_killed_at_every_step(
    make: Callable[[], Bench], first: str, sight: str, *, safe: bool
) -> None:
    world = World(SENDS[first], sight, safe)
    life = Life(make(), world)
    fate = Fate()
    life.lives(fate)
    life.send(life.ana)
    assert fate.passed == STEPS[sight], "the path has other steps than are written here"
    for at, name in enumerate(fate.passed):
        # After one step is before the next one: in a test run, only the last "after" is another.
        if TWICE or name.startswith("before") or at == len(fate.passed) - 1:
            dies(make, world, at, None)
        for again in count() if TWICE else ():
            if len(dies(make, world, at, again)) <= again:
                break


@pytest.mark.skipif(TWICE, reason="all of them die again")
@pytest.mark.parametrize(
    "world",
    [
        World(SENDS["answer lost"], "sees", safe=False),
        World(SENDS["cut"], "sees", safe=False),
        World(SENDS["answer lost"], "blind", safe=True),
    ],
)
def test_killed_again_while_it_is_seen_to(make: Callable[[], Bench], world: World) -> None:
    """Once it is in doubt: recovering, looking, settling, sending again, each step of it."""
    sends = STEPS[world.sight].index("after send")
    passed = dies(make, world, sends, NEVER)
    expected = {"before a commit"}
    if world.sight == "sees":
        expected |= {"before find"}
    if world.first is not SENDS["answer lost"] or world.safe:
        expected |= {"before send"}
    assert expected <= set(passed)
    for again, name in enumerate(passed):
        if name.startswith("before"):
            assert len(dies(make, world, sends, again)) == again + 1


@pytest.fixture
def make(bench: Bench) -> Callable[[], Bench]:
    return type(bench)
