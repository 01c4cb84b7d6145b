"""The table of sources; where it is narrow, a few lines for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy, QWidget

from calmreply.app.listening.remedies import AskAgain, OpenPage, Remove
from calmreply.app.words import wording_remedies
from calmreply.domain import disguise
from calmreply.i18n import _, ngettext
from calmreply.ui import links
from calmreply.ui.kit.buttons import Button, LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import ElidedLabel, PlainLabel, plain_tooltip
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Card, Hairline, SectionLabel
from calmreply.ui.listening import states

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from PySide6.QtGui import QResizeEvent

    from calmreply.app.listening.remedies import Remedy
    from calmreply.app.ports.storage import Source
    from calmreply.domain.mention import SourceId

_WIDE = 640
"""Pixels at the plain size of type from which it is a table."""
_WIDE_COLUMNS, _NARROW_COLUMNS = 6, 2
_STRETCH = (5, 2, 3, 1, 4, 0)
ROWS = 6


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody wants done about a source."""

    what: Remedy
    source: Source


class SourceTable(Card):
    """`wanted` carries a `Deed`."""

    wanted = Signal(object)

    def __init__(self, needs_somebody: Callable[[Source], bool]) -> None:
        super().__init__()
        self.setAccessibleName(_("Sources"))
        self._needs = needs_somebody
        self._rows: list[SourceRow] = []
        self._wide: bool | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(0)
        self.body.addLayout(self._grid)
        self._heads = [
            SectionLabel(words, self)
            for words in (_("Source"), _("Kind"), _("Answered"), _("Mentions"), _("State"))
        ]
        self._heads[3].setAlignment(Qt.AlignmentFlag.AlignRight)
        for head in self._heads:
            head.setContentsMargins(0, 0, 0, 7)

    def show_sources(
        self,
        sources: tuple[Source, ...],
        wall: datetime,
        zone: str,
        kinds: Mapping[str, str],
        files: Mapping[SourceId, str],
    ) -> None:
        """Show them as they stand at `wall` (UTC); rows that are there already stay themselves.

        `kinds` says what each kind of place is called, `files` on which computer else a file lies.
        """
        if [row.source.id for row in self._rows] != [one.id for one in sources]:
            for row in self._rows:
                row.let_go()
            self._rows = [SourceRow(one, self) for one in sources]
            self._wide = None
        for row, source in zip(self._rows, sources, strict=True):
            needs = self._needs(source)
            told = states.told(source, wall, zone, needs_somebody=needs)
            row.update_to(source, told, states.kind(source, kinds, files.get(source.id, "")))
        self._arrange()

    def first_action(self) -> Button | None:
        """What helps the first source that needs somebody, if there is one."""
        return next((row.act for row in self._rows if row.act.isVisibleTo(self)), None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= _WIDE * theme().sizes.text / 13
        if wide == self._wide:
            return
        self._wide = wide
        while self._grid.count():
            self._grid.takeAt(0)
        for number, stretch in enumerate(_STRETCH):
            self._grid.setColumnStretch(number, stretch if wide else int(number == 0))
        for number, head in enumerate(self._heads):
            head.setVisible(wide)
            if wide:
                self._grid.addWidget(head, 0, number)
        for number, row in enumerate(self._rows):
            row.place(self._grid, ROWS * number + 1, wide=wide)


class SourceRow:
    """The widgets of one source, placed in the table's grid."""

    def __init__(self, source: Source, table: SourceTable) -> None:
        self.source = source
        self._table = table
        self._line = Hairline(parent=table)
        self.title = ElidedLabel("", "strong", parent=table)
        self.kind = PlainLabel("", "second", parent=table)
        self.heard = PlainLabel("", "second", parent=table)
        self.heard.setContentsMargins(0, 6, 0, 6)
        self.mentions = PlainLabel("", parent=table)
        self.mentions.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.summary = PlainLabel("", "second", parent=table)
        self.summary.setContentsMargins(0, 0, 0, 7)
        self.state = Pill("", parent=table)
        self._holder = QWidget(table)
        self._flow = FlowLayout(self._holder)
        self.state.setParent(self._holder)
        self._flow.addWidget(self.state)
        self.more = LinkButton("⋯", self._menu, parent=table)
        self.more.setObjectName(f"listening.more.{source.id}")
        self.sentence = PlainLabel("", "second", parent=table)
        self.sentence.setContentsMargins(0, 0, 0, 9)
        self._below = QWidget(table)  # room between the button and the next line
        self.act = Button("", self._act, parent=self._below)
        self.act.setObjectName(f"listening.act.{source.id}")
        self.act.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        below = FlowLayout(self._below)
        below.setContentsMargins(0, 2, 0, 10)
        below.addWidget(self.act)
        self._helps: Remedy | None = None

    def update_to(self, source: Source, told: states.Told, kind: str) -> None:
        """Say how it stands now."""
        self.source, self._helps = source, told.helps
        title = disguise.name(source.title)
        self.title.setText(title)
        self.kind.setText(kind)
        self.heard.setText("\n".join(filter(None, (told.heard, told.brought))))
        plain_tooltip(self.heard, told.heard_exactly)
        self.mentions.setText(f"{source.mentions:,}")
        count = ngettext("{n} mention", "{n} mentions", source.mentions)
        said = count.format(n=f"{source.mentions:,}") if source.mentions else ""
        self.summary.setText(" · ".join(filter(None, (kind, told.summary, said))))
        for part in (self.kind, self.summary):  # the title's own tells what is cut off of it
            plain_tooltip(part, disguise.address(source.address))
        self.state.set(told.words, told.tone)
        plain_tooltip(self.state, told.words)
        self.more.setAccessibleName(_("More about {source}").format(source=title))
        self.sentence.setText(told.more)
        self.sentence.setVisible(bool(told.more))
        self.act.setText(wording_remedies.action(told.helps) if told.helps else "")
        self.act.setAccessibleDescription(f"{title}. {told.more}")
        self.act.setVisible(told.helps is not None)
        self._below.setVisible(told.helps is not None)

    def place(self, grid: QGridLayout, row: int, *, wide: bool) -> None:
        """Take `ROWS` rows of the grid from `row` on."""
        middle, columns = Qt.AlignmentFlag.AlignVCenter, _WIDE_COLUMNS if wide else _NARROW_COLUMNS
        for part in (self.kind, self.heard, self.mentions):
            part.setVisible(wide)
        self.summary.setVisible(not wide)
        grid.addWidget(self._line, row, 0, 1, columns)
        grid.addWidget(self.title, row + 1, 0, middle)
        if wide:
            for number, part in enumerate((self.kind, self.heard, self.mentions), start=1):
                grid.addWidget(part, row + 1, number, middle)
            grid.addWidget(self._holder, row + 1, columns - 2, middle)
            grid.addWidget(self.sentence, row + 2, 0, 1, columns - 2)
            grid.addWidget(self._below, row + 2, columns - 2, 1, 2)
        else:  # the pill has a line of its own: beside the title a long one would crowd it out
            under = (self._holder, self.summary, self.sentence, self._below)
            for number, below in enumerate(under, start=row + 2):
                grid.addWidget(below, number, 0, 1, columns)
        self.title.setContentsMargins(0, 0 if wide else 6, 0, 0)
        self._flow.setContentsMargins(0, 8 if wide else 0, 0, 8 if wide else 6)
        grid.addWidget(self.more, row + 1, columns - 1, middle)
        for shown in (self._line, self.title, self._holder, self.more):
            shown.show()

    def let_go(self) -> None:
        parts: tuple[QWidget, ...] = (
            self._line,
            self.title,
            self.kind,
            self.heard,
            self.mentions,
            self.summary,
            self._holder,
            self.more,
            self.sentence,
            self._below,
        )
        for part in parts:
            part.hide()
            part.deleteLater()

    def _act(self) -> None:
        if self._helps is not None:
            self._want(self._helps)

    def _want(self, what: Remedy) -> None:
        self._table.wanted.emit(Deed(what, self.source))

    def _menu(self) -> None:
        menu = QMenu(self.more)
        menu.setObjectName("listening.menu")
        menu.aboutToHide.connect(menu.deleteLater)
        able: tuple[tuple[str, str, Remedy], ...] = (
            ("again", _("Check now"), AskAgain()),
            ("open", _("Open its page"), OpenPage(self.source.address)),
            ("remove", _("Stop listening…"), Remove()),
        )
        for name, words, what in able:
            if isinstance(what, OpenPage) and not links.is_page(what.address):
                continue  # a file, a mailbox, an account
            action = menu.addAction(words)
            action.setObjectName(f"listening.{name}")
            action.triggered.connect(lambda _checked=False, what=what: self._want(what))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
