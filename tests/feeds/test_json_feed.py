"""JSON Feed, alerts of search engines, languages: through the real worker."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.errors import KnownError

if TYPE_CHECKING:
    from calmreply.adapters.feeds import WorkerFeedReader
    from calmreply.app.ports import FeedEntry, ParsedFeed

ADDRESS = "https://shop.example/news/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"
ITEM = {
    "id": "r-1",
    "url": "/r/1",
    "title": "Cold soup",
    "content_html": "<p>The soup was <b>cold</b>.<script>alert(1)</script>",
    "date_published": "2026-11-10T10:00:00+01:00",
    "date_modified": "2026-11-10T10:05:00Z",
    "authors": [{"name": "Ann"}, {"url": "https://x.example"}, "Ben", {"name": "Cy"}],
    "language": "en-GB",
}


def read(reader: WorkerFeedReader, feed: Any) -> ParsedFeed:
    body = feed if isinstance(feed, bytes) else json.dumps(feed).encode()
    return reader.parse(body, {"content-type": "application/feed+json"}, ADDRESS)


def feed(*items: object, **more: object) -> dict[str, object]:
    return {"version": VERSION, "title": "Talk", "items": list(items), **more}


def one(reader: WorkerFeedReader, item: object, **more: object) -> FeedEntry:
    (entry,) = read(reader, feed(item, **more)).entries
    return entry


def test_an_item_comes_whole(reader: WorkerFeedReader) -> None:
    found = read(reader, feed(ITEM, home_page_url="https://shop.example/"))
    (entry,) = found.entries
    assert (found.title, found.link, found.cut_off) == ("Talk", "https://shop.example/", False)
    assert (entry.key, entry.link, entry.title) == ("r-1", "https://shop.example/r/1", "Cold soup")
    assert (entry.author, entry.text, entry.language) == ("Ann, Cy", "The soup was cold.", "en-GB")
    assert entry.published == datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 10, 10, 5, tzinfo=UTC)


def test_what_an_item_lacks_comes_from_the_feed_or_is_made(reader: WorkerFeedReader) -> None:
    bare = {"content_text": "Soup < cold & late"}
    entry = one(reader, bare, author={"name": "The Loafer"}, language="de")
    assert (entry.author, entry.text, entry.language) == ("The Loafer", "Soup < cold & late", "de")
    assert entry.key.startswith("digest:")
    assert entry.link is None
    assert one(reader, {"id": 7, "summary": "x"}).key == "7"
    assert one(reader, {"id": 1e400, "external_url": "https://y.example/1"}).link


@pytest.mark.parametrize(
    "wrong",
    [
        *({"id": value, "title": value, "url": value, "content_text": value} for value in (
            None, 5, [], {}, True, [[["x"]]], {"a": 1}
        )),
        {**ITEM, "authors": {"name": "x"}, "author": 5},
        {**ITEM, "authors": [None, 1, {"name": {"name": "x"}}]},
        {**ITEM, "date_published": "yesterday", "date_modified": "9999-99-99"},
        {**ITEM, "date_published": "0001-01-01T00:00:00Z"},
        {**ITEM, "url": "javascript:alert(1)", "external_url": "file:///etc/passwd"},
        {**ITEM, "title": "\ud800\x00\u202e", "language": "<script>"},
        {**ITEM, "content_html": "<b>" * 100_000},
    ],
)  # fmt: skip
def test_any_type_anywhere_costs_no_more_than_that_field(
    reader: WorkerFeedReader, wrong: object
) -> None:
    entries = read(reader, feed(wrong, "no item", None, {"id": "after", "title": "x"})).entries
    assert [entry.key for entry in entries][-1] == "after"
    for entry in entries:
        assert entry.link is None or entry.link.startswith("https://")
        assert "\x00" not in entry.title + entry.text
        assert entry.language in ("", "en-GB")


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"version": 1}',
        b'{"version": "https://evil.example/version/1", "items": []}',
        b'{"a": ' + b"[" * 500_000,
        b'{"version": "' + VERSION.encode(),
        b'{"a": 1' + b"0" * 1_000_000 + b"}",
    ],
)
def test_other_json_is_no_feed(reader: WorkerFeedReader, body: bytes) -> None:
    with pytest.raises(KnownError) as error:
        read(reader, body)
    assert error.value.code == "not_a_feed"
    assert read(reader, feed(ITEM)).entries, "and the next one is read"


def test_an_empty_one_is_a_feed(reader: WorkerFeedReader) -> None:
    assert read(reader, feed()).entries == ()
    assert read(reader, {"version": VERSION, "items": {"a": 1}}).entries == ()


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        (
            "https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://blog.example/loaf%3Fa%3D1&amp;ct=ga",
            "https://blog.example/loaf?a=1",
        ),
        ("https://www.google.co.uk/url?q=https://blog.example/x", "https://blog.example/x"),
        ("https://google.com.evil.example/url?url=https://blog.example/", None),
        ("https://www.google.com/url?url=javascript:alert(1)", None),
        ("https://www.google.com/url?url=https://user@evil.example/", None),
        ("https://www.google.com/search?url=https://blog.example/", None),
    ],
)
def test_an_alert_leads_to_the_place_itself(
    reader: WorkerFeedReader, link: str, leads: str | None
) -> None:
    body = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Alert</title>
    <entry><id>tag:google.example,2013:1</id><title type="html">&lt;b>Bakery&lt;/b> news</title>
    <link href="{link}"/><updated>2026-11-10T10:00:00Z</updated></entry></feed>"""
    (entry,) = reader.parse(body.encode(), {}, ADDRESS).entries
    assert entry.link == (leads or link.replace("&amp;", "&"))
    assert (entry.key, entry.title) == ("tag:google.example,2013:1", "Bakery news")


def test_the_language_of_an_entry_or_else_of_its_feed(reader: WorkerFeedReader) -> None:
    body = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
    <title>T</title><language>de-at</language>
    <item><guid>1</guid><title>x</title></item>
    <item><guid>2</guid><title>y</title><dc:language>fr</dc:language></item>
    </channel></rss>"""
    entries = reader.parse(body.encode(), {}, ADDRESS).entries
    assert {entry.key: entry.language for entry in entries} == {"1": "de-at", "2": "fr"}


def test_a_page_names_its_json_feed(reader: WorkerFeedReader) -> None:
    page = b"""<html><head><link rel="alternate" type="application/feed+json" href="/feed.json">
    <link rel="alternate" type="application/json" href="/wp-json/posts/1"></head>"""
    assert reader.discover(page, {}, ADDRESS) == ("https://shop.example/feed.json",)
