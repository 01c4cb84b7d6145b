"""What happened in a case that is answered or at its end, from their words on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.app import wording
from calmreply.i18n import _
from calmreply.ui.case import times
from calmreply.ui.kit.text import PlainLabel, Run, RunLabel, plain_tooltip
from calmreply.ui.kit.widgets import Card, empty

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from calmreply.app.story import Step
    from calmreply.ui.case.work import Shown


class StoryCard(Card):
    """Hidden while the case is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("What happened"), parent=parent)
        self.setObjectName("case.story")
        self._steps: tuple[Step, ...] = ()

    def set_shown(self, shown: Shown) -> None:
        self.setHidden(not shown.story)
        if shown.story == self._steps:
            return
        self._steps = shown.story
        empty(self.body)
        for step in shown.story:
            when = times.when(step.at, shown.wall, shown.zone)
            line = RunLabel((Run(step.words), Run(f"  {when}", "neutral")))
            plain_tooltip(line, wording.exact(step.at, shown.zone))
            self.add(line)
            if step.more:
                self.add(PlainLabel(step.more, "second"))
