"""What changed between two texts: added on green and underlined, removed in red, struck through.

The screen reader, to whom neither colour nor line says anything, is told the changes in words.
Finding the changes is somebody else's work; this only shows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from calmreply.i18n import _, ngettext
from calmreply.ui.kit.text import one_line
from calmreply.ui.kit.views import PlainView, revealed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

Change = tuple[Literal["same", "added", "removed"], str]


class DiffView(PlainView):
    """Shows a list of (kind, text)."""

    def __init__(self, *, max_lines: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(max_lines=max_lines, parent=parent)

    def set_diff(self, changes: Sequence[Change], *, reveal: bool = False) -> None:
        """Show `changes` in their order; with `reveal`, hidden characters become visible."""
        self.set_pieces(revealed(changes) if reveal else tuple(changes))
        self.setAccessibleDescription(changes_in_words(changes))


def changes_in_words(changes: Sequence[Change]) -> str:
    """The changes as sentences, for those who hear them."""
    told = [
        (_("Removed: “{text}”.") if kind == "removed" else _("Added: “{text}”.")).format(
            text=one_line(text)
        )
        for kind, text in changes
        if kind != "same" and text.strip()
    ]
    if not told:
        return _("Nothing changed.")
    count = ngettext("{n} change.", "{n} changes.", len(told)).format(n=len(told))
    return " ".join([count, *told])
