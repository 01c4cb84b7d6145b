"""How an entry of the outbox stands, as the case page shows it. No widgets; worker threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calmreply.app.home import Home
from calmreply.app.queries import CasePage
from calmreply.app.sending import attempts, patience
from calmreply.app.teamwork import keepers
from calmreply.domain import due, trying
from calmreply.domain.outbox import Entry, State


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An outbox entry as the page shows it; times are UTC.

    `sent_at`: when it arrived; `next_at`: when it is tried again by itself (also while it is in
    doubt, where that does no harm); `asks`: it is tried again only if a person says so;
    `elsewhere`: another computer of the team has begun with it, and goes on by itself. `held`: it
    would be tried again, and does not go because something has come in its way since. `put_off`:
    that its site wants no attempt yet; `not_there`: from when one can say that it is not there.
    """

    entry: Entry
    state: State
    sent_at: datetime | None
    next_at: datetime | None
    asks: bool
    elsewhere: bool = False
    held: bool = False
    put_off: str = ""
    not_there: datetime | None = None

    @property
    def alive(self) -> bool:
        return self.state.alive


def read(home: Home, page: CasePage, entry: Entry, state: State) -> Outgoing:
    now = page.known.now
    next_in = trying.next_try_in(entry, now, page.known.facts.entries)
    sent = due.sent_at(entry)
    tries = trying.may_try(entry, now, home.run)
    waits = state in (State.READY, State.WAITING)
    elsewhere = keepers.in_other_hands(home, entry)
    repeats = state is State.UNSURE and tries
    return Outgoing(
        entry=entry,
        state=state,
        sent_at=None if sent is None else now.wall_of(sent),
        next_at=now.wall + next_in if (waits and tries) or repeats else None,
        asks=waits and not tries and not entry.by_hand and not elsewhere,
        elsewhere=elsewhere,
        held=waits and tries and bool(attempts.held(home, page.known.facts.id, entry.id)),
        put_off=patience.put_off(page.known, entry, home.run),
        not_there=patience.not_there_from(page.known, entry) if state is State.UNSURE else None,
    )
