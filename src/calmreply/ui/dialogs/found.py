"""What a place would bring, as a card: what it is, and its newest entries as they would come in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app.words import wording
from calmreply.domain import disguise
from calmreply.i18n import _, ngettext
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import ElidedLabel, PlainLabel
from calmreply.ui.kit.widgets import Card, Hairline, empty

if TYPE_CHECKING:
    from calmreply.ui.dialogs.sources import Entry, Tried

_LONGEST = 60  # letters of an address on a link


class FoundCard(Card):
    """`other_wanted` gives the address of another feed that the same page names."""

    other_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._found_on = PlainLabel("", "second")
        self._also = PlainLabel(
            _("That page names others, too. Listen to one of them instead:"), "second"
        )
        self._others = QWidget()
        self._links = FlowLayout(self._others, gap=14, line_gap=2)
        self._count = PlainLabel("", "second")
        self._lacks = PlainLabel("", "second", tone="amber")
        self._lacks.setObjectName("source.lacks")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        for part in (self._found_on, self._count, self._lacks):
            self.body.addWidget(part)
        self.body.addLayout(self._lines)
        self.body.addWidget(self._also)
        self.body.addWidget(self._others)

    def tell(self, tried: Tried) -> None:
        """What it is; the entries come by `list_entries`."""
        self.set_title(tried.title)
        words = _("The feed itself: {address}").format(address=disguise.address(tried.address))
        self._found_on.setText(words)
        self._found_on.setVisible(bool(tried.found_on))
        self._links.clear()
        self._also.setVisible(bool(tried.others))
        self._others.setVisible(bool(tried.others))
        for number, address in enumerate(tried.others, start=1):
            shown = disguise.address(address)
            shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
            link = LinkButton(shown, partial(self.other_wanted.emit, address))
            link.setObjectName(f"source.other.{number}")
            self._links.addWidget(link)
        count = ngettext("{n} entry there now.", "{n} entries there now.", tried.count)
        told = [count.format(n=tried.count)]
        if tried.cut_off:
            told.append(_("The feed ends in the middle; there may be more."))
        self._count.setText(" ".join(told))
        lacks = tried.lacks
        self._lacks.setText(f"{lacks.words} {lacks.way_out}" if lacks is not None else "")
        self._lacks.setVisible(lacks is not None)

    def list_entries(self, tried: Tried | None, *, only_named: bool) -> None:
        empty(self._lines)
        if tried is None:
            return
        for entry in tried.entries:
            self._lines.addWidget(Hairline())
            self._lines.addWidget(_EntryLine(entry, tried, only_named=only_named))


class _EntryLine(QWidget):
    """One entry as it would come in: who, when, the beginning of what."""

    def __init__(self, entry: Entry, tried: Tried, *, only_named: bool) -> None:
        super().__init__()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 7, 0, 7)
        whole.setSpacing(2)
        first = QHBoxLayout()
        first.setSpacing(8)
        out = only_named and not entry.named
        who = ElidedLabel(entry.who, "strong")
        if out:
            who.set_tone("soft")
        first.addWidget(who, 1)
        if out:
            first.addWidget(Pill(_("stays out")))
        elif entry.older:
            first.addWidget(Pill(_("older: to be found, not to be answered")))
        elif entry.named and tried.names:
            first.addWidget(Pill(_("names us"), "teal"))
        if entry.stars is not None:
            rating = PlainLabel(wording.stars(entry.stars.given, entry.stars.scale), "second")
            words = _("{given:g} of {scale:g} stars")
            spoken = words.format(given=entry.stars.given, scale=entry.stars.scale)
            rating.setAccessibleName(spoken)
            first.addWidget(rating)
        when = wording.ago(tried.wall - entry.published) if entry.published else ""
        first.addWidget(PlainLabel(when, "second"))
        whole.addLayout(first)
        whole.addWidget(ElidedLabel(entry.words, "second"))
