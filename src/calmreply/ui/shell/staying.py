"""Staying when the window is closed: the icon beside the clock, and the one offer of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from calmreply.domain.stage import Stage
from calmreply.i18n import _
from calmreply.ui.shell import notices
from calmreply.ui.shell.choices import offer_words
from calmreply.ui.shell.tray import Tray

if TYPE_CHECKING:
    from calmreply.app.queries import Overview
    from calmreply.ui.shell.actions import Actions
    from calmreply.ui.shell.choices import Choices
    from calmreply.ui.shell.frame import Frame


class Staying(QObject):
    """Shows the icon while it is wanted, or for as long as a note needs to be seen."""

    def __init__(self, frame: Frame, choices: Choices, actions: Actions) -> None:
        super().__init__(frame)
        self._frame, self._choices, self._actions = frame, choices, actions
        self._offered = self._listens = False
        self.tray = Tray(frame)
        self.tray.open_wanted.connect(self.come_forward)
        choices.changed.connect(self._on_choices)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_state)

    @property
    def stays(self) -> bool:
        """Whether closing the window leaves the program beside the clock."""
        return self._choices.in_tray == "yes" and self.tray.shown

    def come_forward(self) -> None:
        """Show the window, in front."""
        frame = self._frame
        if frame.isMinimized():
            frame.showNormal()
        else:
            frame.show()
        frame.raise_()
        frame.activateWindow()

    def appear(self) -> None:
        """Show the window, unless it can be seen: there is something to be answered in it."""
        if not self._frame.isVisible() or self._frame.isMinimized():
            self.come_forward()

    def note_ended(self, count: int) -> None:
        """Waits have ended: say so beside the clock, unless the window is being looked at."""
        self.note(*notices.words(count))

    def note(self, title: str, words: str) -> None:
        """Say something beside the clock, unless the window is being looked at."""
        if not self._frame.isActiveWindow():
            self.tray.show()
            self.tray.note(title, words)

    def count(self, view: Overview) -> None:
        """Say by the icon how much is new."""
        self.tray.say_new(view.counts[Stage.NEW] + view.counts[Stage.NEEDS_YOU])

    def set_listens(self, *, listens: bool) -> None:
        """Whether there is something to stay for."""
        self._listens = listens
        self._offer()

    def _offer(self) -> None:
        """Once in a home's life: to stay in the tray, and to start with the computer."""
        wanted = self._listens and self._choices.in_tray == "ask" and self.tray.is_there()
        if self._offered or not wanted or self._frame.notice.words():
            return
        self._offered = True
        words, way_out, action = offer_words()
        self._choices.set("in_tray", "no")
        self._frame.notice.say(words, way_out, tone="teal", action=action, do=self._accept)

    def _accept(self) -> None:
        self._frame.notice.clear()
        self._choices.set("in_tray", "yes")
        self._choices.set_autostart(on=True)

    def _on_choices(self) -> None:
        chosen, actions = self._choices, self._actions
        actions["in_tray"].setChecked(chosen.in_tray == "yes")
        stay = _("Stay beside the clock when cl&osed")
        if not self.tray.is_there():
            stay = _("Stay beside the cl&ock: this desktop shows no programs there")
        actions["in_tray"].setText(stay)
        actions["in_tray"].setEnabled(self.tray.is_there())
        actions["autostart"].setChecked(chosen.starts_by_itself)
        actions["autostart"].setEnabled(chosen.may_start_by_itself)
        if chosen.in_tray == "yes":
            self.tray.show()
        else:
            self.tray.hide()
        self._offer()

    def _on_state(self, state: Qt.ApplicationState) -> None:
        """Somebody is here again: an icon that was there for a note only may go."""
        if state == Qt.ApplicationState.ApplicationActive and self._choices.in_tray != "yes":
            self.tray.hide()
