"""Their clock and your clock, side by side; one over the other where there is little room.

Painted every second from due times; what a passed time means is decided by the gate alone.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from calmreply.app.cases import judge
from calmreply.app.words import wording
from calmreply.domain import calm, due
from calmreply.domain.blockers import SecondLook
from calmreply.domain.due import TheirClock
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.case import times, work
from calmreply.ui.case.doing import Doing
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton
from calmreply.ui.kit.clock import ClockCard
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Notice

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from calmreply.domain.calm import Wait
    from calmreply.ui.case.outgoing import Outgoing
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone

AMBER_BEFORE = timedelta(minutes=1)
PROMISE_NEAR = timedelta(hours=2)
_STACK_BELOW = 29  # times the height of the type


class Clocks(QWidget):
    """Both cards."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theirs = TheirCard()
        self.yours = YourCard(desk)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(14)
        for card in (self.theirs, self.yours):
            card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._row.addWidget(card, 1)

    def set_shown(self, shown: Shown) -> None:
        self.theirs.set_shown(shown)
        self.yours.set_shown(shown)
        self.yours.setHidden(shown.answered or shown.ended)
        self.setHidden(shown.ended)

    def paint_at(self, passed: timedelta) -> None:
        """Show the time as it is `passed` after the page was read."""
        self.theirs.paint_at(passed)
        self.yours.paint_at(passed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _STACK_BELOW * theme().sizes.text
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)


class TheirCard(ClockCard):
    """How long they have waited for a first word, and then for the answer."""

    hold_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(_("Their clock"))
        self.setObjectName("case.their_clock")
        self._shown: Shown | None = None
        self.hold = PrimaryButton(_("Send the holding reply"), self.hold_wanted.emit)
        self.hold.setObjectName("case.holding")
        self.add_action(self.hold)
        self.promised = PlainLabel("", "second")
        self.promised.setObjectName("case.promised")
        self.body.insertWidget(self.body.indexOf(self.bar) + 2, self.promised)

    def set_shown(self, shown: Shown) -> None:
        self._shown = shown
        held, present = shown.holding, shown.present
        wanted = shown.page.first_word.answered is None and not shown.answered
        going = any(one is not None and one.alive and not one.asks for one in (held, present))
        self.hold.setVisible(wanted and (not going or _in_doubt(present)))
        self.paint_at(timedelta(0))

    def set_filled(self, *, filled: bool) -> None:
        """One filled button on a page: this one, until the reply itself is ready."""
        self.hold.set_look("primary" if filled else "")

    def paint_at(self, passed: timedelta) -> None:
        shown = self._shown
        if shown is None:
            return
        page = shown.page
        first = page.first_word.answered is None
        clock = page.first_word if first and page.full_reply.answered is None else page.full_reply
        waited = self._waited(shown, clock, passed)
        over = waited - clock.aim
        tone: Tone = "amber" if over >= -AMBER_BEFORE and clock.answered is None else "teal"
        aim = wording.duration(clock.aim)
        words = _("of {aim} you aim for").format(aim=aim)
        if over >= timedelta(minutes=1):
            words = _("{over} more than the {aim} you aim for").format(
                over=times.waited(over), aim=aim
            )
        self.set(
            times.waited(waited),
            words,
            times.share(waited, clock.aim),
            tone=tone if clock.answered is None else "green",
            caption=_caption(clock, first=first),
            footer=self._footer(shown, clock),
        )
        self._promise(shown, passed, answered=clock.answered is not None)

    def _promise(self, shown: Shown, passed: timedelta, *, answered: bool) -> None:
        """The time the holding reply named, until they have their answer."""
        by = shown.page.answer_by
        self.promised.setVisible(by is not None and not answered)
        if by is None or answered:
            return
        left = by - shown.wall - passed
        when = dates.when(by, shown.wall + passed, shown.zone)
        tone: Tone | None = None
        words = _("Promised by {when}, {left} left.")
        if left <= timedelta(0):
            words, tone = _("Promised by {when}. That time is over."), "red"
        elif left <= PROMISE_NEAR:
            tone = "amber"
        self.promised.setText(words.format(when=when, left=wording.duration(left)))
        self.promised.set_tone(tone)

    @staticmethod
    def _waited(shown: Shown, clock: TheirClock, passed: timedelta) -> timedelta:
        """Within opening hours; stands still while it is closed."""
        if clock.answered is not None:
            return clock.waited
        rules = shown.page.known.rules
        return clock.waited + due.open_time(rules, shown.wall, shown.wall + passed)

    def _footer(self, shown: Shown, clock: TheirClock) -> str:
        zone = shown.zone
        if clock.answered is not None:
            when = dates.when(clock.answered, shown.wall, zone)
            return _("Answered {when}.").format(when=when)
        words = []
        had = shown.page.first_word.answered
        if had is not None:
            # By the wall: within opening hours it would be 0 min after a whole closed Sunday.
            when = dates.when(had, shown.wall, zone)
            words.append(_("They had a first word {when}.").format(when=when))
        if shown.opens is not None:
            opens = dates.when(shown.opens, shown.wall, zone)
            words.append(_("Closed now: it counts on from {when}.").format(when=opens))
        elif self.hold.isVisibleTo(self):
            words.append(_("Prepared in calm times, so there is no wait."))
        return " ".join(words)


def _in_doubt(present: Outgoing | None) -> bool:
    """Nobody knows whether the full reply arrived: a first word may still do them good."""
    return present is not None and present.state is State.UNSURE


def _caption(clock: TheirClock, *, first: bool) -> str:
    if clock.answered is not None:
        return _("Their clock: answered")
    if first:
        return _("Their clock: waiting for a first word from you")
    return _("Their clock: waiting for your answer")


