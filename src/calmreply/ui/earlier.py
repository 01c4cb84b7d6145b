"""What was said before what is to be answered now: their words and ours, quietly, in order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app.cases.conversation import Ours, Theirs, conversation
from calmreply.domain import disguise
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext
from calmreply.ui import dates
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.text import PlainLabel, plain_tooltip
from calmreply.ui.kit.widgets import Hairline, add_hung
from calmreply.ui.links import open_page
from calmreply.ui.said import what_they_said

if TYPE_CHECKING:
    from calmreply.app.facts import Known
    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.palette import Tone

Tell = Callable[[KnownError], None]
"""Says what went wrong and the way out, where it happened."""

NEAREST = 3
"""So much is shown at once of a long conversation; what was said before that, when asked for."""
LONGEST = 2_000
"""Characters of each that are shown; the whole stands on its page and in the case file."""
_INDENT = 18


class EarlierLines(QWidget):
    """Hidden in the first turn."""

    hang = LinkButton.hang

    def __init__(self, tell: Tell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tell = tell
        self._known: Known | None = None
        self._case: CaseId | None = None
        self._told: tuple[object, ...] = ()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 4)
        self._whole.setSpacing(6)
        self._list: QWidget | None = None
        self._all = False
        self.hide()

    def show_known(self, known: Known) -> None:
        """Show what came before; what was asked for stays while it is the same case."""
        if self._case != known.facts.id:
            self._all = False
        self._case, self._known = known.facts.id, known
        before = _before(known)
        told = (before, self._all, known.now.wall.date(), known.rules.zone)
        if told != self._told:
            self._told = told
            self._fill(known, before)
        self.setHidden(not before)

    def _fill(self, known: Known, before: tuple[Theirs | Ours, ...]) -> None:
        if self._list is not None:
            self._list.hide()
            self._list.deleteLater()
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(self.hang, 0, self.hang, 0)
        column.setSpacing(3)
        hidden = 0 if self._all else max(0, len(before) - NEAREST)
        if hidden:
            self._add_more(column, hidden)
        for one in before[hidden:]:
            self._add(column, one, known)
        column.addWidget(Hairline())
        self._whole.addWidget(self._list)

    def _add_more(self, column: QVBoxLayout, hidden: int) -> None:
        words = ngettext(
            "Show {n} more that was said before", "Show {n} more that were said before", hidden
        )
        more = LinkButton(words.format(n=hidden), self._show_all)
        more.setObjectName("case.earlier.all")
        add_hung(column, more)
        column.addSpacing(4)

    def _show_all(self) -> None:
        self._all = True
        if self._known is not None:
            self.show_known(self._known)

    def _add(self, column: QVBoxLayout, one: Theirs | Ours, known: Known) -> None:
        ours, zone = isinstance(one, Ours), known.rules.zone
        box = QWidget()
        inner = QVBoxLayout(box)
        inner.setContentsMargins(_INDENT if ours else 0, 0, 0, 6)
        inner.setSpacing(1)
        when = dates.said(one.at, one.at, known.now.wall, zone)
        tone: Tone | None = "green" if ours else None
        head = PlainLabel("  ·  ".join((_who(one), when)), "second", tone=tone)
        plain_tooltip(head, dates.exact(one.at, zone))
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(head, 1)
        page = one.link if isinstance(one, Ours) else one.mention.url
        if page:
            link = LinkButton(_("Open page"), partial(self._page, page))
            link.setObjectName("case.earlier.open")
            link.setAccessibleDescription(head.text())
            top.addWidget(link)
        inner.addLayout(top)
        text = one.text if isinstance(one, Ours) else what_they_said(one.mention)
        said = PlainLabel(_cut(text), "text", tone="soft")
        said.setObjectName("case.earlier.ours" if ours else "case.earlier.theirs")
        said.setAccessibleName(head.text())
        inner.addWidget(said)
        column.addWidget(box)

    def _page(self, url: str) -> None:
        try:
            open_page(url)
        except KnownError as error:
            self._tell(error)


def what(known: Known) -> str:
    """What it is that is to be answered, for a heading."""
    turn = known.facts.turn
    if turn is None:
        return _("What they said")
    return _("They answered") if turn.ours else _("They said more")


def title(known: Known) -> str:
    """Likewise, for the heading of the whole."""
    return _("What was said") if known.facts.earlier else what(known)


def _before(known: Known) -> tuple[Theirs | Ours, ...]:
    """Everything up to the present turn; nothing in the first."""
    if not known.facts.earlier:
        return ()
    spoken, now = conversation(known), known.facts.mention.id
    here = (n for n, one in enumerate(spoken) if isinstance(one, Theirs) and one.mention.id == now)
    return spoken[: next(here, len(spoken))]


def _who(one: Theirs | Ours) -> str:
    if isinstance(one, Theirs):
        return disguise.name(one.mention.now.author) or _("Nobody named")
    words = _("Our holding reply, by {name}") if one.holding else _("Our answer, by {name}")
    return words.format(name=one.by)


def _cut(text: str) -> str:
    text = text.strip()
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"
