"""Notices that stay here: what was told to whom, and what a test lets happen to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.app.ports.channels import SendResult
from calmreply.domain.outbox import Outcome

if TYPE_CHECKING:
    from calmreply.app.ports import Tools
    from calmreply.app.ports.notice_port import Notice
    from calmreply.app.ports.storage import Account
    from calmreply.domain.people import PersonId


class FakeNotices:
    """`app.ports.notice_port.Notices`. `given`: (person, notice); `result`: what comes of one."""

    def __init__(self) -> None:
        self.given: list[tuple[PersonId, Notice]] = []
        self.result = SendResult(Outcome.DELIVERED)

    def tell(
        self, person: PersonId, notice: Notice, account: Account, secret: str | None, tools: Tools
    ) -> SendResult:
        del account, secret, tools
        self.given.append((person, notice))
        return self.result
