"""Other words that a reviewer proposes, and whoever takes them over."""

from __future__ import annotations

from dataclasses import replace

from calmreply.app import facts
from calmreply.app.home import Actor, Home
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.sending.write import keep_draft_as_revision, refuse_long, revise
from calmreply.domain.mention import CaseId
from calmreply.domain.reply import Revised
from calmreply.domain.suggestions import Suggestion, suggestions
from calmreply.errors import KnownError
from calmreply.i18n import _


def accept(home: Home, actor: Actor, case: CaseId, number: int) -> ChangeSet:
    """Make a revision of the words of that suggestion; what else goes with them stays as it is.

    The actor writes them, the suggester does not. Unfinished words of the actor are kept as a
    revision first. Raises KnownError `no_such_suggestion` and what `write.revise` does.
    """
    with home.store.read() as tx:
        found = _found(facts.load(home, tx, case), number)
    changes = keep_draft_as_revision(home, actor, case)
    with home.store.read() as tx:
        present = facts.load(home, tx, case).facts.revision
    if present is None or present.reply != found.of.reply:
        raise _no_such(number)
    words = replace(present.words, text=found.text)
    mine = found.by == actor.person.id
    return changes | revise(home, actor, case, words, suggestion=None if mine else found)


def refuse_same(revision: Revised, suggestion: str) -> None:
    """Raises KnownError `same_words`, `text_too_long`."""
    refuse_long(suggestion)
    if suggestion == revision.words.text or (suggestion and not suggestion.strip()):
        raise KnownError(
            "same_words",
            _("The suggestion says nothing else than the reply does."),
            _("Write it as you would like it, or sign it off as it is."),
        )


def _found(known: facts.Known, number: int) -> Suggestion:
    made = (one for one in suggestions(known.facts) if one.number == number)
    found = next(made, None)
    if found is None:
        raise _no_such(number)
    return found


def _no_such(number: int) -> KnownError:
    return KnownError(
        "no_such_suggestion",
        _("There is no suggestion {number} for this reply.").format(number=number),
        _("The case shows which there are; one for an earlier reply is of no use here."),
    )
