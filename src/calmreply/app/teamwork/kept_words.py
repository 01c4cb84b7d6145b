"""Words that did not reach the team's database: kept on this computer until they have.

Somebody writes, and the server is away. Then what they write lies in a small file beside the
home's address, for its owner's eyes only, and goes to the server as soon as that answers. If the
program ends before, it is offered to whoever wrote it when they open the case again: another
computer may have kept other words of theirs meanwhile, so nothing is put over those unasked. What
is typed while nobody is signed in lies there as well, for whoever opens the case here next.
"""

from __future__ import annotations

from typing import Final

from calmreply.app.home import Home
from calmreply.app.ports.words_kept import KeptWords
from calmreply.domain.mention import CaseId
from calmreply.domain.people import PersonId
from calmreply.errors import KnownError
from calmreply.i18n import _

AWAY: Final = frozenset({"server_away", "server_refused", "read_only", "disk_full", "older_data"})
"""Codes of errors that mean: what is written does not reach the server just now."""
CLOSED: Final = frozenset(
    {
        "newer_data",
        "home_moved",
        "home_arriving",
        "no_team_home",
        "no_whole_home",
        "no_such_database",
        "not_allowed",
        "server_not_trusted",
    }
)
"""Codes of errors that mean: this program takes no more of it there, until somebody sees to it."""
KEPT_HERE: Final = "kept_here"
NOBODY: Final = PersonId("")
"""Whose words are that were typed while nobody was signed in."""


def keep(home: Home, case: CaseId, person: PersonId, typed: tuple[str, str]) -> None:
    """Keep them here. Raises KnownError `cannot_write`."""
    text, subject = typed
    home.words.keep(KeptWords(case, person, text, subject, home.clock.read().wall))


def waiting(home: Home, case: CaseId, person: PersonId) -> KeptWords | None:
    """What never reached the server, unless the server has the same words by now."""
    found = home.words.of(case, person)
    if found is None:
        return None
    with home.store.read() as tx:
        drafts = [one for one in tx.drafts(case) if one.by == person]
    if any((one.text, one.subject) == found.typed for one in drafts):
        home.words.drop(case, person)
        return None
    return found


def drop(home: Home, case: CaseId, person: PersonId) -> None:
    """They are in the home now, or not wanted any more."""
    home.words.drop(case, person)


def kept_here() -> KnownError:
    return KnownError(
        KEPT_HERE,
        _("The team's database does not answer. What you write is kept on this computer."),
        _("It goes there by itself as soon as the server answers."),
    )
