"""Mastodon answered by servers that are small, broken, busy or mean harm."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from calmreply.adapters.channels.interface import service_address
from calmreply.adapters.channels.mastodon import Mastodon, statuses
from calmreply.adapters.channels.walking import State
from calmreply.adapters.clock import SystemClock
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import CURSOR_LIMIT, Place, Round
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Visibility
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess

WALL = datetime(2026, 11, 20, 12, tzinfo=UTC)
WHO, TOLD = "/api/v1/accounts/verify_credentials", "/api/v1/notifications"
TOKEN = "token-of-the-shop"

Handler = Callable[[Request], Response]


def json_(said: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(said), status, headers, mimetype="application/json")


def status(number: int | str, minutes: float = 0, **more: Any) -> dict[str, Any]:
    """What a customer wrote so many minutes before `WALL`."""
    return {
        "id": f"s{number}",
        "uri": f"https://far.example/users/anna/statuses/{number}",
        "url": f"https://far.example/@anna/{number}",
        "account": {"id": "anna", "acct": "anna@far.example", "display_name": "Anna :loaf:"},
        "content": f"<p>bread {number}</p>",
        "created_at": (WALL - timedelta(minutes=minutes)).isoformat(),
        "visibility": "public",
        **more,
    }


def told(*found: Any) -> list[Any]:
    """Notifications of these, whose ids are no numbers."""
    return [
        {"id": f"n-{one.get('id')}" if isinstance(one, dict) else "n", "type": "mention"}
        | {"status": one}
        for one in found
    ]


class Site:
    """A server of which each answer can be replaced, and what it was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[str] = []
        self.says: dict[str, Handler] = {
            WHO: lambda _r: json_({"id": "shop", "acct": "shop"}),
            TOLD: lambda _r: json_([]),
        }
        server.expect_request("").respond_with_handler(self._answer)
        self.listener = Mastodon()
        self.base = f"http://127.0.0.1:{server.port}"

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return json_({"error": "who?"}, 401)
        if request.path not in self.says:
            return json_({"error": "Record not found"}, 404)
        return self.says[request.path](request)

    def lists(self, *found: Any) -> None:
        self.says[TOLD] = lambda _r: json_(told(*found))

    def round(self, cursor: str = "", wall: datetime = WALL, what: str = "notifications") -> Round:
        self.asked.clear()
        account = Account("account", "mastodon", {"instance": self.base})
        place = Place(what, account, TOKEN, allow_private=True)
        return self.listener.listen(place, cursor, Tools(HttpWeb(), InThisProcess(), wall))


@pytest.fixture
def site() -> Iterator[Site]:
    with HTTPServer(host="127.0.0.1") as server:
        yield Site(server)


def texts(got: Round) -> list[str]:
    return [one.text for one in got.heard]


def numbered(got: Round) -> set[int]:
    return {int(text.removeprefix("bread ")) for text in texts(got)}


