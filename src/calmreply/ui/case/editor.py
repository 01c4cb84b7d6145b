"""The words of the reply, and the question that is asked before signed words change.

While the editor is guarded, whatever would change it (a key, a paste, a drop, an input method,
undo) is taken back at once and held: the words on the screen stay those that were signed until
somebody has said "Change".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget

from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.text import utf16
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Notice

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHBoxLayout

QUIET_MS = 400
"""A letter answers the question only after this long without one: nobody answers by typing on."""


AIR = 4  # pixels


class GuardedEdit(PlainEdit):
    """An editor whose changes can be held. `held` carries the words as they would be then."""

    held = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(bare=True, min_lines=5, max_lines=None, parent=parent)
        # A little air between the words and the ring around them.
        self.setViewportMargins(AIR, 2, AIR, 2)
        self.hang += AIR
        self.guarded = False
        self._follow = QTimer(self, singleShot=True, interval=0)
        self._follow.timeout.connect(self._bring_caret)
        self.cursorPositionChanged.connect(self._on_caret)

    def follow(self) -> None:
        """Let whatever it scrolls in show the caret, as soon as everything has its place."""
        self._follow.start()

    def _on_caret(self) -> None:
        if self.hasFocus():
            self.follow()

    def _bring_caret(self) -> None:
        """With a line of room over it and two below; Qt measures this from the caret."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None and self.isVisible():
            above.ensureWidgetVisible(self, 0, 2 * self.fontMetrics().height())

    def replace(self, words: str) -> None:
        """Put `words` in place of everything, as one step that undo takes back."""
        before = self.words()
        start = _alike(before, words)
        end = _alike(before[start:][::-1], words[start:][::-1])
        cursor = self.textCursor()
        cursor.setPosition(utf16(before[:start]))
        cursor.setPosition(utf16(before[: len(before) - end]), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(words[start : len(words) - end])
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _on_changed(self) -> None:
        words, before = self.words(), self._last
        if not self.guarded or words == before:
            super()._on_changed()
            return
        self.set_text(before)
        cursor = self.textCursor()
        cursor.setPosition(utf16(before[: _alike(before, words)]))
        self.setTextCursor(cursor)
        self.held.emit(words)


class GuardedLine(QLineEdit):
    """One line that is guarded likewise."""

    held = Signal(str)
    words_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.guarded = False
        self._last = ""
        self.textChanged.connect(self._on_changed)

    def words(self) -> str:
        return self.text()

    def set_text(self, text: str) -> None:
        """Show `text`; says nothing."""
        self._last = text
        if self.text() != text:
            self.setText(text)

    def replace(self, words: str) -> None:
        self.setText(words)

    def _on_changed(self, text: str) -> None:
        if text == self._last:
            return
        if not self.guarded:
            self._last = text
            self.words_changed.emit()
            return
        self.setText(self._last)
        self.held.emit(text)


class Question(Notice):
    """In place: "Changing this asks Tom again. Change / Leave it", by mouse or by one letter.

    It takes no focus. The editors it watches give it their keys while it stands there.
    """

    change = Signal()
    leave = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("case.question")
        self._button.setObjectName("case.question.change")
        self.leave_button = Button(_("Leave it"), self.leave.emit)
        self.leave_button.setObjectName("case.question.leave")
        self._close.hide()
        row: QHBoxLayout = self.layout()  # type: ignore[assignment]  # the kit's own row
        row.addWidget(self.leave_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)

    @property
    def change_button(self) -> Button:
        return self._button

    @property
    def armed(self) -> bool:
        """Whether a letter answers now."""
        return not self.isHidden() and not self._quiet.isActive()

    def ask(self, words: str) -> None:
        keys = _("Press {change} or {leave}.").format(
            change=_key(_("Change")), leave=_key(_("Leave it"))
        )
        self._quiet.start()
        self.say(words, keys, tone="amber", action=_("Change"), do=self.change.emit)

    def watch(self, editor: QWidget) -> None:
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if self.isHidden() or event.type() not in kinds or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        answer = self._answer(event)
        if answer is None and not _types(event):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif answer is not None and self.armed:
            answer()
        else:
            self._quiet.start()
        return True

    def _answer(self, event: QKeyEvent) -> Callable[[], object] | None:
        if event.key() == Qt.Key.Key_Escape:
            return self.leave.emit
        match event.text().casefold():
            case text if text == _key(_("Change")).casefold():
                return self.change.emit
            case text if text == _key(_("Leave it")).casefold():
                return self.leave.emit
            case _:
                return None


def _types(event: QKeyEvent) -> bool:
    """Whether this key would put something into the words or take something out."""
    text = event.text()
    return bool(text) and (text.isprintable() or text in "\r\n\x08\x7f")


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _key(words: str) -> str:
    """The letter that stands for a button: its first."""
    return words[:1].upper()
