"""It cannot wait, for safety or by law: which, and why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QWidget

from calmreply.app.cases import second
from calmreply.app.words import wording_second
from calmreply.domain.alone import alone
from calmreply.domain.said import Ground
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.kit.buttons import Button, PrimaryButton, Radio
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Card, add_hung

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.work import Seen


class EmergencyDialog(Dialog):
    """`done` carries the ground."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "emergency", _("It cannot wait"), parent, case=case_id, wide=520)
        self.rule = PlainLabel("")
        self.rule.setObjectName("emergency.rule")
        which = Card(_("Why can it not wait?"))
        which.body.setSpacing(2)
        self._group = QButtonGroup(self)
        self.grounds: dict[Ground, Radio] = {}
        for ground in Ground:
            radio = Radio(wording_second.ground(ground))
            radio.setObjectName(f"emergency.{ground.value}")
            add_hung(which.body, radio)
            self._group.addButton(radio)
            self.grounds[ground] = radio
        which.body.addWidget(
            PlainLabel(_("That it is urgent to you is no ground; send a holding reply."), "second")
        )
        self.reason = PlainEdit(min_lines=2)
        self.reason.setObjectName("emergency.reason")
        self.row = FormRow(
            _("In your own words"),
            self.reason,
            _("Whoever signs is told, also in a file for their phone: put nothing private here."),
        )
        for part in (self.rule, which, self.row):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.leave = Button(_("Let it wait"), self.reject)
        self.leave.setObjectName("emergency.leave")
        self.go_on = PrimaryButton(_("It cannot wait"), self._go)
        self.go_on.setObjectName("emergency.go")
        self.add_buttons(self.leave, self.go_on)
        self.start = self.grounds[Ground.SAFETY]
        self.to_blame = {"reason_missing": self.row}
        self.read(work.seen, case_id, then=self._show)

    @property
    def chosen(self) -> Ground | None:
        return next((one for one, radio in self.grounds.items() if radio.isChecked()), None)

    def words(self) -> Words:
        return {"reason": self.reason.words()}

    def put_back(self, words: Words) -> None:
        self.reason.set_text(words.get("reason", ""))

    def _show(self, here: Seen) -> None:
        self.head.about.setText(work.about(here))
        only = alone(here.facts.people, here.page.known.now) is not None
        self.rule.setText(wording_second.emergency_rule(alone=only))
        if only:
            self.row.set_hint(_("It stands in the case, and in its debrief."))
        self.fit_soon()

    def _go(self) -> None:
        ground = self.chosen
        self.row.set_error("")
        if ground is None:
            self.notice.say(_("Choose which it is, or let it wait."), tone="amber")
            self.focus(self.grounds[Ground.SAFETY])
            self.fit_soon()
        elif self.case is not None:
            reason = self.reason.words()
            deed = partial(_declare, case=self.case, ground=ground, reason=reason)
            self.act(deed, partial(self._done, ground))

    def _done(self, ground: Ground, _result: object) -> None:
        self.finish(ground)


def _declare(home: Home, actor: Actor, *, case: CaseId, ground: Ground, reason: str) -> ChangeSet:
    return second.declare_emergency(home, actor, case, ground, reason)
