"""The start: the only place that knows everybody, and puts a home together.

What a command does not use is not imported: the keyring, the network library, the workers,
cryptography and the channels each come in at their first use. Tests, and the rehearsal, put parts
of their own in by `Parts`; the shipped program has no other way to move time.

    homes   what a home is made of, and one that is open
    lazy    the parts that come in at their first use
    memory  what is given back to the system
    movers  homes that move to a server, or back
    teams   homes on servers, and which folder belongs to one
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from calmreply import __version__
from calmreply.bootstrap.homes import REAL, OpenHome, Parts, data_folder, open_home
from calmreply.bootstrap.lazy import Lazy
from calmreply.bootstrap.movers import ComputersMover
from calmreply.bootstrap.teams import ComputersTeams
from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.app.listening.listen import FeedList
    from calmreply.domain.journal import Verify
    from calmreply.rehearsal import Rehearsal

__all__ = [
    "LIBRARIES",
    "REAL",
    "OpenHome",
    "Parts",
    "Program",
    "data_folder",
    "open_home",
    "start_command",
]

# Imports inside functions are the point of this module, see above.
# ruff: noqa: PLC0415

LIBRARIES = (
    "pyside6-essentials",
    "sqlalchemy",
    "pysqlite3",
    "alembic",
    "feedparser",
    "httpx2",
    "nh3",
    "cryptography",
    "keyring",
    "psycopg",
)


class Program:
    """`cli.start.Start` of the shipped program; `parts` are for tests."""

    def __init__(self, parts: Parts = REAL) -> None:
        self._parts = parts
        self.teams = ComputersTeams(parts)
        self.mover = ComputersMover(self.teams, self.open_home, self.verify)

    def data_folder(self, given: str | None) -> Path:
        return data_folder(given)

    def open_home(self, folder: Path) -> AbstractContextManager[OpenHome]:
        owner = _("a command, process {number}").format(number=os.getpid())
        return self._open(folder, owner)

    def _open(self, folder: Path, owner: str) -> AbstractContextManager[OpenHome]:
        """With the secrets that were unlocked in this run."""
        return open_home(folder, replace(self._parts, secrets=self.teams.secrets(folder)), owner)

    def feeds_in(self, body: bytes) -> FeedList:
        from calmreply.adapters import opml

        return opml.read(body)

    def verify(self) -> Verify:
        from calmreply.adapters.entropy import SystemEntropy
        from calmreply.adapters.keys import EdKeys
        from calmreply.adapters.secrets import MemorySecrets

        return EdKeys(SystemEntropy(), MemorySecrets(), "").verify

    def versions(self) -> Mapping[str, str]:
        python = ".".join(map(str, sys.version_info[:3]))
        return {"calmreply": __version__, "python": python, **{n: _version(n) for n in LIBRARIES}}

    def window(self, given: str | None) -> int:
        """Open the window over a folder, until it is closed. Which one, is asked after it shows."""
        from calmreply.ui import imports, screen

        screen.demand_screen()
        imports.plain()
        from calmreply.ui import app

        folder = Lazy(lambda: data_folder(given))
        owner = _("a window, process {number}").format(number=os.getpid())
        return app.run(
            app.Ways(
                lambda: self._open(folder.get(), owner),
                open_folder=lambda other: self._open(other, owner),
                start_command=lambda: start_command(folder.get()),
                write_report=lambda error: _write_report(error, folder.get()),
                rehearse=_rehearsal_of_today,
                read_list=_feeds_in_file,
                folder=folder.get,
                teams=self.teams,
                mover=self.mover,
            )
        )

    def tour(self, out: Path | None) -> tuple[tuple[Path, str], ...]:
        """Draw the rehearsal, off screen unless another kind of screen is asked for."""
        from calmreply.ui import screen

        screen.demand_qt()
        screen.be_off_screen()
        screen.demand_screen()
        from calmreply.rehearsal import Rehearsal
        from calmreply.ui.tour import run

        taken: list[run.Made] = []
        run.take(Rehearsal(filled=False), Rehearsal(), out or Path(run.FOLDER), taken.append)
        return tuple((made.file, made.words) for made in taken)

    def bench(self, words: tuple[str, ...]) -> int:
        from calmreply.ui import screen

        screen.demand_qt()
        screen.be_off_screen()
        screen.demand_screen()
        bench: Callable[[tuple[str, ...]], int]
        bench = _find("calmreply.bench", "main", _("The measuring"))
        return bench(words)


def start_command(folder: Path) -> tuple[str, ...]:
    """The words that start this program again over the same folder."""
    frozen = getattr(sys, "frozen", False)
    program = (sys.executable,) if frozen else (sys.executable, "-m", "calmreply")
    return program if folder == data_folder(None) else (*program, "--home", str(folder))


def _feeds_in_file(file: Path) -> FeedList:
    from calmreply.adapters import opml

    return opml.read_file(file)


def _rehearsal_of_today() -> Rehearsal:
    from calmreply.adapters.clock import SystemClock
    from calmreply.rehearsal import Rehearsal, this_afternoon

    return Rehearsal(this_afternoon(SystemClock().read().wall))


def _write_report(error: BaseException, folder: Path) -> Path:
    from calmreply.cli import report

    return report.write(report.text(error), folder) or Path(os.devnull)


def _find(module: str, name: str, what: str) -> Callable[..., int]:
    """Something that may not have been built into this program."""
    try:
        found: Callable[..., int] = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise KnownError(
            "not_yet",
            _("{what} is not part of this program yet.").format(what=what),
            _("It comes with a later version."),
        ) from error
    return found


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""
