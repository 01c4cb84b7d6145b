"""The network changes in the middle of rounds at four kinds of places, and comes back.

One server on loopback is all of them, behind their names. From one of its answers on the laptop is
somewhere else: without names, or behind somebody who answers in everybody's place.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from tests.app.conftest import Bench
from werkzeug import Request, Response

from calmreply.adapters.channels.bluesky import Bluesky
from calmreply.adapters.channels.mastodon import Mastodon
from calmreply.adapters.channels.wordpress import WordPress
from calmreply.adapters.feeds import WorkerFeedReader
from calmreply.adapters.web import HttpWeb
from calmreply.app.listening import listen, polling
from calmreply.app.listening.rhythm import Rhythm
from calmreply.app.sending import accounts
from calmreply.testing.clock import FakeClock
from calmreply.testing.ports import InThisProcess

NEWS, BAKERY, SOCIAL, SKY = "news.example", "bakery.example", "social.example", "sky.example"
SIGN_IN = (
    "<!doctype html><html><body><h1>Welcome to the hotel</h1><p>Stale bread.</p></body></html>"
)
ROOT = {
    "name": "Bakery",
    "namespaces": ["wp/v2"],
    "authentication": {"application-passwords": {}},
}
SESSION = {"did": "did:plc:shop", "accessJwt": "a.b.c", "refreshJwt": "d.e.f"}
ANSWERED = "https://far.example/what-they-answer"
MOODS = (
    *("no names", "nobody by that name", "page", "redirect", "nothing", "half"),
    *("half packed", "hangs up", "403", "404", "503", "511"),
)


@dataclass
class Street:
    """Four places on one server. `said` is what stands at all of them, the newest last.

    After `answers` more answers the laptop is `away`, as the mood says; None: at home.
    """

    port: int
    clock: FakeClock
    said: list[tuple[int, str]] = field(default_factory=list)
    answers: int | None = None
    away: str = ""
    asked: list[str] = field(default_factory=list)

    @property
    def is_away(self) -> bool:
        return self.answers is not None and self.answers <= 0

    def says(self, count: int) -> None:
        for _one in range(count):
            self.said.append((len(self.said) + 1, self.clock.wall.isoformat()))

    def look_up(self, _host: str, _port: int) -> list[str]:
        if self.is_away and self.away == "no names":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if self.is_away and self.away == "nobody by that name":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ["127.0.0.1"]

    def answer(self, request: Request) -> Response:
        host = request.host.partition(":")[0]
        self.asked.append(f"{host}{request.path}")
        away = self.is_away
        if self.answers is not None:
            self.answers -= 1
        if away and self.away not in ("half", "half packed", "hangs up"):
            return self._instead(request)
        there = self._there(host, request)
        return self._spoiled(there) if away else there

    def _instead(self, request: Request) -> Response:
        match self.away:
            case "redirect" if request.path != "/sign-in":
                return Response("", 302, {"location": f"http://hotel.example:{self.port}/sign-in"})
            case "nothing":
                return Response("", 200)
            case number if number.isdecimal():
                return Response(SIGN_IN, int(number), content_type="text/html")
            case _:
                return Response(SIGN_IN, 200, content_type="text/html")

    def _spoiled(self, there: Response) -> Response:
        """As somebody on the way does who hands on only a part; what is empty stays so."""
        body = there.get_data()
        if self.away == "half packed":
            packed = gzip.compress(body)
            there.set_data(packed[: len(packed) // 2])
            there.headers["content-encoding"] = "gzip"
        else:
            there.set_data(body[: len(body) // 2])
        if self.away == "hangs up":
            there.headers["content-length"] = str(len(body) + 9)
        return there

    def _there(self, host: str, request: Request) -> Response:
        match host:
            case "news.example":
                return self._feed()
            case "bakery.example":
                return self._wordpress(request)
            case "social.example":
                return self._mastodon(request)
            case _:
                return self._bluesky(request)

    def _feed(self) -> Response:
        date = format_datetime(self.clock.wall)
        items = "".join(
            f"<item><guid>{n}</guid><title>On</title><pubDate>{date}</pubDate>"
            f"<description>news {n}</description></item>"
            for n, _at in reversed(self.said)
        )
        whole = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}'
        return Response(f"{whole}</channel></rss>", content_type="application/rss+xml")

    def _wordpress(self, request: Request) -> Response:
        path = request.path.rstrip("/")
        if path.endswith("/wp-json"):
            return json_(ROOT)
        if path.endswith("/users/me"):
            return json_({"id": 3})
        if not path.endswith("/comments"):
            return json_({}) if path == "" else Response("none", 404)
        if "include" in request.args:
            return json_([])
        size, offset = int(request.args["per_page"]), int(request.args.get("offset", 0))
        newest = self.said[::-1][offset : offset + size]
        found = [
            {"id": n, "post": 7, "author_name": "Carla", "date_gmt": at, "status": "approved"}
            | {"content": f"comment {n}"}
            for n, at in newest
        ]
        return json_(found, {"x-wp-total": str(len(self.said))})

    def _mastodon(self, request: Request) -> Response:
        if request.path.endswith("/verify_credentials"):
            return json_({"id": "shop", "acct": "shop"})
        if not request.path.endswith("/notifications"):
            return json_({"id": "77", "uri": ANSWERED})
        below = int(request.args.get("max_id", 10**9))
        newest = [one for one in reversed(self.said) if one[0] < below][
            : int(request.args["limit"])
        ]
        found = [
            {
                "id": str(n),
                "type": "mention",
                "status": {
                    "id": f"s{n}",
                    "uri": f"https://far.example/{n}",
                    "account": {"id": "e1", "acct": "anna@far.example"},
                    "content": f"status {n}",
                    "created_at": at,
                    "in_reply_to_id": "77",
                },
            }
            for n, at in newest
        ]
        return json_(found)

    def _bluesky(self, request: Request) -> Response:
        match request.path.rpartition(".")[2]:
            case "listNotifications":
                below = int(request.args.get("cursor", 10**9))
                size = int(request.args["limit"])
                newest = [one for one in reversed(self.said) if one[0] < below][:size]
                said: dict[str, Any] = {"notifications": [notified(*one) for one in newest]}
                return json_(said | ({"cursor": str(newest[-1][0])} if newest else {}))
            case "getPosts":
                return json_({"posts": [{"uri": one} for one in request.args.getlist("uris")]})
            case _:
                return json_(SESSION)


def json_(said: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(said), 200, headers, mimetype="application/json")


def notified(number: int, at: str) -> dict[str, Any]:
    return {
        "uri": f"at://did:plc:anna/app.bsky.feed.post/k{number}",
        "author": {"did": "did:plc:anna", "handle": "anna.example"},
        "reason": "mention",
        "record": {"text": f"post {number}", "createdAt": at},
        "indexedAt": at,
    }


@pytest.fixture
def street(bench: Bench, httpserver: HTTPServer) -> Street:
    """Listened to at four places, each heard well; five things were said there."""
    found = Street(httpserver.port, bench.clock)
    httpserver.expect_request(re.compile(".*")).respond_with_handler(found.answer)
    kinds = (WordPress(), Mastodon(), Bluesky())
    bench.home = replace(
        bench.home,
        web=HttpWeb(look_up=found.look_up),
        feeds=WorkerFeedReader(InThisProcess()),
        listeners={one.kind: one for one in kinds},
    )
    found.says(5)
    bench.clock.advance(minutes=1)
    at = {host: f"http://{host}:{found.port}" for host in (NEWS, BAKERY, SOCIAL, SKY)}
    listen.add_source(bench.home, f"{at[NEWS]}/feed", allow_private=True)
    for kind, settings in (
        ("wordpress", {"address": at[BAKERY], "user": "anna"}),
        ("mastodon", {"instance": at[SOCIAL]}),
        ("bluesky", {"service": at[SKY], "handle": "shop.example"}),
    ):
        accounts.add(bench.home, None, kind, settings, "secret-word")
        listen.add_place(bench.home, kind, {}, allow_private=True)
    return found


def live(bench: Bench, rhythm: Rhythm, beats: int) -> None:
    """Ask every half minute, as the window does."""
    for _beat in range(beats):
        for turn in rhythm.due(polling.turns(bench.home), bench.clock.read()):
            polling.poll(bench.home, turn.source)
        bench.clock.advance(seconds=30)


def texts(bench: Bench) -> list[str]:
    return sorted(one.now.text for one in bench.data.mentions.values())


def everything(street: Street) -> list[str]:
    words = ("news", "comment", "status", "post")
    return sorted(f"{word} {n}" for word in words for n, _at in street.said)


def troubles(bench: Bench) -> list[str]:
    return [one.state.trouble for one in listen.sources(bench.home) if one.state.trouble]


def trial(bench: Bench, street: Street, mood: str, answers: int) -> int:
    """How many beats until all is well again."""
    rhythm = Rhythm()
    live(bench, rhythm, 2)
    assert texts(bench) == everything(street)
    before = [(one.address, one.title) for one in listen.sources(bench.home)]
    street.says(120)
    bench.clock.advance(minutes=20)
    street.away, street.answers = mood, answers
    live(bench, rhythm, 25)
    street.says(3)
    heard = set(texts(bench))
    assert heard <= set(everything(street)), "no false mention"
    assert len(heard) == len(texts(bench)), "none twice"
    assert [(one.address, one.title) for one in listen.sources(bench.home)] == before
    street.answers = None
    beats = 0
    while texts(bench) != everything(street) or troubles(bench):
        assert beats < 30, [one.state for one in listen.sources(bench.home)]
        live(bench, rhythm, 1)
        beats += 1
    assert not any(one.gone for one in bench.data.mentions.values())
    return beats


@pytest.mark.parametrize("mood", MOODS)
def test_in_the_middle_of_a_long_round(bench: Bench, street: Street, mood: str) -> None:
    """From the second page of the second place on."""
    assert trial(bench, street, mood, 2) <= 2, "within a minute"


@pytest.mark.parametrize("answers", [5, 9])
@pytest.mark.parametrize("mood", ["no names", "403"])
def test_wherever_a_round_is(bench: Bench, street: Street, mood: str, answers: int) -> None:
    assert trial(bench, street, mood, answers) <= 2, "within a minute"


@pytest.mark.parametrize("mood", ["no names", "nobody by that name"])
def test_what_answers_us_is_known_by_what_it_answers(
    bench: Bench, street: Street, mood: str
) -> None:
    """The network goes between what they say and the question what it answers."""
    rhythm = Rhythm()
    live(bench, rhythm, 2)
    street.says(1)
    bench.clock.advance(minutes=10)
    street.asked.clear()
    street.away, street.answers = mood, 4
    live(bench, rhythm, 2)
    assert f"{SOCIAL}/api/v1/notifications" in street.asked
    street.answers = None
    live(bench, rhythm, 2)
    assert texts(bench) == everything(street)
    said = {one.answers for one in bench.data.mentions.values() if "status" in one.now.text}
    assert said == {ANSWERED}


def test_who_refuses_for_good_is_not_asked_again_and_again(bench: Bench, street: Street) -> None:
    """An hour long it may be the network's doing; then it is the places', and each has its turn."""
    rhythm = Rhythm()
    live(bench, rhythm, 2)
    street.away, street.answers = "404", 0
    live(bench, rhythm, 150)
    street.asked.clear()
    live(bench, rhythm, 240)
    feed = [one for one in street.asked if one.startswith(NEWS)]
    assert len(feed) <= 4, "in two hours"
