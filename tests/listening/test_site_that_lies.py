"""Sites that lie in ways of their own protocol; notes about them that a hand or a clock spoiled."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from calmreply.adapters.channels import interface
from calmreply.adapters.channels.bluesky import Bluesky
from calmreply.adapters.channels.mastodon import Mastodon
from calmreply.adapters.channels.walking import State, state_of
from calmreply.adapters.channels.wordpress import WordPress
from calmreply.adapters.channels.wordpress import cursor as cursors
from calmreply.adapters.clock import SystemClock
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import Listener, Place, Round
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WALL = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAST_WEEK = (WALL - timedelta(days=7)).isoformat()
WP_ROOT = {
    "name": "Blue Door",
    "namespaces": ["wp/v2"],
    "authentication": {"application-passwords": {}},
}
SESSION = {"did": "did:plc:shop", "accessJwt": "a.b.c", "refreshJwt": "d.e.f"}
HALF = "\ud800"


class Town:
    """One server that is a WordPress, a Bluesky and a Mastodon; `says` by the end of the path."""

    def __init__(self, server: HTTPServer) -> None:
        self.base = f"http://127.0.0.1:{server.port}"
        self.name = self.base.removeprefix("http://")
        self.asked: list[Request] = []
        self.says: dict[str, Callable[[Request], Any]] = {
            "wp-json/": lambda _r: WP_ROOT,
            "users/me": lambda _r: {"id": 3},
            "wp/v2/comments": lambda _r: [comment(1)],
            "createSession": lambda _r: SESSION,
            "listNotifications": lambda _r: {"notifications": [notified(1)]},
            "verify_credentials": lambda _r: {"id": "shop", "acct": "shop"},
            "api/v1/notifications": lambda _r: [mentioned(1)],
        }
        self.headers: dict[str, str] = {}
        self.status = 200
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.asked.append(request)
        found = (said for end, said in self.says.items() if request.path.endswith(end))
        answer = next(found, None)
        said = answer(request) if answer else {}
        whole = json.dumps(said)
        return Response(whole, self.status, self.headers, mimetype="application/json")

    def round(self, kind: str, cursor: str = "", wall: datetime = WALL) -> Round:
        self.asked.clear()
        listener, what, settings = self._kinds()[kind]
        place = Place(what, Account("a", kind, settings), "abcd", allow_private=True)
        return listener.listen(place, cursor, Tools(HttpWeb(), InThisProcess(), wall))

    def _kinds(self) -> dict[str, tuple[Listener, str, dict[str, str]]]:
        return {
            "wordpress": (WordPress(), "all", {"address": self.base, "user": "anna"}),
            "bluesky": (Bluesky(), "notifications", {"service": self.base, "handle": "s.example"}),
            "mastodon": (Mastodon(), "notifications", {"instance": self.base}),
        }

    def cursor(self, kind: str, **said: Any) -> str:
        """A note as it is kept, with these parts changed by hand."""
        if kind == "wordpress":
            whole = json.loads(cursors.dump(cursors.Cursor(self.name, "anna")))
        else:
            whole = json.loads(State().cursor())
        return json.dumps({**whole, **said})


def comment(number: int, **other: Any) -> dict[str, Any]:
    said = {"id": number, "post": 7, "author_name": "Carla", "date_gmt": LAST_WEEK}
    return {**said, "content": f"Stale {number}", "status": "approved", **other}


def notified(number: int, **other: Any) -> dict[str, Any]:
    anna = "did:plc:anna"
    return {
        "uri": f"at://{anna}/app.bsky.feed.post/k{number}",
        "author": {"did": anna, "handle": "anna.example"},
        "reason": "mention",
        "record": {"text": f"bread {number}", "createdAt": LAST_WEEK},
        "indexedAt": LAST_WEEK,
        **other,
    }


def mentioned(number: int) -> dict[str, Any]:
    status = {
        "id": f"s{number}",
        "uri": f"https://far.example/{number}",
        "account": {"id": "e1", "acct": "anna@far.example"},
        "content": f"bread {number}",
        "created_at": LAST_WEEK,
    }
    return {"id": f"n{number}", "type": "mention", "status": status}


@pytest.fixture
def town() -> Iterator[Town]:
    with HTTPServer(host="127.0.0.1") as server:
        yield Town(server)


KINDS = ("wordpress", "bluesky", "mastodon")


def test_a_next_page_that_nobody_could_ask_for_ends_the_list(town: Town) -> None:
    town.says["listNotifications"] = lambda _r: {"notifications": [notified(1)], "cursor": HALF}
    got = town.round("bluesky")
    assert ([one.text for one in got.heard], got.more) == (["bread 1"], False)
    assert town.round("bluesky", got.cursor).heard == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "spoiled",
    [
        {"since": -62135596800},
        {"since": "0001-01-01T00:00:00+00:00"},
        {"since": 253402300799},
        {"since": "9999-12-31T23:59:59+00:00"},
        {"newest": 253402300799, "open": True},
        {"looked": -62135596800, "recent": [["k", "r"]]},
        {"looked": 253402300799, "recent": [["k", "r"]]},
        {"page": HALF, "open": True},
        {"root": "https://evil.example/wp-json/"},
        {"root": HALF},
        {"offset": -1},
        {"known": {"x": 5}},
        {"recent": 7},
    ],
    ids=str,
)
def test_a_spoiled_note_costs_no_mention(town: Town, kind: str, spoiled: dict[str, Any]) -> None:
    got = town.round(kind, town.cursor(kind, **spoiled))
    assert [one.text[-1] for one in got.heard] == ["1"]
    again = town.round(kind, got.cursor)
    assert (again.heard, again.more) == ((), False)


def test_what_was_noted_by_a_clock_that_was_years_ahead_is_not_believed_later(town: Town) -> None:
    """Else nothing beyond the first page would be read until that year has come."""
    ahead = WALL + timedelta(days=1500)
    town.says["listNotifications"] = lambda _r: {"notifications": []}
    town.says["wp/v2/comments"] = lambda _r: []
    walked, commented = town.round("bluesky", wall=ahead), town.round("wordpress", wall=ahead)
    assert state_of(walked.cursor).since == ahead

    def pages(request: Request) -> Any:
        page = int(request.args.get("cursor", "0"))
        found = [notified(page * 100 + n) for n in range(100)]
        return {"notifications": found, "cursor": str(page + 1) if page < 2 else ""}

    def comments(request: Request) -> Any:
        start = int(request.args.get("offset", "0"))
        return [comment(n) for n in range(1 + start, min(start + 100, 250) + 1)]

    town.says["listNotifications"] = pages
    town.says["wp/v2/comments"] = comments
    assert len(town.round("bluesky", walked.cursor).heard) == 300
    town.headers["X-WP-Total"] = "250"
    heard: set[str] = set()
    cursor, more = commented.cursor, True
    while more:
        got = town.round("wordpress", cursor)
        heard |= {one.key for one in got.heard}
        cursor, more = got.cursor, got.more
    assert len(heard) == 250


def test_a_site_that_moved_to_https_is_found_anew(town: Town) -> None:
    """The interface that was noted is less protected than the site is now: it is asked no more."""
    found = town.round("wordpress").cursor
    noted = replace(cursors.load(found, town.name, "anna"), root="http://127.0.0.1:1/wp-json/")
    got = town.round("wordpress", cursors.dump(noted))
    assert cursors.load(got.cursor, town.name, "anna").root == f"{town.base}/wp-json/"
    assert {one.host for one in town.asked} == {town.name}


@pytest.mark.parametrize("kind", ["bluesky", "mastodon"])
def test_pages_that_are_slow_all_together_end_and_keep_what_came(
    town: Town, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer takes 25 seconds: slow, and never too slow by itself."""
    clock = [1000.0]
    monkeypatch.setattr(interface, "monotonic", lambda: clock[0])

    def slowly(said: Callable[[int], Any]) -> Callable[[Request], Any]:
        def answer(_request: Request) -> Any:
            clock[0] += 25
            return said(len(town.asked) * 100)

        return answer

    town.says["listNotifications"] = slowly(
        lambda first: {
            "notifications": [notified(first + n) for n in range(100)],
            "cursor": str(first),
        }
    )
    town.says["api/v1/notifications"] = slowly(
        lambda first: [mentioned(first + n) for n in range(40)]
    )
    got = town.round(kind)
    assert len(town.asked) < 7
    assert len(got.heard) == len({one.key for one in got.heard}) >= 100


