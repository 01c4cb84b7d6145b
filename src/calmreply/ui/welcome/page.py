"""The first start as a room of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.domain.stage import Stage
from calmreply.i18n import _
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import PageHead, Scroll
from calmreply.ui.welcome.question import Welcome

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent

    from calmreply.ui.desk import Desk

_WIDEST = 760


class WelcomePage(QWidget):
    """A room of the window (see `ui.rooms`). `rehearse_wanted` as in `FirstStart`."""

    rehearse_wanted = Signal()
    gone_through = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAccessibleName(_("Welcome to CalmReply"))
        self._desk = desk
        self.welcome = Welcome(desk)
        scroll = Scroll()
        scroll.body.setContentsMargins(22, 18, 22, 22)
        scroll.body.addWidget(self.welcome)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(PageHead(_("Welcome to CalmReply")))
        whole.addWidget(scroll, 1)
        self.welcome.rehearse_wanted.connect(self.rehearse_wanted)
        self.welcome.finished.connect(self._finished)

    def showEvent(self, event: QShowEvent) -> None:
        self.welcome.let_rehearse(may=self.receivers("2rehearse_wanted()") > 0)
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.welcome.setMaximumWidth(round(_WIDEST * theme().sizes.text / 13))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field goes on, as it would in a dialog."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.welcome.default_button().click()
        else:
            super().keyPressEvent(event)

    def _finished(self) -> None:
        """On to where mentions arrive; here, the question stands again."""
        self.welcome.ask()
        self.gone_through.emit()
        self._desk.room_wanted.emit(Stage.NEW.value)
