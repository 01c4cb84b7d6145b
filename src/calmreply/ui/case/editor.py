"""The words of the reply, and the question that is asked before signed words change.

While the editor is guarded, whatever would change it (a key, a paste, a drop, an input method,
undo) is taken back at once and held: the words on the screen stay those that were signed until
somebody has said "Change". What is typed on meanwhile is held with it, in an editor nobody sees.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.hidden import HiddenFlags
from calmreply.ui.kit.text import utf16
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Notice

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QHBoxLayout

W = TypeVar("W", bound=QWidget)

AIR = 2  # pixels
TOLD = 80
"""Characters of what is held that the question shows: its end, where one types."""


class GuardedEdit(PlainEdit):
    """An editor whose changes can be held. `held` carries the words as they would be then."""

    held = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(bare=True, min_lines=5, max_lines=None, parent=parent)
        # A little more air between the words and the ring around them than others have.
        self.setViewportMargins(AIR, AIR, AIR, AIR)
        self.hang += AIR
        self._flags = HiddenFlags(self)
        self.guarded = False
        self._wish: QPlainTextEdit | None = None
        self._wished_from = ""
        self._follow = QTimer(self, singleShot=True, interval=0)
        self._follow.timeout.connect(self._bring_caret)
        self.cursorPositionChanged.connect(self._on_caret)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._flags.paint()

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

    # what is held

    def wished(self) -> str | None:
        """The words as they would be with all that is held; None if nothing is."""
        return None if self._wish is None else self._wish.toPlainText()

    def type_on(self, event: QKeyEvent) -> None:
        """A key, after the change that is held."""
        wish = self._wish or self._wish_for(self.words(), self.textCursor().position())
        wish.keyPressEvent(event)
        self.held.emit(self.wished())

    def let_in(self) -> None:
        """Make the changes that were held, unless the words are others by now."""
        wish = self._wish
        if wish is not None and self.words() == self._wished_from:
            self.replace(wish.toPlainText())
            cursor = self.textCursor()
            cursor.setPosition(wish.textCursor().position())
            self.setTextCursor(cursor)
        self.let_go()

    def let_go(self) -> None:
        """Forget what was held."""
        if self._wish is not None:
            self._wish.deleteLater()
        self._wish = None

    def insertFromMimeData(self, source: QMimeData) -> None:
        if self._wish is None:
            super().insertFromMimeData(source)
        elif self.canInsertFromMimeData(source):
            self._wish.textCursor().insertText(source.text())
            self.held.emit(self.wished())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if self._wish is None:
            super().inputMethodEvent(event)
        else:
            self._wish.inputMethodEvent(event)
            self.held.emit(self.wished())

    def _wish_for(self, words: str, caret: int) -> QPlainTextEdit:
        self._wish = _unseen(QPlainTextEdit(self))
        self._wish.setPlainText(words)
        self._wished_from = self._last
        cursor = self._wish.textCursor()
        cursor.setPosition(caret)
        self._wish.setTextCursor(cursor)
        return self._wish

    def _on_changed(self) -> None:
        words, before = self.words(), self._last
        if not self.guarded or words == before:
            super()._on_changed()
            return
        caret = self.textCursor().position()
        self.set_text(before)
        cursor = self.textCursor()
        cursor.setPosition(utf16(before[: _alike(before, words)]))
        self.setTextCursor(cursor)
        if self._wish is None:
            self._wish_for(words, caret)
        self.held.emit(self.wished())


class GuardedLine(QLineEdit):
    """One line that is guarded likewise."""

    held = Signal(str)
    words_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.guarded = False
        self._wish: QLineEdit | None = None
        self._wished_from = ""
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

    # what is held, as in GuardedEdit

    def wished(self) -> str | None:
        return None if self._wish is None else self._wish.text()

    def type_on(self, event: QKeyEvent) -> None:
        wish = self._wish or self._wish_for(self.text(), self.cursorPosition())
        wish.keyPressEvent(event)
        self.held.emit(self.wished())

    def let_in(self) -> None:
        wish = self._wish
        if wish is not None and self.text() == self._wished_from:
            self.setText(wish.text())
            self.setCursorPosition(wish.cursorPosition())
        self.let_go()

    def let_go(self) -> None:
        if self._wish is not None:
            self._wish.deleteLater()
        self._wish = None

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if self._wish is None:
            super().inputMethodEvent(event)
        else:
            self._wish.inputMethodEvent(event)
            self.held.emit(self.wished())

    def _wish_for(self, text: str, caret: int) -> QLineEdit:
        self._wish = _unseen(QLineEdit(self))
        self._wish.setText(text)
        self._wished_from = self._last
        self._wish.setCursorPosition(caret)
        return self._wish

    def _on_changed(self, text: str) -> None:
        if text == self._last:
            return
        if not self.guarded:
            self._last = text
            self.words_changed.emit()
            return
        caret = self.cursorPosition()
        self.setText(self._last)
        if self._wish is None:
            self._wish_for(text, caret)
        self.held.emit(self.wished())


Guarded = GuardedEdit | GuardedLine


class Question(Notice):
    """In place: "Changing this asks Tom again. Change / Leave it".

    It takes no focus. While it stands there the editors it watches hold what is typed on, and no
    letter typed there answers it: only Esc does, and Tab goes to the two buttons.
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
        self._asked = ""

    @property
    def change_button(self) -> Button:
        return self._button

    def ask(self, words: str) -> None:
        self._asked = words
        keys = _("Tab goes to the two buttons; Esc leaves it.")
        self.say(words, keys, tone="amber", action=_("Change"), do=self.change.emit)

    def tell_held(self, before: str, wished: str) -> None:
        """What was typed since `before`, and what becomes of it."""
        start = _alike(before, wished)
        end = _alike(before[start:][::-1], wished[start:][::-1])
        typed = " ".join(wished[start : len(wished) - end].split())
        if not typed:
            return
        if len(typed) > TOLD:
            typed = "…" + typed[-TOLD:]
        held = _(
            "You typed: {typed}\n"
            "Change lets it in, Leave it drops it. "
            "Tab goes to the two buttons; Esc leaves it."
        ).format(typed=typed)
        self._way_out.setText(held)
        self.setAccessibleName(f"{self._asked} {held}")

    def watch(self, editor: Guarded) -> None:
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if self.isHidden() or event.type() not in kinds or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        deed = self._deed(watched, event)
        if deed is None:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        else:
            deed()
        return True

    def _deed(self, watched: QObject, event: QKeyEvent) -> Callable[[], object] | None:
        if event.key() == Qt.Key.Key_Escape:
            return self.leave.emit
        if event.key() == Qt.Key.Key_Tab and not event.modifiers():
            return partial(self._button.setFocus, Qt.FocusReason.TabFocusReason)
        if isinstance(watched, GuardedEdit | GuardedLine) and _edits(event):
            return partial(watched.type_on, event)
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """On one of its buttons a letter answers."""
        answers = {_key(_("Change")): self.change, _key(_("Leave it")): self.leave}
        answer = answers.get(event.text().upper())
        if event.key() == Qt.Key.Key_Escape:
            answer = self.leave
        if answer is None:
            super().keyPressEvent(event)
        else:
            answer.emit()


_MOVES = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)
_STEPS = (
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
    QKeySequence.StandardKey.DeleteStartOfWord,
    QKeySequence.StandardKey.DeleteEndOfWord,
)


def _edits(event: QKeyEvent) -> bool:
    """Whether this key puts something into the words, takes something out, or goes about there."""
    text, held = event.text(), event.modifiers()
    by_menu = held & Qt.KeyboardModifier.ControlModifier
    if held & Qt.KeyboardModifier.AltModifier and not by_menu and text.isascii():
        return False  # a menu is wanted
    if text and (text.isprintable() or text in "\x08\x7f" or (text in "\r\n" and not by_menu)):
        return True
    return event.key() in _MOVES or any(event.matches(step) for step in _STEPS)


def _unseen(editor: W) -> W:
    editor.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    editor.hide()
    return editor


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _key(words: str) -> str:
    """The letter that stands for a button: its first."""
    return words[:1].upper()