BAD: list[Any] = [
    7,
    [],
    {},
    status(1, id=None),
    status(1, id="x" * 5000),
    status(1, id="a\r\nb"),
    status(1, account="anna"),
    status(1, account={"id": {}}),
    status(1, content=None),
    status(1, content=["<p>"]),
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_a_bad_status_is_passed_over_counted_once_and_loses_no_other(site: Site, bad: Any) -> None:
    site.lists(status(5), bad, status(6))
    first = site.round()
    assert (texts(first), first.unread) == (["bread 5", "bread 6"], 1)
    second = site.round(first.cursor)
    assert (second.heard, second.unread) == ((), 0)


def test_what_is_no_mention_is_none(site: Site) -> None:
    own = {"id": "shop", "acct": "shop"}
    entries = [
        *told(status(1, account=own), None, status(2, reblog=status(9)), status(3)),
        {"type": "favourite", "status": status(4)},
        {"type": "follow"},
        {"type": ["mention"], "status": status(5)},
        "mention",
    ]
    site.says[TOLD] = lambda _r: json_(entries)
    got = site.round()
    assert (texts(got), got.unread) == (["bread 3"], 0)


def test_what_is_said_is_kept_as_it_is_meant(site: Site) -> None:
    link = '<a href="x"><span class="invisible">https://</span><span>shop.example</span></a>'
    site.lists(
        status(1, spoiler_text="food <3", content=f"<p>bad<br>bread</p><p>{link}</p>"),
        status(2, uri=None, url="javascript:alert(1)", visibility="direct"),
        status(3, uri="https://far.example/" + "x" * 900, url="https://me@evil.example/"),
        status(4, visibility="circle", created_at="2999-01-01T00:00:00Z", language="de_DE'"),
        status(5, content="", media_attachments=[{"description": "a burnt loaf"}, None]),
        status(6, account={"id": 7, "acct": "bob", "display_name": ""}, language="pt-BR"),
        status(7, account={"id": "e", "acct": "../../evil@x/y", "display_name": "E\x00v\nil"}),
    )
    one, two, three, four, five, six, seven = site.round().heard
    assert one.text == "food <3\n\nbad\nbread\n\nhttps://shop.example"
    assert (one.author, one.handle) == ("Anna :loaf:", "@anna@far.example")
    assert (two.key, two.url, two.visibility) == ("127.0.0.1/s2", None, Visibility.PRIVATE)
    assert (len(three.key), three.url) == (64, None)
    assert (four.visibility, four.published, four.language) == (Visibility.PRIVATE, None, "")
    assert five.text == "a burnt loaf"
    assert (six.author, six.handle, six.language) == ("@bob@127.0.0.1", "@bob@127.0.0.1", "pt-BR")
    assert (seven.author, seven.handle) == ("Ev il", "")


def test_what_a_reply_answers_is_told_unless_it_was_said_to_a_few(site: Site) -> None:
    ours = {"id": "shop", "acct": "shop"}
    parents = {
        "p1": status("p1", account=ours, content="<p>We are <b>open</b><br>on Sunday.</p>"),
        "p2": status("p2", account=ours, visibility="direct"),
        "p3": status("p3", account={"id": "e", "acct": "../../evil@x/y"}, content="x" * 9_000),
    }
    site.says |= {
        f"/api/v1/statuses/{name}": partial(lambda parent, _r: json_(parent), parent)
        for name, parent in parents.items()
    }
    replies = [
        status(1, in_reply_to_id="p1"),
        status(2, in_reply_to_id="p2"),
        status(3, in_reply_to_id="p2", visibility="direct"),
        status(4, in_reply_to_id="p3"),
        status(5, in_reply_to_id="gone"),
    ]
    site.lists(*replies)
    titles = {one.text: one.title for one in site.round().heard}
    who = "@shop@127.0.0.1"
    assert titles["bread 1"] == f'↳ In answer to {who}: "We are open on Sunday."'
    assert titles["bread 3"] == f'↳ In answer to {who}: "bread p2"'
    assert titles["bread 4"].startswith('↳ In answer to: "xxx')
    assert len(titles["bread 4"]) < 300
    assert (titles["bread 2"], titles["bread 5"]) == ("", "")


JSON_ = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(
    parts=st.dictionaries(st.sampled_from(sorted(status(1))), JSON_),
    writer=st.dictionaries(st.sampled_from(["id", "acct", "display_name", "username"]), JSON_),
)
def test_whatever_stands_in_a_status_ends_in_plain_values(
    parts: dict[str, Any], writer: dict[str, Any]
) -> None:
    made = status(1)
    made["account"] = made["account"] | writer
    for whole in (made, made | parts):
        entry = statuses.entry(whole, WALL, "shop", "social.example")
        if entry is not None and entry.heard is not None:
            heard = entry.heard
            assert heard.published is None or heard.published.tzinfo is UTC
            assert heard.url is None or heard.url.startswith(("https://", "http://"))
            assert all(type(one) is str for one in (heard.text, heard.author, heard.language))
            assert "\x00" not in heard.text + heard.author


def test_markup_made_to_be_slow_is_over_soon(site: Site) -> None:
    slow = "<div>" * 1990 + "<p><b><i><u>" * 3000
    site.lists(*(status(n, content=slow[:50_000]) for n in range(38)))
    began = time.process_time()
    got = site.round()
    assert len(got.heard) == 38
    assert time.process_time() - began < 10


def pages(site: Site, total: int, link: str | None = None, *, deaf: bool = False) -> None:
    """Notifications by the ids of their pages; `deaf` servers know only the first page."""

    def answer(request: Request) -> Response:
        last = request.args.get("max_id", "")
        start = 0 if deaf or not last else int(last.removeprefix("n-s")) + 1
        found = told(*(status(n, minutes=n) for n in range(start, min(start + 40, total))))
        headers = {}
        if link is not None and found:
            named = found[-1]["id"]
            headers["Link"] = f'<{link}?max_id={named}&x=1>; rel="next", <{link}>; rel="prev"'
        return json_(found, headers=headers)

    site.says[TOLD] = answer


@pytest.mark.parametrize("link", [None, "https://evil.example/steal"], ids=["none", "elsewhere"])
def test_pages_are_found_without_a_link_and_a_link_leads_nowhere_else(
    site: Site, link: str | None
) -> None:
    pages(site, 130, link)
    first = site.round()
    assert numbered(first) == set(range(130))
    assert set(site.asked) == {WHO, TOLD}
    assert site.round(first.cursor).heard == ()
    assert site.asked == [TOLD]


def test_a_server_that_knows_one_page_only_and_one_without_end_both_end(site: Site) -> None:
    pages(site, 100, deaf=True)
    assert numbered(site.round()) == set(range(40))
    pages(site, 10**9)
    assert len(site.round().heard) == 480
    cursor, rounds = State(since=WALL - timedelta(days=3650)).cursor(), 0
    while True:
        got = site.round(cursor)
        cursor, rounds = got.cursor, rounds + 1
        assert len(cursor) < CURSOR_LIMIT
        if not got.more:
            break
    assert rounds == 7


def test_a_search_goes_on_by_the_how_manyth_and_ends(site: Site) -> None:
    def answer(request: Request) -> Response:
        start = int(request.args.get("offset", "0"))
        assert (request.args["q"], request.args["type"]) == ("a&b #1", "statuses")
        return json_({"statuses": [status(n) for n in range(start, min(start + 40, 90))]})

    site.says["/api/v2/search"] = answer
    got = site.round(what="search:a&b #1")
    assert numbered(got) == set(range(90))
    site.says["/api/v2/search"] = lambda _r: json_({"statuses": {"0": status(1)}})
    with pytest.raises(KnownError) as caught:
        site.round(what="search:a&b #1")
    assert caught.value.code == "not_understood"
    with pytest.raises(KnownError) as caught:
        site.round(what="tag:bread")
    assert caught.value.code == "no_such_place"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response("Invalid token", 400), "sign_in_again"),
        (Response("<html>", 401), "sign_in_again"),
        (json_({"error": "This method requires an authenticated user"}, 422), "sign_in_again"),
        (json_({"error": "outside the authorized scopes"}, 403), "not_allowed"),
        (Response("<h1>hotel</h1>", 200), "not_understood"),
        (json_({"id": [], "acct": "shop"}), "not_understood"),
        (Response("", 301, {"Location": "https://other.example/"}), "moved_away"),
        (Response("down", 503), "site_busy"),
    ],
    ids=["takahe", "plain", "no user", "scope", "portal", "types", "redirect", "down"],
)
def test_why_it_cannot_be_read_is_told_and_the_token_never(
    site: Site, answer: Response, code: str
) -> None:
    site.says[WHO] = lambda _r: answer
    with pytest.raises(KnownError) as caught:
        site.round()
    assert caught.value.code == code
    assert TOKEN not in str(caught.value)
    assert site.asked == [WHO]


