"""Sending once: look again, choose Send, claim, leave, record.

An attempt has three steps, and the network is in the middle one only. Transaction A asks the gate
again on fresh rows, renders the bytes again and compares them, and writes down that the attempt
begins. Then one network call without any retry inside. Transaction B writes down how it ended. A
crash in between leaves a beginning without an end, which is *unsure*: nobody sends blindly again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from calmreply.app import facts, trust
from calmreply.app.changes import ChangeSet, of_case
from calmreply.app.channels import HAND, SendResult
from calmreply.app.entries import (
    SendReport,
    account_of,
    after,
    begin,
    case_of_entry,
    entry_of,
    keep_row,
    put,
    report,
    secret_name,
)
from calmreply.app.facts import Known
from calmreply.app.held import HeldError
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import Ledger, writing
from calmreply.app.outcomes import cancel, not_posted, posted, settle
from calmreply.app.ports import Cancelled
from calmreply.app.review import refuse_other
from calmreply.app.storage import Account, ReadTransaction
from calmreply.domain import blockers as blocking
from calmreply.domain import gate, outbox, record
from calmreply.domain.case import Choice, Looked
from calmreply.domain.codec import rfc3339
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import (
    AttemptBegan,
    AttemptEnded,
    ChosenAgain,
    Entry,
    EntryId,
    Outcome,
    SendCancelled,
    SendChosen,
    State,
    TryStopped,
    state,
)
from calmreply.domain.reply import ReplyId, ReplyKind, ReplyStarted
from calmreply.domain.sign_off import sign_off_state
from calmreply.errors import KnownError
from calmreply.i18n import _

__all__ = [
    "BEFORE_A_LOOK",
    "SendReport",
    "attempt",
    "blockers",
    "cancel",
    "case_of_entry",
    "due",
    "look",
    "not_posted",
    "outbox",
    "posted",
    "recover",
    "secret_name",
    "send",
    "settle",
]

BEFORE_A_LOOK = (
    blocking.Empty,
    blocking.NotRead,
    blocking.MentionChanged,
    blocking.FeelingNotSaid,
    blocking.CoolingPerson,
    blocking.CoolingText,
    blocking.ClockUnsure,
    blocking.AlreadySent,
    blocking.InFlight,
    blocking.Unsure,
)
"""What must be out of the way before mention and reply can be looked at again."""
FOR_A_PERSON = ("bytes_changed", "journal_broken")
"""Errors that another attempt would only meet again."""
TO_TRY = (State.READY, State.WAITING)


def blockers(home: Home, case: CaseId) -> tuple[blocking.Blocker, ...]:
    """What stands between the case's reply and the world."""
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
    return gate.blockers(known.facts, known.rules, known.now)


def look(
    home: Home, actor: Actor, case: CaseId, choice: Choice, *, shown: str | None = None
) -> ChangeSet:
    """Mention and reply were shown again, and this was chosen; `shown` as for `review.sign`.

    Raises HeldError where it is too early to choose Send; `Change` and `Do not reply` are free.
    KnownError `text_changed`.
    """
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        refuse_other(known, shown)
        held = gate.blockers(known.facts, known.rules, known.now)
        early = tuple(blocker for blocker in held if isinstance(blocker, BEFORE_A_LOOK))
        revision = known.facts.revision
        if choice is Choice.SEND and (early or revision is None):
            raise HeldError(early or (blocking.Empty(),))
        if revision is None:
            raise HeldError((blocking.Empty(),))
        version = known.facts.mention.now.number
        ledger.record(
            Looked(revision.revision, version, choice, actor.person.id, ledger.reading), case
        )
    return of_case(case)


