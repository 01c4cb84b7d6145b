"""Alone: mention and own words once more, read as somebody else would; before or after a night."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from calmreply.app.cases import second
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.frame import Columns, Dialog
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.kit.widgets import Card
from calmreply.ui.said import what_they_said

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.work import ToLook


class SelfReviewDialog(Dialog):
    """Nothing leaves by it. It is recorded as self-reviewed."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        title = _("Read your own words")
        super().__init__(desk, "self", title, parent, case=case_id, wide=920)
        self._view: ToLook | None = None
        self.mention, self.reply = PlainView(), PlainView()
        said, ours = Card(_("What they said"), fill=True), Card(_("Your reply"), fill=True)
        for card, view, name, words in (
            (said, self.mention, "self.mention", _("What they said")),
            (ours, self.reply, "self.reply", _("Your reply")),
        ):
            view.setObjectName(name)
            view.setAccessibleName(words)
            card.add(view)
            card.body.addStretch(1)
        self.body.addWidget(Columns([(said, 300, 1), (ours, 300, 1)]), 1)
        self.body.addWidget(
            PlainLabel(
                _(
                    "You are alone, so you take the second person's place: read it as they would. "
                    "Is it true and kind? Is there a promise you cannot keep, or anything private? "
                    "It counts twice: before a night, and after it. It is recorded as "
                    "self-reviewed, never as signed off."
                ),
                tone="soft",
            )
        )
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("self.leave")
        self.yes = PrimaryButton(_("I have read it as somebody else would"), self._go)
        self.yes.setObjectName("self.go")
        self.add_buttons(self.leave, self.yes)
        self.start = self.reply
        page = self.body.parentWidget()
        if page is not None:
            page.installEventFilter(self)
        self.read(work.to_look, case_id, then=self._show)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The texts know how high they are only once they are laid out; what is below moves on."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit_soon()
        return super().eventFilter(watched, event)

    def _show(self, view: ToLook) -> None:
        self._view = view
        here = view.here
        self.head.about.setText(work.about(here))
        self.mention.set_text(what_they_said(here.facts.mention), reveal=True)
        revision = here.facts.revision
        self.reply.set_text(revision.words.text if revision else "", reveal=True)
        self.yes.setEnabled(revision is not None)
        self.fit_soon()

    def _go(self) -> None:
        if self._view is not None and self.case is not None:
            deed = partial(_reviewed, case=self.case, shown=self._view.shown)
            self.act(deed, self._done)

    def _done(self, _result: object) -> None:
        self.finish()

    def say_error(self, error: KnownError) -> None:
        super().say_error(error)
        if error.code == "text_changed" and self.case is not None:
            self.read(work.to_look, self.case, then=self._show)


def _reviewed(home: Home, actor: Actor, *, case: CaseId, shown: str) -> ChangeSet:
    return second.self_review(home, actor, case, shown=shown)
