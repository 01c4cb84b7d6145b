"""Replies on Bluesky where the site answers oddly: what each answer is told as."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from tests.outgoing.scripted_site import CUT, Answer, Asked, ScriptedSite, closed, running

from calmreply.adapters.channels.bluesky import Bluesky, wording
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import SIGN_IN_AGAIN, Found, LookLaterError, SendResult
from calmreply.app.ports.listeners import Place
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Heard
from calmreply.domain.outbox import Outcome, Showing
from calmreply.domain.reply import Address
from calmreply.errors import KnownError
from calmreply.testing.contracts.channel import CREATED, FIRST, Road, sample
from calmreply.testing.contracts.looks import LooksContract
from calmreply.testing.ports import InThisProcess

WALL: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD: Final = "abcd-efgh-ijkl-mnop"
CID: Final = "bafyreib2rxk3rh6kzwq4cd2ue6e7gvbzm6x4q2kpxpwrk3lvb5cm2jd2aa"
CID2: Final = CID.replace("2", "3")
PARENT: Final = "at://did:plc:anna/app.bsky.feed.post/3kabc"
MINE: Final = "at://did:plc:shop/app.bsky.feed.post"
ROOT: Final = "at://did:plc:bob/app.bsky.feed.post/3kroot"
TARGET: Final = f"{PARENT} {CID} {ROOT} {CID2} @anna.example"
KEY: Final = wording.tid(FIRST)
SERVER: Final = "/xrpc/com.atproto.server."
CREATE, GET_SESSION = f"POST {SERVER}createSession", f"GET {SERVER}getSession"
PUT, GET = "POST /xrpc/com.atproto.repo.putRecord", "GET /xrpc/com.atproto.repo.getRecord"
REFRESH: Final = f"POST {SERVER}refreshSession"
THREAD: Final = "GET /xrpc/app.bsky.feed.getPostThread"
NEWS: Final = "GET /xrpc/app.bsky.notification.listNotifications"
TOOLS: Final = Tools(HttpWeb(), InThisProcess(), WALL, allow_private=True)


SESSION: Final = {
    "did": "did:plc:shop",
    "handle": "shop.example",
    "accessJwt": "shop.access",
    "refreshJwt": "shop.refresh",
}


def view(**more: Any) -> dict[str, Any]:
    """Anna's post."""
    record = {
        "text": "burnt",
        "createdAt": "2026-11-20T12:00:00Z",
        "reply": {"root": {"uri": ROOT, "cid": CID2}},
    }
    author = {"did": "did:plc:anna", "handle": "anna.example"}
    return {"uri": PARENT, "cid": CID, "author": author, "record": record, **more}


def under(uri: str, record: dict[str, Any]) -> dict[str, Any]:
    """One of the replies that a thread shows."""
    author = {"did": uri.split("/")[2], "handle": "shop.example"}
    return {"post": {"uri": uri, "cid": CID, "author": author, "record": record}}


def answer(created: str, to: str = "") -> dict[str, Any]:
    """What somebody wrote under Anna's post at the site itself."""
    parent = {"uri": to or PARENT, "cid": CID}
    return {"text": "We call you", "createdAt": created, "reply": {"parent": parent}}


class Sky:
    """A site that takes what it is given, as the real one does, until it is told otherwise."""

    def __init__(self, site: ScriptedSite) -> None:
        self.site = site
        self.road = Road.OPEN
        self.kept: dict[str, Any] = {}
        self.received: list[Any] = []
        self.shown: dict[str, Any] | None = view()
        self.others: list[Any] = []
        site.answers(CREATE, Answer(SESSION))
        site.answers(GET_SESSION, Answer(SESSION))
        site.answers(REFRESH, Answer(SESSION))
        site.says |= {PUT: self._put, GET: self._get, THREAD: self._thread, NEWS: self._news}
        site.says["GET /xrpc/app.bsky.feed.getPosts"] = self._thread

    def _put(self, asked: Asked) -> Answer:
        match self.road:
            case Road.REFUSES:
                return Answer({"error": "InvalidRequest", "message": "Record/text is bad"}, 400)
            case Road.LATER:
                return Answer({"error": "RateLimitExceeded"}, 429, {"Retry-After": "120"})
            case _:
                said = asked.said
                self.received.append(said)
                uri = f"at://{said['repo']}/{said['collection']}/{said['rkey']}"
                new = self.kept.get(uri) != said["record"]
                self.kept[uri] = said["record"]
                commit = {"commit": {"rev": "1"}} if new else {}
                lost = self.road is Road.ANSWER_LOST
                return CUT if lost else Answer({"uri": uri, "cid": CID, **commit})

    def _get(self, asked: Asked) -> Answer:
        query = asked.query
        uri = "/".join(("at:/", query["repo"][0], query["collection"][0], query["rkey"][0]))
        if uri not in self.kept:
            return Answer({"error": "RecordNotFound", "message": "Could not locate it"}, 400)
        return Answer({"uri": uri, "cid": CID, "value": self.kept[uri]})

    def _thread(self, _asked: Asked) -> Answer:
        gone = Answer({"error": "NotFound", "message": "Post not found"}, 400)
        if self.shown is None:
            return gone
        replies = [under(uri, record) for uri, record in self.kept.items()]
        return Answer({"thread": {"post": self.shown, "replies": [*replies, *self.others]}})

    def _news(self, _asked: Asked) -> Answer:
        assert self.shown is not None
        return Answer({"notifications": [self.shown | {"reason": "mention"}]})

    @property
    def account(self) -> Account:
        return Account("1", "bluesky", {"service": self.site.base, "handle": "shop.example"})


