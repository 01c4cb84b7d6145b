"""Dialogs and rooms by what a person does and sees in them, each in a window of its own.

    robot = DialogRobot(qtbot, bench.home, who=bench.ana)
    robot.open(ReviewDialog, case)
    robot.press("review.tick.true")
    robot.type("review.passphrase", PASSPHRASE)

`way` is how things are done: "mouse" or "key". Nothing sleeps: `settle` lets everything that was
begun come to its end.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from tests.ui.patience import wait_for

from calmreply.ui.desk import Desk
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Notice
from calmreply.ui.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from calmreply.app.home import Actor, Home
    from calmreply.domain.mention import CaseId

Way = Literal["mouse", "key"]
FIELDS = (QAbstractButton, QLineEdit, QTextEdit, QComboBox, QAbstractSpinBox)
"""What takes part in the work of a dialog."""


class DialogRobot:
    """A window with a desk at which `who` is signed in; `finish` ends it."""

    def __init__(
        self, qtbot: QtBot, home: Home, *, who: Actor | None = None, way: Way = "mouse"
    ) -> None:
        self.qtbot, self.home, self.way = qtbot, home, way
        self.asked_who: list[Callable[[Actor], None]] = []
        self.crashes: list[BaseException] = []
        self.done: list[Any] = []
        self.cases: list[CaseId] = []
        self.rooms: list[str] = []
        lanes = {"write": 1, "read": 2, "net": 2}
        self._pools = {name: ThreadPoolExecutor(n) for name, n in lanes.items()}
        self.runner = Runner(self._pools, crashed=self.crashes.append)
        self.desk = Desk(home, self.runner, self.asked_who.append)
        self.desk.case_wanted.connect(self.cases.append)
        self.desk.room_wanted.connect(self.rooms.append)
        if who is not None:
            self.desk.sign_in(who)
        self.window = QWidget()
        self._place = QVBoxLayout(self.window)
        self._place.setContentsMargins(0, 0, 0, 0)
        self.window.resize(1024, 700)
        self.window.show()
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    def open(self, kind: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Open a dialog over the window; what it says when it is done ends up in `done`."""
        dialog = kind(self.desk, *args, self.window, **more)
        dialog.done.connect(self.done.append)
        dialog.open()
        self.until(dialog.isActiveWindow)
        self.settle()
        return dialog

    def room(self, kind: Callable[..., Any]) -> Any:
        """Fill the window with a room."""
        room = kind(self.desk, self.window)
        self._place.addWidget(room)
        room.show()
        self.settle()
        return room

    def finish(self) -> None:
        self.runner.close()
        for pool in self._pools.values():
            pool.shutdown()
        for window in self._windows():
            window.close()
        self.window.deleteLater()
        self.desk.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        assert not self.crashes, self.crashes

    # waiting

    def until(self, holds: Callable[[], object]) -> None:
        wait_for(self.qtbot, holds)

    def settle(self) -> None:
        QApplication.processEvents()
        self.until(lambda: self.runner.busy == 0)
        QApplication.processEvents()
        if self.runner.busy:
            self.settle()
        for _turn in range(3):  # a height is told from layout to layout
            QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # seeing

    def _windows(self) -> list[QWidget]:
        """What stands before the window, the newest first, and the window itself."""
        shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
        others = [one for one in shown if self._stands_before(one)]
        others.sort(key=lambda one: not one.isActiveWindow())
        return [*others, self.window]

    def _stands_before(self, window: QWidget) -> bool:
        above = window.parentWidget()
        while above is not None and above is not self.window:
            above = above.parentWidget()
        return above is not None

    def dialogs(self) -> list[str]:
        """The object names of the dialogs that stand there."""
        return [one.objectName() for one in self._windows()[:-1]]

    def find(self, name: str, kind: type[QWidget] | None = None) -> Any:
        """The widget of that objectName that is on screen now."""
        wanted = kind or QWidget
        for window in self._windows():
            for found in (window, *window.findChildren(wanted, name)):
                if found.objectName() == name and found.isVisible():
                    return found
        raise AssertionError(f"{name} is not on screen")

    def there(self, name: str) -> bool:
        try:
            self.find(name)
        except AssertionError:
            return False
        return True

    def text(self, name: str) -> str:
        """What a label, a button, a field or a text area says."""
        found = self.find(name)
        found = getattr(found, "edit", found)
        return str(found.words() if hasattr(found, "words") else found.text())

    def said(self) -> str:
        """All labels on screen, as one text: to look for a sentence, wherever it stands."""
        shown = [
            label.text()
            for label in self._windows()[0].findChildren(PlainLabel)
            if label.isVisible()
        ]
        return "\n".join(shown)

    def notice(self, name: str) -> str:
        """What that notice says; empty when it says nothing."""
        for window in self._windows():
            for found in window.findChildren(Notice, name):
                return found.words()
        return ""

    def error(self, name: str) -> str:
        """What is said to be wrong with a field, in its place."""
        row = self.find(name)
        while row is not None and not isinstance(row, FormRow):
            row = row.parentWidget()
        assert row is not None, f"{name} stands in no row"
        return str(row.error())

    @property
    def focus(self) -> str:
        """The name of what has the focus; of a field with parts, the field's own."""
        widget: QWidget | None = QApplication.focusWidget()
        while widget is not None and not widget.objectName().strip():
            widget = widget.parentWidget()
        if widget is not None and widget.objectName().startswith("qt_"):
            widget = widget.parentWidget()
        return widget.objectName() if widget is not None else ""

    # doing

    def press(self, name: str) -> None:
        """Press a button or put a tick: by the mouse, or by the space bar."""
        button: QAbstractButton = self.find(name, QAbstractButton)
        assert button.isEnabled(), f"{name} cannot be pressed now"
        if self.way == "mouse":
            middle = QPoint(min(12, button.width() // 2), button.height() // 2)
            QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=middle)
        else:
            button.setFocus(Qt.FocusReason.TabFocusReason)
            assert button.hasFocus(), f"{name} does not take the focus"
            QTest.keyClick(button, Qt.Key.Key_Space)
        self.settle()

    def key(self, keys: str) -> None:
        """Press keys such as `Ctrl+Return` where the focus is."""
        combined: Any = QKeySequence(keys)[0]  # type: ignore[index]  # its stub does not say so
        target = QApplication.focusWidget() or self._windows()[0]
        QTest.keyClick(target, combined.key(), combined.keyboardModifiers())
        self.settle()

    def type(self, name: str, words: str) -> None:
        """Write into a field, in place of what stands there."""
        field = self.find(name)
        field = getattr(field, "edit", field)
        field.setFocus(Qt.FocusReason.TabFocusReason)
        field.selectAll()
        if isinstance(field, PlainEdit):
            field.insertPlainText(words)
        elif words.isascii():
            QTest.keyClicks(field, words) if words else QTest.keyClick(field, Qt.Key.Key_Delete)
        else:
            field.insert(words)  # QTest aborts on anything but ASCII
        self.settle()

    def choose(self, name: str, words: str) -> None:
        """Choose a line of a list that opens, by its arrow keys."""
        field = self.find(name)
        assert isinstance(field, QComboBox)
        field.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(field, Qt.Key.Key_Home)
        for _line in range(field.count()):
            if field.currentText() == words:
                break
            QTest.keyClick(field, Qt.Key.Key_Down)
        assert field.currentText() == words
        self.settle()

    def answer(self, who: Actor) -> None:
        """Somebody signs in at the desk, as was asked for."""
        assert self.asked_who, "nobody was asked to sign in"
        waiting, self.asked_who[:] = list(self.asked_who), []
        self.desk.sign_in(who)
        for then in waiting:
            then(who)
        self.settle()

    # the keyboard

    def by_tab(self, top: QWidget) -> list[QWidget]:
        """What Tab comes to in `top`, in that order, once round."""
        found: list[QWidget] = []
        if QApplication.focusWidget() is None:
            top.window().focusNextChild()
        start = QApplication.focusWidget()
        for _step in range(300):
            now = QApplication.focusWidget()
            if now is None or (now in found and now is not found[-1]):
                break
            if now not in found:  # a field of several parts takes several presses
                found.append(now)
            QTest.keyClick(now, Qt.Key.Key_Tab)
            QApplication.processEvents()
        if start is not None:
            start.setFocus()
        return [one for one in found if top.isAncestorOf(one)]
