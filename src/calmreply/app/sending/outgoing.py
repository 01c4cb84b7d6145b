"""What went out or wants to: the outbox as a list. Nothing here decides or writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import Home
from calmreply.app.queries import not_ended
from calmreply.app.sending import patience
from calmreply.app.words import wording, wording_channel
from calmreply.domain import gate
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import Entry, State, state
from calmreply.domain.reply import ReplyKind


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An outbox entry in a list. `at` (UTC): its last change; `over`: nothing is waited for.

    `words`: why it stands as it does.
    """

    case: CaseId
    entry: Entry
    state: State
    author: str
    at: datetime
    over: bool
    words: str = ""


def outbox(home: Home, *, last: int | None = None) -> tuple[OutboxItem, ...]:
    """All ever, newest last; or the `last` ones and, of open cases, what waits for something."""
    found = []
    with home.store.read() as tx:
        common = facts.shared(home, tx)
        rows = tx.outbox_rows(live_only=False)
        newest = {row.entry for row in (rows if last is None else rows[max(0, len(rows) - last) :])}
        here = set(not_ended(tx.touched_cases()))
        wanted = (row.case for row in rows if row.entry in newest or row.case in here)
        for known in facts.load_all(home, tx, tuple(dict.fromkeys(wanted)), common):
            author = known.facts.mention.now.author
            # Of all tries for a word, or for the first word, only the last one is to be seen to.
            lasts = {entry.chosen.kind: entry.id for entry in known.facts.entries}
            for entry in known.facts.entries:
                stands = state(entry, known.now)
                again = stands is State.REFUSED and lasts[entry.chosen.kind] != entry.id
                over = again or stands in {State.SENT, State.CANCELLED}
                at = known.now.wall_of(entry.last.at)
                if entry.id in newest or not over:
                    words = _words(known, entry, stands, home.run)
                    found.append(OutboxItem(known.facts.id, entry, stands, author, at, over, words))
    return tuple(found)


def _words(known: Known, entry: Entry, stands: State, run: str) -> str:
    """Why it stands so; of what waits, also what has come in its way since it was sent."""
    later = patience.put_off(known, entry, run)
    words = " ".join(filter(None, (wording_channel.why(entry, stands), later)))
    if stands not in {State.READY, State.WAITING} or entry.chosen.kind is ReplyKind.HOLDING:
        return words
    held = gate.blockers(known.facts, known.rules, known.now, leaving_out=entry.id)
    first = [wording.blocker(one, known.facts.name, known.rules.zone) for one in held[:1]]
    return " ".join(filter(None, (words, *first)))
