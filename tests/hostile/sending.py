"""Sites that send in a way that is meant to hurt, whatever it is that they send.

Each takes the line after the request was heard, and may do with it what it likes until it is
told to stop, or until the other side hangs up (an OSError ends it).
"""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.hostile.bait import Bait
from tests.hostile.feeds import rss

GOOD: Final = rss("")
_KIND = b"Content-Type: application/rss+xml\r\n"
_BLOCK = 4_000_000


@dataclass(frozen=True)
class Line:
    """One asked connection. `wait` stays for some seconds, and is True when all is over."""

    socket: socket.socket
    wait: Callable[[float], bool]

    def say(self, data: bytes) -> None:
        self.socket.sendall(data)

    def drip(self, piece: bytes, seconds: float) -> None:
        """The same piece again and again."""
        while not self.wait(seconds):
            self.say(piece)


Play = Callable[[Line], None]


def answer(body: bytes, *lines: bytes, status: bytes = b"200 OK") -> bytes:
    """A whole answer with its length."""
    head = b"".join(line + b"\r\n" for line in lines)
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, head, len(body), body)


def zipped(size: int, before: bytes = b"", kind: int = 16 + zlib.MAX_WBITS) -> bytes:
    """A bomb: `size` bytes of nothing, made without ever holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, kind)
    first = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(_BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(_BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers back, so that the same piece may stand any number of times.
    return first + block + again * (size // _BLOCK)


def everything(bait: Bait) -> dict[str, Play]:
    """Those that end by themselves, by name."""
    whole = {**_bombs(), **_odd(), **_redirects(bait)}
    said = {name: _says(data) for name, data in whole.items()}
    return {**said, **_streams()}


def slow() -> dict[str, Play]:
    """Those that would hold somebody for ever."""
    return {
        "slow-never-answers": lambda line: line.drip(b"", 5),
        "slow-head": lambda line: _then(line, b"HTTP/1.1 200 OK\r\nX: ", b"y", 0.3),
        "slow-lines": lambda line: _then(line, b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.3),
        "slow-body": lambda line: _then(
            line, b"HTTP/1.1 200 OK\r\n" + _KIND + b"\r\n<rss>", b"<", 0.3
        ),
        "slow-length": lambda line: _then(
            line, b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b" ", 1
        ),
        "slow-chunks": lambda line: _then(
            line, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 0.3
        ),
        "slow-continue": lambda line: line.drip(b"HTTP/1.1 100 Continue\r\n\r\n", 0.3),
        "slow-gzip": lambda line: _then(
            line,
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(GOOD)[:20],
            b"",
            5,
        ),
        "slow-last-byte": lambda line: _then(line, answer(GOOD, _KIND.strip())[:-1], b"", 5),
        "slow-redirect": _redirect_slowly,
    }


def _then(line: Line, first: bytes, piece: bytes, seconds: float) -> None:
    line.say(first)
    line.drip(piece, seconds)


def _redirect_slowly(line: Line) -> None:
    if not line.wait(4):
        line.say(answer(b"", b"Location: /again", status=b"302 Found"))


def _says(data: bytes) -> Play:
    return lambda line: line.say(data)


def _bombs() -> dict[str, bytes]:
    packed = b"Content-Encoding: gzip"
    deflate = b"Content-Encoding: deflate"
    start = GOOD.partition(b"</channel>")[0]
    twice = gzip.compress(zipped(2_000_000_000))
    members = b"".join(gzip.compress(bytes(400_000)) for _ in range(2_000))
    return {
        "bomb-of-4-GB": answer(zipped(4_000_000_000, start), packed, _KIND.strip()),
        "bomb-of-19-MB": answer(zipped(19_000_000, start), packed, _KIND.strip()),
        "bomb-deflate": answer(zipped(2_000_000_000, start, zlib.MAX_WBITS), deflate),
        "bomb-deflate-raw": answer(zipped(2_000_000_000, start, -zlib.MAX_WBITS), deflate),
        "bomb-members": answer(members, packed),
        "bomb-twice": answer(twice, b"Content-Encoding: gzip, gzip"),
        "bomb-twice-unsaid": answer(twice, packed),
        "bomb-stacked": answer(twice, packed, packed),
        "coding-unknown": answer(GOOD, b"Content-Encoding: br"),
        "coding-many": answer(GOOD, b"Content-Encoding: " + b", ".join([b"gzip"] * 5_000)),
        "gzip-cut": answer(gzip.compress(GOOD * 50)[:-9], packed),
        "gzip-not": answer(GOOD, packed),
        "gzip-then-rubbish": answer(gzip.compress(GOOD) + b"\x1f\x8b rubbish", packed),
    }


def _odd() -> dict[str, bytes]:
    ok = b"HTTP/1.1 200 OK\r\n"
    chunked = ok + b"Transfer-Encoding: chunked\r\n\r\n"
    return {
        "nothing-said": b"",
        "no-http": b"SSH-2.0-OpenSSH_9.2\r\n",
        "http-0.9": GOOD,
        "tls-alert": b"\x15\x03\x01\x00\x02\x02\x28",
        "status-odd": b"HTTP/1.1 2000000000000 OK\r\n\r\n",
        "status-text": b"HTTP/1.1 abc\r\n\r\n",
        "status-999": answer(GOOD, status=b"999 What"),
        "status-304-first": answer(b"", status=b"304 Not Modified"),
        "status-204": b"HTTP/1.1 204 No Content\r\n\r\n",
        "status-418": answer(b"x" * 3_000_000, status=b"418 Teapot"),
        "wait-for-ever": answer(b"", b"Retry-After: 99999999999999999999", status=b"503 Busy"),
        "wait-date": answer(b"", b"Retry-After: Mon, 99 Foo 9999", status=b"429 Slow"),
        "wait-negative": answer(b"", b"Retry-After: -5", status=b"429 Slow"),
        "length-too-long": ok + b"Content-Length: 99999\r\n\r\n" + GOOD,
        "length-too-short": ok + b"Content-Length: 20\r\n\r\n" + GOOD,
        "length-negative": ok + b"Content-Length: -1\r\n\r\n" + GOOD,
        "length-text": ok + b"Content-Length: 0x10\r\n\r\n" + GOOD,
        "length-huge": ok + b"Content-Length: 99999999999999999999999\r\n\r\n",
        "length-two": ok + b"Content-Length: 5\r\nContent-Length: 500\r\n\r\n" + GOOD,
        "length-and-chunks": ok + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + GOOD,
        "chunk-huge": chunked + b"FFFFFFFFFFFFFFFFFFFF\r\nx",
        "chunk-negative": chunked + b"-1\r\nx",
        "chunk-text": chunked + b"zz\r\nx",
        "chunk-extension": chunked + b"1;" + b"x" * 500_000 + b"\r\n<\r\n0\r\n\r\n",
        "head-many": ok + b"".join(b"X-%d: y\r\n" % n for n in range(60_000)) + b"\r\n" + GOOD,
        "head-long": ok + b"X: " + b"y" * 3_000_000 + b"\r\n\r\n" + GOOD,
        "head-nul": ok + b"X: a\0b\r\n\r\n" + GOOD,
        "head-folded": ok + b"X: a\r\n  b\r\n\tc\r\n\r\n" + GOOD,
        "head-no-colon": ok + b"nothing\r\n\r\n" + GOOD,
        "head-bytes": ok + b"X\xff\xfe: \x80\x81\r\n\r\n" + GOOD,
        "head-bare-lines": b"HTTP/1.1 200 OK\nX: y\n\n" + GOOD,
        "cookies": answer(GOOD, *(b"Set-Cookie: c%d=%s" % (n, b"x" * 300) for n in range(150))),
        "etag-smuggles": answer(GOOD, b'ETag: "x"\t\x0b evil', b"Last-Modified: \x80\x81\xff"),
        "date-odd": answer(GOOD, b"Date: Mon, 99 Foo 99999 99:99:99", b"Age: -1"),
    }  # fmt: skip


def _redirects(bait: Bait) -> dict[str, bytes]:
    found = {}
    for number, one in enumerate(
        (*bait.addresses, "http://" + "a" * 90_000, "http://[", "\r", "//")
    ):
        where = b"Location: " + one.encode("latin-1", "replace").replace(b"\r", b"\\r")
        found[f"redirect-{number}"] = answer(b"", where, status=b"302 Found")
    more = {
        "loop": b"Location: /again",
        "same": b"Location: /",
        "nowhere": b"Location:",
        "smuggled": b"Location: /a\r\nX-Evil: yes\r\nLocation: http://" + bait.site.encode(),
        "percent": b"Location: /%0d%0aHost:%20" + bait.site.encode(),
    }
    found |= {
        f"redirect-{name}": answer(b"", line, status=b"301 Moved") for name, line in more.items()
    }
    old = f"Refresh: 0; url=http://{bait.site}/refresh".encode()
    found["refresh-head"] = answer(GOOD, old, f'Link: <http://{bait.site}/l>; rel="next"'.encode())
    found["alternate-service"] = answer(GOOD, f'Alt-Svc: h2="{bait.site}"'.encode())
    found["upgrade"] = answer(b"", b"Upgrade: h2c", b"Connection: Upgrade", status=b"101 Switching")
    proxy = f"Location: http://{bait.site}/proxy".encode()
    found["use-proxy"] = answer(b"", proxy, status=b"305 Use Proxy")
    sign_in = b'WWW-Authenticate: Basic realm="give me your password"'
    found["asks-password"] = answer(b"", sign_in, status=b"401 Who are you")
    found["asks-proxy"] = answer(b"", b"Proxy-Authenticate: Basic realm=x", status=b"407 Who")
    return found


def _streams() -> dict[str, Play]:
    ok = b"HTTP/1.1 200 OK\r\n" + _KIND
    chunk = b"8000\r\n" + b"<item/>x" * 4_096 + b"\r\n"
    return {
        "endless-body": lambda line: _then(line, ok + b"\r\n<rss><channel>", b"<item/>" * 9_000, 0),
        "endless-chunks": lambda line: _then(
            line, ok + b"Transfer-Encoding: chunked\r\n\r\n", chunk, 0
        ),
        "endless-head": lambda line: _then(line, ok, b"X: y\r\n" * 9_000, 0),
        "endless-line": lambda line: _then(line, b"HTTP/1.1 200 ", b"O" * 60_000, 0),
        "endless-continue": lambda line: line.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000, 0),
        "reset": _reset,
    }


def _reset(line: Line) -> None:
    line.say(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rs")
    line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
