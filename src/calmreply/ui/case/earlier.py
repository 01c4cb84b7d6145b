"""What was said before what is to be answered now: their words and ours, quietly, in order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app.conversation import Ours, Theirs
from calmreply.domain import disguise
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext
from calmreply.ui import dates
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.text import PlainLabel, plain_tooltip
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import add_hung
from calmreply.ui.links import open_page
from calmreply.ui.said import what_they_said

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from calmreply.ui.case.doing import Doing
    from calmreply.ui.case.work import Shown
    from calmreply.ui.kit.palette import Tone

NEAREST = 3
"""So much is shown at once of a long conversation; what was said before that, when asked for."""
LONGEST = 2_000
"""Characters of each that are shown; the whole stands on its page and in the case file."""
_INDENT = 18


class _Hairline(QWidget):
    """Between what was said before and what is to be answered."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().color("line"))


class EarlierLines(QWidget):
    """Hidden in the first turn. `doing` tells its troubles."""

    hang = LinkButton.hang

    def __init__(self, doing: Doing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doing = doing
        self._shown: Shown | None = None
        self._told: tuple[object, ...] = ()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 4)
        self._whole.setSpacing(6)
        self._list: QWidget | None = None
        self._all = False
        self.hide()

    def set_shown(self, shown: Shown) -> None:
        """Show what came before; what was asked for stays while it is the same case."""
        if self._shown is not None and self._shown.case != shown.case:
            self._all = False
        self._shown = shown
        before = _before(shown)
        told = (before, self._all, shown.wall.date(), shown.zone)
        if told != self._told:
            self._told = told
            self._fill(shown, before)
        self.setHidden(not before)

    def _fill(self, shown: Shown, before: tuple[Theirs | Ours, ...]) -> None:
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
            self._add(column, one, shown)
        column.addWidget(_Hairline())
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
        if self._shown is not None:
            self.set_shown(self._shown)

    def _add(self, column: QVBoxLayout, one: Theirs | Ours, shown: Shown) -> None:
        ours = isinstance(one, Ours)
        box = QWidget()
        inner = QVBoxLayout(box)
        inner.setContentsMargins(_INDENT if ours else 0, 0, 0, 6)
        inner.setSpacing(1)
        when = dates.said(one.at, one.at, shown.wall, shown.zone)
        tone: Tone | None = "green" if ours else None
        head = PlainLabel("  ·  ".join((_who(one), when)), "second", tone=tone)
        plain_tooltip(head, dates.exact(one.at, shown.zone))
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
            self._doing.tell(error.words, error.way_out)


def _before(shown: Shown) -> tuple[Theirs | Ours, ...]:
    """Everything up to the present turn; nothing in the first."""
    spoken = shown.spoken
    if not shown.facts.earlier:
        return ()
    now = shown.facts.mention.id
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