def test_a_token_withdrawn_later_is_told_from_a_question_not_understood(site: Site) -> None:
    site.round()
    site.says[TOLD] = lambda _r: Response("no", 400)
    with pytest.raises(KnownError) as caught:
        site.round()
    assert caught.value.code == "site_trouble"
    site.says[WHO] = lambda _r: Response("no", 400)
    with pytest.raises(KnownError) as caught:
        site.round()
    assert caught.value.code == "sign_in_again"
    site.says[TOLD] = lambda _r: json_({"error": "not in your scopes"}, 403)
    with pytest.raises(KnownError) as caught:
        site.round()
    assert caught.value.code == "not_allowed"


def test_a_site_that_asks_for_time_gets_it_and_nothing_is_lost(site: Site) -> None:
    pages(site, 100)
    whole = site.says[TOLD]
    until = SystemClock().read().wall + timedelta(minutes=3)  # by the server's own clock
    said = until.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def busy(request: Request) -> Response:
        if "max_id" in request.args:
            return json_({"error": "slow"}, 429, {"X-RateLimit-Reset": said})
        return whole(request)

    site.says[TOLD] = busy
    first = site.round()
    assert numbered(first) == set(range(40))
    assert first.wait_until is not None
    assert abs(first.wait_until - WALL - timedelta(minutes=3)) < timedelta(minutes=1)
    site.says[TOLD] = whole
    second = site.round(first.cursor)
    assert numbered(first) | numbered(second) == set(range(100))
    site.says[TOLD] = lambda _r: json_({}, 429, {"Retry-After": "60"})
    waiting = site.round(second.cursor)
    assert waiting.wait_until == WALL + timedelta(minutes=1)
    site.says[TOLD] = whole
    assert site.round(waiting.cursor).heard == ()


