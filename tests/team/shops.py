"""A team at work in tests: a shop made in a folder, moved to a server, and a second computer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.soak import shop
from tests.soak.shop import Place
from tests.storage.cluster import OWNER, Cluster

from calmreply.adapters import local_files
from calmreply.adapters.storage.moving import course
from calmreply.app.sending.entries import secret_name
from calmreply.app.teamwork.moving import Progress
from calmreply.bootstrap import Program
from calmreply.domain.mention import CaseId

Replies = tuple[tuple[CaseId, str], ...]
TEAM_PASSWORD = "a password of the tests"


def moved(
    cluster: Cluster, founded: str, folder: Path, replies: int, *, tried: int = 0
) -> tuple[Place, Place, str, Replies]:
    """Two computers in one home on the server, with so many replies ready to leave; where it is.

    The home began in a folder: what `shop.found` makes is brought there by a real move.
    """
    office = Place(str(folder / "office"))
    Path(office.folder).mkdir()
    pairs = shop.found(office, replies, tried=tried)
    name = cluster.database(like=founded)
    # These computers have clocks of their own.
    cluster.let_clocks_be(name)
    address = cluster.address(name)

    def silent(_progress: Progress) -> None:
        return None

    owner = replace(address, user=OWNER)
    course.to_server(office.home, owner, silent, Program().verify())
    course.put_away(office.home)
    counter = Place(str(folder / "counter"))
    counter.home.mkdir(parents=True)
    # What leaves from either comes into one letterbox.
    office.letters.touch()
    counter.letters.symlink_to(office.letters)
    for place in (office, counter):
        local_files.keep_team(place.home, address.place)
        keyring = shop.Keyring(Path(place.folder) / "keyring.json")
        keyring.set(address.secret, address.password)
        keyring.set(secret_name("shop"), shop.PASSWORD)
    return office, counter, name, pairs
