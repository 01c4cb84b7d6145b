"""Setting a case aside: no answer is owed, and why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from calmreply.app.cases import judge
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainEdit

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.work import Seen


class AsideDialog(Dialog):
    """`done` carries the reason."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "aside", _("Set aside"), parent, case=case_id, wide=480)
        self.reason = PlainEdit(min_lines=2)
        self.reason.setObjectName("aside.reason")
        self.row = FormRow(
            _("Why is no answer owed?"),
            self.reason,
            _("One line that you would still understand in a year."),
        )
        self.body.addWidget(
            PlainLabel(_("It stays here, can be found, and can be taken up again."))
        )
        self.body.addWidget(self.row)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("aside.leave")
        self.set_aside = PrimaryButton(_("Set it aside"), self._go)
        self.set_aside.setObjectName("aside.go")
        self.add_buttons(self.leave, self.set_aside)
        self.start = self.reason
        self.to_blame = {"reason_missing": self.row}
        self.read(work.seen, case_id, then=self._show)

    def words(self) -> Words:
        return {"reason": self.reason.words()}

    def put_back(self, words: Words) -> None:
        self.reason.set_text(words.get("reason", ""))

    def _show(self, here: Seen) -> None:
        self.head.about.setText(work.about(here))

    def _go(self) -> None:
        if self.case is not None:
            self.row.set_error("")
            reason = self.reason.words()
            what = partial(_set_aside, case=self.case, reason=reason)
            self.act(what, partial(self._done, reason.strip()))

    def _done(self, reason: str, _changes: object) -> None:
        self.finish(reason)


def _set_aside(home: Home, actor: Actor, case: CaseId, reason: str) -> ChangeSet:
    return judge.set_aside(home, actor, case, reason)
