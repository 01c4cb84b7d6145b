"""Every action of the menu bar, declared once: where it stands, what it says, which keys it has.

What a room adds to a menu (see `pages.Page`) stands below these while the room is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from calmreply.app.words import wording
from calmreply.domain.stage import Stage
from calmreply.i18n import _
from calmreply.ui.inbox import places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtWidgets import QMenu, QWidget

    from calmreply.ui.shell.frame import Frame


ROOMS = frozenset({"paste", "outbox", "listening", "plan", "people", "settings", "help", "welcome"})
"""Actions that open the room of their name."""


@dataclass(frozen=True, slots=True)
class Declared:
    """`keys` are portable names of keys, several with a space between; `role` for macOS."""

    name: str
    menu: str
    words: str
    keys: str = ""
    checkable: bool = False
    role: QAction.MenuRole = QAction.MenuRole.NoRole


def declared() -> tuple[Declared, ...]:
    """All actions, in the order in which they stand; a name ending in `-` is a line."""
    roles = QAction.MenuRole
    return (
        Declared("paste", "case", _("&Paste a review…"), "Ctrl+N"),
        Declared("phone", "case", _("A &call, a letter, at the counter…"), "Ctrl+Shift+N"),
        Declared("case-", "case", ""),
        Declared("close", "case", _("Close the &window"), "Ctrl+W"),
        Declared("quit", "case", _("&Quit"), "Ctrl+Q", role=roles.QuitRole),
        Declared("search", "view", _("&Search"), "Ctrl+F"),
        Declared("next_pane", "view", _("Next &part of the window"), "F6"),
        Declared("previous_pane", "view", _("Pre&vious part of the window"), "Shift+F6"),
        Declared("view-", "view", ""),
        *_stages(),
        Declared("stages-", "view", ""),
        Declared("larger", "view", _("&Larger type"), "Ctrl++ Ctrl+="),
        Declared("smaller", "view", _("S&maller type"), "Ctrl+-"),
        Declared("light", "view", _("Li&ght"), checkable=True),
        Declared("dark", "view", _("&Dark"), checkable=True),
        Declared("system", "view", _("Li&ke the system"), checkable=True),
        Declared("check", "tools", _("&Check now"), "F5"),
        Declared("lock", "tools", _("Si&gn out"), "Ctrl+L"),
        Declared("sign_in", "tools", _("Sig&n in…")),
        Declared("tools-", "tools", ""),
        Declared("outbox", "tools", _("Out&box")),
        Declared("listening", "tools", _("&Listening")),
        Declared("plan", "tools", _("&Response plan")),
        Declared("people", "tools", _("P&eople")),
        Declared("settings", "tools", _("&Settings"), "Ctrl+,", role=roles.PreferencesRole),
        Declared("stay-", "tools", ""),
        Declared("in_tray", "tools", _("Stay beside the clock when cl&osed"), checkable=True),
        Declared("autostart", "tools", _("Start with the comp&uter"), checkable=True),
        Declared("help", "help", _("&Help"), "F1"),
        Declared("welcome", "help", _("Set &up…")),
        Declared("rehearse", "help", _("&Rehearse…")),
        Declared("about", "help", _("&About CalmReply"), role=roles.AboutRole),
    )


def stage_of(name: str) -> Stage | None:
    """The stage an action goes to, None for any other action."""
    prefix, _colon, value = name.partition(":")
    return Stage(value) if prefix == "stage" and value else None


def _stages() -> tuple[Declared, ...]:
    numbered = [(Stage.NEEDS_YOU, "Ctrl+0")]
    numbered += [(stage, f"Ctrl+{n}") for n, stage in enumerate(places.NUMBERED, start=1)]
    numbered.append((Stage.OLDER, ""))
    return tuple(
        Declared(f"stage:{stage.value}", "view", wording.stage(stage), keys)
        for stage, keys in numbered
    )


class Actions(QObject):
    """The window's actions by name; `do` is called with the name of whichever is chosen."""

    def __init__(self, frame: Frame, do: Callable[[str], object]) -> None:
        super().__init__(frame)
        self._frame, self._do = frame, do
        self._made: dict[str, QAction] = {}
        self._added: list[tuple[QMenu, QAction]] = []
        modes = QActionGroup(self)
        for one in declared():
            menu = frame.menus[one.menu]
            if one.name.endswith("-"):
                menu.addSeparator()
                continue
            action = self._make(one)
            menu.addAction(action)
            if one.name in {"light", "dark", "system"}:
                modes.addAction(action)
        self.show_signed_in(somebody=False)
        self.show_of(None)

    def show_signed_in(self, *, somebody: bool) -> None:
        """Nobody signs out who is not in."""
        self._made["lock"].setEnabled(somebody)
        words = _("Sig&n in as somebody else…") if somebody else _("Sig&n in…")
        self._made["sign_in"].setText(words)

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def names(self) -> tuple[str, ...]:
        return tuple(self._made)

    def shortcuts(self) -> Mapping[str, str]:
        """What each action says, and its keys as this system writes them."""
        return {
            action.text().replace("&", ""): action.shortcut().toString(
                QKeySequence.SequenceFormat.NativeText
            )
            for action in self._made.values()
            if not action.shortcut().isEmpty()
        }

    def show_of(self, room: QWidget | None) -> None:
        """Put what a room brings along into the menus, in place of the last room's."""
        for menu, action in self._added:
            menu.removeAction(action)
        self._added.clear()
        for action in room.actions() if room is not None else ():
            named = self._frame.menus.get(str(action.property("menu") or ""))
            if named is not None:
                self._put(named, action)
        menu = self._frame.menus["reply"]
        if menu.isEmpty():
            nothing = QAction(_("Open a case to write a reply"), menu)
            nothing.setEnabled(False)
            self._put(menu, nothing)

    def _put(self, menu: QMenu, action: QAction) -> None:
        """Above the first line of a menu that has one, so that Quit stays last."""
        lines = [one for one in menu.actions() if one.isSeparator()]
        before = lines[0] if menu is self._frame.menus["case"] and lines else None
        if before is None:
            menu.addAction(action)
        else:
            menu.insertAction(before, action)
        self._added.append((menu, action))

    def _make(self, one: Declared) -> QAction:
        action = QAction(one.words, self._frame)
        action.setObjectName(f"action.{one.name}")
        action.setShortcuts(_keys(one.keys))
        action.setMenuRole(one.role)
        action.setCheckable(one.checkable)
        action.triggered.connect(lambda _checked=False, name=one.name: self._do(name))
        self._made[one.name] = action
        return action


def _keys(keys: str) -> Sequence[QKeySequence]:
    return [QKeySequence(one) for one in keys.split()]
