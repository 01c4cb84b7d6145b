"""Bluesky answered by a site that means harm, is broken, or asks for time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from calmreply.adapters.channels.bluesky import Bluesky, posts
from calmreply.adapters.channels.walking import State, state_of
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import CURSOR_LIMIT, Place, Round
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess

WALL = datetime(2026, 11, 20, 12, tzinfo=UTC)
US, ANNA = "did:plc:shop", "did:plc:anna"
TOKENS = {"accessJwt": "a.b.c", "refreshJwt": "d.e.f"}

Handler = Callable[[Request], Response]


def json_(said: Any, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(said), status, named, mimetype="application/json")


def told(number: int, minutes: float = 0, **more: Any) -> dict[str, Any]:
    """A notification of a mention, so many minutes before `WALL`."""
    when = (WALL - timedelta(minutes=minutes)).isoformat()
    return {
        "uri": f"at://{ANNA}/app.bsky.feed.post/k{number}",
        "author": {"did": ANNA, "handle": "anna.example", "displayName": "Anna"},
        "reason": "mention",
        "record": {"text": f"bread {number}", "createdAt": when},
        "indexedAt": when,
        **more,
    }


class Site:
    """A site of which each method can be replaced, and what it was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.asked: list[str] = []
        self.says: dict[str, Handler] = {
            "createSession": lambda _r: json_({"did": US, "handle": "shop.example", **TOKENS}),
            "refreshSession": lambda _r: json_({"did": US, "handle": "shop.example", **TOKENS}),
            "listNotifications": lambda _r: json_({"notifications": []}),
            "getPosts": lambda r: json_({"posts": [{"uri": u} for u in r.args.getlist("uris")]}),
        }
        server.expect_request("/elsewhere").respond_with_data("no")
        server.expect_request("").respond_with_handler(self._answer)
        self.listener = Bluesky()
        self.settings = {
            "service": f"http://127.0.0.1:{server.port}",
            "handle": "shop.example",
        }

    def _answer(self, request: Request) -> Response:
        name = request.path.rpartition(".")[2]
        self.asked.append(name)
        if name not in self.says:
            return json_({"error": "MethodNotImplemented"}, 501)
        return self.says[name](request)

    def lists(self, *notifications: Any) -> None:
        self.says["listNotifications"] = lambda _r: json_({"notifications": notifications})

    def round(self, cursor: str = "", wall: datetime = WALL) -> Round:
        self.asked.clear()
        account = Account("account", "bluesky", self.settings)
        place = Place("notifications", account, "app password", allow_private=True)
        return self.listener.listen(place, cursor, Tools(HttpWeb(), InThisProcess(), wall))


@pytest.fixture
def site() -> Iterator[Site]:
    with HTTPServer(host="127.0.0.1") as server:
        server.no_handler_status_code = 404
        yield Site(server)


def keys(got: Round) -> list[str]:
    return [one.key.rpartition("/")[2] for one in got.heard]


NOT_MENTIONS: list[Any] = [
    None,
    7,
    [],
    {},
    {"reason": "mention"},
    told(1, uri="https://evil.example/"),
    told(1, uri=f"at://{ANNA}/app.bsky.feed.post/../../x"),
    told(1, uri=f"at://{ANNA}/app.bsky.feed.like/k1"),
    told(1, uri="at://did:plc:" + "x" * 5000 + "/app.bsky.feed.post/k"),
    told(1, record="bread"),
    told(1, author=None),
    told(1, author={"did": "did:plc:bob", "handle": "bob.example"}),
]


@pytest.mark.parametrize("bad", NOT_MENTIONS, ids=range(len(NOT_MENTIONS)))
def test_a_bad_entry_is_passed_over_counted_once_and_loses_no_other(site: Site, bad: Any) -> None:
    if isinstance(bad, dict):
        bad["reason"] = "mention"
    site.lists(told(5), bad, told(6))
    first = site.round()
    assert keys(first) == ["k5", "k6"]
    assert first.unread == (1 if isinstance(bad, dict) else 0)
    assert site.round(first.cursor).unread == 0


