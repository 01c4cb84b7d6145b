"""The line to a mailbox's server: imaplib's client, its waiting and reading replaced by ours.

imaplib reads without a limit: a server that drips one byte a second would hold it for hours, and
one that announces a literal of four gigabytes gets them. Here everything is done against one
deadline and one allowance, asked to stop between any two pieces. Its commands, and IMAPClient on
top of them, are the libraries' own. What fails on the network is an OSError.
"""

from __future__ import annotations

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Iterator
from time import monotonic
from typing import Any, Final

from imapclient import IMAPClient

from calmreply.adapters.channels import connecting
from calmreply.adapters.channels.answers import BrokenAnswerError, CutOffError, StoppedError
from calmreply.adapters.channels.connecting import Patience, Server
from calmreply.app.ports import Cancelled

_LONGEST_LINE: Final = 1_000_000
_LONGEST_LITERAL: Final = 2_000_000
_MOST_IN_LINES: Final = 2_000_000
"""Bytes outside of literals in one conversation: each of them is taken apart, and may become twenty
bytes of memory, while an honest answer about twenty thousand messages has a tenth of that."""
_MOST: Final = 80_000_000
"""Bytes that one server may send in one conversation."""
_PIECE: Final = 65_536
_ASK_EVERY: Final = 0.25
"""Seconds between two looks at whether we were asked to stop."""


class NoProtectionError(OSError):
    """The server offers no TLS, or says something else instead."""


class SilentError(TimeoutError):
    """It can be reached and says nothing at all: it may wait for TLS where we wait for words."""


class Wire(imaplib.IMAP4):
    """A protected connection to one server; greeting heard. Not for two threads at a time."""

    def __init__(
        self,
        server: Server,
        context: ssl.SSLContext,
        patience: Patience,
        cancelled: Cancelled | None = None,
    ) -> None:
        self._server = server
        self._context = context
        self._patience = patience
        self._cancelled = cancelled or _never
        self._held = bytearray()
        self._taken = 0
        self._in_lines = 0
        self._ends = monotonic() + patience.total
        self._reached = False
        try:
            super().__init__(server.host, server.port)
        except TimeoutError as error:
            if self._reached and not (server.tls or self._taken):
                raise SilentError from error
            raise
        try:
            if not server.tls:
                self._start_tls()
        except BaseException:
            self.shutdown()
            raise

    @property
    def left(self) -> float:
        """Seconds until this conversation must be over."""
        return self._ends - monotonic()

    def extend(self, seconds: float) -> None:
        """Let the conversation go on for that long from now."""
        self._ends = monotonic() + seconds

    def hurry(self) -> None:
        """Only the goodbye is left, whoever asks us to stop."""
        self._cancelled = _never
        self.extend(self._patience.goodbye)

    def hears(self, seconds: float) -> bool:
        """Wait at most that long for something to be said; whether it was."""
        until = monotonic() + seconds
        while b"\n" not in self._held:
            if len(self._held) > _LONGEST_LINE:
                raise BrokenAnswerError
            try:
                self._more(until)
            except TimeoutError:
                return False
        return True

    def open(self, host: str = "", port: int = 993, timeout: float | None = None) -> None:
        """Connect; called by imaplib."""
        del timeout
        self.host, self.port = host, port
        self.sock = connecting.reach(self._server, self._patience, self._step)
        self._reached = True
        if self._server.tls:
            self._protect()

    def read(self, size: int) -> bytes:
        """Exactly so many bytes; called by imaplib for a literal."""
        if size > _LONGEST_LITERAL:
            raise BrokenAnswerError
        while len(self._held) < size:
            self._more()
        return self._take(size)

    def readline(self) -> bytes:
        """One line with its end; called by imaplib."""
        looked = 0
        while (end := self._held.find(b"\n", looked)) < 0:
            looked = len(self._held)
            if looked > _LONGEST_LINE:
                raise BrokenAnswerError
            self._more()
        self._in_lines += end + 1
        if self._in_lines > _MOST_IN_LINES:
            raise BrokenAnswerError
        return self._take(end + 1)

    def send(self, data: Any) -> None:
        self.sock.settimeout(self._step(self._patience.answer))
        self.sock.sendall(data)

    def shutdown(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def _start_tls(self) -> None:
        """Nothing but the wish for it is said before the connection is protected."""
        if self.state != "NONAUTH" or "STARTTLS" not in self.capabilities:
            raise NoProtectionError
        answer, _words = self._simple_command("STARTTLS")
        # Whoever sits between could slip in answers to questions that are asked later.
        if answer != "OK" or self._held:
            raise NoProtectionError
        self._protect()
        self.untagged_responses.clear()
        self._get_capabilities()

    def _protect(self) -> None:
        """Make it a TLS connection, to a server whose certificate bears its name."""
        seconds = self._step(self._patience.handshake)
        self.sock = connecting.protected(self.sock, self._context, self._server, seconds)

    def _take(self, size: int) -> bytes:
        data = bytes(self._held[:size])
        del self._held[:size]
        return data

    def _more(self, until: float | None = None) -> None:
        """Wait for the next piece. Raises StoppedError, TimeoutError, CutOffError, ..."""
        if until is None:
            until = monotonic() + self._patience.answer
        while True:
            left = min(until, self._ends) - monotonic()
            self.sock.settimeout(min(self._step(left), _ASK_EVERY))
            try:
                data = self.sock.recv(_PIECE)
            except TimeoutError:
                continue
            if not data:
                raise CutOffError
            self._taken += len(data)
            if self._taken > _MOST:
                raise BrokenAnswerError
            self._held += data
            return

    def _step(self, most: float) -> float:
        """Seconds the next step may take, `most` at most; asked before each of them."""
        if self._cancelled():
            raise StoppedError
        left = min(most, self.left)
        if left <= 0:
            raise TimeoutError
        return left


class Client(IMAPClient):  # type: ignore[misc]  # the library ships no types
    """IMAPClient on a wire of ours."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__(wire.host, wire.port, ssl_context=None)
        # It would hand every line to the log, and what stands in mails is nobody else's business.
        wire.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> Wire:  # noqa: N802 - the library's name
        return self._wire


@contextlib.contextmanager
def connected(
    server: Server,
    context: ssl.SSLContext,
    patience: Patience,
    cancelled: Cancelled | None = None,
) -> Iterator[tuple[Client, Wire]]:
    """A protected connection that is left politely, whatever happens meanwhile."""
    wire = Wire(server, context, patience, cancelled)
    try:
        client = Client(wire)
        yield client, wire
        wire.hurry()
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            client.logout()
    finally:
        wire.shutdown()


def _never() -> bool:
    return False
