"""The desk: what every room of the window shares, and its only way to the use cases.

Work goes to the runner's executors and comes back on the Qt thread. A write that worked is told to
everybody as a `ChangeSet`, and each room reloads just what it shows of it. Whoever is signed in is
kept here; the key is locked again after `LOCK_AFTER` without a touch.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from calmreply.app.home import Actor, Home
from calmreply.app.ports.changes import ChangeSet
from calmreply.domain.mention import CaseId
from calmreply.errors import KnownError
from calmreply.ui.runner import Job, Runner, is_alive, receiver_of

if TYPE_CHECKING:
    from calmreply.ui.ways import ReadList, TeamDoor

LOCK_AFTER = 15 * 60 * 1000
"""Milliseconds without a touch after which the key is locked again."""

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Then = Callable[[Any], object]
Failed = Callable[[KnownError], object]
AskActor = Callable[[Callable[[Actor], None]], None]
"""Shows the sign-in (or the first person's enrolment) and calls back with who it is."""


class Reading(Protocol[T_co]):
    """A read that is prepared; calling it starts it."""

    def __call__(self, then: Callable[[T_co], object], failed: Failed | None = None) -> Job: ...


class Desk(QObject):
    """Lives on the Qt thread, owned by the shell."""

    changed = Signal(object)
    """A ChangeSet: something was written; reload what shows it."""
    person_changed = Signal()
    """Somebody signed in or the key was locked."""
    problem = Signal(object)
    """A KnownError nobody else shows; the shell says it in its notice bar."""
    case_wanted = Signal(object)
    """A CaseId to open."""
    room_wanted = Signal(str)
    """The name of a room to open; behind a colon, what to go to there ("settings:contacts").

    Empty: back to where one was before."""

    def __init__(
        self,
        home: Home,
        runner: Runner,
        ask_actor: AskActor,
        read_list: ReadList | None = None,
    ) -> None:
        """`read_list` reads the feeds in a file, where that can be done."""
        super().__init__()
        self.read_list = read_list
        self.team: TeamDoor | None = None
        self.home = home
        self._runner = runner
        self._ask_actor = ask_actor
        self._actor: Actor | None = None
        self._touched = QElapsedTimer()

    @property
    def actor(self) -> Actor | None:
        """Who is signed in, unless the key was locked meanwhile."""
        if self._actor is not None and self._touched.elapsed() > LOCK_AFTER:
            self.lock()
        return self._actor

    def touch(self) -> None:
        """Somebody is at the keyboard; called by the shell for key and mouse events."""
        if self.actor is not None:
            self._touched.restart()

    def sign_in(self, actor: Actor) -> None:
        self._actor = actor
        self._touched.start()
        self.person_changed.emit()

    def lock(self) -> None:
        if self._actor is not None:
            self._actor = None
            self.person_changed.emit()

    def read(
        self,
        what: Callable[Concatenate[Home, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Reading[T]:
        """Prepare a read; call the result with `then` (and `failed`) to start it."""

        def start(then: Callable[[T], object], failed: Failed | None = None) -> Job:
            return self._runner.run(
                lambda: what(self.home, *args, **kwargs),
                then=then,
                failed=failed or self.problem.emit,
                on="read",
            )

        return start

    def write(
        self,
        what: Callable[[Home], T],
        then: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        on: str = "write",
    ) -> Job:
        """Run a use case that nobody signs; its ChangeSet (or one in its result) is announced."""
        return self._runner.run(
            lambda: what(self.home),
            then=lambda result: self._done(result, then),
            failed=failed or self.problem.emit,
            on=on,
        )

    def follow(self, what: Callable[..., None], told: Callable[[Any], object]) -> Job:
        """Run what waits and tells, `what(home, progress=...)`, until it ends by itself; each
        thing it tells comes to `told`.
        """
        return self._runner.run(partial(what, self.home), progress=told, on="wait")

    def act(
        self,
        what: Callable[[Home, Actor], T],
        then: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        on: str = "write",
    ) -> None:
        """Run a use case as the person signed in, who is asked for first if nobody is."""
        actor = self.actor
        if actor is not None:
            self._act_as(actor, what, then, failed, on)
        else:
            self._ask_actor(lambda someone: self._act_as(someone, what, then, failed, on))

    def need_actor(self, then: Callable[[Actor], None]) -> None:
        """Make sure that somebody is signed in, then go on."""
        actor = self.actor
        if actor is not None:
            then(actor)
        else:
            self._ask_actor(then)

    def _act_as(
        self,
        actor: Actor,
        what: Callable[[Home, Actor], T],
        then: Callable[[T], object] | None,
        failed: Failed | None,
        on: str,
    ) -> None:
        self._runner.run(
            lambda: what(self.home, actor),
            then=lambda result: self._done(result, then),
            failed=failed or self.problem.emit,
            on=on,
        )

    def _done(self, result: T, then: Callable[[T], object] | None) -> None:
        found: list[ChangeSet] = [result] if isinstance(result, ChangeSet) else []
        if isinstance(result, tuple):
            found = [part for part in result if isinstance(part, ChangeSet)]
        # What was written is told to everybody, also when the page that asked for it is gone.
        if then is not None and is_alive(receiver_of(then)):
            then(result)
        for changes in found:
            if not changes.nothing:
                self.changed.emit(changes)

    def open_case(self, case: CaseId) -> None:
        self.case_wanted.emit(case)


def sentence(error: BaseException) -> tuple[str, str]:
    """Words and way out of a known error; for others the caller shows the report."""
    if isinstance(error, KnownError):
        return error.words, error.way_out
    return str(error), ""
