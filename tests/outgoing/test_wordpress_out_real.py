"""Replies to comments on a real WordPress: posted once, found again, moderated."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from tests.listening.real_wordpress import RealWordPress, running

from calmreply.adapters.channels.wordpress import WordPress
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Cancelled, Download, Tools
from calmreply.app.ports.channels import SIGN_IN_AGAIN, SendResult
from calmreply.app.ports.listeners import Place
from calmreply.app.ports.storage import Account
from calmreply.domain.outbox import Outcome, Showing
from calmreply.domain.own_site import Moderation
from calmreply.domain.reply import Address
from calmreply.errors import KnownError
from calmreply.testing.contracts import channel as contracts
from calmreply.testing.contracts.channel import CREATED, Road, sample
from calmreply.testing.contracts.looks import LooksContract
from calmreply.testing.ports import InThisProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from calmreply.domain.mention import Heard

pytestmark = pytest.mark.timeout(600)  # the first test may have to install it all
WALL = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = 'Dear Carla,\n\nwe are "sorry" -- it was 5 < 6 & <b>not</b> right... 🫖\nAnna'
FLOOD = b'{"code":"comment_flood","message":"You are posting comments too quickly."}'
CLOSED = b'{"code":"rest_comment_closed","message":"Sorry, comments are closed for this item."}'


@dataclass
class RoadWeb:
    """The real web, except for what a road does to a POST of a comment."""

    road: Road = Road.OPEN
    posted: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _web: HttpWeb = field(default_factory=HttpWeb)

    def ask(
        self,
        address: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes = b"",
        allow_private: bool = False,
        cancelled: Cancelled | None = None,
    ) -> Download:
        self.asked.append(address)
        if self.road is Road.CLOSED:
            raise KnownError("cannot_connect", "Nothing answers there.", "Try later.")
        posts = method == "POST"
        if posts and self.road in (Road.LATER, Road.REFUSES):
            status, said = (400, FLOOD) if self.road is Road.LATER else (403, CLOSED)
            return Download(address, address, status, {}, said)
        done = self._web.ask(
            address,
            method=method,
            headers=headers,
            body=body,
            allow_private=allow_private,
            cancelled=cancelled,
        )
        if posts:
            self.posted.append(body)
            if self.road is Road.ANSWER_LOST:
                raise KnownError("broken_answer", "The answer broke off.", "Look there.")
        return done

    def get(self, address: str, **said: Any) -> Download:
        return self._web.get(address, **said)


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWordPress]:
    yield from running(tmp_path_factory.mktemp("wordpress"))


@dataclass
class Shop:
    """The site with one approved comment of Carla's on it, and what leaves for it."""

    site: RealWordPress
    carla: int
    web: RoadWeb = field(default_factory=RoadWeb)
    channel: WordPress = field(default_factory=WordPress)

    @property
    def tools(self) -> Tools:
        return Tools(self.web, InThisProcess(), WALL, allow_private=True)

    @property
    def target(self) -> str:
        return f"1/{self.carla}"

    def account(self, name: str = "anna") -> tuple[Account, str]:
        settings = {"address": self.site.address, "user": name}
        return Account("1", "wordpress", settings), self.site.passwords[name]

    def wire(self, text: str = TEXT, token: str = "one", target: str = "") -> tuple[bytes, str]:
        key = self.channel.key(token, None)
        record = sample(target or self.target, text=text)
        return self.channel.render(record, None, key, CREATED), key

    def send(self, wire: tuple[bytes, str], name: str = "anna") -> SendResult:
        return self.channel.send(*self.account(name), *wire, self.tools)

    def find(self, wire: tuple[bytes, str], name: str = "anna") -> Any:
        return self.channel.find(*self.account(name), *wire, self.tools)

    def see(self, name: str = "anna", target: str = "") -> Any:
        to = Address("wordpress", "1", target or self.target)
        return self.channel.see(*self.account(name), to, self.tools)

    def moderate(self, what: Moderation, name: str = "anna", target: str = "") -> None:
        to = Address("wordpress", "1", target or self.target)
        self.channel.moderate(*self.account(name), to, what, self.tools)

    def heard(self, name: str = "anna") -> dict[str, Heard]:
        where = Place("all", *self.account(name), allow_private=True)
        found = self.channel.listen(where, "", self.tools)
        return {one.target: one for one in found.heard}

    def replies(self) -> list[Any]:
        path = f"comments?parent={self.carla}&status=any&context=edit&order=asc"
        found: list[Any] = self.site.call("GET", path)
        return found


@pytest.fixture
def shop(real: RealWordPress) -> Iterator[Shop]:
    real.php('$wpdb->query("DELETE FROM wp_comments");')
    carla = real.visitor("Carla", "It was <b>cold</b>")
    real.call("POST", f"comments/{carla}", {"status": "approved"})
    yield Shop(real, carla)
    real.passwords_off(off=False)


