"""What the response plan gives to the reply: a wording to begin with, and a word about repeats."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from calmreply.app.planning import similar
from calmreply.app.words import wording_plan
from calmreply.domain import plan
from calmreply.domain.mention import Visibility
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.kit.buttons import Button, LinkButton
from calmreply.ui.kit.text import PlainLabel, utf16
from calmreply.ui.slots import slot_marks

if TYPE_CHECKING:
    from calmreply.app.planning.similar import SentAlike
    from calmreply.domain.mention import CaseId
    from calmreply.ui.case.asking import Asking
    from calmreply.ui.case.editor import GuardedEdit
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk

_USING = "calmreply.ui.plan.using"  # imported when it is first opened


class AlikeLine(QWidget):
    """One quiet line: much the same went to somebody else there. Hidden while it did not."""

    def __init__(self, open_case: Callable[[CaseId], object]) -> None:
        super().__init__()
        self._open_case = open_case
        self._found: SentAlike | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        self._said = PlainLabel("", "second")
        self._said.setObjectName("case.alike")
        self._open = LinkButton(_("Show that case"), self._on_open)
        self._open.setObjectName("case.alike.open")
        line.addWidget(self._said, 1)
        line.addWidget(self._open, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_found(self, found: SentAlike | None, shown: Shown) -> None:
        self._found = found
        self.setHidden(found is None)
        if found is not None:
            day = dates.day(found.at, shown.zone)
            said = wording_plan.sent_alike(found.author, day, holding=found.holding)
            self._said.setText(said)
            self._open.setHidden(found.case == shown.case)
            self._open.setAccessibleDescription(said)

    def _on_open(self) -> None:
        if self._found is not None:
            self._open_case(self._found.case)


class FromPlan(QObject):
    """Puts what was chosen into `edit`, as far as `asking` lets it. `chosen` comes before that."""

    chosen = Signal()

    def __init__(self, desk: Desk, asking: Asking, edit: GuardedEdit, card: QWidget) -> None:
        super().__init__(card)
        self._desk, self._asking, self._edit, self._card = desk, asking, edit, card
        self._shown: Shown | None = None
        self._asked: tuple[CaseId, str] | None = None
        self.button = Button(_("Wordings…"), self.open)
        self.button.setAccessibleDescription(_("Use a wording of the response plan"))
        self.button.setObjectName("case.wording")
        self.alike = AlikeLine(desk.open_case)

    def set_shown(self, shown: Shown, *, editable: bool) -> None:
        """Compare anew only where the words that are kept are others than before."""
        self._shown = shown
        self.button.setVisible(editable)
        asked = (shown.case, shown.words.text if editable else "")
        if asked == self._asked:
            return
        another = self._asked is None or self._asked[0] != shown.case
        self._asked = asked
        if another or not asked[1]:
            self.alike.show_found(None, shown)
        if asked[1]:
            looking = self._desk.read(similar.used_lately, *asked)
            looking(partial(self._on_compared, asked), lambda _error: None)

    def open(self) -> None:
        """Choose a wording of the plan."""
        shown = self._shown
        if shown is not None and not self.button.isHidden():
            dialog = import_module(_USING).UseWordingDialog(
                self._desk,
                shown.case,
                self._card.window(),
                channel=shown.words.to.channel,
                private=shown.words.visibility is Visibility.PRIVATE,
            )
            dialog.done.connect(partial(self._on_chosen, shown.case))
            dialog.open()

    def _on_chosen(self, case: CaseId, text: str) -> None:
        if self._shown is not None and self._shown.case == case:
            self.chosen.emit()
            self._asking.go_on(partial(put_in, self._edit, text))

    def mark(self) -> None:
        """Point at what is still to be filled in."""
        self._edit.set_marks(slot_marks(self._edit.words()))

    def _on_compared(self, asked: tuple[CaseId, str], found: SentAlike | None) -> None:
        if asked == self._asked and self._shown is not None:
            self.alike.show_found(found, self._shown)


def put_in(edit: GuardedEdit, text: str) -> None:
    """Put a wording where the caret is, and choose the first slot that is left to fill in."""
    before = edit.words()
    start = _characters(before, edit.textCursor().position())
    head, tail = before[:start].rstrip(), before[start:].lstrip()
    if not before.strip():
        head = tail = ""
    parts = [part for part in (head, text, tail) if part]
    words = "\n\n".join(parts)
    edit.replace(words)
    left = plan.unfilled(words)
    if left and edit.words() == words:
        cursor = edit.textCursor()
        cursor.setPosition(utf16(words[: left[0][0]]))
        cursor.setPosition(utf16(words[: left[0][1]]), QTextCursor.MoveMode.KeepAnchor)
        edit.setTextCursor(cursor)


def _characters(text: str, position: int) -> int:
    """How many characters Qt's `position`, which counts in UTF-16, is."""
    counted = text.encode("utf-16-le", "surrogatepass")[: 2 * position]
    return len(counted.decode("utf-16-le", "surrogatepass"))
