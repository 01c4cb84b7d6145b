"""A line above what somebody heard: it goes on in a case that is there, may do so, or does not."""

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
    """`case` is the one it belongs to; `changed` once somebody says so, or that it does not."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.case: CaseId | None = None
        self._may: Mention | None = None
        self.words = PlainLabel("", "strong")
        self.words.setObjectName("mention.belongs")
        self.yes = LinkButton(_("They go on with that"), self._take)
        self.yes.setObjectName("mention.same_matter")
        self.no = LinkButton(_("It is another matter"), self._leave)
        self.no.setObjectName("mention.other_matter")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(self.words, 1)
        line.addWidget(self.yes)
        line.addWidget(self.no)
        self.hide()

    def choose(self, before: Mention) -> None:
        """They go on with what they said `before`."""
        self.case, self._may = before.case, None
        words = _("This belongs to the case of {name}.")
        self._show(words.format(name=_name(before)))

    def offer(self, before: Mention | None) -> None:
        """They may go on with it, or with nothing that is known; a choice that was made stays."""
        if self.case is not None:
            return
        self._may = before
        if before is None:
            self.hide()
            return
        words = _("{name} said something before: “{words}”")
        said = " ".join(before.now.text.split())
        short = said if len(said) <= 60 else f"{said[:59]}…"
        self._show(words.format(name=_name(before), words=disguise.visible(short)))

    def forget(self) -> None:
        self.case = self._may = None
        self.hide()

    def _show(self, words: str) -> None:
        self.words.setText(words)
        self.yes.setVisible(self.case is None)
        self.no.setVisible(self.case is not None)
        self.show()

    def _take(self) -> None:
        if self._may is not None:
            self.choose(self._may)
            self.changed.emit()

    def _leave(self) -> None:
        self.forget()
        self.changed.emit()


def _name(before: Mention) -> str:
    return disguise.name(before.now.author) or _("Somebody")
