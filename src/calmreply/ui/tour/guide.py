"""The hand that guides the tour: what a person does at the window, by names that stay the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QScrollArea,
    QWidget,
)

from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.kit.line_data import LINE_ROLE, LineData
from calmreply.ui.kit.rest import any_holds

if TYPE_CHECKING:
    from calmreply.ui.app import Program
    from calmreply.ui.sitting import Sitting
    from calmreply.ui.ways import Rehearsing

W = TypeVar("W", bound=QWidget)
PATIENCE_MS = 60_000
"""What has not happened after so long is taken not to happen at all."""
_MOMENT_MS = 20


def stuck(why: str) -> KnownError:
    return KnownError(
        "tour_stuck",
        _("The tour cannot go on: {why}.").format(why=why),
        _("The pictures so far are kept. This is a fault of CalmReply: please tell its makers."),
    )


class Guide:
    """Raises KnownError `tour_stuck` where what a step needs is not there."""

    def __init__(self, program: Program, rehearsing: Rehearsing) -> None:
        self.program: Sitting = program
        self._whole = program
        self._rehearsing = rehearsing

    def open(self) -> None:
        """Wait until a home is open in the window."""
        self.until(lambda: self.program.shell is not None, _("the window opens"))
        self.program.frame.activateWindow()
        self.settle()

    def go_on(self) -> None:
        """Go on in the window of the rehearsal that has begun over this one."""
        self.until(lambda: self._whole.rehearsal is not None, _("the rehearsal begins"))
        if self._whole.rehearsal is not None:
            self.program = self._whole.rehearsal.program
            self.open()

    # waiting

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Let the program work until something holds; `what` says it in words."""
        passed = QElapsedTimer()
        passed.start()
        while not holds():
            if passed.elapsed() > PATIENCE_MS:
                raise stuck(_("this did not happen: {what}").format(what=what))
            # Waits for the next event, or for a moment: nothing is asked in a busy loop.
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, _MOMENT_MS)
            QTest.qWait(1)

    def settle(self) -> None:
        """Let everything that was begun come to its end."""
        for _twice in range(2):
            QApplication.processEvents()
            self.until(lambda: not self._at_work(), _("the window comes to rest"))
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _at_work(self) -> bool:
        shell = self.program.shell
        if self.program.runner.busy or any_holds(self.program.frame):
            return True
        if shell is None:
            return False
        inbox = shell.inbox
        pauses = (inbox.model.soon, inbox.settle, self.program.frame.pane.search.pause)
        return any(timer.isActive() for timer in pauses)

    def later(self, minutes: float) -> None:
        """Let time pass, and the window notice."""
        self._rehearsing.advance(timedelta(minutes=minutes))
        if self.program.shell is not None:
            self.program.shell.pulse.beat()
            self.program.shell.pages.current.update()
        page: Any = self.program.frame.findChild(QWidget, "case")
        if page is not None:
            page.read_again()
        self.settle()

    # finding

    def there(self, name: str) -> bool:
        return self._seen(name, QWidget) is not None

    def find(self, name: str, kind: type[W] | None = None) -> W:
        """The widget of that name that is on the screen now, in whichever window."""
        found = self._seen(name, kind or QWidget)
        if found is None:
            raise stuck(_("{name} is not on the screen").format(name=name))
        return cast("W", found)

    def _seen(self, name: str, kind: type[QWidget]) -> QWidget | None:
        for window in reversed(QApplication.topLevelWidgets()):
            for found in (window, *window.findChildren(kind, name)):
                if found.objectName() == name and found.isVisible():
                    return found
        return None

    # doing

    def press(self, name: str) -> None:
        """Press a button by the mouse; it is scrolled into sight first."""
        button = self.find(name, QAbstractButton)
        if not button.isEnabled():
            raise stuck(_("{name} cannot be pressed now").format(name=name))
        bring(button)
        where = QPoint(min(12, button.width() // 2), button.height() // 2)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=where)
        self.settle()

    def type(self, name: str, words: str) -> None:
        """Write into a field, in place of what stands there."""
        field: Any = self.find(name)
        field = getattr(field, "edit", field)
        self.focus(field)
        field.selectAll()
        self.keys(words)

    def keys(self, words: str) -> None:
        """Type where the focus is."""
        field: Any = QApplication.focusWidget()
        if field is None:
            raise stuck(_("nothing has the focus"))
        if words.isascii():
            QTest.keyClicks(field, words)
        elif hasattr(field, "insertPlainText"):
            field.insertPlainText(words)
        else:
            field.insert(words)  # QTest knows the keys of ASCII only
        self.settle()

    def focus(self, widget: QWidget) -> None:
        """Put the focus into a widget, as a click into it does."""
        bring(widget)
        # A window off the screen has no window manager that would do this when a dialog closes.
        widget.window().activateWindow()
        widget.setFocus(Qt.FocusReason.MouseFocusReason)
        self.until(lambda: QApplication.focusWidget() is not None, _("a window is in front"))

    def let_go(self) -> None:
        """Take the focus away, so that no ring draws the eye."""
        widget = QApplication.focusWidget()
        if widget is not None:
            widget.clearFocus()
        self.settle()

    def menu(self, name: str) -> None:
        """Choose from the menus by the name of the action."""
        action = self.program.frame.findChild(QAction, name)
        if action is None or not action.isEnabled():
            raise stuck(_("{name} cannot be chosen now").format(name=name))
        action.trigger()
        self.settle()

    def go_to(self, place: str) -> None:
        """Click a place in the rail: a stage or a room by its key."""
        rail: Any = self.program.frame.rail
        index = rail.model().at(place)
        if not index.isValid():
            raise stuck(_("{name} is not on the screen").format(name=place))
        rail.scrollTo(index)
        middle = rail.visualRect(index).center()
        QTest.mouseClick(rail.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        self.settle()

    def pick(self, who: str) -> None:
        """Click the line of that author."""
        lines = self.program.frame.pane.list
        model = lines.model()
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            line = index.data(LINE_ROLE)
            if isinstance(line, LineData) and line.who.startswith(who):
                lines.scrollTo(index)
                middle = lines.visualRect(index).center()
                QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=middle)
                self.settle()
                return
        raise stuck(_("there is no line of {who}").format(who=who))

    def sign_in(self, name: str, passphrase: str) -> None:
        """Answer the sign-in that stands there."""
        who: Any = self.find("sign_in.who")
        who.setCurrentIndex(who.findText(name))
        self.type("sign_in.passphrase", passphrase)
        self.press("sign_in.go")


def bring(widget: QWidget) -> None:
    """Scroll until a widget is in sight."""
    above = widget.parentWidget()
    while above is not None and not above.isWindow():
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget, 8, 24)
        above = above.parentWidget()
    QApplication.processEvents()


def to_top(name: str) -> None:
    """Scroll whatever lies in the widget of that name back to its beginning."""
    for window in QApplication.topLevelWidgets():
        for area in window.findChildren(QAbstractScrollArea):
            if area.objectName() == name:
                area.verticalScrollBar().setValue(0)
