"""Says below the reply that characters stand in it which nobody can see, and takes them out.

The second person sees them, marked, in what they sign: whoever writes should know before.
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.i18n import ngettext
from calmreply.ui.case.editor import GuardedEdit, GuardedLine
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.hidden import hidden_in
from calmreply.ui.kit.reveal import hidden_characters_shown
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import add_hung

NAMED = 3
"""Kinds of them that are named; whoever pastes a hundred kinds takes them out anyway."""


class HiddenLine(QWidget):
    """Not there where all of it can be seen."""

    def __init__(self, edit: GuardedEdit, subject: GuardedLine) -> None:
        super().__init__()
        self._fields = (edit, subject)
        self.said = PlainLabel("", "second", tone="amber")
        self.said.setObjectName("case.hidden")
        self.out = LinkButton("", self._take_out)
        self.out.setObjectName("case.hidden.out")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.said)
        add_hung(column, self.out)
        self.hide()

    def look(self) -> None:
        """Read the words again."""
        marks = [
            part
            for field in self._fields
            if hidden_in(field.words())
            for part in hidden_characters_shown(field.words())
            if part.hidden
        ]
        self.setVisible(bool(marks))
        if not marks:
            return
        kinds = dict.fromkeys(f"{one.text} {one.words}" for one in marks)
        words = ngettext(
            "{n} character here cannot be seen: {kinds}",
            "{n} characters here cannot be seen: {kinds}",
            len(marks),
        )
        more = ["…"] if len(kinds) > NAMED else []
        self.said.setText(
            words.format(n=len(marks), kinds=", ".join([*list(kinds)[:NAMED], *more]))
        )
        self.out.setText(ngettext("Take it out", "Take them out", len(marks)))
        self.out.setVisible(not self._fields[0].isReadOnly())

    def _take_out(self) -> None:
        """A change like any other: undo takes it back, and signed words ask first."""
        for field in self._fields:
            words = field.words()
            gone = set(hidden_in(words))
            if gone and not field.isReadOnly():
                field.replace("".join(one for at, one in enumerate(words) if at not in gone))
