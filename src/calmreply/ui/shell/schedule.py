"""What this window does by itself, because it holds the folder: sources are asked when the use
cases say that their time has come, and so `errands` are run for what somebody has sent.

Whose turn it is says `app.listening.rhythm`; rounds never take all threads of the network, so that
a slow site cannot hold up a reply.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from calmreply.app import queries
from calmreply.app.listening import checks, locked, polling, waiting
from calmreply.app.listening.checks import Checked, Lately
from calmreply.app.listening.polling import asked_to_wait, needs_somebody
from calmreply.app.listening.remedies import asked_anew
from calmreply.app.listening.rhythm import SLOW_AFTER, Queue, Rhythm
from calmreply.app.listening.troubles import NO_ANSWER, OF_ITS_OWN
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.rules import proposals
from calmreply.app.sending import accounts, send
from calmreply.app.teamwork import poller, team_errors
from calmreply.domain import disguise
from calmreply.ui.shell.errands import Errands
from calmreply.ui.shell.following import Following
from calmreply.ui.shell.waiting import Waits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from calmreply.app.home import Home
    from calmreply.app.listening.polling import Polled, Turn
    from calmreply.app.ports import Cancelled
    from calmreply.app.ports.storage import Source
    from calmreply.app.queries import ListeningPage
    from calmreply.domain.mention import CaseId, SourceId
    from calmreply.ui.desk import Desk

_PAUSE_MS = 400
"""Between two readings of how it stands, while round after round comes to its end."""
AT_ONCE = 6
"""Rounds at the same time; the threads of the network are some more."""


@dataclass(frozen=True, slots=True)
class Listening:
    """How listening stands. Times are UTC; `now` is how many sources are being asked.

    `offline`: nobody answers just now. That is nobody's trouble, and in `troubled` it is not.
    """

    sources: int
    last: datetime | None
    next: datetime | None
    troubled: int
    now: int
    zone: str
    offline: bool = False
    needy: str = ""
    """What the first of the troubled is called."""
    elsewhere: str = ""
    """The other computer of the team that asks them, where this one does not."""
    none_read: bool = False
    """Whether every source that was asked is in trouble."""
    unread: int = 0
    """How many could not be read at their last round."""
    anew: bool = False
    """Whether some are asked anew of which nobody knows how they stand."""


class Schedule(QObject):
    """`told` gives a `Listening` whenever it may be another; `heard` a `Checked`, by hand."""

    told = Signal(object)
    heard = Signal(object)
    asking = Signal(object)
    """The cases whose replies wait for a person's word, at the start."""
    out_of_order = Signal(object)
    """The KnownError for which the data cannot be written just now; None when it can again."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._stop = threading.Event()
        self._rhythm = Rhythm()
        self._queue = Queue(AT_ONCE)
        # Nothing tells that a round has become slow, so it is looked at again.
        self._room = QTimer(self, singleShot=True, interval=int(SLOW_AFTER * 1000) + 50)
        self._room.timeout.connect(self._go_on)
        self._waits = Waits(desk, self)
        self._waits.arrived.connect(self._on_arrived)
        self._following = Following(desk, self)
        self._following.away.connect(self._on_away)
        self._errands = Errands(desk, self)
        self._following.heard.connect(self._errands.after)
        self._by_hand: set[SourceId] = set()
        self._check = Checked()
        self._lately = Lately()
        self._broken = False
        self._elsewhere = ""
        self._telling = self._untold = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        desk.changed.connect(self._on_changed)

    def start(self) -> None:
        """What a run before this one left open becomes *unsure*; then everything that is due."""
        self._following.start()
        self.heartbeat()
        self._desk.write(accounts.tell_kept, on="net")
        self._desk.write(locked.mark)
        self._desk.write(send.recover, then=lambda _changes: self._recovered())
        self._tell()

    def _recovered(self) -> None:
        self.ask()
        self._desk.read(send.asking)(self._on_asking)

    def _on_asking(self, cases: tuple[CaseId, ...]) -> None:
        if cases:
            self.asking.emit(cases)

    def stop(self) -> None:
        """Ask nobody any more; what is being asked gives up as soon as it can."""
        self._stop.set()
        self._room.stop()
        self._pause.stop()
        self._waits.stop()
        self._following.stop()
        self._errands.stop()

    def ask(self) -> None:
        """Ask the sources, and try the replies, whose time has come."""
        if self._stop.is_set():
            return
        self._ask_sources()
        self._errands.run()

    def _ask_sources(self) -> None:
        self._desk.read(_turns)(self._ask_due)

    def check_now(self) -> None:
        """Ask all sources now, but those that asked us to wait."""
        self._desk.read(polling.turns)(self._ask_all)

    def heartbeat(self) -> None:
        """Save how far this boot has come; put in force what was agreed to."""
        self._desk.write(proposals.heartbeat, then=self._on_beat, failed=self._on_no_beat)

    def _ask_due(self, turns: tuple[Turn, ...]) -> None:
        asking = self._queue.asking
        due = self._rhythm.due(turns, self._desk.home.clock.read(), asking)
        self._ask(due)
        if turns and self._elsewhere:  # they may have come over to this computer with that
            self._tell()
        self._waits.keep([one.source for one in turns], self._queue.asking)

    def _ask_all(self, turns: tuple[Turn, ...]) -> None:
        now = self._desk.home.clock.read()
        asked = [one for one in turns if not asked_to_wait(one.source, now.wall)]
        before = self._lately.take(now.ticks)
        self._check = Checked(asked=len(asked), waiting=len(turns) - len(asked), before=before)
        self._by_hand = {one.source.id for one in asked}
        self._ask(asked)
        if not asked and self._elsewhere:
            self._desk.problem.emit(poller.elsewhere(self._elsewhere))
        elif not asked:
            self.heard.emit(self._check)

    def _on_arrived(self, source: SourceId) -> None:
        """A place says that something is new there."""
        self._desk.read(polling.turns)(partial(self._ask_one, source))

    def _ask_one(self, source: SourceId, turns: tuple[Turn, ...]) -> None:
        self._ask(one for one in turns if one.source.id == source)

    def _ask(self, turns: Iterable[Turn]) -> None:
        if self._stop.is_set():
            return
        for one in turns:
            self._queue.add(one)
        self._go_on()

    def _go_on(self) -> None:
        """Begin the rounds for which there is room."""
        for turn in self._queue.start(self._desk.home.clock.read().ticks):
            self._desk.write(
                partial(_poll, source=turn.source, cancelled=partial(self._stops, turn.source.id)),
                then=partial(self._polled, turn.source.id),
                failed=partial(self._not_polled, turn.source.id),
                on="net",
            )
            self._tell()
        if self._queue.waiting and not self._room.isActive():
            self._room.start()

    def _stops(self, source: SourceId) -> bool:
        """Whether its round is to end; asked on a thread of the network."""
        return self._stop.is_set() or self._queue.gives_way(source)

    def _polled(self, source: SourceId, polled: Polled) -> None:
        trouble = polled.error.code if polled.error else ""
        self._done(source, trouble)
        if self._queue.comes_again(source):
            return
        came = bool(polled.new or polled.changed)
        self._check = replace(self._check, new=self._check.new + polled.new)
        if not self._by_hand:
            self._lately.note(self._desk.home.clock.read().ticks, polled.new)
        self._desk.changed.emit(ChangeSet(mentions=came, sources=True))
        self._came_by_hand(source, failed=polled.failed)
        if self._rhythm.silent and trouble not in NO_ANSWER | OF_ITS_OWN:
            self.ask()  # the network is back: nobody waits for the next time

    def _not_polled(self, source: SourceId, error: BaseException) -> None:
        self._done(source, "")
        self._desk.problem.emit(error)
        self._tell()
        self._came_by_hand(source, failed=True)

    def _done(self, source: SourceId, trouble: str) -> None:
        for one in self._queue.done(source, trouble):
            self._came_by_hand(one.source.id, failed=True)
        self._go_on()

    def _came_by_hand(self, source: SourceId, *, failed: bool) -> None:
        if source in self._by_hand:
            self._by_hand.discard(source)
            self._check = replace(self._check, failed=self._check.failed + failed)
            if not self._by_hand:
                self.heard.emit(self._check)

    def _on_away(self, away: bool) -> None:
        """The team's server is out of reach: say so now, and that it is back as soon as it is."""
        team = self._desk.home.team
        if away and team is not None:
            self._on_no_beat(team_errors.server_away(team.host))
        elif not away and self._broken:
            self.heartbeat()
            self.ask()

    def _on_beat(self, _changes: ChangeSet) -> None:
        if self._broken:
            self._broken = False
            self.out_of_order.emit(None)

    def _on_no_beat(self, error: BaseException) -> None:
        if not self._broken:
            self._broken = True
            self.out_of_order.emit(error)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.sources or changes.rules:
            self._tell()
        if changes.accounts and not self._stop.is_set():
            self._desk.write(accounts.tell_kept, on="net")
            self._ask_sources()  # what an account or the passwords held up goes on now

    def _tell(self) -> None:
        """Read how it stands, one reading at a time: of hundreds at once the last one says it."""
        pausing = self._pause.isActive() and bool(self._queue.asking)
        self._untold = self._telling or pausing
        if not self._untold and not self._stop.is_set():
            self._telling = True
            self._pause.stop()
            self._desk.read(queries.listening)(self._on_listening, self._on_not_told)

    def _on_not_told(self, error: BaseException) -> None:
        self._telling = False
        self._desk.problem.emit(error)

    def _on_listening(self, page: ListeningPage) -> None:
        self._telling, self._elsewhere = False, page.elsewhere
        if self._untold and self._queue.asking:
            self._pause.start()
        elif self._untold:
            self._tell()
        asked = [one.state.polled_at for one in page.sources if one.state.polled_at]
        due = [one.state.next_at for one in page.sources if one.state.next_at]
        needy = [disguise.name(one.title) for one in page.sources if self._troubles(one)]
        self.told.emit(
            Listening(
                sources=len(page.sources),
                last=max(asked, default=None),
                next=min(due, default=None),
                troubled=len(needy),
                now=len(self._queue.asking),
                zone=page.zone,
                offline=self._rhythm.offline,
                needy=next(iter(needy), ""),
                elsewhere=page.elsewhere,
                none_read=checks.none_read(page.sources),
                unread=checks.unread(page.sources),
                anew=any(map(asked_anew, page.sources)),
            )
        )

    def _troubles(self, source: Source) -> bool:
        of_the_network = self._rhythm.offline and source.state.trouble in NO_ANSWER
        return needs_somebody(source) and not of_the_network


def _turns(home: Home) -> tuple[Turn, ...]:
    """All of them; what is asked about each on the Qt thread is loaded by then."""
    found = polling.turns(home)
    for one in found:
        waiting.can_wait(home, one.source)
    return found


def _poll(home: Home, source: Source, cancelled: Cancelled) -> Polled:
    return polling.poll_as_kept(home, source, cancelled)
