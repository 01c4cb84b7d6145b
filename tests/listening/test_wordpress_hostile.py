"""WordPress comments from sites that are broken, busy, switched off or out to do harm."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from calmreply.adapters.channels.wordpress import WordPress
from calmreply.adapters.channels.wordpress import cursor as cursors
from calmreply.adapters.channels.wordpress.comments import Shop, read
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import CURSOR_LIMIT, OpenToAll, Place, Round
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WALL = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = "abcd efgh ijkl"
KEY = base64.b64encode(f"anna:{PASSWORD}".encode()).decode()
ROOT = {
    "name": "Blue Door",
    "namespaces": ["wp/v2"],
    "authentication": {"application-passwords": {}},
}


def comment(number: Any = 1, **other: Any) -> dict[str, Any]:
    return {
        "id": number,
        "post": 7,
        "author": 0,
        "author_name": "Carla",
        "author_email": "carla@mail.example",
        "date_gmt": "2026-11-20T10:00:00",
        "content": {"raw": "Stale bread", "rendered": "<p>Stale bread</p>"},
        "link": "https://bluedoor.example/a/#comment-1",
        "status": "hold",
        "type": "comment",
        **other,
    }


@dataclass
class Script:
    """What a site answers: (status, JSON or text, headers) by the path under its interface."""

    server: HTTPServer
    answers: dict[str, tuple[int, Any, dict[str, str]]] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    pages: Callable[[Request], list[dict[str, Any]]] | None = None

    def says(self, path: str, said: Any, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, said, named)

    def answer(self, request: Request) -> Response:
        self.asked.append(request)
        path = request.path
        status, said, headers = self.answers.get(path, (404, "<h1>Not found</h1>", {}))
        if self.pages is not None and "offset" in request.args:
            said, headers = self.pages(request), {}
        body = said if isinstance(said, (str, bytes)) else json.dumps(said)
        return Response(body, status, headers, content_type="application/json")

    def listen(self, cursor: str = "", address: str = "") -> Round:
        settings = {"address": address or f"http://127.0.0.1:{self.server.port}", "user": "anna"}
        account = Account("1", "wordpress", settings)
        where = Place("all", account, PASSWORD, allow_private=True)
        return WordPress().listen(where, cursor, Tools(HttpWeb(), InThisProcess(), WALL))

    def refused(self, cursor: str = "", address: str = "") -> str:
        with pytest.raises(KnownError) as caught:
            self.listen(cursor, address)
        assert PASSWORD not in str(caught.value)
        assert KEY not in str(caught.value)
        return caught.value.code


@pytest.fixture
def site() -> Iterator[Script]:
    with HTTPServer(host="127.0.0.1") as server:
        script = Script(server)
        server.expect_request(re.compile(".*")).respond_with_handler(script.answer)
        script.says("/", "<html>")
        script.says("/wp-json/", ROOT)
        script.says("/wp-json/wp/v2/users/me", {"id": 3})
        script.says("/wp-json/wp/v2/comments", [comment()], X_WP_Total="1")
        yield script


def test_bad_entries_are_passed_over_and_counted(site: Script) -> None:
    bad: list[Any] = [
        None,
        7,
        "words",
        [],
        {},
        comment("1"),
        comment(-5),
        comment(True),
        comment(2**70),
        comment(9, content=None),
        comment(10, content={"raw": 5, "rendered": ["x"]}),
        comment(11, content={"raw": "  ", "rendered": "<script>alert(1)</script>"}),
    ]
    site.says("/wp-json/wp/v2/comments", [*bad, comment(12)], X_WP_Total="many")
    found = site.listen()
    assert [one.key.rpartition("-")[2] for one in found.heard] == ["12"]
    assert found.unread == len(bad)


def test_hostile_fields_lose_only_themselves(site: Script) -> None:
    hostile = comment(
        5,
        post="../../x",
        author={"a": 1},
        author_name="<b>Ca\x00rla</b>\r\n" + "x" * 5_000,
        author_email="a@b.example\r\nBcc: all@shop.example",
        date_gmt="99999-01-01T00:00:00",
        content={
            "raw": "It <img src=//evil.example/x> was <script>x</script>bad\x00" + "é" * 70_000
        },
        link="javascript:alert(1)",
        type=["comment"],
    )
    site.says("/wp-json/wp/v2/comments", [hostile], X_WP_Total="-1")
    (heard,) = site.listen().heard
    assert heard.author.startswith("Carla x")
    assert len(heard.author) <= 500
    assert (heard.contact, heard.url, heard.published) == ("", None, None)
    assert heard.text.split()[:2] == ["It", "was"]
    assert "evil" not in heard.text
    assert heard.title == ""


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(sorted(comment())), inner, max_size=10)
        ),
        max_leaves=30,
    )
)
def test_nothing_that_json_can_hold_breaks_the_reader(untrusted: object) -> None:
    shop = Shop("bluedoor.example", "Blue Door", "bluedoor.example", 3)
    entry = {**comment(), **untrusted} if isinstance(untrusted, dict) else untrusted
    found = read(entry, shop)
    if found is not None and found.heard is not None:
        assert found.heard.text
        assert len(found.heard.digest) == 64


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "null", "{", "[" * 100_000, '{"version":1}', '{"version":1,"known":[1]}', "7"],
)
def test_a_broken_cursor_begins_again(site: Script, text: str) -> None:
    assert len(site.listen(text).heard) == 1


@given(st.text(max_size=40), st.integers(0, 2**80), st.dictionaries(st.text(), st.text()))
def test_any_tampering_with_a_cursor_is_a_cursor_or_a_new_beginning(
    word: str, number: int, known: dict[str, str]
) -> None:
    whole = cursors.Cursor("a", "b", since=WALL, newest=WALL, known={5: "0" * 8})
    assert cursors.load(cursors.dump(whole), "a", "b") == whole
    for name, value in (("root", word), ("me", number), ("known", known), ("since", word)):
        changed = json.dumps({**json.loads(cursors.dump(whole)), name: value})
        again = cursors.load(changed, "a", "b")
        assert cursors.load(cursors.dump(again), "a", "b") == again
    assert cursors.load(cursors.dump(whole), "a", "other") == cursors.Cursor("a", "other")


def test_our_own_words_hide_nobody_behind_them_nor_does_a_date_that_lies_ahead(
    site: Script,
) -> None:
    def page(request: Request) -> list[dict[str, Any]]:
        start, count = int(request.args["offset"]), int(request.args["per_page"])
        return all_of_them[start : start + count]

    def dated(number: int, day: int, **other: Any) -> dict[str, Any]:
        return comment(number, date_gmt=f"2026-11-{day:02}T10:00:00", **other)

    all_of_them = [dated(1, 2), comment(2, date_gmt="2190-01-01T00:00:00")]
    site.pages = page
    cursor = site.listen().cursor
    ours = [dated(n, 21, author=3) for n in range(1_000, 1_150)]
    all_of_them[:0] = [*ours, dated(50, 20)]
    texts: set[str] = set()
    for _page in range(5):
        found = site.listen(cursor)
        texts |= {one.key.rpartition("-")[2] for one in found.heard}
        cursor = found.cursor
        if not found.more:
            break
    assert "50" in texts
    assert not found.more


def test_a_cursor_stays_small_whatever_a_site_says(site: Script) -> None:
    many = [comment(2**62 - one, content={"raw": f"{one}"}) for one in range(5_000)]
    site.says("/wp-json/", {**ROOT, "name": "é" * 10_000})
    site.says("/wp-json/wp/v2/comments", many, X_WP_Total="100")
    assert len(site.listen().cursor) < CURSOR_LIMIT


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, "<html>Welcome to the hotel", {}), "broken_answer"),
        ((200, "", {}), "broken_answer"),
        ((200, {"comments": []}, {}), "broken_answer"),
        ((200, "[" * 200_000, {}), "broken_answer"),
        ((200, "[" + "9" * 10_000 + "]", {}), "broken_answer"),
        ((302, "", {"location": "https://login.hotel.example/"}), "broken_answer"),
        ((401, {"code": "rest_not_logged_in"}, {}), "sign_in_again"),
        ((401, "<html>", {"www-authenticate": "Basic"}), "not_allowed"),
        ((403, {"code": "rest_forbidden"}, {}), "not_allowed"),
        ((403, "<html>Blocked by the guard", {}), "not_allowed"),
        ((404, "<html>", {}), "no_such_place"),
        ((500, "oh", {}), "site_trouble"),
        ((503, "oh", {}), "site_busy"),
        ((200, b"x" * 2_500_000, {}), "too_big"),
    ],
)
def test_whatever_comes_instead_of_comments_is_told_and_moves_nothing(
    site: Script, answer: tuple[int, Any, dict[str, str]], code: str
) -> None:
    cursor = site.listen().cursor
    site.answers["/wp-json/wp/v2/comments"] = answer
    assert site.refused() == code
    assert site.refused(cursor) == code
    site.says("/wp-json/wp/v2/comments", [comment(), comment(2)], X_WP_Total="2")
    assert [one.key[-2:] for one in site.listen(cursor).heard] == ["-2"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_asks_to_wait_is_left_alone(site: Script, status: int) -> None:
    cursor = site.listen().cursor
    site.says("/wp-json/wp/v2/comments", "later", status, Retry_After="600")
    for stood in ("", cursor):
        found = site.listen(stood)
        assert found.wait_until == WALL + timedelta(minutes=10)
        assert (found.heard, found.cursor) == ((), stood)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ((404, "<html>", {}), "no_such_place"),
        ((200, "<html>Welcome to the hotel", {}), "broken_answer"),
        ((200, {"namespaces": "wp/v2"}, {}), "broken_answer"),
        ((401, {"code": "rest_login_required"}, {}), "not_allowed"),
        ((403, "Forbidden", {}), "not_allowed"),
        ((500, "", {}), "site_trouble"),
    ],
)
def test_a_site_whose_interface_is_not_to_be_had(
    site: Script, said: tuple[int, Any, dict[str, str]], code: str
) -> None:
    site.answers["/wp-json/"] = said
    if code != "no_such_place":
        site.answers["/"] = said
    assert site.refused() == code
    assert all("Authorization" not in one.headers for one in site.asked)


def test_the_password_goes_nowhere_else(site: Script) -> None:
    with HTTPServer(host="127.0.0.1") as other:
        elsewhere = f"http://localhost:{other.port}/wp-json/"
        port = f"http://127.0.0.1:{other.port}/wp-json/"
        for lure in (elsewhere, port, "http://anna@127.0.0.1/", "http://[", "//evil.example/"):
            site.says("/", "<html>", Link=f'<{lure}>; rel="https://api.w.org/"')
            assert len(site.listen().heard) == 1
        site.says("/", "", 301, Location=elsewhere)
        assert site.refused() == "moved_elsewhere"
        site.says("/", "", 301, Location="/")
        assert site.refused() == "broken_answer"
        site.says("/", "<html>")
        cursor = json.loads(cursors.dump(cursors.Cursor(f"127.0.0.1:{site.server.port}", "anna")))
        assert len(site.listen(json.dumps({**cursor, "root": elsewhere})).heard) == 1
        assert other.log == []


def test_it_is_signed_with_the_password_and_nothing_shows_it(site: Script) -> None:
    found = site.listen()
    signed = [one for one in site.asked if "Authorization" in one.headers]
    assert {one.headers["Authorization"] for one in signed} == {f"Basic {KEY}"}
    assert {one.path for one in signed} == {
        "/wp-json/wp/v2/users/me",
        "/wp-json/wp/v2/comments",
    }
    shown = [found.cursor, repr(found), *(one.url for one in site.asked)]
    assert not any(PASSWORD in one or KEY in one for one in shown)


def test_a_site_in_a_folder_and_an_address_out_of_its_pages(site: Script) -> None:
    for path, said in list(site.answers.items()):
        site.answers[f"/blog{path}"] = said
    base = f"http://127.0.0.1:{site.server.port}/blog"
    keys = {
        site.listen(address=base + more).heard[0].key
        for more in ("", "/", "/wp-admin/edit-comments.php", "/wp-login.php", "/wp-json/")
    }
    assert keys == {f"127.0.0.1:{site.server.port}/blog#comment-1"}


@pytest.mark.parametrize(
    ("address", "user", "secret", "code"),
    [
        ("", "anna", "x", "bad_settings"),
        ("ftp://shop.example", "anna", "x", "bad_settings"),
        ("https://anna:x@shop.example", "anna", "x", "bad_settings"),
        ("https://shop.example:port", "anna", "x", "bad_settings"),
        ("https://shop .example", "anna", "x", "bad_settings"),
        ("https://shop.example", "", "x", "bad_settings"),
        ("https://shop.example", "an:na", "x", "bad_settings"),
        ("https://shop.example", "anna", " ", "sign_in_again"),
        ("http://shop.example", "anna", "x", "not_protected"),
    ],
)
def test_settings_that_cannot_work_are_told_before_anything_is_asked(
    address: str, user: str, secret: str, code: str
) -> None:
    account = Account("1", "wordpress", {"address": address, "user": user})
    with pytest.raises(KnownError) as caught:
        WordPress().sign_in(account, secret, HttpWeb())
    assert caught.value.code == code
    with pytest.raises(KnownError) as caught:
        WordPress().what({"watch": "none"})
    assert caught.value.code == "no_such_place"


def test_what_a_site_hides_of_its_people_and_pages_is_done_without(site: Script) -> None:
    site.says("/wp-json/wp/v2/users/me", {"code": "rest_no_route"}, 404)
    (heard,) = site.listen().heard
    assert heard.text == "Stale bread"


def test_one_that_is_away_for_no_reason_we_can_read_is_asked_for_again(site: Script) -> None:
    both = [comment(2), comment(1)]
    site.says("/wp-json/wp/v2/comments", both, X_WP_Total="2")
    cursor = site.listen().cursor
    site.says("/wp-json/wp/v2/comments", both[:1], X_WP_Total="1")
    site.says("/wp-json/wp/v2/comments/1", "oh", 500)
    second = site.listen(cursor)
    assert second.gone == ()
    site.says("/wp-json/wp/v2/comments/1", {"code": "rest_comment_invalid_id"}, 404)
    third = site.listen(second.cursor)
    assert [key[-2:] for key in third.gone] == ["-1"]
    assert site.listen(third.cursor).gone == ()


def test_without_an_account_the_feed_of_all_comments_is_looked_for() -> None:
    named = (
        "https://bluedoor.example/feed/",
        "https://bluedoor.example/blog/comments/feed/",
        "https://bluedoor.example/a/feed/",
    )
    found = WordPress().public_feeds("https://bluedoor.example/blog/?p=1", named)
    assert found == (
        "https://bluedoor.example/blog/comments/feed/",
        "https://bluedoor.example/blog/?feed=comments-rss2",
    )
    for own in ("https://bluedoor.example/comments/feed/", "https://b.example/?feed=comments-rss2"):
        assert WordPress().public_feeds(own, ())[0] == own
    found = WordPress().public_feeds("https://bluedoor.example/shop/feed/", ())
    assert found[0] == "https://bluedoor.example/shop/comments/feed/"
    assert "https://bluedoor.example/comments/feed/" in found
    assert isinstance(WordPress(), OpenToAll)
    assert "held ones" in WordPress().without_account
