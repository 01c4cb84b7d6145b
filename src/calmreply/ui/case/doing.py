"""Doing something about the case: one thing at a time for a card, errors where they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from calmreply.ui.deeds import Deeds

if TYPE_CHECKING:
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone
    from calmreply.ui.kit.widgets import Notice


class Doing(Deeds):
    """Deeds of a card, which says in its notice what went wrong.

    `changed` comes when one begins and when it ends.
    """

    changed = Signal()

    def __init__(self, desk: Desk, notice: Notice, parent: QObject) -> None:
        super().__init__(desk, parent)
        self._notice = notice
        self._said = ""
        self.began.connect(self._on_began)
        self.failed.connect(self._on_failed)
        desk.changed.connect(self._on_changed)

    def tell(self, words: str, way_out: str = "", *, tone: Tone = "red") -> None:
        """Say it in the card until something about a case changes: then it may be true no more."""
        self._notice.say(words, way_out, tone=tone)
        self._said = self._notice.words()

    def _on_began(self, words: str) -> None:
        self.changed.emit()
        if words:
            self._notice.clear()

    def _on_failed(self, error: KnownError) -> None:
        self.tell(error.words, error.way_out)

    def _on_changed(self, changes: ChangeSet) -> None:
        """Clears what was said here; whatever else stands in the same notice stays."""
        if changes.cases and self._said and self._notice.words() == self._said:
            self._notice.clear()
            self._said = ""
