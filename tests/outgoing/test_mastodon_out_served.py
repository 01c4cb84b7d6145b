"""Replies on Mastodon at a whole server of somebody else's making, which imitates it.

A real Mastodon was not tried. Another server can be named, as in
`tests/listening/test_mastodon_served.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from tests.listening import test_mastodon_served as served_there
from tests.listening.test_mastodon_served import NAMED, Instance, patiently
from tests.outgoing.real_place import AtARealPlace
from tests.outgoing.scripted_site import LosingWeb

from calmreply.adapters.channels.mastodon import Mastodon
from calmreply.adapters.clock import SystemClock
from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import SIGN_IN_AGAIN, SendResult
from calmreply.app.ports.listeners import Place
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Heard, Visibility
from calmreply.domain.outbox import Outcome
from calmreply.domain.reply import Address
from calmreply.errors import KnownError
from calmreply.testing.contracts.channel import sample
from calmreply.testing.ports import InThisProcess, NoWeb

served = served_there.served
NUMBERS = count(1)


class Shop:
    """The shop's account, and a customer who names it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.secret = instance.tokens["shop"]
        self.channel = Mastodon()
        self.account = Account("1", "mastodon", {"instance": instance.base})
        wall = SystemClock().read().wall
        self.tools = Tools(HttpWeb(), InThisProcess(), wall, allow_private=True)
        self.losing = replace(self.tools, web=LosingWeb("/statuses"))
        self.offline = replace(self.tools, web=NoWeb())
        self.said: dict[str, Any] = {}
        self._token = SystemEntropy().token()

    def complains(self, text: str, **form: str) -> dict[str, Any]:
        """The customer names the shop; the status."""
        self.said = self.instance.post("customer", f"@{self.instance.name('shop')} {text}", **form)
        return self.said

    def hears(self, uri: str) -> Heard:
        """The mention of that name, once it has come."""
        found: dict[str, Heard] = {}
        place = Place("notifications", self.account, self.secret, allow_private=True)

        def come() -> bool:
            tools = replace(self.tools, wall=SystemClock().read().wall)
            found.update((one.key, one) for one in self.channel.listen(place, "", tools).heard)
            return uri in found

        patiently(come)
        return found[uri]

    def wire(self, target: str, text: str, token: str, **more: str) -> tuple[bytes, str]:
        key = self.channel.key(f"{self.token}{token}", self.account)
        created = SystemClock().read().wall.isoformat().replace("+00:00", "Z")
        record = sample(target, text=text, **more)
        return self.channel.render(record, self.account, key, created), key

    def says(self, target: str, text: str, token: str = "one", **more: str) -> SendResult:
        wire, key = self.wire(target, text, token, **more)
        return self.channel.send(self.account, self.secret, wire, key, self.tools)

    def under(self, named: str) -> list[dict[str, Any]]:
        """What the customer sees under a status."""
        path = f"/api/v1/statuses/{named}/context"
        return list(self.instance.call("customer", "GET", path)["descendants"])

    # what `AtARealPlace` needs beside

    @property
    def token(self) -> str:
        return self._token

    def mention(self) -> Heard:
        if not self.said:
            self.complains(f"burnt again, {next(NUMBERS)} times")
        return self.hears(self.said["uri"])

    def edit(self) -> None:
        path = f"/api/v1/statuses/{self.said['id']}"
        name = self.instance.name("shop")
        self.instance.call("customer", "PUT", path, status=f"@{name} it was the oven")

    def delete(self) -> None:
        self.instance.call("customer", "DELETE", f"/api/v1/statuses/{self.said['id']}")

    def answer_elsewhere(self) -> None:
        self.instance.post("shop", "We call you", in_reply_to_id=self.said["id"])

    def settle(self) -> None:
        """An instance shows its own people at once what they do."""


@pytest.fixture
def shop(served: tuple[str, str, str]) -> Shop:
    return Shop(Instance(*served))


class TestMastodonLooks(AtARealPlace):
    @pytest.fixture(autouse=True)
    def _there(self, served: tuple[str, str, str]) -> None:
        self._served = served

    @contextmanager
    def place(self) -> Iterator[Shop]:
        yield Shop(Instance(*self._served))


