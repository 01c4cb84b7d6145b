"""Says beside the clock that something has been said, as `app.listening.telling` decides."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from calmreply.app.listening import telling
from calmreply.i18n import _, ngettext

if TYPE_CHECKING:
    from calmreply.app.listening.telling import Looked, Notice
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.ui.desk import Desk

_LOOK_MS = 60_000
_SOON_MS = 2_000
"""After what a round brought, so that the rounds of many sources are one notice."""


class Teller(QObject):
    """`due` carries title and sentence of a notice, to be shown once."""

    due = Signal(str, str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._looked: Looked | None = None
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.look)
        self._again = QTimer(self, interval=_LOOK_MS)
        self._again.timeout.connect(self.look)
        desk.changed.connect(self._on_changed)

    def start(self) -> None:
        """From now on; what was there before is nothing new."""
        self.look()
        self._again.start()

    def stop(self) -> None:
        self._soon.stop()
        self._again.stop()

    def look(self) -> None:
        """Ask whether there is anything to tell."""
        # Where nothing can be written there are worse things to tell.
        tell = partial(telling.tell, looked=self._looked)
        self._desk.write(tell, then=self._on_told, failed=lambda _error: None)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.mentions and not self._soon.isActive():
            self._soon.start()

    def _on_told(self, told: tuple[Notice | None, Looked | None]) -> None:
        notice, self._looked = told
        if notice is not None:
            self.due.emit(*words(notice))


def words(notice: Notice) -> tuple[str, str]:
    """Title and sentence of a notice; nothing of what was said."""
    new = ngettext(
        "Somebody has said something about you.",
        "{n} people have said something about you.",
        notice.count,
    ).format(n=f"{notice.count:,}")
    if not notice.urgent:
        return _("New in CalmReply"), new
    if notice.count == 1:
        return _("Urgent in CalmReply"), _("Somebody has said something that sounds urgent.")
    urgent = ngettext("One of them sounds urgent.", "{n} of them sound urgent.", notice.urgent)
    return _("Urgent in CalmReply"), f"{new} {urgent.format(n=notice.urgent)}"