@dataclass
class SkyWorld:
    sky: Sky
    channel: Bluesky
    secret: str = PASSWORD

    def account(self, road: Road) -> Account:
        self.sky.road = road
        account = self.sky.account
        if road is Road.CLOSED:
            return replace(account, settings={**account.settings, "service": closed()})
        return account

    def received(self) -> list[bytes]:
        return [
            json.dumps(
                {
                    "from": wording.sender(self.sky.account),
                    "key": put["rkey"],
                    "post": put["record"],
                },
                ensure_ascii=False,
                sort_keys=True,
                separators=(",", ":"),
            ).encode()
            for put in self.sky.received
        ]

    def heard(self) -> Heard:
        place = Place("notifications", self.sky.account, PASSWORD, allow_private=True)
        (heard,) = self.channel.listen(place, "", TOOLS).heard
        assert heard.target == TARGET
        return heard

    def change(self) -> None:
        self.sky.shown = view(record={"text": "it was the oven", "createdAt": CREATED})

    def take_away(self) -> None:
        self.sky.shown = None

    def answer_elsewhere(self) -> None:
        self.sky.others.append(under(f"{MINE}/3kown", answer(CREATED)))


class TestBlueskyIsAChannel(LooksContract):
    def make(self) -> Bluesky:
        return Bluesky()

    def account(self) -> Account:
        settings = {"service": "https://bsky.social", "handle": "shop.example"}
        return Account("1", "bluesky", settings)

    def target(self) -> str:
        return TARGET

    def tools(self, *, cancelled: bool = False) -> Tools:
        return replace(TOOLS, cancelled=lambda: cancelled)

    @contextmanager
    def world(self) -> Iterator[SkyWorld]:
        with running() as site:
            yield SkyWorld(Sky(site), Bluesky())


# --- what is answered -----------------------------------------------------------------------


class Shop:
    """The shop's own account at a scripted site."""

    def __init__(self, site: ScriptedSite) -> None:
        self.site = site
        self.sky = Sky(site)
        self.channel = Bluesky()
        self.open = (self.sky.account, PASSWORD)
        self.tools = TOOLS
        self.key = wording.tid(FIRST)

    def send(self) -> SendResult:
        wire = wording.render(sample(TARGET), self.open[0], self.key, CREATED)
        result = self.channel.send(*self.open, wire, self.key, self.tools)
        assert PASSWORD not in result.words
        assert "shop.access" not in result.words
        return result

    def find(self) -> Found:
        wire = wording.render(sample(TARGET), self.open[0], self.key, CREATED)
        return self.channel.find(*self.open, wire, self.key, self.tools)

    def see(self) -> Any:
        to = Address("bluesky", "1", TARGET)
        return self.channel.see(*self.open, to, self.tools).heard


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running() as site:
        yield Shop(site)


def error(name: str, words: str = "") -> dict[str, str]:
    return {"error": name, "message": words}


OURS: Final = f"at://did:plc:shop/app.bsky.feed.post/{wording.tid(FIRST)}"