@pytest.mark.parametrize("visibility", ["public", "unlisted", "direct"])
def test_a_reply_stands_under_the_complaint_as_visible_as_that(shop: Shop, visibility: str) -> None:
    complaint = shop.complains("burnt", visibility=visibility)
    heard = shop.hears(complaint["uri"])
    private = visibility == "direct"
    assert heard.visibility is (Visibility.PRIVATE if private else Visibility.PUBLIC)
    sent = shop.says(heard.target, "Grüße & sorry <b>🫖</b>\n\nhttps://shop.example/ä?b=1")
    assert sent.outcome is Outcome.DELIVERED
    (ours,) = shop.under(complaint["id"])
    assert (ours["visibility"], ours["uri"], ours["url"]) == (visibility, sent.reference, sent.link)
    assert ours["in_reply_to_id"] == complaint["id"]
    assert complaint["account"]["acct"] in [one["acct"] for one in ours["mentions"]]
    assert "&lt;b&gt;" in ours["content"]


def test_the_language_that_the_account_tells_is_shown(shop: Shop) -> None:
    complaint = shop.complains("burnt")
    shop.account = replace(shop.account, settings={**shop.account.settings, "language": "pt-BR"})
    sent = shop.says(shop.hears(complaint["uri"]).target, "Sentimos muito.")
    assert sent.outcome is Outcome.DELIVERED, sent.words
    (ours,) = shop.under(complaint["id"])
    assert ours["language"] == "pt"


def test_private_on_request(shop: Shop) -> None:
    complaint = shop.complains("burnt")
    target = shop.hears(complaint["uri"]).target
    assert shop.says(target, "Call us.", visibility="private").outcome is Outcome.DELIVERED
    (ours,) = shop.under(complaint["id"])
    assert ours["visibility"] == "direct"


def test_an_answer_to_our_reply_says_what_it_answers(shop: Shop) -> None:
    complaint = shop.complains("burnt")
    sent = shop.says(shop.hears(complaint["uri"]).target, "Sorry.")
    (ours,) = shop.under(complaint["id"])
    back = shop.complains("And?", in_reply_to_id=ours["id"])
    heard = shop.hears(back["uri"])
    assert (heard.answers, heard.thread) == (sent.reference, f"{heard.site}/{ours['id']}")


@pytest.mark.skipif(bool(NAMED), reason="not every kind of server honours the key")
def test_where_the_key_is_honoured_the_same_again_is_one_reply(shop: Shop) -> None:
    complaint = shop.complains("burnt")
    wire, key = shop.wire(shop.hears(complaint["uri"]).target, "Sorry.", "again")
    lost = shop.channel.send(shop.account, shop.secret, wire, key, shop.losing)
    assert lost.outcome is Outcome.UNKNOWN
    again = shop.channel.send(shop.account, shop.secret, wire, key, shop.tools)
    assert again.outcome is Outcome.DELIVERED
    assert len(shop.under(complaint["id"])) == 1


@pytest.mark.skipif(bool(NAMED), reason="not every kind of server has this limit")
def test_the_limit_is_the_one_of_the_site(shop: Shop) -> None:
    complaint = shop.complains("burnt")
    target = shop.hears(complaint["uri"]).target
    name = json.loads(shop.wire(target, "", "name")[0])["status"]["status"]
    fits = "e\u0301" * (500 - len(name))
    with pytest.raises(KnownError) as caught:
        shop.wire(target, f"{fits}x", "long")
    assert caught.value.code == "too_long"
    fits = "x" * (500 - len(name))
    assert shop.says(target, fits).outcome is Outcome.DELIVERED
    wire, key = shop.wire(target, fits, "long")
    wire = wire.replace(b"xx", b"xxx")
    result = shop.channel.send(shop.account, shop.secret, wire, key, shop.tools)
    assert (result.outcome, "500" in result.words) == (Outcome.REFUSED, True)


def test_a_wrong_token_is_told_and_stands_nowhere(shop: Shop) -> None:
    target = shop.mention().target
    shop.secret = "not-a-good-one"
    result = shop.says(target, "Sorry.")
    assert (result.outcome, result.code) == (Outcome.REFUSED, SIGN_IN_AGAIN)
    assert "not-a-good-one" not in result.words
    assert shop.under(shop.said["id"]) == []


@pytest.mark.skipif(bool(NAMED), reason="some refuse it, which is as well")
def test_what_is_gone_is_seen_before_because_the_site_takes_an_answer_to_it(shop: Shop) -> None:
    target = shop.mention().target
    shop.delete()
    to = Address("mastodon", "1", target)
    assert shop.channel.see(shop.account, shop.secret, to, shop.tools).heard is None
    assert shop.says(target, "Sorry.").outcome is Outcome.DELIVERED
