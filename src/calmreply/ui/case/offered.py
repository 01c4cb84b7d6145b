"""Words of an earlier run that never reached the team's database, offered where they were written.

Nothing is put over what the home has now: it may be newer, from another computer.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from calmreply.app.teamwork import kept_words
from calmreply.app.teamwork.kept_words import NOBODY
from calmreply.i18n import _
from calmreply.ui import dates

if TYPE_CHECKING:
    from calmreply.app.ports.words_kept import KeptWords
    from calmreply.domain.mention import CaseId
    from calmreply.ui.case.reply import ReplyCard
    from calmreply.ui.case.typed import Key
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.widgets import Notice

_LONGEST = 160
"""Characters of the words, to know them by."""


class Offered(QObject):
    """Looks whenever another case or person is shown; `notice` is the page's."""

    def __init__(self, desk: Desk, reply: ReplyCard, notice: Notice) -> None:
        super().__init__(reply)
        self._desk, self._reply, self._notice = desk, reply, notice
        self._for: Key | None = None

    def look(self, case: CaseId, zone: str) -> None:
        """Ask whether something waits here for the case that is shown now."""
        actor = self._desk.actor
        key = (case, NOBODY if actor is None else actor.person.id)
        if self._desk.home.team is not None and key != self._for:
            self._for = key
            self._ask(key, key, zone)

    def _ask(self, key: Key, whose: Key, zone: str) -> None:
        read = self._desk.read(kept_words.waiting, *whose)
        read(partial(self._offer, key, whose, zone), self._not_now)

    def _not_now(self, _error: object) -> None:
        """The server is away again: at the next showing."""
        self._for = None

    def _offer(self, key: Key, whose: Key, zone: str, found: KeptWords | None) -> None:
        if key != self._for:
            return
        case, person = whose
        if found is None:
            if person != NOBODY:
                self._ask(key, (case, NOBODY), zone)
            return
        unsigned = self._reply.unsigned
        mine = unsigned.words(case) is not None or unsigned.here.has((case, NOBODY))
        if self._reply.saver.holds(found.typed) or (person == NOBODY and mine):
            return
        shown = " ".join(found.text.split())
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST].rstrip()}…"
        words = _("What you wrote here at {time} never reached the team's database.")
        if person == NOBODY:
            words = _("At {time} this was written here while nobody was signed in.")
        self._notice.say(
            words.format(time=dates.exact(found.at, zone)),
            shown,
            tone="amber",
            action=_("Take it up again"),
            do=partial(self._take, key, found),
        )

    def _take(self, key: Key, found: KeptWords) -> None:
        self._notice.clear()
        if self._for != key:
            return
        reply, whose = self._reply, (found.case, found.person)
        if key[1] == NOBODY:
            reply.unsigned.here.found(whose, found.typed)
        else:
            reply.saver.keep()  # what stands there now becomes a version first
            # From here on they are in the editor, and the file goes once the home has them.
            reply.saver.here.found(whose, found.typed)
            if whose != key:
                reply.saver.here.keep(key, found.typed)
                reply.saver.here.drop(whose)
        reply.edit.replace(found.text)
        reply.subject.replace(found.subject)
        reply.write()
