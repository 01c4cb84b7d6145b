"""How the matter ended. Closing leads to the debrief."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, assert_never

from PySide6.QtWidgets import QButtonGroup, QWidget

from calmreply.app.cases import debrief
from calmreply.app.words import wording
from calmreply.domain.debrief import Outcome
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.debrief import DebriefDialog
from calmreply.ui.dialogs.frame import Dialog, indent_under
from calmreply.ui.kit.buttons import Button, PrimaryButton, Radio
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, add_hung

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.work import Seen


class CloseDialog(Dialog):
    """`done` carries the `Outcome`; the debrief stands there right after."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "close", _("Close the case"), parent, case=case_id, wide=480)
        self.group = QButtonGroup(self)
        self.choices: dict[Outcome, Radio] = {}
        card = Card(_("How did it end?"))
        card.body.setSpacing(2)
        for outcome in Outcome:
            radio = Radio(wording.outcome(outcome))
            radio.setObjectName(f"close.{outcome.value}")
            radio.setAccessibleDescription(_meaning(outcome))
            below = PlainLabel(_meaning(outcome), "second")
            below.setContentsMargins(indent_under(radio) - Radio.hang, 0, 0, 6)
            add_hung(card.body, radio)
            card.body.addWidget(below)
            self.group.addButton(radio)
            self.choices[outcome] = radio
        self._missing = PlainLabel(_("Choose one."), "second", tone="red")
        card.body.addWidget(self._missing)
        self._missing.hide()
        self.body.addWidget(card)
        self.body.addWidget(PlainLabel(_("The debrief comes right after, or on a day you choose.")))
        self.body.addStretch(1)
        self.leave = Button(_("Not yet"), self.reject)
        self.leave.setObjectName("close.leave")
        self.close_case = PrimaryButton(_("Close the case"), self._close)
        self.close_case.setObjectName("close.go")
        self.add_buttons(self.leave, self.close_case)
        self.start = self.choices[Outcome.RESOLVED]
        self.read(work.seen, case_id, then=self._show)

    def _show(self, here: Seen) -> None:
        self.head.about.setText(work.about(here))

    def outcome(self) -> Outcome | None:
        return next((one for one, radio in self.choices.items() if radio.isChecked()), None)

    def _close(self) -> None:
        outcome = self.outcome()
        self._missing.setVisible(outcome is None)
        if outcome is None:
            self.focus(self.choices[Outcome.RESOLVED])
            self.fit_soon()
        elif self.case is not None:
            what = partial(_close, case=self.case, outcome=outcome)
            self.act(what, partial(self._closed, outcome))

    def _closed(self, outcome: Outcome, _changes: object) -> None:
        desk, case, window = self.desk, self.case, self.parentWidget()
        self.finish(outcome)
        there = window.findChildren(DebriefDialog) if window is not None else []
        if case is not None and not any(one.isVisible() for one in there):
            DebriefDialog(desk, case, window).open()


def _meaning(outcome: Outcome) -> str:
    match outcome:
        case Outcome.RESOLVED:
            return _("They are satisfied, or we did what can be done.")
        case Outcome.NO_ANSWER:
            return _("We answered and asked; nothing came back.")
        case Outcome.NO_REPLY_NEEDED:
            return _("Nothing had to be said in public.")
        case Outcome.WALKED_AWAY:
            return _("We said our last polite line and leave it there.")
        case _:
            assert_never(outcome)


def _close(home: Home, actor: Actor, case: CaseId, outcome: Outcome) -> ChangeSet:
    return debrief.close(home, actor, case, outcome)
