"""The names we listen for, as pills, with one to add and each to take out again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button, LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class NamesCard(Card):
    """`added` and `removed` carry a name; what is shown changes when it has been kept."""

    added = Signal(str)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Names you listen for"), parent=parent)
        self._names: tuple[str, ...] = ()
        self._holder = QWidget()
        self._flow = FlowLayout(self._holder, gap=8, line_gap=6)
        self.body.addWidget(self._holder)
        self.add_name = LinkButton(_("Add a name…"), self._on_add)
        self.add_name.setObjectName("listening.add_name")
        self.field = _NameField()
        self.field.setObjectName("listening.name")
        self.field.setPlaceholderText(_("A name, a product, your web address"))
        self.field.setAccessibleName(_("A name to listen for"))
        self.take = Button(_("Add"), self._take)
        self.take.setObjectName("listening.take_name")
        self._row = QWidget()
        line = QHBoxLayout(self._row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.field, 1)
        line.addWidget(self.take)
        self.body.addWidget(self._row)
        self._row.hide()
        self.field.returnPressed.connect(self._take)
        self.field.left.connect(self._fold)

    def show_names(self, names: tuple[str, ...], business: str) -> None:
        """The business's own name is always listened for; it changes in Settings."""
        if names == self._names and self._flow.count():
            return
        self._names = names
        self._flow.removeWidget(self.add_name)
        self._flow.clear()
        if not names:
            self._flow.addWidget(PlainLabel(_("None yet."), tone="soft"))
        for name in names:
            self._flow.addWidget(self._chip(name, own=name == business))
        self._flow.addWidget(self.add_name)
        self.add_name.show()

    def _chip(self, name: str, *, own: bool) -> QWidget:
        chip = QWidget()
        line = QHBoxLayout(chip)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(1)
        line.addWidget(Pill(name, "teal"))
        if not own:
            out = LinkButton("✕", partial(self.removed.emit, name))
            out.setAccessibleName(_("Stop listening for {name}").format(name=name))
            out.setObjectName(f"listening.forget.{name}")
            line.addWidget(out)
        return chip

    def _on_add(self) -> None:
        self._row.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        name = " ".join(self.field.text().split())
        if name:
            self.field.clear()
            self.added.emit(name)
        else:
            self._fold()

    def _fold(self) -> None:
        """Away with an empty field; words in it stay for the next time."""
        self.add_name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._row.hide()


class _NameField(QLineEdit):
    """Esc leaves it."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