JSON_ = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(
    parts=st.dictionaries(st.sampled_from(["author", "reason", "indexedAt", "record"]), JSON_),
    record=st.dictionaries(st.sampled_from(["text", "langs", "createdAt", "embed"]), JSON_),
    author=st.dictionaries(st.sampled_from(["handle", "displayName"]), JSON_),
)
def test_whatever_stands_in_a_post_ends_in_plain_values(
    parts: dict[str, Any], record: dict[str, Any], author: dict[str, Any]
) -> None:
    made = told(1)
    made["record"] = made["record"] | record
    made["author"] = made["author"] | author
    for whole in (made, made | parts):
        entry = posts.entry(whole, WALL, US)
        if entry is not None and entry.heard is not None:
            heard = entry.heard
            assert heard.published is None or heard.published.tzinfo is UTC
            assert (heard.url or "").startswith("https://bsky.app/profile/")
            assert all(type(one) is str for one in (heard.text, heard.author, heard.language))
            assert "\x00" not in heard.text + heard.author


def test_what_is_said_is_kept_as_it_is_meant(site: Site) -> None:
    site.lists(
        told(1, reason="like"),
        told(2, reason="repost"),
        told(3, record={"text": "a\x00b\u202e <script>", "createdAt": "2999-01-01T00:00:00Z"}),
        told(4, author={"did": ANNA, "handle": "handle.invalid"}),
        told(5, author={"did": ANNA, "handle": "../../evil", "displayName": "A\nnna"}),
        told(6, record={"text": "", "embed": {"images": [{"alt": "a burnt loaf"}]}}),
    )
    by_key = {one.key[-2:]: one for one in site.round().heard}
    assert sorted(by_key) == ["k3", "k4", "k5", "k6"]
    assert by_key["k3"].text == "ab\u202e <script>"
    assert by_key["k3"].published == WALL
    assert by_key["k4"].url == f"https://bsky.app/profile/{ANNA}/post/k4"
    assert (by_key["k5"].author, by_key["k5"].handle) == ("A nna", ANNA)
    assert by_key["k6"].text == "a burnt loaf"


def answering(number: int, parent: str) -> dict[str, Any]:
    reply = {"parent": {"uri": parent, "cid": "x"}, "root": {"uri": parent, "cid": "x"}}
    made = (WALL - timedelta(minutes=number)).isoformat()
    record = {"text": "no you are not", "createdAt": made, "reply": reply}
    return told(number, number, reason="reply", record=record)


def shown(uri: str, text: str, **author: str) -> dict[str, Any]:
    whose = {"did": uri.split("/")[2], "handle": "shop.example", **author}
    return {"uri": uri, "author": whose, "record": {"text": text}}


def test_what_a_reply_answers_is_told_with_it_by_one_question(site: Site) -> None:
    ours = f"at://{US}/app.bsky.feed.post/o"
    evil, lost = f"at://{ANNA}/app.bsky.feed.post/e", f"at://{ANNA}/app.bsky.feed.post/l"
    asked: list[list[str]] = []

    def posts_(request: Request) -> Response:
        asked.append(request.args.getlist("uris"))
        told_ = [
            shown(ours, 'We are "open"\non Sunday.'),
            shown(evil, "x" * 10_000 + "\x00", handle="a\nb"),
            shown(lost, "not hers", did="did:plc:bob"),
            shown(f"at://{US}/app.bsky.feed.post/other", "was not asked for"),
            *(None, 7, {"uri": ours}, {"record": 7}),
        ]
        return json_({"posts": told_})

    site.says["getPosts"] = posts_
    replies = [answering(n, uri) for n, uri in enumerate((ours, ours, evil, lost), 1)]
    site.lists(told(9), *replies)
    heard = {one.key[-2:]: one for one in site.round().heard}
    assert sorted(asked[0]) == sorted([ours, evil, lost])
    assert len(asked) == 2, "the other asks whether the replies are still there"
    told_of_ours = "↳ In answer to @shop.example: \"We are 'open' on Sunday.\""
    assert (heard["k1"].title, heard["k2"].title) == (told_of_ours, told_of_ours)
    assert heard["k1"].text == "no you are not"
    assert heard["k3"].title.startswith(f'↳ In answer to {ANNA}: "xxx')
    assert len(heard["k3"].title) < 300
    assert (heard["k4"].title, heard["k9"].title) == ("", "")


@pytest.mark.parametrize("status", [404, 429, 500])
def test_a_reply_is_heard_where_what_it_answers_cannot_be_had(site: Site, status: int) -> None:
    site.says["getPosts"] = lambda _r: json_({"posts": "many"}, status)
    site.lists(answering(1, f"at://{US}/app.bsky.feed.post/o"))
    (heard,) = site.round().heard
    assert (heard.text, heard.title) == ("no you are not", "")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1_900_000,
        b'{"notifications":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"notifications": "many"}',
        b"<html>Please sign in to the hotel's network</html>",
        b"\xff\xfe",
        b"",
        b"x" * (3 * 1024 * 1024),
    ],
    ids=["nesting", "deep", "type", "portal", "bytes", "empty", "big"],
)
def test_an_answer_that_is_none_is_an_error_and_the_next_round_is_whole(
    site: Site, body: bytes
) -> None:
    site.says["listNotifications"] = lambda _r: Response(body)
    with pytest.raises(KnownError):
        site.round()
    site.lists(told(1))
    assert keys(site.round()) == ["k1"]


