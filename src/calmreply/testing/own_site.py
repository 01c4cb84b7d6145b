"""The shop's own site by script: what was held, hidden and shown there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calmreply.testing.channels import ScriptedChannel

if TYPE_CHECKING:
    from calmreply.app.ports import Tools
    from calmreply.app.ports.channels import Rules
    from calmreply.app.ports.storage import Account
    from calmreply.domain.own_site import Moderation
    from calmreply.domain.reply import Address
    from calmreply.errors import KnownError


class ScriptedSite(ScriptedChannel):
    """`app.ports.channels.Moderates`. `moderated`: done, by target; `refuses` is raised."""

    def __init__(self, kind: str = "wordpress", title: str = "WordPress comments") -> None:
        super().__init__(kind, title, answers=(kind,))
        self.moderated: list[tuple[str, Moderation]] = []
        self.refuses: KnownError | None = None

    def rules(self, site: str) -> Rules:
        return replace(super().rules(site), open_to_all=True)

    def moderate(
        self, account: Account, secret: str | None, to: Address, what: Moderation, tools: Tools
    ) -> None:
        del account, secret, tools
        if self.refuses is not None:
            raise self.refuses
        self.moderated.append((to.target, what))
