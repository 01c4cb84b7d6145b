"""What else came in about the same matter: one quiet line, and each of them when asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.listening import grouping
from calmreply.app.words import wording_mention
from calmreply.domain import disguise
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext
from calmreply.ui import dates
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import add_hung
from calmreply.ui.links import open_page

if TYPE_CHECKING:
    from calmreply.domain.mention import Mention, MentionId
    from calmreply.ui.case.doing import Doing
    from calmreply.ui.case.work import Also, Shown

MOST = 20
"""More are only counted; each of them is a line of the inbox anyway."""
LONGEST = 280
"""Characters of each that are shown, enough to tell whether it is the same."""


class _Links(QWidget):
    hang = LinkButton.hang


class AlsoLines(QWidget):
    """Hidden where the case has one mention only. `doing` does its deeds and tells its troubles."""

    def __init__(self, doing: Doing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doing = doing
        self._shown: Shown | None = None
        self._list: QWidget | None = None
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(6)
        head = QWidget()
        line = FlowLayout(head, gap=10, line_gap=2)
        self._said = PlainLabel("", "second")
        self._said.setWordWrap(False)
        self._said.setObjectName("case.also")
        self._show = LinkButton(_("Show it"), self._toggle)
        self._show.setObjectName("case.also.show")
        line.addWidget(self._said)
        line.addWidget(self._show)
        self._whole.addWidget(head)
        self.hide()

    def set_shown(self, shown: Shown) -> None:
        """Show what came to this case; what is open stays open while it is the same."""
        before, self._shown = self._shown, shown
        same_case = before is not None and before.case == shown.case
        if before is not None and same_case and before.also == shown.also:
            return
        was_open = self._list is not None and same_case
        self._close()
        self.setHidden(not shown.also)
        self._said.setText(_said(shown.also) if shown.also else "")
        if was_open and shown.also:
            self._open(shown)
        self._name_link()

    def _toggle(self) -> None:
        if self._list is not None:
            self._close()
        elif self._shown is not None:
            self._open(self._shown)
        self._name_link()

    def _name_link(self) -> None:
        several = self._shown is not None and len(self._shown.also) > 1
        opens = _("Show them") if several else _("Show it")
        self._show.setText(opens if self._list is None else _("Hide"))

    def _open(self, shown: Shown) -> None:
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(12, 0, 0, 0)
        column.setSpacing(4)
        for one in shown.also[:MOST]:
            self._add(column, one, shown)
        self._whole.addWidget(self._list)

    def _close(self) -> None:
        if self._list is not None:
            self._list.hide()
            self._list.deleteLater()
            self._list = None

    def _add(self, column: QVBoxLayout, one: Also, shown: Shown) -> None:
        found = one.mention
        when = dates.said(found.published, found.heard, shown.wall, shown.zone)
        who = "  ·  ".join((disguise.name(found.now.author) or _("Nobody named"), one.place, when))
        column.addWidget(PlainLabel(who, "second"))
        column.addWidget(PlainLabel(_cut(_what(found)), "text", tone="soft"))
        links = _Links()
        line = FlowLayout(links, gap=14, line_gap=2)
        if found.url:
            page = LinkButton(_("Open page"), partial(self._page, found.url))
            page.setObjectName(f"case.also.open.{found.id}")
            page.setAccessibleDescription(who)
            line.addWidget(page)
        words = _("Not the same: give it a case of its own")
        split = LinkButton(words, partial(self._split, found.id))
        split.setObjectName(f"case.also.split.{found.id}")
        split.setAccessibleDescription(who)
        line.addWidget(split)
        add_hung(column, links)
        column.addSpacing(6)

    def _page(self, url: str) -> None:
        try:
            open_page(url)
        except KnownError as error:
            self._doing.tell(error.words, error.way_out)

    def _split(self, mention: MentionId) -> None:
        self._doing.act(lambda home, actor: grouping.split(home, actor, mention))


def _said(lines: tuple[Also, ...]) -> str:
    place, more = lines[0].place, len(lines) - 1
    if not more:
        return _("The same story also came from {place}").format(place=place)
    words = ngettext(
        "The same story also came from {place} ({n} more)",
        "The same story also came from {place} ({n} more)",
        more,
    )
    return words.format(place=place, n=more)


def _what(found: Mention) -> str:
    return disguise.visible(wording_mention.one_line(found.title, found.now.text))


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else words[:LONGEST].rstrip() + "…"
