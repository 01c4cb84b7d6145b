"""The copy of a mail that has left, put into the mailbox it was written from.

It has its own turn, once it is written down that the mail was sent: whether it works changes
nothing about that, and nobody waits for it with anything. That it lies there, or why it could not
be filed, is written down as a fact. It is tried a few times, then whenever a person says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from calmreply.app import facts
from calmreply.app.home import Home
from calmreply.app.ledger import writing
from calmreply.app.ports import Cancelled, Tools
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.storage import Account, ReadTransaction
from calmreply.app.sending.entries import account_of, entry_of, open_secret, tools_of
from calmreply.app.teamwork import keepers
from calmreply.domain import trying
from calmreply.domain.mention import CaseId
from calmreply.domain.moment import Now
from calmreply.domain.outbox import CopyFiled, Entry, EntryId, State, state
from calmreply.errors import KnownError
from calmreply.i18n import _

_NEWEST = 20
"""Among so many replies, the newest ones, those are whose copy is still to be filed."""


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


def due(home: Home) -> tuple[tuple[CaseId, EntryId], ...]:
    """What has left lately and has a mailbox, and whose copy is to be filed now."""
    if not any(isinstance(one, KeepsCopies) for one in home.listeners.values()):
        return ()
    with home.store.read() as tx:
        rows = tx.outbox_rows(live_only=False)[-_NEWEST:]
        wanted = {row.entry for row in rows}
        common = facts.shared(home, tx)
        elsewhere = keepers.Elsewhere(home, tx)
        cases = tuple(dict.fromkeys(row.case for row in rows))
        return tuple(
            (known.facts.id, entry.id)
            for known in facts.load_all(home, tx, cases, common)
            for entry in known.facts.entries
            if entry.id in wanted
            and _is_due(entry, known.now)
            and (mailbox := _mailbox(home, tx, entry)) is not None
            and not elsewhere.of(mailbox[1].id)
        )


def file_copy(
    home: Home, case: CaseId, entry_id: EntryId, cancelled: Cancelled | None = None
) -> tuple[str, ChangeSet]:
    """File what an entry sent, and write down how that went: why not, or nothing where it lies
    there or where there is no mailbox for it.

    Raises KnownError `passwords_locked`, of which nothing is written down.
    """
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        entry = entry_of(known, entry_id)
        found = _mailbox(home, tx, entry)
    if found is None or not _is_due(entry, known.now):
        return "", ChangeSet()
    return _file(home, case, entry, found, cancelled)


def file_again(
    home: Home, case: CaseId, entry_id: EntryId, cancelled: Cancelled | None = None
) -> tuple[str, ChangeSet]:
    """A person wants it tried once more, now; otherwise as `file_copy`.

    Raises KnownError `not_sent`, `copy_is_there`, `no_mailbox` as well.
    """
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        entry = entry_of(known, entry_id)
        found = _mailbox(home, tx, entry)
    if state(entry, known.now) is not State.SENT or entry.by_hand:
        raise KnownError(
            "not_sent",
            _("There is no copy to file: this was not sent by e-mail."),
            _("Look at the outbox for where it stands."),
        )
    if entry.copy is not None and not entry.copy.words:
        raise KnownError(
            "copy_is_there",
            _("The copy lies among the sent mail already."),
            _("Nothing needs to be done."),
        )
    if found is None:
        raise KnownError(
            "no_mailbox",
            _("No mailbox belongs to the address that this was sent from."),
            _("Add the mailbox as a source, with the same address, then file it again."),
        )
    return _file(home, case, entry, found, cancelled)


def _file(
    home: Home,
    case: CaseId,
    entry: Entry,
    found: tuple[KeepsCopies, Account],
    cancelled: Cancelled | None,
) -> tuple[str, ChangeSet]:
    plugin, account = found
    secret = open_secret(home, account.id)
    try:
        tools = tools_of(home, account, cancelled)
        plugin.keep_copy(account, secret, entry.chosen.wire, entry.chosen.key, tools)
        why = ""
    except KnownError as error:
        why = f"{error.words} {error.way_out}"
    with writing(home) as ledger:
        fact = CopyFiled(entry.id, ledger.reading, why)
        ledger.record(fact, case, by_program=True)
    return why, of_case(case)


def _is_due(entry: Entry, now: Now) -> bool:
    waits = trying.copy_in(entry, now)
    return waits is not None and not waits


def _mailbox(home: Home, tx: ReadTransaction, entry: Entry) -> tuple[KeepsCopies, Account] | None:
    """The first that is the sender's, if there is one."""
    return next(_mailboxes(home, tx, entry.chosen.account), None)


def mailbox_of(home: Home, account: str) -> str:
    """The account into which the copy of what leaves by another one goes; empty where none is."""
    with home.store.read() as tx:
        found = next(_mailboxes(home, tx, account), None)
    return "" if found is None else found[1].id


def _mailboxes(
    home: Home, tx: ReadTransaction, account: str
) -> Iterator[tuple[KeepsCopies, Account]]:
    sender = account_of(tx, account)
    for one in tx.accounts() if sender is not None else ():
        plugin = home.listeners.get(one.kind)
        if isinstance(plugin, KeepsCopies) and plugin.is_mailbox_of(one, sender):
            yield plugin, one
