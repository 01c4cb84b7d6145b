"""Replies on Bluesky for real: its own data server and index, with people who write there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from tests.listening.bluesky_net.network import Network, Person, running
from tests.outgoing.real_place import AtARealPlace
from tests.outgoing.scripted_site import LosingWeb

from calmreply.adapters.channels.bluesky import Bluesky
from calmreply.adapters.clock import SystemClock
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import SIGN_IN_AGAIN, SendResult
from calmreply.app.ports.listeners import Place
from calmreply.app.ports.storage import Account
from calmreply.domain import reply
from calmreply.domain.mention import Heard
from calmreply.domain.outbox import Outcome
from calmreply.domain.reply import Address
from calmreply.errors import KnownError
from calmreply.testing.contracts.channel import sample
from calmreply.testing.ports import InThisProcess, NoWeb

pytestmark = pytest.mark.timeout(1200)  # the first time it is compiled

POST = "app.bsky.feed.post"
NUMBERS = count(1)


def now() -> datetime:
    return SystemClock().read().wall


def post(text: str, **more: Any) -> dict[str, Any]:
    created = now().isoformat().replace("+00:00", "Z")
    return {"$type": POST, "text": text, "createdAt": created, **more}


class Shop:
    """The shop's account, and a customer who names it."""

    def __init__(self, network: Network, anna: Person) -> None:
        self.network, self.anna = network, anna
        self.person = network.join(f"shop{next(NUMBERS)}")
        self.secret = network.app_password(self.person)
        self.channel = Bluesky()
        settings = {"service": network.service, "handle": f"@{self.person.handle}"}
        self.account = Account("1", "bluesky", settings)
        self.tools = Tools(HttpWeb(), InThisProcess(), now(), allow_private=True)
        self.losing = replace(self.tools, web=LosingWeb("putRecord"))
        self.offline = replace(self.tools, web=NoWeb())
        self.said: dict[str, str] = {}

    def complains(self, text: str, **more: Any) -> dict[str, str]:
        """Anna names the shop; the reference of her post."""
        name = f"@{self.person.handle}"
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": self.person.did}
        index = {"byteStart": 0, "byteEnd": len(name)}
        facets = [{"index": index, "features": [feature]}]
        whole = post(f"{name} {text}", facets=facets, **more)
        self.said = self.network.write(self.anna, POST, whole)
        self.network.digest()
        return self.said

    def hears(self) -> dict[str, Heard]:
        """What is said to the shop, by its key."""
        place = Place("notifications", self.account, self.secret, allow_private=True)
        tools = replace(self.tools, wall=now())
        return {one.key: one for one in self.channel.listen(place, "", tools).heard}

    def says(self, target: str, text: str, token: str = "one") -> SendResult:
        record = {**sample(target, text=text), "links": list(reply.links(text))}
        key = self.channel.key(token, self.account)
        created = now().isoformat().replace("+00:00", "Z")
        wire = self.channel.render(record, self.account, key, created)
        return self.channel.send(self.account, self.secret, wire, key, self.tools)

    def thread_of(self, uri: str) -> list[Any]:
        """What stands right under a post, as Anna sees it."""
        who = {"Authorization": f"Bearer {self.anna.token}"}
        address = f"{self.network.service}/xrpc/app.bsky.feed.getPostThread?uri={uri}&depth=2"
        answer = HttpWeb().ask(address, headers=who, allow_private=True)
        assert answer.status == 200, answer.body
        return list(json.loads(answer.body)["thread"]["replies"])

    # what `AtARealPlace` needs beside

    @property
    def token(self) -> str:
        return f"token of {self.person.did}"

    def mention(self) -> Heard:
        if not self.said:
            self.complains("burnt again")
        return self.hears()[self.said["uri"]]

    def edit(self) -> None:
        key = self.said["uri"].rpartition("/")[2]
        whole = {"repo": self.anna.did, "collection": POST, "rkey": key}
        told = post("it was the oven")
        self.network.call("com.atproto.repo.putRecord", {**whole, "record": told}, self.anna.token)

    def delete(self) -> None:
        self.network.delete(self.anna, self.said["uri"])

    def answer_elsewhere(self) -> None:
        reply = {"root": self.said, "parent": self.said}
        self.network.write(self.person, POST, post("We call you", reply=reply))

    def settle(self) -> None:
        self.network.digest()


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with running(tmp_path_factory.mktemp("bluesky")) as network:
        yield network


@pytest.fixture(scope="module")
def anna(network: Network) -> Person:
    return network.join("anna")


@pytest.fixture
def shop(network: Network, anna: Person) -> Shop:
    return Shop(network, anna)


class TestBlueskyLooks(AtARealPlace):
    @pytest.fixture(autouse=True)
    def _there(self, network: Network, anna: Person) -> None:
        self._network, self._anna = network, anna

    @contextmanager
    def place(self) -> Iterator[Shop]:
        yield Shop(self._network, self._anna)


