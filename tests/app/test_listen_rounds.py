"""A round at every source, over a real web server: good manners, and nobody kept waiting."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.adapters.web import HttpWeb, Limits
from calmreply.app.listening import listen
from calmreply.app.ports import ParsedFeed
from calmreply.app.ports.storage import Source
from calmreply.cli import rounds
from calmreply.domain.mention import SourceId
from calmreply.testing.ports import NoFeeds

if TYPE_CHECKING:
    from tests.app.conftest import Bench

PATIENCE = 60.0
"""Seconds until a test that is stuck gives up."""


class Feeds(NoFeeds):
    """Every answer is an empty feed."""

    def parse(self, body: bytes, headers: Mapping[str, str], address: str) -> ParsedFeed:
        del body, headers
        return ParsedFeed(address, None, ())


@dataclass
class Everywhere:
    """One server under every name. Sources of `slow.example` hang until `good` others are done."""

    good: int = 0
    port: int = 0
    asked: list[str] = field(default_factory=list)
    most: Counter[str] = field(default_factory=Counter)
    _now: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    all_good: threading.Event = field(default_factory=threading.Event)
    stuck: bool = False

    def begin(self, host: str, path: str) -> None:
        with self._lock:
            self.asked.append(f"{host}{path}")
            self._now[host] += 1
            self.most[host] = max(self.most[host], self._now[host])
            self.good -= host != "slow.example"
            if self.good == 0:
                self.all_good.set()
        if host == "slow.example" and not self.all_good.wait(PATIENCE):
            self.stuck = True

    def end(self, host: str) -> None:
        with self._lock:
            self._now[host] -= 1


class Visit(BaseHTTPRequestHandler):
    here: Everywhere

    def do_GET(self) -> None:
        host = self.headers["host"].partition(":")[0]
        self.here.begin(host, self.path)
        self.here.end(host)
        self.send_response(200)
        self.send_header("content-length", "4")
        self.end_headers()
        self.wfile.write(b"feed")

    def log_message(self, *_words: Any) -> None:
        pass


@pytest.fixture
def everywhere() -> Iterator[Everywhere]:
    here = Everywhere()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Visit,), {"here": here})) as server:
        server.daemon_threads = True
        here.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield here
        here.all_good.set()
        server.shutdown()
        thread.join()


def listens_to(bench: Bench, port: int, *hosts: str) -> None:
    with bench.home.store.write() as tx:
        for number, host in enumerate(hosts):
            where = f"http://{host}:{port}/{number}"
            tx.add_source(Source(SourceId(""), "feed", where, host, allow_private=True))


def over(bench: Bench, web: HttpWeb) -> None:
    bench.home = replace(bench.home, web=web, feeds=Feeds())


def test_a_hundred_sources_of_one_slow_host_hold_up_nobody(
    bench: Bench, everywhere: Everywhere
) -> None:
    limits = Limits(seconds=2 * PATIENCE)
    over(bench, HttpWeb(limits=limits, look_up=lambda _host, _port: ["127.0.0.1"]))
    everywhere.good = 50
    good = [f"good{number}.example" for number in range(48)]
    hosts = ["slow.example"] * 100 + good + ["twice.example"] * 2
    listens_to(bench, everywhere.port, *hosts)
    polled = rounds.everything(bench.home)
    assert not everywhere.stuck, "the slow host took every thread"
    assert [one.source for one in polled] == [one.id for one in listen.sources(bench.home)]
    assert not any(one.failed for one in polled)
    assert len(everywhere.asked) == 150
    assert set(everywhere.most.values()) == {1}, "one of a host at a time"


def test_a_host_that_does_not_answer_is_not_asked_a_hundred_times(
    bench: Bench, everywhere: Everywhere
) -> None:
    def look_up(host: str, _port: int) -> list[str]:
        if host == "dead.example":
            tried.append(host)
            raise OSError("no such host")
        return ["127.0.0.1"]

    tried: list[str] = []
    over(bench, HttpWeb(look_up=look_up))
    everywhere.good = 2
    listens_to(bench, everywhere.port, "a.example", "b.example", *["dead.example"] * 30)
    polled = rounds.everything(bench.home)
    assert [one.failed for one in polled] == [False, False, *[True] * 30]
    assert len(tried) == 2
    assert [one.error.code for one in polled if one.error].count("not_asked") == 28


def test_without_a_network_a_long_list_is_over_soon(bench: Bench) -> None:
    def look_up(host: str, _port: int) -> list[str]:
        tried.append(host)
        raise OSError("no network")

    tried: list[str] = []
    over(bench, HttpWeb(limits=Limits(seconds=5), look_up=look_up))
    listens_to(bench, 80, *[f"site{number}.example" for number in range(200)])
    polled = rounds.everything(bench.home)
    assert len(polled) == 200
    assert all(one.failed for one in polled)
    assert len(tried) <= 2 * rounds.AT_ONCE + 3
    assert not [one for one in listen.sources(bench.home) if one.state.failures > 1]
