"""Search on top, the lines below it, or an empty room in their place. Knows the kit only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui.kit.fields import SearchField
from calmreply.ui.kit.lines import LineList
from calmreply.ui.kit.pills import PillChoice
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import EmptyRoom, Hairline, Notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent

EVERYWHERE, HERE = "everywhere", "here"
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class InboxSearch(SearchField):
    """The search field; Down goes into the list, Enter opens, Escape leaves when it is empty."""

    down = Signal()
    enter = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and not self.text():
            self.left.emit()
        else:
            super().keyPressEvent(event)
            if event.key() in _ENTER:
                self.enter.emit()


class InboxList(LineList):
    """The lines. `opened` comes with Enter, `clicked` with a click; typing goes to the search."""

    opened = Signal(QModelIndex)
    typed = Signal(str)
    up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Mentions"), parent)
        self.entering = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt marks the first line when none is; to mark is not to open."""
        self.entering = True
        super().focusInEvent(event)
        self.entering = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.currentIndex()
        if event.key() in _ENTER and here.isValid():
            self.opened.emit(here)
        elif event.key() == Qt.Key.Key_Up and here.row() <= 0:
            self.up.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Qt would ask the model for every row there is; the search field knows better."""
        if search.strip():
            self.typed.emit(search)


class InboxPane(QWidget):
    """The middle of the window. Says what is wanted; whoever listens brings it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Inbox"))
        self.search = InboxSearch(_search_words(), self)
        self.search.setObjectName("inbox.search")
        self.search.setAccessibleName(_("Search mentions and people"))
        self.where = PillChoice(
            ((EVERYWHERE, _("Everywhere")), (HERE, _("Only here"))),
            exclusive=True,
            name=_("Where to search"),
        )
        self.where.setObjectName("inbox.where")
        self.where.choose((EVERYWHERE,))
        self.where.hide()
        self.notice = Notice()
        self.notice.setObjectName("inbox.notice")
        self.list = InboxList()
        self.list.setObjectName("inbox.list")
        self._lay_out()
        self.search.down.connect(self.enter_list)
        self.search.left.connect(self.list.setFocus)
        self.list.typed.connect(self._type)
        self.list.up.connect(self.search.setFocus)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(12, 10, 12, 10)
        top.setSpacing(6)
        top.addWidget(self.search)
        top.addWidget(self.where)
        top.addWidget(self.notice)
        whole.addLayout(top)
        whole.addWidget(Hairline())
        self._stack = QStackedLayout()
        self._stack.addWidget(self.list)
        whole.addLayout(self._stack, 1)

    @property
    def empty(self) -> EmptyRoom | None:
        """The empty room, while it is shown."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, EmptyRoom) else None

    def show_list(self) -> None:
        """Show the lines; an empty room that stood there goes."""
        old = self.empty
        self._stack.setCurrentWidget(self.list)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()

    def show_empty(
        self, title: str, words: str, action: str, do: Callable[[], object] | None
    ) -> None:
        """Say what will appear here, and offer one thing to do."""
        focused = self.list.hasFocus()
        self.show_list()
        room = EmptyRoom(title, words, action, do)
        room.button.setObjectName("inbox.empty")
        self._stack.setCurrentIndex(self._stack.addWidget(room))
        if focused:
            room.button.setFocus()

    def offer_also(self, action: str, do: Callable[[], object]) -> None:
        """A second thing to do in the empty room that is shown."""
        if self.empty is not None:
            self.empty.offer_also(action, do).setObjectName("inbox.empty.also")

    def show_where(self, here: str, *, shown: bool) -> None:
        """While words are searched: everywhere, or only in the stage called `here`."""
        words, button = _("Only in {stage}").format(stage=here), self.where.button(HERE)
        if button.accessibleName() != words:
            button.set_words(words)
        self.where.setVisible(shown)

    def enter_list(self) -> None:
        """From the search into the list, onto a line."""
        model = self.list.model()
        if model is None or not model.rowCount():
            return
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(model.index(0, 0))
        self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().color("panel"))

    def _type(self, words: str) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.insert(words)
        self.search.textEdited.emit(self.search.text())


def _search_words() -> str:
    keys = QKeySequence(QKeySequence.StandardKey.Find)
    shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
    return _("Search mentions and people…  {keys}").format(keys=shown)
