"""`HttpWeb` against a real server: what comes, what is refused, and that it always ends."""

from __future__ import annotations

import contextlib
import gzip
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.elsewhere import free_port

from calmreply import __version__
from calmreply.adapters.web import HttpWeb, Limits
from calmreply.adapters.web.budget import Budget
from calmreply.errors import KnownError

BODY = b"<rss version='2.0'>caf\xc3\xa9</rss>"
ENDLESS = 60.0
"""Seconds: what is given up after two is given up long before."""


Answer = Callable[["Visit"], None]


class Visit(BaseHTTPRequestHandler):
    """One request; `write` sends raw bytes, `pause` waits a moment unless the test is over."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.site.visits.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        self.close_connection = True
        answer = self.site.answers.get(self.path.partition("?")[0])
        with suppress(OSError):  # the reader may hang up, as it should
            (answer or self.site.plain(404, b"no such page"))(self)

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def pause(self, seconds: float = 0.02) -> bool:
        return not self.site.over.wait(seconds)

    def log_message(self, *_words: Any) -> None:
        pass


@dataclass
class Site:
    """Answers by path; `visits` holds what was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    visits: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def address(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def serve(self, body: bytes, *, status: int = 200, path: str = "/feed", **named: str) -> None:
        self.answers[path] = self.plain(status, body, **named)

    @staticmethod
    def plain(status: int, body: bytes, **named: str) -> Answer:
        """An ordinary answer; `content_type="a/b"` becomes the header `content-type`."""

        def answer(visit: Visit) -> None:
            visit.send_response(status)
            headers = {name.replace("_", "-"): value for name, value in named.items()}
            if status != 304:
                headers.setdefault("content-length", str(len(body)))
            for name, value in headers.items():
                visit.send_header(name, value)
            visit.end_headers()
            visit.write(body)

        return answer


@pytest.fixture
def site() -> Iterator[Site]:
    """A real web server on this computer that can misbehave in every way a stranger's can."""
    here = Site()
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), type("VisitHere", (Visit,), {"site": here})
    ) as server:
        server.daemon_threads = True
        here.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield here
        here.over.set()
        server.shutdown()
        thread.join()


def refused(web: HttpWeb, address: str, **more: Any) -> str:
    """The code of the known error that `get` ends in."""
    with pytest.raises(KnownError) as caught:
        web.get(address, **more)
    assert caught.value.words
    assert caught.value.way_out
    return caught.value.code


# --- what comes ----------------------------------------------------------------------------


def test_a_download_brings_all_and_tells_little(site: Site) -> None:
    site.serve(BODY, content_type="text/xml", set_cookie="who=me", etag='"a"', x_odd="one")
    web = HttpWeb()
    first = web.get(site.address("/feed#part"), allow_private=True)
    assert (first.status, first.body, first.address) == (200, BODY, site.address())
    assert first.asked == site.address("/feed#part")
    assert first.headers["etag"] == '"a"'
    assert first.headers["x-odd"] == "one"
    assert "set-cookie" not in first.headers
    assert (first.moved_to, first.outside_time) == (None, None)
    web.get(site.address(), allow_private=True)
    for _path, asked in site.visits:
        name, _space, what_it_is = asked["user-agent"].partition(" ")
        assert name == f"CalmReply/{__version__}"
        assert what_it_is.isascii()
        assert "://" not in what_it_is, "no address that may not be ours"
        assert asked["host"] == f"127.0.0.1:{site.port}"
        assert not {"cookie", "referer", "authorization", "if-none-match"} & asked.keys()


def test_an_unchanged_feed_is_not_sent_again(site: Site) -> None:
    def answer(visit: Visit) -> None:
        known = visit.headers.get("If-None-Match") == 'W/"caf\xe9"'
        same = visit.headers.get("If-Modified-Since") == "Tue, 10 Nov 2026 10:00:00 GMT"
        site.plain(304 if known and same else 200, b"", etag='W/"caf\xe9"')(visit)

    site.answers["/feed"] = answer
    web = HttpWeb()
    first = web.get(site.address(), allow_private=True)
    again = web.get(
        site.address(),
        allow_private=True,
        etag=first.headers["etag"],
        last_modified="Tue, 10 Nov 2026 10:00:00 GMT",
    )
    assert (first.status, again.status, again.body) == (200, 304, b"")


