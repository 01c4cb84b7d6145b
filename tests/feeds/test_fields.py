"""The fields of an entry: dates, keys, links, authors, stars; feeds named in a page."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.adapters.feeds import WorkerFeedReader
from calmreply.adapters.feeds.document import NotAFeed, read
from calmreply.app.ports import FeedEntry

ADDRESS = "https://shop.example/news/feed"


def entries(
    reader: WorkerFeedReader, *inside: str, names: str = "", address: str = ADDRESS
) -> tuple[FeedEntry, ...]:
    items = "".join(f"<item>{each}</item>" for each in inside)
    body = f'<rss version="2.0" {names}><channel>{items}</channel></rss>'
    return reader.parse(body.encode(), {}, address).entries


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Tue, 10 Nov 2026 10:00:00 GMT", datetime(2026, 11, 10, 10, tzinfo=UTC)),
        ("Tue, 10 Nov 2026 10:00:00 +0530", datetime(2026, 11, 10, 4, 30, tzinfo=UTC)),
        ("2026-11-10T10:00:00-08:00", datetime(2026, 11, 10, 18, tzinfo=UTC)),
        ("Fri, 10 Nov 2090 10:00:00 GMT", datetime(2090, 11, 10, 10, tzinfo=UTC)),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("9999-12-31T23:59:59Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("yesterday at tea time", None),
        ("", None),
    ],
)
def test_dates_are_sane_or_missing(
    reader: WorkerFeedReader, said: str, meant: datetime | None
) -> None:
    (entry,) = entries(reader, f"<title>a</title><pubDate>{said}</pubDate>")
    assert entry.published == meant


def test_a_key_is_what_the_feed_says_wherever_it_moves(reader: WorkerFeedReader) -> None:
    there = "http://other.example/"
    for guid in ("17", "https://shop.example/?p=17", "tag:17", "a" * 5000):
        (entry,) = entries(reader, f"<guid>{guid}</guid><title>a</title>")
        (moved,) = entries(reader, f"<guid>{guid}</guid><title>a</title>", address=there)
        assert entry.key == moved.key
        assert entry.key == guid or (guid.startswith("aaa") and len(entry.key) < 100)
    (without,) = entries(reader, "<title>a</title><description>b</description>")
    (same,) = entries(reader, "<title>a</title><description>b</description>", address=there)
    (other,) = entries(reader, "<title>a</title><description>c</description>")
    assert without.key == same.key != other.key


def test_entries_that_share_an_id_stay_apart_in_any_order(reader: WorkerFeedReader) -> None:
    a, b, c = (f"<guid>same</guid><title>{name}</title>" for name in "abc")
    first = {entry.title: entry.key for entry in entries(reader, a, b, b)}
    later = {entry.title: entry.key for entry in entries(reader, c, b, a)}
    assert len(set(later.values())) == 3
    assert first == {title: later[title] for title in "ab"}
    assert [entry.key for entry in entries(reader, a, a)] == ["same"]


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://shop.example/a?b=1&amp;c=2", "https://shop.example/a?b=1&c=2"),
        ("/r/1", "https://shop.example/r/1"),
        ("r/1", "https://shop.example/news/r/1"),
        ("//other.example/x", "https://other.example/x"),
        ("HTTP://shop.example/", "HTTP://shop.example/"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("mailto:ann@shop.example", None),
        ("http://good.example@evil.example/", None),
        ("http://good.example\\@evil.example/", None),
        ("https://shop.example/&#10;x y", None),
        ("http://", None),
    ],
)
def test_links_are_web_links_or_nothing(
    reader: WorkerFeedReader, link: str, kept: str | None
) -> None:
    (entry,) = entries(reader, f"<guid isPermaLink='false'>1</guid><link>{link}</link>")
    assert entry.link == kept


def test_an_id_is_a_link_only_if_it_looks_like_one(reader: WorkerFeedReader) -> None:
    number, web = entries(reader, "<guid>17</guid>", "<guid>https://shop.example/17</guid>")
    assert (number.link, web.link) == (None, "https://shop.example/17")


@pytest.mark.parametrize(
    ("inside", "author"),
    [
        ("<author>ann@mail.example (Ann Lee)</author>", "Ann Lee"),
        ("<author>ann@mail.example</author>", "ann@mail.example"),
        ("<dc:creator>&lt;b>Ann&lt;/b>\n Lee</dc:creator>", "Ann Lee"),
        ("<author>Ann Lee &lt;ann@mail.example&gt;</author>", "Ann Lee"),
        ("<author><email>ann@mail.example</email></author>", "ann@mail.example"),
        ("<author><name>Ann</name></author><author><name>Bo</name></author>", "Ann, Bo"),
        ("<author><name>Ann</name><email>ann@mail.example</email></author>", "Ann"),
    ],
)
def test_authors(reader: WorkerFeedReader, inside: str, author: str) -> None:
    names = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    (entry,) = entries(reader, f"<title>a</title>{inside}", names=names)
    assert entry.author == author


NAMES = (
    'xmlns:im="http://itunes.apple.com/rss" xmlns:gd="http://schemas.google.com/g/2005" '
    'xmlns:r="http://purl.org/stuff/rev#" xmlns:media="http://search.yahoo.com/mrss/"'
)


@pytest.mark.parametrize(
    ("inside", "stars"),
    [
        ("<rating>2</rating>", (2.0, 5.0)),
        ("<rating>4.5</rating>", (4.5, 5.0)),
        ("<rating>4,5 / 5</rating>", (4.5, 5.0)),
        ("<rating>3 out of 10</rating>", (3.0, 10.0)),
        ("<rating>8</rating>", (8.0, 10.0)),
        ('<rating max="6">4</rating>', (4.0, 6.0)),
        ('<rating value="1" best="5"/>', (1.0, 5.0)),
        ("<stars>★★☆☆☆</stars>", (2.0, 5.0)),
        ("<im:rating>1</im:rating>", (1.0, 5.0)),
        ('<gd:rating value="3" min="1" max="5"/>', (3.0, 5.0)),
        ("<r:rating>7</r:rating><r:maxRating>20</r:maxRating>", (7.0, 20.0)),
        ("<rating>9</rating><bestRating>5</bestRating>", None),
        ("<rating>very good</rating>", None),
        ("<rating/>", None),
        ("<rating>500</rating>", None),
        ('<media:rating scheme="urn:simple">adult</media:rating>', None),
    ],
)
def test_stars(reader: WorkerFeedReader, inside: str, stars: tuple[float, float] | None) -> None:
    (entry,) = entries(reader, f"<title>a</title>{inside}<guid>g</guid>", names=NAMES)
    assert (entry.stars, entry.key, entry.text) == (stars, "g", "")


# --- any words at all ----------------------------------------------------------------------


@given(title=st.text(max_size=60), text=st.text(max_size=200), author=st.text(max_size=40))
def test_any_words_come_through_fit_to_be_kept(title: str, text: str, author: str) -> None:
    body = (
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><item>"
        f"<title>{escape(title)}</title><description>{escape(text)}</description>"
        f"<dc:creator>{escape(author)}</dc:creator></item></channel></rss>"
    )
    feed = read(body.encode("utf-8", "surrogatepass"), {}, ADDRESS)
    assert len(feed.rows) == 1
    for value in feed.rows[0][:5]:
        assert value is None or not any(
            (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 for c in value
        )
        assert value is None or value.encode() is not None


@given(st.binary(max_size=400), st.sampled_from([b"", b"<rss><channel>", b"<feed>", b"\xff\xfe"]))
def test_any_bytes_end_well(junk: bytes, begin: bytes) -> None:
    try:
        feed = read(begin + junk, {"content-type": "text/xml; charset=utf-8"}, ADDRESS)
    except NotAFeed:
        return
    assert isinstance(feed.rows, list)


# --- feeds named in a page -----------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><base href="/blog/"><title>Shop</title>
<link rel=stylesheet href=x.css><LINK REL="Alternate Home" TYPE="application/rss+xml" HREF="feed">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="https://Shop.example/a&amp;b">
<link rel="alternate" type="application/rss+xml" href="feed">
<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">
<link rel="alternate" hreflang="de" href="/de/"></head>
<body><link rel="alternate" type="application/rss+xml" href="/late"></body></html>"""


def test_a_page_names_its_feeds(reader: WorkerFeedReader) -> None:
    assert reader.discover(PAGE.encode(), {}, "https://shop.example/start") == (
        "https://shop.example/blog/feed",
        "https://Shop.example/a&b",
    )
    assert reader.discover(b"no page at all <", {}, ADDRESS) == ()
    assert reader.discover(b"", {}, ADDRESS) == ()
    assert reader.discover(b"<![" * 1000, {}, ADDRESS) == ()
    many = "".join(f'<link rel=alternate type=application/xml href="{i}">' for i in range(99))
    assert len(reader.discover(many.encode(), {}, ADDRESS)) == 20
