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

from calmreply.app.team import TeamAddress
from calmreply.domain.journal import Broken
from calmreply.errors import KnownError
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
    """What came over, and `kept`, where the old home is left."""

    rows: int
    lines: int
    kept: str


class Mover(Protocol):
    """Moves the home of a folder. Nobody may have it open meanwhile; see `app.storage` for what
    is raised beside `not_in_folder`, `not_on_server`, `home_there`, `other_history`,
    `not_the_same`, `journal_broken`.
    """

    def to_server(self, folder: Path, address: TeamAddress, tell: Tell) -> Moved:
        """From then on the home of this folder lies at `address`, where a home was founded."""
        ...

    def here(self, folder: Path, tell: Tell) -> Moved:
        """The other way: from the server that this folder knows, into the folder."""
        ...


def words(progress: Progress) -> str:
    told = {
        Stage.COPYING: _("Copying: {done} of {all} rows"),
        Stage.COMPARING: _("Comparing both sides: {done} of {all} rows"),
    }
    return told[progress.stage].format(done=progress.done, all=progress.of)


def home_moved(to: str) -> KnownError:
    return KnownError(
        "home_moved",
        _("This home has moved to {place}.").format(place=to),
        _("Work there. The way back is: calmreply team move --to here"),
    )


def move_unfinished(to: str) -> KnownError:
    return KnownError(
        "home_moved",
        _("This home has moved to {place}, but the move did not come to its end.").format(place=to),
        _("Do it again, nothing is lost: calmreply team move"),
    )


def home_arriving(of: str) -> KnownError:
    return KnownError(
        "home_arriving",
        _("A home is being moved here from {place}, and not all of it is here yet.").format(
            place=of
        ),
        _("Start the move again there; it goes on where it stopped."),
    )


def home_there(place: str) -> KnownError:
    return KnownError(
        "home_there",
        _("There is a home of somebody in {place} already.").format(place=place),
        _("Choose an empty database, or join that home instead. Nothing was changed."),
    )


def other_history(place: str) -> KnownError:
    return KnownError(
        "other_history",
        _("What is in {place} is not an earlier state of this home.").format(place=place),
        _("Found the home anew in an empty database. Nothing was changed here."),
    )


def not_the_same(table: str) -> KnownError:
    return KnownError(
        "not_the_same",
        _("What came over is not what was here ({part}).").format(part=table),
        _("The old home still counts, and nothing was lost. Do it again, or report this."),
    )


def journal_broken(found: Broken, place: str) -> KnownError:
    return KnownError(
        "journal_broken",
        _("The journal in {place} does not hold (line {number}).").format(
            place=place, number=found.number
        ),
        _("The old home still counts. Look at it there first: calmreply journal verify"),
    )


def not_in_folder(where: str) -> KnownError:
    return KnownError(
        "not_in_folder",
        _("The home of this folder lies at {place} already.").format(place=where),
        _("To bring it into this folder: calmreply team move --to here"),
    )


def not_on_server() -> KnownError:
    return KnownError(
        "not_on_server",
        _("The home of this folder lies in the folder itself."),
        _("To take it to a server: calmreply team move --to server"),
    )
