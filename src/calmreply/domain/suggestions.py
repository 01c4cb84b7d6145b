"""Other words that a reviewer proposes: a whole text, which somebody who writes may take over.

A reviewer never edits. Whoever takes the words over becomes a writer of the reply, and whoever
proposed them does not, so that they may still sign.
"""

from __future__ import annotations

from dataclasses import dataclass

from calmreply.domain.case import CaseFacts
from calmreply.domain.people import PersonId
from calmreply.domain.reply import Revised, RevisionId
from calmreply.domain.review import ChangesAsked


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`number` counts those of the case from 1; `of` is the revision it was made of.

    `note` is what its maker says to it, or empty. `taken` is the first revision made of it.
    """

    number: int
    text: str
    note: str
    by: PersonId
    of: Revised
    taken: RevisionId | None


def suggestions(facts: CaseFacts) -> tuple[Suggestion, ...]:
    """Those for the present reply, oldest first."""
    made = [one for one in facts.of(ChangesAsked) if one.suggestion]
    revised = {one.revision: one for one in facts.revisions}
    took = {one.suggestion: one.revision for one in reversed(facts.revisions) if one.suggestion}
    return tuple(
        Suggestion(
            number, one.suggestion, one.text, one.by, revised[one.revision], took.get(number)
        )
        for number, one in enumerate(made, start=1)
        if one.revision in revised
    )


def standing(facts: CaseFacts) -> Suggestion | None:
    """The newest one, while it was not taken over and says something else than the reply does."""
    found, revision = suggestions(facts), facts.revision
    if not found or revision is None:
        return None
    last = found[-1]
    return None if last.taken or last.text == revision.words.text else last
