"""Two ways to use the window as a person does: by the mouse alone, or by the keyboard alone.

    hands.press("case.read", keys="Ctrl+R")
    hands.fill("case.judge.evidence", "Order 212")

Everything goes in through the window system's end of Qt: a click hits whatever lies at that place
of the window, a key goes wherever the focus is. No widget is told anything behind its back. `keys`
are what a person at the keyboard presses instead, if there are any; else they go there by Tab, and
`steps` remembers how many it took. Nothing sleeps: `settle` lets the program come to rest.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QMenu,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QWidget,
)

from calmreply.ui.kit.line_data import LINE_ROLE, LineData
from calmreply.ui.kit.pills import PillButton
from calmreply.ui.kit.rest import any_holds

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QWindow

    from calmreply.testing.clock import FakeClock
    from calmreply.ui.app import Program

PATIENCE_MS = 90_000
"""What has not happened after so long is taken not to happen at all."""
MOST_STEPS = 10
"""How often a person presses Tab to come to the next thing before they call it silly."""
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True, slots=True)
class Steps:
    """How often Tab and the arrow keys were pressed to come to `name`."""

    name: str
    count: int


@dataclass
class Hands(ABC):
    """What both ways have in common: looking, and waiting."""

    program: Program
    clock: FakeClock | None = None
    steps: list[Steps] = field(default_factory=list)

    # waiting

    def until(self, holds: Callable[[], object], what: str) -> None:
        passed = QElapsedTimer()
        passed.start()
        while not holds():
            assert passed.elapsed() < PATIENCE_MS, f"this did not happen: {what}"
            # Waits for the next event, or for a moment: nothing is asked in a busy loop.
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            QTest.qWait(1)

    def settle(self) -> None:
        """Let everything that was begun come to its end."""
        for _twice in range(2):
            QApplication.processEvents()
            self.until(lambda: not self._at_work(), "the window comes to rest")
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.front()

    def _at_work(self) -> bool:
        shell = self.program.shell
        if shell is None or self.program.runner.busy:
            return bool(self.program.runner.busy)
        if any_holds(self.program.frame):
            return True
        inbox, pane = shell.inbox, self.program.frame.pane
        return any(t.isActive() for t in (inbox.model.soon, inbox.settle, pane.search.pause))

    def later(self, **time: float) -> None:
        """Let `minutes`, `hours`, ... pass, and the window notice."""
        assert self.clock is not None, "nobody moves the real clock"
        self.clock.advance(**time)
        assert self.program.shell is not None
        self.program.shell.pulse.beat()
        page: Any = self.program.frame.findChild(QWidget, "case")
        if page is not None:
            page.read_again()
        self.settle()

    # looking

    def window(self) -> QWindow:
        """The one in front, to which keys go."""
        return self.front()

    def front(self) -> QWindow:
        """As a window manager does: when a window closes, the one behind it comes to the front."""
        window = QGuiApplication.focusWindow()
        if window is None or not window.isVisible():
            modal = QApplication.activeModalWidget() or self.program.frame
            modal.activateWindow()
            QApplication.processEvents()
            window = QGuiApplication.focusWindow()
        assert window is not None, "no window is in front"
        return window

    def seen(self, name: str) -> Any:
        """The widget of that objectName that is on the screen, in front if there are several."""
        for top in reversed(QApplication.topLevelWidgets()):
            for found in (top, *top.findChildren(QWidget, name)):
                if found.objectName() == name and found.isVisible():
                    return found
        return None

    def find(self, name: str) -> Any:
        found = self.seen(name)
        assert found is not None, f"{name} is not on the screen"
        return found

    def wait_for(self, name: str) -> Any:
        self.until(lambda: self.seen(name) is not None, f"{name} is on the screen")
        return self.find(name)

    def words(self, name: str) -> str:
        """What a label, a button, a field or a notice says; nothing where it is not shown."""
        found = self.seen(name)
        if found is None:
            return ""
        for how in ("words", "text"):
            if hasattr(found, how):
                return str(getattr(found, how)())
        raise AssertionError(f"{name} says nothing")

    def error(self, name: str) -> str:
        """What stands beside a field about what is wrong with it."""
        widget = self.find(name)
        while widget is not None and not hasattr(widget, "error"):
            widget = widget.parentWidget()
        assert widget is not None, f"{name} has no place for an error"
        return str(widget.error())

    def lines(self) -> list[str]:
        """Who stands in the list."""
        model = self.program.frame.pane.list.model()
        for _twice in range(2):  # a line that is still pale is on its way
            data = [model.index(n, 0).data(LINE_ROLE) for n in range(model.rowCount())]
            self.settle()
        return [line.who if isinstance(line, LineData) else "" for line in data]

    def counts(self) -> dict[str, int]:
        """The places on the left by their words, with their counts."""
        model = self.program.frame.rail.model()
        found = {}
        for number in range(model.rowCount()):
            index = model.index(number, 0)
            words = str(index.data())
            told = str(index.data(Qt.ItemDataRole.AccessibleTextRole) or "")
            count = told.removeprefix(words).lstrip(", ").replace(",", "")
            found[words] = int(count) if count.isdigit() else 0
        return found

    def _place(self, words: str) -> QModelIndex:
        model = self.program.frame.rail.model()
        rows = [model.index(n, 0) for n in range(model.rowCount())]
        found = [index for index in rows if index.data() == words]
        assert found, f"{words} is not among the places"
        return found[0]

    def before_it_goes(self) -> list[str]:
        """The keys of what still stands in the way."""
        page: Any = self.find("case")
        return [line.key for line in page.before.lines() if line.sign != "done"]

    def sending(self) -> tuple[str, bool]:
        """What the Send button says, and whether it can be pressed."""
        button = self.find("case.send")
        return button.text(), button.isEnabled()

    # doing

    @abstractmethod
    def press(self, name: str, *, keys: str = "", settle: bool = True) -> None:
        """Press a button, put a tick, choose a pill."""

    @abstractmethod
    def fill(self, name: str, words: str) -> None:
        """Write into a field, in place of what stands there."""

    @abstractmethod
    def write(self, name: str, words: str, *, keys: str = "") -> None:
        """Write on at the end of a text."""

    @abstractmethod
    def choose(self, name: str, words: str) -> None:
        """Choose from a list that drops down."""

    @abstractmethod
    def menu(self, menu: str, action: str, *, keys: str = "") -> None:
        """Choose an action (by its objectName) from a menu of the bar."""

    @abstractmethod
    def go_to(self, place: str, *, keys: str = "") -> None:
        """Choose a place on the left by its words."""

    @abstractmethod
    def open(self, who: str) -> None:
        """Open the mention of that author."""

    @abstractmethod
    def go(self, name: str, *, settle: bool = True) -> None:
        """Press the button that is the next thing in the dialog (Enter, at the keyboard)."""

    def type(self, words: str) -> None:
        """Key by key, wherever the focus is."""
        window = self.front()
        for letter in words:
            if letter == "\n":
                QTest.keyClick(window, Qt.Key.Key_Return)
            elif letter.isascii():
                QTest.keyClick(window, letter)  # type: ignore[call-overload]  # takes a letter, too
            else:
                raise AssertionError("the keys of a test are those of ASCII")

    def key(self, keys: str, *, settle: bool = True) -> None:
        """Press keys such as `Ctrl+F`."""
        combined = QKeySequence(keys)[0]  # type: ignore[index]  # the stubs forget that it has
        QTest.keyClick(self.front(), combined.key(), combined.keyboardModifiers())
        if settle:
            self.settle()


class Mouse(Hands):
    """Clicks where things are. Types only into what was clicked."""

    def press(self, name: str, *, keys: str = "", settle: bool = True) -> None:  # noqa: ARG002 - the keyboard's
        button = self.find(name)
        self.until(button.isEnabled, f"{name} can be pressed")
        self.click(button)
        if settle:
            self.settle()

    def fill(self, name: str, words: str) -> None:
        edit = _edit(self.find(name))
        self.click(edit)
        self.key("Ctrl+A", settle=False)
        self.key("Del", settle=False)
        self.type(words)
        self.settle()

    def write(self, name: str, words: str, *, keys: str = "") -> None:  # noqa: ARG002 - the keyboard's
        self.click(_edit(self.find(name)))
        self.key("Ctrl+End", settle=False)
        self.type(words)

    def choose(self, name: str, words: str) -> None:
        combo: QComboBox = self.find(name)
        self.click(combo)
        self.until(lambda: combo.view().isVisible(), f"{name} drops down")
        row = combo.findText(words)
        assert row >= 0, f"{words} is not among {[combo.itemText(n) for n in range(combo.count())]}"
        index = combo.model().index(row, 0)
        place = combo.view().visualRect(index).center()
        viewport = combo.view().viewport()

        def closes() -> bool:
            """A list that dropped down just now takes no click: it may be half of a double one."""
            QTest.mouseMove(viewport, place)
            QTest.mouseClick(viewport, LEFT, PLAIN, place)
            return not combo.view().isVisible()

        self.until(closes, f"{name} closes")
        self.settle()

    def menu(self, menu: str, action: str, *, keys: str = "") -> None:  # noqa: ARG002 - the keyboard's
        bar = self.program.frame.menuBar()
        drop = self.program.frame.menus[menu]
        self._hit(bar, bar.actionGeometry(drop.menuAction()).center())
        self.until(drop.isVisible, f"the menu {menu} opens")
        wanted = _action(drop, action)
        place = drop.actionGeometry(wanted).center()
        QTest.mouseClick(drop.windowHandle(), LEFT, PLAIN, place)
        self.settle()

    def go_to(self, place: str, *, keys: str = "") -> None:  # noqa: ARG002 - the keyboard's
        rail = self.program.frame.rail
        index = self._place(place)
        rail.scrollTo(index)
        self._hit(rail.viewport(), rail.visualRect(index).center())
        self.settle()

    def open(self, who: str) -> None:
        lines = self.program.frame.pane.list
        row = [name.startswith(who) for name in self.lines()].index(True)
        index = lines.model().index(row, 0)
        lines.scrollTo(index)
        self._hit(lines.viewport(), lines.visualRect(index).center())
        self.settle()

    def go(self, name: str, *, settle: bool = True) -> None:
        self.press(name, settle=settle)

    def click(self, widget: QWidget) -> None:
        """Scroll there and click it. Fails where something else would be hit."""
        _bring(widget)
        self.front()
        if isinstance(widget, QAbstractButton):
            # Words of a tick end long before its widget does.
            where = QPoint(min(14, widget.width() // 2), widget.height() // 2)
        else:
            where = QPoint(min(40, widget.width() // 2), min(12, widget.height() // 2))
        self._hit(widget, where)

    @staticmethod
    def _hit(widget: QWidget, where: QPoint) -> None:
        window = widget.window()
        place = widget.mapTo(window, where)
        hit = window.childAt(place)
        ours = hit is not None and (hit is widget or widget.isAncestorOf(hit))
        found = hit.objectName() or type(hit).__name__ if hit is not None else "nothing"
        assert ours, f"where {widget.objectName()} is, a click hits {found}"
        QTest.mouseClick(window.windowHandle(), LEFT, PLAIN, place)


class Keys(Hands):
    """Never touches the mouse."""

    def press(self, name: str, *, keys: str = "", settle: bool = True) -> None:
        if keys:
            self.key(keys, settle=settle)
            return
        self.reach(name)
        button = self.find(name)
        self.until(button.isEnabled, f"{name} can be pressed")
        group = getattr(button, "group", lambda: None)()
        if not (isinstance(button, QRadioButton) or (group and group.exclusive())) or (
            not button.isChecked()
        ):
            self.key("Space", settle=settle)
        elif settle:
            self.settle()

    def fill(self, name: str, words: str) -> None:
        self.reach(name)
        self.key("Ctrl+A", settle=False)
        self.key("Del", settle=False)
        self.type(words)
        self.settle()

    def write(self, name: str, words: str, *, keys: str = "") -> None:
        if keys:
            self.key(keys)
        self.reach(name)
        self.key("Ctrl+End", settle=False)
        self.type(words)

    def choose(self, name: str, words: str) -> None:
        self.reach(name)
        combo: QComboBox = self.find(name)
        row = combo.findText(words)
        assert row >= 0, f"{words} is not among {[combo.itemText(n) for n in range(combo.count())]}"
        while combo.currentIndex() != row:
            self.key("Down" if combo.currentIndex() < row else "Up", settle=False)
        self.settle()

    def menu(self, menu: str, action: str, *, keys: str = "") -> None:
        if keys:
            self.key(keys)
            return
        drop = self.program.frame.menus[menu]
        self.key(f"Alt+{_mnemonic(drop.menuAction())}", settle=False)
        self.until(drop.isVisible, f"the menu {menu} opens")
        wanted = _action(drop, action)
        letter = _mnemonic(wanted)
        assert letter, f"{action} has no letter in its menu"
        self.key(letter, settle=False)
        # A letter that two entries share only marks the first of them.
        assert not drop.isVisible(), f"{letter} in {menu} does not choose {action}"
        self.settle()

    def go_to(self, place: str, *, keys: str = "") -> None:
        """By its shortcut, else by F6 to the places and the arrow keys."""
        if keys:
            self.key(keys)
            return
        rail = self.program.frame.rail
        count = 0
        while not _has_focus(rail):
            assert count < 3, "the places are not reached by F6"
            count += 1
            self.key("F6", settle=False)
        self.steps.append(Steps(f"places by F6, then {place}", count))
        row = self._place(place).row()
        while rail.currentIndex().row() != row:
            before = rail.currentIndex().row()
            self.key("Down" if before < row else "Up", settle=False)
            assert rail.currentIndex().row() != before, f"{place} is not reached"
        self.settle()

    def open(self, who: str) -> None:
        """From the search into the list, as somebody who looks for it does."""
        self.key("Ctrl+F")
        self.key("Down")
        row = [name.startswith(who) for name in self.lines()].index(True)
        lines = self.program.frame.pane.list
        self.key("Home")
        while lines.currentIndex().row() < row:
            self.key("Down", settle=False)
        self.key("Return")

    def go(self, name: str, *, settle: bool = True) -> None:
        """Enter, or Ctrl+Enter from within a long text. A button takes Enter for itself."""
        button = self.find(name)
        self.until(button.isEnabled, f"{name} can be pressed")
        focused = QApplication.focusWidget()
        if isinstance(focused, QPushButton) and not isinstance(focused, PillButton):
            self.reach(name)
        several = hasattr(focused, "insertPlainText")
        self.key("Ctrl+Return" if several else "Return", settle=settle)

    def reach(self, name: str) -> None:
        """Press Tab until it has the focus, or Shift+Tab where it stands further up.

        Within a group of choices the arrow keys go on.
        """
        target = _edit(self.find(name))
        count, seen = 0, []
        tab = "Shift+Tab" if _stands_before(target, QApplication.focusWidget()) else "Tab"
        while not _has_focus(target):
            now = QApplication.focusWidget()
            seen.append(now.objectName() or type(now).__name__ if now is not None else "nothing")
            assert count < MOST_STEPS, f"{name} is not reached by {tab}: {' > '.join(seen)}"
            count += 1
            self.key("Right" if _beside(now, target) else tab, settle=False)
            QApplication.processEvents()
        self.steps.append(Steps(name, count))


def _edit(widget: QWidget) -> QWidget:
    """The part of a field that one writes in."""
    proxy = widget.focusProxy()
    return proxy if proxy is not None else widget


def _has_focus(target: QWidget) -> bool:
    return QApplication.focusWidget() is target


def _stands_before(target: QWidget, now: QWidget | None) -> bool:
    """Whether an eye on `now` would go back to find `target`; a column on the right comes later."""
    if now is None or now.window() is not target.window():
        return False
    there, here = (QRect(one.mapToGlobal(QPoint(0, 0)), one.size()) for one in (target, now))
    if there.left() >= here.right():
        return False
    level = abs(there.top() - here.top()) < 12  # pixels
    return there.left() < here.left() if level else there.top() < here.top()


def _beside(now: QWidget | None, target: QWidget) -> bool:
    """Whether both are choices of one group, among which Tab goes to one only."""
    if not isinstance(now, QAbstractButton) or not isinstance(target, QAbstractButton):
        return False
    kinds = (QRadioButton, PillButton)
    if not (isinstance(now, kinds) and isinstance(target, kinds)):
        return False
    group = now.group()
    if group is not None:
        return group is target.group()
    return now.parentWidget() is target.parentWidget()


def _bring(widget: QWidget) -> None:
    """Scroll until it is in sight, as the wheel would."""
    above = widget.parentWidget()
    while above is not None and not above.isWindow():
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget, 8, 24)
        above = above.parentWidget()
    QApplication.processEvents()


def _action(menu: QMenu, name: str) -> QAction:
    found = [one for one in menu.actions() if one.objectName() == name]
    assert found, f"{name} is not in this menu"
    assert found[0].isEnabled(), f"{name} cannot be chosen now"
    return found[0]


def _mnemonic(action: QAction) -> str:
    """The letter after the mark, as one presses it."""
    text = action.text().replace("&&", "")
    _before, mark, after = text.partition("&")
    return after[:1].upper() if mark else ""
