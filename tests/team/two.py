"""Two computers of one team at work on one server: the office, which has the passwords, and a shop.

Each has a home of its own over the same data, with its own keyring, channel and name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.storage.cluster import Cluster
from tests.ui.case_robot import PASSPHRASE, WEDNESDAY, Bench

from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.storage.postgres import TeamAddress, open_team
from calmreply.adapters.storage.postgres.store import PostgresStore
from calmreply.app.home import Actor, Home
from calmreply.app.persons import people
from calmreply.app.ports.channels import Field
from calmreply.app.rules import settings
from calmreply.app.teamwork.computer import Computer
from calmreply.testing.channels import ScriptedChannel
from calmreply.testing.clock import FakeClock
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.keys import FastKeys
from calmreply.testing.ports import InThisProcess, NoFeeds, NoWeb
from calmreply.testing.secrets import FakeSecrets

PASSWORD = Field("password", "Password", secret=True)


class Seat(Bench):
    """One computer. Ana and Tom work at each of them."""

    def __init__(self, address: TeamAddress, computer: Computer, clock: FakeClock) -> None:
        self.clock = clock
        self.server: PostgresStore = open_team(address)
        self.mail = ScriptedChannel("mail", "E-mail", fields=(PASSWORD,))
        self.secrets = FakeSecrets()
        entropy = CountingEntropy(computer.id)
        self.home = Home(
            store=self.server,
            clock=clock,
            entropy=entropy,
            keys=FastKeys(entropy, self.secrets, computer.id),
            secrets=self.secrets,
            web=NoWeb(),
            feeds=NoFeeds(),
            apart=InThisProcess(),
            channels={"hand": HandChannel(), "mail": self.mail},
            listeners={},
            run=f"{computer.id}.1",
            computer=computer,
            team=address,
        )
        self._vouching: Actor | None = None
        if not people.everybody(self.home):
            people.found_home(self.home)
            settings.change(self.home, None, {"currency": "GBP", "hours": "1-7 00:00-23:59"})
            self.person("Ana", 5_000)
            self.person("Tom", 2_000)
        self.ana = people.unlock(self.home, "Ana", PASSPHRASE)
        self.tom = people.unlock(self.home, "Tom", PASSPHRASE)


@contextmanager
def two_seats(cluster: Cluster, founded: str) -> Iterator[tuple[Seat, Seat]]:
    """The office and the shop, over a new home."""
    name = cluster.database(like=founded)
    cluster.let_clocks_be(name)
    address = cluster.address(name)
    clock = FakeClock(WEDNESDAY)
    office = Seat(address, Computer("office-1", "Office"), clock)
    shop = Seat(address, Computer("shop-2", "Shop on the corner"), clock)
    try:
        yield office, shop
    finally:
        shop.server.close()
        office.server.close()
