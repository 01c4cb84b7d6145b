"""Feeds of a real web server: one that a page names, and one of alerts with its redirects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from tests.journey.ears import opened
from tests.journey.hands import Hands, Keys, Mouse
from werkzeug import Request, Response

if TYPE_CHECKING:
    from datetime import datetime

    from pytest_httpserver import HTTPServer
    from tests.journey.conftest import Shop

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

SITE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Harbour News &#8211; what is on</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css"><link rel="icon" href="/favicon.ico">
<link rel="canonical" href="/"><link rel="alternate" hreflang="de" href="/de/">
<link rel="alternate" type="application/rss+xml" title="Harbour News" href="/feed/?a=1&amp;b=2">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<script>window.settings = {"feed": "/wrong/feed"};</script></head>
<body><header><nav><a href="/about">About us</a> <a href="/feed-your-cat">Cats</a></nav></header>
<main><article><h2>Bread</h2>
<p>What stands here is no feed &lt;rss&gt;.</article></main></body></html>
"""
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Harbour News</title><link>https://news.example/</link>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://news.example/{key}</link><guid>{key}</guid>
<dc:creator>{who}</dc:creator><pubDate>{date:%a, %d %b %Y %H:%M:%S GMT}</pubDate>
<description>{text}</description></item>"""
ALERTS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Google Alert - Blue Door Bakery</title>
<link>https://www.google.com/alerts/feeds/1/2</link>{items}</channel></rss>"""
ALERT = """<item><guid>tag:google.com,2013:googlealerts/feed:{key}</guid>
<title>{who}: &lt;b&gt;Blue Door Bakery&lt;/b&gt;</title><author>{who}</author>
<link>https://www.google.com/url?rct=j&amp;sa=t&amp;url={page}&amp;ct=ga&amp;cd=CAEY&amp;usg=A</link>
<pubDate>{date:%a, %d %b %Y %H:%M:%S GMT}</pubDate><description>{text}</description></item>"""
CARLA, DORA = "Stale bread & no word of regret.", "The new rolls are worth the walk."
EMIL = "I waited for half an hour."


@dataclass
class Feed:
    """One that grows, and says so honestly."""

    around: str
    items: list[str] = field(default_factory=list)
    unchanged: int = 0

    def answer(self, request: Request) -> Response:
        tag = f'"{len(self.items)}"'
        if request.headers.get("If-None-Match") == tag:
            self.unchanged += 1
            return Response(status=304)
        body = self.around.format(items="".join(self.items))
        return Response(body, 200, {"ETag": tag}, content_type="application/rss+xml")


def item(key: str, who: str, text: str, date: datetime) -> str:
    said = escape(escape(text))
    return ITEM.format(key=key, who=who, title=f"Reader {key}", text=said, date=date)


def alert(key: str, who: str, text: str, date: datetime) -> str:
    page = quote(f"https://news.example/{key}?a=1&b=2", safe="")
    return ALERT.format(key=key, who=who, page=page, text=escape(escape(text)), date=date)


@pytest.mark.parametrize("way", [Mouse, Keys])
def test_a_feed_that_a_page_names(shop: Shop, httpserver: HTTPServer, way: type[Hands]) -> None:
    feed, comments = Feed(RSS), Feed(RSS.replace("Harbour News", "Comments"))
    ear = opened(shop, way)
    wall = shop.clock.wall
    feed.items.append(item("1", "Carla", CARLA, wall))
    httpserver.clear()
    httpserver.expect_request("/").respond_with_data(SITE, content_type="text/html; charset=utf-8")
    httpserver.expect_request("/feed/").respond_with_handler(feed.answer)
    httpserver.expect_request("/comments/feed/").respond_with_handler(comments.answer)
    ear.begin()
    ear.hands.fill("source.address", str(httpserver.url_for("/")))
    shown = ear.try_it(own_network=True)
    assert "Harbour News" in shown
    assert "/feed/?a=1&b=2" in shown
    assert CARLA in shown
    ear.keep()
    ear.stands({"Carla": CARLA})
    feed.items.insert(0, item("2", "Dora", DORA, wall))
    ear.hears("Dora", of=["Carla"])
    ear.reads("Dora", DORA)
    assert feed.unchanged

    comments.items.append(item("3", "Emil", EMIL, wall))
    ear.begin()
    ear.hands.fill("source.address", str(httpserver.url_for("/")))
    ear.ask(own_network=True)
    ear.hands.until(lambda: ear.hands.seen("source.other.1"), "the other one is offered")
    assert ear.hands.seen("source.all") is None, "the first one is listened to already"
    ear.hands.press("source.other.1")
    ear.hands.until(lambda: ear.hands.seen("source.all"), "the comments are shown")
    assert ear.hands.words("source.address").endswith("/comments/feed/")
    ear.keep()
    ear.stands({"Carla": CARLA, "Dora": DORA, "Emil": EMIL})


def test_alerts_lead_to_the_pages_themselves(shop: Shop, httpserver: HTTPServer) -> None:
    feed = Feed(ALERTS)
    ear = opened(shop, Mouse)
    wall = shop.clock.wall
    feed.items.append(alert("1", "Carla", CARLA, wall))
    httpserver.expect_request("/alerts").respond_with_handler(feed.answer)
    ear.begin()
    ear.hands.fill("source.address", str(httpserver.url_for("/alerts")))
    assert CARLA in ear.try_it(own_network=True)
    ear.keep()
    ear.stands({"Carla": CARLA})
    ear.hands.press("case.open_page")
    assert shop.browser.pages == ["https://news.example/1?a=1&b=2"]
    feed.items.insert(0, alert("2", "Dora", DORA, wall))
    ear.hears("Dora", of=["Carla"])
