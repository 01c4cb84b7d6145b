"""What the reviewer says to the writer: a note, or the whole reply in other words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from calmreply.i18n import _
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Card

if TYPE_CHECKING:
    from calmreply.ui.dialogs.kept import Words


class NoteCard(Card):
    """`opened`: the other words are being written now, so more room is needed.

    `changed`: whether there are other words may be another than before.
    """

    opened = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._base = ""
        self.note = PlainEdit(
            placeholder=_("What should change, or why it is right as it stands"), min_lines=2
        )
        self.note.setObjectName("review.note")
        self.note_row = FormRow(_("Your note"), self.note)
        self.suggest = LinkButton(_("Suggest other words…"), self._open)
        self.suggest.setObjectName("review.suggest")
        self.others = PlainEdit(min_lines=4)
        self.others.setObjectName("review.others")
        self.others.words_changed.connect(self.changed)
        self.others_row = FormRow(_("The whole reply, as you would put it"), self.others)
        self.others_row.hide()
        for widget in (self.note_row, self.suggest, self.others_row):
            self.add(widget)

    def set_reply(self, text: str, asker: str) -> None:
        """`text` is what is suggested otherwise; what was written already stays."""
        untouched = not self.suggestion()
        blocked = self.others.blockSignals(True)
        kept = self.others.words()
        self.others.set_text(text)
        self._base = self.others.words()
        if not untouched:
            self.others.set_text(kept)
        self.others.blockSignals(blocked)
        if asker:
            self.note_row.set_label(_("Your note to {name}").format(name=asker))
        hint = _("Nothing changes by this: {name} takes your words over, or not.")
        self.others_row.set_hint(hint.format(name=asker or _("whoever writes")))
        self.suggest.setVisible(bool(text) and self.others_row.isHidden())
        self.changed.emit()

    def suggestion(self) -> str:
        """The other words, empty where there are none."""
        text = self.others.words()
        same = text == self._base or not text.strip()
        return "" if self.others_row.isHidden() or same else text

    def words(self) -> Words:
        return {"note": self.note.words(), "others": self.suggestion()}

    def put_back(self, words: Words) -> None:
        self.note.set_text(words.get("note", ""))
        if words.get("others"):
            self._show_others()
            self.others.set_text(words["others"])
            self.changed.emit()

    def _open(self) -> None:
        self._show_others()
        self.others.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit()

    def _show_others(self) -> None:
        self.others_row.show()
        self.suggest.hide()
