"""What people said they would do: after a debrief, and by when somebody hears from us.

Whether it was done is not on record; nothing here says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import Home
from calmreply.app.ledger import fact_of, present
from calmreply.app.sending.prepare import when_words
from calmreply.domain.debrief import Action, Debriefed
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import State, state
from calmreply.domain.people import PersonId
from calmreply.domain.plan import TIME_WITHIN
from calmreply.domain.reply import ReplyKind

_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Intended:
    """An action of a debrief. `at` (UTC) is when `by` said it; `author` whose case it was."""

    action: Action
    case: CaseId
    author: str
    by: PersonId
    by_name: str
    at: datetime


def answer_by(known: Known) -> datetime | None:
    """By when (UTC) the newest holding reply that arrived said they would hear from us.

    Read from its own text, which is what they hold us to; None where it names no time we know.
    """
    facts_of = known.facts
    for entry in reversed(facts_of.entries):
        if entry.chosen.kind is ReplyKind.HOLDING and state(entry, known.now) is State.SENT:
            written = facts_of.revisions_of(entry.chosen.reply)
            chosen = entry.chosen.revision
            text = next((one.words.text for one in written if one.revision == chosen), "")
            return time_in(text, known.now.wall_of(entry.chosen.at), known.rules.zone)
    return None


def time_in(text: str, sent: datetime, zone: str) -> datetime | None:
    """The time a holding reply of `sent` (UTC) names, found as `prepare` writes such times."""
    here = sent.astimezone(ZoneInfo(zone))
    # Said on another day's clock before a change of zone, it may name the day before or after.
    for days in range(-1, TIME_WITHIN.days + 2):
        day = (here + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
        if not all(word in text for word in when_words(day).split() if word.isalpha()):
            continue
        for minute in range(_MINUTES):
            time = day.replace(hour=minute // 60, minute=minute % 60)
            if when_words(time) in text:
                return time.astimezone(UTC)
    return None


def intended(home: Home) -> tuple[Intended, ...]:
    """What was said in debriefs that would be done: by its day, what has none at the end."""
    found: list[Intended] = []
    with home.store.read() as tx:
        now = present(home, tx)
        names = {one.id: one.name for one in facts.people(tx)}
        for written in tx.lines(kinds=("debriefed",)):
            fact = fact_of(written)
            if not isinstance(fact, Debriefed) or not fact.answers.actions:
                continue
            case = CaseId(written.line.case)
            author = tx.mention(tx.case(case).mention).now.author
            name, at = names.get(fact.by, str(fact.by)), now.wall_of(fact.at)
            found += [
                Intended(one, case, author, fact.by, name, at) for one in fact.answers.actions
            ]
    return tuple(sorted(found, key=lambda one: (one.action.by_when or "~", one.at)))
