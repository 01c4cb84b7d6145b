"""Real servers on this computer: a mail server that keeps the very bytes, a web server with feeds.

Both can be told to hang: they have taken or been asked something, and answer only when told so.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from tests.cli import conftest as cli
from tests.journey.said import MAIL_PASSWORD
from werkzeug import Request, Response

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{title}</title><link>https://talk.example/</link>
{items}</channel></rss>"""
ITEM = """<item><guid>{key}</guid><title>{title}</title><author>{author}</author>
<link>https://talk.example/{key}</link><pubDate>{date}</pubDate>
<description>{text}</description></item>"""
PIECE = b"<!-- " + b"x" * 65_000 + b" -->\n"


assert MAIL_PASSWORD == cli.MAIL_PASSWORD


class PostOffice(cli.Post):
    """A mail server with TLS and sign-in that keeps each message as the bytes that came."""

    def __init__(self, certificate: cli.Certificate) -> None:
        super().__init__(certificate)
        self.raw: list[bytes] = []
        self.password = MAIL_PASSWORD
        self.hang_before = False
        self.was_called = threading.Event()
        self._kept = socket.socket()

    def away(self) -> None:
        """Nobody answers at its address, until it is `back`."""
        asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result()

    def back(self) -> None:
        asyncio.run_coroutine_threadsafe(self._reopen(), self._loop).result()

    def stop(self) -> None:
        super().stop()
        self._kept.close()

    async def _leave(self) -> None:
        self._server.close()
        # Nobody else on this computer may be given its port meanwhile.
        self._kept.close()
        self._kept = socket.socket()
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._kept.bind(("127.0.0.1", self.port))

    async def _reopen(self) -> None:
        self._kept.close()
        self._server = await self._loop.create_server(self._conversation, "127.0.0.1", self.port)

    def _signs_in(
        self, server: object, session: Session, envelope: Envelope, how: str, data: object
    ) -> AuthResult:
        if self.password == MAIL_PASSWORD:
            return super()._signs_in(server, session, envelope, how, data)
        given = data.password.decode() if isinstance(data, LoginPassword) else ""
        return AuthResult(success=given == self.password, handled=False)

    def let_go(self) -> None:
        """Go on with what hangs now; the next one may hang again."""
        held, self._going_on = self._going_on, threading.Event()
        self.hang = self.hang_before = False
        held.set()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self,
        _server: object,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Nothing of the message has left the sender's computer yet."""
        if self.hang_before:
            self.was_called.set()
            held = self._going_on
            await asyncio.get_running_loop().run_in_executor(None, held.wait)
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: object, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        return await super().handle_DATA(server, session, envelope)


@dataclass
class Town:
    """A web server with one feed, and with everything else that may stand at an address."""

    server: HTTPServer
    items: list[str] = field(default_factory=list)
    title: str = "Town talk"
    body: str = ""
    asked: int = 0
    poured: int = 0
    hangs_from: int = 0
    hangs: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.server.expect_request("/feed").respond_with_handler(self._feed)
        page = '<html><link rel="alternate" type="application/rss+xml" href="/feed"></html>'
        self.at("/", page, "text/html")
        self.server.expect_request("/endless").respond_with_handler(self._endless)

    @property
    def url(self) -> str:
        return self.page("/feed")

    def page(self, path: str) -> str:
        return str(self.server.url_for(path))

    def at(self, path: str, body: str | bytes, kind: str, status: int = 200) -> str:
        """Put something at an address."""
        self.server.expect_request(path).respond_with_data(body, status, content_type=kind)
        return self.page(path)

    def say(self, key: str, text: str, *, when: datetime, author: str) -> None:
        """Somebody says something; it stands in the feed from now on."""
        self.items.insert(0, item(key, text, when=when, author=author))

    def feed(self) -> str:
        return RSS.format(title=self.title, items="\n".join(self.items))

    def _feed(self, request: Request) -> Response:
        self.asked += 1
        if self.hangs_from and self.asked >= self.hangs_from:
            self.hangs.set()
            self.go_on.wait(60)
        etag = f"'{hash((self.body, *self.items))}'"
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304)
        body = self.body or self.feed()
        return Response(body, 200, {"ETag": etag}, content_type="application/rss+xml")

    def _endless(self, _request: Request) -> Response:
        return Response(self._pour(), content_type="application/rss+xml")

    def _pour(self) -> Iterator[bytes]:
        """A gigabyte, if somebody takes it."""
        yield b'<?xml version="1.0"?><rss version="2.0"><channel><title>Flood</title>'
        for _piece in range(16_000):
            self.poured += len(PIECE)
            yield PIECE


def item(key: str, text: str, *, when: datetime, author: str) -> str:
    date = when.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return ITEM.format(
        key=key, title=f"About the bakery {key}", author=author, date=date, text=text
    )
