"""The entries of the outbox: put there, claimed, found again, and told about. `send` decides.

An entry is its facts in the journal. Its row in the outbox table is kept in line with them, so
that the database itself can refuse a second one.
"""

from __future__ import annotations

from dataclasses import dataclass

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.ledger import Ledger
from calmreply.app.storage import Account, OutboxRow, ReadTransaction
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import AttemptBegan, Entry, EntryId, SendChosen, State, state
from calmreply.domain.reply import ReplyKind
from calmreply.errors import KnownError
from calmreply.i18n import _


@dataclass(frozen=True, slots=True)
class SendReport:
    """What became of a send. `text` and `url` are for posting by hand."""

    state: State
    entry: EntryId
    words: str = ""
    reference: str = ""
    text: str = ""
    url: str = ""


def case_of_entry(tx: ReadTransaction, entry_id: EntryId) -> CaseId:
    """Raises KnownError `no_such_entry`."""
    rows = tx.outbox_rows(live_only=False)
    found = next((row.case for row in rows if row.entry == entry_id), None)
    if found is None:
        raise _no_such_entry(entry_id)
    return found


def entry_of(known: Known, entry_id: EntryId) -> Entry:
    """Raises KnownError `no_such_entry`."""
    found = next((entry for entry in known.facts.entries if entry.id == entry_id), None)
    if found is None:
        raise _no_such_entry(entry_id)
    return found


def put(ledger: Ledger, known: Known, chosen: SendChosen) -> None:
    """A new entry: its fact and its row. KnownError `already_in_outbox`."""
    ledger.record(chosen, known.facts.id)
    keep_row(ledger, known.facts.id, chosen, live=True, attempts=0)


def keep_row(
    ledger: Ledger, case: CaseId, chosen: SendChosen, *, live: bool, attempts: int
) -> None:
    """The row of an entry as its facts say.

    One page may hold many reviews, so "once per place" is once per case there.
    """
    holding = chosen.kind is ReplyKind.HOLDING
    place = f"{case}:{chosen.place}"
    ledger.tx.put_outbox_row(
        OutboxRow(chosen.entry, case, chosen.reply, place, holding, live, attempts)
    )


def begin(ledger: Ledger, case: CaseId, entry_id: EntryId, number: int) -> None:
    """The claim: guarded by the database, so that of two only one begins attempt `number`."""
    ledger.tx.count_attempt(entry_id, number)
    began = AttemptBegan(entry_id, number, ledger.home.run, ledger.reading)
    ledger.record(began, case, by_program=True)


def after(ledger: Ledger, case: CaseId, entry_id: EntryId) -> SendReport:
    """Bring the outbox row in line with what the facts say now."""
    known = facts.load(ledger.home, ledger.tx, case)
    entry = entry_of(known, entry_id)
    alive = state(entry, known.now).alive
    keep_row(ledger, case, entry.chosen, live=alive, attempts=entry.attempts)
    return report(entry, known)


def report(entry: Entry, known: Known) -> SendReport:
    return SendReport(state(entry, known.now), entry.id, entry.words, entry.reference)


def account_of(tx: ReadTransaction, account: str) -> Account | None:
    return next((one for one in tx.accounts() if one.id == account), None)


def secret_name(account: str) -> str:
    """Under which name an account's secret is kept."""
    return f"account:{account}"


def _no_such_entry(entry_id: EntryId) -> KnownError:
    return KnownError(
        "no_such_entry",
        _("There is no reply {entry} in the outbox.").format(entry=entry_id),
        _("List the outbox to see what is there."),
    )
