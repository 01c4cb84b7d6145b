"""Somebody who did not write a wording signs it off, at this computer, with their own key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from calmreply.app.persons import people
from calmreply.app.planning import wordings
from calmreply.app.words import wording_plan
from calmreply.domain.wordings import Obstacle
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.kit.buttons import Button, Choice, PrimaryButton
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.kit.widgets import Card
from calmreply.ui.slots import slot_marks

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.app.planning.wordings import PlanLine, ResponsePlan
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.wordings import WordingId
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk


class SignWordingDialog(Dialog):
    """`done` carries the wording's id."""

    def __init__(self, desk: Desk, wording: WordingId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "sign_wording", _("Sign off a wording"), parent, wide=640)
        self._wording = wording
        self._line: PlanLine | None = None
        self.card = Card(" ")
        self.text = PlainView()
        self.text.setObjectName("sign_wording.text")
        self.text.setAccessibleName(_("The wording"))
        self.card.add(self.text)
        self._about = PlainLabel("", "second")
        self._asks = PlainLabel(
            _(
                "Read it as an angry customer would. Is it true, kind, and nothing that you "
                "cannot keep? Your sign-off holds for these words for 12 months."
            )
        )
        self.who = Choice()
        self.who.setObjectName("sign_wording.who")
        self.passphrase = PassphraseField()
        self.passphrase.setObjectName("sign_wording.passphrase")
        self.who_row = FormRow(_("Who signs"), self.who)
        self.row = FormRow(_("Passphrase"), self.passphrase)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("sign_wording.leave")
        self.sign = PrimaryButton(_("Sign off"), self._sign)
        self.sign.setObjectName("sign_wording.sign")
        for part in (self.card, self._about, self._asks, self.who_row, self.row):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.add_buttons(self.leave, self.sign)
        self.start = self.text
        self.sign.setEnabled(False)
        self.who.currentIndexChanged.connect(self._on_who)
        self._read()

    def _read(self) -> None:
        self.read(wordings.everything, then=self._show)

    def _show(self, plan: ResponsePlan) -> None:
        line = next((one for one in plan.lines if one.id == self._wording), None)
        if line is None:
            self.reject()
            return
        self._line = line
        found, now = line.prepared, line.planned.now
        self.head.about.setText(found.title)
        self.head.right.setText(wording_plan.use(found.use))
        self.card.set_title(found.title)
        self.text.set_text(found.text, reveal=True)
        self.text.set_marks(slot_marks(found.text))
        day = dates.day(plan.now.wall_of(now.at), plan.zone)
        wrote = _("{name} wrote it on {day}.").format(name=plan.name(now.by), day=day)
        kinds = _("For: {kinds}").format(kinds=", ".join(found.fits)) if found.fits else ""
        self._about.setText("  ".join(filter(None, (wrote, kinds))))
        self._show_signers(line)
        self.fit_soon()

    def _show_signers(self, line: PlanLine) -> None:
        may = [person for person, why in line.signers if why is None]
        chosen = self.who.key()
        self.who.clear()
        for person in may:
            self.who.addItem(person.name, str(person.id))
        if chosen:
            self.who.choose(chosen)
        for row in (self.who_row, self.row):
            row.setVisible(bool(may))
        self.sign.setEnabled(bool(may))
        if not may:
            why = [
                wording_plan.obstacle(one, person.name)
                for person, one in line.signers
                if one is not None
            ]
            night = any(one is Obstacle.NIGHT_FIRST for _person, one in line.signers)
            way = _("It can be signed after 8 hours and a night.")
            words = _("Nobody can sign it now.")
            more = " ".join([*why, way] if night else why)
            self.notice.say(words, more, tone="amber")

    def _on_who(self, *_how: object) -> None:
        words = _("Sign with your passphrase, {name}").format(name=self.who.currentText())
        self.row.set_label(words)

    def _sign(self) -> None:
        line = self._line
        if line is None:
            return
        self.row.set_error("")
        if self.passphrase.is_empty():
            words = _("{name} types the passphrase here.").format(name=self.who.currentText())
            self._wrong(words)
            return
        self.run(
            partial(
                _sign_as,
                who=self.who.key(),
                passphrase=self.passphrase.take(),
                wording=str(line.id),
                shown=str(line.planned.now.revision),
            ),
            self._signed,
            on="net",
            words=_("Signing…"),
        )

    def _signed(self, _changes: object) -> None:
        self.finish(self._wording)

    def _wrong(self, words: str) -> None:
        self.row.set_error(words)
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit_soon()

    def say_error(self, error: KnownError) -> None:
        if error.code in ("wrong_passphrase", "key_missing", "damaged_key"):
            self._wrong(f"{error.words} {error.way_out}")
            return
        super().say_error(error)
        if error.code == "text_changed":
            self._read()


def _sign_as(home: Home, *, who: str, passphrase: str, wording: str, shown: str) -> ChangeSet:
    """Their key is unlocked for this alone."""
    return wordings.sign(home, people.unlock(home, who, passphrase), wording, shown=shown)
