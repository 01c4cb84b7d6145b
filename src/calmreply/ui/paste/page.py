"""Bringing in by hand what was said, as a room of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app import queries
from calmreply.domain.mention import CaseId, Origin
from calmreply.i18n import _
from calmreply.ui.dialogs.heard_form import HeardForm
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import PageHead, Scroll

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent

    from calmreply.ui.desk import Desk

_WIDEST = 760


class PastePage(QWidget):
    """A room of the window (see `ui.rooms`)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paste")
        self.setAccessibleName(_("Add what you heard"))
        self._desk = desk
        head = PageHead(_("Add what you heard"))
        self.form = HeardForm(desk)
        self.add = PrimaryButton(_("Open the case"), self.form.go)
        self.add.setObjectName("mention.go")
        self.leave = Button(_("Not now"), self._leave)
        self.leave.setObjectName("mention.leave")
        self._busy = PlainLabel("", "second", tone="soft")
        scroll = Scroll()
        scroll.body.setContentsMargins(22, 18, 22, 22)
        scroll.body.addWidget(self.form)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.add)
        line.addWidget(self.leave)
        line.addWidget(self._busy, 1)
        scroll.body.addLayout(line)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(scroll, 1)
        self.form.added.connect(self._added)
        self.form.busy.connect(self._busy.setText)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.add.click)
        out = QShortcut(QKeySequence("Esc"), self, self._leave)
        out.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # No focus proxy: Tab would jump to it over everything before it.
        self.form.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.form.setMaximumWidth(round(_WIDEST * theme().sizes.text / 13))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field of one line goes on, as it would in a dialog."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.add.click()
        else:
            super().keyPressEvent(event)

    def show_part(self, what: str) -> bool:
        """Into the text; begin with a call, a letter, ... as `what` says, or go on in a case
        (`case/ID`).
        """
        name, _slash, case = what.partition("/")
        if case:
            found = self._desk.read(queries.case_page, CaseId(case))
            found(lambda page: self.form.go_on_with(page.known.facts.mention))
        elif name:
            self.form.choose_how(Origin(name))
        self.form.text.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _leave(self) -> None:
        """Back; what was typed stands here the next time, and belongs to no case by then."""
        if self.form.belongs.case is not None and not self.form.text.words().strip():
            self.form.clear()
        self.form.belongs.forget()
        self._desk.room_wanted.emit("")

    def _added(self, case: CaseId) -> None:
        self.form.clear()
        self._desk.open_case(case)
