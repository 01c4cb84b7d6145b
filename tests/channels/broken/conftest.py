"""A mail server that misbehaves at one stage, and a time that passes only when it says so."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import pytest

from calmreply.adapters.channels import line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Ticks:
    """What the mail line takes for the computer's ticking; a server moves it on when it hangs."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> Ticks:
    """Let no time pass but by hand, however slow this computer is."""
    ticks = Ticks()
    monkeypatch.setattr(line, "monotonic", ticks)
    return ticks


class _Over(Exception):  # noqa: N818 - not an error: the conversation is over
    pass


@dataclass
class Rude:
    """A mail server that does `act` at `stage`, once for each connection it takes.

    `act` gets the server itself: it may `say`, `hang` or simply return, which hangs up.
    """

    context: ssl.SSLContext
    stage: str
    act: Callable[[Rude], None]
    implicit: bool = False
    offers: tuple[bytes, ...] = (b"AUTH PLAIN LOGIN", b"SIZE 1000000")
    first_offers: tuple[bytes, ...] = (b"STARTTLS",)
    connections: int = 1
    ticks: Ticks | None = None
    in_clear: list[bytes] = field(default_factory=list)
    protected: list[bytes] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(60)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, name="rude")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes whoever still waits for a caller
        self._listener.close()
        self._thread.join(60)
        assert not self._thread.is_alive()

    def say(self, words: bytes) -> None:
        self._peer.sendall(words)

    def hang(self) -> None:
        """Say nothing until the other side has had enough: to it, an hour passes."""
        if self.ticks is not None:
            self.ticks.now += 3600
        with suppress(OSError):
            while data := self._peer.recv(65536):
                self._note(data)

    def let_go(self) -> None:
        """Wait for the other side's goodbye, or until it just leaves."""
        with suppress(OSError, _Over):
            while self.hear().strip().upper() != b"QUIT":
                pass

    def _run(self) -> None:
        for _ in range(self.connections):
            try:
                self._peer, _address = self._listener.accept()
            except OSError:
                return
            self._held, self._safe = b"", False
            self._peer.settimeout(60)
            with suppress(OSError, _Over):
                self._talk()
            self._peer.close()

    def _talk(self) -> None:
        if self.implicit:
            self.protect()
        self._at("greeting", b"220 rude.example\r\n")
        self.hear()
        if not self.implicit:
            self._at("ehlo", self._hello(self.first_offers))
            self.hear()
            self._at("starttls", b"220 go\r\n")
            self._at("handshake", b"")
            self.protect()
            self.hear()
        self._at("hello", self._hello(self.offers))
        self.hear()
        self._at("auth", b"235 fine\r\n")
        for stage, answer in (
            ("mail", b"250 a\r\n"),
            ("rcpt", b"250 b\r\n"),
            ("data", b"354 c\r\n"),
        ):
            self.hear()
            self._at(stage, answer)
        first = self.hear()
        self._at("content", b"")
        lines = [first]
        while lines[-1] != b".\r\n":
            lines.append(self.hear())
        self.messages.append(b"".join(re.sub(rb"\A\.", b"", text) for text in lines[:-1]))
        self._at("end", b"250 kept\r\n")
        self.hear()
        self.say(b"221 bye\r\n")

    def _hello(self, offers: tuple[bytes, ...]) -> bytes:
        lines = (b"rude.example", *offers)
        return b"".join(b"250-%s\r\n" % text for text in lines[:-1]) + b"250 %s\r\n" % lines[-1]

    def _at(self, stage: str, answer: bytes) -> None:
        if stage == self.stage:
            self.act(self)
            raise _Over
        self.say(answer)

    def protect(self) -> None:
        self._peer = self.context.wrap_socket(self._peer, server_side=True)
        self._safe = True

    def hear(self) -> bytes:
        while b"\n" not in self._held:
            data = self._peer.recv(65536)
            if not data:
                raise _Over
            self._note(data)
            self._held += data
        text, end, self._held = self._held.partition(b"\n")
        return text + end

    def _note(self, data: bytes) -> None:
        (self.protected if self._safe else self.in_clear).append(data)


@pytest.fixture
def rude(trust: Any, ticks: Ticks) -> Iterator[Callable[..., Rude]]:
    """Start rude servers: `rude(stage, act)`."""
    with ExitStack() as stack:

        def start(stage: str, act: Callable[[Rude], None], **options: Any) -> Rude:
            options.setdefault("context", trust.server)
            return stack.enter_context(Rude(stage=stage, act=act, ticks=ticks, **options))

        yield start
