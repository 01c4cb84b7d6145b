"""The second person looks at what is to come off the own page, and says yes or no."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from calmreply.app.cases import own_site
from calmreply.app.ports.changes import of_case
from calmreply.app.words import wording_own_site
from calmreply.domain import own_site as decided
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Card
from calmreply.ui.said import what_they_said

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from calmreply.app.cases.own_site import Moderating
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.domain.own_site import WishId
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.work import Seen


class AgreeDialog(Dialog):
    """`done` carries whether they agreed."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        title = _("Does it come off your page?")
        super().__init__(desk, "agree", title, parent, case=case_id)
        self._wish: WishId | None = None
        said = Card(_("What they said"))
        self.said = PlainLabel("")
        said.body.addWidget(self.said)
        wish = Card(_("What is asked"))
        self.asked = PlainLabel("")
        self.asked.setObjectName("agree.asked")
        self.because = PlainLabel("", "second")
        wish.body.addWidget(self.asked)
        wish.body.addWidget(self.because)
        self.reason = PlainEdit(min_lines=2)
        self.reason.setObjectName("agree.reason")
        self.row = FormRow(
            _("Why it stays"), self.reason, _("Only if you say no: one line that helps.")
        )
        rule = PlainLabel(wording_own_site.no_ground(), "second")
        for part in (said, wish, rule, self.row):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("agree.leave")
        self.no = Button(_("It stays"), self._refuse)
        self.no.setObjectName("agree.no")
        self.yes = PrimaryButton(_("I agree: take it off"), self._agree)
        self.yes.setObjectName("agree.go")
        self.add_buttons(self.leave, self.no, self.yes)
        self.start = self.leave
        self.to_blame = {"reason_missing": self.row}
        self.read(work.seen, case_id, then=self._show)

    def _show(self, here: Seen) -> None:
        self.head.about.setText(work.said_by(here))
        self.said.setText(what_they_said(here.facts.mention))
        wish = decided.wish(here.facts)
        self._wish = wish.wish if wish else None
        for button in (self.no, self.yes):
            button.setEnabled(wish is not None)
        if wish is None:
            self.asked.setText(_("Nobody asks for anything any more."))
        else:
            self.asked.setText(wording_own_site.asked(wish, here.name(wish.by)))
            self.because.setText(wording_own_site.because(wish))
        # The cards hear of their new words first, then the page they stand on.
        QTimer.singleShot(0, self, self.fit_soon)

    def _agree(self) -> None:
        if self.case is not None and self._wish is not None:
            deed = partial(_agree, case=self.case, wish=self._wish)
            self.act(deed, partial(self._done, True), on="net")

    def _refuse(self) -> None:
        self.row.set_error("")
        if self.case is not None and self._wish is not None:
            reason = self.reason.words()
            deed = partial(_refuse, case=self.case, wish=self._wish, reason=reason)
            self.act(deed, partial(self._done, False))

    def _done(self, agreed: bool, _result: object) -> None:
        self.finish(agreed)

    def say_error(self, error: KnownError) -> None:
        super().say_error(error)
        if self.case is not None and error.code not in self.to_blame:
            # That they agreed is kept, also where the site said no.
            self.desk.changed.emit(of_case(self.case))


def _agree(home: Home, actor: Actor, *, case: CaseId, wish: WishId) -> tuple[Moderating, ChangeSet]:
    return own_site.agree(home, actor, case, wish)


def _refuse(home: Home, actor: Actor, *, case: CaseId, wish: WishId, reason: str) -> ChangeSet:
    return own_site.refuse(home, actor, case, wish, reason)
