"""The second look: mention and reply once more, side by side, and what is to become of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.sending import send
from calmreply.app.words import wording
from calmreply.domain.case import Choice
from calmreply.domain.mention import Visibility
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui import links
from calmreply.ui.deeds import Held
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.frame import Columns, Dialog
from calmreply.ui.earlier import EarlierLines, title
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton
from calmreply.ui.kit.checks import CheckLine
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.kit.widgets import Card, add_hung, empty
from calmreply.ui.said import what_they_said

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.work import ToLook


class LookDialog(Dialog):
    """`done` carries the `Choice`. Nothing leaves here: Send on the page does that."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "look", _("Read it once more"), parent, case=case_id, wide=920)
        self._view: ToLook | None = None
        self.mention, self.reply = PlainView(), PlainView()
        self._lay_out()
        self.nothing = Button(_("Do not reply"), partial(self._choose, Choice.NONE), look="stop")
        self.change = Button(_("Change"), partial(self._choose, Choice.CHANGE))
        self.send = PrimaryButton(_("I want to send it"), partial(self._choose, Choice.SEND))
        for button, name in (
            (self.nothing, "look.none"),
            (self.change, "look.change"),
            (self.send, "look.send"),
        ):
            button.setObjectName(name)
        self.add_buttons(self.nothing, self.change, self.send)
        self.start = self.mention
        desk.changed.connect(self._on_changed)
        self._read()

    def _lay_out(self) -> None:
        self._said, self._ours = Card(fill=True), Card(_("Your reply"), fill=True)
        for view, name, words in (
            (self.mention, "look.mention", _("What they said")),
            (self.reply, "look.reply", _("Your reply")),
        ):
            view.setObjectName(name)
            view.setAccessibleName(words)
        self.open_page = LinkButton(_("Open the page"), self._open_page)
        self.open_page.setObjectName("look.page")
        self.earlier = EarlierLines(self.say_error)
        self._said.add(self.earlier)
        self._said.add(self.mention)
        add_hung(self._said.body, self.open_page)
        self._said.body.addStretch(1)
        self._offer = PlainLabel("", "second")
        self._ours.add(self.reply)
        self._ours.body.addWidget(self._offer)
        self._ours.body.addStretch(1)
        self._early = Card(_("Before that"))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self._early.body.addLayout(self._lines)
        self.body.addWidget(Columns([(self._said, 300, 1), (self._ours, 300, 1)]), 1)
        self.body.addWidget(self._early)
        self._early.hide()
        self._question = PlainLabel("", tone="soft")
        self.body.addWidget(self._question)

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.case in changes.cases and not self._over:
            self._read()

    def _read(self) -> None:
        if self.case is not None:
            self.read(work.to_look, self.case, then=self._show)

    def _show(self, view: ToLook) -> None:
        self._view = view
        here = view.here
        self.head.about.setText(work.about(here))
        said = filter(None, (title(here.page.known), work.said_by(here)))
        self.earlier.show_known(here.page.known)
        self._said.set_title("  ·  ".join(said))
        self.mention.set_text(what_they_said(here.facts.mention), reveal=True)
        self.open_page.setVisible(bool(here.facts.mention.url))
        revision = here.facts.revision
        self.reply.set_text(revision.words.text if revision else "", reveal=True)
        offer = revision.words.offer if revision else None
        money = wording.money(offer.amount, offer.currency) if offer and offer.amount else ""
        words = ", ".join(filter(None, (offer.words if offer else "", money)))
        self._offer.setText(_("We offer: {what}").format(what=words) if words else "")
        self._offer.setVisible(bool(words))
        public = revision is None or revision.words.visibility is Visibility.PUBLIC
        asked = _("With a calm eye: is this what you want to say to them?")
        if public:
            asked = _("With a calm eye: is this what you want to say, with everybody reading?")
        self._question.setText(f"{asked} {_('Nothing leaves yet; Send on the page does that.')}")
        self._show_early(view.early)
        self.fit_soon()

    def _show_early(self, lines: tuple[str, ...]) -> None:
        empty(self._lines)
        for line in lines:
            self._lines.addWidget(CheckLine("wait", line))
        self._early.setVisible(bool(lines))
        self.send.setEnabled(not lines)
        self.send.setAccessibleDescription("; ".join(lines))

    def held(self, held: Held) -> None:
        """Time or somebody else got in between: what the gate says now stands in the card."""
        self._show_early(held.lines)
        self.fit_soon()

    def _open_page(self) -> None:
        url = self._view.here.facts.mention.url if self._view else None
        try:
            links.open_page(url or "")
        except KnownError as error:
            self.say_error(error)

    def _choose(self, choice: Choice) -> None:
        view = self._view
        if view is not None:
            case, shown = view.here.facts.id, view.shown
            then = partial(self._chosen, choice)
            self.act(partial(_look, case=case, choice=choice, shown=shown), then)

    def _chosen(self, choice: Choice, _changes: object) -> None:
        self.finish(choice)

    def say_error(self, error: KnownError) -> None:
        super().say_error(error)
        if error.code == "text_changed":
            self._read()


def _look(home: Home, actor: Actor, case: CaseId, choice: Choice, shown: str) -> ChangeSet:
    return send.look(home, actor, case, choice, shown=shown)
