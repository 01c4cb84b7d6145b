"""It was answered without the app: what, where, when. A way out without blame."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from calmreply.app.cases import judge
from calmreply.app.listening import brought
from calmreply.domain.codec import rfc3339
from calmreply.i18n import _
from calmreply.ui.dialogs import moments, work
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


class OutsideDialog(Dialog):
    """`done` carries what was answered."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "outside", _("I already answered"), parent, case=case_id, wide=520)
        self._here: Seen | None = None
        self.text = PlainEdit(min_lines=4)
        self.link, self.when = QLineEdit(), moments.moment_field()
        self.link.setPlaceholderText("https://")
        for field, name in ((self.text, "text"), (self.link, "link"), (self.when, "when")):
            field.setObjectName(f"outside.{name}")
        self.text_row = FormRow(
            _("What you answered"), self.text, _("As it stands there, or in your own words.")
        )
        self.link_row = FormRow(_("Its link"), self.link, _("May stay empty."))
        self.body.addWidget(
            PlainLabel(_("That happens. Say what it was, and the case goes on to the follow-up."))
        )
        for row in (self.text_row, self.link_row, FormRow(_("When"), self.when)):
            self.body.addWidget(row)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("outside.leave")
        self.keep = PrimaryButton(_("Keep it with the case"), self._go)
        self.keep.setObjectName("outside.go")
        self.add_buttons(self.leave, self.keep)
        self.start = self.text
        self.to_blame = {"text_missing": self.text_row, "bad_address": self.link_row}
        self.read(work.seen, case_id, then=self._show)

    def words(self) -> Words:
        return {"text": self.text.words(), "link": self.link.text()}

    def put_back(self, words: Words) -> None:
        self.text.set_text(words.get("text", ""))
        self.link.setText(words.get("link", ""))

    def _show(self, here: Seen) -> None:
        self._here = here
        self.head.about.setText(work.about(here))
        moments.show_moment(self.when, here.wall, here.zone)
        self.when.setMaximumDateTime(self.when.dateTime())

    def _go(self) -> None:
        here = self._here
        if here is None:
            return
        self.text_row.set_error("")
        self.link_row.set_error("")
        when = moments.moment_of(self.when, here.zone)
        what = partial(
            _answered,
            case=here.facts.id,
            text=self.text.words(),
            url=self.link.text(),
            when=rfc3339(when),
        )
        self.act(what, partial(self._done, self.text.words().strip()))

    def _done(self, text: str, _changes: object) -> None:
        self.finish(text)


def _answered(
    home: Home, actor: Actor, case: CaseId, *, text: str, url: str, when: str
) -> ChangeSet:
    link = brought.page_address(url) or ""
    return judge.answered_outside(home, actor, case, text=text, url=link, when=when)