def test_a_reply_stands_under_the_complaint_and_its_answer_comes_back(
    network: Network, anna: Person, shop: Shop
) -> None:
    root = network.write(anna, POST, post("Where to have breakfast?"))
    complaint = shop.complains("burnt", reply={"root": root, "parent": root})
    heard = shop.hears()[complaint["uri"]]
    assert (heard.thread, heard.answers) == (root["uri"], root["uri"])

    text = "Grüße @anna.test, 🫖 see https://shop.example/ä?b=1. Sorry!"
    sent = shop.says(heard.target, text)
    assert (sent.outcome, sent.link) == (Outcome.DELIVERED, "")
    network.digest()
    (ours,) = shop.thread_of(complaint["uri"])
    record = ours["post"]["record"]
    assert ours["post"]["uri"] == sent.reference
    assert (record["text"], record["reply"]["root"]["uri"]) == (text, root["uri"])
    raw = text.encode()
    shown = {
        raw[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(): one["features"][0]
        for one in record["facets"]
    }
    assert set(shown) == {"@anna.test", "https://shop.example/ä?b=1"}
    assert shown["@anna.test"]["did"] == anna.did

    under = {"uri": sent.reference, "cid": ours["post"]["cid"]}
    back = network.write(anna, POST, post("And?", reply={"root": root, "parent": under}))
    network.digest()
    answer = shop.hears()[back["uri"]]
    assert answer.answers == sent.reference
    assert answer.thread == root["uri"]


def test_the_language_that_the_account_tells_is_shown(network: Network, shop: Shop) -> None:
    complaint = shop.complains("burnt")
    shop.account = replace(shop.account, settings={**shop.account.settings, "language": "pt-BR"})
    sent = shop.says(shop.hears()[complaint["uri"]].target, "Sentimos muito.")
    assert sent.outcome is Outcome.DELIVERED, sent.words
    network.digest()
    (ours,) = shop.thread_of(complaint["uri"])
    assert ours["post"]["record"]["langs"] == ["pt-BR"]


def test_the_same_bytes_ever_so_often_make_one_reply(network: Network, shop: Shop) -> None:
    complaint = shop.complains("burnt")
    target = shop.mention().target
    record = sample(target, text="We are sorry.")
    key = shop.channel.key("one", shop.account)
    wire = shop.channel.render(record, shop.account, key, "2026-03-03T09:00:00.000Z")
    lost = shop.channel.send(shop.account, shop.secret, wire, key, shop.losing)
    assert lost.outcome is Outcome.UNKNOWN
    ends = [Bluesky().send(shop.account, shop.secret, wire, key, shop.tools) for _again in range(3)]
    assert {one.outcome for one in ends} == {Outcome.DELIVERED}
    assert len({one.reference for one in ends}) == 1
    network.digest()
    assert len(shop.thread_of(complaint["uri"])) == 1


LIMITS = {
    "e\u0301" * 300: True,
    "e\u0301" * 301: False,
    "🇩🇪" * 301: False,
    "👩‍👩‍👧‍👦" * 120: True,  # 3000 bytes
    "👩‍👩‍👧‍👦" * 120 + "a": False,
    "क्षि" * 250: True,
}


def test_the_limit_is_the_one_of_the_site(shop: Shop) -> None:
    target = shop.mention().target
    limit = shop.channel.rules("Bluesky").max_length
    assert limit is not None
    for number, (text, taken) in enumerate(LIMITS.items()):
        assert (shop.channel.length(text) <= limit) == taken
        result = shop.says(target, text, f"token {number}")
        assert result.outcome is (Outcome.DELIVERED if taken else Outcome.REFUSED), text
        assert taken or "maximum" in result.words


def test_a_worn_out_session_is_renewed_and_a_wrong_password_told(shop: Shop) -> None:
    target = shop.mention().target
    (kept,) = shop.channel._sessions._kept.values()
    object.__setattr__(kept.session, "access", "worn.out.token")
    assert shop.says(target, "Sorry.").outcome is Outcome.DELIVERED
    shop.secret = "not-the-right-one"
    result = shop.says(target, "Sorry.", "two")
    assert (result.outcome, result.code) == (Outcome.REFUSED, SIGN_IN_AGAIN)
    assert "not-the-right-one" not in result.words


def test_what_lets_nobody_answer_is_said_before(network: Network, anna: Person, shop: Shop) -> None:
    complaint = shop.complains("burnt")
    target = shop.mention().target
    gate = {
        "$type": "app.bsky.feed.threadgate",
        "post": complaint["uri"],
        "allow": [],
        "createdAt": post("")["createdAt"],
    }
    key = complaint["uri"].rpartition("/")[2]
    whole = {"repo": anna.did, "collection": gate["$type"], "rkey": key, "record": gate}
    network.call("com.atproto.repo.putRecord", whole, anna.token)
    network.digest()
    with pytest.raises(KnownError) as caught:
        shop.channel.see(shop.account, shop.secret, Address("bluesky", "1", target), shop.tools)
    assert caught.value.code == "not_allowed"
