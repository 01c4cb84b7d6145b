"""Until when the outbox leaves a reply alone, and since when a person can say what became of it."""

from __future__ import annotations

from datetime import datetime

from calmreply.app.facts import Known
from calmreply.app.words import wording_channel
from calmreply.domain import trying
from calmreply.domain.outbox import Entry, State, state
from calmreply.errors import KnownError
from calmreply.i18n import _


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
