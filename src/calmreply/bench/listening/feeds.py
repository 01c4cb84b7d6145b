"""Feeds as the web publishes them: every other one Atom, texts of a paragraph or four in HTML."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from calmreply.bench.sample import Corpus

APART = timedelta(hours=7)
"""Between two entries of one feed: of fifty, about half are younger than a week."""
ENDINGS = {"application/rss+xml": ".rss", "application/atom+xml": ".atom"}
FOUND_BY = "searchable"
"""A word that stands in every entry."""


def write(folder: Path, corpus: Corpus, sources: int, entries: int, now: datetime) -> int:
    """Write the feeds as files named by number; returns the bytes of all."""
    folder.mkdir()
    size = 0
    for number in range(sources):
        make, ending = (_rss, ".rss") if number % 2 else (_atom, ".atom")
        body = make(corpus, f"source{number}.example", entries, now - number * timedelta(minutes=7))
        (folder / f"{number}{ending}").write_bytes(body)
        size += len(body)
    return size


def _rss(corpus: Corpus, host: str, count: int, now: datetime) -> bytes:
    items = "\n".join(_item(corpus, host, n, now - APART * n) for n in range(count))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/">\n'
        f"<channel>\n<title>What people say on {host}</title>\n<link>https://{host}/</link>\n"
        f"<description>{_line(corpus, 8)}</description>\n<language>en-GB</language>\n"
        f"{items}\n</channel>\n</rss>\n"
    ).encode()


def _item(corpus: Corpus, host: str, number: int, at: datetime) -> str:
    link = f"https://{host}/{at:%Y/%m}/{number}-{_slug(corpus)}"
    tags = "".join(f"<category><![CDATA[{word}]]></category>" for word in corpus.some(2))
    return (
        f"<item>\n<title>{_line(corpus, 6)}</title>\n<link>{link}</link>\n"
        f"<comments>{link}#comments</comments>\n"
        f"<dc:creator><![CDATA[{_name(corpus)}]]></dc:creator>\n"
        f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate>\n{tags}\n"
        f'<guid isPermaLink="false">https://{host}/?p={number}</guid>\n'
        f"<description><![CDATA[{_words(corpus, 20)} [&#8230;]]]></description>\n"
        f"<content:encoded><![CDATA[{_html(corpus, link)}]]></content:encoded>\n"
        f"<slash:comments>{number % 7}</slash:comments>\n</item>"
    )


def _atom(corpus: Corpus, host: str, count: int, now: datetime) -> bytes:
    entries = "\n".join(_entry(corpus, host, n, now - APART * n) for n in range(count))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<title>What people say on {host}</title>\n<id>https://{host}/</id>\n"
        f'<link rel="alternate" type="text/html" href="https://{host}/"/>\n'
        f'<link rel="self" href="https://{host}/feed"/>\n<updated>{_moment(now)}</updated>\n'
        f"{entries}\n</feed>\n"
    ).encode()


def _entry(corpus: Corpus, host: str, number: int, at: datetime) -> str:
    link = f"https://{host}/{number}-{_slug(corpus)}"
    return (
        f'<entry>\n<title type="html">{_line(corpus, 6)}</title>\n'
        f"<id>tag:{host},2020:{number}</id>\n"
        f'<link rel="alternate" type="text/html" href="{link}"/>\n'
        f"<author><name>{_name(corpus)}</name><uri>https://{host}/people</uri></author>\n"
        f"<published>{_moment(at)}</published>\n<updated>{_moment(at)}</updated>\n"
        f'<category term="{corpus.some(1)[0]}"/>\n'
        f'<content type="html">{escape(_html(corpus, link))}</content>\n</entry>'
    )


def _html(corpus: Corpus, link: str) -> str:
    """A paragraph to four, with what people put in between."""
    parts = [f"<p>{corpus.text()}</p>" for _ in range(corpus.random.randint(1, 4))]
    said = f'{_words(corpus, 4)} &amp; <a href="{link}?from=feed">{_words(corpus, 3)}</a>.'
    parts.insert(1, f"<p>{said}</p>")
    if corpus.random.random() < 0.3:
        parts.append(f"<ul><li>{_words(corpus, 5)}</li><li>{_words(corpus, 4)}</li></ul>")
    if corpus.random.random() < 0.3:
        parts.append(f'<img src="{link}.jpg" alt="{_words(corpus, 3)}" width="640"/>')
    parts.append(f"<p><em>{FOUND_BY}</em></p>")
    return "\n".join(parts)


def _words(corpus: Corpus, count: int) -> str:
    return " ".join(corpus.some(count))


def _line(corpus: Corpus, count: int) -> str:
    return escape(_words(corpus, count).capitalize())


def _slug(corpus: Corpus) -> str:
    return "-".join(corpus.some(4))


def _name(corpus: Corpus) -> str:
    """First and last name: of those there are many."""
    return " ".join(word.title() for word in corpus.random.choices(corpus.words, k=2))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
