"""A laptop on the road, with a real server behind every name: no DNS, a hotel's sign-in, sleep."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from calmreply.adapters.apart import WorkerApart
from calmreply.adapters.feeds import WorkerFeedReader
from calmreply.adapters.web import HttpWeb
from calmreply.app.listening import listen, polling
from calmreply.app.listening.rhythm import Rhythm

if TYPE_CHECKING:
    from tests.app.conftest import Bench

FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'
)
ITEM = "<item><guid>{key}</guid><title>Review</title><description>{key}</description></item>"
SIGN_IN = (
    "<!doctype html><html><head><title>Room number, please</title>"
    '<link rel="alternate" type="application/rss+xml" href="/hotel-news"></head>'
    "<body><h1>Welcome</h1><p>Stale bread. One star.</p></body></html>"
)


@dataclass
class Road:
    """Where the laptop is: `home`, `no names`, or `hotel`, where `leads` says what a page does."""

    port: int
    where: str = "home"
    leads: str = "page"
    said: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def look_up(self, _host: str, _port: int) -> list[str]:
        if self.where == "no names":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if self.where == "hotel" and self.leads == "nowhere":
            return ["192.0.2.1"]  # an address that no site can have
        return ["127.0.0.1"]

    def answer(self, request: Request) -> Response:
        host = request.host.partition(":")[0]
        self.asked.append(host)
        if self.where == "hotel":
            if self.leads == "redirect" and request.path != "/sign-in":
                return Response("", 301, {"location": "/sign-in"})
            if self.leads == "elsewhere":
                return Response("", 308, {"location": f"http://hotel.example:{self.port}/"})
            return Response(SIGN_IN, 511 if self.leads == "511" else 200, content_type="text/html")
        items = "".join(ITEM.format(key=key) for key in self.said.get(host, []))
        return Response(FEED.format(host=host, items=items), content_type="application/rss+xml")


@pytest.fixture
def road(bench: Bench, httpserver: HTTPServer) -> Iterator[Road]:
    """Four shops whose feeds can be read at home."""
    found = Road(httpserver.port)
    httpserver.expect_request("/feed").respond_with_handler(found.answer)
    for path in ("/", "/sign-in", "/hotel-news"):
        httpserver.expect_request(path).respond_with_handler(found.answer)
    apart = WorkerApart(workers=1)
    bench.home = replace(
        bench.home, web=HttpWeb(look_up=found.look_up), feeds=WorkerFeedReader(apart)
    )
    for number in range(4):
        address = f"http://shop{number}.example:{found.port}/feed"
        listen.add_source(bench.home, address, allow_private=True)
    yield found
    apart.close()


def live(bench: Bench, rhythm: Rhythm, beats: int) -> None:
    """Ask every half minute, as the window does."""
    for _beat in range(beats):
        for turn in rhythm.due(polling.turns(bench.home), bench.clock.read()):
            polling.poll(bench.home, turn.source)
        bench.clock.advance(seconds=30)


def beats_until_well(bench: Bench, rhythm: Rhythm) -> int:
    for beat in range(10):
        if not any(one.state.trouble for one in listen.sources(bench.home)):
            return beat
        live(bench, rhythm, 1)
    raise AssertionError([one.state for one in listen.sources(bench.home)])


@pytest.mark.parametrize("leads", ["page", "redirect", "elsewhere", "nowhere", "511", "no names"])
def test_nothing_is_lost_and_nothing_made_up(bench: Bench, road: Road, leads: str) -> None:
    rhythm = Rhythm()
    live(bench, rhythm, 2)
    before = [(one.address, one.title) for one in listen.sources(bench.home)]
    road.where, road.leads = ("no names", "") if leads == "no names" else ("hotel", leads)
    bench.clock.sleep(hours=2)
    live(bench, rhythm, 20)
    assert rhythm.offline
    sources = listen.sources(bench.home)
    assert all(one.state.trouble for one in sources)
    assert not any(polling.needs_somebody(one) for one in sources)
    assert [(one.address, one.title) for one in sources] == before
    assert not bench.data.mentions
    road.asked.clear()
    live(bench, rhythm, 10)
    # One each half minute, and the feed that its page names; each of them may be redirected.
    assert len(road.asked) <= 4 * 10
    for number in range(4):
        road.said[f"shop{number}.example"] = [f"Said at {number}, while away"]
    road.where = "home"
    assert beats_until_well(bench, rhythm) <= 2, "within a minute"
    assert len(bench.data.mentions) == 4
    heard = [one.state.heard_at for one in listen.sources(bench.home)]
    assert all(at is not None and bench.clock.wall - at <= timedelta(minutes=1) for at in heard)
