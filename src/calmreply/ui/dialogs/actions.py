"""What we will do: a short list, each with who and by when."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from calmreply.domain.debrief import Action
from calmreply.i18n import _
from calmreply.ui.dialogs import moments
from calmreply.ui.dialogs.frame import Columns
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.widgets import Card, Hairline, add_hung

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

IN_A_FORTNIGHT = timedelta(days=14)


class _Line(QWidget):
    """One action as it is typed. Counts only if it says something."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.what, self.who, self.by = QLineEdit(), QLineEdit(), moments.day_field()
        self.what.setPlaceholderText(_("Read the name back when an order is taken"))
        self.who.setPlaceholderText(_("Who"))
        for field, name, words in (
            (self.what, "what", _("What, {n}")),
            (self.who, "who", _("Who, {n}")),
            (self.by, "by", _("By when, {n}")),
        ):
            field.setObjectName(f"debrief.action.{number}.{name}")
            field.setAccessibleName(words.format(n=number))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 2, 0, 2)
        side = QWidget()
        inner = QHBoxLayout(side)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.who, 1)
        inner.addWidget(self.by, 1)
        line.addWidget(Columns([(self.what, 230, 3), (side, 210, 2)], gap=8))

    def suggest(self, people: Sequence[str], day: date) -> None:
        """Who could do it; and by when, unless an action is typed already."""
        completer = QCompleter(list(people), self.who)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        self.who.setCompleter(completer)
        if self.action() is None:
            moments.show_day(self.by, day)

    def follow(self, before: QWidget) -> None:
        """Tab comes here from there, and not behind everything else."""
        for one, then in pairwise((before, self.what, self.who, self.by)):
            QWidget.setTabOrder(one, then)

    def action(self) -> Action | None:
        what = self.what.text().strip()
        if not what:
            return None
        return Action(what, self.who.text().strip(), moments.day_of(self.by).isoformat())


class ActionList(Card):
    """Starts with one empty line; another one on request."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(_("What we will do"))
        self._people: tuple[str, ...] = ()
        self._day: date | None = None
        self._lines: list[_Line] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.body.addLayout(self._rows)
        self._add()  # before what stands below it, as Tab goes
        self.more = LinkButton(_("Another one…"), self._on_more)
        self.more.setObjectName("debrief.action.more")
        add_hung(self.body, self.more)

    def set_up(self, people: Sequence[str], day: date) -> None:
        """Who there is, and the day that is suggested; what is typed already stays."""
        first, self._people, self._day = self._day is None, tuple(people), day
        for line in self._lines if first else ():
            line.suggest(people, day)

    def made(self) -> tuple[Action, ...]:
        """The actions that say something."""
        return tuple(found for line in self._lines if (found := line.action()) is not None)

    def words(self) -> list[dict[str, Any]]:
        """What is typed, to be put back."""
        return [
            {"what": one.words, "who": one.who, "by": moments.day_of(line.by)}
            for line in self._lines
            if (one := line.action()) is not None
        ]

    def put_back(self, words: Sequence[dict[str, Any]]) -> None:
        for number, one in enumerate(words):
            while len(self._lines) <= number:
                self._add()
            line = self._lines[number]
            line.what.setText(one["what"])
            line.who.setText(one["who"])
            moments.show_day(line.by, one["by"])

    def _on_more(self) -> None:
        self._add().what.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self) -> _Line:
        line = _Line(len(self._lines) + 1)
        if self._day is not None:
            line.suggest(self._people, self._day)
        if self._lines:
            self._rows.addWidget(Hairline())
        self._rows.addWidget(line)
        if self._lines:
            line.follow(self._lines[-1].by)
        self._lines.append(line)
        return line