def send(
    home: Home,
    actor: Actor,
    case: CaseId,
    *,
    when_connected: bool = False,
    cancelled: Cancelled | None = None,
) -> SendReport:
    """A person says Send for the present words.

    Raises HeldError, KnownError `reopen_first`, `journal_broken`, and those of the storage.
    """
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        held = gate.blockers(known.facts, known.rules, known.now)
        if held:
            raise HeldError(held)
        facts.refuse_ended(known)
        trust.check_case(home, ledger.tx, known)
        chosen, tried = _choose(ledger, known, when_connected=when_connected)
        if chosen.channel == HAND:
            begin(ledger, case, chosen.entry, tried + 1)
    if chosen.channel == HAND:
        return to_post(chosen)
    return attempt(home, case, chosen.entry, cancelled)


def to_post(chosen: SendChosen) -> SendReport:
    """By hand: the text to copy, and where to."""
    said = json.loads(chosen.record)
    return SendReport(State.IN_FLIGHT, chosen.entry, text=said["text"], url=said["target"])


def attempt(
    home: Home, case: CaseId, entry_id: EntryId, cancelled: Cancelled | None = None
) -> SendReport:
    """One attempt of an entry that a person has chosen to send.

    Raises HeldError if something has come in the way since, and KnownError `no_such_entry`,
    `claimed_elsewhere`; `bytes_changed`, `journal_broken`, after which it is tried no more.
    """
    # The keyring may ask the person something first, so it is asked before the claim's lease runs.
    secret = _secret(home, case, entry_id)
    try:
        claimed = _claim(home, case, entry_id)
    except KnownError as error:
        if error.code in FOR_A_PERSON:
            _stop(home, case, entry_id, error)
        raise
    if isinstance(claimed, SendReport):
        return claimed
    entry, account = claimed
    result = _leave(home, entry, account, secret, cancelled)
    with writing(home) as ledger:
        ledger.record(
            AttemptEnded(
                entry_id,
                entry.attempts + 1,
                result.outcome,
                ledger.reading,
                result.words,
                result.reference,
            ),
            case,
            by_program=True,
        )
        return after(ledger, case, entry_id)


def _claim(
    home: Home, case: CaseId, entry_id: EntryId
) -> tuple[Entry, Account | None] | SendReport:
    """Transaction A; a report where there is nothing to try."""
    with writing(home) as ledger:
        known = facts.load(home, ledger.tx, case)
        entry = entry_of(known, entry_id)
        if state(entry, known.now) not in TO_TRY:
            return report(entry, known)
        _ask_again(ledger, known, entry)
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
    """At the start, holding the folder's lock: attempts that an ended run left open are unsure."""
    changed = ChangeSet()
    with writing(home) as ledger:
        for case, _known, entry in _on_the_way(home, ledger.tx):
            last = entry.last
            if isinstance(last, AttemptBegan) and not entry.by_hand and last.run != home.run:
                words = _("The program ended while it was being sent.")
                ended = AttemptEnded(entry.id, last.number, Outcome.UNKNOWN, ledger.reading, words)
                ledger.record(ended, case, by_program=True)
                changed |= of_case(case)
    return changed


def due(home: Home) -> tuple[tuple[CaseId, EntryId], ...]:
    """Entries that the outbox may try by itself, and whose time has come."""
    found = []
    with home.store.read() as tx:
        for case, known, entry in _on_the_way(home, tx):
            since, wait = outbox.next_try(entry)
            waited = known.now.since(since).sure >= wait
            if waited and outbox.may_try(entry, known.now, home.run):
                found.append((case, entry.id))
    return tuple(found)


def asking(home: Home) -> tuple[CaseId, ...]:
    """Cases with an entry that is tried again only when a person says so: after a restart, or when
    it was long ago that somebody asked for it.
    """
    with home.store.read() as tx:
        return tuple(
            case
            for case, known, entry in _on_the_way(home, tx)
            if state(entry, known.now) in TO_TRY
            and not entry.by_hand
            and not outbox.may_try(entry, known.now, home.run)
        )