def test_a_wordpress_that_is_slow_all_together_is_left(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(interface, "monotonic", lambda: clock[0])

    def slowly(_request: Request) -> Any:
        clock[0] += 50
        return WP_ROOT

    town.says["wp-json/"] = town.says["users/me"] = slowly
    with pytest.raises(KnownError) as caught:
        town.round("wordpress")
    assert caught.value.code == "too_slow"
    assert len(town.asked) < 5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "headers",
    [
        {"X-WP-Total": "-5", "X-WP-TotalPages": "99999999999999999999"},
        {"X-WP-Total": "9" * 400},
        {"Link": '<file:///etc/passwd?max_id=1>; rel="next"'},
        {"Link": '<https://evil.example/?max_id=%00%0d%0aX>; rel="next"'},
        {"Link": '<http://[>; rel="next"'},
    ],
    ids=str,
)
def test_headers_that_lie_lead_nowhere_and_end(
    town: Town, kind: str, headers: dict[str, str]
) -> None:
    town.headers.update(headers)
    cursor, rounds = "", 0
    while rounds < 30:
        got = town.round(kind, cursor)
        cursor, rounds = got.cursor, rounds + 1
        assert {one.host for one in town.asked} == {town.name}
        if not got.more:
            break
    assert rounds < 10
    assert town.round(kind, cursor).heard == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "when", ["9999-12-31T23:59:59", "9999-12-31T23:59:59Z", "2033-01-01T00:00:00", "0000-00-00"]
)
def test_what_comes_from_the_future_has_no_date(town: Town, kind: str, when: str) -> None:
    """And none that a time zone to the east of ours could not show."""
    far = {"text": "bread", "createdAt": when}
    town.says["wp/v2/comments"] = lambda _r: [comment(1, date_gmt=when)]
    town.says["listNotifications"] = lambda _r: {
        "notifications": [notified(1, record=far, indexedAt=when)]
    }
    status = mentioned(1)
    status["status"]["created_at"] = when
    town.says["api/v1/notifications"] = lambda _r: [status]
    got = town.round(kind)
    assert [one.published for one in got.heard] == [None]
    assert town.round(kind, got.cursor).heard == ()


