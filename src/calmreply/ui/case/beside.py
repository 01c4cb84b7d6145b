"""Who else is at these words: a quiet line over the editor, and their words where one wants to see
them. Nobody is locked out; each person's words are kept apart until they are a version.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import add_hung

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.domain.case import Draft
    from calmreply.domain.reply import Revised
    from calmreply.ui.case.work import Shown

WRITES_FOR = timedelta(minutes=3)
"""After the last key somebody pressed elsewhere they count as writing for so long."""


class Beside(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("case.beside")
        self._newer: Revised | None = None
        self._open = False
        self._shown: Shown | None = None
        self._says = PlainLabel("", "second", tone="violet")
        self._says.setObjectName("case.beside.says")
        self.look = LinkButton("", self._turn)
        self.look.setObjectName("case.beside.look")
        self._words = PlainLabel("", "second")
        self._words.setContentsMargins(12, 2, 0, 2)
        self._words.setObjectName("case.beside.words")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(2)
        column.addWidget(self._says)
        add_hung(column, self.look)
        column.addWidget(self._words)
        self.hide()

    def text(self) -> str:
        """What the line says."""
        return self._says.text()

    def set_shown(
        self, before: Shown | None, shown: Shown, *, writing: bool, made: Callable[[str], bool]
    ) -> None:
        """`writing`: whoever is signed in here has words that are no version yet. `made` says
        whether some words were written, or shown to them, in this window.
        """
        if before is None or (before.case, before.me) != (shown.case, shown.me):
            self._newer, self._open = None, False
        self._newer = self._newer_than(before, shown, writing=writing, made=made)
        self._shown = shown
        theirs = _theirs(shown)
        said = " ".join(filter(None, (self._says_newer(shown), _says_who(shown, theirs))))
        self._says.setText(said)
        # At one computer whoever left their words unfinished has locked them.
        self._open = self._open and bool(theirs)
        self.look.setVisible(bool(theirs) and shown.shared)
        self._show_words(theirs)
        self.setVisible(bool(said) and shown.me is not None)

    def _newer_than(
        self, before: Shown | None, shown: Shown, *, writing: bool, made: Callable[[str], bool]
    ) -> Revised | None:
        """What somebody else, or the same person at another computer, made a version while there
        are words here that know nothing of it.
        """
        now = shown.facts.revision
        if not writing or now is None or before is None:
            return None
        if now.by == shown.me and (not shown.shared or made(now.words.text)):
            return None
        if before.case == shown.case and before.facts.revision != now:
            return now
        return self._newer if self._newer == now else None

    def _says_newer(self, shown: Shown) -> str:
        if self._newer is None:
            return ""
        words = _("{name} made version {n} meanwhile; it is under “Versions”. Yours stays here.")
        if self._newer.by == shown.me:
            words = _(
                "What you wrote on another computer is version {n}; it is under “Versions”. What"
                " stands here stays."
            )
        return words.format(name=shown.name(self._newer.by), n=self._newer.number)

    def _turn(self) -> None:
        self._open = not self._open
        if self._shown is not None:
            self._show_words(_theirs(self._shown))

    def _show_words(self, theirs: list[Draft]) -> None:
        self.look.setText(_("Hide their words") if self._open else _("Show their words"))
        shown = self._shown
        if shown is not None:
            each = (f"{shown.name(one.by)}:\n{one.text}" for one in theirs)
            self._words.setText("\n\n".join(each))
        self._words.setVisible(self._open)


def _theirs(shown: Shown) -> list[Draft]:
    """What others have begun here that is no version yet."""
    return [one for one in shown.facts.drafts if one.differs and one.by != shown.me]


def _says_who(shown: Shown, theirs: list[Draft]) -> str:
    now = [one for one in theirs if shown.wall - one.at.wall <= WRITES_FOR]
    if now and shown.shared:
        names = ", ".join(shown.name(one.by) for one in now)
        return _("Being written by {names} as well.").format(names=names)
    if theirs:
        names = ", ".join(shown.name(one.by) for one in theirs)
        return _("{names}: unfinished words of their own here.").format(names=names)
    return ""
