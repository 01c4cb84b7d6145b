"""A second person agrees: what looks private is not, or this is not a complaint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QWidget

from calmreply.app.cases import second
from calmreply.app.persons import people
from calmreply.app.words import wording_second
from calmreply.app.words.wording_private import private_kind
from calmreply.domain import agreements, calm
from calmreply.domain.people import Person
from calmreply.domain.policy import Kind
from calmreply.domain.private import PrivateKind
from calmreply.domain.said import Agreement
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.dialogs.work import Seen
from calmreply.ui.kit.buttons import Button, Choice, PrimaryButton, Radio
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, add_hung
from calmreply.ui.said import what_they_said

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk

OF_PASSPHRASE = ("wrong_passphrase", "key_missing", "damaged_key")


@dataclass(frozen=True, slots=True)
class ToAgree:
    """`able`: who could agree to each; what is missing there is not to be agreed to.

    `found`: what looks private.
    """

    here: Seen
    able: dict[Agreement, tuple[Person, ...]]
    found: tuple[tuple[PrivateKind, str], ...]


def to_agree(home: Home, case: CaseId) -> ToAgree:
    """Raises KnownError `no_such_case`."""
    here = work.seen(home, case)
    known = here.page.known
    found = second.found_private(known)
    judged = known.facts.judged
    looser = judged is not None and judged.kind is not Kind.COMPLAINT
    wanted = [Agreement.NOT_PRIVATE] if found else []
    if looser and calm.complains(known.facts, known.rules):
        wanted.append(Agreement.NOT_COMPLAINT)
    able = {
        what: tuple(
            one
            for one in known.facts.people
            if agreements.unfit(known.facts, one.id, what, known.now) is None
        )
        for what in wanted
    }
    return ToAgree(here, able, found)


class SecondDialog(Dialog):
    """`done` carries the `Agreement`."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "second", _("A second person agrees"), parent, case=case_id)
        self._view: ToAgree | None = None
        said = Card(_("What they said"))
        self.said = PlainLabel("")
        said.body.addWidget(self.said)
        self.nothing = PlainLabel(_("There is nothing here that a second person could agree to."))
        self.nothing.setObjectName("second.nothing")
        self.what = Card(_("What do you agree to?"))
        self.what.body.setSpacing(2)
        self._group = QButtonGroup(self)
        self.choices: dict[Agreement, Radio] = {}
        for one in Agreement:
            radio = Radio(wording_second.agreement(one))
            radio.setObjectName(f"second.{one.value}")
            add_hung(self.what.body, radio)
            self._group.addButton(radio)
            self.choices[one] = radio
        self.private = PlainLabel("", "second")
        self.what.body.addWidget(self.private)
        self.who = Choice()
        self.who.setObjectName("second.who")
        self.who_row = FormRow(
            _("Who agrees"), self.who, _("Somebody who has no part in it: neither wrote nor felt.")
        )
        self.passphrase = PassphraseField()
        self.passphrase.setObjectName("second.passphrase")
        self.passphrase_row = FormRow(_("Their passphrase"), self.passphrase)
        for part in (said, self.nothing, self.what, self.who_row, self.passphrase_row):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("second.leave")
        self.yes = PrimaryButton(_("I agree"), self._agree)
        self.yes.setObjectName("second.go")
        self.add_buttons(self.leave, self.yes)
        self.start = self.leave
        self._group.buttonToggled.connect(self._on_chosen)
        self.read(to_agree, case_id, then=self._show)

    @property
    def chosen(self) -> Agreement | None:
        return next((one for one, radio in self.choices.items() if radio.isChecked()), None)

    def _show(self, view: ToAgree) -> None:
        self._view = view
        self.head.about.setText(work.about(view.here))
        self.said.setText(what_they_said(view.here.facts.mention))
        for one, radio in self.choices.items():
            radio.setVisible(one in view.able)
        found = ", ".join(f"{private_kind(kind)} {text}" for kind, text in view.found)
        self.private.setText(_("It looks private: {words}").format(words=found) if found else "")
        self.private.setVisible(bool(found))
        for part in (self.what, self.who_row, self.passphrase_row):
            part.setVisible(bool(view.able))
        self.nothing.setVisible(not view.able)
        if view.able and self.chosen is None:
            self.choices[next(iter(view.able))].setChecked(True)
        self._on_chosen()

    def _on_chosen(self, *_which: object) -> None:
        view, what = self._view, self.chosen
        able = view.able.get(what, ()) if view and what else ()
        self.who.clear()
        for one in able:
            self.who.addItem(one.name, str(one.id))
        nobody = _("Nobody here could be the second person for this.")
        self.who_row.set_error(nobody if what and not able else "")
        self.yes.setEnabled(bool(able))
        self.fit_soon()

    def _agree(self) -> None:
        what = self.chosen
        self.passphrase_row.set_error("")
        if self.case is None or what is None or not self.who.key():
            return
        if self.passphrase.is_empty():
            self.passphrase_row.set_error(_("Whoever agrees types the passphrase here."))
            self.focus(self.passphrase)
            self.fit_soon()
            return
        deed = partial(
            _agree_as,
            case=self.case,
            who=self.who.key(),
            passphrase=self.passphrase.take(),
            what=what,
        )
        self.run(deed, partial(self._done, what), on="net", words=_("Signing…"))

    def _done(self, what: Agreement, _result: object) -> None:
        self.finish(what)

    def say_error(self, error: KnownError) -> None:
        if error.code in OF_PASSPHRASE:
            self.passphrase_row.set_error(f"{error.words} {error.way_out}")
            self.focus(self.passphrase)
            self.fit_soon()
        else:
            super().say_error(error)


def _agree_as(home: Home, *, case: CaseId, who: str, passphrase: str, what: Agreement) -> ChangeSet:
    """Their key is unlocked for this alone."""
    return second.agree(home, people.unlock(home, who, passphrase), case, what)