def test_a_token_follows_no_identity_document_to_another_host(town: Town) -> None:
    far = {"id": "#atproto_pds", "serviceEndpoint": "http://169.254.169.254/"}
    town.says["createSession"] = lambda _r: {**SESSION, "didDoc": {"service": [far]}}
    assert len(town.round("bluesky").heard) == 1
    assert {one.host for one in town.asked} == {town.name}


@pytest.mark.parametrize("kind", KINDS)
def test_posts_of_a_stranger_that_are_too_long_together_hide_no_other(
    town: Town, kind: str
) -> None:
    """Some servers pass on posts of a megabyte; four of those are more than an answer may hold."""
    long = "www.a.b " * 100_000
    numbers = list(range(10, 0, -1))

    def part(request: Request, make: Callable[[int], dict[str, Any]]) -> tuple[list[Any], int]:
        before = request.args.get("cursor") or request.args.get("max_id", "n11")
        first = int(request.args.get("offset", 11 - int(before[1:])))
        limit = int(request.args.get("limit") or request.args["per_page"])
        return [make(n) for n in numbers[first : first + limit]], first + limit

    def post(number: int) -> dict[str, Any]:
        record = {"text": f"bread {number}", "createdAt": LAST_WEEK}
        return notified(number, record=record | ({"x": long} if 3 < number < 8 else {}))

    def status(number: int) -> dict[str, Any]:
        said = mentioned(number)
        said["status"]["content"] += f" {long}" if 3 < number < 8 else ""
        return said

    def skeets(request: Request) -> Any:
        found, end = part(request, post)
        return {"notifications": found, "cursor": f"c{11 - end}" if end < 10 else ""}

    town.says["listNotifications"] = skeets
    town.says["api/v1/notifications"] = lambda request: part(request, status)[0]
    town.says["wp/v2/comments"] = lambda request: part(
        request, lambda n: comment(n, content=f"Stale {n} {long if 3 < n < 8 else ''}")
    )[0]
    town.headers["X-WP-Total"] = "10"
    heard, cursor = set[str](), ""
    for _round in range(9):
        got = town.round(kind, cursor)
        heard |= {one.key for one in got.heard}
        cursor = got.cursor
        if not got.more:
            break
    assert len(heard) == 10
    assert town.round(kind, cursor).more is False


@pytest.mark.parametrize("wrong", [timedelta(hours=-3), timedelta(days=2), timedelta(days=-3650)])
@pytest.mark.parametrize("kind", KINDS)
def test_how_long_to_wait_is_told_by_the_site_s_own_clock(
    town: Town, kind: str, wrong: timedelta
) -> None:
    """Ours may be set to anything: three hours behind it would wait for three hours more."""
    first = town.round(kind, wall=WALL + wrong)
    town.status = 429
    there = SystemClock().read().wall  # which the server says with each answer
    town.headers = {"ratelimit-reset": str(int(there.timestamp()) + 1200)}
    waits = town.round(kind, first.cursor, WALL + wrong).wait_until
    assert waits is not None
    assert abs(waits - WALL - wrong - timedelta(minutes=20)) < timedelta(minutes=1)
