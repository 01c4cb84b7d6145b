"""Sending: look again, choose Send. What happens then is in `attempts`, `outcomes`, `looking`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import Ledger, writing
from calmreply.app.ports import Cancelled
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.channels import HAND
from calmreply.app.proving import trust
from calmreply.app.reviewing.review import refuse_other
from calmreply.app.sending import patience
from calmreply.app.sending.attempts import TO_TRY, asking, attempt, due, recover
from calmreply.app.sending.entries import (
    SendReport,
    account_of,
    begin,
    call_off,
    case_of_entry,
    keep_row,
    put,
    remember_passwords,
    secret_name,
)
from calmreply.app.sending.held import HeldError
from calmreply.app.sending.outcomes import cancel, not_posted, posted, settle
from calmreply.app.teamwork import keepers
from calmreply.domain import blockers as blocking
from calmreply.domain import gate, record
from calmreply.domain.case import Choice, Looked
from calmreply.domain.codec import rfc3339
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import (
    ChosenAgain,
    Entry,
    EntryId,
    SendCancelled,
    SendChosen,
    State,
    state,
)
from calmreply.domain.reply import ReplyId, ReplyKind
from calmreply.domain.sign_off import sign_off_state
from calmreply.errors import KnownError

__all__ = [
    "BEFORE_A_LOOK",
    "SendReport",
    "asking",
    "attempt",
    "blockers",
    "cancel",
    "case_of_entry",
    "due",
    "look",
    "not_posted",
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
    blocking.SelfReview,
    blocking.SelfReviewNight,
    blocking.AlreadySent,
    blocking.InFlight,
    blocking.Unsure,
)
"""What must be out of the way before mention and reply can be looked at again."""


def blockers(home: Home, case: CaseId) -> tuple[blocking.Blocker, ...]:
    """What stands between the case's reply and the world."""
    remember_passwords(home)
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
        # Whoever chooses otherwise takes back a Send from before; the first word may still go
        # while the words are changed.
        match choice:
            case Choice.NONE:
                call_off(ledger, known)
            case Choice.CHANGE:
                call_off(ledger, known, but=ReplyKind.HOLDING)
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

    Where only another computer of the team can send it, that does: the report is READY and says
    so. Raises HeldError, KnownError `reopen_first`, `journal_broken`, and those of the storage.
    """
    remember_passwords(home)
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        held = gate.blockers(known.facts, known.rules, known.now)
        if held:
            raise HeldError(held)
        facts.refuse_ended(known)
        trust.check_case(home, ledger.tx, known)
        # Its person has said Send: the other computer need not ask them again.
        later = when_connected or bool(_elsewhere(ledger, known))
        chosen, tried = _choose(ledger, known, when_connected=later)
        if chosen.channel == HAND:
            begin(ledger, case, chosen.entry, tried + 1)
    if chosen.channel == HAND:
        return to_post(chosen)
    return or_from_elsewhere(home, case, chosen.entry, cancelled)


def _elsewhere(ledger: Ledger, known: Known) -> tuple[str, ...]:
    """The computers by which the present words leave, where it is not this one."""
    revision = known.facts.revision
    account = revision.words.to.account if revision is not None else ""
    return keepers.Elsewhere(ledger.home, ledger.tx).of(account)


def or_from_elsewhere(
    home: Home, case: CaseId, entry: EntryId, cancelled: Cancelled | None = None
) -> SendReport:
    """As `attempt`; where another computer has the secret, the entry waits for that one."""
    try:
        return attempt(home, case, entry, cancelled)
    except KnownError as error:
        if error.code != keepers.ELSEWHERE:
            raise
        words = f"{error.words} {error.way_out}"
        return SendReport(State.READY, entry, words, elsewhere=True)


def to_post(chosen: SendChosen) -> SendReport:
    """By hand: the text to copy, and where to."""
    said = json.loads(chosen.record)
    return SendReport(State.IN_FLIGHT, chosen.entry, text=said["text"], url=said["target"])


def _choose(ledger: Ledger, known: Known, *, when_connected: bool) -> tuple[SendChosen, int]:
    """The entry for the present words: the one there is, asked for again, or a new one.

    With the number of attempts it has seen.
    """
    started, revision = known.facts.reply, known.facts.revision
    what = record.present(known.facts, known.rules)
    if started is None or revision is None or what is None or ledger.actor is None:
        raise HeldError((blocking.Empty(),))
    who, case = ledger.actor.person.id, known.facts.id
    channel = ledger.home.channels[revision.words.to.channel]
    account = account_of(ledger.tx, revision.words.to.account)
    signed = sign_off_state(known.facts, known.rules, known.now).signed
    request = signed.request if signed else None
    entry = _there_already(ledger, known, started.reply, what)
    if entry is not None:
        later = patience.put_off_from_now(ledger, known, entry)
        again = ChosenAgain(entry.id, who, ledger.reading, when_connected, request, *later)
        ledger.record(again, case)
        keep_row(ledger, case, entry, live=True)
        return entry.chosen, entry.attempts
    _stop_older(ledger, known, started.reply)
    created = rfc3339(known.now.wall)
    key = channel.key(ledger.home.entropy.token(), account)
    chosen = SendChosen(
        entry=EntryId(ledger.home.entropy.token()),
        reply=started.reply,
        revision=revision.revision,
        kind=started.kind,
        channel=channel.kind,
        account=revision.words.to.account,
        place=revision.words.to.place,
        key=key,
        record=record.for_sending(what),
        wire=channel.render(what, account, key, created),
        by=who,
        at=ledger.reading,
        created=created,
        request=request,
        when_connected=when_connected,
    )
    run, wait = patience.put_off_from_now(ledger, known, Entry(chosen))
    chosen = replace(chosen, run=run, wait=wait)
    put(ledger, known, chosen)
    return chosen, 0


def _there_already(
    ledger: Ledger, known: Known, reply: ReplyId, what: dict[str, Any]
) -> Entry | None:
    """The entry of a reply that says just this; others of it are not tried any more."""
    found: Entry | None = None
    frozen = record.for_sending(what)
    for entry in known.facts.entries_of(reply):
        before = entry.chosen
        if found is None and before.record == frozen:
            channel = ledger.home.channels[before.channel]
            account = account_of(ledger.tx, before.account)
            # An account that was changed since may say the same in other bytes.
            if before.wire == channel.render(what, account, before.key, before.created):
                found = entry
                continue
        if state(entry, known.now).alive:
            _call_off(ledger, known, entry)
    return found


def _stop_older(ledger: Ledger, known: Known, present: ReplyId) -> None:
    """Earlier replies that still wait to be tried are not tried any more."""
    for entry in known.facts.entries:
        chosen = entry.chosen
        older = chosen.kind is not ReplyKind.HOLDING and chosen.reply != present
        if older and state(entry, known.now) in TO_TRY:
            _call_off(ledger, known, entry)


def _call_off(ledger: Ledger, known: Known, entry: Entry) -> None:
    if ledger.actor is not None:
        by = ledger.actor.person.id
        ledger.record(SendCancelled(entry.id, ledger.reading, by), known.facts.id)
        keep_row(ledger, known.facts.id, entry, live=False)
