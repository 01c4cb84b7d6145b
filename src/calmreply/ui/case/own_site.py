"""What became of it on the own page, or was reported; and that its author still hears from us."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.words import wording_own_site
from calmreply.domain import own_site
from calmreply.i18n import _
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from calmreply.ui.case.work import Shown
    from calmreply.ui.kit.palette import Tone


class _Line(QWidget):
    """A sentence and the one thing that can be done about it."""

    def __init__(self, name: str, tone: Tone) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.words = PlainLabel("", "second", tone=tone)
        self.words.setObjectName(f"case.own_site.{name}")
        self.words.setContentsMargins(LinkButton.hang, 0, 0, 0)
        self.action = LinkButton("")
        links = QWidget()
        line = FlowLayout(links, gap=10, line_gap=2)
        line.addWidget(self.action)
        column.addWidget(self.words)
        column.addWidget(links)
        self.hide()

    def say(self, words: str, action: str, name: str) -> None:
        """Nothing where `words` are empty; `name` is that of the deed."""
        self.words.setText(words)
        self.action.setText(action)
        self.action.setObjectName(f"case.own_site.do.{name}")
        self.action.setAccessibleDescription(words)
        self.setHidden(not words)


class OwnSiteLines(QWidget):
    """Hidden where there is nothing to say. `wanted` carries the name of a deed."""

    wanted = Signal(str)
    hang = LinkButton.hang

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._asked, self._hidden = _Line("asked", "violet"), _Line("hidden", "neutral")
        self._waits = _Line("waits", "amber")
        self._owed = _Line("owed", "amber")
        lines = (self._asked, self._waits, self._hidden, self._owed)
        self._deeds = dict.fromkeys(lines, "")
        for line in self._deeds:
            line.action.clicked.connect(partial(self._on_action, line))
            column.addWidget(line)
        self.hide()

    def set_shown(self, shown: Shown) -> None:
        self._say_asked(shown)
        waits = shown.waits and not shown.ended
        words = wording_own_site.waits() if waits else ""
        asks = own_site.wish(shown.facts) is not None
        self._say(self._waits, words, "" if asks else wording_own_site.approve(), "show_again")
        hidden = own_site.hidden(shown.facts)
        words = wording_own_site.done(hidden.what) if hidden else ""
        self._say(self._hidden, words, _("Show it again"), "show_again")
        owed = own_site.to_reach_out(shown.facts, shown.page.known.now)
        contact = shown.facts.mention.contact
        words = wording_own_site.reach_out(owed, contact) if owed else ""
        self._say(self._owed, words, _("Write to them"), "reach_out")
        self.setVisible(any(not line.isHidden() for line in self._deeds))

    def _say_asked(self, shown: Shown) -> None:
        wish = own_site.wish(shown.facts)
        if wish is None:
            self._say(self._asked, "", "", "")
            return
        who = wording_own_site.asked(wish, shown.name(wish.by))
        words = f"{who}. {wording_own_site.because(wish)}"
        if own_site.may_be_done(shown.facts, shown.page.known.rules, wish):
            words = f"{words}\n{_('It is not done on the site yet.')}"
            self._say(self._asked, words, _("Try it again"), "carry_out")
        else:
            action = _("Look at it as the second person…")
            self._say(self._asked, words, action, "agree")

    def _say(self, line: _Line, words: str, action: str, deed: str) -> None:
        line.say(words, action, deed)
        self._deeds[line] = deed

    def _on_action(self, line: _Line, _checked: bool = False) -> None:
        self.wanted.emit(self._deeds[line])
