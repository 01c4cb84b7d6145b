"""`Mastodon`: the plug-in of the kind "mastodon", which listens (`listener`) and answers.

Instances are told to take the same key once only, but not all of them listen, and some forget it
within the hour: so a reply whose end nobody knows is looked for in its thread, never sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from calmreply.adapters.channels.interface import (
    AskedToWaitError,
    Said,
    Site,
    link,
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

from . import refs, statuses, under, wording
from .asking import STATUSES, Signed, is_gone
from .listener import MastodonListener


class Mastodon(MastodonListener):
    """`app.ports.channels.Looks` for Mastodon and servers that speak its language."""

    can_look: Final = True
    repeats_safely: Final = False
    answers: Final = ("mastodon",)

    def rules(self, site: str) -> Rules:  # noqa: ARG002 - what an instance allows is not known here
        return Rules(
            wording.MOST_LETTERS - wording.FOR_THE_NAME,
            Unit.GRAPHEMES,
            can_edit=True,
            can_delete=True,
            told=_("Those named in it are told; if it is public, those who follow you see it too."),
        )

    def length(self, text: str) -> int:
        return wording.length(text)

    def target_fits(self, target: str) -> bool:
        return refs.read(target) is not None

    def test(self, account: Account, secret: str | None, tools: Tools) -> None:
        """Sign in. Raises KnownError with the reason."""
        self.sign_in(account, secret, tools.web, allow_private=tools.allow_private)

    def key(self, token: str, account: Account | None) -> str:  # noqa: ARG002 - from the token alone
        return token

    def render(
        self, record: Mapping[str, Any], account: Account | None, key: str, created: str
    ) -> bytes:
        """The status, its key and its time. Raises KnownError as `wording.render`."""
        return wording.render(record, account, key, created)

    def send(
        self, account: Account, secret: str | None, wire: bytes, key: str, tools: Tools
    ) -> SendResult:
        """Raises ValueError for bytes that `render` did not make, before anything else."""
        body = wording.body(wire)
        try:
            signed = self._signed(account, secret, tools)
        except AskedToWaitError as wait:
            return asked_to_wait(wait, self.title, tools)
        except KnownError as error:
            return not_begun(error)
        headers = {
            "Authorization": f"Bearer {secret_of(secret)}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        said = leave(tools, Request(f"{signed.base}{STATUSES}", headers=headers, body=body))
        if isinstance(said, SendResult):
            return said
        result = ended(said, signed.host)
        if result is not None:
            return result
        if said.good:
            return _taken(said, signed, wording.parent(wire))
        return self._refused(said, signed, account, secret, tools)

    def see(self, account: Account, secret: str | None, to: Address, tools: Tools) -> Seen:
        hangs = refs.read(to.target)
        if hangs is None:
            raise _hidden()
        try:
            signed = self._signed(account, secret, tools)
            if signed.host != hangs.host:
                raise _hidden()
            said = signed.get(f"{STATUSES}/{quote(hangs.id, safe='')}", {})
            if is_gone(said):
                return Seen(None)
            if not said.good:
                raise unexpected(said)
            entry = statuses.entry(said.untrusted, tools.wall, signed.own, signed.host)
            if entry is None or entry.heard is None or statuses.id_of(said.untrusted) != hangs.id:
                raise _hidden()
            return Seen(entry.heard, ours=under.answers(signed, hangs.id))
        except AskedToWaitError as wait:
            raise look_later(wait, self.title, tools) from wait

    def find(
        self,
        account: Account,
        secret: str | None,
        wire: bytes,
        key: str,  # noqa: ARG002 - no instance shows it to anybody
        tools: Tools,
    ) -> Found:
        wording.body(wire)
        unclear = False
        try:
            signed = self._signed(account, secret, tools)
            for one in under.may_hold(signed, wire):
                ours = wording.is_ours(one, wire) if under.is_own(one, signed) else False
                if ours:
                    stands = under.name(one, signed)
                    return Found(Showing.SHOWN, stands.reference, stands.link)
                unclear = unclear or ours is None
        except AskedToWaitError as wait:
            raise look_later(wait, self.title, tools) from wait
        if unclear:
            raise under.cannot_tell()
        return Found(Showing.ABSENT)

    def _signed(self, account: Account, secret: str | None, tools: Tools) -> Signed:
        instance = account.settings.get("instance", "")
        base = service_address(instance, allow_private=tools.allow_private, field="instance")
        site = Site(base, tools.web, tools.wall, tools.allow_private, tools.cancelled)
        return self._names.signed(site, account, secret_of(secret))

    def _refused(
        self, said: Said, signed: Signed, account: Account, secret: str | None, tools: Tools
    ) -> SendResult:
        """A definite no; kinds of servers say in kinds of ways that a token is not good."""
        if said.status in (404, 410):
            words = _("{site} has no longer what this answers.")
            return refused(said, words.format(site=signed.host))
        try:
            self.test(account, secret, tools)
        except KnownError as error:
            if error.code == "sign_in_again":
                return not_let_in(said, signed.host)
        words = _("{site} does not take the reply.")
        return refused(said, words.format(site=signed.host))


def _taken(said: Said, signed: Signed, parent: str) -> SendResult:
    above = statuses.id_of({"id": said.at("in_reply_to_id")})
    if not statuses.id_of(said.untrusted) or above not in ("", parent):
        return not_understood(signed.host)
    words = ""
    if not above:
        words = _("It stands there by itself: what it answers is no longer on {site}.")
        words = words.format(site=signed.host)
    return SendResult(
        Outcome.DELIVERED,
        words,
        reference=statuses.key_of(said.untrusted, signed.host),
        link=link(said.at("url")) or "",
    )


def _hidden() -> KnownError:
    return KnownError(
        "hidden",
        _("This site does not show you this post just now."),
        _("Open it in the browser: its author may have blocked you."),
    )
