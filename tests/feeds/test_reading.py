"""Feeds of every make through the real worker: what their entries become."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calmreply.adapters.feeds import WorkerFeedReader
from calmreply.app.ports import FeedEntry, ParsedFeed
from calmreply.errors import KnownError

ADDRESS = "https://shop.example/news/feed"
TEN = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)


def read(reader: WorkerFeedReader, body: str | bytes, **headers: str) -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return reader.parse(data, {k.replace("_", "-"): v for k, v in headers.items()}, ADDRESS)


def rss(inside: str, version: str = "2.0", names: str = "") -> str:
    return (
        f'<?xml version="1.0"?><rss version="{version}" {names}><channel><title>Talk</title>'
        f"<link>https://shop.example/</link>{inside}</channel></rss>"
    )


def one(reader: WorkerFeedReader, body: str | bytes, **headers: str) -> FeedEntry:
    feed = read(reader, body, **headers)
    assert len(feed.entries) == 1
    return feed.entries[0]


RSS2 = rss(
    """<item><title>Tom &amp;amp; Ann: &lt;b>cold&lt;/b> soup</title>
    <link>https://shop.example/r/1</link><guid isPermaLink="false">r-1</guid>
    <dc:creator><![CDATA[Ann <ann@mail.example>]]></dc:creator>
    <pubDate>Tue, 10 Nov 2026 10:00:00 +0100</pubDate><description>short</description>
    <content:encoded><![CDATA[<p>The soup was <a href="/menu">cold</a>.</p>
    <p onclick="x()">Twice.<script>alert(1)</script></p>]]></content:encoded></item>""",
    names='xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"',
)
RSS091 = rss(
    "<item><title>Cold soup</title><link>https://shop.example/r/1</link>"
    "<description>The soup was cold.</description></item>",
    version="0.91",
)
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel rdf:about="https://shop.example/"><title>Talk</title>
    <link>https://shop.example/</link></channel>
    <item rdf:about="https://shop.example/r/1"><title>Cold soup</title>
    <link>https://shop.example/r/1</link><dc:date>2026-11-10T10:00:00+01:00</dc:date>
    <dc:creator>Ann</dc:creator><description>The soup was cold.</description></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://shop.example/base/">
    <title type="html">&lt;i>Talk&lt;/i></title><link href="/"/><author><name>Ann</name></author>
    <entry><id>tag:shop.example,2026:1</id><title type="text">5 &lt; 6 &amp; more</title>
    <link rel="self" href="self"/><link rel="alternate" href="r/1"/>
    <published>2026-11-10T09:00:00Z</published><updated>2026-11-10T11:30:00Z</updated>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The soup <b>was</b></p>
    <p>cold.</p></div></content></entry></feed>"""
