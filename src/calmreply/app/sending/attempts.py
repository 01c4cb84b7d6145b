"""An attempt of an outbox entry: look, claim, leave, record; and which attempts are due.

An attempt has these steps, and the network is in the first and the third only. The place is looked
at: what has changed there is written down, so that the gate sees it. Transaction A asks the gate
again on fresh rows, renders the bytes again and compares them, and writes down that the attempt
begins. Then one network call without any retry inside. Transaction B writes down how it ended. A
crash in between leaves a beginning without an end, which is *unsure*: nobody sends blindly again.
"""

from __future__ import annotations

from datetime import timedelta

from calmreply.app import facts
from calmreply.app.cases import turns
from calmreply.app.facts import Known
from calmreply.app.home import Home
from calmreply.app.ledger import Ledger, writing
from calmreply.app.planning import wordings
from calmreply.app.ports import Cancelled
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.channels import SendResult
from calmreply.app.ports.storage import Account, ReadTransaction
from calmreply.app.proving import trust
from calmreply.app.sending import looking
from calmreply.app.sending.entries import (
    SendReport,
    account_of,
    after,
    begin,
    entry_of,
    on_the_way,
    report,
    secret_of,
    tools_of,
)
from calmreply.app.sending.held import HeldError
from calmreply.app.teamwork import keepers
from calmreply.domain import gate, record, trying
from calmreply.domain.blockers import Blocker
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import (
    LEASE,
    AttemptBegan,
    AttemptEnded,
    Entry,
    EntryId,
    Outcome,
    ReplySeen,
    Showing,
    State,
    TryStopped,
    state,
)
from calmreply.domain.reply import ReplyKind, ReplyStarted
from calmreply.domain.wordings import Stands
from calmreply.errors import KnownError
from calmreply.i18n import _

FOR_A_PERSON = ("bytes_changed", "journal_broken")
"""Errors that another attempt would only meet again."""
TO_TRY = (State.READY, State.WAITING)
LEAVES_WITHIN = timedelta(seconds=30)
"""What a request takes at most, once it has set out."""


def attempt(
    home: Home, case: CaseId, entry_id: EntryId, cancelled: Cancelled | None = None
) -> SendReport:
    """One attempt of an entry that a person has chosen to send.

    Raises HeldError if something has come in the way since, and KnownError `no_such_entry`,
    `claimed_elsewhere`; `bytes_changed`, `journal_broken`, after which it is tried no more;
    `end_not_kept` where it may have left and the storage does not take how it ended.
    """
    if (later := _put_off(home, case, entry_id)) is not None:
        return later
    # The keyring may ask the person something first, so it is asked before the claim's lease runs.
    secret = secret_of(home, case, entry_id)
    try:
        _refuse_held(home, case, entry_id)
        could_not = looking.before(home, case, entry_id, secret, cancelled)
        claimed = _claim(home, case, entry_id)
    except KnownError as error:
        if error.code in FOR_A_PERSON:
            _stop(home, case, entry_id, error)
        raise
    if isinstance(claimed, SendReport):
        return claimed
    entry, account = claimed
    result = could_not or _leave(home, entry, account, secret, cancelled)
    try:
        return _record(home, case, entry, result)
    except KnownError as error:
        if result.outcome in (Outcome.DELIVERED, Outcome.UNKNOWN):
            raise _not_written_down(error) from error
        raise


def _record(home: Home, case: CaseId, entry: Entry, result: SendResult) -> SendReport:
    """Transaction B."""
    with writing(home) as ledger:
        ledger.record(_ended(home, ledger, entry, result), case, by_program=True)
        if result.outcome is Outcome.DELIVERED and result.pending:
            waits = ReplySeen(entry.id, Showing.PENDING, ledger.reading, result.link, result.words)
            ledger.record(waits, case, by_program=True)
        turns.stop_overtaken(ledger, case, entry.id)
        return after(ledger, case, entry.id)


def _not_written_down(error: KnownError) -> KnownError:
    """It would be wrong to say that this can just be done again."""
    return KnownError(
        "end_not_kept",
        _("The reply has left or may have, but what became of it was not kept. {why}").format(
            why=error.words
        ),
        _("Put that right first. CalmReply will then ask whether the reply appeared."),
    )


