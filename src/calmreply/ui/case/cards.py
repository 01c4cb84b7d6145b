"""The cards of a case, where they stand, and which case they show."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

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
from calmreply.ui.kit.turns import at_once
from calmreply.ui.kit.widgets import EmptyRoom, Notice

if TYPE_CHECKING:
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk

W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Deck:
    """The cards of one page, all of them in `whole`."""

    whole: QWidget
    notice: Notice
    head: Head
    clocks: Clocks
    mention: MentionCard
    judgement: JudgementCard
    reply: ReplyCard
    sending: SendingCard
    held: SendingCard
    before: BeforeCard
    bystander: BystanderCard
    debriefed: DebriefCard
    story: StoryCard


def dealt(desk: Desk, parent: QWidget | None) -> Generator[None, None, Deck]:
    """Card by card: all of them together take longer than a window may be held.

    Within the window from the first: whoever moves into it later is asked for every part.
    """
    whole = QWidget(parent)
    # In the order in which they stand in one column, and in which Tab goes then.
    notice, head = _in(whole, Notice()), _in(whole, Head())
    sending = _in(whole, SendingCard(desk, ReplyKind.REPLY))
    yield
    held = _in(whole, SendingCard(desk, ReplyKind.HOLDING))
    clocks, mention = _in(whole, Clocks(desk)), _in(whole, MentionCard(desk))
    yield
    judgement, debriefed = _in(whole, JudgementCard(desk)), _in(whole, DebriefCard())
    yield
    reply = _in(whole, ReplyCard(desk))
    yield
    bystander, before = _in(whole, BystanderCard()), _in(whole, BeforeCard(desk))
    yield
    return Deck(
        whole=whole,
        notice=notice,
        head=head,
        clocks=clocks,
        mention=mention,
        judgement=judgement,
        reply=reply,
        sending=sending,
        held=held,
        before=before,
        bystander=bystander,
        debriefed=debriefed,
        story=_in(whole, StoryCard()),
    )


def _in(whole: QWidget, card: W) -> W:
    card.setParent(whole)
    return card


class Cards(QWidget):
    """What a case looks like; `CasePage` brings it here, `Deeds` does what it asks for."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, deck: Deck | None = None) -> None:
        """`deck` are cards that nobody shows yet; made now where there are none."""
        super().__init__(parent)
        self._desk = desk
        self._shown: Shown | None = None
        self._take(deck or at_once(dealt(desk, self)))
        self._lay_out()
        self.menu_actions = Actions(self)

    def _take(self, deck: Deck) -> None:
        self._whole = deck.whole
        self._whole.setParent(self)
        self._rest = Rest(self._whole)
        self.notice = deck.notice
        self.notice.setObjectName("case.notice")
        self.head = deck.head
        self.clocks = deck.clocks
        self.mention = deck.mention
        self.judgement = deck.judgement
        self.reply = deck.reply
        self.sending = deck.sending
        self.held = deck.held
        self.before = deck.before
        self.bystander = deck.bystander
        self.debriefed = deck.debriefed
        self.story = deck.story

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        over = QHBoxLayout()
        over.setContentsMargins(16, 0, 16, 0)
        over.addWidget(self.notice)
        column.addLayout(over)
        column.addWidget(self.head)
        self.columns = Columns(
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
            parent=self._whole,
        )
        column.addWidget(self.columns, 1)
        self._nothing = EmptyRoom(
            _("Choose a mention"),
            _("What they said, both clocks and your reply stand here then."),
        )
        self._loading = QWidget()
        self._pages = QStackedLayout(self)
        for page in (self._nothing, self._whole, self._loading):
            self._pages.addWidget(page)

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
