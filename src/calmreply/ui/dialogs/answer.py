"""The answer of somebody far away, entered at the case it is about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from calmreply.app.reviewing import packets
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.afar import CodeForm
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.reviewing.packets import Taken
    from calmreply.domain.mention import CaseId
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.work import Seen


class AnswerDialog(Dialog):
    """`done` carries the `packets.Taken`. Nobody signs in for it: the code is signed itself."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "answer", _("Enter their answer"), parent, case=case_id, wide=520)
        self.body.addWidget(
            PlainLabel(_("It counts if they signed exactly the words that stand here now."))
        )
        self.form = CodeForm("answer", _("What they sent you"), self.read)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("answer.leave")
        self.enter = PrimaryButton(_("Enter it"), self._go)
        self.enter.setObjectName("answer.go")
        self.add_buttons(self.leave, self.enter)
        self.start = self.form.field
        self.read(work.seen, case_id, then=self._show)

    def words(self) -> Words:
        return {"code": self.form.code()}

    def put_back(self, words: Words) -> None:
        self.form.field.set_text(words.get("code", ""))

    def _show(self, here: Seen) -> None:
        self.head.about.setText(work.about(here))

    def _go(self) -> None:
        if self.case is not None:
            self.form.row.set_error("")
            self.run(partial(_take, case=self.case, code=self.form.code()), self._taken)

    def _taken(self, made: tuple[Taken, ChangeSet]) -> None:
        self.finish(made[0])

    def say_error(self, error: KnownError) -> None:
        """Whatever is wrong, it is wrong with the code."""
        self.form.show_error(error)
        self.fit_soon()


def _take(home: Home, *, case: CaseId, code: str) -> tuple[Taken, ChangeSet]:
    return packets.take(home, case, code)
