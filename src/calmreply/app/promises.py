"""What people said they would do: after a debrief, and by when somebody hears from us.

Whether it was done is not on record; nothing here says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calmreply.app import facts
from calmreply.app.home import Home
from calmreply.app.ledger import fact_of, present
from calmreply.domain.debrief import Action, Debriefed
from calmreply.domain.mention import CaseId
from calmreply.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class Intended:
    """An action of a debrief. `at` (UTC) is when `by` said it; `author` whose case it was."""

    action: Action
    case: CaseId
    author: str
    by: PersonId
    by_name: str
    at: datetime


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
