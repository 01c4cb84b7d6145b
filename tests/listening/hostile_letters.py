"""Mails that somebody made to do harm, or that some program made without knowing better."""

from __future__ import annotations

import base64

_HEAD = (
    b"From: Eve <eve@stranger.example>\r\nSubject: %d\r\nMessage-ID: <bad%d@stranger.example>\r\n"
)
_DATE = b"Date: Fri, 20 Nov 2026 08:30:00 +0100\r\n"


def everything() -> list[bytes]:
    """Each of them with a head of its own; none is what somebody decent would send."""
    whole = [*_structures(), *_charsets(), *_pages()]
    heads = [*_heads()]
    made = [_HEAD % (n, n) + _DATE + body for n, body in enumerate(whole)]
    return [*made, *heads]


def _nested(depth: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )
    return opened + b"Content-Type: text/plain\r\n\r\ndeep\r\n"


def _structures() -> list[bytes]:
    mixed = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    return [
        _nested(1000),
        _nested(60) + b"--x\r\n" * 60_000,
        b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"Subject: x\r\n\r\nin\r\n",
        mixed + b"--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n" * 8_000,
        mixed + b"--b\r\n" + b"X-Header: attached\r\n" * 20_000 + b"\r\nx\r\n--b--\r\n",
        mixed + b"--b\r\n" * 70_000,
        mixed + b"no boundary at all",
        mixed,
        b"Content-Type: multipart/mixed\r\n\r\n--guess\r\n\r\nx\r\n--guess--",
        b'Content-Type: multipart/mixed; boundary=""\r\n\r\n----\r\n',
        b"Content-Type: multipart/mixed; boundary=" + b"a" * 9_000 + b"\r\n\r\nx",
        b'Content-Type: multipart/mixed; boundary="(.*)+$"\r\n\r\n--(.*)+$\r\n\r\nx'
        + b"a" * 50_000,
        mixed + b"--b\r\n" + mixed + b"--b\r\n\r\nsame\r\n--b--\r\n",
        b"Content-Type: message/partial; number=1\r\n\r\nx",
        b"Content-Type: message/external-body; access-type=local-file; name=/etc/passwd\r\n\r\n",
        b"Content-Type: text/plain; name*0*=utf-8''a; name*1*=%%%; charset*9*=x'y\r\n\r\nx",
        b"Content-Type: text/plain" + b'; a="\\""' * 20_000 + b"\r\n\r\nx",
        b"Content-Type: ;;;=\r\n\r\nx",
        b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n<p>x",
        b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 ../etc/passwd\r\n#86)C\r\nend\r\n",
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * 100_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A" * 99_997,
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 100_000,
        b"\r\n" + b"\r\n" * 100_000,
        b"\r\n" + b"x" * 300_000,
        b"\r\n" + b"> " * 100_000 + b"\r\n" + b"> x\r\n" * 40_000,
        b"\r\n" + b"On " * 50_000 + b"wrote:\r\n> x",
        b"\r\n" + b"From: x\r\n" * 30_000,
        b"\r\n" + b"-" * 200_000,
        b"\r\n" + b"2 out of 5 " * 30_000,
        b"Content-Disposition: inline; filename*=utf-8''%00%0d%0a\r\n\r\nx",
    ]


def _charsets() -> list[bytes]:
    names = (b"punycode", b"idna", b"zlib", b"base64", b"unicode_escape", b"undefined", b"utf-7",
             b"utf-16", b"../../etc/passwd", b"x" * 500, b"\xff\xfe", b"utf-8\0", b"hz",
             b"iso-2022-kr", b"mbcs", b'"', b"=?utf-8?q?utf-8?=")  # fmt: skip
    every = bytes(range(1, 256)) * 40
    return [b"Content-Type: text/plain; charset=" + name + b"\r\n\r\n" + every for name in names]


def _pages() -> list[bytes]:
    head = b"Content-Type: text/html\r\n\r\n"
    return [
        head + b"<div>" * 60_000,
        head + b"<a href='" * 30_000,
        head + b"<blockquote type=cite>" * 12_000,
        head + b"<!--" * 60_000,
        head + b"<![CDATA[" * 30_000,
        head + b"&#x0;&#xd800;&#1114112;" * 10_000,
        head + b"<img src=file:///etc/passwd><img src='http://127.0.0.1:9/x'>x",
        head + b"<table>" * 40_000 + b"x",
        head + b'<p class="' + b"gmail_quote " * 20_000,
    ]


def _heads() -> list[bytes]:
    last = b"Subject: head %d\r\nMessage-ID: <head%d@stranger.example>\r\n"
    lines = (
        b"From: Eve\rBcc: all@shop.example <eve@stranger.example>\r\n",
        b"From: =?utf-8?q?Eve=0D=0ABcc=3A_all=40shop.example?= <eve@stranger.example>\r\n",
        b"From: =?utf-8?b?" + base64.b64encode(b"a\r\nb\0c") + b"?= <eve@stranger.example>\r\n",
        b"From: " + b"(" * 2_000 + b"eve@stranger.example\r\n",
        b"From: " + b"eve@stranger.example, " * 20_000 + b"\r\n",
        b"From: \xff\xfe\xfd \xe4\xf6 <eve@stranger.example>\r\n",
        b"From: =?utf-8?q?" + b"=?=" * 30_000 + b" <eve@stranger.example>\r\n",
        b"From: undisclosed\r\nReply-To: <>\r\nDate: \xff\r\n",
        b"From:\r\n",
        b"X-Long: " + b"x" * 300_000 + b"\r\nFrom: eve@stranger.example\r\n",
        b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"From: eve@stranger.example\r\n",
        b"Received: x\r\n" + b" folded\r\n" * 30_000 + b"From: eve@stranger.example\r\n",
        b"no header at all\r\nFrom eve\r\n: empty\r\nFrom : eve@stranger.example\r\n",
        b"From: \xe2\x80\xaeevE <eve@stranger.example>\r\nDate: Mon, 99 Foo -1 99:99:99\r\n",
        b"From: eve@stranger.example\r\nDate: " + b"9" * 5_000 + b"\r\nReferences: "
        + b"<x@y> " * 20_000 + b"\r\n",
    )  # fmt: skip
    made = [line + last % (n, n) + b"\r\nx\r\n" for n, line in enumerate(lines)]
    return [*made, b"Subject: \xff\xfe =?utf-8?b?//79?= \0 nul\r\n\r\nNUL \0 here\r\n", b"x"]
