"""The entries of the outbox: put there, claimed, found again, and told about. `send` decides.

An entry is its facts in the journal. Its row in the outbox table is kept in line with them, so
that the database itself can refuse a second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import Home
from calmreply.app.ledger import Ledger
from calmreply.app.persons import lockbox
from calmreply.app.ports import Cancelled, Tools
from calmreply.app.ports.storage import GOES_ON, Account, OutboxRow, ReadTransaction
from calmreply.app.sending import patience
from calmreply.app.teamwork import keepers
from calmreply.app.words import wording_channel
from calmreply.domain import trying
from calmreply.domain.mention import CaseId
from calmreply.domain.moment import Now
from calmreply.domain.outbox import (
    AttemptBegan,
    AttemptEnded,
    Entry,
    EntryId,
    OutboxFact,
    Outcome,
    Posted,
    SendCancelled,
    SendChosen,
    Settled,
    State,
    TryStopped,
    state,
)
from calmreply.domain.reply import ReplyKind
from calmreply.errors import KnownError
from calmreply.i18n import _

OWN_NETWORK = "own_network"
"""Among an account's settings beside its declared fields: "yes" or not there."""


@dataclass(frozen=True, slots=True)
class SendReport:
    """What became of a send. `text` and `url` are for posting by hand.

    `not_kept`: why no copy lies among the sent mail, where somebody has waited for it. `elsewhere`:
    another computer of the team sends it, as soon as it can. `put_off`: the site wants no attempt
    just now, and it goes when that is over.
    """

    state: State
    entry: EntryId
    words: str = ""
    reference: str = ""
    text: str = ""
    url: str = ""
    not_kept: str = ""
    elsewhere: bool = False
    put_off: bool = False


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
    keep_row(ledger, known.facts.id, Entry(chosen), live=True)


def keep_row(ledger: Ledger, case: CaseId, entry: Entry, *, live: bool) -> None:
    ledger.tx.put_outbox_row(row_of(case, entry, live=live))


def row_of(case: CaseId, entry: Entry, *, live: bool) -> OutboxRow:
    """The row of an entry as its facts say; by hand nothing has a name of ours.

    One page may hold many reviews, so "once per place" is once per case there.
    """
    chosen = entry.chosen
    return OutboxRow(
        chosen.entry,
        case,
        chosen.reply,
        f"{case}:{chosen.place}",
        chosen.kind is ReplyKind.HOLDING,
        live,
        entry.attempts,
        entry.reference or chosen.key,
        entry.link,
    )


def begin(ledger: Ledger, case: CaseId, entry_id: EntryId, number: int) -> None:
    """The claim: guarded by the database, so that of two only one begins attempt `number`."""
    ledger.tx.count_attempt(entry_id, number)
    began = AttemptBegan(entry_id, number, ledger.home.run, ledger.reading)
    ledger.record(began, case, by_program=True)


def after(ledger: Ledger, case: CaseId, entry_id: EntryId) -> SendReport:
    """Bring the outbox rows in line with what the facts say now.

    Of what has arrived follows that other entries are not tried any more: one that was put there
    for the same reply meanwhile, and the first word where this is the full one.
    """
    known = facts.load(ledger.home, ledger.tx, case)
    entry = entry_of(known, entry_id)
    for one in known.facts.entries if state(entry, known.now) is State.SENT else ():
        if one.id != entry.id and _slot(one) == _slot(entry):
            stop_waiting(ledger, case, one.id, arrived_after_all())
        elif _first_word(known, one, entry):
            words = _("They have the full reply now, so the holding reply does not leave any more.")
            stop_waiting(ledger, case, one.id, words)
    _keep_rows(ledger, case, _slot(entry))
    return report(entry, known)


def arrived_after_all() -> str:
    return _("What was sent before has arrived after all, so this does not leave.")


def _first_word(known: Known, one: Entry, full: Entry) -> bool:
    """Whether one is a holding reply to the same words, chosen before the full one arrived."""
    turn, said = known.facts.entries_in_turn, known.facts.facts
    kinds = [entry.chosen.kind is ReplyKind.HOLDING for entry in (one, full)]
    if kinds != [True, False] or one not in turn or full not in turn:
        return False
    arrived = next(filter(_arrives, full.happened))
    return said.index(one.chosen) < said.index(arrived)


def _arrives(fact: OutboxFact) -> bool:
    match fact:
        case AttemptEnded(outcome=Outcome.DELIVERED) | Settled(appeared=True) | Posted():
            return True
        case _:
            return False


def stop_waiting(ledger: Ledger, case: CaseId, entry_id: EntryId, words: str) -> None:
    """Where the program would still try an entry: it does not any more, and says why."""
    known = facts.load(ledger.home, ledger.tx, case)
    entry = entry_of(known, entry_id)
    if _is_tried(entry, known):
        ledger.record(TryStopped(entry_id, ledger.reading, words), case, by_program=True)
        _keep_rows(ledger, case, _slot(entry))


