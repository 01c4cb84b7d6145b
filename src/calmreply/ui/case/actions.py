"""What can be done with the case shown, for the menus and their keys. Enabled as the page says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence

from calmreply.i18n import _

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Declared:
    name: str
    menu: str
    words: str
    keys: str = ""


def declared() -> tuple[Declared, ...]:
    """In the order in which they stand in the menus."""
    return (
        Declared("open_page", "case", _("&Open the page"), "Ctrl+O"),
        Declared("read", "case", _("I have &read all of it"), "Ctrl+R"),
        Declared("feel", "case", _("Say how it &felt")),
        Declared("judge", "case", _("&Judge it"), "Ctrl+J"),
        Declared("said_more", "case", _("They an&swered…")),
        Declared("outside", "case", _("I already &answered…")),
        Declared("hide", "case", _("Ta&ke it off your page…")),
        Declared("report", "case", _("I reported i&t to its site…")),
        Declared("stricter", "case", _("Hold it like a co&mplaint")),
        Declared("second", "case", _("A second person a&grees…")),
        Declared("aside", "case", _("Set as&ide…")),
        Declared("close", "case", _("C&lose…")),
        Declared("debrief", "case", _("&Debrief…")),
        Declared("reopen", "case", _("Op&en it again")),
        Declared("holding", "reply", _("Send the &holding reply…"), "Ctrl+H"),
        Declared("write", "reply", _("&Write"), "Ctrl+E"),
        Declared("keep", "reply", _("I am &done writing"), "Ctrl+D"),
        Declared("wording", "reply", _("&Use a wording…"), "Ctrl+U"),
        Declared("versions", "reply", _("&Versions")),
        Declared("details", "reply", _("Where it &goes, and an offer…")),
        Declared("ask", "reply", _("&Ask for a second look…"), "Ctrl+Shift+A"),
        Declared("review", "reply", _("The second person looks at it h&ere…"), "Ctrl+Shift+E"),
        Declared("packet", "reply", _("Send it to their &phone…")),
        Declared("answer", "reply", _("E&nter their answer…")),
        Declared("self_review", "reply", _("Alone: read &your own words…")),
        Declared("look", "reply", _("&Read it once more…"), "Ctrl+Shift+R"),
        Declared("emergency", "reply", _("It cannot wa&it…")),
        Declared("before", "reply", _("&Before it can go"), "Ctrl+B"),
        Declared("send", "reply", _("&Send"), "Ctrl+Return"),
    )


class Actions(QObject):
    """`wanted` carries the name of what was chosen."""

    wanted = Signal(str)

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._made: dict[str, QAction] = {}
        for one in declared():
            action = QAction(one.words, self)
            action.setObjectName(f"case.action.{one.name}")
            action.setProperty("menu", one.menu)
            action.setEnabled(False)
            if one.keys:
                action.setShortcut(QKeySequence(one.keys))
            action.triggered.connect(lambda _checked=False, name=one.name: self.wanted.emit(name))
            self._made[one.name] = action
            page.addAction(action)

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def set_enabled(self, enabled: Mapping[str, bool]) -> None:
        """All others are not."""
        for name, action in self._made.items():
            action.setEnabled(enabled.get(name, False))