ATOM03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Talk</title>
    <entry><id>x:1</id><title>Cold soup</title><issued>2026-11-10T09:00:00Z</issued>
    <link rel="alternate" type="text/html" href="https://shop.example/r/1"/>
    <author><name>Ann</name></author><content>The soup was cold.</content></entry></feed>"""


def test_rss_2_with_the_usual_extensions(reader: WorkerFeedReader) -> None:
    feed = read(reader, RSS2)
    assert (feed.title, feed.link, feed.cut_off) == ("Talk", "https://shop.example/", False)
    assert feed.entries == (
        FeedEntry(
            key="r-1",
            link="https://shop.example/r/1",
            title="Tom & Ann: cold soup",
            author="Ann",
            text="The soup was cold.\n\nTwice.",
            published=TEN,
        ),
    )


def test_rss_of_1999(reader: WorkerFeedReader) -> None:
    entry = one(reader, RSS091)
    assert (entry.key, entry.text) == ("https://shop.example/r/1", "The soup was cold.")
    assert (entry.published, entry.author, entry.stars) == (None, "", None)


def test_rdf(reader: WorkerFeedReader) -> None:
    entry = one(reader, RDF)
    assert (entry.key, entry.author) == ("https://shop.example/r/1", "Ann")
    assert (entry.published, entry.text) == (TEN, "The soup was cold.")


def test_atom(reader: WorkerFeedReader) -> None:
    feed = read(reader, ATOM)
    assert (feed.title, feed.link) == ("Talk", "https://shop.example/")
    assert feed.entries == (
        FeedEntry(
            key="tag:shop.example,2026:1",
            link="https://shop.example/base/r/1",
            title="5 < 6 & more",
            author="Ann",
            text="The soup was\n\ncold.",
            published=TEN,
            updated=datetime(2026, 11, 10, 11, 30, tzinfo=UTC),
        ),
    )
    assert one(reader, ATOM03).published == TEN


# --- charsets ------------------------------------------------------------------------------

WORDS = "Crème brûlée \u2013 5 € für Zoë"


def soup(text: str, declared: str = "utf-8", before: str = "") -> str:
    return (
        f'{before}<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>'
        f"<item><title>{text}</title></item></channel></rss>"
    )


@pytest.mark.parametrize(
    ("words", "body", "header"),
    [
        (WORDS, soup(WORDS).encode("cp1252"), "text/xml; charset=utf-8"),
        (WORDS, soup(WORDS, "iso-8859-1").encode("cp1252"), "text/xml"),
        (WORDS, soup(WORDS, "iso-8859-1").encode(), "text/xml; charset=iso-8859-1"),
        (WORDS, soup(WORDS).encode("utf-8-sig"), "application/rss+xml"),
        (WORDS, soup(WORDS, "utf-16").encode("utf-16"), "application/rss+xml"),
        (WORDS, soup(WORDS, "utf-16").encode("utf-16-be"), "text/xml; charset=utf-8"),
        ("Хлеб и соль", soup("Хлеб и соль", "windows-1251").encode("cp1251"), "text/xml"),
        ("Хлеб и соль", soup("Хлеб и соль").encode("cp1251"), "text/xml; charset=windows-1251"),
        ("パンと塩", soup("パンと塩", "shift_jis").encode("shift_jis"), "text/xml"),
        ("パンと塩", soup("パンと塩", "iso-2022-jp").encode("iso2022_jp"), "text/xml"),
        (WORDS, soup(WORDS, "no-such-charset").encode(), "text/xml; charset=zlib"),
        (WORDS, soup(WORDS, before="\n\x0b ").encode(), "text/xml"),
        (f"{WORDS} \ufffd!", soup(f"{WORDS} X!").encode().replace(b"X", b"\xc3"), "text/xml"),
        ("it\u2019s", soup("it&#146;s").encode(), "text/xml"),
    ],
)
def test_trouble_with_charsets_is_survived(
    reader: WorkerFeedReader, words: str, body: bytes, header: str
) -> None:
    assert one(reader, body, content_type=header).title == words


# --- what is no feed, and what is half of one ----------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_feed"),
        (b" \n\t", "empty_feed"),
        (b"<!DOCTYPE html><html><head><title>Shop</title></head></html>", "not_a_feed"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "not_a_feed"),
        (b"<html><body>we love <feed> and <rss></body></html>", "not_a_feed"),
        (b"good morning", "not_a_feed"),
        (b"<?xml version='1.0'?><opml><body/></opml>", "not_a_feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not_a_feed"),
        (b"\xff\xfe", "not_a_feed"),
    ],
)
def test_what_is_no_feed_is_told_as_such(reader: WorkerFeedReader, body: bytes, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        read(reader, body, content_type="text/xml")
    assert caught.value.code == code
    assert caught.value.words
    assert caught.value.way_out


def test_a_feed_without_entries_is_a_feed(reader: WorkerFeedReader) -> None:
    assert read(reader, rss("")) == ParsedFeed("Talk", "https://shop.example/", ())


def items(count: int, text: str = "soup") -> str:
    return "".join(
        f"<item><guid>g{i}</guid><title>{i}</title><description>{text}</description></item>"
        for i in range(count)
    )


def keys(feed: ParsedFeed) -> list[str]:
    return [entry.key for entry in feed.entries]


def test_a_feed_cut_off_anywhere_keeps_its_whole_entries(reader: WorkerFeedReader) -> None:
    whole = rss(items(4))
    ends = [whole.index(f"<guid>g{i}") for i in range(4)]
    for cut in range(whole.index("<channel>"), len(whole) - 1, 7):
        feed = read(reader, whole[:cut])
        assert feed.cut_off
        done = sum(whole.index("</item>", end) + 7 <= cut for end in ends)
        assert keys(feed) == [f"g{i}" for i in range(done)]


def test_markup_that_is_wrong_in_the_middle_loses_nothing(reader: WorkerFeedReader) -> None:
    for wrong in ("fish & chips", "so&nbsp;good", "caf&eacute; <br>", "<b>bold", "\x0b\x08tab"):
        feed = read(reader, rss(items(3, wrong)))
        assert (keys(feed), feed.cut_off) == (["g0", "g1", "g2"], False), wrong
    assert read(reader, rss(items(3, "fish & chips"))).entries[2].text == "fish & chips"
    half = read(reader, rss(items(3, "fish & chips"))[:-60])
    assert (keys(half), half.cut_off) == (["g0", "g1"], True)


def test_junk_before_the_feed_is_stepped_over(reader: WorkerFeedReader) -> None:
    for junk in ("\n\n", "<br/><b>Warning</b>: in line 3\n", "<!-- <rss> follows -->", "\ufeff "):
        assert keys(read(reader, junk + rss(items(2)))) == ["g0", "g1"], junk


@pytest.mark.parametrize(
    "bad",
    [
        "<item><title>&#x110000;</title><description>a & b</description></item>",
        "<item><title>&#99999999999999999999;</title>&</item>",
        "<item><pubDate>" + "9" * 5000 + "</pubDate></item>",
        "<item><pubDate>Tue, 99 Foo 99999 99:99:99 +9999</pubDate></item>",
        "<item><link>http://[::1</link><guid>http://[::1</guid></item>",
        "<item><dcterms:valid>start=x;;=</dcterms:valid><keywords>k</keywords></item>",
        "<item><media:rating/><enclosure/><source><title/></source><category/></item>",
        "<item><content type='image/png'>AAAA</content><content type='' src=''/></item>",
    ],
)
def test_one_bad_entry_does_not_lose_the_others(reader: WorkerFeedReader, bad: str) -> None:
    names = 'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/"'
    feed = read(reader, rss(f"{items(1)}{bad}<item><guid>last</guid></item>", names=names))
    assert (keys(feed)[0], keys(feed)[-1]) == ("g0", "last")
