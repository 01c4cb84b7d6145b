"""Taking in wordings: out of a text, or from an example plan that ships."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QWidget

from calmreply.app.planning import plan_files
from calmreply.app.words import wording_plan
from calmreply.i18n import _, ngettext
from calmreply.ui.dialogs.frame import Columns, Dialog, column, indent_under
from calmreply.ui.kit.buttons import Button, PrimaryButton, Radio
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, add_hung

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.planning.plan_files import Comparison, Example
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.ui.desk import Desk

_LISTED = 30
"""Lines of each kind that are shown; the rest is counted."""


class TakeDialog(Dialog):
    """What a text would bring, told before anything is done. `done` carries the `Comparison`."""

    def __init__(self, desk: Desk, text: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, "take_plan", _("Take in a text"), parent, wide=620)
        self._text = text
        _side, self._column = column()
        self.body.addWidget(_side)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("take_plan.leave")
        self.take = PrimaryButton(_("Take it in"), self._take)
        self.take.setObjectName("take_plan.take")
        self.take.setEnabled(False)
        self.add_buttons(self.leave, self.take)
        self.start = self.leave
        self.read(plan_files.compare, text, then=self._show)

    def _show(self, found: Comparison) -> None:
        for title, lines in (
            (_("New"), [one.prepared.title for one in found.new]),
            (_("Changed, to be signed off anew"), [e.prepared.title for e, _one in found.changed]),
            (_("New contacts"), list(found.contacts)),
            (_("Cannot be read, and is left out"), [wording_plan.unread(o) for o in found.unread]),
            (_("Not in the text; stays as it is"), list(found.missing)),
        ):
            if lines:
                card = Card(title)
                more = len(lines) - _LISTED
                shown = lines[:_LISTED]
                if more > 0:
                    shown.append(ngettext("And {n} more.", "And {n} more.", more).format(n=more))
                card.add(PlainLabel("\n".join(shown), selectable=True))
                self._column.addWidget(card)
        if found.same:
            same = ngettext(
                "{n} wording is as it was.", "{n} wordings are as they were.", found.same
            )
            self._column.addWidget(PlainLabel(same.format(n=found.same), "second"))
        self.take.setEnabled(found.anything)
        if not found.anything:
            self.notice.say(_("There is nothing new in this text."), tone="neutral")
        self.fit_soon()

    def _take(self) -> None:
        self.act(partial(_take, text=self._text), self._taken)

    def _taken(self, done: tuple[Comparison, ChangeSet]) -> None:
        self.finish(done[0])


class ExampleDialog(Dialog):
    """One of the plans that ship. `done` carries the `Comparison`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        title = _("Start from an example plan")
        super().__init__(desk, "example_plan", title, parent, wide=820)
        self._examples = plan_files.examples()
        self.group = QButtonGroup(self)
        self.radios: dict[str, Radio] = {}
        self._list = Card(_("What is in it"))
        self._titles = PlainLabel("")
        self._list.add(self._titles)
        self._lay_out()
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("example_plan.leave")
        self.take = PrimaryButton(_("Start with it"), self._take)
        self.take.setObjectName("example_plan.take")
        self.add_buttons(self.leave, self.take)
        self.group.buttonToggled.connect(self._on_choice)
        first = self.radios[self._examples[0].name]
        first.setChecked(True)
        self.start = first

    def _lay_out(self) -> None:
        self.body.addWidget(
            PlainLabel(
                _(
                    "Plain and warm, in English. They come in unsigned, beside what you have. "
                    "Change them until they sound like you, then have somebody else sign."
                ),
                tone="soft",
            )
        )
        left, side = column(gap=8)
        side.setContentsMargins(Radio.hang, 0, Radio.hang, 0)  # for the ring of what has the focus
        for example in self._examples:
            radio = Radio(example.title)
            radio.setObjectName(f"example_plan.{example.name}")
            about = PlainLabel(example.about, "second")
            about.setContentsMargins(indent_under(radio) - Radio.hang, 0, 0, 0)
            radio.setAccessibleDescription(example.about)
            self.group.addButton(radio)
            self.radios[example.name] = radio
            add_hung(side, radio)
            side.addWidget(about)
        side.addStretch(1)
        self.body.addWidget(Columns([(left, 300, 1), (self._list, 320, 1)]), 1)

    def _chosen(self) -> Example:
        button = self.group.checkedButton()
        return next(one for one in self._examples if self.radios[one.name] is button)

    def _on_choice(self, *_how: object) -> None:
        if self.group.checkedButton() is None:
            return
        entries = (one.prepared for one in self._chosen().file.entries)
        lines = (f"{wording_plan.use(one.use)}: {one.title}" for one in entries)
        self._titles.setText("\n".join(lines))
        self.fit_soon()

    def _take(self) -> None:
        self.act(partial(_start, name=self._chosen().name), self._taken)

    def _taken(self, done: tuple[Comparison, ChangeSet]) -> None:
        self.finish(done[0])


def _take(home: Home, actor: Actor, text: str) -> tuple[Comparison, ChangeSet]:
    return plan_files.take(home, actor, text)


def _start(home: Home, actor: Actor, name: str) -> tuple[Comparison, ChangeSet]:
    return plan_files.start_from(home, actor, name)
