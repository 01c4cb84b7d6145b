"""Replies on Bluesky where the site answers oddly, and the rules by which a post is made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.outgoing.scripted_site import CUT, Answer, Asked, ScriptedSite, closed, running

from calmreply.adapters.channels.bluesky import Bluesky, refs, wording
from calmreply.adapters.channels.interface import link
from calmreply.adapters.channels.letters import letters
from calmreply.adapters.web import HttpWeb
from calmreply.app.channels import SIGN_IN_AGAIN, Found, SendResult
from calmreply.app.listeners import Place
from calmreply.app.ports import Tools
from calmreply.app.storage import Account
from calmreply.domain import reply
from calmreply.domain.mention import Heard
from calmreply.domain.outbox import Outcome, Showing
from calmreply.domain.reply import Address
from calmreply.errors import KnownError
from calmreply.testing.contracts import channel as contract
from calmreply.testing.contracts.channel import CREATED, FIRST, SECOND, Road, sample
from calmreply.testing.contracts.looks import LooksContract
from calmreply.testing.ports import InThisProcess

WALL: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD: Final = "abcd-efgh-ijkl-mnop"
CID: Final = "bafyreib2rxk3rh6kzwq4cd2ue6e7gvbzm6x4q2kpxpwrk3lvb5cm2jd2aa"
CID2: Final = CID.replace("2", "3")
PARENT: Final = "at://did:plc:anna/app.bsky.feed.post/3kabc"
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


class Sky:
    """A site that takes what it is given, as the real one does, until it is told otherwise."""

    def __init__(self, site: ScriptedSite) -> None:
        self.site = site
        self.road = Road.OPEN
        self.kept: dict[str, Any] = {}
        self.received: list[Any] = []
        self.shown: dict[str, Any] | None = view()
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
        return gone if self.shown is None else Answer({"thread": {"post": self.shown}})

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


# --- how a post is made ---------------------------------------------------------------------


@given(st.text())
def test_a_key_is_a_tid_of_the_past(token: str) -> None:
    key = wording.tid(token)
    assert len(key) == 13
    assert key[0] in "234567abcdefghij"
    number = 0
    for letter in key:
        number = number << 5 | "234567abcdefghijklmnopqrstuvwxyz".index(letter)
    when = datetime.fromtimestamp((number >> 10) / 1e6, UTC)
    assert datetime(2020, 1, 1, tzinfo=UTC) <= when < datetime(2025, 1, 1, tzinfo=UTC)


def test_keys_of_many_tokens_are_all_their_own() -> None:
    assert len({wording.tid(f"token {number}") for number in range(20_000)}) == 20_000


PARTS: Final = (
    *("Größe ", "雪", "👩‍👩‍👧 ", "\n", "x", "https://"),
    *("https://shop.example/ä?b=1. ", "https://shop.example/ä ", "(https://a.example/x) "),
    *("@anna.example", "@Anna.Example, ", "@anna.example.org ", "mail@anna.example "),
    "https://b.example/@anna.example ",
)
WORDS = st.lists(st.sampled_from(PARTS), max_size=12).map("".join)


@given(WORDS)
def test_what_can_be_pressed_is_exactly_what_stands_there(text: str) -> None:
    record = {**sample(TARGET, text=text), "links": list(reply.links(text))}
    account = Account("1", "bluesky", {"handle": "shop.example"})
    post = wording.post_in(wording.render(record, account, KEY, CREATED))
    raw = text.encode()
    assert post["text"] == text
    end, links = 0, []
    places = sorted(post.get("facets", []), key=lambda one: int(one["index"]["byteStart"]))
    for facet in places:
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert end <= start < stop <= len(raw)
        end = stop
        shown = raw[start:stop].decode()
        (feature,) = facet["features"]
        if feature["$type"].endswith("#link"):
            assert feature["uri"] == shown
            links.append(shown)
        else:
            assert feature["did"] == "did:plc:anna"
            assert shown.lower() == "@anna.example"
            assert raw[stop : stop + 4] != b".org"
            assert not raw[:start].endswith((b"/", b"mail"))
    assert links == [one for one in record["links"] if link(one)]


PIECES: Final = [
    "a",
    "é",
    "e\u0301",
    "雪",
    "\r\n",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "👍🏽",
    "🏴\U000e0067\U000e0062\U000e007f",
    "क्षि",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_a_letter_is_what_a_person_calls_one(pieces: list[str]) -> None:
    # Spaces keep neighbours from joining.
    assert letters(" ".join(pieces)) == max(0, 2 * len(pieces) - 1)


@given(st.text(max_size=400))
def test_a_text_that_fits_is_one_that_the_site_takes(text: str) -> None:
    fits = letters(text) <= 300 and len(text.encode("utf-8", "surrogatepass")) <= 3_000
    assert (wording.length(text) <= wording.MOST_LETTERS) == fits


@given(st.booleans(), st.booleans())
def test_what_is_answered_is_told_in_one_line_and_read_again(own_root: bool, named: bool) -> None:
    parent = refs.Ref(PARENT, CID)
    hangs = refs.Hangs(
        parent, parent if own_root else refs.Ref(ROOT, CID2), "anna.example" if named else ""
    )
    assert refs.read(str(hangs)) == hangs
    assert refs.read(f"{hangs} ") is None
    assert refs.read(str(hangs).replace(" ", "  ", 1)) is None


def test_a_post_names_what_it_answers_and_what_the_thread_began_with() -> None:
    account = Account("1", "bluesky", {"handle": "shop.example"})
    post = wording.post_in(wording.render(sample(TARGET), account, KEY, CREATED))
    assert post["reply"] == {
        "parent": {"uri": PARENT, "cid": CID},
        "root": {"uri": ROOT, "cid": CID2},
    }
    assert post["createdAt"] == CREATED


def test_in_anothers_name_it_is_another_reply() -> None:
    bytes_ = {
        wording.render(sample(TARGET), Account("1", "bluesky", settings), KEY, CREATED)
        for settings in (
            {"handle": "shop.example", "service": "https://bsky.social"},
            {"handle": "other.example", "service": "https://bsky.social"},
            {"handle": "shop.example", "service": "https://own.example"},
        )
    }
    assert len(bytes_) == 3


def test_what_is_private_is_not_said_where_all_can_read_it() -> None:
    account = Account("1", "bluesky", {"handle": "shop.example"})
    record = sample(TARGET, visibility="private")
    assert contract.code_of(lambda: wording.render(record, account, KEY, CREATED)) == "public_only"
    assert contract.code_of(lambda: wording.render(record, None, KEY, CREATED)) == "no_account"
    assert wording.tid(FIRST) != wording.tid(SECOND)