class World:
    """For the contract: `received` are the bodies that reached the site."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.channel = shop.channel
        self.secret = shop.account()[1]

    def account(self, road: Road) -> Account:
        self._shop.web.road = road
        return self._shop.account()[0]

    def received(self) -> list[bytes]:
        return self._shop.web.posted

    def heard(self) -> Heard:
        return self._shop.heard()[self._shop.target]

    def change(self) -> None:
        self._shop.site.call("POST", f"comments/{self._shop.carla}", {"content": "Worse"})

    def take_away(self) -> None:
        self._shop.site.call("DELETE", f"comments/{self._shop.carla}")

    def answer_elsewhere(self) -> None:
        told = {"post": 1, "parent": self._shop.carla, "content": "We call you"}
        self._shop.site.call("POST", "comments", told)


class TestWordPressSendsAndLooks(LooksContract):
    @pytest.fixture(autouse=True)
    def _stands_there(self, shop: Shop) -> None:
        self._shop = shop

    def make(self) -> WordPress:
        return WordPress()

    def account(self) -> Account:
        return self._shop.account()[0]

    def target(self) -> str:
        return self._shop.target

    def tools(self, *, cancelled: bool = False) -> Tools:
        return replace(contracts.tools(self._shop.web, cancelled=cancelled), allow_private=True)

    def world(self) -> AbstractContextManager[World]:
        self._shop.web = RoadWeb()
        for one in self._shop.replies():
            self._shop.site.call("DELETE", f"comments/{one['id']}?force=true")
        return nullcontext(World(self._shop))


def test_a_reply_stands_under_the_comment_as_it_was_signed_and_is_found_there(shop: Shop) -> None:
    wire = shop.wire()
    assert shop.find(wire).showing is Showing.ABSENT
    sent = shop.send(wire)
    (there,) = shop.replies()
    assert (sent.outcome, sent.pending, sent.words) == (Outcome.DELIVERED, False, "")
    assert sent.link == there["link"]
    assert there["author_user_agent"] == wire[1]
    assert "&lt;b&gt;not&lt;/b&gt;" in there["content"]["rendered"]
    found = shop.find(wire)
    assert (found.showing, found.reference, found.link) == (
        Showing.SHOWN,
        sent.reference,
        sent.link,
    )
    assert shop.see().answered == ""  # it is ours, and known


def test_the_same_words_again_are_the_reply_that_stands_there(shop: Shop) -> None:
    first = shop.send(shop.wire())
    shop.site.call("POST", f"comments/{shop.replies()[0]['id']}", {"status": "hold"})
    again = shop.send(shop.wire(token="two"))
    assert (again.outcome, again.reference) == (Outcome.DELIVERED, first.reference)
    assert (again.pending, len(shop.replies())) == (True, 1)


def test_an_answer_that_was_lost_is_found(shop: Shop) -> None:
    wire = shop.wire()
    shop.web.road = Road.ANSWER_LOST
    assert shop.send(wire).outcome is Outcome.UNKNOWN
    shop.web.road = Road.OPEN
    assert shop.find(wire).showing is Showing.SHOWN
    assert len(shop.replies()) == 1


@pytest.mark.parametrize(("status", "word"), [("spam", "spam"), ("trash", "trash")])
def test_taken_away_by_somebody_is_rejected_and_words_alone_do_not_find_it(
    shop: Shop, status: str, word: str
) -> None:
    wire = shop.wire()
    shop.send(wire)
    number = shop.replies()[0]["id"]
    shop.site.call("POST", f"comments/{number}", {"status": "hold"})
    assert shop.find(wire).showing is Showing.PENDING
    shop.site.call("POST", f"comments/{number}", {"status": status})
    found = shop.find(wire)
    assert found.showing is Showing.REJECTED
    assert word in found.words
    assert shop.find(shop.wire(token="other")).showing is Showing.ABSENT


def test_a_reply_stays_found_when_its_comment_is_deleted(shop: Shop) -> None:
    wire = shop.wire()
    shop.send(wire)
    shop.site.call("DELETE", f"comments/{shop.carla}?force=true")
    assert shop.find(wire).showing is Showing.SHOWN
    assert shop.see().heard is None


def test_what_is_seen_is_what_was_heard_until_it_changes(shop: Shop) -> None:
    for name in ("anna", "ben", "sue"):
        heard = shop.heard(name)[shop.target]
        assert shop.see(name).heard.digest == heard.digest
        assert (heard.thread, heard.answers) == ("1", "")
    before = shop.see().heard.digest
    shop.site.call("POST", f"comments/{shop.carla}", {"content": "It was cold and dirty"})
    after = shop.see().heard
    assert (after.digest != before, after.text) == (True, "It was cold and dirty")
    for status in ("trash", "spam"):
        shop.site.call("POST", f"comments/{shop.carla}", {"status": status})
        assert shop.see().heard is None
    assert shop.see(target="1/99999").heard is None  # WordPress itself would take an answer to it


def test_an_answer_given_on_the_site_itself_is_told(shop: Shop) -> None:
    told = {"post": 1, "parent": shop.carla, "content": "We call you"}
    shop.site.call("POST", "comments", told, name="eve")
    assert shop.see().answered == ""  # somebody else's words
    ours = shop.site.call("POST", "comments", told)
    assert shop.see().answered == ours["link"]
    shop.site.call("DELETE", f"comments/{ours['id']}")
    assert shop.see().answered == ""


def test_an_answer_to_our_reply_names_it(shop: Shop) -> None:
    sent = shop.send(shop.wire())
    (ours,) = shop.replies()
    shop.site.php(
        "wp_insert_comment(['comment_post_ID' => 1, 'comment_approved' => 1, "
        f"'comment_parent' => {ours['id']}, 'comment_author' => 'Carla', "
        "'comment_content' => 'Still cold']);"
    )
    heard = {one.text: one for one in shop.heard().values()}
    assert set(heard) == {"It was cold", "Still cold"}
    assert heard["Still cold"].answers == sent.reference


def test_an_author_is_held_and_finds_what_waits(shop: Shop) -> None:
    mine = {"title": "Anna's", "content": "Words", "status": "publish"}
    post = shop.site.call("POST", "posts", mine)["id"]
    comment = {
        "post": post,
        "content": "Cold",
        "author_name": "Dora",
        "author_email": "d@d.example",
    }
    number = shop.site.call("POST", "comments", comment, name="eve")["id"]
    wire = shop.wire('We\'re "sorry" -- really...', target=f"{post}/{number}")
    sent = shop.send(wire, "ben")
    assert (sent.outcome, sent.pending) == (Outcome.DELIVERED, True)
    found = shop.find(wire, "ben")
    assert (found.showing, found.reference) == (Showing.PENDING, sent.reference)
    assert shop.find(shop.wire("Never sent", "x", f"{post}/{number}"), "ben").showing is (
        Showing.ABSENT
    )


def test_who_only_reads_is_not_told_absent(shop: Shop) -> None:
    wire = shop.wire()
    sent = shop.send(wire, "sue")
    assert sent.outcome is Outcome.DELIVERED
    if sent.pending:
        assert code(lambda: shop.find(wire, "sue")) == "not_allowed"
    shop.site.call("POST", f"comments/{shop.replies()[0]['id']}", {"status": "approved"})
    assert shop.find(wire, "sue").showing is Showing.SHOWN


def test_refusals_say_why(shop: Shop) -> None:
    empty = shop.send(shop.wire("  \n "))
    long = shop.send(shop.wire("é" * 33_000))
    most = shop.send(shop.wire("é" * 32_762 + "a"))
    assert [one.outcome for one in (empty, long, most)] == [
        Outcome.REFUSED,
        Outcome.REFUSED,
        Outcome.DELIVERED,
    ]
    assert "empty" in empty.words
    assert "longer" in long.words
    limit = shop.channel.rules("").max_length
    assert limit == shop.channel.length("é" * 32_762 + "a")
    shop.site.call("POST", "posts/1", {"comment_status": "closed"})
    try:
        closed = shop.send(shop.wire())
    finally:
        shop.site.call("POST", "posts/1", {"comment_status": "open"})
    assert (closed.outcome, closed.code) == (Outcome.REFUSED, "")
    assert "closed" in closed.words
    gone = shop.send(shop.wire(target=f"777/{shop.carla}"))
    assert (gone.outcome, gone.code) == (Outcome.REFUSED, "")


def test_a_password_taken_back_asks_to_sign_in_again(shop: Shop) -> None:
    account, _secret = shop.account()
    result = shop.channel.send(account, "wrong", *shop.wire(), shop.tools)
    assert (result.outcome, result.code) == (Outcome.REFUSED, SIGN_IN_AGAIN)
    assert code(lambda: shop.channel.test(account, "wrong", shop.tools)) == "sign_in_again"
    assert shop.replies() == []


def test_each_way_of_moderating_once_and_twice(shop: Shop) -> None:
    path = f"comments/{shop.carla}?context=edit"
    expected = {"hold": "hold", "spam": "spam", "trash": "trash", "show": "approved"}
    for what in (Moderation.HOLD, Moderation.SPAM, Moderation.TRASH, Moderation.SHOW):
        for _turn in range(2):
            shop.moderate(what)
            assert shop.site.call("GET", path)["status"] == expected[what.value]
    shop.web.road = Road.ANSWER_LOST
    shop.moderate(Moderation.HOLD)
    shop.site.call("DELETE", f"comments/{shop.carla}?force=true")
    shop.moderate(Moderation.TRASH)
    assert code(lambda: shop.moderate(Moderation.SHOW)) == "not_there"


@pytest.mark.parametrize("name", ["ben", "sue"])
def test_who_may_not_moderate_is_told_so(shop: Shop, name: str) -> None:
    assert code(lambda: shop.moderate(Moderation.TRASH, name)) == "not_allowed"
    shop.site.call("POST", f"comments/{shop.carla}", {"status": "hold"})
    assert code(lambda: shop.moderate(Moderation.SHOW, name)) == "not_allowed"


def code(action: Any) -> str:
    with pytest.raises(KnownError) as caught:
        action()
    assert caught.value.words
    assert caught.value.way_out
    return caught.value.code
