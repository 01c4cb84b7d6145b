"""The copy of a mail that has left, put into the mailbox it was written from.

Best effort, once it is written down that the mail was sent: whether it works changes nothing about
that, nobody waits for it with anything, and what did not work is only said with the report.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from calmreply.app.entries import secret_name, tools_of
from calmreply.app.home import Home
from calmreply.app.ports import Cancelled, Tools
from calmreply.app.storage import Account
from calmreply.domain.outbox import Entry
from calmreply.errors import KnownError
from calmreply.i18n import _


@runtime_checkable
class KeepsCopies(Protocol):
    """A kind of listener whose places can keep what left by a channel."""

    def is_mailbox_of(self, account: Account, sender: Account) -> bool:
        """Whether `account` is where mail to the sender's own address comes in."""
        ...

    def keep_copy(
        self, account: Account, secret: str | None, wire: bytes, key: str, tools: Tools
    ) -> None:
        """Among what was sent, once, however often it is asked. Raises KnownError."""
        ...


def keep_copy(
    home: Home, entry: Entry, sender: Account | None, cancelled: Cancelled | None = None
) -> str:
    """File what an entry sent; why that did not work, or nothing where there is nothing to say."""
    if sender is None:
        return ""
    with home.store.read() as tx:
        accounts = tx.accounts()
    for account in accounts:
        plugin = home.listeners.get(account.kind)
        if isinstance(plugin, KeepsCopies) and plugin.is_mailbox_of(account, sender):
            try:
                secret = home.passwords.note(home.secrets.get(secret_name(account.id)))
                tools = tools_of(home, account, cancelled)
                chosen = entry.chosen
                plugin.keep_copy(account, secret, chosen.wire, chosen.key, tools)
            except KnownError as error:
                return _("The copy for the sent mail could not be kept. {why}").format(
                    why=error.words
                )
            return ""
    return ""
