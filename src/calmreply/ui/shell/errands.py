"""What follows by itself once somebody has said Send: tries, looks at the page, copies of mails.

Each when the use cases say that its time has come, and one at a time for each reply.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from calmreply.app.persons import lockbox
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.channels import LookLaterError
from calmreply.app.sending import filing, looking, send
from calmreply.app.sending.held import HeldError
from calmreply.app.teamwork import keepers
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from calmreply.app.home import Home
    from calmreply.app.ports import Cancelled
    from calmreply.domain.mention import CaseId
    from calmreply.domain.outbox import EntryId
    from calmreply.ui.desk import Desk

_BLIND_FOR = timedelta(minutes=5)
"""How long a page is left alone that could not be looked at, if its site does not say."""
_SOON_MS = 500
"""After others wrote something, until it is looked whether a reply is to leave from here."""
_LATER = (lockbox.LOCKED, keepers.ELSEWHERE)
"""What has words of its own elsewhere; then it waits."""


class Errands(QObject):
    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._stop = threading.Event()
        self._under_way: set[EntryId] = set()
        self._blind: dict[EntryId, tuple[datetime, timedelta]] = {}
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._try)

    def run(self) -> None:
        """Whatever is due."""
        self._try()
        self._desk.read(looking.due)(self._look_due)
        self._desk.read(filing.due)(self._file_due)

    def after(self, changes: ChangeSet) -> None:
        """Others wrote that: somebody may have said Send for a reply that leaves from here."""
        if changes.cases and not self._soon.isActive() and not self._stop.is_set():
            self._soon.start()

    def stop(self) -> None:
        """Begin nothing more; what is under way gives up as soon as it can."""
        self._stop.set()
        self._soon.stop()

    def _try(self) -> None:
        self._desk.read(send.due)(self._try_due)

    def _try_due(self, found: Iterable[tuple[CaseId, EntryId]]) -> None:
        for case, entry in found:
            self._begin(_try, case, entry, self._tried)

    def _look_due(self, found: Iterable[tuple[CaseId, EntryId]]) -> None:
        """Look at the pages on which replies of ours should stand by now."""
        wall = self._desk.home.clock.read().wall
        for case, entry in found:
            since, wait = self._blind.get(entry, (wall, timedelta(0)))
            # Somebody may have set the clock back since.
            if not since <= wall < since + wait:
                self._begin(_look, case, entry, self._on_looked)

    def _file_due(self, found: Iterable[tuple[CaseId, EntryId]]) -> None:
        """The copies of what has left: nobody waits for them."""
        for case, entry in found:
            self._begin(_file, case, entry, self._tried)

    def _begin(
        self,
        what: Callable[..., object],
        case: CaseId,
        entry: EntryId,
        then: Callable[[CaseId, EntryId, object], None],
    ) -> None:
        if entry in self._under_way or self._stop.is_set():
            return
        self._under_way.add(entry)
        self._desk.write(
            partial(what, case=case, entry=entry, cancelled=self._stop.is_set),
            then=partial(then, case, entry),
            failed=partial(self._failed, case, entry),
            on="net",
        )

    def _tried(self, case: CaseId, entry: EntryId, _report: object) -> None:
        self._under_way.discard(entry)
        self._desk.changed.emit(of_case(case))

    def _failed(self, case: CaseId, entry: EntryId, error: BaseException) -> None:
        self._tried(case, entry, None)
        self._desk.problem.emit(error)

    def _on_looked(self, case: CaseId, entry: EntryId, blind: object) -> None:
        if not isinstance(blind, timedelta):
            self._blind.pop(entry, None)
            self._tried(case, entry, None)
            return
        self._under_way.discard(entry)
        self._blind[entry] = self._desk.home.clock.read().wall, blind


def _look(home: Home, case: CaseId, entry: EntryId, cancelled: Cancelled) -> timedelta | None:
    """None if the page could be seen; else nothing follows but another look after so long."""
    try:
        looking.look_for(home, case, entry, cancelled)
    except LookLaterError as error:
        return max(error.wait, _BLIND_FOR)
    except KnownError:
        return _BLIND_FOR
    return None


def _file(home: Home, case: CaseId, entry: EntryId, cancelled: Cancelled) -> None:
    """The copy of what has left."""
    try:
        filing.file_copy(home, case, entry, cancelled)
    except KnownError as error:
        if error.code not in _LATER:
            raise


def _try(home: Home, case: CaseId, entry: EntryId, cancelled: Cancelled) -> None:
    """One more attempt. Where something has come in the way, the case itself says what."""
    try:
        send.attempt(home, case, entry, cancelled)
    except HeldError:
        return
    except KnownError as error:
        if error.code not in _LATER:
            raise
