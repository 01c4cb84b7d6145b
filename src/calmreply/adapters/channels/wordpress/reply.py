"""A reply to a comment: its bytes, and leaving it at the site.

The text goes as text: what would be markup is escaped, so that the page shows what was signed. Our
own id of a reply travels as the "user agent" of the comment, a field that WordPress keeps and
shows only to those who moderate.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any, Final

from calmreply.adapters.channels.interface import AskedToWaitError, Said, link
from calmreply.adapters.channels.leaving import Request, ended, leave, not_understood, refused
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import SIGN_IN_AGAIN, Found, SendResult
from calmreply.app.ports.storage import Account
from calmreply.domain.outbox import Outcome, Showing
from calmreply.errors import KnownError
from calmreply.i18n import _

from .comments import Standing, in_target, standing, whole
from .site import Site, site_of, turned_away
from .there import MARK, opened_at, reference

LONGEST: Final = 65_525
"""Bytes of a comment that WordPress takes."""
_FOR_FINDING: Final = 45.0
_FOR_ALL: Final = 105.0
"""Seconds: with the 30 of one request after them, an attempt ends before `domain.outbox.LEASE`."""
_FLOOD_PASSES: Final = timedelta(seconds=20)
_FOR_A_PERSON: Final = frozenset(
    {"sign_in_again", "bad_settings", "not_protected", "not_allowed", "moved_elsewhere"}
)
_DUPLICATE, _FLOOD = "comment_duplicate", "comment_flood"


def key(token: str) -> str:
    return f"{MARK}{token}"


def size(text: str) -> int:
    """Bytes of a reply as the site keeps it."""
    return len(_escaped(text).encode("utf-8", "surrogatepass"))


def render(record: Mapping[str, Any], sent_as: str) -> bytes:
    """What is posted. Raises KnownError `bad_address`, `bad_text`."""
    place = in_target(str(record["target"]))
    if place is None:
        raise KnownError(
            "bad_address",
            _("This is no comment that could be answered."),
            _("Answer by hand, or open the comment again from the inbox."),
        )
    post, parent = place
    said = {
        "post": post,
        "parent": parent,
        "content": _escaped(str(record["text"])),
        "author_user_agent": sent_as,
    }
    try:
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise KnownError(
            "bad_text",
            _("The reply holds a broken character that cannot be sent."),
            _("Delete the character that is shown as a box or a question mark."),
        ) from error


def send(
    account: Account, secret: str | None, wire: bytes, sent_as: str, tools: Tools
) -> SendResult:
    """One attempt; see `Channel.send`."""
    if tools.cancelled is not None and tools.cancelled():
        return SendResult(Outcome.NOT_LEFT, _("It was stopped before anything was sent."))
    began = monotonic()

    def late() -> bool:
        return monotonic() - began > _FOR_FINDING

    def stop() -> bool:
        return late() or (tools.cancelled is not None and tools.cancelled())

    try:
        site = site_of(
            account,
            secret,
            tools.web,
            allow_private=tools.allow_private,
            wall=tools.wall,
            cancelled=stop,
        )
        root = site.find()
        address, headers = site.signed(root.address, "wp/v2/comments")
    except AskedToWaitError as asked:
        words = _("Your site asks to be left alone for a while.")
        return SendResult(Outcome.TRY_LATER, words, wait=asked.until - tools.wall)
    except KnownError as error:
        return _not_begun(_slow() if late() else error)
    if late():
        return _not_begun(_slow())
    headers["Content-Type"] = "application/json"
    said = leave(tools, Request(address, headers=headers, body=wire))
    if isinstance(said, SendResult):
        return said
    hasty = replace(site, cancelled=lambda: monotonic() - began > _FOR_ALL)
    return _ended(said, site, lambda: opened_at(hasty, root).find(wire, sent_as))


def _slow() -> KnownError:
    return KnownError(
        "too_slow",
        _("Your site takes very long to answer just now, so nothing was sent."),
        _("It is tried again by itself."),
    )


def _not_begun(error: KnownError) -> SendResult:
    """Nothing was posted yet."""
    words = f"{error.words} {error.way_out}"
    if error.code not in _FOR_A_PERSON:
        return SendResult(Outcome.NOT_LEFT, words)
    code = SIGN_IN_AGAIN if error.code == SIGN_IN_AGAIN else ""
    return SendResult(Outcome.REFUSED, words, code=code)


def _ended(said: Said, site: Site, find: Callable[[], Found]) -> SendResult:
    if said.good:
        return _arrived(said, site)
    code = said.at("code")
    if said.status < 500 and code == _DUPLICATE:
        return _same_words(site, find)
    if said.status < 500 and code == _FLOOD:
        words = _("{site} takes no second comment so soon after another.").format(site=site.host)
        return SendResult(Outcome.TRY_LATER, words, wait=said.wait or _FLOOD_PASSES)
    if said.status == 403:
        if said.untrusted is None:
            guard = turned_away()
            return SendResult(Outcome.REFUSED, f"{guard.words} {guard.way_out}")
        return refused(said, _forbidden(code))
    result = ended(said, site.host)
    return result if result is not None else refused(said, _bad_request(code))


def _arrived(said: Said, site: Site) -> SendResult:
    number = whole(said.at("id"))
    if not number or not isinstance(said.untrusted, dict):
        return not_understood(site.host)
    stands = standing(said.untrusted)
    words = ""
    if stands is Standing.AWAY:
        words = _("The site took it for spam or put it into the trash; nobody sees it there.")
    return SendResult(
        Outcome.DELIVERED,
        words,
        reference=reference(site, number),
        link=link(said.at("link")) or "",
        pending=stands is not Standing.PUBLIC,
    )


def _same_words(site: Site, find: Callable[[], Found]) -> SendResult:
    """The site has these words under this comment already: are they ours?"""
    try:
        found = find()
    except KnownError:
        found = Found(Showing.ABSENT)
    if found.showing is not Showing.ABSENT:
        pending = found.showing is not Showing.SHOWN
        return SendResult(
            Outcome.DELIVERED, found.words, found.reference, found.link, pending=pending
        )
    words = _("{site} says that it has this reply already, and does not show it to us.")
    return SendResult(Outcome.UNKNOWN, words.format(site=site.host))


def _forbidden(code: object) -> str:
    match code:
        case "rest_comment_closed":
            return _("Comments are closed on this page.")
        case "rest_comment_invalid_post_id" | "rest_comment_trash_post" | "rest_comment_draft_post":
            return _("The page with this comment is no longer public.")
        case _:
            return _("The site does not let this name answer comments.")


def _bad_request(code: object) -> str:
    match code:
        case "rest_comment_content_invalid":
            return _("The site takes no empty comment.")
        case "comment_content_column_length":
            return _("The reply is longer than the site takes.")
        case "rest_no_route":
            return _("The interface for programs has no way to comments on this site.")
        case _:
            return _("The site did not take the reply.")


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