@pytest.mark.parametrize(
    ("status", "said", "outcome", "code"),
    [
        (200, {"uri": OURS, "cid": CID, "commit": {"cid": CID, "rev": "1"}}, "DELIVERED", ""),
        (200, {"uri": OURS, "cid": CID}, "DELIVERED", ""),
        (200, {"uri": OURS.replace("shop", "other"), "cid": CID}, "UNKNOWN", ""),
        (200, "<h1>Welcome to the hotel</h1>", "UNKNOWN", ""),
        (200, [OURS], "UNKNOWN", ""),
        (302, "", "REFUSED", ""),
        (400, error("InvalidRequest", "grapheme too big (maximum 300)"), "REFUSED", ""),
        (400, error("ExpiredToken"), "REFUSED", SIGN_IN_AGAIN),
        (400, error("InvalidToken"), "REFUSED", SIGN_IN_AGAIN),
        (400, "<h1>Bad</h1>", "REFUSED", ""),
        (401, error("AuthenticationRequired"), "REFUSED", SIGN_IN_AGAIN),
        (401, "no", "REFUSED", SIGN_IN_AGAIN),
        (403, error("Forbidden"), "REFUSED", SIGN_IN_AGAIN),
        (404, error("MethodNotImplemented"), "REFUSED", ""),
        (408, "", "UNKNOWN", ""),
        (413, error("PayloadTooLarge"), "REFUSED", ""),
        (429, error("RateLimitExceeded"), "TRY_LATER", ""),
        (500, error("InternalServerError"), "UNKNOWN", ""),
        (502, error("UpstreamFailure"), "UNKNOWN", ""),
        (503, "", "UNKNOWN", ""),
    ],
)
def test_each_answer_is_told_as_what_it_is(
    shop: Shop, status: int, said: object, outcome: str, code: str
) -> None:
    shop.site.says[PUT] = lambda _asked: Answer(said, status)
    result = shop.send()
    assert (result.outcome.name, result.code) == (outcome, code)
    assert result.words or result.outcome is Outcome.DELIVERED
    assert shop.site.names().count(PUT) == 1
    if isinstance(said, dict) and said.get("message"):
        assert said["message"] in result.words


def test_a_session_that_has_run_out_is_renewed_before_and_not_after(shop: Shop) -> None:
    assert shop.send().outcome is Outcome.DELIVERED
    shop.site.asked.clear()
    answers = iter([Answer(error("ExpiredToken"), 400), Answer(SESSION)])
    shop.site.says[GET_SESSION] = lambda _asked: next(answers)
    assert shop.send().outcome is Outcome.DELIVERED
    assert shop.site.names() == [GET_SESSION, REFRESH, GET_SESSION, PUT]


def test_a_session_that_was_refused_is_not_kept(shop: Shop) -> None:
    shop.site.says[PUT] = lambda _asked: Answer(error("ExpiredToken"), 400)
    assert shop.send().code == SIGN_IN_AGAIN
    assert shop.send().code == SIGN_IN_AGAIN
    assert shop.site.names().count(CREATE) == 2


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (Answer(error("AuthenticationRequired"), 401), "REFUSED", SIGN_IN_AGAIN),
        (Answer(error("AuthFactorTokenRequired"), 401), "REFUSED", SIGN_IN_AGAIN),
        (Answer(error("AccountTakedown"), 401), "REFUSED", ""),
        (Answer(error("RateLimitExceeded"), 429, {"Retry-After": "900"}), "TRY_LATER", ""),
        (Answer(error("UpstreamFailure"), 502), "NOT_LEFT", ""),
        (Answer("<h1>Welcome to the hotel</h1>"), "NOT_LEFT", ""),
        (CUT, "NOT_LEFT", ""),
    ],
)
def test_without_being_signed_in_nothing_has_left(
    shop: Shop, answer: Answer, outcome: str, code: str
) -> None:
    shop.site.says[CREATE] = lambda _asked: answer
    result = shop.send()
    assert (result.outcome.name, result.code) == (outcome, code)
    assert result.words
    assert (result.wait == timedelta(minutes=15)) == (outcome == "TRY_LATER")
    assert PUT not in shop.site.names()


def test_a_bad_site_in_the_settings_is_for_the_person(shop: Shop) -> None:
    account = replace(shop.open[0], settings={"service": "http://", "handle": "a.example"})
    shop.open = (account, PASSWORD)
    assert shop.send().outcome is Outcome.REFUSED


def test_a_link_is_given_where_the_page_is_certain(shop: Shop) -> None:
    assert (shop.send().link, shop.send().reference) == ("", OURS)
    for service, page in (
        ("https://bsky.social", f"https://bsky.app/profile/shop.example/post/{shop.key}"),
        ("https://oyster.us-east.host.bsky.network", "https://bsky.app/profile/"),
        ("https://notbsky.social", ""),
        ("https://bsky.social.bad.example", ""),
    ):
        assert page_at(shop, service).startswith(page)
        assert bool(page_at(shop, service)) == bool(page)


