"""How this window behaves, as the settings say: light or dark, size of type, the tray, notices."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from calmreply.app.rules import settings
from calmreply.i18n import _
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.theme import Mode
    from calmreply.ui.shell.autostart import Autostart

_NAMES = ("theme", "type_size", "notice", "in_tray", "paused")


class Choices(QObject):
    """What was chosen. `changed` comes after each reading of it."""

    changed = Signal()

    def __init__(self, desk: Desk, autostart: Autostart | None, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._autostart = autostart
        self.theme = "system"
        self.type_size = "100"
        self.notice = True
        self.in_tray = "no"
        self.paused = False
        self.starts_by_itself = False

    @property
    def may_start_by_itself(self) -> bool:
        return self._autostart is not None

    def load(self) -> None:
        self._desk.read(_read, self._autostart)(self._on_read)

    def set(self, name: str, value: str) -> None:
        """Choose; it is read again when it has been written."""
        self._desk.write(partial(_change, name=name, value=value))

    def set_autostart(self, *, on: bool) -> None:
        autostart = self._autostart
        if autostart is not None:
            self._desk.write(
                lambda _home: autostart.set(on=on), then=self._reload, failed=self._not_set
            )

    def larger(self, steps: int) -> None:
        """The next larger size of type, or a smaller one for a negative number."""
        sizes = settings.TYPE_SIZES
        at = sizes.index(self.type_size) if self.type_size in sizes else sizes.index("100")
        self.set("type_size", sizes[min(max(0, at + steps), len(sizes) - 1)])

    def _on_read(self, found: tuple[dict[str, str], bool]) -> None:
        values, self.starts_by_itself = found
        self.theme, self.type_size = values["theme"], values["type_size"]
        self.notice, self.in_tray = values["notice"] == "yes", values["in_tray"]
        self.paused = values["paused"] == "yes"
        worn = theme()
        worn.set_mode(cast("Mode", self.theme))
        worn.set_scale(int(self.type_size) / 100)
        self.changed.emit()

    def _reload(self, _nothing: object) -> None:
        self.load()

    def _not_set(self, error: object) -> None:
        self._desk.problem.emit(error)
        self.load()


def offer_words() -> tuple[str, str, str]:
    """Sentence, explanation and button of the one offer to stay."""
    return (
        _("CalmReply hears and reminds only while it runs."),
        _(
            "It can stay beside the clock when you close the window, and start with the computer. "
            "You can change this at any time under Tools."
        ),
        _("Yes, keep it running"),
    )


def _read(home: Home, autostart: Autostart | None) -> tuple[dict[str, str], bool]:
    values = {name: settings.read(home, name) for name in _NAMES}
    return values, autostart is not None and autostart.is_on()


def _change(home: Home, name: str, value: str) -> ChangeSet:
    return settings.change(home, None, {name: value})
