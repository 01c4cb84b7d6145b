"""The holding reply: a first word at once, from wordings that were signed off in calm times."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QVBoxLayout, QWidget

from calmreply.app.planning import similar
from calmreply.app.sending import prepare
from calmreply.app.words import wording_plan
from calmreply.domain.codec import rfc3339
from calmreply.domain.outbox import EntryId, State
from calmreply.domain.plan import TIME_WITHIN, Slot, Wording
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui import dates, links
from calmreply.ui.deeds import Held
from calmreply.ui.dialogs import holds, moments, work
from calmreply.ui.dialogs.frame import Columns, Dialog, column
from calmreply.ui.kit.buttons import Button, Choice, LinkButton, PrimaryButton, Radio, Tick
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.kit.widgets import Card, add_hung
from calmreply.ui.said import what_they_said

if TYPE_CHECKING:
    from calmreply.app.planning.similar import SentAlike
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.sending.prepare import HoldingReply
    from calmreply.app.sending.send import SendReport
    from calmreply.domain.mention import CaseId
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.holds import ToHold


class HoldingDialog(Dialog):
    """`done` carries the `SendReport`. By hand, the dialog waits for "Posted" meanwhile."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "holding", _("Holding reply"), parent, case=case_id, wide=900)
        self._view: ToHold | None = None
        self._asked = 0
        self._entry: EntryId | None = None
        self._text = ""
        self.head.right.setText(_("Goes at once, once for each place"))
        self.mention, self.reply = PlainView(max_lines=8), PlainView()
        self._make_slots()
        self._make_posting()
        self._lay_out()
        self.leave = Button(_("Not now"), self.reject)
        self.not_posted = Button(_("Not posted"), self._on_not_posted)
        self.posted = PrimaryButton(_("Posted"), self._on_posted)
        self.send = PrimaryButton(_("Send the holding reply"), self._send)
        for button, name in (
            (self.leave, "leave"),
            (self.not_posted, "not_posted"),
            (self.posted, "posted"),
            (self.send, "send"),
        ):
            button.setObjectName(f"holding.{name}")
        self.add_buttons(self.leave, self.not_posted, self.posted, self.send)
        self._show_posting(on=False)
        self.start = self.wordings[prepare.own_wordings()[0].id]
        self.read(holds.to_hold, case_id, then=self._show)

    def _make_slots(self) -> None:
        self.group = QButtonGroup(self)
        self.wordings: dict[str, Radio] = {}
        for wording in prepare.own_wordings():
            self._add_wording(wording)
        next(iter(self.wordings.values())).setChecked(True)
        self.greet = Tick("")
        self.greet.setObjectName("holding.name")
        self.greet.setChecked(True)
        self.contact = Choice()
        self.contact.setObjectName("holding.contact")
        self.time = moments.moment_field()
        self.time.setObjectName("holding.time")
        self.contact_row = FormRow(_("Whom they can reach"), self.contact)
        self.time_row = FormRow(
            _("By when will they hear from you?"), self.time, _("A time that you will surely keep.")
        )
        self.add_contact = LinkButton(_("Add a contact in Settings…"), self._to_settings)
        self.add_contact.setObjectName("holding.add_contact")
        self.plan = LinkButton(_("Have them signed off in the plan…"), self._to_plan)
        self.plan.setObjectName("holding.plan")
        self.plan.hide()
        self.group.buttonToggled.connect(self._on_slot)
        self.greet.toggled.connect(self._on_slot)
        self.contact.currentIndexChanged.connect(self._on_slot)
        self.time.dateTimeChanged.connect(self._on_slot)

    def _add_wording(self, wording: Wording) -> Radio:
        radio = Radio(wording.title)
        radio.setObjectName(f"holding.wording.{wording.id}")
        self.group.addButton(radio)
        self.wordings[wording.id] = radio
        return radio

    def _make_posting(self) -> None:
        self.link, self.note = QLineEdit(), QLineEdit()
        self.link.setObjectName("holding.link")
        self.link.setPlaceholderText("https://")
        self.note.setObjectName("holding.note")
        self.link_row = FormRow(_("Its link, once it stands there"), self.link)
        self.note_row = FormRow(
            _("Or who told them, and when"),
            self.note,
            _("For a call, a letter, or at the counter."),
        )
        self.copy = LinkButton(_("Copy it again"), self._copy)
        self.copy.setObjectName("holding.copy")

    def _lay_out(self) -> None:
        left, left_side = column()
        self._said, self._ours = Card(), Card(_("Exactly what will be posted under it"))
        for view, name in ((self.mention, "holding.mention"), (self.reply, "holding.text")):
            view.setObjectName(name)
        self.mention.setAccessibleName(_("What they said"))
        self.reply.setAccessibleName(_("Exactly what will be posted"))
        self._said.add(self.mention)
        self._alike = PlainLabel("", "second")
        self._alike.setObjectName("holding.alike")
        self._alike.hide()
        for part in (self.reply, self._alike):
            self._ours.add(part)
        left_side.addWidget(self._said)
        left_side.addWidget(self._ours)
        left_side.addStretch(1)
        self._slots, self._posting = Card(_("Wording")), Card(_("Is it there?"))
        self._radios = QVBoxLayout()
        self._radios.setSpacing(6)
        self._slots.body.addLayout(self._radios)
        for radio in self.wordings.values():
            add_hung(self._radios, radio)
        for link in (self.plan, self.add_contact):
            add_hung(self._slots.body, link)
        add_hung(self._slots.body, self.greet)
        for row in (self.contact_row, self.time_row):
            self._slots.body.addSpacing(4)
            self._slots.body.addWidget(row)
        self._posting.body.addWidget(
            PlainLabel(_("It is copied. Paste it on the page, then say so here."))
        )
        for row in (self.link_row, self.note_row):
            self._posting.body.addWidget(row)
        add_hung(self._posting.body, self.copy)
        right, right_side = column()
        right_side.addWidget(self._slots)
        right_side.addWidget(self._posting)
        right_side.addStretch(1)
        self.body.addWidget(Columns([(left, 360, 3), (right, 270, 2)]), 1)

    # what is shown

    def _show(self, view: ToHold) -> None:
        self._view = view
        here = view.here
        self.head.about.setText(work.about(here))
        said = filter(None, (_("What they said"), work.said_by(here)))
        self._said.set_title("  ·  ".join(said))
        self.mention.set_text(what_they_said(here.facts.mention), reveal=True)
        self.greet.setVisible(bool(view.name))
        self.greet.setText(_("Greet them as {name}").format(name=view.name))
        self.greet.setAccessibleName(_("Greet them as {name}").format(name=view.name))
        for listed in view.contacts:
            self.contact.addItem(listed, listed)
        self._show_wordings(view)
        self.add_contact.setVisible(not view.contacts)
        soon = prepare.time_given(here.page.known.rules, here.wall)
        moments.show_moment(self.time, here.wall + TIME_WITHIN - timedelta(minutes=1), here.zone)
        self.time.setMaximumDateTime(self.time.dateTime())
        moments.show_moment(self.time, here.wall, here.zone)
        self.time.setMinimumDateTime(self.time.dateTime())
        moments.show_moment(self.time, soon, here.zone)
        if view.by_hand:
            words = _("Copy and open the page") if view.target else _("Copy it")
            self.send.setText(words)
        self._ours.set_title(
            _("Exactly what will be posted under it") if view.by_hand else _("Exactly what will go")
        )
        if view.held:
            self.held(Held(view.held))
            self.send.setEnabled(False)
        self._on_slot()

    def _show_wordings(self, view: ToHold) -> None:
        """The program's own, and those of the plan; what is not signed off stands there greyed."""
        for one in view.wordings:
            wording = one.wording
            radio = self.wordings.get(wording.id)
            if radio is None:
                radio = self._add_wording(wording)
                add_hung(self._radios, radio)
            if one.standing is not None and not one.usable:
                words = wording_plan.standing(one.standing, view.here.zone, dates.day)
                radio.setText(f"{wording.title} ({words})")
            needs = Slot.CONTACT in wording.slots and not view.contacts
            radio.setEnabled(one.usable and not needs)
            radio.setAccessibleName(radio.text())
        self.plan.setVisible(not all(one.usable for one in view.wordings))

    def _wording(self) -> Wording:
        chosen = self.group.checkedButton()
        there = [one.wording for one in self._view.wordings] if self._view else []
        known = (one for one in (*there, *prepare.own_wordings()))
        return next(one for one in known if self.wordings[one.id] is chosen)

    def values(self) -> dict[str, str]:
        """The slots of the chosen wording."""
        slots, view = self._wording().slots, self._view
        found: dict[str, str] = {}
        if view is None:
            return found
        if Slot.TIME in slots:
            found["time"] = rfc3339(moments.moment_of(self.time, view.here.zone))
        if Slot.CONTACT in slots and self.contact.key():
            found["contact"] = self.contact.key()
        if Slot.NAME in slots and not self.greet.isChecked():
            found["name"] = ""
        return found

    def _on_slot(self, *_how: object) -> None:
        """Read the text afresh; only the answer to the newest question is shown."""
        if self._view is None:
            return
        self.contact_row.setVisible(Slot.CONTACT in self._wording().slots)
        self._asked += 1
        self.desk.read(
            prepare.holding_text, self._view.here.facts.id, self._wording().id, self.values()
        )(partial(self._preview, self._asked), self.say_error)

    def _preview(self, asked: int, filled: HoldingReply) -> None:
        if asked == self._asked:
            self.time_row.set_error("")
            self.reply.set_text(filled.text, reveal=True)
            self.fit_soon()
            if self.case is not None:
                compare = self.desk.read(similar.used_lately, self.case, filled.text)
                compare(partial(self._compared, asked), lambda _error: None)

    def _compared(self, asked: int, found: SentAlike | None) -> None:
        """Much the same went to somebody else there: a hint, and no more."""
        if asked == self._asked and self._view is not None:
            self._alike.setHidden(found is None)
            if found is not None:
                day = dates.day(found.at, self._view.here.zone)
                self._alike.setText(
                    wording_plan.sent_alike(found.author, day, holding=found.holding)
                )
            self.fit_soon()

    def _to_settings(self) -> None:
        self.reject()
        self.desk.room_wanted.emit("settings:contacts")

    def _to_plan(self) -> None:
        self.reject()
        self.desk.room_wanted.emit("plan")

    # what is done

    def _send(self) -> None:
        view = self._view
        if view is not None:
            case, wording = view.here.facts.id, self._wording().id
            what = partial(holds.hold, case=case, wording_id=wording, values=self.values())
            self.act(what, self._sent, on="net", words=_("Sending…"))

    def _sent(self, sent: tuple[SendReport, ChangeSet]) -> None:
        report, _changes = sent
        if report.state is not State.IN_FLIGHT or not report.text:
            self.finish(report)
            return
        self._entry, self._text = report.entry, report.text
        self.reply.set_text(report.text, reveal=True)
        self._copy()
        self._show_posting(on=True)
        self.focus(self.link)
        self.fit_soon()
        if report.url:
            try:
                links.open_page(report.url)
            except KnownError as error:
                self.say_error(error)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)

    def _show_posting(self, *, on: bool) -> None:
        self._slots.setVisible(not on)
        self._posting.setVisible(on)
        self.send.setVisible(not on)
        for button in (self.posted, self.not_posted):
            button.setVisible(on)
        self.leave.setText(_("Later") if on else _("Not now"))
        self.go = self.posted if on else self.send
        self.go.setDefault(True)

    def _on_posted(self) -> None:
        self.link_row.set_error("")
        if self._entry is not None and self.case is not None:
            url, note = self.link.text(), self.note.text()
            what = partial(holds.say_posted, case=self.case, entry=self._entry, url=url, note=note)
            self.act(what, self._settled)

    def _on_not_posted(self) -> None:
        if self._entry is not None and self.case is not None:
            self.act(
                partial(holds.say_not_posted, case=self.case, entry=self._entry), self._settled
            )

    def _settled(self, told: tuple[SendReport, ChangeSet]) -> None:
        report, _changes = told
        self.finish(report)

    def say_error(self, error: KnownError) -> None:
        words = f"{error.words} {error.way_out}"
        if error.code == "bad_address":
            self.link_row.set_error(words)
            self.focus(self.link)
        elif error.code == "bad_slot" and self._entry is None:
            self.time_row.set_error(words)
        else:
            super().say_error(error)
        self.fit_soon()
