"""A rehearsal: another type of home, and the only place of the program that is made of fakes.

Its clock stands still until it is moved, its channels and sites are scripted, its data lies in
memory: nothing can leave and nothing is kept. No real home can be given such a clock: `bootstrap`
opens either the one or the other, and no flag, variable or setting is between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calmreply.adapters.channels.hand import HandChannel
from calmreply.app import rehearse
from calmreply.app.home import Home
from calmreply.app.persons import people
from calmreply.app.ports.channels import Channel
from calmreply.testing.channels import ScriptedChannel
from calmreply.testing.clock import FakeClock
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.keys import FastKeys
from calmreply.testing.ports import InThisProcess
from calmreply.testing.secrets import FakeSecrets
from calmreply.testing.sites import ScriptedSites
from calmreply.testing.store import MemoryStore

LONG_BEFORE = timedelta(minutes=75)
"""What the sample's people did earlier, they did so long before the rehearsal begins."""
AFTERNOON = time(14, 15)
SAMPLE_DAY = datetime(2026, 11, 18, 14, 15, tzinfo=UTC)
"""A Wednesday. The tour is always on this day, so that its pictures differ only if the window does.
"""


class Rehearsal:
    """A home of fakes. Time passes in it only by `advance`; `filled`: the sample lives in it."""

    def __init__(self, begin: datetime = SAMPLE_DAY, *, filled: bool = True) -> None:
        self.begin = begin
        self._filled = filled
        # Going there forward: a clock that was set back would be one in doubt.
        self.clock = FakeClock(begin - LONG_BEFORE)
        self.sites = ScriptedSites(self.clock, rehearse.feeds(begin))
        entropy, secrets = CountingEntropy("rehearsal"), FakeSecrets()
        # By hand is the real channel: it has no wire of its own, a person is the wire.
        channels: dict[str, Channel] = {"hand": HandChannel(), "mail": ScriptedChannel()}
        self.home = Home(
            store=MemoryStore(),
            clock=self.clock,
            entropy=entropy,
            keys=FastKeys(entropy, secrets),
            secrets=secrets,
            web=self.sites,
            feeds=self.sites,
            apart=InThisProcess(),
            channels=channels,
            listeners={},
            run="rehearsal",
        )

    @property
    def zone(self) -> str:
        return str(rehearse.sample()["business"]["zone"])

    def now(self) -> datetime:
        """Its time, UTC."""
        return self.clock.wall

    def advance(self, by: timedelta) -> None:
        """Let time pass in it."""
        self.clock.advance(seconds=by.total_seconds())

    def lock(self) -> AbstractContextManager[None]:
        """Nobody else can be in it."""
        return nullcontext()

    @contextmanager
    def open(self) -> Iterator[Rehearsal]:
        """Name the home and bring in the sample business, people, and what they did; then begin."""
        people.found_home(self.home)
        if self._filled:
            rehearse.set_up(self.home)
            rehearse.listen_to(self.home)
            rehearse.hear(self.home, self.begin)
            rehearse.live(self.home, self.begin)
            for address, status in rehearse.broken().items():
                self.sites.breaks(address, status)
        self.advance(LONG_BEFORE)
        if self._filled:
            rehearse.hear(self.home, self.begin)
        try:
            yield self
        finally:
            self.home.store.close()


def open_rehearsal(
    begin: datetime = SAMPLE_DAY, *, filled: bool = False
) -> AbstractContextManager[Rehearsal]:
    """A rehearsal that begins at `begin` (UTC); empty unless `filled` with the sample."""
    return Rehearsal(begin, filled=filled).open()


def this_afternoon(now: datetime) -> datetime:
    """The afternoon of that day in the sample's zone, when its shop is open (UTC in and out).

    A rehearsal in the evening would otherwise have both clocks stand still until the morning.
    """
    zone = ZoneInfo(rehearse.sample()["business"]["zone"])
    return datetime.combine(now.astimezone(zone).date(), AFTERNOON, zone).astimezone(now.tzinfo)
