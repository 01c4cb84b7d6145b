"""What waits to go, what is on its way or in doubt, and what left lately."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app import queries
from calmreply.app.rules import settings
from calmreply.app.sending import outgoing
from calmreply.app.words import wording
from calmreply.domain import disguise, trying
from calmreply.domain.outbox import State
from calmreply.domain.reply import ReplyKind
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import ElidedLabel, PlainLabel, plain_tooltip
from calmreply.ui.kit.widgets import Card, EmptyRoom, Hairline, Notice, PageHead, Scroll, empty

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtGui import QShowEvent

    from calmreply.app.home import Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.sending.outgoing import OutboxItem
    from calmreply.domain.moment import Now
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone

LATELY = 50
"""How many of the newest are shown, beside all that wait for something."""
_TONES: dict[State, Tone] = {
    State.READY: "amber",
    State.IN_FLIGHT: "amber",
    State.WAITING: "amber",
    State.UNSURE: "red",
    State.REFUSED: "red",
    State.SENT: "green",
    State.CANCELLED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Entries, newest first; `channels`: what a person calls each; `wall` in UTC."""

    items: tuple[OutboxItem, ...]
    channels: dict[str, str]
    wall: datetime
    zone: str
    now: Now


def load(home: Home) -> Shown:
    items, now = outgoing.outbox(home, last=LATELY), queries.now(home)
    return Shown(
        items=tuple(sorted(items, key=lambda one: one.at, reverse=True)),
        channels={kind: channel.title for kind, channel in home.channels.items()},
        wall=now.wall,
        zone=settings.read(home, "zone"),
        now=now,
    )


class OutboxPage(QWidget):
    """A room of the window (see `ui.rooms`)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outbox")
        self.setAccessibleName(_("Outbox"))
        self._desk = desk
        self.notice = Notice()
        self.notice.setObjectName("outbox.notice")
        self.waiting = Card(_("Not done with yet"))
        self.left = Card(_("Lately"))
        self.empty = EmptyRoom(
            _("Nothing was sent yet"),
            _("Replies stand here from the moment somebody says Send."),
        )
        page = Scroll(fill=True)
        page.body.setContentsMargins(22, 18, 22, 22)
        for part in (self.notice, self.waiting, self.left):
            page.body.addWidget(part)
        page.body.addWidget(self.empty, 1)
        page.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(PageHead(_("Outbox")))
        whole.addWidget(page, 1)
        self.waiting.hide()
        self.left.hide()
        self.empty.hide()
        desk.changed.connect(self._on_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.isVisible() and (changes.cases or changes.rules):
            self._read()

    def _read(self) -> None:
        self._desk.read(load)(self._show, self.notice.say_error)

    def _show(self, shown: Shown) -> None:
        focused = self.focusWidget()
        before = focused.objectName() if focused is not None else ""
        self.notice.clear()
        over = [one for one in shown.items if one.over]
        others = [one for one in shown.items if not one.over]
        for card, items in ((self.waiting, others), (self.left, over)):
            empty(card.body)
            for number, item in enumerate(items):
                if number:
                    card.body.addWidget(Hairline())
                card.body.addWidget(OutboxRow(item, shown, self))
            card.setVisible(bool(items))
        self.empty.setVisible(not shown.items)
        again = self.findChild(QWidget, before) if before else None
        if again is not None and again is not focused:
            again.setFocus()

    def open_case(self, item: OutboxItem) -> None:
        """Where something can be done about it."""
        self._desk.open_case(item.case)


class OutboxRow(QWidget):
    """One entry: to whom and how it stands, then when and by what way; and the way to its case."""

    def __init__(self, item: OutboxItem, shown: Shown, page: OutboxPage) -> None:
        super().__init__()
        who = disguise.name(item.author) or _("Somebody")
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 9, 0, 9)
        whole.setSpacing(14)
        left = QVBoxLayout()
        left.setSpacing(3)
        top = QWidget()
        line = FlowLayout(top, gap=8, line_gap=2)
        line.addWidget(ElidedLabel(who, "strong"))
        stands = _stands(item)
        line.addWidget(Pill(stands, _TONES[item.state]))
        left.addWidget(top)
        when = dates.when(item.at, shown.wall, shown.zone)
        channel = item.entry.chosen.channel
        parts = (when, shown.channels.get(channel, channel), _what(item.entry.chosen.kind))
        about = PlainLabel(" · ".join(filter(None, parts)), "second")
        plain_tooltip(about, dates.exact(item.at, shown.zone))
        left.addWidget(about)
        if item.state is not State.SENT and item.words:
            left.addWidget(PlainLabel(item.words, "second"))
        if trying.copy_given_up(item.entry, shown.now):
            words = _("Its copy for the sent mail could not be filed.")
            left.addWidget(PlainLabel(words, "second"))
        whole.addLayout(left, 1)
        link = LinkButton(_("Open the case"), partial(page.open_case, item))
        link.setObjectName(f"outbox.open.{item.entry.id}")
        link.setAccessibleDescription(f"{who}, {stands}, {when}")
        whole.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)


def _stands(item: OutboxItem) -> str:
    match item.state:
        case State.IN_FLIGHT if item.entry.by_hand:
            return _("Waits for your word: was it posted?")
        case State.SENT if item.entry.by_hand:
            return _("Posted")
        case State.READY:
            return _("Waits to go")
        case other:
            return wording.state(other)


def _what(kind: ReplyKind) -> str:
    return _("the holding reply") if kind is ReplyKind.HOLDING else ""
