"""Over the page: who it is from, what it is, who handles it, and how the case can end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from calmreply.app.words import wording
from calmreply.domain import above, disguise
from calmreply.domain.outbox import State
from calmreply.domain.stage import Stage
from calmreply.i18n import _
from calmreply.ui.case.judgement import KIND_TONES
from calmreply.ui.case.words import spoken_stars
from calmreply.ui.inbox import places
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import ElidedLabel, PlainLabel, Run, RunLabel
from calmreply.ui.kit.widgets import Hairline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from calmreply.ui.case.work import Shown
    from calmreply.ui.kit.buttons import ButtonLook

GAP = 8  # pixels
ENDS = ("outside", "aside", "close", "debrief", "reopen")


class Head(QWidget):
    """`wanted` carries the end somebody chose: one of `ENDS`."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel("", "title")
        self.title.setObjectName("case.title")
        self._what = PlainLabel("", "second")
        self._what.setWordWrap(False)
        self._what.setObjectName("case.what")
        self._kind, self._stage, self._number = Pill(""), Pill(""), Pill("")
        self._by = RunLabel(look="second")
        self.buttons = {end: Button("", partial(self.wanted.emit, end)) for end in ENDS}
        for end, button in self.buttons.items():
            button.setObjectName(f"case.{end}")
        self._lay_out()

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setContentsMargins(22, 12, 22, 12)
        self._row.setSpacing(10)
        self._left, self._right = QWidget(), QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(4)
        self._lines: tuple[tuple[QWidget, ...], ...] = (
            (self.title, self._by),
            (self._what, self._kind, self._stage, self._number),
        )
        for widgets in self._lines:
            holder = QWidget()
            line = FlowLayout(holder, gap=GAP, line_gap=4)
            for widget in widgets:
                line.addWidget(widget)
            left.addWidget(holder)
        right = FlowLayout(self._right, gap=10, line_gap=6)
        for button in self.buttons.values():
            right.addWidget(button)
        self._row.addWidget(self._left, 1)
        self._row.addWidget(self._right, 0, Qt.AlignmentFlag.AlignVCenter)
        whole.addLayout(self._row)
        whole.addWidget(Hairline())

    def set_shown(self, shown: Shown) -> None:
        mention, page = shown.facts.mention, shown.page
        self.title.setText(
            disguise.name(mention.now.author or above.own(mention.title)) or _("Somebody")
        )
        stars = mention.now.stars
        rating = wording.stars(stars.given, stars.scale) if stars else ""
        what = shown.place or wording.origin(mention.origin)
        called = disguise.name(mention.handle)
        self._what.setText(" ".join(filter(None, (what, rating, called))))
        spoken = what, spoken_stars(stars), called
        self._what.setAccessibleName(" ".join(filter(None, spoken)))
        self._kind.setHidden(page.kind is None)
        if page.kind is not None:
            self._kind.set(wording.kind(page.kind), KIND_TONES[page.kind])
        present = shown.present
        if present is not None and present.state in {State.IN_FLIGHT, State.WAITING}:
            by_hand = present.entry.by_hand
            self._stage.set(wording.state(present.state, by_hand=by_hand), "amber")
        elif page.stage is Stage.COOLING and not shown.cooling:
            self._stage.set(_("Being answered"), "teal")
        else:
            self._stage.set(wording.stage(page.stage), places.tone(page.stage))
        number = _("Case {number}").format(number=shown.case)
        self._number.set(number, "neutral")
        self.setAccessibleName(number)
        by = _handler(shown)
        self._by.set_runs((Run(_("Handled by ")), Run(by, strong=True)))
        self._by.setHidden(not by)
        self._offer(shown)
        self._arrange()

    def _offer(self, shown: Shown) -> None:
        """The ends that fit where the case stands."""
        stage = shown.page.stage
        out = (State.READY, State.IN_FLIGHT, State.WAITING, State.UNSURE)
        busy = any(one.state in out for one in shown.outgoing)
        open_still = not shown.ended and not shown.answered
        offered: dict[str, tuple[str, ButtonLook]] = {}
        if open_still:
            offered["outside"] = (_("I already answered…"), "")
            if not busy:
                offered["aside"] = (_("Set aside…"), "")
                offered["close"] = (_("Close…"), "")
        elif shown.answered:
            offered["close"] = (_("Close and debrief…"), "primary")
        if stage is Stage.TO_DEBRIEF:
            offered["debrief"] = (_("Debrief…"), "primary")
        if stage in {Stage.TO_DEBRIEF, Stage.CLOSED, Stage.SET_ASIDE}:
            offered["reopen"] = (_("Open it again"), "")
        for end, button in self.buttons.items():
            words, look = offered.get(end, ("", ""))
            button.setVisible(end in offered)
            if end in offered:
                button.setText(words)
                button.set_look(look)

    def following(self) -> Button | None:
        """The end that is the next thing to do, where one is."""
        last = (self.buttons["debrief"], self.buttons["close"])
        due = (one for one in last if one.isVisible() and one.property("look") == "primary")
        return next(due, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def _arrange(self) -> None:
        """Side by side where both fit on one line; rather without the number than below."""
        ways = QBoxLayout.Direction
        upper, lower = (_beside(line) for line in (self._lines[0], self._lines[1][:-1]))
        number = GAP + self._number.sizeHint().width()
        room = self.width() - self._right.sizeHint().width() - 54
        fits = max(upper, lower) <= room
        self._number.setVisible(not fits or max(upper, lower + number) <= room)
        self._row.setDirection(ways.LeftToRight if fits else ways.TopToBottom)


def _beside(widgets: Sequence[QWidget]) -> int:
    """How wide they are beside each other (px), those that are hidden left out."""
    wide = [widget.sizeHint().width() for widget in widgets if not widget.isHidden()]
    return sum(wide) + GAP * max(0, len(wide) - 1)


def _handler(shown: Shown) -> str:
    """Whoever wrote last, or read it first."""
    facts = shown.facts
    if facts.revision is not None:
        return shown.name(facts.revision.by)
    if facts.drafts:
        return shown.name(facts.drafts[-1].by)
    return shown.name(facts.reads[0].by) if facts.reads else ""
