"""What is said once: that a wait ended, that a reply still waits for somebody's word.

Without a word of the mention, which others may read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.domain.stage import Stage
from calmreply.i18n import _, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from calmreply.app.queries import Overview
    from calmreply.domain.mention import CaseId

_WAITING = frozenset({Stage.COOLING, Stage.WITH_REVIEWER, Stage.READY})


class Waits:
    """Remembers which waits were running, to tell which ones ended since it last looked."""

    def __init__(self) -> None:
        self._running: dict[CaseId, datetime] = {}

    def ended(self, view: Overview) -> tuple[CaseId, ...]:
        """The cases whose wait ended by time since the last look. A wait is told once."""
        states = view.states
        still = {
            case: state.until
            for case, state in states.items()
            if state.until is not None and state.until > view.at
        }
        over = tuple(
            case
            for case, until in self._running.items()
            if until <= view.at
            and case not in still
            and case in states
            and states[case].stage in _WAITING
        )
        self._running = still
        return over


def words(count: int) -> tuple[str, str]:
    """Title and sentence for as many ended waits."""
    return _("Read it once more"), ngettext(
        "A wait is over: the mention and your reply are ready for another look.",
        "{n} waits are over: the mentions and your replies are ready for another look.",
        count,
    ).format(n=count)


def line(count: int) -> str:
    """The same as a quiet line."""
    return ngettext(
        "A wait is over: read it once more", "{n} waits are over: read them once more", count
    ).format(n=count)


def still(count: int) -> str:
    """As a quiet line: so many replies did not leave before the program was closed."""
    return ngettext(
        "A reply was not sent: still send it?", "{n} replies were not sent: still send them?", count
    ).format(n=count)