def _put_off(home: Home, case: CaseId, entry_id: EntryId) -> SendReport | None:
    """Whoever asks for an attempt: there is none before the site wants it."""
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        entry = entry_of(known, entry_id)
    return report(entry, known) if _too_soon(known, entry) else None


def _too_soon(known: Known, entry: Entry) -> bool:
    waits = trying.site_waits(entry, known.now, known.facts.entries)
    return waits > timedelta(0) and _is_to_try(known, entry)


def _is_to_try(known: Known, entry: Entry) -> bool:
    stands = state(entry, known.now)
    return stands in TO_TRY or (stands is State.UNSURE and trying.may_repeat(entry))


def _refuse_held(home: Home, case: CaseId, entry_id: EntryId) -> None:
    """Nobody is bothered with a look for what could not leave anyway."""
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        entry = entry_of(known, entry_id)
        if _is_to_try(known, entry):
            _ask_gate(home, tx, known, entry)


def _ended(home: Home, ledger: Ledger, entry: Entry, result: SendResult) -> AttemptEnded:
    channel = home.channels[entry.chosen.channel]
    return AttemptEnded(
        entry.id,
        entry.attempts + 1,
        result.outcome,
        ledger.reading,
        result.words,
        result.reference,
        result.link,
        result.code,
        0 if result.wait is None else int(result.wait.total_seconds()),
        channel.repeats_safely,
    )


def _claim(
    home: Home, case: CaseId, entry_id: EntryId
) -> tuple[Entry, Account | None] | SendReport:
    """Transaction A; a report where there is nothing to try."""
    with writing(home) as ledger:
        known = facts.load(home, ledger.tx, case)
        entry = entry_of(known, entry_id)
        if not _is_to_try(known, entry) or _too_soon(known, entry):
            return report(entry, known)
        _ask_gate(home, ledger.tx, known, entry)
        trust.check_case(home, ledger.tx, known)
        account = account_of(ledger.tx, entry.chosen.account)
        _compare_bytes(home, known, entry, account)
        begin(ledger, case, entry_id, entry.attempts + 1)
    return entry, account


def _stop(home: Home, case: CaseId, entry_id: EntryId, error: KnownError) -> None:
    """No later attempt would go better: the entry waits for a person, and says why."""
    with writing(home) as ledger:
        words = f"{error.words} {error.way_out}"
        ledger.record(TryStopped(entry_id, ledger.reading, words), case, by_program=True)
        after(ledger, case, entry_id)


def recover(home: Home) -> ChangeSet:
    """At the start, holding the folder's lock: attempts that an ended run left open are unsure.

    Those of other computers of a team are so when their lease is over.
    """
    changed = ChangeSet()
    with writing(home) as ledger:
        for case, _known, entry in on_the_way(home, ledger.tx):
            last = trying.last_attempt(entry)
            ended_run = isinstance(last, AttemptBegan) and _has_ended(home, last.run)
            if isinstance(last, AttemptBegan) and ended_run and not entry.by_hand:
                channel = home.channels.get(entry.chosen.channel)
                ended = AttemptEnded(
                    entry.id,
                    last.number,
                    Outcome.UNKNOWN,
                    ledger.reading,
                    _("The program ended while it was being sent."),
                    safe=channel is not None and channel.repeats_safely,
                )
                ledger.record(ended, case, by_program=True)
                turns.stop_overtaken(ledger, case, entry.id)
                changed |= of_case(case)
    return changed


def _has_ended(home: Home, run: str) -> bool:
    """Whether that run of the program is over for sure: one of this computer, before this one."""
    ours = home.team is None or trying.computer_of(run) == trying.computer_of(home.run)
    return ours and run != home.run


def due(home: Home) -> tuple[tuple[CaseId, EntryId], ...]:
    """Entries that the outbox may try by itself, and whose time has come.

    In a team those whose account's secret is here: what another computer has claimed is in flight.
    What a site has said to one of them it has said to all.
    """
    with home.store.read() as tx:
        elsewhere = keepers.Elsewhere(home, tx)
        there = tuple(on_the_way(home, tx))
        living = [entry for _case, _known, entry in there]
        return tuple(
            (case, entry.id)
            for case, known, entry in there
            if trying.may_try(entry, known.now, home.run)
            and not elsewhere.of(entry.chosen.account)
            and not trying.next_try_in(entry, known.now, (*known.facts.entries, *living))
        )


