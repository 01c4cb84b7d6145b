"""Many changes of a page at once: laid out once, and painted once, when all of them are made.

Qt lays out everything above a widget anew whenever one is shown, and paints between one round of
layouts and the next. A page that shows something else altogether holds still meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

_ROUNDS = 6
"""How often a layout may make another one necessary: from a label up to the window."""


class Rest(QObject):
    """Holds `whole` still. What was there before stays on the screen until all has its place.

    `placed` comes then, before anything is painted; what it changes is placed as well.
    """

    placed = Signal()

    def __init__(self, whole: QWidget) -> None:
        super().__init__(whole)
        self._whole = whole
        self._held: list[QLayout] = []
        self._turn = 0
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._on_turn)

    @property
    def holds(self) -> bool:
        """Whether something is still to be placed."""
        return self._soon.isActive()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Change what is to be changed within this; it is placed in the next turns."""
        self._whole.setUpdatesEnabled(False)
        self._held = self._layouts()
        for layout in self._held:
            layout.setEnabled(False)
        try:
            yield
        finally:
            for layout in self._there():
                layout.setEnabled(True)
            self._turn = 0
            self._soon.start()

    def _layouts(self) -> list[QLayout]:
        """From the whole down to its parts."""
        widgets = (self._whole, *self._whole.findChildren(QWidget))
        return [found for widget in widgets if (found := widget.layout()) is not None]

    def _there(self) -> list[QLayout]:
        """Those of the held ones whose widgets have not been let go meanwhile."""
        return [layout for layout in self._held if isValid(layout)]

    def _on_turn(self) -> None:
        """A part of the work in each turn, so that a key pressed meanwhile need not wait."""
        self._turn += 1
        match self._turn:
            case 1:
                pass  # Qt has just laid out what it does by itself
            case 2:
                self._place()
            case _:
                self._turn = 0
                self.placed.emit()
                _lay_out()
                self._whole.setUpdatesEnabled(True)
                return
        self._soon.start()

    def _place(self) -> None:
        # What was shown within `hold` has not been laid out by being shown.
        for layout in self._there():
            widget = layout.parentWidget()
            if widget is not None and widget.isVisible():
                layout.activate()
        self._held.clear()
        _lay_out()


def any_holds(window: QWidget) -> bool:
    """Whether anything in `window` is still to be placed."""
    return any(rest.holds for rest in window.findChildren(Rest))


def _lay_out() -> None:
    for _round in range(_ROUNDS):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
