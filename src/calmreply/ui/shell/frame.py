"""The bare window, painted before anything but the kit is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui.inbox.pane import InboxPane
from calmreply.ui.kit.rail import Rail
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Hairline, Notice
from calmreply.ui.shell.panes import Panes
from calmreply.ui.shell.status import StatusBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QPaintEvent

NAME = "CalmReply"
_WANTED = QSize(1280, 820)
_LEAST = QSize(640, 480)
MENUS = ("case", "reply", "view", "tools", "help")


class Ground(QWidget):
    """What everything lies on. Says once that it has been painted."""

    painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.was_painted = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().color("ground"))
        if not self.was_painted:
            self.was_painted = True
            self.painted.emit()


class Frame(QMainWindow):
    """Rail, list, page, notice, status bar and empty menus. What they mean, the shell says.

    `may_close` is asked when somebody closes the window; answering False keeps it open.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("shell")
        self.setWindowTitle(NAME)
        self.may_close: Callable[[], bool] = lambda: True
        self.ground = Ground()
        self.rail = Rail(_("Places"))
        self.rail.setObjectName("shell.rail")
        self.pane = InboxPane()
        self.pages = QStackedWidget()
        self.pages.setObjectName("shell.pages")
        self.panes = Panes(self.pane, self.pages)
        self.notice = Notice()
        self.notice.setObjectName("shell.notice")
        self.status = StatusBar()
        self.business = PlainLabel("", "second", tone="soft")
        self.business.setWordWrap(False)
        self.business.setContentsMargins(0, 0, 14, 0)
        self.menus = {name: self.menuBar().addMenu(_menu_words(name)) for name in MENUS}
        for name, menu in self.menus.items():
            menu.setObjectName(f"shell.menu.{name}")
        self.menuBar().setCornerWidget(self.business)
        self._lay_out()
        self.setMinimumSize(_LEAST)
        self.resize(_fitting(self))
        self.pane.search.setFocus()

    def _lay_out(self) -> None:
        side_by_side = QHBoxLayout()
        side_by_side.setSpacing(0)
        side_by_side.addWidget(self.rail)
        side_by_side.addWidget(Hairline(upright=True))
        right = QVBoxLayout()
        right.setSpacing(0)
        held = QVBoxLayout()
        held.setContentsMargins(0, 0, 0, 0)
        held.addWidget(self.notice)
        right.addLayout(held)
        right.addWidget(self.panes, 1)
        side_by_side.addLayout(right, 1)
        self._notice_place = held
        whole = QVBoxLayout(self.ground)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(side_by_side, 1)
        self.setCentralWidget(self.ground)
        self.setStatusBar(self.status)
        self.status.say_state(_("Opening…"))

    def add_notice(self, notice: Notice) -> None:
        """Another notice over list and page, above the one that is there."""
        self._notice_place.insertWidget(0, notice)

    def say_business(self, name: str) -> None:
        """Whose window this is."""
        self.setWindowTitle(f"{name} · {NAME}" if name else NAME)
        if name != self.business.text():
            self.business.setText(name)
            first = self.menuBar().actionGeometry(self.menuBar().actions()[0])
            self.business.setMinimumHeight(first.height())  # on one line with the menus
            # A menu bar measures its corner only when it is put there.
            self.menuBar().setCornerWidget(self.business)
            self.business.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.may_close():
            event.accept()
        else:
            event.ignore()


def _menu_words(name: str) -> str:
    return {
        "case": _("&Case"),
        "reply": _("&Reply"),
        "view": _("&View"),
        "tools": _("&Tools"),
        "help": _("&Help"),
    }[name]


def _fitting(window: QWidget) -> QSize:
    """The size to open with: as wanted, or what the screen has."""
    screen = window.screen().availableSize()
    return _WANTED.boundedTo(screen).expandedTo(_LEAST)