class YourCard(ClockCard):
    """How it felt to read it, and how long the wait after that still is."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Your clock"))
        self.setObjectName("case.your_clock")
        self._shown: Shown | None = None
        self._notice = Notice()
        self._notice.setObjectName("case.your_clock.notice")
        self._doing = Doing(desk, self._notice, self)
        self._doing.changed.connect(self._refresh)
        self._question = PlainLabel(_("How did it feel to read this?"), "strong")
        self._buttons = QWidget()
        flow = FlowLayout(self._buttons, gap=8, line_gap=8)
        self.feelings: dict[Feeling, Button] = {}
        for feeling in Feeling:
            words = wording.feeling(feeling)
            button = Button(words[:1].upper() + words[1:], partial(self._say, feeling))
            button.setObjectName(f"case.feel.{feeling.word}")
            self.feelings[feeling] = button
            flow.addWidget(button)
        self.got_to_me = LinkButton("", self._stronger)
        self.got_to_me.setObjectName("case.got_to_me")
        at = self.body.indexOf(self.face)
        self.body.insertWidget(at, self._question)
        self.body.insertWidget(at + 1, self._buttons)
        self.add_action(self.got_to_me)
        self.add(self._notice)

    def set_shown(self, shown: Shown) -> None:
        if self._shown is not None and self._shown.case != shown.case:
            self._notice.clear()
        self._shown = shown
        self._refresh()
        self.paint_at(timedelta(0))

    def paint_at(self, passed: timedelta) -> None:
        shown = self._shown
        if shown is None:
            return
        wait = calm.longest(_waits(shown))
        asking = self._asking(shown)
        for widget in (self.face, self.bar):
            widget.setVisible(not asking and wait is not None)
        if asking or wait is None:
            foot = (
                _("The wait begins then.")
                if _read(shown)
                else _("Read all of it first, then say so.")
            )
            self.set(
                "",
                "",
                0,
                caption=_("Your clock"),
                footer=foot if asking else _("There is no wait."),
            )
            return
        self._paint_wait(shown, wait, passed)

    def _paint_wait(self, shown: Shown, wait: Wait, passed: timedelta) -> None:
        left = max(timedelta(0), wait.left - passed)
        caption = _wait_caption(shown, wait)
        if not left:
            self.set(
                _("Over"),
                _("after {length}").format(length=wording.duration(wait.length)),
                1,
                tone="green",
                caption=caption,
                footer=_after_the_wait(shown),
            )
            return
        ends = wording.clock(shown.wall + wait.left, shown.zone)
        self.set(
            times.ticking(left),
            _("left of {length}").format(length=wording.duration(wait.length)),
            times.share(wait.length - left, wait.length),
            caption=caption,
            footer=_("Ends {time}. Keep writing if it helps; then read it once more.").format(
                time=ends
            ),
        )

    @staticmethod
    def _asking(shown: Shown) -> bool:
        """Whether this person has yet to say how the mention as it stands feels."""
        if shown.me is None:
            return not shown.facts.feelings
        return not calm.has_felt(shown.facts, shown.me)

    def _refresh(self) -> None:
        shown = self._shown
        if shown is None:
            return
        asking = self._asking(shown)
        self._question.setVisible(asking)
        self._buttons.setVisible(asking)
        read = _read(shown)
        for button in self.feelings.values():
            button.setEnabled(read and not self._doing.busy)
            button.setAccessibleDescription("" if read else _("Read all of it first, then say so."))
        stronger = _stronger_than(work.feeling_of_me(shown))
        self.got_to_me.setVisible(not asking and stronger is not None and not shown.on_the_way)
        self.got_to_me.setText(
            _("This got to me") if stronger is Feeling.STUNG else _("It made me angry")
        )
        self.got_to_me.setEnabled(not self._doing.busy)

    def _stronger(self) -> None:
        feeling = _stronger_than(work.feeling_of_me(self._shown)) if self._shown else None
        if feeling is not None:
            self._say(feeling)

    def _say(self, feeling: Feeling) -> None:
        if self._shown is not None:
            case = self._shown.case
            self._doing.act(lambda home, actor: judge.say_feeling(home, actor, case, feeling))


def _after_the_wait(shown: Shown) -> str:
    """What is left to do once it is over, if anything."""
    if shown.on_the_way:
        return ""
    if any(isinstance(held, SecondLook) for held in shown.page.blockers):
        return _("Read it once more with a fresh eye.")
    look = work.last_look(shown.facts)
    return _("Read once more by {name}.").format(name=shown.name(look.by)) if look else ""


def _read(shown: Shown) -> bool:
    """Whether it was read as it stands: by whoever is signed in, or by anybody if nobody is."""
    if shown.me is not None:
        return calm.has_read(shown.facts, shown.me)
    return any(shown.facts.said_of_now(read) for read in shown.facts.reads)


def _stronger_than(feeling: Feeling | None) -> Feeling | None:
    if feeling is None or feeling is Feeling.ANGRY:
        return None
    return Feeling(feeling + 1)


def _waits(shown: Shown) -> tuple[Wait, ...]:
    """The waits that could be the longest; those of nothing at all are none."""
    text = shown.page.text_wait
    waits = (*shown.page.waits, *([text] if text is not None else []))
    return tuple(wait for wait in waits if wait.length)


def _wait_caption(shown: Shown, wait: Wait) -> str:
    if wait.whose is None or wait.feeling is None:
        return _("Your clock: the words rest")
    feeling = wording.feeling(wait.feeling)
    if wait.whose == shown.me:
        return _("Your clock: cooling off, you said you were {feeling}").format(feeling=feeling)
    return _("Your clock: cooling off, {name} was {feeling}").format(
        name=shown.name(wait.whose), feeling=feeling
    )
