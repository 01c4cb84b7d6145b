"""The cards of a case, where they stand, and which case they show."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from calmreply.domain.reply import ReplyKind
from calmreply.i18n import _
from calmreply.ui.case.actions import Actions
from calmreply.ui.case.before import BeforeCard
from calmreply.ui.case.bystander import BystanderCard
from calmreply.ui.case.clocks import Clocks
from calmreply.ui.case.columns import Columns
from calmreply.ui.case.debriefed import DebriefCard
from calmreply.ui.case.head import Head
from calmreply.ui.case.judgement import JudgementCard
from calmreply.ui.case.mention import MentionCard
from calmreply.ui.case.reply import ReplyCard
from calmreply.ui.case.sending import SendingCard
from calmreply.ui.case.story import StoryCard
from calmreply.ui.kit.rest import Rest
from calmreply.ui.kit.widgets import EmptyRoom, Notice

if TYPE_CHECKING:
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk


class Cards(QWidget):
    """What a case looks like; `CasePage` brings it here, `Deeds` does what it asks for."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """With nothing in it: whoever makes it has `made` run to its end before anything else."""
        super().__init__(parent)
        self._desk = desk
        self._shown: Shown | None = None

    def made(self) -> Generator[None, None, None]:
        """Card by card: all of them together take longer than a window may be held.

        Each in its place from the first: whoever moves later is asked for every part.
        """
        self._nothing = EmptyRoom(
            _("Choose a mention"),
            _("What they said, both clocks and your reply stand here then."),
        )
        self._whole, self._loading = QWidget(), QWidget()
        self._pages = QStackedLayout(self)
        for page in (self._nothing, self._whole, self._loading):
            self._pages.addWidget(page)
        self._rest = Rest(self._whole)
        self._lay_out()
        left, right = self.columns.places
        yield
        # In the order in which they stand in one column, and in which Tab goes then.
        self.sending = SendingCard(self._desk, ReplyKind.REPLY, right)
        self.held = SendingCard(self._desk, ReplyKind.HOLDING, right)
        yield
        self.clocks = Clocks(self._desk, left)
        yield
        self.mention = MentionCard(self._desk, left)
        yield
        self.judgement, self.debriefed = JudgementCard(self._desk, left), DebriefCard(left)
        yield
        self.reply = ReplyCard(self._desk, left)
        yield
        self.bystander = BystanderCard(right)
        yield
        self.before = BeforeCard(self._desk, right)
        yield
        self.story = StoryCard(right)
        self.menu_actions = Actions(self)
        yield
        self._deal()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.notice, self.head = Notice(), Head()
        self.notice.setObjectName("case.notice")
        over = QHBoxLayout()
        over.setContentsMargins(16, 0, 16, 0)
        over.addWidget(self.notice)
        column.addLayout(over)
        column.addWidget(self.head)
        self.columns = Columns()
        column.addWidget(self.columns, 1)

    def _deal(self) -> None:
        self.columns.deal(
            main=(self.clocks, self.mention, self.judgement, self.debriefed, self.reply),
            aside=(self.sending, self.before, self.held, self.bystander, self.story),
            stacked=(
                self.sending,
                self.held,
                self.clocks,
                self.mention,
                self.judgement,
                self.debriefed,
                self.reply,
                self.bystander,
                self.before,
                self.story,
            ),
            fills=self.reply,
            wide=self.width(),
        )

    @property
    def shown(self) -> Shown | None:
        """What is on the screen; every deed is done to this case."""
        return self._shown

    def put(self, shown: Shown, stamp: int) -> None:
        """Into all cards; `stamp` is the saver's, of when this was asked for."""
        self._shown = shown
        with self._rest.hold():
            for card in (
                self.head,
                self.clocks,
                self.mention,
                self.judgement,
                self.before,
                self.sending,
                self.held,
                self.debriefed,
                self.story,
            ):
                card.set_shown(shown)
            self.reply.set_shown(shown, stamp)
            self.bystander.set_shown(shown, self.reply.edit.words())

    def flush(self) -> None:
        """Send unsaved words on their way to the store."""
        self.reply.saver.flush()

    def next_step(self) -> QWidget | None:
        """What is to be done next here, for the keys; None where nothing of it takes them."""
        mention = self.mention
        unread = mention.read.isVisible() and not mention.read.isEnabled()  # its end is not seen
        steps = (mention.words,) if unread else (mention.read, self.reply.edit, mention.words)
        seen = (one for one in steps if one.isVisible() and one.isEnabled())
        return next(seen, None)
