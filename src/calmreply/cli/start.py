"""What the command line is given to work with; `bootstrap` has the real thing, tests another."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from calmreply.app.home import Home
from calmreply.app.listening.listen import FeedList
from calmreply.app.teamwork.moving import Mover
from calmreply.app.teamwork.team import Teams
from calmreply.domain.journal import Verify
from calmreply.errors import KnownError


class Opened(Protocol):
    """An open home."""

    @property
    def home(self) -> Home: ...

    @property
    def folder(self) -> Path: ...

    @property
    def broken_channels(self) -> tuple[KnownError, ...]:
        """Channel plug-ins that would not load."""
        ...

    def lock(self) -> AbstractContextManager[None]:
        """The folder's one lock for polling and sending. Raises KnownError `folder_in_use`."""
        ...

    def holder(self) -> str:
        """Who holds that lock just now, in words; empty where nobody does."""
        ...


class Start(Protocol):
    """How the program reaches everything that is not the command line."""

    @property
    def teams(self) -> Teams: ...

    @property
    def mover(self) -> Mover: ...

    def data_folder(self, given: str | None) -> Path: ...

    def open_home(self, folder: Path) -> AbstractContextManager[Opened]:
        """Raises KnownError for a folder that cannot be used."""
        ...

    def feeds_in(self, body: bytes) -> FeedList:
        """The feeds of an OPML or CSV file. Raises KnownError `not_a_list`, `unsafe_file`, ..."""
        ...

    def verify(self) -> Verify:
        """Checks a signature; needs no home."""
        ...

    def versions(self) -> Mapping[str, str]:
        """Of the program, Python and the libraries; "" for one that is not there."""
        ...

    def window(self, given: str | None) -> int:
        """Over the folder that was said, or the usual one.

        Raises KnownError where there is no Qt, or no screen.
        """
        ...

    def tour(self, out: Path | None) -> tuple[tuple[Path, str], ...]:
        """Draw the rehearsal; returns each picture with its words.

        Raises KnownError where there is no Qt, and what the tour raises.
        """
        ...

    def bench(self, words: tuple[str, ...]) -> int: ...
