"""What the links, the menus and the keys of the case page do, and when they can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from calmreply.app.cases import judge, own_site, second
from calmreply.app.ports.changes import of_case
from calmreply.app.reviewing import notices, review
from calmreply.domain import calm
from calmreply.domain.blockers import ChangesWanted, PrivateData
from calmreply.domain.case import Choice
from calmreply.domain.mention import Visibility
from calmreply.domain.next_asked import next_asked
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.stage import Stage
from calmreply.i18n import _
from calmreply.ui.case import afar, work
from calmreply.ui.case.doing import Doing
from calmreply.ui.case.doors import Doors

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.domain.people import PersonId
    from calmreply.ui.case.cards import Cards
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk


_ASKING = frozenset({"ask", "ask_next", "review", "answer", "packet"})
_BY_ASKING = frozenset({"ask", "ask_next", "self_review"})
"""What is done about the second person."""


def _no_hurry(shown: Shown) -> bool:
    """Whether a holding reply is not the next right thing, though it may go.

    Praise waits for no first word, and where nobody knows whether the reply arrived, that comes
    first.
    """
    facts, present = shown.facts, shown.present
    if present is not None and present.state is State.UNSURE:
        return True
    if calm.complains(facts, shown.page.known.rules):
        return False
    if facts.judged is not None:
        return facts.judged.kind is Kind.PRAISE
    return facts.mention.now.stars is not None


class Deeds(QObject):
    """Each is done to the case that is shown."""

    def __init__(self, desk: Desk, page: Cards) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self._sends_next = False
        self.doors = Doors(desk, page)
        self._doing = Doing(desk, page.notice, self)
        self._deeds: Mapping[str, Callable[[], object]] = {
            "read": page.mention.say_read,
            "open_page": page.mention.open,
            "judge": self._judge,
            "feel": self._feel,
            "write": page.reply.write,
            "keep": page.reply.leave,
            "wording": page.reply.from_plan.open,
            "versions": page.reply.show_versions,
            "details": page.reply.show_details,
            "offer": partial(page.reply.show_details, at_offer=True),
            "private": self._show_private,
            "ask": self._ask,
            "ask_next": self._ask_next,
            "packet": partial(self._open, "ask"),
            "review": partial(self._open, "review"),
            "answer": partial(self._open, "answer"),
            "withdraw": self._withdraw,
            "look": self._look,
            "look_at_page": self._look_at_page,
            "holding": partial(self._open, "holding"),
            "outside": partial(self._open, "outside"),
            "said_more": self._said_more,
            "aside": partial(self._open, "aside"),
            **{name: partial(self._open, name) for name in ("hide", "agree", "report")},
            **{name: partial(self._open, name) for name in ("second", "emergency", "self_review")},
            "stricter": self._stricter,
            "carry_out": partial(self._on_site, own_site.carry_out),
            "show_again": partial(self._on_site, own_site.show_again),
            "reach_out": page.reply.write,
            "close": self._close,
            "debrief": partial(self._open, "debrief"),
            "reopen": self._reopen,
            "before": self._to_before,
            "send": page.before.press_send,
            "sending": self._to_sending,
            "settings": partial(desk.room_wanted.emit, "settings"),
            "listening": partial(desk.room_wanted.emit, "listening"),
        }
        self._connect(page)

    def _connect(self, page: Cards) -> None:
        page.menu_actions.wanted.connect(self.do)
        page.head.wanted.connect(self.do)
        page.mention.own_site.wanted.connect(self.do)
        page.before.wanted.connect(self.do)
        page.before.left.connect(page.sending.copy_and_open)
        page.sending.sight.connect(page.columns.bring)
        page.before.came_between.connect(self._came_between)
        page.sending.again.connect(self._send_again)
        page.sending.change.connect(page.reply.write)
        page.held.again.connect(partial(self.do, "holding"))
        page.clocks.theirs.hold_wanted.connect(partial(self.do, "holding"))

    def _came_between(self) -> None:
        """The gate said no to what the lists still call ready: they read the case again, too."""
        shown = self._page.shown
        if shown is not None:
            self._desk.changed.emit(of_case(shown.case))

    def do(self, name: str) -> None:
        """Do one by its name; unknown ones and "" do nothing."""
        deed = self._deeds.get(name)
        if deed is not None and self._page.shown is not None:
            deed()

    def refresh(self) -> None:
        """Which of them can be done now; and which button is the one that is filled."""
        page, shown = self._page, self._page.shown
        if shown is None:
            return
        posting = page.sending.asks_where or page.held.asks_where
        ready = page.before.may_send or shown.page.stage is Stage.READY
        page.clocks.theirs.set_filled(filled=not (ready or posting or _no_hurry(shown)))
        lines = {check.do for check in page.before.lines()} if not page.before.isHidden() else set()
        ends = {end: not button.isHidden() for end, button in page.head.buttons.items()}
        still = not shown.ended
        revision = shown.facts.revision
        public = shown.facts.mention.now.visibility is Visibility.PUBLIC
        page.menu_actions.set_enabled(
            {
                **ends,
                "open_page": bool(shown.facts.mention.url),
                "read": not page.mention.read.isHidden(),
                "said_more": True,
                "feel": not page.clocks.yours.isHidden(),
                "judge": still,
                "stricter": still,
                "second": still,
                "emergency": still,
                "self_review": "self_review" in lines,
                "hide": shown.own_site,
                "report": not shown.own_site and public,
                "holding": not page.clocks.theirs.hold.isHidden() and still,
                "write": not page.reply.isHidden(),
                "keep": "keep" in lines or page.reply.saver.dirty,
                "wording": not page.reply.from_plan.button.isHidden() and still,
                "versions": revision is not None,
                "details": not page.reply.details_button.isHidden(),
                "ask": bool(_BY_ASKING & lines) or _changes_wanted(shown),
                "review": afar.can_answer_here(shown, lines),
                "packet": bool(_ASKING & lines) and afar.can_send(shown),
                "answer": afar.packet_out(shown),
                "look": "look" in lines or "look_at_page" in lines,
                "before": not page.before.isHidden(),
                "send": page.before.may_send,
            }
        )
        self._to_send()

    def _open(self, name: str) -> None:
        shown = self._page.shown
        if shown is not None:
            self._page.flush()
            self.doors.open(name, shown.case)

    def _said_more(self) -> None:
        """What they say next, which no source brings: as what somebody heard, in this case."""
        shown = self._page.shown
        if shown is not None:
            self._desk.room_wanted.emit(f"paste:case/{shown.case}")

    def _judge(self) -> None:
        self._page.columns.bring(self._page.judgement)
        self._page.judgement.ask()

    def _feel(self) -> None:
        yours = self._page.clocks.yours
        self._page.columns.bring(yours)
        button = yours.feelings[Feeling.CALM]
        target = button if button.isEnabled() and not button.isHidden() else yours.got_to_me
        if target.isVisibleTo(yours) and target.isEnabled():
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._page.mention.say_read()

    def _show_private(self) -> None:
        shown = self._page.shown
        found = [b for b in shown.page.blockers if isinstance(b, PrivateData)] if shown else []
        self._page.reply.write()
        self._page.reply.mark_private(found[0].found if found else ())

    def _ask(self) -> None:
        """The one there is, at once; of several one is chosen, and where there is none, added."""
        shown = self._page.shown
        if shown is None:
            return
        self._page.flush()
        only = work.only_reviewer(shown)
        if only is not None and only.packet_key is None:
            self._ask_for(only.id)
        else:
            self.doors.open("ask", shown.case)

    def _ask_for(self, who: PersonId) -> None:
        shown = self._page.shown
        if shown is not None:
            ask = partial(review.ask, case=shown.case, who=who)
            self._page.before.doing.act(ask, partial(self._asked, shown.case))

    def _ask_next(self) -> None:
        """Whoever was asked is away or silent; the next one, at once."""
        shown = self._page.shown
        known = shown.page.known if shown is not None else None
        found = next_asked(known.facts, known.rules, known.now) if known is not None else None
        if found is not None and found.next is not None:
            self._page.flush()
            self._ask_for(found.next.id)

    def _asked(self, case: CaseId, _changes: object) -> None:
        """A mail, where that is wanted as a rule; meanwhile everything goes on."""
        tell = partial(notices.tell_if_wanted, case=case)
        self._desk.act(tell, self._told, on="net")

    def _told(self, result: tuple[notices.Told | None, ChangeSet]) -> None:
        told, _changes = result
        if told is not None and not told.delivered:
            words = _("{name} is asked, but could not be told by mail.")
            say = partial(self._page.before.doing.tell, tone="amber")
            # Once the page has heard of the change, which clears what was said before it.
            QTimer.singleShot(
                0, self, partial(say, words.format(name=told.person.name), told.words)
            )

    def _withdraw(self) -> None:
        shown = self._page.shown
        if shown is not None:
            self._page.before.doing.act(partial(review.withdraw, case=shown.case))

    def _look_at_page(self) -> None:
        self._page.mention.open()
        self._look()

    def _close(self) -> None:
        """The debrief of an answered case asks for the outcome by itself."""
        shown = self._page.shown
        if shown is not None:
            self._open("debrief" if shown.answered else "close")

    def _look(self) -> None:
        """Nothing leaves by looking; what was chosen there is one press away here."""
        shown = self._page.shown
        if shown is not None:
            self._page.flush()
            self._sends_next = False
            self.doors.open("look", shown.case, self._looked)

    def _looked(self, choice: object) -> None:
        if choice is Choice.CHANGE:
            self._page.reply.write()
        elif choice is Choice.SEND:
            self._sends_next = True
            self._to_send()

    def _to_send(self) -> None:
        """To the button, as soon as the page has been read again and it can be pressed."""
        before = self._page.before
        if self._sends_next and before.may_send:
            self._sends_next = False
            self._page.columns.bring(before.send)
            before.send.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stricter(self) -> None:
        shown = self._page.shown
        if shown is not None:
            self._doing.act(partial(second.make_stricter, case=shown.case))

    def _reopen(self) -> None:
        shown = self._page.shown
        if shown is not None:
            self._doing.act(partial(judge.reopen, case=shown.case, reason=""))

    def _on_site(self, deed: Callable[[Home, Actor, CaseId], object]) -> None:
        shown = self._page.shown
        if shown is not None:
            self._doing.act(lambda home, actor: deed(home, actor, shown.case), on="net")

    def _to_before(self) -> None:
        self._page.columns.bring(self._page.before.go_to())

    def _to_sending(self) -> None:
        page = self._page
        card = page.held if page.sending.isHidden() else page.sending
        page.columns.bring(card)
        card.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send_again(self) -> None:
        """The same bytes once more, if nothing has come in the way since."""
        self._page.before.press_send()


def _changes_wanted(shown: Shown) -> bool:
    """Whoever looked wants a change; the same words may be asked about once more all the same."""
    return any(isinstance(held, ChangesWanted) for held in shown.page.blockers)
