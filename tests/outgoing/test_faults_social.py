"""Every fault on the line to Bluesky's real network and to mastodon-mock (no real Mastodon)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from tests.listening.bluesky_net.network import Network, Person, running
from tests.listening.test_mastodon_served import Instance, served
from tests.outgoing import faults
from tests.outgoing.proxy import Fault, faulty_line
from tests.outgoing.shopdesk import WORDS, ShopDesk

from calmreply.adapters.channels.bluesky import Bluesky
from calmreply.adapters.channels.mastodon import Mastodon
from calmreply.adapters.clock import SystemClock
from calmreply.adapters.web import HttpWeb

if TYPE_CHECKING:
    from calmreply.domain.mention import CaseId

__all__ = ["served"]

pytestmark = pytest.mark.timeout(1200)  # the first time it is compiled
NUMBERS = count(1)
POST = "app.bsky.feed.post"
THEIRS = {
    Fault.CONFLICT: "WordPress alone answers so",
    Fault.FLOOD: "WordPress alone answers so",
}
"""Faults that only another site knows."""
HERE = [one for one in Fault if one not in THEIRS]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with running(tmp_path_factory.mktemp("bluesky")) as network:
        yield network


@pytest.fixture(scope="module")
def anna(network: Network) -> Person:
    return network.join("anna-of-faults")


class Sky(faults.Side):
    """A shop on Bluesky, named in a post."""

    def __init__(self, network: Network, anna: Person) -> None:
        self.network, self.anna = network, anna
        self.shop = network.join(f"shop-of-faults{next(NUMBERS)}")
        self.desk = ShopDesk(
            Bluesky(),
            {"service": network.service, "handle": self.shop.handle},
            network.app_password(self.shop),
            "notifications",
        )

    def case(self, words: str) -> CaseId:
        name = f"@{self.shop.handle}"
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": self.shop.did}
        facets = [{"index": {"byteStart": 0, "byteEnd": len(name)}, "features": [feature]}]
        created = SystemClock().read().wall.isoformat().replace("+00:00", "Z")
        post = {"$type": POST, "text": f"{name} {words}", "createdAt": created, "facets": facets}
        self.said = self.network.write(self.anna, POST, post)
        self.network.digest()
        return self.desk.hear(words)

    def answers(self, words: str) -> None:
        self.network.digest()  # nobody answers what is not shown yet
        (ours,) = self._records()
        under = {"uri": ours["uri"], "cid": ours["cid"]}
        created = SystemClock().read().wall.isoformat().replace("+00:00", "Z")
        reply = {"root": self.said, "parent": under}
        post = {"$type": POST, "text": words, "createdAt": created, "reply": reply}
        self.network.write(self.anna, POST, post)
        self.network.digest()

    def replies(self) -> list[str]:
        return [str(one["value"]["text"]) for one in self._records()]

    def _records(self) -> list[dict[str, Any]]:
        where = f"repo={self.shop.did}&collection={POST}"
        address = f"{self.network.service}/xrpc/com.atproto.repo.listRecords?{where}"
        answer = HttpWeb().ask(address, allow_private=True)
        records: list[dict[str, Any]] = faults.held(answer.body)["records"]
        return records


class Town(faults.Side):
    """A shop on an instance, named in a status."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.desk = ShopDesk(
            Mastodon(),
            {"instance": instance.base},
            instance.tokens["shop"],
            "notifications",
        )

    def case(self, words: str) -> CaseId:
        name = self.instance.name("shop")
        self.status = self.instance.post("customer", f"@{name} {words}")
        return self.desk.hear(words)

    def replies(self) -> list[str]:
        context = self.instance.call("shop", "GET", f"/api/v1/statuses/{self.status['id']}/context")
        return [str(one["content"]) for one in context["descendants"]]

    def answers(self, words: str) -> None:
        context = self.instance.call("shop", "GET", f"/api/v1/statuses/{self.status['id']}/context")
        (ours,) = context["descendants"]
        name = self.instance.name("shop")
        self.instance.post("customer", f"@{name} {words}", in_reply_to_id=ours["id"])


@pytest.mark.parametrize("turn", faults.TURNS)
@pytest.mark.parametrize("fault", HERE)
def test_bluesky(network: Network, anna: Person, fault: Fault, turn: int) -> None:
    port = urlsplit(network.service).port
    assert port is not None
    meant = (b"POST /xrpc/com.atproto.repo.putRecord",)
    with faulty_line(port, fault, meant=meant) as line:
        sky = Sky(network, anna)
        case = sky.case(f"The bread was stale {fault.value} {turn:03}")
        sky.desk.move_to(service=line.address)
        faults.one_fault(sky, line, case, fault, WORDS)


@pytest.mark.parametrize("turn", faults.TURNS)
@pytest.mark.parametrize("fault", HERE)
def test_mastodon(served: tuple[str, str, str], fault: Fault, turn: int) -> None:
    port = urlsplit(served[0]).port
    assert port is not None
    with faulty_line(port, fault, meant=(b"POST /api/v1/statuses",)) as line:
        town = Town(Instance(*served))
        case = town.case(f"The bread was stale {fault.value} {turn:03}")
        town.desk.move_to(instance=line.address)
        faults.one_fault(town, line, case, fault, WORDS)


def test_who_answers_a_reply_in_doubt_proves_that_it_arrived_on_bluesky(
    network: Network, anna: Person
) -> None:
    port = urlsplit(network.service).port
    assert port is not None
    meant = (b"POST /xrpc/com.atproto.repo.putRecord",)
    with faulty_line(port, Fault.REPLY_LOST, meant=meant) as line:
        sky = Sky(network, anna)
        case = sky.case("The bread was stale, and somebody answers")
        sky.desk.move_to(service=line.address)
        faults.answered_in_doubt(sky, line, case, WORDS)


def test_who_answers_a_reply_in_doubt_proves_that_it_arrived_on_mastodon(
    served: tuple[str, str, str],
) -> None:
    port = urlsplit(served[0]).port
    assert port is not None
    with faulty_line(port, Fault.REPLY_LOST, meant=(b"POST /api/v1/statuses",)) as line:
        town = Town(Instance(*served))
        case = town.case("The bread was stale, and somebody answers")
        town.desk.move_to(instance=line.address)
        faults.answered_in_doubt(town, line, case, WORDS)
