"""Before the window goes: whether every word is kept; where one is not, that is said in place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.widgets import Notice

if TYPE_CHECKING:
    from PySide6.QtWidgets import QBoxLayout

    from calmreply.ui.shell.frame import Frame
    from calmreply.ui.shell.pages import Pages

PATIENCE_MS = 1500
"""A store that takes longer is told of; the words are on their way all the same."""


class Leaving(QObject):
    """Asked before the window goes. `free`: nothing would be lost now; `stays`: it is to stay.

    `asks`: there is something to be said in the window, which may be hidden.
    """

    free = Signal()
    stays = Signal()
    asks = Signal()

    def __init__(self, frame: Frame, pages: Pages) -> None:
        super().__init__(frame)
        self._pages = pages
        self._wants = False
        self._trying = False
        self.notice = LeavingNotice()
        frame.add_notice(self.notice)
        self.notice.again.connect(self._again)
        self.notice.copy.connect(self._copy)
        self.notice.without.connect(self._without)
        self.notice.closed.connect(self._stay)
        self._slow = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._slow.timeout.connect(self._look)
        pages.words_kept.connect(self._on_kept)

    @property
    def stuck(self) -> bool:
        """Whether there are words that could not be kept."""
        return any(error is not None for _words, error in self._pages.unkept())

    def may_go(self) -> bool:
        """Whether the window may go now. If not, `free` or `stays` comes, sooner or later."""
        if self._wants:
            return False
        self._pages.flush()
        if not self._pages.unkept():
            return True
        self._wants = self._trying = True
        self._slow.start()
        if self.stuck:
            self._look()
        return False

    def _again(self) -> None:
        self._trying = True
        self._slow.start()
        self._pages.rescue()

    def _on_kept(self) -> None:
        if not self._wants:
            return
        if not self._pages.unkept():
            # Whoever went on writing instead of trying again does not want to go any more.
            (self._go if self._trying else self._stay)()
        elif self.stuck:
            self._trying = False
            self._slow.stop()
            self._look()

    def _look(self) -> None:
        """Say what would be lost, and why."""
        self.asks.emit()
        errors = [error for _words, error in self._pages.unkept() if error is not None]
        if errors:
            words = _("Your words are not saved. {why}").format(why=errors[0].words)
            self.notice.ask(words, errors[0].way_out)
        else:
            words = _("Your words are not saved yet.")
            self.notice.ask(words, _("Saving takes longer than it should."))

    def _go(self) -> None:
        self._end()
        self.free.emit()

    def _stay(self) -> None:
        if self._wants:
            self._end()
            self.stays.emit()

    def _end(self) -> None:
        self._wants = False
        self._slow.stop()
        self.notice.clear()

    def _copy(self) -> None:
        text = "\n\n".join(words for words, _error in self._pages.unkept())
        QGuiApplication.clipboard().setText(text)
        self.notice.say_copied()

    def _without(self) -> None:
        self._trying = True
        self._pages.give_up()


class LeavingNotice(Notice):
    """Why the window stays, and three ways on; closing the notice is the fourth: stay."""

    again = Signal()
    copy = Signal()
    without = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("leaving")
        self.again_button = Button(_("Try again"), self.again.emit)
        self.copy_button = Button(_("Copy the words"), self.copy.emit)
        self.without_button = Button(_("Close without them"), self.without.emit, look="stop")
        buttons = QWidget()
        line = FlowLayout(buttons, gap=8, line_gap=6)
        line.setContentsMargins(0, 6, 0, 2)
        for button, name in (
            (self.again_button, "again"),
            (self.copy_button, "copy"),
            (self.without_button, "without"),
        ):
            button.setObjectName(f"leaving.{name}")
            line.addWidget(button)
        row: QBoxLayout = self.layout()  # type: ignore[assignment]  # the kit's own row
        words: QBoxLayout = row.itemAt(0).layout()  # type: ignore[assignment,union-attr]  # its own
        words.addWidget(buttons)
        self._close.setText(_("Stay here"))
        self._close.setObjectName("leaving.stay")
        self._close.clicked.connect(self.closed)

    def ask(self, words: str, way_out: str) -> None:
        """Say it, and put the focus on what mends it."""
        new = self.isHidden()
        self.copy_button.setText(_("Copy the words"))
        self.say(words, way_out)
        if new:
            # What was shown just now takes the focus only when it has its place.
            later = partial(self.again_button.setFocus, Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self.again_button, later)

    def say_copied(self) -> None:
        self.copy_button.setText(_("Copied"))
