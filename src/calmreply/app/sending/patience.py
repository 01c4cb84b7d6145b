"""Until when the outbox leaves a reply alone, and since when a person can say what became of it."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from calmreply.app.facts import Known
from calmreply.app.ledger import KIND_OF, Ledger, fact_of
from calmreply.app.words import wording_channel
from calmreply.domain import trying
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import AttemptEnded, Entry, SendChosen, State, state
from calmreply.errors import KnownError
from calmreply.i18n import _

ENDED, CHOSEN = KIND_OF[AttemptEnded], KIND_OF[SendChosen]
_WAIT, _NO_WAIT = '"wait":', '"wait":0,'
"""As they stand in a payload: within a text the quotes would be escaped."""


def put_off(known: Known, entry: Entry, run: str = "") -> str:
    """That its site wants no attempt just now, in words; empty where it takes one.

    `run`: the present run of the program, if it goes on and may make the next one by itself.
    """
    waits = trying.site_waits(entry, known.now, known.facts.entries)
    if not waits or state(entry, known.now) not in (State.READY, State.WAITING, State.UNSURE):
        return ""
    return wording_channel.put_off(
        known.now.wall + waits,
        known.now.wall,
        known.rules.zone,
        days=trying.site_wants_days(entry, known.now, known.facts.entries),
        too_long=trying.waits_too_long(entry, known.now, known.facts.entries),
        by_itself=trying.may_try(entry, known.now, run),
    )


def put_off_from_now(ledger: Ledger, known: Known, entry: Entry) -> tuple[str, int]:
    """The `run` and `wait` of a Send for this entry: what its site has said to any of our replies.

    Nothing where the site takes an attempt now.
    """
    others = _said_to_others(ledger, known, entry)
    own = trying.site_waits(entry, known.now, known.facts.entries)
    return (ledger.home.run if own or others else ""), math.ceil(others.total_seconds())


def _said_to_others(ledger: Ledger, known: Known, entry: Entry) -> timedelta:
    """How long it wants none, by what it said to replies of other cases by the same account."""
    way, case, longest = (entry.chosen.channel, entry.chosen.account), known.facts.id, timedelta(0)
    for written in ledger.tx.lines(kinds=(ENDED,)):
        # Of all ends ever few tell of a wait: only those are read.
        asked = _WAIT in (written.payload or "") and _NO_WAIT not in (written.payload or "")
        fact = fact_of(written) if asked and written.line.case != str(case) else None
        if not isinstance(fact, AttemptEnded):
            continue
        left, _cut = trying.site_asked(fact, known.now)
        if left > longest and _way_of(ledger, written.line.case, fact) == way:
            longest = left
    return longest


def _way_of(ledger: Ledger, case: str, ended: AttemptEnded) -> tuple[str, str] | None:
    """By which channel and account the entry of an attempt goes."""
    for written in ledger.tx.lines(case=CaseId(case), kinds=(CHOSEN,)):
        fact = fact_of(written)
        if isinstance(fact, SendChosen) and fact.entry == ended.entry:
            return fact.channel, fact.account
    return None


def not_there_from(known: Known, entry: Entry) -> datetime | None:
    """From when (UTC) it can be said that it did not appear; None where it can be said now."""
    waits = trying.not_there_in(entry, known.now)
    return known.now.wall + waits if waits else None


def too_early(known: Known, at: datetime) -> KnownError:
    """Nobody can know before `at` that it did not appear."""
    return KnownError(
        "too_early",
        _("It may still be on its way, so nobody can say yet that it did not appear."),
        _("Look again, and say so from {when} on.").format(
            when=wording_channel.soon(at, known.now.wall, known.rules.zone)
        ),
    )
