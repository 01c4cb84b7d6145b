"""`Bluesky`: the plug-in of the kind "bluesky", which listens (`listener`) and answers.

A reply is put where its own key says, so the same bytes again change nothing there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from calmreply.adapters.channels.interface import (
    AskedToWaitError,
    Said,
    Site,
    at,
    line,
    secret_of,
    service_address,
    unexpected,
)
from calmreply.adapters.channels.leaving import Request, ended, leave, not_understood, refused
from calmreply.adapters.channels.not_begun import asked_to_wait, look_later, not_begun, not_let_in
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import Found, Rules, Seen, SendResult, Unit
from calmreply.app.ports.storage import Account
from calmreply.domain.outbox import Outcome, Showing
from calmreply.domain.reply import Address
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import posts, refs, wording
from .listener import BlueskyListener, service_of
from .session import Session, Signed, is_stale

_GET, _PUT = "com.atproto.repo.getRecord", "com.atproto.repo.putRecord"
_THREAD: Final = "app.bsky.feed.getPostThread"
_NOT_THERE: Final = frozenset({"RecordNotFound", "NotFound"})
_OWN_SERVICES: Final = ("bsky.social", "bsky.network")
"""Whose accounts are certain to be shown at bsky.app."""


class Bluesky(BlueskyListener):
    """`app.ports.channels.Looks` for Bluesky and other sites of its kind (AT Protocol)."""

    can_look: Final = True
    repeats_safely: Final = True
    answers: Final = ("bluesky",)

    def rules(self, site: str) -> Rules:  # noqa: ARG002 - the same all over Bluesky
        told = _("The one it answers, and everybody who follows both of you or looks there.")
        most = wording.MOST_LETTERS
        return Rules(most, Unit.GRAPHEMES, can_edit=False, can_delete=True, told=told)

    def length(self, text: str) -> int:
        return wording.length(text)

    def target_fits(self, target: str) -> bool:
        return refs.read(target) is not None

    def test(self, account: Account, secret: str | None, tools: Tools) -> None:
        """Sign in. Raises KnownError with the reason."""
        self.sign_in(account, secret, tools.web, allow_private=tools.allow_private)

    def key(self, token: str, account: Account | None) -> str:  # noqa: ARG002 - from the token alone
        return wording.tid(token)

    def render(
        self, record: Mapping[str, Any], account: Account | None, key: str, created: str
    ) -> bytes:
        """The post, its key and who says it. Raises KnownError as `wording.render`."""
        return wording.render(record, account, key, created)

    def send(
        self, account: Account, secret: str | None, wire: bytes, key: str, tools: Tools
    ) -> SendResult:
        """Raises ValueError for bytes that `render` did not make, before anything else."""
        post = wording.post_in(wire)
        try:
            signed = self._signed(account, secret, tools)
            session = signed.check()
        except AskedToWaitError as wait:
            return asked_to_wait(wait, self.title, tools)
        except KnownError as error:
            return not_begun(error)
        headers = {
            "Authorization": f"Bearer {session.access}",
            "Content-Type": "application/json",
        }
        body = wording.request(session.did, key, post)
        said = leave(tools, Request(f"{signed.base}/xrpc/{_PUT}", headers=headers, body=body))
        if isinstance(said, SendResult):
            return said
        if is_stale(said):
            signed.forget(session)
            return not_let_in(said, self.title)
        return ended(said, self.title) or self._taken(said, session, signed, key)

    def see(self, account: Account, secret: str | None, to: Address, tools: Tools) -> Seen:
        hangs = refs.read(to.target)
        if hangs is None:
            raise _hidden()
        try:
            signed = self._signed(account, secret, tools)
            said = _thread(signed, hangs.parent.uri)
        except AskedToWaitError as wait:
            raise look_later(wait, self.title, tools) from wait
        if posts.is_gone(said):
            return Seen(None)
        if not said.good:
            raise unexpected(said)
        shown = at(said.untrusted, "thread", "post")
        entry = posts.entry(shown, tools.wall, signed.session.did)
        if entry is None or entry.heard is None or entry.key != hangs.parent.uri:
            raise _hidden()
        if at(shown, "viewer", "replyDisabled") is True:
            raise KnownError(
                "not_allowed",
                _("Whoever began this thread lets you not answer in it."),
                _("Choose another way to reach them, or set it aside."),
            )
        replies = at(said.untrusted, "thread", "replies")
        return Seen(entry.heard, ours=posts.answers(replies, hangs.parent, signed.session.did))

    def find(
        self, account: Account, secret: str | None, wire: bytes, key: str, tools: Tools
    ) -> Found:
        wording.post_in(wire)
        try:
            signed = self._signed(account, secret, tools)
            session = signed.session
            where = {"repo": session.did, "collection": refs.COLLECTION, "rkey": key}
            said = signed.ask(_GET, where)
        except AskedToWaitError as wait:
            raise look_later(wait, self.title, tools) from wait
        if said.status in (400, 404) and _says_not_there(said):
            return Found(Showing.ABSENT)
        uri = _uri(session, key)
        if not said.good or said.at("uri") != uri:
            raise unexpected(said)
        return Found(Showing.SHOWN, uri, _page(signed, session, key))

    def _signed(self, account: Account, secret: str | None, tools: Tools) -> Signed:
        service = service_of(account)
        base = service_address(service, allow_private=tools.allow_private, field="service")
        site = Site(base, tools.web, tools.wall, tools.allow_private, tools.cancelled)
        return self._sessions.opened(site, account, secret_of(secret))

    def _taken(self, said: Said, session: Session, signed: Signed, key: str) -> SendResult:
        """What the site made of it: the same whether it is new or was there already."""
        if not said.good:
            return refused(said, _("{site} does not take the reply.").format(site=self.title))
        uri = _uri(session, key)
        if said.at("uri") != uri:
            return not_understood(self.title)
        return SendResult(Outcome.DELIVERED, reference=uri, link=_page(signed, session, key))


def _thread(signed: Signed, uri: str) -> Said:
    """A post with what answers it; of one with more answers than can be read, the post alone."""
    query: dict[str, str | list[str]] = {"uri": uri, "depth": "1", "parentHeight": "0"}
    try:
        return signed.ask(_THREAD, query)
    except KnownError as error:
        if error.code != "too_big":
            raise
        return signed.ask(_THREAD, query | {"depth": "0"})


def _says_not_there(said: Said) -> bool:
    """Older servers have no name for it."""
    said_so = line(said.at("message")).startswith("Could not locate record")
    return said_so or line(said.at("error")) in _NOT_THERE


def _uri(session: Session, key: str) -> str:
    return f"at://{session.did}/{refs.COLLECTION}/{key}"


def _page(signed: Signed, session: Session, key: str) -> str:
    """The reply's page, where it is certain to have one."""
    host = f".{urlsplit(signed.base).hostname or ''}"
    if not any(host.endswith(f".{service}") for service in _OWN_SERVICES):
        return ""
    return f"https://bsky.app/profile/{session.handle or session.did}/post/{key}"


def _hidden() -> KnownError:
    return KnownError(
        "hidden",
        _("Bluesky does not show you this post just now."),
        _("Open it in the browser: its author may have blocked you."),
    )
