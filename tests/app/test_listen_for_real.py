"""One life of a source with nothing faked between the socket and the data file."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from calmreply.app import queries
from calmreply.app.cases import judge
from calmreply.app.home import Home
from calmreply.app.listening import listen, polling, remedies
from calmreply.app.persons import people
from calmreply.app.proving import trust
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

ENTRY = """<item><guid>{key}</guid><title>Review {key}</title>
<author>{key}@c.example (Robin)</author>
<link>https://news.example/{key}</link><pubDate>{date}</pubDate>
<description>{text}</description></item>"""
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{}</channel></rss>'
LOGIN = "<!doctype html><html><body><h1>Sign in to the hotel</h1></body></html>"
HOME_PAGE = (
    '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" '
    'href="/feed"></head><body>News</body></html>'
)


class Town:
    """A site: a page, its feed, and moods."""

    def __init__(self, server: HTTPServer) -> None:
        self.address = server.url_for("/")
        self.feed = server.url_for("/feed")
        self.items: dict[str, str] = {}
        self.date = ""
        self.mood = ""
        server.expect_request("/").respond_with_data(HOME_PAGE, content_type="text/html")
        for path in ("/feed", "/new"):
            server.expect_request(path).respond_with_handler(self._serve)

    def _serve(self, request: Request) -> Response:
        items = [
            ENTRY.format(
                key=key, text=escape(f"<p>{text}</p><script>alert(1)</script>"), date=self.date
            )
            for key, text in self.items.items()
        ]
        whole = FEED.format("".join(items))
        tag = f'"{len(whole)}"'
        match self.mood:
            case "portal":
                return Response(LOGIN, content_type="text/html")
            case "cut":
                return Response(whole[: whole.rindex("<link>")], content_type="application/rss+xml")
            case "busy":
                return Response("later", 429, {"retry-after": "120"})
            case "moved" if request.path == "/feed":
                return Response("gone", 308, {"location": "/new"})
            case "built anew" if request.path == "/new":
                return Response("gone", 301, {"location": "/"})
        if request.headers.get("if-none-match") == tag:
            return Response(status=304, headers={"etag": tag})
        return Response(whole, headers={"etag": tag}, content_type="application/rss+xml")


def test_a_source_and_its_moods(bench: Bench, real_home: Home, httpserver: HTTPServer) -> None:
    town = Town(httpserver)
    town.date = format_datetime(bench.clock.wall - timedelta(hours=1))
    town.items = {"1": "The bread was <b>stale</b>.", "2": "Lovely."}
    with pytest.raises(KnownError) as refused:
        listen.add_source(real_home, town.address)
    assert refused.value.code == "private_address"
    added, _changes = listen.add_source(real_home, town.address, allow_private=True)
    assert (added.feed, added.title, added.found) == (town.feed, "News", 2)

    def poll() -> listen.Polled:
        (source,) = listen.sources(real_home)
        bench.clock.advance(minutes=5)
        return listen.poll(real_home, source)

    assert poll().new == 2
    texts = {one.row.text for one in queries.inbox(real_home)}
    assert texts == {"The bread was stale.", "Lovely."}
    assert (poll().new, poll().changed) == (0, 0)

    town.mood = "portal"
    assert (error := poll().error) is not None
    assert error.code == "not_a_feed_now"
    (source,) = listen.sources(real_home)
    assert (source.address, polling.remedy(source)) == (town.feed, None)
    town.mood = "busy"
    poll()
    (source,) = listen.sources(real_home)
    assert listen.asked_to_wait(source, bench.clock.wall)
    wait = (source.state.next_at or bench.clock.wall) - bench.clock.wall
    assert timedelta(minutes=2) <= wait <= timedelta(minutes=2, seconds=20)

    town.mood, town.items["3"] = "cut", "Half of this one is missing."
    assert (error := poll().error) is not None
    assert error.code == "feed_cut_off"
    assert len(queries.inbox(real_home)) == 2, "half an entry is none"
    town.mood = "moved"
    town.items["1"] = "The bread was stale, and nobody cared."
    moved = poll()
    assert (moved.new, moved.changed, moved.error) == (1, 1, None)
    (source,) = listen.sources(real_home)
    assert source.address == httpserver.url_for("/new")
    assert (source.state.trouble, source.mentions) == ("", 3)

    town.mood = "built anew"
    assert (error := poll().error) is not None
    assert error.code == "feed_moved"
    (source,) = listen.sources(real_home)
    assert polling.remedy(source) == remedies.UseFeed(httpserver.url_for("/feed"))
    polling.use_found_feed(real_home, source.id)
    polled = poll()
    assert (polled.new, polled.changed, polled.error) == (0, 0, None)

    ana, _code, _changes = people.enrol(
        real_home, people.NewPerson("Ana"), "twelve letters and more"
    )
    actor = people.unlock(real_home, ana.name, "twelve letters and more")
    (row,) = queries.inbox(real_home, words="nobody cared")
    judge.read_all(real_home, actor, row.row.case or CaseId(""))
    assert isinstance(trust.verify_journal(real_home), Whole)
