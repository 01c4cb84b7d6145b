"""Off the page of the own site, or reported to another one: on a stated ground."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QWidget

from calmreply.app.cases import own_site
from calmreply.app.ports.changes import of_case
from calmreply.app.words import wording_own_site
from calmreply.domain import own_site as decided
from calmreply.domain.own_site import Ground, Moderation
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.kit.buttons import Button, PrimaryButton, Radio
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Card, add_hung

if TYPE_CHECKING:
    from calmreply.app.cases.own_site import Moderating
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.work import Seen

OFF = (Moderation.HOLD, Moderation.SPAM, Moderation.TRASH)


class GroundCard(Card):
    """The grounds there are; that it is negative is none."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(_("On what ground?"), parent=parent)
        self.body.setSpacing(2)
        self.group = QButtonGroup(self)
        self.choices: dict[Ground, Radio] = {}
        for ground in Ground:
            radio = Radio(wording_own_site.ground(ground))
            radio.setObjectName(f"{name}.ground.{ground.value}")
            add_hung(self.body, radio)
            self.group.addButton(radio)
            self.choices[ground] = radio
        self.body.addWidget(PlainLabel(wording_own_site.no_ground(), "second"))
        self._missing = PlainLabel("", "second", tone="red")
        self._missing.hide()
        self.body.addWidget(self._missing)

    @property
    def chosen(self) -> Ground | None:
        return next((one for one, radio in self.choices.items() if radio.isChecked()), None)

    @property
    def first(self) -> Radio:
        return next(iter(self.choices.values()))

    def set_error(self, words: str) -> None:
        self._missing.setText(words)
        self._missing.setVisible(bool(words))

    def put_back(self, ground: str) -> None:
        for one, radio in self.choices.items():
            radio.setChecked(one.value == ground)


class _OnGround(Dialog):
    """What both have: the ground, and what it rests on."""

    ground: GroundCard
    row: FormRow

    def say_error(self, error: KnownError) -> None:
        if error.code == "ground_missing":
            self.ground.set_error(f"{error.words} {error.way_out}")
            self.focus(self.ground.first)
            self.fit_soon()
            return
        super().say_error(error)
        if self.case is not None and error.code not in self.to_blame:
            # What was asked for is kept, also where the site said no.
            self.desk.changed.emit(of_case(self.case))

    def clear_errors(self) -> None:
        self.ground.set_error("")
        self.row.set_error("")


class HideDialog(_OnGround):
    """`done` carries what became of it, a `Moderating`."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "hide", _("Take it off your page"), parent, case=case_id)
        self.group = QButtonGroup(self)
        self.choices: dict[Moderation, Radio] = {}
        card = Card(_("What is to be done on your site?"))
        card.body.setSpacing(2)
        for what in OFF:
            radio = Radio(wording_own_site.what(what))
            radio.setObjectName(f"hide.{what.value}")
            add_hung(card.body, radio)
            self.group.addButton(radio)
            self.choices[what] = radio
        self.choices[Moderation.HOLD].setChecked(True)
        self.ground = GroundCard("hide")
        self.evidence = PlainEdit(min_lines=2)
        self.evidence.setObjectName("hide.evidence")
        self.row = FormRow(
            _("What does that rest on?"),
            self.evidence,
            _("The very words, whose data it is, or how you know. It is kept with the case."),
        )
        self._second = PlainLabel("", "text", tone="amber")
        self._second.setObjectName("hide.second")
        self._second.hide()
        for part in (self._second, card, self.ground, self.row):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("hide.leave")
        self.hide_it = PrimaryButton(_("Take it off the page"), self._go)
        self.hide_it.setObjectName("hide.go")
        self.add_buttons(self.leave, self.hide_it)
        self.start = self.choices[Moderation.HOLD]
        self.to_blame = {"evidence_missing": self.row}
        self.read(work.seen, case_id, then=self._show)

    def words(self) -> Words:
        ground = self.ground.chosen
        return {"evidence": self.evidence.words(), "ground": ground.value if ground else ""}

    def put_back(self, words: Words) -> None:
        self.evidence.set_text(words.get("evidence", ""))
        self.ground.put_back(words.get("ground", ""))

    def _show(self, here: Seen) -> None:
        self.head.about.setText(work.about(here))
        known = here.page.known
        if decided.needs_second(known.facts, known.rules, Moderation.HOLD):
            self._second.setText(
                _("This counts as a complaint. It comes off only if a second person agrees.")
            )
            self._second.show()
            self.hide_it.setText(_("Ask a second person"))
            self.fit_soon()

    def _go(self) -> None:
        what = next(one for one, radio in self.choices.items() if radio.isChecked())
        self.clear_errors()
        if self.case is not None:
            deed = partial(
                _moderate,
                case=self.case,
                what=what,
                ground=self.ground.chosen,
                evidence=self.evidence.words(),
            )
            self.act(deed, self._done, on="net")

    def _done(self, result: tuple[Moderating, ChangeSet]) -> None:
        self.finish(result[0])


class ReportDialog(_OnGround):
    """`done` carries the ground. Nothing is sent: a person has done it, on the site's own page."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "report", _("Reported to its site"), parent, case=case_id)
        how = _("Report it on the page where it stands. What you told the site is kept here.")
        self.body.addWidget(PlainLabel(how))
        self.ground = GroundCard("report")
        self.text, self.link = PlainEdit(min_lines=3), QLineEdit()
        self.link.setPlaceholderText("https://")
        self.text.setObjectName("report.text")
        self.link.setObjectName("report.link")
        self.row = FormRow(_("What you told the site"), self.text)
        self.link_row = FormRow(_("Where the site confirms it"), self.link, _("May stay empty."))
        for part in (self.ground, self.row, self.link_row):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("report.leave")
        self.keep = PrimaryButton(_("Keep it with the case"), self._go)
        self.keep.setObjectName("report.go")
        self.add_buttons(self.leave, self.keep)
        self.start = self.ground.first
        self.to_blame = {"evidence_missing": self.row, "bad_address": self.link_row}
        self.read(work.seen, case_id, then=self._show)

    def words(self) -> Words:
        ground = self.ground.chosen
        typed = {"text": self.text.words(), "link": self.link.text()}
        return {**typed, "ground": ground.value if ground else ""}

    def put_back(self, words: Words) -> None:
        self.text.set_text(words.get("text", ""))
        self.link.setText(words.get("link", ""))
        self.ground.put_back(words.get("ground", ""))

    def _show(self, here: Seen) -> None:
        self.head.about.setText(work.about(here))

    def _go(self) -> None:
        self.clear_errors()
        self.link_row.set_error("")
        ground = self.ground.chosen
        if self.case is not None:
            deed = partial(
                _report,
                case=self.case,
                ground=ground,
                text=self.text.words(),
                link=self.link.text(),
            )
            self.act(deed, partial(self._done, ground))

    def _done(self, ground: Ground | None, _changes: object) -> None:
        self.finish(ground)


def _moderate(
    home: Home,
    actor: Actor,
    *,
    case: CaseId,
    what: Moderation,
    ground: Ground | None,
    evidence: str,
) -> tuple[Moderating, ChangeSet]:
    return own_site.moderate(home, actor, case, what, ground=ground, evidence=evidence)


def _report(
    home: Home, actor: Actor, *, case: CaseId, ground: Ground | None, text: str, link: str
) -> ChangeSet:
    return own_site.report(home, actor, case, ground=ground, text=text, link=link)