def page_at(shop: Shop, service: str) -> str:
    """The link of a reply sent at an account of this service, which answers as the site does."""

    class Elsewhere(HttpWeb):
        def ask(self, address: str, **how: Any) -> Any:
            return super().ask(address.replace(service, shop.site.base), **how)

    account = replace(shop.open[0], settings={"service": service, "handle": "shop.example"})
    tools = replace(shop.tools, web=Elsewhere())
    wire = wording.render(sample(TARGET), account, KEY, CREATED)
    return Bluesky().send(account, PASSWORD, wire, shop.key, tools).link


# --- looking --------------------------------------------------------------------------------


def test_only_our_own_answers_right_under_it_are_ours_newest_first(shop: Shop) -> None:
    shop.sky.others += [
        under(f"{MINE}/3kold", answer("2026-03-01T09:00:00Z")),
        under(f"{MINE}/3knew", answer("2026-03-02T09:00:00Z")),
        under(f"{MINE}/3kdeep", answer(CREATED, to=f"{MINE}/3kold")),
        under("at://did:plc:bob/app.bsky.feed.post/3kbob", answer(CREATED)),
        {"$type": "app.bsky.feed.defs#notFoundPost", "uri": f"{MINE}/3kgone"},
        {"post": {"uri": f"{MINE}/3kbad", "record": 7}},
        7,
    ]
    to = Address("bluesky", "1", TARGET)
    seen = shop.channel.see(*shop.open, to, shop.tools)
    assert [(one.reference, one.link) for one in seen.ours] == [
        (f"{MINE}/{key}", f"https://bsky.app/profile/shop.example/post/{key}")
        for key in ("3knew", "3kold")
    ]


def test_of_a_thread_too_large_to_read_the_post_alone_is_seen(shop: Shop) -> None:
    small = Answer({"thread": {"post": view()}})
    whole = Answer({"thread": {"post": view(), "replies": ["x" * 3_000_000]}})
    shop.site.says[THREAD] = lambda asked: small if asked.query["depth"] == ["0"] else whole
    assert shop.see().text == "burnt"
    assert shop.site.names().count(THREAD) == 2


@pytest.mark.parametrize("status", [429, 503])
def test_a_look_that_is_asked_to_wait_tells_how_long(shop: Shop, status: int) -> None:
    shop.site.answers(GET, Answer("", status, {"Retry-After": "900"}))
    with pytest.raises(LookLaterError) as told:
        shop.find()
    assert told.value.wait == timedelta(minutes=15)


def test_absence_is_what_the_site_says_and_nothing_else(shop: Shop) -> None:
    assert shop.find() == Found(Showing.ABSENT)
    shop.send()
    assert shop.find() == Found(Showing.SHOWN, OURS)
    for answer in (
        Answer(error("RecordNotFound"), 404),
        Answer(error("InvalidRequest", f"Could not locate record: {OURS}"), 400),
    ):
        shop.site.answers(GET, answer)
        assert shop.find().showing is Showing.ABSENT
    for answer in (
        Answer(error("InvalidRequest", "Could not find repo"), 400),
        Answer("<h1>404</h1>", 404),
        Answer({"uri": ROOT, "value": {}}),
        Answer("", 503, {"Retry-After": "5"}),
        Answer(error("UpstreamFailure"), 502),
        Answer(error("AuthenticationRequired"), 401),
        CUT,
    ):
        shop.site.answers(GET, answer)
        with pytest.raises(KnownError):
            shop.find()


def test_gone_is_what_the_site_says_and_nothing_else(shop: Shop) -> None:
    def says(said: object, status: int = 200) -> None:
        shop.site.says[THREAD] = lambda _asked: Answer(said, status)

    says({"thread": {"post": view()}})
    assert shop.see().text == "burnt"
    says(error("NotFound"), 400)
    assert shop.see() is None
    says({"thread": {"$type": "app.bsky.feed.defs#notFoundPost", "uri": PARENT}})
    assert shop.see() is None
    for status, said in (
        (200, {"thread": {"$type": "app.bsky.feed.defs#blockedPost", "uri": PARENT}}),
        (200, {"thread": {"post": view(uri=ROOT)}}),
        (200, {"thread": {"post": view(author={"did": "did:plc:shop"})}}),
        (200, {"thread": {"post": view(viewer={"replyDisabled": True})}}),
        (200, []),
        (404, "<h1>Not found</h1>"),
        (429, ""),
        (502, error("UpstreamFailure")),
    ):
        says(said, status)
        with pytest.raises(KnownError):
            shop.see()
