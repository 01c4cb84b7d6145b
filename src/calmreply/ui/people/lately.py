"""What has changed about people and keys, so that nothing of it goes unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, empty

if TYPE_CHECKING:
    from calmreply.ui.people.rows import Shown

MOST = 12
"""Lines; older ones are told by the command line and the journal."""


class LatelyCard(Card):
    """Hidden while nothing has changed for a month."""

    def __init__(self) -> None:
        super().__init__(_("What changed lately"))
        self.setObjectName("people.lately")
        self._lines = QWidget()
        self._column = QVBoxLayout(self._lines)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.add(
            PlainLabel(
                _("Who came in, and whose key is another one. Ask, if something here is news."),
                "second",
            )
        )
        self.add(self._lines)
        self.hide()

    def show_all(self, shown: Shown) -> None:
        empty(self._column)
        for one in shown.lately[:MOST]:
            when = dates.when(one.at, shown.now.wall, shown.zone)
            words = _("{day}: {words}").format(day=when, words=one.words)
            self._column.addWidget(PlainLabel(words, tone=None if one.key else "soft"))
        self.setHidden(not shown.lately)