def test_a_marker_that_cannot_stand_in_a_header_is_left_out(site: Site) -> None:
    site.serve(BODY)
    HttpWeb().get(
        site.address(), allow_private=True, etag='"a"\r\nX-Evil: 1', last_modified="\u2603"
    )
    assert not {"if-none-match", "if-modified-since", "x-evil"} & site.visits[0][1].keys()


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_an_error_status_is_told_and_its_page_left_out(site: Site, status: int) -> None:
    site.serve(b"x" * 100, status=status, content_length=str(10**9), retry_after="60")
    got = HttpWeb().get(site.address(), allow_private=True)
    assert (got.status, got.body, got.headers["retry-after"]) == (status, b"", "60")


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(BODY)),
        ("x-gzip", gzip.compress(BODY[:5]) + gzip.compress(BODY[5:]) + b"trailing rubbish"),
        ("deflate", zlib.compress(BODY)),
        ("deflate", raw_deflate(BODY)),
        ("identity", BODY),
    ],
    ids=["gzip", "two-and-rubbish", "deflate", "deflate-raw", "identity"],
)
def test_what_was_packed_is_unpacked_even_byte_by_byte(
    site: Site, encoding: str, packed: bytes
) -> None:
    def answer(visit: Visit) -> None:
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        visit.write(head.encode())
        for byte in packed:
            visit.write(b"1\r\n%c\r\n" % byte)
        visit.write(b"0\r\n\r\n")

    site.answers["/feed"] = answer
    assert HttpWeb().get(site.address(), allow_private=True).body == BODY


# --- too much, too slow, broken ------------------------------------------------------------


