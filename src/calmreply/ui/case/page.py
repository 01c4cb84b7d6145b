"""The case page: loads one case, and shows it in cards."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from calmreply.i18n import _
from calmreply.ui.case import work
from calmreply.ui.case.astray import Astray
from calmreply.ui.case.cards import Cards
from calmreply.ui.case.deeds import Deeds
from calmreply.ui.case.lines import next_due
from calmreply.ui.case.offered import Offered
from calmreply.ui.kit.turns import at_once

if TYPE_CHECKING:
    from collections.abc import Generator

    from PySide6.QtGui import QHideEvent, QShowEvent

    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.errors import KnownError
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk

TICK_MS = 1000
READ_AGAIN = timedelta(minutes=1)
"""What changes by time alone without a due time (a look that grows old) shows by then."""
PATIENCE_MS = 300
"""Another case's page stays on the screen for this long at most while the wanted one is read."""


class CasePage(Cards):
    """Shows the case it was last asked for; until that is read, what was there before.

    `words_kept`: what `unkept` says may be another.
    """

    words_kept = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, bare: bool = False) -> None:
        """`bare`: with nothing in it, until `made` has run to its end."""
        super().__init__(desk, parent)
        self.setObjectName("case")
        self._case: CaseId | None = None
        self._token = 0
        self._unread = False
        self._tick = QTimer(self, interval=TICK_MS)  # asked for by whoever hides a half made page
        if not bare:
            at_once(self.made())

    @classmethod
    def in_turns(cls, desk: Desk, parent: QWidget) -> Generator[None, None, CasePage]:
        """Made in parts, each of them short."""
        page = cls(desk, parent, bare=True)
        page.hide()  # else a window that comes back shows what is half made
        page.resize(parent.size())
        yield from page.made()
        return page

    def made(self) -> Generator[None, None, None]:
        yield from super().made()
        yield
        self._join(self._desk)

    def _join(self, desk: Desk) -> None:
        """What one card says moves the others."""
        self.deeds = Deeds(desk, self)
        self._tick.timeout.connect(self._on_tick)
        self._slow = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._slow.timeout.connect(self._show_loading)
        self._rest.placed.connect(self.mention.words.look)
        self._rest.placed.connect(self._on_placed)
        self._astray = Astray(self, self.mention.words, self.head.following)
        desk.changed.connect(self._on_changed)
        desk.person_changed.connect(self._on_person)
        self._offered = Offered(desk, self.reply, self.notice)
        self.reply.changed.connect(self._on_words)
        self.reply.sight.connect(self.columns.bring)
        self.reply.saver.left_behind.connect(self._on_left_behind)
        self.reply.saver.changed.connect(self.words_kept)

    # --- what is shown ----------------------------------------------------------------------

    def show_case(self, case: CaseId) -> None:
        """Show this case; words of the one before are kept on the way."""
        if case != self._case:
            self.reply.leave()
            self.notice.clear()
            self._case = case
            self._slow.start()
        self.read_again()

    def clear(self) -> None:
        """Show none."""
        self.reply.leave()
        self._case = self._shown = None
        self._token += 1
        self._slow.stop()
        self.menu_actions.set_enabled({})
        self._pages.setCurrentWidget(self._nothing)

    def unkept(self) -> tuple[tuple[str, KnownError | None], ...]:
        """Words that are not in the store, and why; None while they are on their way."""
        return (*self.reply.saver.unkept(), *self.reply.unsigned.unkept())

    def rescue(self) -> None:
        """Try once more to keep them."""
        self.reply.saver.rescue()

    def give_up(self) -> None:
        """Let them go."""
        self.reply.unsigned.give_up()
        self.reply.saver.give_up()

    def read_again(self) -> None:
        """Read the case anew; of several answers only the last one asked for counts."""
        if self._case is None:
            return
        actor = self._desk.actor
        self._token += 1
        me = actor.person.id if actor is not None else None
        reading = self._desk.read(work.load, self._case, me)
        reading(
            partial(self._on_read, self._token, self.reply.saver.stamp),
            partial(self._on_unread, self._token),
        )

    def _on_read(self, token: int, stamp: int, shown: Shown) -> None:
        if token != self._token:
            return
        self._slow.stop()
        if self._unread:  # the notice spoke of that
            self._unread = False
            self.notice.clear()
        another = self._shown is None or self._shown.case != shown.case
        self._show_parts(there=True)
        self.put(shown, stamp)
        if another:
            self.columns.to_top()
        self._pages.setCurrentWidget(self._whole)
        self.deeds.refresh()
        self._astray.settle()
        self._offered.look(shown.case, shown.zone)

    def next_step(self) -> QWidget | None:
        """While another case is read, the page itself; it moves the focus on once that is there."""
        here = self._shown is not None and self._shown.case == self._case
        return super().next_step() if here else self

    def _on_placed(self) -> None:
        """Only now is it known whether its end has been seen, and so what comes next."""
        step = self.next_step() or self.head
        if self.hasFocus() and step is not self:  # somebody came here while it was read
            step.setFocus(Qt.FocusReason.TabFocusReason)
            self.columns.bring(step)

    def _on_unread(self, token: int, error: KnownError) -> None:
        if token != self._token:
            return
        self._slow.stop()
        self._pages.setCurrentWidget(self._whole)
        self._show_parts(there=self._shown is not None and self._shown.case == self._case)
        self._unread = True
        self.notice.say(error.words, error.way_out, action=_("Try again"), do=self.read_again)

    def _show_parts(self, *, there: bool) -> None:
        """What stands under the notice; of a case that could not be read nothing does."""
        for part in (self.head, self.columns):
            part.setVisible(there)

    def _show_loading(self) -> None:
        """The store is slow: rather nothing than somebody else's case."""
        self._pages.setCurrentWidget(self._loading)

    # --- what happens -----------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        mine = self._case in changes.cases
        if mine or changes.people or changes.accounts or changes.rules:
            self.read_again()

    def _on_person(self) -> None:
        """Somebody signed in, or the key was locked: the words so far are whose they were."""
        self.flush()
        self.read_again()

    def _on_words(self) -> None:
        self.before.set_unsettled(unsettled=self.reply.unsettled)
        self.bystander.set_words(self.reply.edit.words())
        self.deeds.refresh()

    def _on_left_behind(self, case: CaseId, error: KnownError) -> None:
        self.notice.say(
            _("Your words for another case are not saved yet. {why}").format(why=error.words),
            error.way_out,
            action=_("Go back to them"),
            do=partial(self._desk.open_case, case),
        )

    def _on_tick(self) -> None:
        """Paint the time; where a due time has come, ask what holds now."""
        shown = self._shown
        if shown is None:
            return
        before, now = shown.page.known.now.reading, self._desk.home.clock.read()
        if now.boot != before.boot:
            self.read_again()
            return
        passed = timedelta(seconds=max(0.0, now.ticks - before.ticks))
        self.clocks.paint_at(passed)
        self.before.paint_at(passed)
        due = next_due(shown)
        if passed >= READ_AGAIN or (due is not None and shown.wall + passed >= due):
            self.read_again()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()
        if self._shown is not None:
            self._on_tick()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()
