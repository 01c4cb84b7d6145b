"""Mastodon by a whole server of somebody else's making, with people who write there.

It imitates Mastodon. Another server can be named instead, with two people of it who see each
other: `CALMREPLY_TEST_MASTODON="ADDRESS SHOP_TOKEN CUSTOMER_TOKEN"`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.elsewhere import PATIENCE, free_port
from tests.listening.watched import Watched

from calmreply.adapters.channels.mastodon import Mastodon
from calmreply.adapters.clock import SystemClock
from calmreply.adapters.storage import open_store
from calmreply.adapters.web import HttpWeb
from calmreply.app import queries
from calmreply.app.home import Home
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import Place, Round
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts
from calmreply.domain.mention import Heard, Visibility
from calmreply.errors import KnownError
from calmreply.testing.clock import FakeClock
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.keys import FastKeys
from calmreply.testing.ports import InThisProcess, NoFeeds
from calmreply.testing.secrets import FakeSecrets

NAMED = os.environ.get("CALMREPLY_TEST_MASTODON", "").split()
TRIES = 480


def patiently(done: Callable[[], bool]) -> None:
    """Ask again and again, two minutes at most."""
    for _try in range(TRIES):
        if done():
            return
        threading.Event().wait(0.25)
    raise AssertionError("it did not happen in two minutes")


class Instance:
    """The server, the shop's account there and a customer's."""

    def __init__(self, base: str, shop: str, customer: str) -> None:
        self.base = base
        self.tokens = {"shop": shop, "customer": customer}
        self.web = Watched()
        self.listener = Mastodon()

    def call(self, who: str, method: str, path: str, **form: str) -> Any:
        answer = HttpWeb().ask(
            self.base + path,
            method=method,
            headers={
                "Authorization": f"Bearer {self.tokens[who]}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=urlencode(form).encode(),
            allow_private=True,
        )
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def name(self, who: str) -> str:
        return str(self.call(who, "GET", "/api/v1/accounts/verify_credentials")["acct"])

    def post(self, who: str, text: str, **form: str) -> dict[str, Any]:
        return dict(self.call(who, "POST", "/api/v1/statuses", status=text, **form))

    def round(
        self, what: str, cursor: str = "", later: timedelta = timedelta(0), token: str = ""
    ) -> Round:
        self.web.asked.clear()
        account = Account("account", "mastodon", {"instance": self.base})
        place = Place(what, account, token or self.tokens["shop"], allow_private=True)
        wall = SystemClock().read().wall + later
        return self.listener.listen(place, cursor, Tools(self.web, InThisProcess(), wall))

    def hear(self, what: str, cursor: str, count: int) -> tuple[list[Heard], str]:
        """What comes until there are so many, and the cursor then."""
        heard: list[Heard] = []
        at = [cursor]

        def enough() -> bool:
            got = self.round(what, at[0])
            heard.extend(got.heard)
            at[0] = got.cursor
            return len(heard) >= count

        patiently(enough)
        return heard, at[0]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    if NAMED:
        yield (NAMED[0], NAMED[1], NAMED[2])
        return
    folder = tmp_path_factory.mktemp("mastodon")
    port = free_port()
    words = ["serve", "--host", "127.0.0.1", "--port", str(port), "--in-memory", "--demo"]
    log = folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "mastodon_mock", *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        patiently(lambda: process.poll() is not None or is_up(log))
        assert process.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}", "grace_token", "ada_token"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def is_up(log: Path) -> bool:
    return "running on" in log.read_text()


@pytest.fixture
def instance(served: tuple[str, str, str]) -> Instance:
    return Instance(*served)


def test_what_is_said_to_us_comes_once_edits_are_told_and_deletions_seen(
    instance: Instance,
) -> None:
    start = instance.round("notifications").cursor
    shop = instance.name("shop")
    public = instance.post("customer", f"@{shop} Brot & Butter :( <b>", language="de")
    secret = instance.post(
        "customer", f"@{shop} my bill?", visibility="direct", spoiler_text="About money"
    )
    instance.post("shop", f"@{instance.name('customer')} sorry", in_reply_to_id=public["id"])
    instance.call("customer", "POST", f"/api/v1/statuses/{public['id']}/favourite")

    heard, cursor = instance.hear("notifications", start, 2)
    by_key = {one.key: one for one in heard}
    assert set(by_key) == {public["uri"], secret["uri"]}
    one, other = by_key[public["uri"]], by_key[secret["uri"]]
    assert one.text == f"@{shop} Brot & Butter :( <b>"
    assert (one.visibility, one.language) == (Visibility.PUBLIC, "de")
    assert one.url == public["url"]
    assert one.author == public["account"]["display_name"]
    assert one.handle.startswith(f"@{public['account']['acct']}@")
    assert one.published is not None
    assert abs(one.published - SystemClock().read().wall) < timedelta(minutes=2)
    assert other.visibility is Visibility.PRIVATE
    assert re.fullmatch(rf"About money\n\n@{re.escape(shop)}\S* my bill\?", other.text)

    quiet = instance.round("notifications", cursor)
    assert (quiet.heard, quiet.gone) == ((), ())
    assert instance.web.asked == ["/api/v1/notifications"]

    path = f"/api/v1/statuses/{public['id']}"
    instance.call("customer", "PUT", path, status=f"@{shop} Brot war gut")
    edited, cursor = instance.hear("notifications", quiet.cursor, 1)
    assert [(e.key, e.text) for e in edited] == [(public["uri"], f"@{shop} Brot war gut")]

    instance.call("customer", "DELETE", path)
    instance.call("customer", "DELETE", f"/api/v1/statuses/{secret['id']}")
    gone = instance.round("notifications", cursor, later=timedelta(minutes=31))
    assert set(gone.gone) == {public["uri"], secret["uri"]}
    assert gone.heard == ()
    assert instance.round("notifications", gone.cursor, later=timedelta(hours=2)).gone == ()


def test_a_hashtag_and_a_search_find_what_strangers_say(instance: Instance) -> None:
    tag = instance.listener.what({"watch": "tag", "words": "#ZwiebackDay"})
    search = instance.listener.what({"watch": "search", "words": "Zwieback crumbs"})
    before = {what: instance.round(what).cursor for what in (tag, search)}
    instance.post("customer", "#zwiebackday is here")
    instance.post("customer", "only Zwieback crumbs left")
    instance.post("shop", "our Zwieback crumbs #zwiebackday")
    heard, cursor = instance.hear(tag, before[tag], 1)
    assert [one.text for one in heard] == ["#zwiebackday is here"]
    assert instance.round(tag, cursor).heard == ()
    found, cursor = instance.hear(search, before[search], 1)
    assert [one.text for one in found] == ["only Zwieback crumbs left"]
    assert instance.round(search, cursor).heard == ()


def test_a_long_list_is_read_page_by_page(instance: Instance) -> None:
    start = instance.round("tag:manyloaves").cursor
    for number in range(90):
        instance.post("customer", f"loaf {number} #manyloaves")
    first = instance.round("tag:manyloaves")
    assert len(first.heard) == len({one.key for one in first.heard}) == 90
    again = instance.round("tag:manyloaves", start)
    assert {one.key for one in again.heard} == {one.key for one in first.heard}
    assert instance.round("tag:manyloaves", again.cursor).heard == ()
    assert len(instance.web.asked) == 1


@pytest.mark.skipif(bool(NAMED), reason="what is deleted elsewhere takes its time to be gone here")
def test_the_whole_road_from_an_account_to_what_is_kept(instance: Instance, tmp_path: Path) -> None:
    store = open_store(tmp_path / "home")
    secrets, entropy = FakeSecrets(), CountingEntropy(3)
    clock = FakeClock(wall=SystemClock().read().wall)
    home = Home(
        store=store,
        clock=clock,
        entropy=entropy,
        keys=FastKeys(entropy, secrets, "home"),
        secrets=secrets,
        web=HttpWeb(),
        feeds=NoFeeds(),
        apart=InThisProcess(),
        channels={},
        listeners={"mastodon": instance.listener},
        run="run-1",
    )
    people.found_home(home)
    token = instance.tokens["shop"]
    accounts.add(home, None, "mastodon", {"instance": instance.base}, token)
    said = {"watch": "tag", "words": "#wholeroad"}
    with pytest.raises(KnownError) as refused:
        listen.add_place(home, "mastodon", said)
    assert refused.value.code == "not_protected"
    listen.add_place(home, "mastodon", said, allow_private=True)

    def poll() -> tuple[int, int]:
        clock.advance(minutes=31)
        (source,) = listen.sources(home)
        polled = listen.poll(home, source)
        assert polled.error is None
        return polled.new, polled.changed

    assert poll() == (0, 0)
    posted = instance.post("customer", "#wholeroad the loaf was burnt")
    path = f"/api/v1/statuses/{posted['id']}"
    assert poll() == (1, 0)
    assert poll() == (0, 0)
    instance.call("customer", "PUT", path, status="#wholeroad the loaf was fine")
    assert poll() == (0, 1)
    assert [one.row.text for one in queries.inbox(home)] == ["#wholeroad the loaf was fine"]
    instance.call("customer", "DELETE", path)
    poll()
    (row,) = queries.inbox(home)
    with store.read() as tx:
        mention = tx.mention(row.row.mention)
    assert mention is not None
    assert mention.gone is not None
    kept = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    assert token.encode() not in kept
    store.close()


def test_a_wrong_token_is_said_and_a_good_one_stands_nowhere(instance: Instance) -> None:
    with pytest.raises(KnownError) as caught:
        instance.round("notifications", token="not-a-good-one")
    assert caught.value.code == "sign_in_again"
    assert "not-a-good-one" not in str(caught.value)
    got = instance.round("notifications")
    assert instance.tokens["shop"] not in got.cursor + got.title
    assert instance.web.asked[:1] == ["/api/v1/accounts/verify_credentials"]
