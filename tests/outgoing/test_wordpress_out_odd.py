"""Replies to WordPress comments where the site answers oddly: what each answer is told as."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from calmreply.adapters.channels.wordpress import WordPress
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import (
    SIGN_IN_AGAIN,
    Found,
    LookLaterError,
    Seen,
    SendResult,
    Unit,
)
from calmreply.app.ports.storage import Account
from calmreply.domain.outbox import Outcome, Showing
from calmreply.domain.own_site import Moderation
from calmreply.domain.reply import Address
from calmreply.errors import KnownError
from calmreply.testing.contracts.channel import CREATED, sample
from calmreply.testing.ports import InThisProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WALL = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = "abcd efgh ijkl"
LIST = "/wp-json/wp/v2/comments"
ONE = f"{LIST}/12"
ROOT = {
    "name": "Blue Door",
    "namespaces": ["wp/v2"],
    "authentication": {"application-passwords": {}},
}
KEY = "CalmReply/one"
OURS: dict[str, Any] = {
    "id": 40,
    "post": 7,
    "parent": 12,
    "author": 3,
    "content": {"raw": "We are sorry"},
    "status": "approved",
    "link": "https://bluedoor.example/a/#comment-40",
    "author_user_agent": KEY,
}
THEIRS = {**OURS, "id": 12, "parent": 0, "author": 0, "author_name": "Carla"}


@dataclass
class Script:
    """What a site answers: (status, JSON or text, headers) by "METHOD path"."""

    server: HTTPServer
    answers: dict[str, tuple[int, Any, dict[str, str]]] = field(default_factory=dict)
    posted: list[bytes] = field(default_factory=list)
    during: Callable[[str], object] = str

    def says(self, what: str, said: Any, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[what] = (status, said, named)

    def answer(self, request: Request) -> Response:
        if request.method == "POST":
            self.posted.append(request.get_data())
        asked = f"{request.method} {request.path}"
        self.during(asked)
        status, said, headers = self.answers.get(asked, (404, "<h1>Not found</h1>", {}))
        body = said if isinstance(said, (str, bytes)) else json.dumps(said)
        return Response(body, status, headers, content_type="application/json")

    @property
    def _open(self) -> tuple[Account, str]:
        settings = {"address": f"http://127.0.0.1:{self.server.port}", "user": "anna"}
        return Account("1", "wordpress", settings), PASSWORD

    @property
    def _tools(self) -> Tools:
        return Tools(HttpWeb(), InThisProcess(), WALL, allow_private=True)

    def send(self, text: str = "We are sorry") -> SendResult:
        wire = WordPress().render(sample("7/12", text=text), None, KEY, CREATED)
        result = WordPress().send(*self._open, wire, KEY, self._tools)
        assert PASSWORD not in result.words
        return result

    def find(self, text: str = "We are sorry") -> Found:
        wire = WordPress().render(sample("7/12", text=text), None, KEY, CREATED)
        return WordPress().find(*self._open, wire, KEY, self._tools)

    def see(self) -> Seen:
        return WordPress().see(*self._open, Address("wordpress", "1", "7/12"), self._tools)

    def trash(self) -> None:
        to = Address("wordpress", "1", "7/12")
        WordPress().moderate(*self._open, to, Moderation.TRASH, self._tools)


@pytest.fixture
def site() -> Iterator[Script]:
    with HTTPServer(host="127.0.0.1") as server:
        script = Script(server)
        server.expect_request(re.compile(".*")).respond_with_handler(script.answer)
        script.says("HEAD /", "")
        script.says("GET /wp-json/", ROOT)
        script.says("GET /wp-json/wp/v2/users/me", {"id": 3})
        script.says(f"GET {LIST}", [])
        script.says(f"GET {ONE}", THEIRS)
        yield script


def error(code: str, words: str = "No.") -> dict[str, str]:
    return {"code": code, "message": words}


@pytest.mark.parametrize(
    ("status", "said", "outcome", "code"),
    [
        (400, error("comment_flood"), Outcome.TRY_LATER, ""),
        (429, error("comment_flood"), Outcome.TRY_LATER, ""),
        (429, "<h1>Slow down</h1>", Outcome.TRY_LATER, ""),
        (400, error("rest_comment_content_invalid"), Outcome.REFUSED, ""),
        (400, error("some_plugin_says_no"), Outcome.REFUSED, ""),
        (403, error("rest_comment_closed"), Outcome.REFUSED, ""),
        (403, error("rest_cannot_read_post"), Outcome.REFUSED, ""),
        (403, "<h1>Guard</h1>", Outcome.REFUSED, ""),
        (404, error("rest_no_route"), Outcome.REFUSED, ""),
        (413, "<h1>Too large</h1>", Outcome.REFUSED, ""),
        (401, error("rest_not_logged_in"), Outcome.REFUSED, SIGN_IN_AGAIN),
        (409, error("edit_conflict"), Outcome.REFUSED, ""),
        (409, error("comment_duplicate"), Outcome.UNKNOWN, ""),
        (408, "", Outcome.UNKNOWN, ""),
        (500, error("internal_server_error"), Outcome.UNKNOWN, ""),
        (500, error("comment_duplicate"), Outcome.UNKNOWN, ""),
        (502, "<h1>Bad gateway</h1>", Outcome.UNKNOWN, ""),
        (503, error("maintenance"), Outcome.UNKNOWN, ""),
        (200, "<html>Welcome</html>", Outcome.UNKNOWN, ""),
        (201, "", Outcome.UNKNOWN, ""),
        (201, "{", Outcome.UNKNOWN, ""),
        (201, [OURS], Outcome.UNKNOWN, ""),
        (201, {**OURS, "id": "40"}, Outcome.UNKNOWN, ""),
        (201, {**OURS, "id": True}, Outcome.UNKNOWN, ""),
        (201, {**OURS, "id": 2**70}, Outcome.UNKNOWN, ""),
        (201, OURS, Outcome.DELIVERED, ""),
    ],
)
def test_each_answer_is_told_as_what_it_is(
    site: Script, status: int, said: object, outcome: Outcome, code: str
) -> None:
    site.says(f"POST {LIST}", said, status)
    result = site.send()
    assert (result.outcome, result.code, len(site.posted)) == (outcome, code, 1)
    assert bool(result.words) is (outcome is not Outcome.DELIVERED)
    assert bool(result.reference) is (outcome is Outcome.DELIVERED)


def test_the_sites_own_reason_is_quoted(site: Script) -> None:
    site.says(f"POST {LIST}", error("nope", "Only\nmembers <b>may</b>."), 403)
    assert 'It says: "Only members <b>may</b>.".' in site.send().words


def test_a_wait_is_kept(site: Script) -> None:
    site.says(f"POST {LIST}", error("slow"), 429, Retry_After="90")
    assert site.send().wait == timedelta(seconds=90)
    site.says(f"POST {LIST}", error("comment_flood"), 400)
    assert site.send().wait == timedelta(seconds=20)
    posted = len(site.posted)
    site.says("GET /wp-json/", "busy", 503, Retry_After="600")
    result = site.send()
    assert (result.outcome, result.wait) == (Outcome.TRY_LATER, timedelta(minutes=10))
    assert len(site.posted) == posted


@pytest.mark.parametrize(
    "asked", ["GET /wp-json/", "GET /wp-json/wp/v2/users/me", f"GET {LIST}", f"GET {LIST}/12"]
)
def test_a_look_is_asked_to_wait_as_well(site: Script, asked: str) -> None:
    """And tells for how long, so that no attempt follows before."""
    site.says(asked, "busy", 429, Retry_After="900")
    looks = [site.see] if asked.endswith("/12") else [site.find]
    for look in looks:
        with pytest.raises(LookLaterError) as told:
            look()
        assert told.value.wait == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        (404, "<h1>Not found</h1>", Outcome.NOT_LEFT),
        (500, "<h1>Down</h1>", Outcome.NOT_LEFT),
        (403, "<h1>Guard</h1>", Outcome.REFUSED),
        (401, error("rest_disabled"), Outcome.REFUSED),
    ],
)
def test_without_an_interface_nothing_is_posted(
    site: Script, status: int, said: object, outcome: Outcome
) -> None:
    site.says("GET /wp-json/", said, status)
    result = site.send()
    assert (result.outcome, result.code, site.posted) == (outcome, "", [])
    assert result.words


@pytest.mark.parametrize(
    ("slow", "outcome", "posted"),
    [("GET /wp-json/", Outcome.NOT_LEFT, 0), ("GET /wp-json/wp/v2/users/me", Outcome.UNKNOWN, 1)],
)
def test_a_site_that_takes_too_long_never_outlives_the_lease(
    site: Script, monkeypatch: pytest.MonkeyPatch, slow: str, outcome: Outcome, posted: int
) -> None:
    """Nobody may have said meanwhile that it did not arrive."""
    passed = [0.0]
    monkeypatch.setattr("calmreply.adapters.channels.wordpress.reply.monotonic", lambda: passed[0])
    site.says(f"POST {LIST}", error("comment_duplicate"), 409)
    site.says(f"GET {LIST}", [OURS])
    site.during = lambda asked: passed.append(passed.pop() + (110.0 if asked == slow else 0.1))
    result = site.send()
    assert (result.outcome, len(site.posted)) == (outcome, posted)
    assert result.words


def test_led_elsewhere_neither_words_nor_password_go_along(site: Script) -> None:
    site.says(f"POST {LIST}", "", 307, Location="http://evil.example/")
    assert (site.send().outcome, len(site.posted)) == (Outcome.REFUSED, 1)
    site.says("HEAD /", "", 301, Location="https://evil.example/")
    assert (site.send().outcome, len(site.posted)) == (Outcome.REFUSED, 1)


@pytest.mark.parametrize(
    ("changes", "pending", "words"),
    [
        ({"status": "hold"}, True, False),
        ({"status": "spam"}, True, True),
        ({"status": "trash"}, True, True),
        ({"status": ["odd"]}, True, False),
        ({"link": "javascript:alert(1)"}, False, False),
        ({"link": {"a": 1}}, False, False),
    ],
)
def test_what_was_taken_is_told_with_how_it_stands(
    site: Script, changes: dict[str, Any], pending: bool, words: bool
) -> None:
    site.says(f"POST {LIST}", {**OURS, **changes}, 201)
    result = site.send()
    assert (result.outcome, result.pending) == (Outcome.DELIVERED, pending)
    assert bool(result.words) is words
    assert result.link == ("" if "link" in changes else OURS["link"])


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.DELIVERED),
        ({"author_user_agent": "Firefox"}, Outcome.DELIVERED),
        ({"author_user_agent": "", "status": "hold"}, Outcome.DELIVERED),
        ({"author_user_agent": "", "content": {"raw": "We  are\r\nsorry "}}, Outcome.DELIVERED),
        ({"author_user_agent": "", "author": 4}, Outcome.UNKNOWN),
        ({"author_user_agent": "", "parent": 13}, Outcome.UNKNOWN),
        ({"author_user_agent": "", "content": {"raw": "We are not"}}, Outcome.UNKNOWN),
        ({"author_user_agent": "", "status": "trash"}, Outcome.UNKNOWN),
        ({"author_user_agent": "", "content": 7}, Outcome.UNKNOWN),
    ],
)
def test_a_duplicate_is_ours_only_by_key_or_by_place_author_and_words(
    site: Script, changes: dict[str, Any], outcome: Outcome
) -> None:
    site.says(f"POST {LIST}", error("comment_duplicate"), 409)
    site.says(f"GET {LIST}", [None, 7, [], {"id": -1}, {"id": 5, "author": 3}, {**OURS, **changes}])
    result = site.send()
    assert result.outcome is outcome
    assert result.reference == (
        f"127.0.0.1:{site.server.port}#comment-40" if outcome is Outcome.DELIVERED else ""
    )


def test_a_duplicate_that_cannot_be_looked_at_is_unsure(site: Script) -> None:
    site.says(f"POST {LIST}", error("comment_duplicate"), 409)
    for status in (200, 403, 429, 500):
        site.says(f"GET {LIST}", "<html>", status)
        assert site.send().outcome is Outcome.UNKNOWN


def test_where_the_site_hides_who_we_are_only_the_key_counts(site: Script) -> None:
    site.says("GET /wp-json/wp/v2/users/me", error("rest_user_invalid_id"), 404)
    site.says(f"GET {LIST}", [OURS])
    assert site.find().showing is Showing.SHOWN
    assert site.see().answered == ""
    site.says(f"GET {LIST}", [{**OURS, "author_user_agent": "", "author": 9}])
    assert site.find().showing is Showing.ABSENT


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (404, error("rest_comment_invalid_id"), "gone"),
        (410, error("rest_comment_invalid_id"), "gone"),
        (404, error("rest_post_invalid_id"), "gone"),
        (200, {**THEIRS, "status": "post-trashed"}, "gone"),
        (404, error("rest_no_route"), "no_such_place"),
        (404, "<h1>Not found</h1>", "no_such_place"),
        (200, "<html>", "broken_answer"),
        (200, [THEIRS], "broken_answer"),
        (200, {**THEIRS, "post": 8}, "not_understood"),
        (200, {**THEIRS, "content": None}, "not_understood"),
        (200, {"id": "12"}, "not_understood"),
        (401, error("rest_not_logged_in"), "sign_in_again"),
        (403, error("rest_cannot_read"), "not_allowed"),
        (429, "", "asked_to_wait"),
        (500, error("internal"), "site_trouble"),
    ],
)
def test_gone_is_only_what_the_site_says_is_gone(
    site: Script, status: int, said: object, expected: str
) -> None:
    site.says(f"GET {ONE}", said, status)
    if expected == "gone":
        assert site.see().heard is None
        return
    with pytest.raises(KnownError) as caught:
        site.see()
    assert caught.value.code == expected


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (403, error("rest_cannot_edit"), "not_allowed"),
        (401, error("rest_not_logged_in"), "sign_in_again"),
        (200, THEIRS, "not_done"),
        (500, error("rest_comment_failed_edit"), "site_trouble"),
    ],
)
def test_moderating_believes_only_how_the_comment_stands(
    site: Script, status: int, said: object, code: str
) -> None:
    site.says(f"POST {ONE}", said, status)
    with pytest.raises(KnownError) as caught:
        site.trash()
    assert caught.value.code == code
    site.says(f"GET {ONE}", {**THEIRS, "status": "trash"})
    site.trash()
    assert len(site.posted) == 1


def test_what_the_site_allows_is_told_in_bytes() -> None:
    rules = WordPress().rules("Blue Door")
    assert (rules.max_length, rules.unit) == (65_525, Unit.BYTES)
    assert WordPress().length("é<") == len("é".encode()) + len("&lt;")
    odd = ("", "7", "0/1", "1/0", "1/2/3", "\u0661/\u0662", "-1/2", "7/12\n", f"1/{2**63}")
    assert not any(WordPress().target_fits(one) for one in odd)
