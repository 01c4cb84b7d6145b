"""While the store is out of reach: said once, calmly, and mended by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from calmreply.app.ports.changes import ChangeSet
from calmreply.app.teamwork import kept_words
from calmreply.i18n import _
from calmreply.ui.shell import saying

if TYPE_CHECKING:
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.shell.frame import Frame
    from calmreply.ui.shell.pages import Pages
    from calmreply.ui.shell.schedule import Listening, Schedule

_ANYTHING = ChangeSet(
    mentions=True, people=True, sources=True, accounts=True, rules=True, plan=True
)


class Outage(QObject):
    """A team's server that is away has one line at the bottom; a store of one's own, a notice."""

    def __init__(self, desk: Desk, frame: Frame, pages: Pages, schedule: Schedule) -> None:
        super().__init__(frame)
        self._desk, self._frame, self._pages = desk, frame, pages
        self._away = self._gone = False
        self._last: Listening | None = None
        schedule.told.connect(self._on_told)
        schedule.out_of_order.connect(self._on_out_of_order)
        desk.problem.connect(self._on_problem)

    def _on_told(self, now: Listening) -> None:
        self._last = now
        if self._away:
            self._say()
        elif self._gone:
            self._say_gone()

    def _on_out_of_order(self, error: KnownError | None) -> None:
        if error is not None and self._is_away(error):
            self._away = True
            self._say()
        elif error is not None:
            self._frame.notice.say_error(error)
            if error.code == "home_moved":
                self._gone = True
                self._say_gone()
        else:
            self._frame.notice.clear()
            self._back()

    def _on_problem(self, error: KnownError) -> None:
        """While the line says it, nobody needs to be told again by each room."""
        if not (self._away and self._is_away(error)):
            self._frame.notice.say_error(error)

    def _back(self) -> None:
        was_away, self._away, self._gone = self._away or self._gone, False, False
        if was_away:
            self._frame.status.say_state("")
            if self._last is not None:
                saying.listening(self._frame.status, self._last)
        self._pages.rescue()
        if was_away:  # what could not be read meanwhile is read now
            self._desk.changed.emit(_ANYTHING)

    def _is_away(self, error: KnownError) -> bool:
        return self._desk.home.team is not None and error.code in kept_words.AWAY

    def _say(self) -> None:
        self._frame.status.say_state(kept_words.kept_here().words, "amber")
        self._frame.status.say_checks("")

    def _say_gone(self) -> None:
        """Nothing is heard for a home that somebody took away while this window stood open."""
        self._frame.status.say_state(_("Not listening: the home is not here"), "amber")
        self._frame.status.say_checks("")
