"""A line above what somebody heard: it goes on in a case that is there, and does not have to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from calmreply.domain import disguise
from calmreply.i18n import _
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from calmreply.domain.mention import CaseId, Mention


class Belongs(QWidget):
    """`case` is the one it belongs to; `left` once somebody says that it is another matter."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.case: CaseId | None = None
        self.words = PlainLabel("", "strong")
        self.words.setObjectName("mention.belongs")
        other = LinkButton(_("It is another matter"), self._leave)
        other.setObjectName("mention.other_matter")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(self.words, 1)
        line.addWidget(other)
        self.hide()

    def choose(self, case: CaseId, before: Mention) -> None:
        """They go on with what they said `before`."""
        self.case = case
        name = disguise.name(before.now.author) or _("Somebody")
        self.words.setText(_("This belongs to the case of {name}.").format(name=name))
        self.show()

    def forget(self) -> None:
        self.case = None
        self.hide()

    def _leave(self) -> None:
        self.forget()
        self.left.emit()
