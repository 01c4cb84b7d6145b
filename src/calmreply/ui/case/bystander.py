"""The reply as everybody else will meet it: below the complaint, with the name it goes under.

And what the place allows, while somebody writes for it. Both are there to be read, nothing is
done here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from calmreply.app.words import wording, wording_channel
from calmreply.domain import disguise
from calmreply.domain.mention import Visibility
from calmreply.i18n import _
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, empty
from calmreply.ui.said import what_they_said

if TYPE_CHECKING:
    from calmreply.ui.case.work import Shown

_LONGEST = 600
"""Characters of theirs; who reads on knows them from the card beside it."""
_INDENT = 14


class BystanderCard(Card):
    """Hidden where nobody but the customer gets to see it and the place has nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("As others will see it"), parent=parent)
        self.setObjectName("case.bystander")
        self._shown: Shown | None = None
        self._text = ""
        self._told: tuple[str, ...] | None = None
        self.toggle = LinkButton(_("Show"), self._toggle)
        self.toggle.setObjectName("case.bystander.show")
        self.head.addWidget(self.toggle)
        self._rules = QWidget()
        self._lines = QVBoxLayout(self._rules)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(3)
        self.add(self._rules)
        self._page = _Page()
        self._page.hide()
        self.add(self._page)
        self.hide()

    def set_shown(self, shown: Shown, text: str) -> None:
        self._shown, self._text = shown, text
        public = shown.words.visibility is Visibility.PUBLIC
        told = wording_channel.sentences(shown.rules)
        if told != self._told:
            self._told = told
            empty(self._lines)
            for line in told:
                self._lines.addWidget(PlainLabel(line, "second"))
        self._rules.setVisible(bool(told))
        self.toggle.setVisible(public)
        self.set_title(_("As others will see it") if public else _("For the customer alone"))
        self.setHidden(shown.ended or shown.answered or not (public or told))
        self._fill()

    def set_words(self, text: str) -> None:
        """What stands in the editor now."""
        if text != self._text:
            self._text = text
            self._fill()

    def _toggle(self) -> None:
        self._page.setVisible(self._page.isHidden())
        self.toggle.setText(_("Show") if self._page.isHidden() else _("Hide"))
        self._fill()

    def _fill(self) -> None:
        shown = self._shown
        if shown is None or self._page.isHidden():
            return
        if shown.words.visibility is not Visibility.PUBLIC:
            self._page.hide()
            self.toggle.setText(_("Show"))
            return
        self._page.fill(shown, self._text)


class _Page(QFrame):
    """Their words, and ours below them, set in as sites do."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("quiet", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 2)
        column.setSpacing(2)
        self._author, self._stars = PlainLabel("", "strong"), PlainLabel("", "second")
        self._theirs = PlainLabel("")
        ours = QWidget()
        inner = QVBoxLayout(ours)
        inner.setContentsMargins(_INDENT, 10, 0, 0)
        inner.setSpacing(2)
        self._name, self._ours = PlainLabel("", "strong"), PlainLabel("")
        self._ours.setObjectName("case.bystander.ours")
        for label in (self._author, self._stars, self._theirs):
            column.addWidget(label)
        for label in (self._name, self._ours):
            inner.addWidget(label)
        column.addWidget(ours)

    def fill(self, shown: Shown, text: str) -> None:
        mention = shown.facts.mention
        said = what_they_said(mention)
        stars = mention.now.stars
        self._author.setText(disguise.name(mention.now.author) or _("Somebody"))
        self._stars.setText(wording.stars(stars.given, stars.scale) if stars else "")
        self._stars.setVisible(stars is not None)
        self._theirs.setText(said if len(said) <= _LONGEST else said[:_LONGEST].rstrip() + "…")
        named = _("{name} (the business)").format(name=shown.ours)
        self._name.setText(named if shown.ours else _("The business"))
        self._ours.setText(text.strip() or _("Your reply will stand here."))
        self._ours.set_tone(None)