def test_paging_without_end_ends(site: Site) -> None:
    def endless(request: Request) -> Response:
        start = int(request.args.get("cursor", "0"))
        page = [told(start + n, minutes=0) for n in range(100)]
        return json_({"notifications": page, "cursor": str(start + 100)})

    site.says["listNotifications"] = endless
    got = site.round()
    assert (len(got.heard), got.more, got.gave_up) == (500, False, False)
    rounds, heard = 0, 0
    cursor = State(since=WALL - timedelta(days=1)).cursor()
    while True:
        got = site.round(cursor)
        cursor = got.cursor
        rounds += 1
        heard += len(got.heard)
        assert len(cursor) < CURSOR_LIMIT
        if not got.more:
            break
    assert (rounds, heard, got.gave_up) == (7, 3500, True)


def test_a_page_that_leads_to_itself_ends(site: Site) -> None:
    site.says["listNotifications"] = lambda _r: json_(
        {"notifications": [told(n) for n in range(100)], "cursor": "again"}
    )
    assert len(site.round().heard) == 100
    assert site.asked.count("listNotifications") == 2


def test_a_round_that_breaks_in_the_middle_loses_nothing(site: Site) -> None:
    broken = [True]

    def pages(request: Request) -> Response:
        start = int(request.args.get("cursor", "0"))
        if start == 200 and broken[0]:
            return json_({"error": "UpstreamFailure"}, 502)
        page = [told(start + n, minutes=start + n) for n in range(100)]
        return json_({"notifications": page, "cursor": str(start + 100) if start < 300 else ""})

    site.says["listNotifications"] = pages
    first = site.round()
    assert len(first.heard) == 200
    broken[0] = False
    second = site.round(first.cursor)
    assert {*keys(first), *keys(second)} == {f"k{n}" for n in range(400)}
    assert len(second.heard) == 200
    assert site.round(second.cursor).heard == ()


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({"Retry_After": "600"}, 10),
        ({"RateLimit_Reset": "1200"}, 20),
        ({"RateLimit_Reset": "9" * 11}, 24 * 60),
        ({"RateLimit_Reset": "soon"}, 5),
        ({}, 5),
    ],
    ids=["retry-after", "reset", "absurd", "words", "nothing"],
)
def test_a_site_that_asks_for_time_gets_it(
    site: Site, headers: dict[str, str], minutes: int
) -> None:
    site.lists(told(1))
    first = site.round()
    site.says["listNotifications"] = lambda _r: json_({}, 429, **headers)
    waiting = site.round(first.cursor)
    assert (waiting.heard, waiting.wait_until) == ((), WALL + timedelta(minutes=minutes))
    site.lists(told(2), told(1))
    assert keys(site.round(waiting.cursor)) == ["k2"]
    site.says["createSession"] = lambda _r: json_({}, 429, **headers)
    site.settings["handle"] = "other.example"
    assert site.round("kept").cursor == "kept"


def test_only_what_the_site_calls_gone_is_gone(site: Site) -> None:
    site.lists(*(told(n) for n in range(4)))
    first = site.round()
    later = WALL + timedelta(hours=1)
    site.lists()
    uri = f"at://{ANNA}/app.bsky.feed.post/k"
    site.says["getPosts"] = lambda _r: json_({"posts": [{"uri": f"{uri}0"}]})
    answers = {
        f"{uri}1": json_({"error": "NotFound"}, 400),
        f"{uri}2": json_({"thread": {"$type": "app.bsky.feed.defs#blockedPost"}}),
        f"{uri}3": json_({"error": "InternalServerError"}, 500),
    }
    site.says["getPostThread"] = lambda r: answers[r.args["uri"]]
    assert site.round(first.cursor, later).gone == (f"{uri}1",)
    site.says["getPosts"] = lambda _r: json_({"posts": None})
    assert site.round(first.cursor, later).gone == ()
    site.says["getPosts"] = lambda _r: Response("<html>", 200)
    assert site.round(first.cursor, later).gone == ()