def _on_the_way(home: Home, tx: ReadTransaction) -> Iterator[tuple[CaseId, Known, Entry]]:
    """Living entries of open cases, since nothing of a case that is over is on its way."""
    rows = tx.outbox_rows()
    if not rows:
        return
    over = {case for case, last, _n in tx.touched_cases() if last not in ("", "reopened")}
    common = facts.shared(home, tx)
    for row in rows:
        if row.case not in over:
            known = facts.load(home, tx, row.case, common)
            yield from ((row.case, known, e) for e in known.facts.entries if e.id == row.entry)


def _choose(ledger: Ledger, known: Known, *, when_connected: bool) -> tuple[SendChosen, int]:
    """The entry for the present words: the one there is, asked for again, or a new one.

    With the number of attempts it has seen.
    """
    started, revision = known.facts.reply, known.facts.revision
    what = record.present(known.facts, known.rules)
    if started is None or revision is None or what is None or ledger.actor is None:
        raise HeldError((blocking.Empty(),))
    who, case = ledger.actor.person.id, known.facts.id
    frozen = record.for_sending(what)
    channel = ledger.home.channels[revision.words.to.channel]
    account = account_of(ledger.tx, revision.words.to.account)
    for entry in known.facts.entries_of(started.reply):
        before = entry.chosen
        # An account that was changed since may say the same in other bytes.
        wire = channel.render(what, account, before.key, before.created)
        if before.record == frozen and before.wire == wire:
            again = ChosenAgain(entry.id, who, ledger.reading, when_connected)
            ledger.record(again, case)
            keep_row(ledger, case, entry.chosen, live=True, attempts=entry.attempts)
            return entry.chosen, entry.attempts
        if state(entry, known.now).alive:
            ledger.record(SendCancelled(entry.id, ledger.reading, who), case)
            keep_row(ledger, case, entry.chosen, live=False, attempts=entry.attempts)
    _stop_older(ledger, known, started.reply)
    created = rfc3339(known.now.wall)
    key = channel.key(ledger.home.entropy.token(), account)
    signed = sign_off_state(known.facts, known.rules, known.now).signed
    chosen = SendChosen(
        entry=EntryId(ledger.home.entropy.token()),
        reply=started.reply,
        revision=revision.revision,
        kind=started.kind,
        channel=channel.kind,
        account=revision.words.to.account,
        place=revision.words.to.place,
        key=key,
        record=frozen,
        wire=channel.render(what, account, key, created),
        by=who,
        at=ledger.reading,
        created=created,
        request=signed.request if signed else None,
        when_connected=when_connected,
    )
    put(ledger, known, chosen)
    return chosen, 0


def _stop_older(ledger: Ledger, known: Known, present: ReplyId) -> None:
    """Earlier replies that still wait to be tried are not tried any more."""
    for entry in known.facts.entries:
        chosen = entry.chosen
        older = chosen.kind is not ReplyKind.HOLDING and chosen.reply != present
        if older and state(entry, known.now) in TO_TRY and ledger.actor is not None:
            by = ledger.actor.person.id
            ledger.record(SendCancelled(entry.id, ledger.reading, by), known.facts.id)
            keep_row(ledger, known.facts.id, chosen, live=False, attempts=entry.attempts)


def _ask_again(ledger: Ledger, known: Known, entry: Entry) -> None:
    """The gate, once more, on the rows of the claiming transaction."""
    if entry.chosen.kind is ReplyKind.HOLDING:
        words = known.facts.revisions_of(entry.chosen.reply)[-1].words
        channel = facts.channel_state(ledger.home, words, ledger.tx.accounts())
        held = gate.holding_blockers(known.facts, words, channel, known.now, leaving_out=entry.id)
    else:
        held = gate.blockers(known.facts, known.rules, known.now, leaving_out=entry.id)
    if held:
        raise HeldError(held)


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


def _secret(home: Home, case: CaseId, entry_id: EntryId) -> str | None:
    with home.store.read() as tx:
        entry = entry_of(facts.load(home, tx, case), entry_id)
    return home.secrets.get(secret_name(entry.chosen.account))


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
    return home.channels[chosen.channel].send(account, secret, chosen.wire, chosen.key, cancelled)