def test_only_what_the_site_calls_gone_is_gone_even_on_a_busy_account(site: Site) -> None:
    site.lists(*(status(n, minutes=n) for n in range(40)))
    first = site.round()
    there = [n for n in range(41) if n not in (3, 5, 8)]
    site.lists(*(status(n, minutes=n) for n in there))
    site.says["/api/v1/statuses/s5"] = lambda _r: Response("<h1>404</h1>", 404)
    site.says["/api/v1/statuses/s8"] = lambda _r: json_(status(8))
    second = site.round(first.cursor)
    assert second.gone == ("https://far.example/users/anna/statuses/3",)
    soon = site.round(second.cursor, WALL + timedelta(minutes=29))
    assert (soon.gone, site.asked) == ((), [TOLD])
    site.says["/api/v1/statuses/s5"] = lambda _r: json_({"error": "gone"}, 410)
    later = site.round(soon.cursor, WALL + timedelta(minutes=31))
    assert later.gone == ("https://far.example/users/anna/statuses/5",)


def test_an_edit_is_told_as_the_same_mention_with_other_words(site: Site) -> None:
    site.lists(status(1), status(2))
    first = site.round()
    site.lists(status(1), status(2, content="<p>good bread</p>", edited_at="2026-11-20T12:01:00Z"))
    second = site.round(first.cursor)
    assert [(one.key, one.text) for one in second.heard] == [
        ("https://far.example/users/anna/statuses/2", "good bread")
    ]
    assert site.round(second.cursor).heard == ()


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({}, "notifications"),
        ({"watch": "tag", "words": " #BlueDoor "}, "tag:bluedoor"),
        ({"watch": "tag", "words": "Bäckerei"}, "tag:bäckerei"),
        ({"watch": "search", "words": "Blue \n Door"}, "search:Blue Door"),
        ({"watch": "tag", "words": "two words"}, None),
        ({"watch": "tag", "words": "../../admin"}, None),
        ({"watch": "tag"}, None),
        ({"watch": "search"}, None),
        ({"watch": "home"}, None),
    ],
)
def test_a_place_has_one_word(said: dict[str, str], what: str | None) -> None:
    if what is not None:
        assert Mastodon().what(said) == what
        return
    with pytest.raises(KnownError) as caught:
        Mastodon().what(said)
    assert caught.value.code == "bad_settings"


@pytest.mark.parametrize(
    ("said", "base"),
    [
        ("social.example", "https://social.example"),
        ("@grace@social.example", "https://social.example"),
        ("grace@social.example", "https://social.example"),
        (" https://social.example/@grace ", "https://social.example"),
        ("https://grace@social.example", ""),
        ("grace:secret@social.example", ""),
        ("@grace", ""),
        ("", ""),
    ],
)
def test_a_site_is_named_by_its_address_or_by_a_whole_name_there(said: str, base: str) -> None:
    if base:
        assert service_address(said, allow_private=False) == base
        return
    with pytest.raises(KnownError) as caught:
        service_address(said, allow_private=False, field="instance")
    assert caught.value.code == "bad_settings"
    assert "(instance)" in caught.value.words


def test_where_no_such_site_is_no_feed_is_spoken_of(site: Site) -> None:
    site.says[WHO] = lambda _r: json_({"error": "no"}, 404)
    with pytest.raises(KnownError) as caught:
        site.round()
    assert caught.value.code == "not_there"
    assert "feed" not in caught.value.way_out


def test_unprotected_sites_and_strange_places_are_refused_before_anything_is_sent(
    site: Site,
) -> None:
    account = Account("a", "mastodon", {"instance": site.base})
    tools = Tools(HttpWeb(), InThisProcess(), WALL)
    listener = site.listener
    for what, secret, code in (
        ("notifications", TOKEN, "not_protected"),
        ("tag:", TOKEN, "no_such_place"),
        ("home", TOKEN, "no_such_place"),
    ):
        with pytest.raises(KnownError) as caught:
            listener.listen(Place(what, account, secret), "", tools)
        assert caught.value.code == code
    for secret in ("", "two\nlines"):
        with pytest.raises(KnownError) as caught:
            listener.listen(Place("notifications", account, secret, allow_private=True), "", tools)
        assert caught.value.code == "sign_in_again"
    with pytest.raises(KnownError) as caught:
        listener.sign_in(account, TOKEN, HttpWeb())
    assert caught.value.code == "not_protected"
    assert site.asked == []
    listener.sign_in(account, TOKEN, HttpWeb(), allow_private=True)
    assert site.asked
