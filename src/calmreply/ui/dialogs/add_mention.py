"""Bringing in by hand what was said: a review, a call, a letter, a talk at the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from calmreply.domain.mention import Origin
from calmreply.i18n import _
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.dialogs.heard_form import HeardForm
from calmreply.ui.kit.buttons import Button, PrimaryButton

if TYPE_CHECKING:
    from calmreply.domain.mention import CaseId
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words


class AddMentionDialog(Dialog):
    """Opens the case at the end. `done` carries its `CaseId`."""

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, how: Origin = Origin.PASTE
    ) -> None:
        super().__init__(desk, "add_mention", _("Add what you heard"), parent, wide=640)
        self.form = HeardForm(desk)
        self.form.choose_how(how)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("mention.leave")
        self.add = PrimaryButton(_("Open the case"), self.form.go)
        self.add.setObjectName("mention.go")
        self.add_buttons(self.leave, self.add)
        self.start = self.form.text
        self.form.added.connect(self._added)
        self.form.busy.connect(self._on_deed)
        self.form.resized.connect(self.fit_soon)

    def words(self) -> Words:
        return self.form.words()

    def put_back(self, words: Words) -> None:
        if words:
            self.form.put_back(words)

    def _added(self, case: CaseId) -> None:
        desk = self.desk
        self.finish(case)
        desk.open_case(case)