def asking(home: Home) -> tuple[CaseId, ...]:
    """Cases with an entry that is tried again only when a person says so: after a restart, or when
    it was long ago that somebody asked for it.
    """
    with home.store.read() as tx:
        return tuple(
            case
            for case, known, entry in on_the_way(home, tx)
            if state(entry, known.now) in TO_TRY
            and not entry.by_hand
            and not keepers.in_other_hands(home, entry)
            and not trying.may_try(entry, known.now, home.run)
        )


def held(home: Home, case: CaseId, entry_id: EntryId) -> tuple[Blocker, ...]:
    """What keeps an entry from its next attempt. Raises KnownError `no_such_entry`."""
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        return _held(home, tx, known, entry_of(known, entry_id))


def _ask_gate(home: Home, tx: ReadTransaction, known: Known, entry: Entry) -> None:
    """The gate, once more, on the rows of this transaction. Raises HeldError."""
    blockers = _held(home, tx, known, entry)
    if blockers:
        raise HeldError(blockers)


def _held(home: Home, tx: ReadTransaction, known: Known, entry: Entry) -> tuple[Blocker, ...]:
    if entry.chosen.kind is not ReplyKind.HOLDING:
        return gate.blockers(known.facts, known.rules, known.now, leaving_out=entry.id)
    words = known.facts.revisions_of(entry.chosen.reply)[-1].words
    channel = facts.channel_state(home, words, tx.accounts(), known.facts.mention.site)
    return gate.holding_blockers(
        known.facts,
        words,
        channel,
        known.now,
        leaving_out=entry.id,
        wording=_wording_stands(tx, known, entry),
        private=facts.private_in(home, known.facts, words, facts.shared(home, tx)),
    )


def _wording_stands(tx: ReadTransaction, known: Known, entry: Entry) -> Stands:
    """How the sign-off of what a holding reply says stands in the plan, for that very revision."""
    started = next(s for s in known.facts.of(ReplyStarted) if s.reply == entry.chosen.reply)
    if not started.wording:
        return Stands.SIGNED
    return wordings.standing_of(tx, known.now, started.wording).stands


def _compare_bytes(home: Home, known: Known, entry: Entry, account: Account | None) -> None:
    """What leaves must be what was chosen: rebuilt from our rows, rendered again, compared."""
    chosen = entry.chosen
    started = next(s for s in known.facts.of(ReplyStarted) if s.reply == chosen.reply)
    revised = known.facts.revisions_of(chosen.reply)[-1]
    what = record.content(known.facts, started, revised, known.rules)
    channel = home.channels[chosen.channel]
    wire = channel.render(what, account, chosen.key, chosen.created)
    if record.for_sending(what) != chosen.record or wire != chosen.wire:
        raise KnownError(
            "bytes_changed",
            _("The reply is no longer what was chosen to be sent."),
            _("Look at it again and choose Send for the words as they are now."),
        )


def _leave(
    home: Home,
    entry: Entry,
    account: Account | None,
    secret: str | None,
    cancelled: Cancelled | None,
) -> SendResult:
    chosen = entry.chosen
    if account is None:
        return SendResult(Outcome.NOT_LEFT, _("The account to send from is gone."))
    tools = tools_of(home, account, _in_time(home, cancelled))
    return home.channels[chosen.channel].send(account, secret, chosen.wire, chosen.key, tools)


def _in_time(home: Home, cancelled: Cancelled | None) -> Cancelled:
    """Besides, nothing sets out when the lease is nearly over: the computer has slept since the
    claim, and somebody may have been asked what became of it.
    """
    began = home.clock.read()

    def stop() -> bool:
        now = home.clock.read()
        late = timedelta(seconds=now.ticks - began.ticks) > LEASE - LEAVES_WITHIN
        return late or now.boot != began.boot or (cancelled is not None and cancelled())

    return stop
