"""What people say became of a reply: posted or not, appeared or not, not to be tried again.

Only they can know it of a reply by hand, or of one that is in doubt. What they say never makes the
program send anything.
"""

from __future__ import annotations

from calmreply.app import facts
from calmreply.app.cases import turns
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import Ledger, writing
from calmreply.app.listening.brought import page_address
from calmreply.app.sending import patience
from calmreply.app.sending.entries import SendReport, after, case_of_entry, entry_of
from calmreply.app.sending.held import HeldError
from calmreply.domain import gate
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import (
    Entry,
    EntryId,
    NotPosted,
    Posted,
    SendCancelled,
    Settled,
    State,
    state,
)
from calmreply.errors import KnownError
from calmreply.i18n import _


def posted(
    home: Home,
    actor: Actor,
    case: CaseId,
    *,
    url: str = "",
    note: str = "",
    entry: EntryId | None = None,
) -> SendReport:
    """By hand: it stands there now. Without `entry`, the newest that waits for this word is meant.

    Raises HeldError where nothing was sent by hand, and KnownError `bad_address`.
    """
    link = page_address(url) or ""
    with writing(home, actor) as ledger:
        waiting = _by_hand(home, ledger, case, entry)
        ledger.record(Posted(waiting.id, ledger.reading, actor.person.id, link, note.strip()), case)
        return after(ledger, case, waiting.id)


def not_posted(
    home: Home, actor: Actor, case: CaseId, *, entry: EntryId | None = None
) -> SendReport:
    """By hand: it was not posted after all; back to ready with the same sign-off.

    `entry` as for `posted`.
    """
    with writing(home, actor) as ledger:
        waiting = _by_hand(home, ledger, case, entry)
        ledger.record(NotPosted(waiting.id, ledger.reading, actor.person.id), case)
        turns.stop_overtaken(ledger, case, waiting.id)
        return after(ledger, case, waiting.id)


def settle(home: Home, actor: Actor, entry_id: EntryId, *, appeared: bool) -> SendReport:
    """A person says whether an unsure reply appeared. Raises KnownError `no_such_entry`,
    `not_unsure`, and `too_early` where it may still be on its way and cannot be called absent.
    """
    with writing(home, actor) as ledger:
        case = case_of_entry(ledger.tx, entry_id)
        known = facts.load(home, ledger.tx, case)
        entry = entry_of(known, entry_id)
        if state(entry, known.now) is not State.UNSURE:
            raise KnownError(
                "not_unsure",
                _("There is no doubt about this reply."),
                _("Look at the outbox for where it stands."),
            )
        wait = None if appeared else patience.not_there_from(known, entry)
        if wait is not None:
            raise patience.too_early(known, wait)
        fact = Settled(entry_id, appeared=appeared, at=ledger.reading, by=actor.person.id)
        ledger.record(fact, case)
        turns.stop_overtaken(ledger, case, entry_id)
        return after(ledger, case, entry_id)


def cancel(home: Home, actor: Actor, case: CaseId, entry_id: EntryId) -> SendReport:
    """Do not try again. Never means "not sent". Raises KnownError `no_such_entry`."""
    with writing(home, actor) as ledger:
        ledger.record(SendCancelled(entry_id, ledger.reading, actor.person.id), case)
        return after(ledger, case, entry_id)


def _by_hand(home: Home, ledger: Ledger, case: CaseId, wanted: EntryId | None) -> Entry:
    known = facts.load(home, ledger.tx, case)
    waiting = [
        entry
        for entry in known.facts.entries
        if entry.by_hand
        and wanted in (None, entry.id)
        and state(entry, known.now) in (State.IN_FLIGHT, State.UNSURE)
    ]
    if not waiting:
        words = _(
            "No reply by hand waits to be posted here. Say Send first, then that it is posted."
        )
        raise HeldError(gate.blockers(known.facts, known.rules, known.now), words)
    return waiting[-1]
