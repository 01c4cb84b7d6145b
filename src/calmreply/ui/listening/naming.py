"""The form of one name: what it is, how it is written, and which words mean somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from calmreply.app.rules import settings
from calmreply.domain.names import Name, NameKind, words_in, words_line
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button, Choice
from calmreply.ui.kit.fields import FormRow

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class NameForm(QWidget):
    """`said` carries a `Name` that could be heard; `left` when somebody thinks better of it."""

    said = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = Choice([(kind.value, words) for kind, words in kinds().items()])
        self.kind.setObjectName("listening.name_kind")
        self.name = QLineEdit()
        self.name.setObjectName("listening.name")
        self.name.setPlaceholderText(_("A name, a product, your web address"))
        self.name.setAccessibleName(_("A name to listen for"))
        self.spellings = QLineEdit()
        self.spellings.setObjectName("listening.name_spellings")
        self.excludes = QLineEdit()
        self.excludes.setObjectName("listening.name_excludes")
        self.take = Button(_("Add"), self._take)
        self.take.setObjectName("listening.take_name")
        self.leave = Button(_("Not now"), self.left.emit)
        self.leave.setObjectName("listening.leave_name")
        self._lay_out()
        for field in (self.name, self.spellings, self.excludes):
            field.returnPressed.connect(self._take)
            field.textEdited.connect(self._on_edited)

    def _lay_out(self) -> None:
        self.rows = {
            "kind": FormRow(_("What is it?"), self.kind),
            "name": FormRow(_("Name"), self.name),
            "spellings": FormRow(
                _("Also written"),
                self.spellings,
                _("With commas between: Sundayloaf, Sunday-loaf"),
            ),
            "excludes": FormRow(
                _("Somebody else is meant beside"),
                self.excludes,
                _("Words, with commas between: bread machine"),
            ),
        }
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 6, 0, 0)
        whole.setSpacing(10)
        for left, right in (("kind", "name"), ("spellings", "excludes")):
            line = QHBoxLayout()
            line.setSpacing(14)
            for row in (left, right):
                line.addWidget(self.rows[row], 1, Qt.AlignmentFlag.AlignTop)
            whole.addLayout(line)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.take)
        buttons.addWidget(self.leave)
        buttons.addStretch(1)
        whole.addLayout(buttons)

    def begin(self, name: Name | None = None, *, own: bool = False) -> None:
        """For a new name, or to change `name`; the business's own is called so in Settings."""
        self.take.setText(_("Add") if name is None else _("Keep"))
        self.kind.setEnabled(not own)
        self.name.setReadOnly(own)
        hint = _("Change the name itself in Settings.") if own else ""
        self.rows["name"].set_hint(hint)
        if name is not None:
            self.kind.choose(name.kind.value)
            self.name.setText(name.name)
            self.spellings.setText(words_line(name.spellings))
            self.excludes.setText(words_line(name.excludes))
        start = self.spellings if own else self.name
        start.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        for field in (self.name, self.spellings, self.excludes):
            field.clear()
        self._on_edited()

    def refuse(self, words: str) -> None:
        """Say what is wrong with the name."""
        self.rows["name"].set_error(words)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        words = " ".join(self.name.text().split())
        if not words:
            self.left.emit()
            return
        spellings = tuple(one for one in words_in(self.spellings.text()) if one != words)
        excludes = words_in(self.excludes.text())
        try:
            name = settings.heard_name(Name(NameKind(self.kind.key()), words, spellings, excludes))
        except KnownError as error:
            self.rows["excludes"].set_error(f"{error.words} {error.way_out}")
            self.excludes.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.said.emit(name)

    def _on_edited(self, _text: str = "") -> None:
        for row in self.rows.values():
            if row.error():
                row.set_error("")


def kinds() -> dict[NameKind, str]:
    """What a name may be the name of, in words."""
    return {
        NameKind.BUSINESS: _("The business"),
        NameKind.PRODUCT: _("A product"),
        NameKind.PERSON: _("One of our people"),
        NameKind.COMPETITOR: _("A competitor"),
    }
