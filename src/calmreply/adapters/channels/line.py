"""The line to a mail server: smtplib's client, its waiting and reading replaced by ours.

smtplib reads without a limit on the whole of an answer (a server that drips one byte a second
would hold it for hours), takes half a line before a hang-up for an answer, and cannot sign in with
a password beyond ASCII. All of that is done here against one deadline; commands, EHLO's list of
what the server can do and the goodbye are smtplib's.
Every failure is an OSError.
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import ssl
from time import monotonic
from typing import Any, Final

from calmreply.app.ports import Cancelled

from . import connecting
from .answers import Answer, BrokenAnswerError, CutOffError, StoppedError
from .connecting import Patience, Server

_LONGEST_LINE: Final = 8_192
_MOST_LINES: Final = 128
_PIECE: Final = 65_536
_ASK_EVERY: Final = 0.25
"""Seconds between two looks at whether we were asked to stop."""
_AT_ONCE: Final = 0.01
"""Seconds for one last look when the time is over: a computer that was asleep or busy meanwhile
may have the answer lying there."""
_ANSWER_LINE: Final = re.compile(rb"[2-5][0-9]{2}(?:[ -].*)?", re.DOTALL)
_CALLED: Final = "[127.0.0.1]"
"""What we call ourselves: the computer's own name and address are nobody's business."""


class Line(smtplib.SMTP):
    """A connection to one server. Not for two threads at a time."""

    def __init__(
        self,
        server: Server,
        context: ssl.SSLContext,
        patience: Patience,
        cancelled: Cancelled | None = None,
    ) -> None:
        super().__init__(local_hostname=_CALLED)
        self._server = server
        self._context = context
        self._patience = patience
        self._cancelled = cancelled or _never
        self._held = b""
        self._looked_late = False
        self._ends = monotonic() + patience.total
        self._until = min(self._ends, monotonic() + patience.begin)

    def reach(self) -> Answer:
        """Connect, and hear the greeting."""
        self.sock = connecting.reach(self._server, self._patience, self._left)
        if self._server.tls:
            self._protect()
        return Answer(*self.getreply())

    def protect(self) -> Answer:
        """STARTTLS; the connection is protected if the answer is 220."""
        answer = self.ask("STARTTLS")
        if answer.code == 220:
            self._protect()
        return answer

    def expect_silence(self) -> None:
        """Raise BrokenAnswerError if there is an answer to something that was not asked.

        Checked before everything we say, so that nobody slips in an answer in advance: not
        before the protection begins, and not the yes to a message that has not left yet.
        """
        if self._held:
            raise BrokenAnswerError

    def ask(self, command: str, words: str = "") -> Answer:
        return Answer(*self.docmd(command, words))

    def sign_in(self, way: str, *parts: str) -> Answer:
        """AUTH with these parts, in UTF-8; smtplib's own knows ASCII passwords only."""
        told = [base64.b64encode(part.encode("utf-8", "replace")).decode() for part in parts]
        answer = self.ask("AUTH", f"{way} {told.pop(0)}" if way == "PLAIN" else way)
        while answer.code == 334 and told:
            answer = self.ask(told.pop(0))
        return answer

    def pour(self, message: bytes) -> Answer:
        """Write the message and hear what became of it. Not stopped by anything but time."""
        self._cancelled = _never
        self._until = self._ends
        for start in range(0, len(message), _PIECE):
            self._write(message[start : start + _PIECE])
        return Answer(*self._reply(self._until))

    def leave(self) -> None:
        """QUIT, and close whatever comes."""
        self._ends = self._until = monotonic() + self._patience.goodbye
        self._held = b""
        with contextlib.suppress(OSError):
            self.quit()
        self.close()

    def send(self, s: Any) -> None:
        self.expect_silence()
        self._write(s.encode() if isinstance(s, str) else bytes(s))

    def getreply(self) -> tuple[int, bytes]:
        return self._reply(monotonic() + self._left(self._patience.answer))

    def _reply(self, until: float) -> tuple[int, bytes]:
        """One complete answer. Raises BrokenAnswerError, CutOffError, TimeoutError or so."""
        lines: list[bytes] = []
        code = b""
        self._looked_late = False
        while len(lines) < _MOST_LINES:
            line = self._line(until)
            if not _ANSWER_LINE.fullmatch(line) or not line.startswith(code):
                raise BrokenAnswerError
            code = line[:3]
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(code), b"\n".join(lines)
        raise BrokenAnswerError

    def _line(self, until: float) -> bytes:
        while b"\n" not in self._held:
            if len(self._held) > _LONGEST_LINE:
                raise BrokenAnswerError
            self._held += self._more(until)
        line, _, self._held = self._held.partition(b"\n")
        return line.rstrip(b"\r")

    def _more(self, until: float) -> bytes:
        while self.sock is not None:
            if self._cancelled():
                raise StoppedError
            left = until - monotonic()
            if left <= 0 and self._looked_late:
                break
            self._looked_late = left <= 0
            self.sock.settimeout(_AT_ONCE if left <= 0 else min(left, _ASK_EVERY))
            try:
                data = self.sock.recv(4096)
            except TimeoutError:
                continue
            if not data:
                raise CutOffError
            return data
        raise TimeoutError

    def _protect(self) -> None:
        """Make the connection a TLS one, to a server whose certificate bears its name."""
        if self.sock is None:
            raise CutOffError
        seconds = self._left(self._patience.handshake)
        self.sock = connecting.protected(self.sock, self._context, self._server, seconds)

    def _write(self, data: bytes) -> None:
        if self.sock is None:
            raise CutOffError
        self.sock.settimeout(self._left(self._patience.total))
        self.sock.sendall(data)

    def _left(self, most: float) -> float:
        """Seconds this step may take, `most` at most; asked before each of them."""
        if self._cancelled():
            raise StoppedError
        left = min(most, self._until - monotonic())
        if left <= 0:
            raise TimeoutError
        return left


def _never() -> bool:
    return False
