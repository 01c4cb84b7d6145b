"""The newest debrief of a case as it was answered: each question, and what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, empty

if TYPE_CHECKING:
    from calmreply.app.cases.story import Step
    from calmreply.ui.case.work import Shown


def newest(steps: tuple[Step, ...]) -> Step | None:
    """The last debrief that answered anything. The others are read in the story."""
    return next((step for step in reversed(steps) if step.told), None)


class DebriefCard(Card):
    """Hidden while there is none, or the case is open again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("The debrief"), parent=parent)
        self.setObjectName("case.debriefed")
        self._who = PlainLabel("", "second")
        self._answers = QWidget()
        self._column = QVBoxLayout(self._answers)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self._step: Step | None = None
        self.add(self._who)
        self.add(self._answers)
        self.hide()

    def set_shown(self, shown: Shown) -> None:
        step = newest(shown.story)
        self.setHidden(step is None)
        if step is None:
            return
        when = dates.when(step.at, shown.wall, shown.zone)
        self._who.setText(_("{what}, {when}").format(what=step.words, when=when))
        if step != self._step:
            self._step = step
            empty(self._column)
            add_answers(self._column, step)


def add_answers(column: QVBoxLayout, step: Step) -> None:
    """Each question in soft words and its answer below it."""
    for question, answer in step.told:
        asked = PlainLabel(question, "second")
        asked.setContentsMargins(0, 5, 0, 0)
        column.addWidget(asked)
        column.addWidget(PlainLabel(answer))
