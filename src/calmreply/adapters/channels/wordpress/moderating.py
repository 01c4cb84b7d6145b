"""Holding a comment on the shop's own site, calling it spam, putting it away, showing it again."""

from __future__ import annotations

import json
from typing import Final

from calmreply.adapters.channels.leaving import NOTHING_LEFT
from calmreply.domain.own_site import Moderation
from calmreply.errors import KnownError
from calmreply.i18n import _

from .there import There

_SAID: Final = {
    Moderation.HOLD: "hold",
    Moderation.SPAM: "spam",
    Moderation.TRASH: "trash",
    Moderation.SHOW: "approved",
}
_GONE: Final = "gone"
"""Beside what WordPress calls them: one that is no longer there at all."""


def moderate(there: There, number: int, what: Moderation) -> None:
    """See `Moderates.moderate`. The site is asked first: it calls doing it twice an error."""
    before = _status(there, number)
    if _is_done(before, what):
        return
    if before == _GONE:
        raise _not_there()
    trouble = _do(there, number, what)
    # Whatever it answered (or did not): what counts is how the comment stands now.
    after = _status(there, number) if trouble is None or trouble.code not in NOTHING_LEFT else ""
    if not _is_done(after, what):
        raise trouble or _not_done()


def _do(there: There, number: int, what: Moderation) -> KnownError | None:
    address, headers = there.site.signed(there.root.address, f"wp/v2/comments/{number}")
    headers["Content-Type"] = "application/json"
    try:
        answer = there.site.web.ask(
            address,
            method="POST",
            headers=headers,
            body=json.dumps({"status": _SAID[what]}).encode(),
            allow_private=there.site.allow_private,
        )
    except KnownError as error:
        return error
    if answer.status // 100 == 2:
        return None
    return (
        _not_allowed() if answer.status == 403 else there.site.refused(there.root.address, answer)
    )


def _status(there: There, number: int) -> str:
    reply = there.comment(number)
    if reply.says_gone:
        return _GONE
    if reply.status == 403 and reply.said is not None:
        raise _not_allowed()
    if not reply.good or not isinstance(reply.said, dict):
        raise there.refusal(reply)
    status = reply.said.get("status")
    return status if isinstance(status, str) else ""


def _is_done(status: str, what: Moderation) -> bool:
    if what is Moderation.TRASH:
        return status in (_GONE, "trash", "post-trashed")
    return status == _SAID[what]


def _not_allowed() -> KnownError:
    return KnownError(
        "not_allowed",
        _("The site does not let this name hold, hide or show comments."),
        _("Ask for the role of an editor there, or sign in as somebody who has it."),
    )


def _not_there() -> KnownError:
    return KnownError(
        "not_there",
        _("The comment is no longer on the site."),
        _("There is nothing left to do there."),
    )


def _not_done() -> KnownError:
    return KnownError(
        "not_done",
        _("The site said yes, and the comment still stands as it did."),
        _("Look at it on the site itself: something there may have put it back."),
    )
