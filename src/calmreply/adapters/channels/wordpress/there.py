"""What stands at the site now: a comment, and the replies of ours to it.

Who moderates sees all of it. Others see less: what they cannot see is never told as absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from calmreply.adapters.channels.interface import AskedToWaitError, link
from calmreply.adapters.channels.not_begun import look_later
from calmreply.adapters.html import plain
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import Found, Seen
from calmreply.app.ports.storage import Account
from calmreply.domain.outbox import Showing
from calmreply.errors import KnownError
from calmreply.i18n import _

from .comments import Shop, Standing, in_target, key_of, read, standing, text_of, whole
from .listener import FIELDS, own_number
from .site import Reply, Root, Site, site_of

MARK: Final = "CalmReply/"
"""How the user agent of everything begins that this program wrote."""
_MOST: Final = 100
_WORD: Final = re.compile(r"\w+")
_WANTED: Final = f"{FIELDS},type,author_user_agent"


@dataclass(frozen=True, slots=True)
class There:
    """One site, opened for the time of one call. `me`: our number there, 0 where it is hidden."""

    site: Site
    root: Root
    me: int

    @property
    def shop(self) -> Shop:
        return Shop(self.site.name, self.root.name or self.site.host, self.site.host, self.me)

    def comment(self, number: int) -> Reply:
        """The answer to asking for one comment, with as much as we may see."""
        path = f"wp/v2/comments/{number}"
        reply = self._ask(path, {"context": "edit"})
        if reply.status in (401, 403) and reply.said is not None:
            reply = self._ask(path, {"context": "view"})
        return reply

    def see(self, target: str) -> Seen:
        """See `Looks.see`."""
        post, number = placed(target)
        reply = self.comment(number)
        if reply.says_gone:
            return Seen(None)
        if not reply.good or not isinstance(reply.said, dict):
            raise self.refusal(reply)
        if standing(reply.said) is Standing.AWAY:
            return Seen(None)
        comment = read(reply.said, self.shop)
        if comment is None or comment.heard is None or comment.post != post:
            raise KnownError(
                "not_understood",
                _("What stands there now is not the comment that this reply answers."),
                _("Open its page and look at it."),
            )
        # What it is answered by is the app's to say: it knows the account.
        return Seen(replace(comment.heard, target=""), self._answered(post, number))

    def find(self, wire: bytes, sent_as: str) -> Found:
        """See `Looks.find`. Raises KnownError where it may stand there unseen."""
        asked = json.loads(wire)
        replies, all_of_them = self._ours(asked["post"], asked["parent"])
        found = next((r for r in replies if r.get("author_user_agent") == sent_as), None)
        if found is None and self.me:
            same = (r for r in replies if _is_this(r, asked) and standing(r) is not Standing.AWAY)
            found = next(same, None)
        if found is not None:
            return self._found(found)
        if not all_of_them:
            raise KnownError(
                "not_allowed",
                _("The site does not show this name which comments wait or were taken away."),
                _("Look at the page, or ask for the role of an editor there."),
            )
        return Found(Showing.ABSENT)

    def refusal(self, reply: Reply) -> KnownError:
        return self.site.refusal(self.root.address, reply)

    def _ask(self, path: str, said: dict[str, str | int]) -> Reply:
        return self.site.ask(self.root.address, path, {**said, "_fields": _WANTED})

    def _answered(self, post: int, number: int) -> str:
        """Where our newest answer stands that did not come from this program, as far as known."""
        if not self.me:
            return ""
        replies, _all = self._ours(post, number)
        for one in replies:
            agent = one.get("author_user_agent")
            elsewhere = isinstance(agent, str) and not agent.startswith(MARK)
            here = standing(one) in (Standing.PUBLIC, Standing.HELD)
            if elsewhere and here and one.get("parent") == number:
                return link(one.get("link")) or key_of(self.shop, whole(one.get("id")))
        return ""

    def _ours(self, post: int, parent: int) -> tuple[list[dict[str, Any]], bool]:
        """Comments of ours on that page, newest first, and whether those are all of them."""
        order: dict[str, str | int] = {
            "orderby": "date_gmt",
            "order": "desc",
            "per_page": _MOST,
            "post": post,
        }
        mine: dict[str, str | int] = {"author": self.me} if self.me else {"parent": parent}
        for context in ("edit", "view"):
            way = {"context": context, "status": "any", **mine, **order}
            reply = self._ask("wp/v2/comments", way)
            if reply.status not in (400, 401, 403) or reply.said is None:
                return self._listed(reply), bool(self.me) or context == "edit"
        reply = self._ask("wp/v2/comments", {"context": "view", "parent": parent, **order})
        return self._listed(reply), False

    def _listed(self, reply: Reply) -> list[dict[str, Any]]:
        if not reply.good or not isinstance(reply.said, list):
            raise self.refusal(reply)
        entries = [one for one in reply.said if isinstance(one, dict) and whole(one.get("id"))]
        return [one for one in entries if not self.me or one.get("author") == self.me]

    def _found(self, entry: dict[str, Any]) -> Found:
        words, stands = "", standing(entry)
        if stands is Standing.AWAY:
            spam = entry.get("status") == "spam"
            words = _("It counts as spam there.") if spam else _("It is in the trash there.")
        return Found(
            _SHOWING[stands],
            reference(self.site, whole(entry.get("id"))),
            link(entry.get("link")) or "",
            words,
        )


_SHOWING: Final = {
    Standing.PUBLIC: Showing.SHOWN,
    Standing.HELD: Showing.PENDING,
    Standing.AWAY: Showing.REJECTED,
    Standing.UNCLEAR: Showing.PENDING,
}


def opened(account: Account, secret: str | None, tools: Tools) -> There:
    """Raises KnownError with the reason why the site cannot be looked at."""
    site = _site(account, secret, tools, None)
    return opened_at(site, site.find())


@contextmanager
def looked_at(account: Account, secret: str | None, tools: Tools) -> Iterator[There]:
    """As `opened`; a site that asks to be left alone for a while is a LookLaterError."""
    site = _site(account, secret, tools, tools.wall)
    try:
        root = site.find()
        yield There(site, root, own_number(site, root.address))
    except AskedToWaitError as asked:
        raise look_later(asked, site.host, tools) from asked


def _site(account: Account, secret: str | None, tools: Tools, wall: datetime | None) -> Site:
    return site_of(
        account,
        secret,
        tools.web,
        allow_private=tools.allow_private,
        wall=wall,
        cancelled=tools.cancelled,
    )


def opened_at(site: Site, root: Root) -> There:
    """The same, where its interface is known. Nobody waits: a busy site is an error."""
    patient = replace(site, wall=None)
    return There(patient, root, own_number(patient, root.address))


def placed(target: str) -> tuple[int, int]:
    """(post, comment). Raises KnownError `bad_address`."""
    place = in_target(target)
    if place is None:
        raise KnownError(
            "bad_address",
            _("This is no comment that could be looked at."),
            _("Open its page and look at it."),
        )
    return place


def reference(site: Site, number: int) -> str:
    """A reply by the same name by which an answer to it calls it (`Heard.answers`)."""
    return key_of(Shop(site.name, "", "", 0), number)


def _is_this(entry: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Whether these are the words, under that comment, whose author `_listed` looked at.

    Without the text as it was written there is only what the page makes of it: it turns quotes,
    dashes and smileys into others, but no words.
    """
    if entry.get("parent") != asked["parent"]:
        return False
    there, ours = text_of(entry), plain(asked["content"])
    content = entry.get("content")
    if isinstance(content, dict) and isinstance(content.get("raw"), str):
        return there.split() == ours.split()
    return bool(ours) and _WORD.findall(there) == _WORD.findall(ours)
