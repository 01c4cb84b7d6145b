"""The first start as a dialog. What it asks stands in `question`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from calmreply.i18n import _
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.kit.buttons import Button
from calmreply.ui.welcome.question import Welcome

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words


class FirstStart(Dialog):
    """`done` when it has been gone through. Whoever can begin a rehearsal connects to its signal;
    where nobody does, it is not offered.
    """

    rehearse_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "first_start", _("Welcome to CalmReply"), parent, wide=820)
        self.welcome = Welcome(desk)
        self.body.addWidget(self.welcome)
        self.body.addStretch(1)
        self.later = Button(_("Look around first"), self.reject)
        self.later.setObjectName("welcome.later")
        self.foot.addWidget(self.later)
        self.start = self.welcome.to_angry
        self.welcome.rehearse_wanted.connect(self._rehearse)
        self.welcome.finished.connect(self.finish)
        self.welcome.resized.connect(self._on_resized)

    def showEvent(self, event: QShowEvent) -> None:
        self.welcome.let_rehearse(may=self.receivers("2rehearse_wanted()") > 0)
        super().showEvent(event)
        self.shrink_soon()

    def words(self) -> Words:
        return self.welcome.words()

    def put_back(self, words: Words) -> None:
        self.welcome.put_back(words)
        if words:
            self.start = self.welcome.form.text

    def may_leave(self) -> bool:
        return not self.welcome.deeds.busy

    def _on_resized(self) -> None:
        self.go = self.welcome.default_button()
        self.go.setDefault(True)
        self.shrink_soon()

    def _rehearse(self) -> None:
        self.rehearse_wanted.emit()
        self.finish()