def test_a_post_that_vanishes_from_a_busy_account_is_asked_for(site: Site) -> None:
    site.lists(*(told(n, minutes=n) for n in range(60)))
    first = site.round()
    site.lists(*(told(n, minutes=n) for n in range(60) if n != 20))
    shown = [f"at://{ANNA}/app.bsky.feed.post/k{n}" for n in range(60)]
    there = [{"uri": uri} for uri in shown if not uri.endswith("k20")]
    site.says["getPosts"] = lambda _r: json_({"posts": there})
    site.says["getPostThread"] = lambda _r: json_({"error": "NotFound"}, 400)
    second = site.round(first.cursor, WALL + timedelta(hours=1))
    assert second.gone == (shown[20],)
    site.lists(*(told(n, minutes=-90) for n in (97, 98, 99)))
    third = site.round(second.cursor, WALL + timedelta(hours=1))
    assert keys(third) == ["k97", "k98", "k99"]
    site.says["getPosts"] = lambda r: json_(
        {"posts": [{"uri": u} for u in r.args.getlist("uris") if not u.endswith("99")]}
    )
    fourth = site.round(third.cursor, WALL + timedelta(hours=2))
    assert [key.rpartition("/")[2] for key in fourth.gone] == ["k99"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (json_({"error": "AuthenticationRequired"}, 401), "sign_in_again"),
        (json_({"error": "AuthFactorTokenRequired"}, 401), "sign_in_again"),
        (json_({"error": "AccountTakedown"}, 401), "not_allowed"),
        (json_({"did": 1, "accessJwt": ["x"], "refreshJwt": "y"}), "not_understood"),
        (json_({"did": US, "accessJwt": "a\r\nHost: x", "refreshJwt": "y"}), "not_understood"),
        (Response("", 302, {"Location": "/elsewhere"}), "moved_away"),
        (Response("<h1>Bad gateway</h1>", 502), "site_trouble"),
    ],
    ids=["wrong", "second code", "closed", "types", "header", "redirect", "gateway"],
)
def test_why_signing_in_fails_is_told_and_the_password_never(
    site: Site, answer: Response, code: str
) -> None:
    site.says["createSession"] = lambda _r: answer
    with pytest.raises(KnownError) as caught:
        site.round()
    assert caught.value.code == code
    assert "app password" not in caught.value.words
    assert site.asked == ["createSession"]


def test_a_name_that_is_not_whole_is_told_from_a_wrong_password(site: Site) -> None:
    site.says["createSession"] = lambda _r: json_({"error": "AuthenticationRequired"}, 401)
    for name, code in (("@shop", "bad_settings"), ("shop@mail.example", "sign_in_again")):
        site.settings["handle"] = name
        with pytest.raises(KnownError) as caught:
            site.round()
        assert caught.value.code == code
        assert ("as in shop.bsky.social" in caught.value.words) is (code == "bad_settings")


def test_a_site_that_never_accepts_its_own_session_is_left_alone(site: Site) -> None:
    site.says["listNotifications"] = lambda _r: json_({"error": "ExpiredToken"}, 400)
    with pytest.raises(KnownError) as caught:
        site.round()
    assert caught.value.code == "sign_in_again"
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    "cursor",
    ["", "null", "[]", '{"v":1}', '{"v":2,"known":[]}', "[" * 19_000, "kept by another kind"],
)
def test_a_strange_cursor_means_to_begin_again(site: Site, cursor: str) -> None:
    site.lists(told(1))
    assert keys(site.round(cursor)) == ["k1"]
    assert state_of(cursor) == State()


def test_places_are_told_apart_and_unprotected_sites_refused() -> None:
    listener = Bluesky()
    assert listener.what({"watch": "notifications", "words": "x"}) == "notifications"
    assert listener.what({"watch": "search", "words": " Blue\n Door "}) == "search:Blue Door"
    for bad in ({"watch": "search"}, {"watch": "all"}, {"watch": "search", "words": "x" * 201}):
        with pytest.raises(KnownError, match=r"listen to|words"):
            listener.what(bad)
    settings = {"service": "http://shop.example", "handle": "shop"}
    account = Account("a", "bluesky", settings)
    tools = Tools(HttpWeb(), InThisProcess(), WALL)
    for what, code in (("notifications", "not_protected"), ("everything", "no_such_place")):
        with pytest.raises(KnownError) as caught:
            listener.listen(Place(what, account, "secret"), "", tools)
        assert caught.value.code == code
