"""The line at the bottom: how listening goes, what was just said, and who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStatusBar, QWidget

from calmreply.i18n import _, ngettext
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.checks import Sign
from calmreply.ui.kit.text import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.palette import Tone

_LONGEST_TITLE = 40
"""Characters of a source's title."""


class StatusBar(QStatusBar):
    """Says what it is told. Its buttons say by a signal that they were pressed."""

    who_pressed = Signal()
    paused_pressed = Signal()
    trouble_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shell.status")
        self.setSizeGripEnabled(False)
        self._do: Callable[[], object] | None = None
        self._of: CaseId | None = None
        self._sources = 0
        self._of_sources: int | None = None
        self._passing = True
        self.sign = Sign("dot", "neutral")
        self.state = ElidedLabel("", "second")
        self.checks = ElidedLabel("", "second")
        self.paused = LinkButton("", self.paused_pressed.emit)
        self.trouble = LinkButton("", self.trouble_pressed.emit)
        self.said = LinkButton("", self._act)
        self.who = LinkButton("", self.who_pressed.emit)
        for part, name in (
            (self.state, "state"),
            (self.checks, "checks"),
            (self.paused, "paused"),
            (self.trouble, "trouble"),
            (self.said, "said"),
            (self.who, "who"),
        ):
            part.setObjectName(f"status.{name}")
            part.setVisible(False)
        self.sign.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(12, 2, 12, 2)
        line.setSpacing(6)
        line.addWidget(self.sign)
        line.addWidget(self.state)
        for part in (self.checks, self.paused, self.trouble, self.said):
            line.addSpacing(10)
            line.addWidget(part)
        line.addStretch(1)
        line.addWidget(self.who)
        for part in (self.paused, self.trouble, self.said, self.who):
            part.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.addWidget(holder, 1)

    def say_state(self, words: str, tone: Tone = "neutral") -> None:
        """How listening stands."""
        _show(self.state, words)
        self.state.set_tone("soft" if tone == "neutral" else tone)
        self.sign.set("dot", tone)
        self.sign.setVisible(bool(words))

    def say_checks(self, words: str) -> None:
        """When it was looked last, and when next."""
        _show(self.checks, words)

    def say_trouble(self, count: int, which: str = "") -> None:
        """How many sources need somebody; `which` is what the only one is called."""
        words = ngettext("{n} source needs you", "{n} sources need you", count)
        if count == 1 and which:
            words = _("{source} needs you")
        short = which if len(which) <= _LONGEST_TITLE else f"{which[:_LONGEST_TITLE].rstrip()}…"
        _show(self.trouble, words.format(n=count, source=short) if count else "")

    def say_paused(self, *, paused: bool) -> None:
        """Whether nothing leaves just now."""
        _show(self.paused, _("Sending is paused") if paused else "")

    def forget(self) -> None:
        """Take back what was just said, unless there is something to do about it."""
        if self._passing:
            self.say("")

    def elsewhere(self, case: CaseId | None = None) -> None:
        """Show that the eye is on this case, or by None on a room: what was said of others goes."""
        if self._of not in (None, case):
            self.say("")

    def count_sources(self, count: int) -> None:
        """How many are listened to; what was said of another number of them goes."""
        self._sources = count
        if self._of_sources not in (None, count):
            self.say("")

    def say(
        self,
        words: str,
        do: Callable[[], object] | None = None,
        *,
        of: CaseId | None = None,
        passing: bool = False,
        of_sources: bool = False,
    ) -> None:
        """A quiet line about what just happened; pressing it does `do`. Empty words clear it.

        It goes when anything but the case `of` which it speaks is shown. What is `passing` may be
        true no longer in a while, and goes like what there is nothing to do about. What is said
        `of_sources` goes once there are more or fewer of them.
        """
        self._of_sources = self._sources if of_sources else None
        self._do, self._of, self._passing = do, of, passing or do is None
        _show(self.said, words)

    def say_who(self, name: str | None, *, locked: bool = False) -> None:
        """Who is signed in; None for nobody."""
        if name is not None:
            words = _("Signed in as {name}").format(name=name)
        else:
            words = _("Signed out") if locked else _("Nobody signed in")
        _show(self.who, words)

    def _act(self) -> None:
        do = self._do
        self.say("")
        if do is not None:
            do()


def _show(part: ElidedLabel | LinkButton, words: str) -> None:
    part.setText(words)
    part.setVisible(bool(words))
