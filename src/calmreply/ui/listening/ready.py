"""Ready searches for the names we listen for, each one press from being a source."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app.listening.searches import PageAt
from calmreply.domain.names import NameKind
from calmreply.i18n import _, ngettext
from calmreply.ui.kit.buttons import Button, LinkButton
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, Hairline, SectionLabel, add_hung, empty

if TYPE_CHECKING:
    from calmreply.app.listening.searches import Offer
    from calmreply.domain.names import Name

HANDFUL = 5
AT_ONCE = 40
"""Searches that one press adds at most, so that the window stays quick with hundreds of names."""


class ReadyCard(Card):
    """`wanted` carries a `Search`. With sources there already, it waits to be asked."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Ready searches"), parent=parent)
        self._offers: tuple[Offer, ...] = ()
        self._few = 0
        self._count = 0
        words = _(
            "Made from your names. Nobody has been asked yet: “Try it” shows what comes of each."
        )
        self.body.addWidget(PlainLabel(words, "second"))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self.body.addLayout(self._lines)
        self.more = LinkButton("", self._on_more)
        self.more.setObjectName("listening.ready.more")
        self.fewer = LinkButton("", self._on_fewer)
        self.fewer.setObjectName("listening.ready.fewer")
        add_hung(self.body, self.more)
        add_hung(self.body, self.fewer)
        self.hide()

    def show_offers(self, offers: tuple[Offer, ...], *, first: bool) -> None:
        """`first`: nothing is listened to yet, so that a handful stands there at once."""
        few = HANDFUL if first else 0
        if (offers, few) == (self._offers, self._few):
            return
        opened = self._count > self._few
        self._offers, self._few = offers, few
        self._count = max(self._count, few) if opened else few
        self.setVisible(bool(offers))
        self._fill()

    def _fill(self) -> None:
        empty(self._lines)
        name: Name | None = None
        for number, offer in enumerate(self._offers[: self._count]):
            if offer.search.name != name:
                name = offer.search.name
                self._lines.addSpacing(8)
                self._lines.addWidget(SectionLabel(_heading(name)))
                self._lines.addSpacing(4)
            self._lines.addWidget(Hairline())
            self._lines.addWidget(self._line(offer, number))
        left = len(self._offers) - self._count
        if left > AT_ONCE:
            words = _("Show {n} more").format(n=AT_ONCE)
        else:
            count = len(self._offers)
            words = ngettext("Show {n} search", "Show all {n} searches", count).format(n=count)
        self.more.setText(words)
        self.more.setVisible(left > 0)
        self.fewer.setText(_("Show fewer") if self._few else _("Hide them"))
        self.fewer.setVisible(self._count > self._few)

    def _line(self, offer: Offer, number: int) -> QWidget:
        search = offer.search
        whole = QWidget()
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 7, 0, 7)
        line.setSpacing(14)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(PlainLabel(search.title, "strong"))
        said.addWidget(PlainLabel(search.words, "second", tone="soft"))
        line.addLayout(said, 1)
        if offer.listened:
            line.addWidget(Pill(_("Listening"), "green"), 0, Qt.AlignmentFlag.AlignVCenter)
            return whole
        page = isinstance(search.way, PageAt)
        do = Button(_("Open the page") if page else _("Listen…"), partial(self.wanted.emit, search))
        do.setObjectName(f"listening.ready.{number}")
        spoken = _("Open the page: {title}, {name}") if page else _("Listen: {title}, {name}")
        do.setAccessibleName(spoken.format(title=search.title, name=search.name.name))
        line.addWidget(do, 0, Qt.AlignmentFlag.AlignVCenter)
        return whole

    def _on_more(self) -> None:
        begin = self._count
        left = len(self._offers) - begin
        self._count += min(left, AT_ONCE)
        self._fill()
        first = self.findChild(QWidget, f"listening.ready.{begin}")
        (first or self.fewer).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_fewer(self) -> None:
        self._count = self._few
        self._fill()
        self.more.setFocus(Qt.FocusReason.OtherFocusReason)


def _heading(name: Name) -> str:
    if name.kind is NameKind.COMPETITOR:
        return _("{name} (competitor)").format(name=name.name)
    return name.name
