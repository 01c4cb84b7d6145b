"""Before it can go: what still stands in the way, who clears it and when; and the one Send button.

The button says what pressing it does. While anything stands in the way it cannot be pressed, and a
second press while the first is under way does nothing.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from calmreply.app.ports.channels import HAND
from calmreply.app.teamwork import keepers
from calmreply.domain.outbox import State
from calmreply.i18n import _
from calmreply.ui.case import work
from calmreply.ui.case.doing import Doing
from calmreply.ui.case.lines import Check, checks
from calmreply.ui.case.send_button import send_button
from calmreply.ui.kit.buttons import PrimaryButton, Tick
from calmreply.ui.kit.checks import CheckLine
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, Hairline, Notice

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.sending.send import SendReport
    from calmreply.ui.case.work import Shown
    from calmreply.ui.deeds import Held
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone

MOST = 20
"""More lines than a case can have: two writers have five between them, the rest is told once."""
MAIL_IS_SLOW = "net"
"""Where a send runs that uses the network: nobody's typing waits for it."""


class BeforeCard(Card):
    """`wanted` carries what a line's link does. `left` carries text and page of a reply that a
    person posts by hand; `came_between`: the gate said no, read the case again.
    """

    wanted = Signal(str)
    left = Signal(str, str)
    came_between = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_("Before it can go"), parent=parent)
        self.setObjectName("case.before")
        self._shown: Shown | None = None
        self._unsettled = False
        self._said: tuple[Check, ...] = ()
        self._lines = [CheckLine("open", "") for _number in range(MOST)]
        self._rules = [Hairline() for _line in self._lines]
        column = QVBoxLayout()
        column.setSpacing(0)
        for rule, line in zip(self._rules, self._lines, strict=True):
            column.addWidget(rule)
            column.addWidget(line)
        self.body.addLayout(column)
        self._notice = Notice()
        self._notice.setObjectName("case.before.notice")
        self.doing = Doing(desk, self._notice, self)
        self.doing.changed.connect(self._refresh)
        self.doing.held.connect(self._on_held)
        self.when_connected = Tick(_("If there is no connection, send it as soon as there is one"))
        self.when_connected.setObjectName("case.when_connected")
        self.goes_from = PlainLabel("", "second", tone="violet")
        self.goes_from.setObjectName("case.goes_from")
        self.send = PrimaryButton("", self._send)
        self.send.setObjectName("case.send")
        self.add(self.when_connected)
        self.add(self.goes_from)
        self.add(self.send)
        self.add(self._notice)

    def set_shown(self, shown: Shown) -> None:
        if self._shown is not None and self._shown.case != shown.case:
            self._notice.clear()
            self.when_connected.setChecked(False)
        self._shown = shown
        self.setHidden(_out_of_hand(shown) or shown.answered or shown.ended)
        self.paint_at(timedelta(0))
        self._refresh()

    def set_unsettled(self, *, unsettled: bool) -> None:
        """What is on the screen is not (yet) what was read: nothing can be sent."""
        self._unsettled = unsettled
        self._refresh()

    def paint_at(self, passed: timedelta) -> None:
        """Show the lines as they are `passed` after the page was read."""
        if self._shown is None:
            return
        said = checks(self._shown, passed)
        if said != self._said:
            self._say(said)

    def lines(self) -> tuple[Check, ...]:
        """What the lines say now."""
        return self._said

    def press_send(self) -> None:
        """As the button does, if it may."""
        if self.send.isEnabled() and not self.isHidden():
            self._send()

    def go_to(self) -> QWidget:
        """Put the focus on the first thing to do, or on Send; where that is."""
        shown = self._lines[: len(self._said)]
        links = [line.link for line in shown if not line.link.isHidden()]
        if self.send.isEnabled() or not links:
            self.send.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return self.send
        links[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        return links[0]

    @property
    def may_send(self) -> bool:
        return self.send.isEnabled() and not self.isHidden()

    def _say(self, said: tuple[Check, ...]) -> None:
        """The lines themselves stay, so that Tab goes through them in their order."""
        held = next((at for at, line in enumerate(self._lines) if line.link.hasFocus()), None)
        for at, line in enumerate(self._lines):
            here = at < len(said)
            line.setVisible(here)
            self._rules[at].setVisible(here and at > 0)
            if here:
                self._set(line, said[at], sum(one.key == said[at].key for one in said[:at]))
        if held is not None and held < len(self._said):
            self._follow(self._said[held].key, said)
        self._said = said

    def _set(self, line: CheckLine, check: Check, others: int) -> None:
        """`others` of the same kind stand before it; each link has a name of its own."""
        tone: Tone | None = "violet" if check.others and check.sign != "done" else None
        do = partial(self.wanted.emit, check.do)
        line.set(check.sign, check.words, check.second, check.action, do, tone=tone)
        name = f"case.check.{check.key}" + (f"#{others + 1}" if others else "")
        line.link.setObjectName(name)
        line.setObjectName(f"{name}.line")

    def _follow(self, key: str, said: tuple[Check, ...]) -> None:
        """The focus goes along with the line it is on."""
        now = next((at for at, check in enumerate(said) if check.key == key), None)
        if now is not None and said[now].action:
            self._lines[now].link.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh(self) -> None:
        shown = self._shown
        if shown is None:
            return
        now = send_button(shown, unsettled=self._unsettled, busy=self.doing.busy)
        self.send.setText(now.words)
        self.send.setEnabled(now.enabled)
        by_hand = shown.words.to.channel == HAND
        elsewhere = shown.goes_from
        self.goes_from.setText(keepers.goes_from(elsewhere) if elsewhere else "")
        self.goes_from.setVisible(bool(elsewhere))
        self.when_connected.setVisible(now.enabled and not by_hand and not elsewhere)

    def _send(self) -> None:
        shown = self._shown
        if shown is None:
            return
        by_hand = shown.words.to.channel == HAND
        self.doing.act(
            partial(work.say_send, case=shown.case, when_connected=self.when_connected.isChecked()),
            self._sent,
            on="write" if by_hand else MAIL_IS_SLOW,
        )

    def _sent(self, result: tuple[SendReport, ChangeSet]) -> None:
        report, _changes = result
        if report.state is State.IN_FLIGHT:
            self.left.emit(report.text, report.url)

    def _on_held(self, held: Held) -> None:
        self.came_between.emit()
        if held.lines:
            words = _("It did not go: something came in the way.")
            self.doing.tell(words, held.lines[0], tone="amber")


def _out_of_hand(shown: Shown) -> bool:
    """Whether the present reply left already, or leaves by itself."""
    present = shown.present
    if present is None or present.asks or present.held:
        return False
    return present.state not in (State.CANCELLED, State.REFUSED)