@pytest.mark.parametrize("announced", [True, False])
def test_an_endless_feed_is_stopped(site: Site, announced: bool) -> None:
    sent = []

    def answer(visit: Visit) -> None:
        length = b"Content-Length: 1073741824\r\n" if announced else b""
        visit.write(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n")
        while visit.pause(0):
            visit.write(b"x" * 65536)
            sent.append(65536)

    site.answers["/feed"] = answer
    tracemalloc.start()
    try:
        assert refused(HttpWeb(), site.address(), allow_private=True) == "too_big"
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
    assert sum(sent) < 20_000_000  # ours, and what the system's buffers took


@pytest.mark.parametrize("each", ["long", "short"])
def test_endless_headers_are_stopped_long_before_as_much_is_read_as_of_a_feed(
    site: Site, each: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred thousand short ones would keep everything else waiting for seconds."""
    long = b"HTTP/1.1 103 Early Hints\r\nX: " + b"y" * 60_000 + b"\r\n\r\n"
    said = long if each == "long" else b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000
    read: list[int] = []
    received = Budget.received

    def counted(budget: Budget, size: int) -> None:
        read.append(size)
        received(budget, size)

    def answer(visit: Visit) -> None:
        while visit.pause(0):
            visit.write(said)

    monkeypatch.setattr(Budget, "received", counted)
    site.answers["/feed"] = answer
    assert refused(HttpWeb(), site.address(), allow_private=True) == "too_big"
    assert sum(read) < 512 * 1024


@pytest.mark.parametrize(
    ("bomb", "encoding"),
    [
        (gzip.compress(b"\0" * 30_000_000), "gzip"),
        (zlib.compress(b"\0" * 30_000_000), "deflate"),
        (gzip.compress(b"\0" * 1_500_000), "gzip"),  # within the size, far beyond the ratio
    ],
)
def test_a_small_download_cannot_become_a_huge_one(site: Site, bomb: bytes, encoding: str) -> None:
    site.serve(bomb, content_encoding=encoding)
    HttpWeb().get(site.address("/warm"), allow_private=True)
    tracemalloc.start()
    try:
        assert refused(HttpWeb(), site.address(), allow_private=True) == "too_big"
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_small_repetitive_feed_is_no_bomb(site: Site) -> None:
    body = b"<item/>" * 100_000
    site.serve(gzip.compress(body), content_encoding="gzip")
    assert HttpWeb().get(site.address(), allow_private=True).body == body


@pytest.mark.parametrize("where", ["headers", "body", "nowhere"])
def test_a_slow_drip_holds_nobody_longer_than_allowed(site: Site, where: str) -> None:
    def answer(visit: Visit) -> None:
        if where == "body":
            visit.write(b"HTTP/1.1 200 OK\r\n\r\n")
        if where == "headers":
            visit.write(b"HTTP/1.1 200 OK\r\nX: ")
        while visit.pause():
            if where != "nowhere":
                visit.write(b"x")

    site.answers["/feed"] = answer
    begin = time.monotonic()
    code = refused(HttpWeb(limits=Limits(seconds=2.0)), site.address(), allow_private=True)
    assert code == "too_slow"
    assert time.monotonic() - begin < ENDLESS


def test_a_look_up_that_hangs_is_not_waited_for(site: Site) -> None:
    def look_up(_host: str, _port: int) -> list[str]:
        site.over.wait(ENDLESS)
        return ["127.0.0.1"]

    web = HttpWeb(limits=Limits(seconds=1.0), look_up=look_up)
    assert refused(web, "http://shop.example/", allow_private=True) == "cannot_connect"
    web = HttpWeb(limits=Limits(connect_seconds=0.3), look_up=look_up)
    assert refused(web, "http://shop.example/", allow_private=True) == "cannot_connect"
    site.over.set()


def test_a_connection_that_nobody_takes_is_no_slow_site() -> None:
    """As behind a network that drops everything: what was not reached can be tried often."""
    with socket.socket() as full, contextlib.ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _place in range(3):  # a place in the queue, and those that find it full
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        web = HttpWeb(limits=Limits(seconds=1.0))
        where = f"http://127.0.0.1:{full.getsockname()[1]}/"
        assert refused(web, where, allow_private=True) == "cannot_connect"


def test_somebody_can_stop_it_between_two_pieces(site: Site) -> None:
    stop = threading.Event()

    def answer(visit: Visit) -> None:
        visit.write(b"HTTP/1.1 200 OK\r\n\r\nx")
        stop.set()
        while visit.pause():
            pass

    site.answers["/feed"] = answer
    code = refused(HttpWeb(), site.address(), allow_private=True, cancelled=stop.is_set)
    assert code == "cancelled"
    assert refused(HttpWeb(), site.address(), cancelled=lambda: True) == "cancelled"
    assert len(site.visits) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(BODY)[:-3],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip at all",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nxxxx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"220 mail.shop.example ESMTP\r\n",
        b"",
    ],
    ids=["short", "gzip cut off", "no gzip", "not asked for", "chunks", "no web server", "nothing"],
)
def test_a_broken_answer_is_told_as_such(site: Site, answer: bytes) -> None:
    site.answers["/feed"] = lambda visit: visit.write(answer)
    assert refused(HttpWeb(), site.address(), allow_private=True) == "broken_answer"


def test_nobody_at_home() -> None:
    where = f"http://127.0.0.1:{free_port()}/"
    assert refused(HttpWeb(), where, allow_private=True) == "cannot_connect"


def test_a_name_that_does_not_exist_and_a_dead_network_are_two_things() -> None:
    def dead(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    assert refused(HttpWeb(), "http://nowhere.invalid/") == "no_such_host"
    assert refused(HttpWeb(), f"http://{'a' * 70}.example/") == "no_such_host"
    assert refused(HttpWeb(look_up=dead), "http://shop.example/") == "cannot_connect"


# --- the house -----------------------------------------------------------------------------


def test_importing_the_package_does_not_import_the_library() -> None:
    words = (
        "import sys, calmreply.adapters.web as w; w.HttpWeb(); assert 'httpx2' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", words], check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )


def test_what_the_library_takes_to_be_loaded_is_no_site_s_slowness() -> None:
    words = """if True:
        import sys
        from calmreply.adapters.web import HttpWeb, client
        from calmreply.errors import KnownError
        begun, real = [], client.Budget
        client.Budget = lambda *told: begun.append('httpcore2' in sys.modules) or real(*told)
        for go in (HttpWeb().get, HttpWeb().ask):
            try:
                go('http://127.0.0.1/')
            except KnownError:
                pass
        sys.exit(0 if begun == [True, True] else str(begun))
    """
    path = ":".join(sys.path)
    subprocess.run([sys.executable, "-c", words], check=True, env={"PYTHONPATH": path})


def test_many_threads_share_one_web(site: Site) -> None:
    site.serve(BODY)
    web, bodies = HttpWeb(), []

    def get() -> None:
        bodies.append(web.get(site.address(), allow_private=True).body)

    threads = [threading.Thread(target=get) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == [BODY] * 4
