"""The way out to the people of the business: a port of its own, beside the channels.

Nobody can be written to by it but people who came in here: it takes whose notice it is, never an
address. Whatever is said to anybody else is a reply, and takes the gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from calmreply.app.ports import Tools
from calmreply.app.ports.channels import SendResult
from calmreply.app.ports.storage import Account
from calmreply.domain.outbox import Outcome
from calmreply.domain.people import PersonId
from calmreply.i18n import _

MAIL = "mail"
"""The kind of account a notice goes by."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`key` is fresh (a token), `created` RFC 3339 UTC."""

    subject: str
    text: str
    key: str
    created: str


class Notices(Protocol):
    def tell(
        self, person: PersonId, notice: Notice, account: Account, secret: str | None, tools: Tools
    ) -> SendResult:
        """One attempt; the address is looked up in the chain of people, here and now.

        Up to a minute: not on the Qt thread. Raises KnownError `no_such_person`, `no_address`
        (nothing a mail could go to is known of them), `person_left`.
        """
        ...


class NoNotices:
    """Where nothing may leave, as in the rehearsal."""

    def tell(
        self, person: PersonId, notice: Notice, account: Account, secret: str | None, tools: Tools
    ) -> SendResult:
        del person, notice, account, secret, tools
        return SendResult(Outcome.NOT_LEFT, _("No mail leaves from here."))
