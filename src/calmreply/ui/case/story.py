"""What happened in a case that is answered or at its end, from their words on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from calmreply.app.words import wording
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.case.debriefed import add_answers, newest
from calmreply.ui.kit.text import PlainLabel, plain_tooltip
from calmreply.ui.kit.widgets import Card, SectionLabel

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QLayout

    from calmreply.app.cases.story import Step
    from calmreply.ui.case.work import Shown


class StoryCard(Card):
    """Hidden while the case is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("What happened"), parent=parent)
        self.setObjectName("case.story")
        self._told: tuple[tuple[Step, ...], date | None] = ((), None)
        self._make_grid()

    def set_shown(self, shown: Shown) -> None:
        self.setHidden(not shown.story)
        today = shown.wall.astimezone(ZoneInfo(shown.zone)).date()
        if (shown.story, today) == self._told:
            return
        self._told = (shown.story, today)
        self._clear()
        day = ""
        own_card = newest(shown.story)
        for step in shown.story:
            date = dates.heading(step.at, shown.wall, shown.zone)
            if date != day:
                day = date
                self._row(SectionLabel(day))
            words = QVBoxLayout()
            words.setSpacing(1)
            words.addWidget(PlainLabel(step.words))
            if step.more:
                words.addWidget(PlainLabel(step.more, "second"))
            if step is not own_card:
                add_answers(words, step)
            at = PlainLabel(wording.clock(step.at, shown.zone), "second")
            at.setWordWrap(False)
            plain_tooltip(at, dates.exact(step.at, shown.zone))
            self._row(at, words)

    def _row(self, first: QWidget, words: QLayout | None = None) -> None:
        row, across = self._grid.rowCount(), 1 if words is not None else 2
        self._grid.addWidget(first, row, 0, 1, across, Qt.AlignmentFlag.AlignTop)
        if words is not None:
            self._grid.addLayout(words, row, 1)

    def _clear(self) -> None:
        self._body.deleteLater()
        self._body.hide()
        self._make_grid()

    def _make_grid(self) -> None:
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.add(self._body)
