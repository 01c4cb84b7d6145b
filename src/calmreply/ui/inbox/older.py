"""The page of a mention that has no case: from before we listened, to be read, not answered.

Whoever wants to answer it after all gives it a case by one press.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.listening import brought
from calmreply.app.rules import settings
from calmreply.app.words import wording, wording_mention
from calmreply.domain import disguise
from calmreply.domain.mention import Mention
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui import dates, links
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.kit.widgets import Card, Notice, PageHead, Scroll

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId, MentionId
    from calmreply.ui.desk import Desk
    from calmreply.ui.runner import Job


class OlderPage(QWidget):
    """A room of the window (see `ui.rooms`)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("older")
        self._desk = desk
        self._job: Job | None = None
        self._mention: MentionId | None = None
        self._busy = False
        self._address = ""
        self.head = PageHead("")
        self.head.add_pill(Pill(wording.stage(Stage.OLDER)))
        self.open_page = Button(_("Open page"), self._open)
        self.open_page.setObjectName("older.open_page")
        self.answer = Button(_("Answer it after all"), self._answer)
        self.answer.setObjectName("older.answer")
        self.head.add_right(self.open_page)
        self.head.add_right(self.answer)
        self.notice = Notice()
        self.notice.setObjectName("older.notice")
        self.card = Card()
        self.text = PlainView()
        self.text.setObjectName("older.text")
        self.text.setAccessibleName(_("What they said"))
        self.card.add(self.text)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        scroll = Scroll()
        for part in (
            self.notice,
            self.card,
            PlainLabel(_("Older: nobody expects an answer any more."), "strong"),
            PlainLabel(
                _(
                    "It was said before you began to listen, so no clock runs for it. If you "
                    "answer it after all, it comes in as if it had been pasted today."
                ),
                "second",
            ),
        ):
            scroll.body.addWidget(part)
        whole.addWidget(scroll, 1)
        self.setFocusProxy(self.text)

    def show_mention(self, mention: MentionId) -> None:
        """Read the whole of it and show it."""
        self._mention = None
        if self._job is not None:
            self._job.cancel()
        self._job = self._desk.read(_whole, mention)(self._on_read, self._on_failed)

    def _on_read(self, found: tuple[Mention, str, str]) -> None:
        mention, who, zone = found
        version = mention.now
        self._mention = mention.id
        self.notice.clear()
        self.head.title.setText(who)
        parts = [disguise.name(mention.site), dates.exact(mention.published or mention.heard, zone)]
        if version.stars is not None:
            parts.insert(1, wording.stars(version.stars.given, version.stars.scale))
        self.card.set_title("  ·  ".join(part for part in parts if part))
        title = mention.title if mention.title and mention.title not in version.text else ""
        self.text.set_text("\n\n".join(filter(None, (title, version.text))))
        self._address = mention.url or ""
        self.open_page.setVisible(bool(self._address))
        self.open_page.setAccessibleDescription(links.shown_host(self._address))

    def _on_failed(self, error: KnownError) -> None:
        self.notice.say_error(error)

    def _answer(self) -> None:
        mention = self._mention
        if mention is None or self._busy:
            return
        self._busy = True
        self.notice.clear()
        again = partial(brought.answer_after_all, mention=mention, actor=self._desk.actor)
        self._desk.write(again, self._on_case, self._on_refused)

    def _on_case(self, came: tuple[MentionId, CaseId, ChangeSet]) -> None:
        self._busy = False
        self._desk.open_case(came[1])

    def _on_refused(self, error: KnownError) -> None:
        self._busy = False
        self.notice.say_error(error)

    def _open(self) -> None:
        try:
            links.open_page(self._address)
        except KnownError as error:
            self.notice.say_error(error)


def _whole(home: Home, mention: MentionId) -> tuple[Mention, str, str]:
    """It, who its line is headed by, and the time zone."""
    with home.store.read() as tx:
        found, row = tx.mention(mention), tx.row(mention)
    who = wording_mention.who(row.author, row.site, row.source_title, row.url)
    return found, who, settings.read(home, "zone")
