"""Moving a home as a whole: from its folder to a team's server, or back.

Every row goes, people's sealed keys too: moving is the express choice that takes them along. The
old home stays where it was and says where the new one is; nobody works on in it. What is stopped
half way is gone on with by doing it again: until everything was compared, the old home counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from calmreply.app.home import Home
from calmreply.app.proving import beside, doctor, trust
from calmreply.app.teamwork.team import TeamAddress
from calmreply.domain.journal import Broken
from calmreply.i18n import _


class Stage(Enum):
    COPYING = "copying"
    COMPARING = "comparing"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: so many rows of so many."""

    stage: Stage
    done: int
    of: int


Tell = Callable[[Progress], None]
"""Hears how far it is, after each page of rows; what it raises stops the move, and nothing is
lost by that."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What came over, and `kept`, where the old home is left.

    `password_kept`: whether this computer keeps that of the server by itself.
    """

    rows: int
    lines: int
    kept: str
    password_kept: bool = True


@dataclass(frozen=True, slots=True)
class WentBack:
    """The home that was kept at a move is in use again: so many lines, the last written `until`
    (RFC 3339, or empty).
    """

    lines: int
    until: str


LOST = frozenset(
    {"server_away", "server_refused", "server_not_trusted", "no_such_database", "no_team_home"}
)
"""Codes of errors after which a server may be lost for good; any other answer says it is alive."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A database: where the program works from then on, and its owner, who brings the record.

    The owner's password is used for this and kept nowhere.
    """

    address: TeamAddress
    owner: TeamAddress


class Mover(Protocol):
    """Moves the home of a folder. Nobody may have it open meanwhile; see `app.ports.storage`
    for what is raised beside `not_in_folder`, `not_on_server`, `home_there`, `other_history`,
    `not_the_same`, `journal_broken`.
    """

    def to_server(
        self, folder: Path, to: Destination, tell: Tell, passphrase: str | None = None
    ) -> Moved:
        """From then on the home of this folder lies there, where a home was founded.

        The password is kept as by `app.teamwork.team.Teams.join`.
        """
        ...

    def here(self, folder: Path, tell: Tell) -> Moved:
        """The other way: from the server that this folder knows, into the folder."""
        ...

    def go_back(self, folder: Path, *, lost: bool) -> WentBack:
        """Where the server is lost for good: work on in what this folder kept at the move.

        Raises KnownError `nothing_kept`, `home_there`, `server_there` where the server answers,
        and `say_it_is_lost` unless somebody says that it is.
        """
        ...

    def upgrade(self, owner: TeamAddress) -> tuple[int, int]:
        """Bring an older home on a server up to date, as its owner; its schema before and now.

        Raises KnownError as opening it does, and `not_allowed`.
        """
        ...


def words(progress: Progress) -> str:
    told = {
        Stage.COPYING: _("Copying: {done} of {all} rows"),
        Stage.COMPARING: _("Comparing both sides: {done} of {all} rows"),
    }
    return told[progress.stage].format(done=progress.done, all=progress.of)


def demand_whole(home: Home) -> None:
    """Raises KnownError `journal_broken`, `rows_changed`."""
    found = trust.verify_journal(home)
    if isinstance(found, Broken):
        raise doctor.journal_broken(found)
    changed = sum(1 for _one in beside.differences(home))
    if changed:
        raise doctor.rows_changed(changed)
