"""The room "Response plan"."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from calmreply.app.planning import plan_files, wordings
from calmreply.app.sending import prepare
from calmreply.domain.wordings import Use
from calmreply.i18n import _
from calmreply.ui.deeds import Deeds
from calmreply.ui.dialogs.frame import Columns
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, Notice, PageHead, Scroll, add_hung
from calmreply.ui.plan.editor import WordingDialog
from calmreply.ui.plan.rows import ContactsCard, GroupCard, Links, OffersCard
from calmreply.ui.plan.signing import SignWordingDialog
from calmreply.ui.plan.taking import ExampleDialog, TakeDialog

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from calmreply.app.home import Actor, Home
    from calmreply.app.planning.wordings import PlanLine, ResponsePlan
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.wordings import WordingId
    from calmreply.ui.desk import Desk

EXAMPLE = "example"
"""What to go to in this room (`plan:example`): the choice of an example plan."""


class PlanPage(QWidget):
    """A room of the window (see `ui.rooms`)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plan")
        self.setAccessibleName(_("Response plan"))
        self._desk = desk
        self.notice = Notice()
        self.notice.setObjectName("plan.notice")
        self.deeds = Deeds(desk, self)
        self.deeds.failed.connect(self.notice.say_error)
        self.groups = [GroupCard(use) for use in Use]
        self.contacts = ContactsCard(partial(desk.room_wanted.emit, "settings:contacts"))
        self.offers = OffersCard(partial(desk.room_wanted.emit, "people"))
        self._lay_out()
        desk.changed.connect(self._on_changed)
        self._read()

    def _lay_out(self) -> None:
        head = PageHead(_("Response plan"))
        self.add = PrimaryButton(_("New wording…"), self._add)
        self.add.setObjectName("plan.add")
        head.add_right(self.add)
        self.page = Scroll()
        self.page.body.setContentsMargins(22, 18, 22, 22)
        why = PlainLabel(
            _(
                "Written in calm times, so that the first word is there when somebody is angry. "
                "Each wording is signed off by somebody who did not write it; that holds for 12 "
                "months, and for these words only."
            ),
            "second",
        )
        self.begin = self._make_begin()
        for part in (why, self._make_deeds(), self.notice, self.begin, *self.groups):
            add_hung(self.page.body, part)
        sides = [(self.contacts, 240, 1), (self.offers, 240, 1)]
        self.page.body.addWidget(Columns(sides, gap=14))
        for card in self.groups:
            card.hide()
        self.begin.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.page, 1)

    def _make_deeds(self) -> QWidget:
        holder = Links()
        line = FlowLayout(holder, gap=14, line_gap=2)
        for name, words, do in (
            ("example", _("Start from an example plan…"), self._choose_example),
            ("import", _("Take in a text…"), self._choose_file),
            ("export", _("Write it to a text…"), self._choose_target),
        ):
            link = LinkButton(words, do)
            link.setObjectName(f"plan.{name}")
            line.addWidget(link)
        return holder

    def _make_begin(self) -> Card:
        """While there is nothing of one's own yet."""
        card = Card(_("Begin with somebody else's words"))
        card.add(
            PlainLabel(
                _(
                    "There are example plans for shops, trades, restaurants, online shops and "
                    "practices. Take one, and change it until it sounds like you."
                )
            )
        )
        button = Button(_("Start from an example plan…"), self._choose_example)
        button.setObjectName("plan.begin")
        line = FlowLayout(gap=8, line_gap=4)
        line.addWidget(button)
        card.body.addLayout(line)
        return card

    # what is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def show_part(self, what: str) -> bool:
        """`example` opens the choice of an example plan; by no name, the first deed."""
        if what == EXAMPLE:
            self._choose_example()
        elif not what:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        return what in ("", EXAMPLE)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.plan or changes.people or changes.rules:
            self._read()

    def _read(self) -> None:
        self._desk.read(wordings.everything)(self._show, self.notice.say_error)

    def _show(self, plan: ResponsePlan) -> None:
        focused = self.focusWidget()
        before = focused.objectName() if focused is not None else ""
        for card in self.groups:
            own = prepare.own_wordings() if card.use is Use.HOLDING else ()
            card.show_lines(plan, own, self._do)
        self.contacts.show_plan(plan)
        self.offers.show_plan(plan)
        self.begin.setVisible(not plan.lines)
        again = self.findChild(QWidget, before) if before else None
        if again is not None and again is not focused:
            again.setFocus()

    # what is done

    def _do(self, what: str, line: PlanLine) -> None:
        self.notice.clear()
        match what:
            case "change":
                WordingDialog(self._desk, line, self.window()).open()
            case "sign":
                SignWordingDialog(self._desk, line.id, self.window()).open()
            case "retire":
                self._ask_retire(line)

    def _add(self) -> None:
        WordingDialog(self._desk, None, self.window()).open()

    def _ask_retire(self, line: PlanLine) -> None:
        self.notice.say(
            _("Use {title} no more?").format(title=line.prepared.title),
            _("What was sent with it stays."),
            tone="amber",
            action=_("Use it no more"),
            do=partial(self._retire, line.id),
        )
        self.page.ensureWidgetVisible(self.notice)
        self.notice.findChildren(Button)[0].setFocus()

    def _retire(self, wording: WordingId) -> None:
        self.notice.clear()
        self.deeds.act(partial(_retire, wording=str(wording)))

    def _choose_example(self) -> None:
        ExampleDialog(self._desk, self.window()).open()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, _("Which text of wordings?"))
        dialog.setObjectName("plan.file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"{_('Texts')} (*.md *.txt)", f"{_('All files')} (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take)
        dialog.open()

    def take(self, file: str) -> None:
        """Show what a text would bring."""
        self.notice.clear()
        self._desk.read(_text_of, Path(file))(self._on_text, self.notice.say_error)

    def _on_text(self, text: str) -> None:
        TakeDialog(self._desk, text, self.window()).open()

    def _choose_target(self) -> None:
        dialog = QFileDialog(self, _("Where to?"))
        dialog.setObjectName("plan.target")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix("md")
        dialog.selectFile(_("response-plan.md"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.export)
        dialog.open()

    def export(self, file: str) -> None:
        """Write the plan to a new file."""
        self.notice.clear()
        self._desk.read(_export, Path(file))(self._on_exported, self.notice.say_error)

    def _on_exported(self, file: Path) -> None:
        self.notice.say(
            _("The plan is written to {file}.").format(file=file.name),
            _("Change it in any editor, and take it in again here."),
            tone="green",
        )


def _retire(home: Home, actor: Actor, wording: str) -> ChangeSet:
    return wordings.retire(home, actor, wording)


def _text_of(_home: Home, file: Path) -> str:
    return plan_files.read_file(file)


def _export(home: Home, file: Path) -> Path:
    plan_files.write_file(home, file)
    return file
