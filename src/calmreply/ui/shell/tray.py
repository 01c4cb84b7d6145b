"""The icon beside the clock, where the system has a place for one.

Nothing depends on it: without a tray, closing the window ends the program, and notices are lines in
the window only.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from calmreply.i18n import _, ngettext
from calmreply.ui.shell import mark


class Tray(QObject):
    """Shown by `show()` and gone with `hide()`. Says the program's own words only."""

    open_wanted = Signal()
    check_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._icon: QSystemTrayIcon | None = None
        self._window = window
        self._new = 0

    @staticmethod
    def is_there() -> bool:
        """Whether the system has a place for icons."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def shown(self) -> bool:
        return self._icon is not None

    def show(self) -> None:
        if self._icon is not None or not self.is_there():
            return
        menu = QMenu(self._window)
        menu.setObjectName("shell.tray")
        menu.addAction(_("Open CalmReply"), self.open_wanted.emit)
        menu.addAction(_("Check now"), self.check_wanted.emit)
        menu.addSeparator()
        menu.addAction(_("Quit"), self.quit_wanted.emit)
        self._icon = QSystemTrayIcon(mark.icon(), self)
        self._icon.setToolTip(self._words())
        self._icon.setContextMenu(menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.open_wanted)
        self._icon.show()

    def hide(self) -> None:
        if self._icon is not None:
            self._icon.hide()
            menu = self._icon.contextMenu()
            self._icon.deleteLater()
            menu.deleteLater()
            self._icon = None

    def say_new(self, count: int) -> None:
        """How many mentions are new, said where the icon is pointed at."""
        self._new = count
        if self._icon is not None:
            self._icon.setToolTip(self._words())

    def _words(self) -> str:
        new = ngettext("{n} new", "{n} new", self._new).format(n=f"{self._new:,}")
        return f"CalmReply: {new}" if self._new else "CalmReply"

    def note(self, title: str, words: str) -> bool:
        """Say something beside the clock; whether anybody could see it."""
        if self._icon is None or not QSystemTrayIcon.supportsMessages():
            return False
        self._icon.showMessage(title, words, mark.icon())
        return True

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.open_wanted.emit()