def call_off(ledger: Ledger, known: Known, *, but: ReplyKind | None = None) -> None:
    """A person has decided otherwise: of the present turn nothing is tried any more by itself.

    `but`: the kind of reply that this leaves as it is.
    """
    for entry in known.facts.entries_in_turn:
        on_its_way = state(entry, known.now) is State.IN_FLIGHT and not entry.by_hand
        tried = on_its_way or _is_tried(entry, known)
        if tried and entry.chosen.kind is not but and ledger.actor is not None:
            by = ledger.actor.person.id
            ledger.record(SendCancelled(entry.id, ledger.reading, by), known.facts.id)
            _keep_rows(ledger, known.facts.id, _slot(entry))


def _is_tried(entry: Entry, known: Known) -> bool:
    stands = state(entry, known.now)
    again = stands is State.UNSURE and trying.may_repeat(entry)
    return again or stands in (State.READY, State.WAITING)


def _keep_rows(ledger: Ledger, case: CaseId, slot: tuple[bool, str]) -> None:
    known = facts.load(ledger.home, ledger.tx, case)
    same = [one for one in known.facts.entries if _slot(one) == slot]
    alive = living(same, known.now)
    # What is over first: the database refuses two that are alive.
    for one in sorted(same, key=lambda one: one.id in alive):
        keep_row(ledger, case, one, live=one.id in alive)


def living(entries: Iterable[Entry], now: Now) -> frozenset[EntryId]:
    """The entries of a case whose rows are alive, `entries` being in the order they were chosen.

    There is one for each reply, and one holding reply for each place: of two that have arrived
    after all, the newer one.
    """
    newest = {_slot(one): one.id for one in entries if state(one, now).alive}
    return frozenset(newest.values())


def _slot(entry: Entry) -> tuple[bool, str]:
    """What no second entry may be alive for."""
    chosen = entry.chosen
    holding = chosen.kind is ReplyKind.HOLDING
    return holding, chosen.place if holding else chosen.reply


def report(entry: Entry, known: Known) -> SendReport:
    stands = state(entry, known.now)
    words = (wording_channel.why(entry, stands), later := patience.put_off(known, entry))
    said = " ".join(filter(None, words))
    return SendReport(stands, entry.id, said, entry.reference, put_off=bool(later))


def account_of(tx: ReadTransaction, account: str) -> Account | None:
    return next((one for one in tx.accounts() if one.id == account), None)


def secret_name(account: str) -> str:
    """Under which name an account's secret is kept."""
    return f"account:{account}"


def remember_passwords(home: Home) -> None:
    """Have those of all accounts, so that none of them leaves in a text. Not on the Qt thread."""
    with home.store.read() as tx:
        accounts = tx.accounts()
    for account in accounts:
        # A keyring that does not answer holds up the reply that needs it, and no other.
        with suppress(KnownError):
            home.passwords.note(home.secrets.get(secret_name(account.id)))


def on_the_way(
    home: Home, tx: ReadTransaction, *, live_only: bool = True
) -> Iterator[tuple[CaseId, Known, Entry]]:
    """Living entries of open cases, since nothing of a case that is over is on its way."""
    rows = tx.outbox_rows(live_only=live_only)
    if not rows:
        return
    over = {case for case, last, _n in tx.touched_cases() if last not in GOES_ON}
    common = facts.shared(home, tx)
    for row in rows:
        if row.case not in over:
            known = facts.load(home, tx, row.case, common)
            yield from ((row.case, known, e) for e in known.facts.entries if e.id == row.entry)


def secret_of(home: Home, case: CaseId, entry_id: EntryId) -> str | None:
    """The secret of the account that an entry goes by. The keyring may ask the person something.

    Raises KnownError `passwords_locked` while it may lie in a file that is closed, and
    `kept_elsewhere` where another computer of the team keeps it and this one does not.
    """
    with home.store.read() as tx:
        entry = entry_of(facts.load(home, tx, case), entry_id)
    return open_secret(home, entry.chosen.account)


def open_secret(home: Home, account: str) -> str | None:
    """The secret of an account. Raises what `secret_of` does."""
    secret = home.secrets.get(secret_name(account))
    if account and secret is None and lockbox.is_closed(home.secrets):
        raise lockbox.locked()
    if secret is None and (others := keepers.of(home, account)):
        raise keepers.elsewhere(others)
    return home.passwords.note(secret)


def in_own_network(account: Account) -> bool:
    """Whether the person allowed the account's site to stand in their own network."""
    return account.settings.get(OWN_NETWORK) == "yes"


def tools_of(
    home: Home, account: Account | None = None, cancelled: Cancelled | None = None
) -> Tools:
    """What a plug-in works with, now.

    An account's site may stand in the own network where the person said so of the account, or of
    a source that is read by it.
    """
    private = account is not None and in_own_network(account)
    if account is not None and not private:
        with home.store.read() as tx:
            sources = tx.sources()
        mine = f"{account.kind}:{account.id}/"
        private = any(one.allow_private and one.address.startswith(mine) for one in sources)
    return Tools(home.web, home.apart, home.clock.read().wall, cancelled, private)


def _no_such_entry(entry_id: EntryId) -> KnownError:
    return KnownError(
        "no_such_entry",
        _("There is no reply {entry} in the outbox.").format(entry=entry_id),
        _("List the outbox to see what is there."),
    )
