"""What happened in a case, by day and time: the left side of the debrief."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from calmreply.app.words import wording
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.dialogs import moments
from calmreply.ui.kit.text import PlainLabel, plain_tooltip
from calmreply.ui.kit.widgets import Hairline, SectionLabel

if TYPE_CHECKING:
    from datetime import date, datetime

    from calmreply.app.cases.story import Step


class Timeline(QWidget):
    """One line for each step; the time on hover says how long after their words it was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("What happened"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(11)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(2, 1)

    def show_story(self, steps: tuple[Step, ...], zone: str, today: date) -> None:
        """Fill it, once."""
        day: date | None = None
        row = 0
        for step in steps:
            local = step.at.astimezone(ZoneInfo(zone))
            if local.date() != day:
                day = local.date()
                self._add_day(row, _day_words(day, today))
                row += 1
            self._add_step(row, step, zone, steps[0].at)
            row += 1
        self._grid.setRowStretch(row, 1)

    def _add_day(self, row: int, words: str) -> None:
        label = SectionLabel(words)
        label.setContentsMargins(0, 10 if row else 0, 0, 4)
        self._grid.addWidget(label, row, 0, 1, 3)

    def _add_step(self, row: int, step: Step, zone: str, first: datetime) -> None:
        time = PlainLabel(wording.clock(step.at, zone), "second")
        time.setWordWrap(False)
        time.setContentsMargins(0, 6, 0, 0)
        after = wording.duration(step.at - first)
        exact = dates.exact(step.at, zone)
        hover = _("{exact}, {span} after the first of these") if step.at > first else "{exact}"
        plain_tooltip(time, hover.format(exact=exact, span=after))
        words = PlainLabel(step.words)
        words.setContentsMargins(0, 5, 0, 0 if step.more or step.told else 5)
        top = Qt.AlignmentFlag.AlignTop
        told = QWidget()
        column = QGridLayout(told)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(words, 0, 0)
        said = "\n".join(filter(None, (step.more, *(f"{q} {a}" for q, a in step.told))))
        if said:
            more = PlainLabel(said, "second")
            more.setContentsMargins(0, 0, 0, 5)
            column.addWidget(more, 1, 0)
        self._grid.addWidget(time, row, 0, top)
        self._grid.addWidget(Hairline(upright=True), row, 1)
        self._grid.addWidget(told, row, 2)


def _day_words(day: date, today: date) -> str:
    days = (today - day).days
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    return _("{weekday}, {day}").format(
        weekday=moments.short_weekdays()[day.weekday()], day=dates.of_day(day)
    )
