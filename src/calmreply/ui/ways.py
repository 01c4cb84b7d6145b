"""How the program reaches what it must not know: what `bootstrap` passes in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from calmreply.app.home import Home
    from calmreply.app.listening.listen import FeedList
    from calmreply.app.teamwork.moving import Mover
    from calmreply.app.teamwork.team import Teams
    from calmreply.ui.runner import Runner


class Opened(Protocol):
    """An open home, and the folder's one lock for polling and sending."""

    @property
    def home(self) -> Home: ...

    def lock(self) -> AbstractContextManager[None]:
        """Raises KnownError `folder_in_use`."""
        ...


Open = Callable[[], AbstractContextManager[Opened]]
OpenFolder = Callable[[Path], AbstractContextManager[Opened]]
First = Callable[[Callable[[str], object]], object]
ReadList = Callable[[Path], "FeedList"]
"""Raises KnownError for a file that is no list."""
WriteReport = Callable[[BaseException], Path]


class Rehearsing(Protocol):
    """A rehearsal as a window reaches it; its business lies in `zone`."""

    @property
    def zone(self) -> str: ...

    def open(self) -> AbstractContextManager[Opened]:
        """Its home."""
        ...

    def now(self) -> datetime:
        """Its time, UTC."""
        ...

    def advance(self, by: timedelta) -> None:
        """Let time pass in it."""
        ...


@dataclass(frozen=True, slots=True)
class TeamDoor:
    """What the window is given to come to a team's home.

    `begin_again` closes the home, runs what it is given, and opens what the folder names.
    `mover`: takes a home that was worked in along.
    """

    teams: Teams
    folder: Callable[[], Path]
    runner: Runner
    begin_again: Callable[[First], None]
    mover: Mover | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """How the program reaches what it must not know.

    `open_home` opens the home that was asked for, `open_folder` another one that the person
    chooses after a failure. `start_command` starts this program again, for the computer's start.
    `write_report` writes down a bug of ours and says where. `rehearse` makes a new rehearsal.
    `read_list` reads a list of feeds. `folder` is where `open_home` opens: a second copy over it
    finds this one. `teams` looks for homes on servers, and joins and leaves them; `mover`
    takes homes there. `first` is done before the first opening, and says how far it is.
    """

    open_home: Open
    open_folder: OpenFolder | None = None
    start_command: Callable[[], Sequence[str]] = tuple
    write_report: WriteReport | None = None
    rehearse: Callable[[], Rehearsing] | None = None
    read_list: ReadList | None = None
    folder: Callable[[], Path] | None = None
    teams: Teams | None = None
    mover: Mover | None = None
    first: First | None = None

    def after(self, first: First, open_home: Open) -> Ways:
        """The same, where `first` is done before the home is opened, as `open_home` does."""
        return replace(self, open_home=open_home, first=first)
