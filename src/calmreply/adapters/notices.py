"""Notices by the shop's own e-mail account, to people of the business and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.app import facts
from calmreply.app.ledger import person_left
from calmreply.app.persons.people import no_such_person
from calmreply.domain.people import Presence, find
from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.app.ports import Tools
    from calmreply.app.ports.channels import Channel, SendResult
    from calmreply.app.ports.notice_port import Notice
    from calmreply.app.ports.storage import Account, Store
    from calmreply.domain.people import PersonId


class MailNotices:
    """`app.ports.notice_port.Notices` over the channel for e-mail, made when one is first given."""

    def __init__(self, store: Store, mail: Callable[[], Channel]) -> None:
        self._store = store
        self._mail = mail

    def tell(
        self, person: PersonId, notice: Notice, account: Account, secret: str | None, tools: Tools
    ) -> SendResult:
        mail = self._mail()
        address = self._address(person, mail)
        record = {
            "target": address,
            "subject": notice.subject,
            "text": notice.text,
            "thread": "",
            "attachments": [],
        }
        key = mail.key(notice.key, account)
        wire = mail.render(record, account, key, notice.created)
        return mail.send(account, secret, wire, key, tools)

    def _address(self, who: PersonId, mail: Channel) -> str:
        with self._store.read() as tx:
            everybody = facts.enrolled(tx)
        found = find(everybody, who)
        if found is None or found.id != who:
            raise no_such_person(who)
        if found.presence is Presence.LEFT:
            raise person_left(found.name)
        if not mail.target_fits(found.mail):
            raise KnownError(
                "no_address",
                _("There is no e-mail address of {name} here.").format(name=found.name),
                _("Write it down in People, or tell them yourself."),
            )
        return found.mail
