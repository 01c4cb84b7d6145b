"""Words of dialogs that were closed before they were used. In memory only, with the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from calmreply.ui.desk import Desk

Words = Mapping[str, Any]


class Kept(QObject):
    """One for each desk; ask `Kept.of`. Lives on the Qt thread."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._words: dict[tuple[str, str], Words] = {}

    @staticmethod
    def of(desk: Desk) -> Kept:
        """The one of this desk."""
        found = desk.findChild(Kept)
        return found if isinstance(found, Kept) else Kept(desk)

    def keep(self, key: tuple[str, str], words: Words) -> None:
        """Keep `words` under the dialog's name and its case; nothing but empty ones are let go."""
        if any(words.values()):
            self._words[key] = words
        else:
            self.drop(key)

    def words(self, key: tuple[str, str]) -> Words:
        return self._words.get(key, {})

    def drop(self, key: tuple[str, str]) -> None:
        self._words.pop(key, None)
