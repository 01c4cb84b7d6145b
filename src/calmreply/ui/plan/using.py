"""A wording of the plan for the reply that is being written: filled in as far as is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QWidget

from calmreply.app.planning import filled
from calmreply.app.words import wording_plan
from calmreply.domain import plan
from calmreply.domain.wordings import Stands
from calmreply.i18n import _
from calmreply.ui.dialogs.frame import Columns, Dialog, column
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton, Radio
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.kit.widgets import Card, SectionLabel, add_hung
from calmreply.ui.slots import slot_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calmreply.app.planning.filled import Filled
    from calmreply.domain.mention import CaseId
    from calmreply.ui.desk import Desk


class UseWordingDialog(Dialog):
    """`done` carries the text for the editor. `channel` and `private`: how the reply goes."""

    def __init__(
        self,
        desk: Desk,
        case_id: CaseId,
        parent: QWidget | None = None,
        *,
        channel: str = "hand",
        private: bool = False,
    ) -> None:
        super().__init__(desk, "use_wording", _("Use a wording"), parent, case=case_id, wide=860)
        self._found: dict[str, Filled] = {}
        self.group = QButtonGroup(self)
        self.radios: dict[str, Radio] = {}
        self.card = Card(_("As it would stand in your reply"))
        self.text = PlainView()
        self.text.setObjectName("use_wording.text")
        self.text.setAccessibleName(_("As it would stand in your reply"))
        self._left = PlainLabel("", "second", tone="amber")
        self._signed = PlainLabel("", "second")
        for part in (self.text, self._left, self._signed):
            self.card.add(part)
        self._none = PlainLabel(
            _("The plan has no wordings for a reply yet. Write some in calm times."), tone="soft"
        )
        self._to_plan = LinkButton(_("Open the response plan…"), self._open_plan)
        self._to_plan.setObjectName("use_wording.plan")
        self._side, self._choices = column(gap=7)
        self._choices.setContentsMargins(Radio.hang, 0, Radio.hang, 0)
        self._columns = Columns([(self._side, 300, 2), (self.card, 380, 3)])
        self.body.addWidget(self._none)
        self.body.addWidget(self._columns, 1)
        add_hung(self.body, self._to_plan)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("use_wording.leave")
        self.use = PrimaryButton(_("Put it into the reply"), self._use)
        self.use.setObjectName("use_wording.use")
        self.use.setEnabled(False)
        self.add_buttons(self.leave, self.use)
        self.start = self.leave
        self.group.buttonToggled.connect(self._on_choice)
        self._none.hide()
        self._columns.hide()
        actor = desk.actor
        me = actor.person.id if actor is not None else None
        desk.read(filled.for_case, case_id, me, channel=channel, private=private)(
            self._show, self.say_error
        )

    def _show(self, found: Sequence[Filled]) -> None:
        self._found = {one.id: one for one in found}
        self._none.setVisible(not found)
        self._columns.setVisible(bool(found))
        self.use.setEnabled(bool(found))
        fitting = [one for one in found if one.fits]
        others = [one for one in found if not one.fits]
        for title, some in ((_("For a reply like this"), fitting), (_("Others"), others)):
            if some:
                self._choices.addWidget(SectionLabel(title))
            for one in some:
                self._choices_add(one)
        self._choices.addStretch(1)
        if found:
            first = self.radios[found[0].id]
            first.setChecked(True)
            self.focus(first)
        self.fit_soon()

    def _choices_add(self, one: Filled) -> None:
        kinds = ", ".join(one.prepared.fits)
        radio = Radio(f"{one.prepared.title} ({kinds})" if kinds else one.prepared.title)
        radio.setObjectName(f"use_wording.{one.id}")
        self.group.addButton(radio)
        self.radios[one.id] = radio
        add_hung(self._choices, radio)

    def _chosen(self) -> Filled | None:
        button = self.group.checkedButton()
        return next((one for one in self._found.values() if self.radios[one.id] is button), None)

    def _on_choice(self, *_how: object) -> None:
        one = self._chosen()
        if one is None:
            return
        self.text.set_text(one.text)
        self.text.set_marks(slot_marks(one.text))
        left = dict.fromkeys(slot for _from, _to, slot in plan.unfilled(one.text))
        names = ", ".join(wording_plan.slot(slot) for slot in left)
        self._left.setText(_("Yours to fill in: {slots}.").format(slots=names) if left else "")
        self._left.setVisible(bool(left))
        unsigned = one.standing.stands is not Stands.SIGNED
        self._signed.setText(
            _("Nobody has signed this wording off. Your reply takes all its steps anyway.")
            if unsigned
            else ""
        )
        self._signed.setVisible(unsigned)
        self.fit_soon()

    def _open_plan(self) -> None:
        self.reject()
        self.desk.room_wanted.emit("plan")

    def _use(self) -> None:
        one = self._chosen()
        if one is not None:
            self.finish(one.text)
