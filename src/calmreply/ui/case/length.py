"""How long the reply is, as its place counts, and how long it may be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from calmreply.app.words import wording_channel
from calmreply.i18n import _
from calmreply.ui.case import work
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.ui.case.work import Shown


class LengthLabel(PlainLabel):
    """Red where it is too long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "section", parent=parent)
        self.setWordWrap(False)

    def show_length(self, home: Home, shown: Shown, text: str) -> None:
        length, limit = work.used(home, shown, text)
        self.setText(f"{length:,} / {limit:,}" if limit else f"{length:,}")
        self.set_tone("red" if limit is not None and length > limit else None)
        name = wording_channel.length(length, shown.rules) or _("{n} characters")
        self.setAccessibleName(name.format(n=length))
