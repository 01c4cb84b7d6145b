"""How an attempt ends that could not begin: nothing of the reply has left this computer yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from calmreply.adapters.channels.interface import AskedToWaitError, Said
from calmreply.adapters.channels.leaving import refused
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import SIGN_IN_AGAIN, LookLaterError, SendResult
from calmreply.domain.outbox import Outcome
from calmreply.errors import KnownError
from calmreply.i18n import _

_FOR_A_PERSON: Final = frozenset({SIGN_IN_AGAIN, "bad_settings", "not_protected", "not_allowed"})
"""Codes that another attempt would only meet again."""


def not_begun(error: KnownError) -> SendResult:
    """What is in the way: for a person to mend, or to be tried again."""
    words = f"{error.words} {error.way_out}"
    if error.code not in _FOR_A_PERSON:
        return SendResult(Outcome.NOT_LEFT, words)
    code = SIGN_IN_AGAIN if error.code == SIGN_IN_AGAIN else ""
    return SendResult(Outcome.REFUSED, words, code=code)


def asked_to_wait(asked: AskedToWaitError, site: str, tools: Tools) -> SendResult:
    """The site wants no question now, not even who we are."""
    words = _("{site} asks to send less often.").format(site=site)
    return SendResult(Outcome.TRY_LATER, words, wait=asked.until - tools.wall)


def not_let_in(said: Said, site: str) -> SendResult:
    """A definite no to our name, in whatever way this site says it."""
    words = _("{site} does not let us in with the password that is kept.").format(site=site)
    return replace(refused(said, words), code=SIGN_IN_AGAIN)


def look_later(asked: AskedToWaitError, site: str, tools: Tools) -> LookLaterError:
    """The error of a look that the site does not want now."""
    return LookLaterError(
        _("{site} asks to be asked less often.").format(site=site),
        _("It is looked at again later."),
        asked.until - tools.wall,
    )
