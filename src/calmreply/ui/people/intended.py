"""What debriefs said would be done: what, who, by when, and the case it came from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.domain import disguise
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, Hairline, empty

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.app.cases.promises import Intended
    from calmreply.domain.mention import CaseId


class IntendedCard(Card):
    """Hidden while there is nothing. Whether something was done is not on record."""

    def __init__(self, open_case: Callable[[CaseId], None]) -> None:
        super().__init__(_("What we said we would do"))
        self.setObjectName("people.intended")
        self._open_case = open_case
        self._lines = QWidget()
        self._column = QVBoxLayout(self._lines)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.add(PlainLabel(_("From the debriefs of closed cases, the next day first."), "second"))
        self.add(self._lines)
        self.hide()

    def show_all(self, found: tuple[Intended, ...]) -> None:
        empty(self._column)
        for number, one in enumerate(found):
            if number:
                self._column.addWidget(Hairline())
            self._column.addWidget(self._row(one, number))
        self.setHidden(not found)

    def _row(self, one: Intended, number: int) -> QWidget:
        row = QWidget()
        whole = QVBoxLayout(row)
        whole.setContentsMargins(0, 8, 0, 8)
        whole.setSpacing(2)
        whole.addWidget(PlainLabel(one.action.words, "strong"))
        foot = QWidget()
        line = FlowLayout(foot, gap=14, line_gap=2)
        about = PlainLabel(_about(one), "second")
        about.setWordWrap(False)
        line.addWidget(about)
        case = _("Case {number}").format(number=one.case)
        words = (
            _("{case}, {author}").format(case=case, author=disguise.name(one.author))
            if one.author
            else case
        )
        link = LinkButton(words, partial(self._open_case, one.case))
        link.setObjectName(f"people.intended.{number}")
        link.setAccessibleDescription(one.action.words)
        line.addWidget(link)
        whole.addWidget(foot)
        return row


def _about(one: Intended) -> str:
    who = one.action.who or _("nobody named")
    return _("{who}, {day}").format(who=who, day=_day(one.action.by_when))


def _day(by_when: str) -> str:
    return _("by {day}").format(day=dates.of_iso(by_when)) if by_when else _("no day named")
