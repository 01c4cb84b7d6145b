"""What a reviewer wants otherwise: their remark, and the words they would rather see."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.reviewing import suggestions
from calmreply.domain.reply import difference
from calmreply.domain.suggestions import Suggestion, standing
from calmreply.i18n import _
from calmreply.ui.case import words
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.diff import DiffView
from calmreply.ui.kit.text import PlainLabel, Run, RunLabel
from calmreply.ui.kit.widgets import Hairline, add_hung

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.ui.case.work import Shown

_LINES = 9


class Remarked(QWidget):
    """Over the words. `use` carries the suggestion whose words are to be taken over."""

    use = Signal(object)
    hang = DiffView.hang

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stands: Suggestion | None = None
        self._remark = RunLabel()
        self._about = PlainLabel("", "second")
        self.diff = DiffView(max_lines=_LINES)
        self.diff.setObjectName("case.suggestion")
        self.diff.setAccessibleName(_("The words that are suggested"))
        self.button = Button(_("Use these words"), self._use)
        self.button.setObjectName("case.suggestion.use")
        self._suggested = QWidget()
        below = QVBoxLayout(self._suggested)
        below.setContentsMargins(self.hang, 0, self.hang, 0)
        below.setSpacing(6)
        below.addWidget(self._about)
        add_hung(below, self.diff)
        below.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(Hairline())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        over = QVBoxLayout()
        over.setContentsMargins(self.hang, 0, self.hang, 0)
        over.addWidget(self._remark)
        column.addLayout(over)
        column.addWidget(self._suggested)
        self.hide()

    def text(self) -> str:
        """The remark, empty where there is none."""
        return "" if self._remark.isHidden() else self._remark.text()

    def set_shown(self, shown: Shown, *, editable: bool) -> None:
        """Words are suggested only where they could be taken over."""
        said = words.remark(shown)
        if said is not None:
            lead, text = said
            runs = (Run(f"{lead} ", "violet", strong=True), Run(text))
            self._remark.set_runs(runs if text else (Run(lead, "violet", strong=True),))
        self._remark.setVisible(said is not None)
        self._stands = standing(shown.facts) if editable else None
        self._suggested.setVisible(self._stands is not None)
        self.setVisible(said is not None or self._stands is not None)
        if self._stands is not None:
            self._show_words(shown, self._stands)

    def _show_words(self, shown: Shown, made: Suggestion) -> None:
        about = _("What {name} would put otherwise. Whoever takes it over writes it.")
        self._about.setText(about.format(name=shown.name(made.by)))
        changes = difference(shown.words.text, made.text)
        self.diff.set_diff([(change.value, text) for change, text in changes], reveal=True)
        whose = _("Use the words that {name} suggests").format(name=shown.name(made.by))
        self.button.setAccessibleDescription(whose)

    def _use(self) -> None:
        if self._stands is not None:
            self.use.emit(self._stands)


def take_over(case: CaseId, made: Suggestion) -> partial[ChangeSet]:
    """The deed by which whoever is signed in takes those words over."""
    return partial(_accept, case=case, number=made.number)


def _accept(home: Home, actor: Actor, *, case: CaseId, number: int) -> ChangeSet:
    return suggestions.accept(home, actor, case, number)
