"""Form rows with their hints and errors in place, the passphrase field and the search field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import (
    QCalendarWidget,
    QDateTimeEdit,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from calmreply.i18n import _
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.dropping import paint_chevron
from calmreply.ui.kit.text import PlainLabel, restyle
from calmreply.ui.kit.widgets import add_hung

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QWheelEvent

_SEARCH_PAUSE_MS = 120


class FormRow(QWidget):
    """A label over a field, a hint below, and in its place an error while there is one."""

    def __init__(
        self,
        label: str,
        field: QWidget,
        hint: str = "",
        parent: QWidget | None = None,
        *,
        beside: QWidget | None = None,
    ) -> None:
        """`beside` stands at the end of the field's line: a button that helps to fill it in."""
        super().__init__(parent)
        self.field = field
        self._hint_words = hint
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self._label = PlainLabel(label, "strong")
        self._label.setBuddy(field)
        self._below = PlainLabel("", "second")
        layout.addWidget(self._label)
        if beside is None:
            add_hung(layout, field)
        else:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(field, 1)
            line.addWidget(beside)
            layout.addLayout(line)
        layout.addWidget(self._below)
        if not field.accessibleName():
            field.setAccessibleName(label)
        self.set_error("")

    def set_error(self, error: str) -> None:
        """Say what is wrong with this field; empty when nothing is."""
        self._below.setText(f"! {error}" if error else self._hint_words)
        self._below.set_tone("red" if error else "soft")
        self._below.setVisible(bool(error or self._hint_words))
        self._below.setAccessibleName(error or self._hint_words)
        self.field.setAccessibleDescription(" ".join(filter(None, (error, self._hint_words))))
        restyle(self.field, wrong=bool(error))

    def set_label(self, label: str) -> None:
        """Call the field something else."""
        if self.field.accessibleName() == self._label.text():
            self.field.setAccessibleName(label)
        self._label.setText(label)

    def set_hint(self, hint: str) -> None:
        self._hint_words = hint
        self.set_error("")

    def error(self) -> str:
        return self._below.accessibleName() if self.field.property("wrong") else ""


class PassphraseField(QWidget):
    """A passphrase: hidden, shown on request, with a word when the capitals seem locked.

    Held by nothing longer than needed: `take()` empties the field.
    """

    entered = Signal()
    changed = Signal()

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        line = QHBoxLayout()
        line.setSpacing(6)
        self.edit = QLineEdit()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setPlaceholderText(placeholder)
        self.setAccessibleName(_("Passphrase"))
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoAutoUppercase
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhSensitiveData
        )
        self._show = LinkButton(_("Show"), self._on_show)
        line.addWidget(self.edit, 1)
        line.addWidget(self._show)
        layout.addLayout(line)
        self._capitals = PlainLabel(_("Capital letters seem to be locked."), "second", tone="amber")
        self._capitals.hide()
        layout.addWidget(self._capitals)
        self.setFocusProxy(self.edit)
        self.edit.installEventFilter(self)
        self.edit.returnPressed.connect(self.entered)
        self.edit.textChanged.connect(self.changed)

    def is_empty(self) -> bool:
        return not self.edit.text()

    def text(self) -> str:
        return self.edit.text()

    def take(self) -> str:
        """The passphrase; the field is empty and hides its text again afterwards."""
        words = self.edit.text()
        self.clear()
        return words

    def clear(self) -> None:
        self.edit.clear()
        self._hide_words(hidden=True)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.edit.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        super().setAccessibleDescription(description)
        self.edit.setAccessibleDescription(description)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._look_at_capitals(event)
        elif event.type() == QEvent.Type.FocusOut:
            self._capitals.hide()
        return super().eventFilter(watched, event)

    def _look_at_capitals(self, event: QKeyEvent) -> None:
        """Qt cannot tell the state of the lock; a letter against its Shift key can."""
        letter = event.text()
        if len(letter) != 1 or not letter.isalpha() or letter.upper() == letter.lower():
            return
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._capitals.setVisible(letter.isupper() != shifted)

    def _on_show(self) -> None:
        self._hide_words(hidden=self.edit.echoMode() == QLineEdit.EchoMode.Normal)

    def _hide_words(self, *, hidden: bool) -> None:
        mode = QLineEdit.EchoMode
        self.edit.setEchoMode(mode.Password if hidden else mode.Normal)
        self._show.setText(_("Show") if hidden else _("Hide"))


class NumberField(QSpinBox):
    """A whole number to type, or to step with the arrow keys. The wheel needs the focus."""

    def __init__(
        self, least: int, most: int, suffix: str = "", parent: QWidget | None = None
    ) -> None:
        """`suffix` is the unit as shown, with its space."""
        super().__init__(parent)
        self.setRange(least, most)
        self.setSuffix(suffix)
        self.lineEdit().setTextMargins(7, 0, 7, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class MomentField(QDateTimeEdit):
    """A day and a time, typed or from a calendar. The wheel needs the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCalendarPopup(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        calendar = self.calendarWidget()
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(day, QTextCharFormat())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_chevron(self)


class SearchField(QLineEdit):
    """Words to look for. `asked` comes a moment after the last key, at once with Enter."""

    asked = Signal(str)

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self.pause = QTimer(self, singleShot=True, interval=_SEARCH_PAUSE_MS)
        self.pause.timeout.connect(self._ask)
        self.textEdited.connect(lambda _text: self.pause.start())
        self.textChanged.connect(self._on_text)
        self.returnPressed.connect(self._ask)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def _on_text(self, text: str) -> None:
        if not text:
            self._ask()

    def _ask(self) -> None:
        self.pause.stop()
        self.asked.emit(self.text())
