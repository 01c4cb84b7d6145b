"""One request that changes something at a site, and what its end says of it.

A refusal is a complete answer that says so. A server's own error, or none at all, proves nothing:
what was asked for may have been done. Nothing is asked twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from calmreply.adapters.channels.interface import Said, asks_for_time, line, said_by
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import SIGN_IN_AGAIN, SendResult
from calmreply.domain.outbox import Outcome
from calmreply.errors import KnownError
from calmreply.i18n import _

NOTHING_LEFT: Final = frozenset(
    {"bad_address", "no_such_host", "cannot_connect", "tls", "private_address"}
)
"""Codes of `Web` that are raised before a byte of the request is on its way."""
_REASON: Final = 300
_SLOW_DOWN, _UNCLEAR = 429, 408


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; `headers` may hold the password, so this is never told to anybody."""

    address: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def leave(tools: Tools, request: Request) -> Said | SendResult:
    """The site's complete answer, or how it ended without one. Never raises for the network.

    Once begun it is not broken off: nobody could say then whether it was done.
    """
    if tools.cancelled is not None and tools.cancelled():
        return SendResult(Outcome.NOT_LEFT, _("It was stopped before anything was sent."))
    try:
        download = tools.web.ask(
            request.address,
            method=request.method,
            headers=request.headers,
            body=request.body,
            allow_private=tools.allow_private,
        )
    except KnownError as error:
        left = error.code not in NOTHING_LEFT
        return SendResult(Outcome.UNKNOWN if left else Outcome.NOT_LEFT, error.words)
    return replace(said_by(download), wait=asks_for_time(download, tools.wall))


def ended(said: Said, site: str) -> SendResult | None:
    """What the status alone says, the same at every site; None for what its channel must read.

    `site` is how a person calls it.
    """
    status, reason = said.status, _quoted(said)
    if status == _SLOW_DOWN:
        words = _("{site} asks to send less often.").format(site=site)
        return SendResult(Outcome.TRY_LATER, _joined(words, reason), wait=said.wait)
    if status in (401, 403):
        words = _("{site} does not let us in with the password that is kept.").format(site=site)
        return SendResult(Outcome.REFUSED, _joined(words, reason), code=SIGN_IN_AGAIN)
    if status == _UNCLEAR or status >= 500:
        words = _("{site} answered with an error of its own ({status}).")
        words = words.format(site=site, status=status)
        return SendResult(Outcome.UNKNOWN, _joined(words, reason), wait=said.wait)
    if status // 100 == 3:
        words = _("{site} sends us to another address, where no reply of yours may go.")
        return SendResult(Outcome.REFUSED, words.format(site=site))
    return None


def refused(said: Said, words: str) -> SendResult:
    """A definite no, with the site's own reason."""
    return SendResult(Outcome.REFUSED, _joined(words, _quoted(said)))


def not_understood(site: str) -> SendResult:
    """It says yes, but not in a way that tells what it did."""
    words = _("{site} answered in a way that does not tell whether it took the reply.")
    return SendResult(Outcome.UNKNOWN, words.format(site=site))


def _quoted(said: Said) -> str:
    """The site's own words for it, in one line; empty where it gives none."""
    found = next((text for n in ("message", "error") if (text := line(said.at(n), _REASON))), "")
    return _('It says: "{words}".').format(words=found.replace('"', "'")) if found else ""


def _joined(words: str, reason: str) -> str:
    return f"{words} {reason}" if reason else words
