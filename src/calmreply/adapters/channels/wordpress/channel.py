"""`WordPress`: the comments of the shop's own site, heard, answered and moderated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from calmreply.app.ports import Tools
from calmreply.app.ports.channels import Dislikes, Found, Rules, Seen, SendResult, Unit
from calmreply.app.ports.storage import Account
from calmreply.domain.own_site import Moderation
from calmreply.domain.reply import Address
from calmreply.i18n import _

from . import moderating, reply
from .comments import in_target
from .listener import CommentListener
from .there import looked_at, opened, placed


class WordPress(CommentListener):
    """`app.ports.listeners.Listener`; `Looks` and `Moderates` of `app.ports.channels`.

    A repeat is no second comment while the first one stands there, but after somebody put that
    into the trash it would be: so it does not count as safe.
    """

    can_look: Final = True
    repeats_safely: Final = False
    answers: Final = (CommentListener.kind,)

    def rules(self, site: str) -> Rules:  # noqa: ARG002 - every WordPress has the same
        return Rules(
            max_length=reply.LONGEST,
            unit=Unit.BYTES,
            can_edit=True,
            can_delete=True,
            told=_(
                "Everybody who reads the page sees it. WordPress itself does not mail the one who "
                "commented; it may mail the author of the page."
            ),
            dislikes=(Dislikes.LINKS,),
            open_to_all=True,  # also below a comment that waits: feeds show it at once
        )

    def length(self, text: str) -> int:
        return reply.size(text)

    def target_fits(self, target: str) -> bool:
        return in_target(target) is not None

    def test(self, account: Account, secret: str | None, tools: Tools) -> None:
        self.sign_in(account, secret, tools.web, allow_private=tools.allow_private)

    def key(self, token: str, account: Account | None) -> str:  # noqa: ARG002 - it is in no need
        return reply.key(token)

    def render(
        self,
        record: Mapping[str, Any],
        account: Account | None,  # noqa: ARG002 - the site is known only when it is asked
        key: str,
        created: str,  # noqa: ARG002 - WordPress dates a comment itself
    ) -> bytes:
        return reply.render(record, key)

    def send(
        self, account: Account, secret: str | None, wire: bytes, key: str, tools: Tools
    ) -> SendResult:
        return reply.send(account, secret, wire, key, tools)

    def see(self, account: Account, secret: str | None, to: Address, tools: Tools) -> Seen:
        with looked_at(account, secret, tools) as there:
            return there.see(to.target)

    def find(
        self, account: Account, secret: str | None, wire: bytes, key: str, tools: Tools
    ) -> Found:
        with looked_at(account, secret, tools) as there:
            return there.find(wire, key)

    def moderate(
        self, account: Account, secret: str | None, to: Address, what: Moderation, tools: Tools
    ) -> None:
        _post, number = placed(to.target)
        moderating.moderate(opened(account, secret, tools), number, what)
