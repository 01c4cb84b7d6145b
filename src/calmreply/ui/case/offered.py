"""Words of an earlier run that never reached the team's database, offered where they were written.

Nothing is put over what the home has now: it may be newer, from another computer.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from calmreply.app.teamwork import kept_words
from calmreply.app.words import wording
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.app.ports.words_kept import KeptWords
    from calmreply.domain.mention import CaseId
    from calmreply.ui.case.reply import ReplyCard
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.widgets import Notice

_LONGEST = 160
"""Characters of the words, to know them by."""


class Offered(QObject):
    """Looks whenever another case or person is shown; `notice` is the page's."""

    def __init__(self, desk: Desk, reply: ReplyCard, notice: Notice) -> None:
        super().__init__(reply)
        self._desk, self._reply, self._notice = desk, reply, notice
        self._for: object = None

    def look(self, case: CaseId, zone: str) -> None:
        """Ask whether something waits here for the case that is shown now."""
        actor = self._desk.actor
        key = None if actor is None else (case, actor.person.id)
        if self._desk.home.team is None or key == self._for:
            return
        self._for = key
        if key is not None:
            read = self._desk.read(kept_words.waiting, *key)
            read(partial(self._offer, key, zone), self._not_now)

    def _not_now(self, _error: object) -> None:
        """The server is away again: at the next showing."""
        self._for = None

    def _offer(self, key: object, zone: str, found: KeptWords | None) -> None:
        if found is None or key != self._for or self._reply.saver.holds(found.typed):
            return
        shown = " ".join(found.text.split())
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST].rstrip()}…"
        self._notice.say(
            _("What you wrote here at {time} never reached the team's database.").format(
                time=wording.exact(found.at, zone)
            ),
            shown,
            tone="amber",
            action=_("Take it up again"),
            do=partial(self._take, found),
        )

    def _take(self, found: KeptWords) -> None:
        self._notice.clear()
        if self._for == (found.case, found.person):
            # From here on they are in the editor, and the file goes once the home has them.
            self._reply.saver.here.found((found.case, found.person), found.typed)
            self._reply.edit.replace(found.text)
            self._reply.subject.replace(found.subject)
            self._reply.write()
