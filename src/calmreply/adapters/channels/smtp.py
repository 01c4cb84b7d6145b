"""One conversation with a mail server, driven stage by stage.

Until the first byte of the message has been written nothing can have left: whatever goes wrong
ends in `Halted` with `NOT_LEFT`, `REFUSED` or `TRY_LATER`. After it, only a complete answer to the
end of the message counts; everything else is `UNKNOWN`. Never a word in the clear but EHLO and
STARTTLS.
"""

from __future__ import annotations

import contextlib
import re
import ssl
from collections.abc import Iterator
from typing import Final, Self

from calmreply.app.ports import Cancelled
from calmreply.app.ports.channels import SIGN_IN_AGAIN, SendResult
from calmreply.domain.outbox import Outcome
from calmreply.errors import KnownError

from . import answers
from .answers import Answer, BrokenAnswerError
from .connecting import Patience, Server
from .line import Line
from .message import Envelope

_MENDED_BY_A_PASSWORD: Final = frozenset({"wrong_password", "no_password"})


class Halted(Exception):  # noqa: N818 - an end to the conversation, not always an error
    """The conversation ended before the message; nothing was delivered."""

    def __init__(self, outcome: Outcome, error: KnownError) -> None:
        super().__init__(str(error))
        self.outcome = outcome
        self.error = error

    @property
    def result(self) -> SendResult:
        code = SIGN_IN_AGAIN if self.error.code in _MENDED_BY_A_PASSWORD else ""
        return SendResult(self.outcome, str(self.error), code=code)


class Conversation:
    """A connection to a mail server, from the greeting to the goodbye."""

    def __init__(
        self,
        server: Server,
        context: ssl.SSLContext,
        patience: Patience,
        cancelled: Cancelled | None = None,
    ) -> None:
        self._server = server
        self._line = Line(server, context, patience, cancelled)
        self._talking = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._talking:  # the goodbye changes nothing any more, however it ends
            self._line.leave()
        self._line.close()

    def open(self, secret: str | None) -> None:
        """Connect, protect the connection and sign in. Raises Halted; nothing has left then."""
        host = self._server.host
        with self._nothing_left():
            greeting = self._line.reach()
            if greeting.code != 220:
                raise Halted(Outcome.NOT_LEFT, answers.not_ready(host, greeting))
            self._hello()
            if not self._server.tls:
                self._protect()
                self._hello()
            self._sign_in(secret)

    def send(self, envelope: Envelope, message: bytes) -> SendResult:
        """Hand over one message with lines ending in CRLF. Raises Halted before it left."""
        with self._nothing_left():
            self._address(envelope, len(message))
            self._accepted(self._line.ask("DATA"), 354)
            self._line.expect_silence()
        try:
            answer = self._line.pour(_stuffed(message))
        except OSError:
            self._talking = False
            return SendResult(Outcome.UNKNOWN, str(answers.unsure(self._server.host)))
        return self._judged(answer)

    def _judged(self, answer: Answer) -> SendResult:
        host = self._server.host
        if answer.code == 250:
            return SendResult(Outcome.DELIVERED)
        if answer.not_now:
            return SendResult(Outcome.TRY_LATER, str(answers.try_later(host, answer)))
        if answer.never:
            return SendResult(Outcome.REFUSED, str(answers.refused(host, answer)))
        return SendResult(Outcome.UNKNOWN, str(answers.unsure(host)))

    @contextlib.contextmanager
    def _nothing_left(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._talking = False
            known = answers.trouble(error, self._server.host, self._server.port)
            raise Halted(Outcome.NOT_LEFT, known) from error

    def _hello(self) -> None:
        answer = Answer(*self._line.ehlo())
        if not answer.good:
            raise Halted(Outcome.NOT_LEFT, answers.not_ready(self._server.host, answer))

    def _protect(self) -> None:
        host = self._server.host
        if not self._line.has_extn("starttls"):
            raise Halted(Outcome.NOT_LEFT, answers.no_tls(host))
        answer = self._line.protect()
        if answer.code != 220:
            raise Halted(Outcome.NOT_LEFT, answers.no_tls(host))

    def _sign_in(self, secret: str | None) -> None:
        host, user = self._server.host, self._server.user
        offered = self._line.esmtp_features.get("auth", "").upper().split()
        if not secret:
            if offered:
                raise Halted(Outcome.REFUSED, answers.no_password(host))
            return
        answer = Answer(504, b"")
        if "PLAIN" in offered:
            answer = self._line.sign_in("PLAIN", f"\0{user}\0{secret}")
        if answer.code == 504 and "LOGIN" in offered:
            answer = self._line.sign_in("LOGIN", user, secret)
        if answer.code in (235, 503):  # 503: signed in already
            return
        if answer.code == 504:
            raise Halted(Outcome.REFUSED, answers.no_sign_in(host))
        if answer.never:
            raise Halted(Outcome.REFUSED, answers.wrong_password(user, answer))
        raise Halted(Outcome.NOT_LEFT, answers.not_ready(host, answer))

    def _address(self, envelope: Envelope, size: int) -> None:
        sender = f"FROM:<{envelope.sender}>"
        if self._line.has_extn("size"):
            sender += f" SIZE={size}"
        if envelope.beyond_ascii:
            if not self._line.has_extn("smtputf8"):
                error = answers.no_such_letters(self._server.host)
                raise Halted(Outcome.REFUSED, error)
            sender += " SMTPUTF8 BODY=8BITMIME"
        self._accepted(self._line.ask("MAIL", sender))
        self._accepted(self._line.ask("RCPT", f"TO:<{envelope.recipient}>"))

    def _accepted(self, answer: Answer, code: int = 0) -> None:
        host = self._server.host
        if answer.code == code or (not code and answer.good):
            return
        if answer.not_now:
            raise Halted(Outcome.TRY_LATER, answers.try_later(host, answer))
        if answer.never:
            raise Halted(Outcome.REFUSED, answers.refused(host, answer))
        raise BrokenAnswerError


def _stuffed(message: bytes) -> bytes:
    """With a second dot before each line's first one, and the line that ends a message."""
    lines = message if message.endswith(b"\r\n") else message + b"\r\n"
    return re.sub(rb"^\.", b"..", lines, flags=re.MULTILINE) + b".\r\n"
