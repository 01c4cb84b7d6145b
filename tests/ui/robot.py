"""The vocabulary of the window's tests: what a person does and sees, by mouse, by key or by menu.

    robot.rail.pick("Cooling off")
    robot.inbox.open("Marta")
    assert robot.status("state") == "Listening to 2 sources"

`robot.way` is how things are done: "mouse", "key" or "menu". Nothing here sleeps: `settle` lets
the program work until nothing is under way any more. Pages add their own parts: a class with the
robot in it, put on the robot by a fixture.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from tests.ui.patience import PATIENCE, wait_for

from calmreply.ui.app import Program, Ways
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.line_data import LINE_ROLE, LineData
from calmreply.ui.kit.rest import any_holds
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from pytestqt.qtbot import QtBot

    from calmreply.app.home import Home
    from calmreply.testing.clock import FakeClock
    from calmreply.ui.desk import Desk
    from calmreply.ui.shell.frame import Frame
    from calmreply.ui.shell.shell import Shell

Way = Literal["mouse", "key", "menu"]


@dataclass
class FakeOpened:
    """What `bootstrap` hands to the window, over any home."""

    home: Home
    locking: Callable[[], AbstractContextManager[None]] = nullcontext

    def lock(self) -> AbstractContextManager[None]:
        return self.locking()


@dataclass
class Opener:
    """Opens a home for the window; remembers that it was closed, and can be told to fail."""

    home: Home
    fails: list[BaseException] = field(default_factory=list)
    locking: Callable[[], AbstractContextManager[None]] = nullcontext
    opened: int = 0
    closed: int = 0

    @contextmanager
    def __call__(self) -> Iterator[FakeOpened]:
        if self.fails:
            raise self.fails.pop(0)
        self.opened += 1
        try:
            yield FakeOpened(self.home, self.locking)
        finally:
            self.closed += 1


class Robot:
    """Drives one window from the first paint on. `finish` ends it; the fixture does that."""

    def __init__(
        self, qtbot: QtBot, opener: Opener, clock: FakeClock, way: Way = "mouse", **ways: Any
    ) -> None:
        self.qtbot, self.opener, self.clock, self.way = qtbot, opener, clock, way
        self.program = Program(Ways(opener, **ways))
        self.rail = RailRobot(self)
        self.inbox = InboxRobot(self)
        self._finished = False
        self.frame.resize(1280, 820)

    # the window

    @property
    def frame(self) -> Frame:
        return self.program.frame

    @property
    def shell(self) -> Shell:
        assert self.program.shell is not None, "no home is open"
        return self.program.shell

    @property
    def desk(self) -> Desk:
        assert self.program.desk is not None, "no home is open"
        return self.program.desk

    @property
    def home(self) -> Home:
        return self.opener.home

    def open(self) -> Robot:
        """Show the window and wait until its home is open and its first page is there."""
        with self.qtbot.waitSignal(self.program.ready, timeout=PATIENCE):
            self.program.show()
        self.frame.activateWindow()
        self.settle()
        return self

    def show(self) -> Robot:
        """Show the window where no home will open."""
        self.program.show()
        self.until(lambda: self.program.runner.busy == 0 and self.frame.ground.was_painted)
        return self

    def finish(self) -> None:
        if self._finished:
            return
        self._finished = True
        self.program.finish()
        self.frame.close()
        self.frame.deleteLater()
        self.program.deleteLater()
        QCoreApplication.sendPostedEvents(None, 52)  # 52: DeferredDelete
        QApplication.processEvents()

    # waiting

    def until(self, holds: Callable[[], object]) -> None:
        wait_for(self.qtbot, holds)

    def settle(self) -> None:
        """Let everything that was begun come to its end."""
        QApplication.processEvents()
        self.until(self._rests)
        QApplication.processEvents()
        if not self._rests():
            self.settle()

    def _rests(self) -> bool:
        if self.program.runner.busy or self._hurrying():
            return False
        if self.program.shell is None or not self.shell.inbox.behind:
            return True
        # Nothing but the pause between two looks at the list is left: it passes now.
        self.shell.inbox._pause.start(0)
        return False

    def _hurrying(self) -> bool:
        if self.program.shell is None:
            return False
        if any_holds(self.frame):
            return True
        inbox = self.shell.inbox
        timers = (inbox.model.soon, inbox.settle, self.frame.pane.search.pause)
        return any(timer.isActive() for timer in timers)

    def later(self, **time: float) -> None:
        """Let `minutes`, `hours`, ... pass, and the window notice."""
        self.clock.advance(**time)
        self.shell.pulse.beat()
        self.settle()

    # doing

    def find(self, name: str) -> Any:
        """The widget of that objectName that is on screen now, in whichever window."""
        for window in reversed(QApplication.topLevelWidgets()):
            for found in (window, *window.findChildren(QWidget, name)):
                if found.objectName() == name and found.isVisible():
                    return found
        raise AssertionError(f"{name} is not on screen")

    def there(self, name: str) -> bool:
        """Whether a widget of that objectName is on screen."""
        try:
            self.find(name)
        except AssertionError:
            return False
        return True

    def press(self, name: str) -> None:
        """Press a button or put a tick: by the mouse, or by the space bar."""
        button = self.find(name)
        assert button.isEnabled(), f"{name} cannot be pressed now"
        if self.way == "mouse":
            QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=_inside(button))
        else:
            button.setFocus(Qt.FocusReason.TabFocusReason)
            assert button.hasFocus(), f"{name} does not take the focus"
            QTest.keyClick(button, Qt.Key.Key_Space)
        self.settle()

    def key(self, keys: str, where: QWidget | None = None) -> None:
        """Press keys such as `Ctrl+F` where the focus is."""
        combined = QKeySequence(keys)[0]  # type: ignore[index]  # the stubs forget that it has
        target = where or QApplication.focusWidget() or self.frame
        QTest.keyClick(target, combined.key(), combined.keyboardModifiers())
        self.settle()

    def type(self, name: str, words: str) -> None:
        """Write into a field, in place of what stands there."""
        field: Any = self.find(name)
        field = getattr(field, "edit", field)
        field.setFocus(Qt.FocusReason.TabFocusReason)
        field.selectAll()
        if words.isascii():
            QTest.keyClicks(field, words) if words else QTest.keyClick(field, Qt.Key.Key_Delete)
        elif isinstance(field, PlainEdit):
            field.insertPlainText(words)
        else:
            field.insert(words)  # QTest aborts on anything but ASCII
        self.settle()

    def choose(self, menu: str, words: str) -> None:
        """Choose from the menu bar: `robot.choose("tools", "Check now")`."""
        self._action(self.frame.menus[menu], words).trigger()
        self.settle()

    def entries(self, menu: str) -> list[str]:
        """What a menu says, lines left out; what cannot be chosen is in brackets."""
        return [
            text if action.isEnabled() else f"({text})"
            for action in self.frame.menus[menu].actions()
            if (text := _words(action)) and not action.isSeparator()
        ]

    @staticmethod
    def _action(menu: QMenu, words: str) -> QAction:
        found = [one for one in menu.actions() if _words(one) == words]
        assert found, f"{words} is not in this menu"
        assert found[0].isEnabled(), f"{words} cannot be chosen now"
        return found[0]

    # seeing

    @property
    def room(self) -> str:
        """The name of the room on the right."""
        return self.shell.pages.name

    def status(self, part: str) -> str:
        """A part of the status bar: state, checks, trouble, said, who. Empty when not shown."""
        label = getattr(self.frame.status, part)
        assert isinstance(label, PlainLabel | Button)
        return label.text() if label.isVisible() else ""

    def notice(self, name: str = "shell.notice") -> str:
        """What the notice of that name says; empty when it says nothing."""
        found = self.frame.findChild(QWidget, name)
        return str(found.words()) if found is not None else ""  # type: ignore[attr-defined]

    # signing in

    def sign_in(self, passphrase: str, name: str = "") -> None:
        """Answer the sign-in that stands there."""
        self.until(lambda: self.there("sign_in.passphrase"))
        if name:
            who: Any = self.find("sign_in.who")
            who.setCurrentIndex(who.findText(name))
        self.type("sign_in.passphrase", passphrase)
        self.press("sign_in.go")

    def enrol(self, name: str, passphrase: str) -> str:
        """Come in as the first person; returns the recovery code."""
        self.until(lambda: self.there("enrol.name"))
        self.type("enrol.name", name)
        self.type("enrol.passphrase", passphrase)
        self.type("enrol.again", passphrase)
        self.press("enrol.go")
        self.until(lambda: self.there("enrol.code"))
        code = str(self.find("enrol.code").text())
        self.press("enrol.safe")
        self.press("enrol.done")
        return code


class RailRobot:
    def __init__(self, robot: Robot) -> None:
        self._robot = robot

    def rows(self) -> dict[str, int]:
        """The rows by their words, with their counts; an empty place counts 0."""
        model = self._robot.frame.rail.model()
        rows = {}
        for number in range(model.rowCount()):
            index = model.index(number, 0)
            if model.flags(index) & Qt.ItemFlag.ItemIsSelectable:
                words = str(index.data())
                told = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
                count = told.removeprefix(words).lstrip(", ")
                rows[words] = int(count.replace(",", "")) if count else 0
        return rows

    @property
    def chosen(self) -> str:
        return str(self._robot.frame.rail.currentIndex().data())

    def pick(self, words: str) -> None:
        robot, rail = self._robot, self._robot.frame.rail
        rows = [rail.model().index(n, 0) for n in range(rail.model().rowCount())]
        found = [index for index in rows if index.data() == words]
        assert found, f"{words} is not in the rail"
        match robot.way:
            case "mouse":
                rail.scrollTo(found[0])
                middle = rail.visualRect(found[0]).center()
                QTest.mouseClick(rail.viewport(), Qt.MouseButton.LeftButton, pos=middle)
            case "key":
                rail.setFocus(Qt.FocusReason.TabFocusReason)
                down = found[0].row() > rail.currentIndex().row()
                while rail.currentIndex().row() != found[0].row():
                    before = rail.currentIndex().row()
                    QTest.keyClick(rail, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
                    assert rail.currentIndex().row() != before, f"{words} is not reached by key"
            case "menu":
                menus = robot.frame.menus
                menu = "view" if words in robot.entries("view") else "tools"
                robot._action(menus[menu], words).trigger()
        robot.settle()


class InboxRobot:
    def __init__(self, robot: Robot) -> None:
        self._robot = robot

    @property
    def _list(self) -> Any:
        return self._robot.frame.pane.list

    def lines(self) -> list[LineData | None]:
        """The lines as they would be painted, None for one that is still pale. Few lines only."""
        model = self._list.model()
        found = [model.index(n, 0).data(LINE_ROLE) for n in range(model.rowCount())]
        self._robot.settle()
        return [
            model.index(n, 0).data(LINE_ROLE) if line is None else line
            for n, line in enumerate(found)
        ]

    def names(self) -> list[str]:
        return [line.who if line is not None else "" for line in self.lines()]

    def line(self, who: str) -> LineData:
        """The line of that author. Fails if there is none, or more than one."""
        found = [one for one in self.lines() if one is not None and one.who.startswith(who)]
        assert len(found) == 1, f"{who} has {len(found)} lines among {self.names()}"
        return found[0]

    def pills(self, who: str) -> list[str]:
        return [words for _tone, words in self.line(who).pills]

    @property
    def marked(self) -> str:
        """Who stands on the marked line; empty if none is marked."""
        line = self._list.currentIndex().data(LINE_ROLE)
        return line.who if isinstance(line, LineData) else ""

    def open(self, who: str) -> None:
        """Show a mention and go on into its page."""
        robot, lines = self._robot, self._list
        row = [name.startswith(who) for name in self.names()].index(True)
        index = lines.model().index(row, 0)
        if robot.way == "mouse":
            lines.scrollTo(index)
            middle = lines.visualRect(index).center()
            QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        else:
            robot.key("Ctrl+F")
            QTest.keyClick(robot.frame.pane.search, Qt.Key.Key_Down)
            QTest.keyClick(lines, Qt.Key.Key_Home)
            for _step in range(row):
                QTest.keyClick(lines, Qt.Key.Key_Down)
            QTest.keyClick(lines, Qt.Key.Key_Return)
        robot.settle()

    def search(self, words: str) -> None:
        """Write into the search field, in place of what stands there."""
        if self._robot.way != "mouse":
            self._robot.key("Ctrl+F")
        self._robot.type("inbox.search", words)

    @property
    def empty(self) -> str:
        """The title of what stands there instead of lines."""
        room = self._robot.frame.pane.empty
        return room.accessibleName() if room is not None else ""


def _words(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")


def _inside(button: QWidget) -> QPoint:
    """Where to press: ticks and links may be wider than their words."""
    return QPoint(min(12, button.width() // 2), button.height() // 2)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)
