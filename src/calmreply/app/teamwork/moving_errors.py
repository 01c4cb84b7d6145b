"""What is said of a home that moves, or has moved: known errors of the move and of the stores."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from calmreply.domain.journal import Broken
from calmreply.errors import KnownError
from calmreply.i18n import _


def home_moved(to: str) -> KnownError:
    """`to` is a folder where a team reads this: of the one computer that took the home there."""
    if PurePosixPath(to).is_absolute() or PureWindowsPath(to).is_absolute():
        return KnownError(
            "home_moved",
            _("The team's home was taken into a folder of one computer: {place}.").format(place=to),
            _(
                "Work goes on there. Whoever took it brings it back with: calmreply team move --to"
                " server"
            ),
        )
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


def nothing_to_move(folder: str) -> KnownError:
    return KnownError(
        "nothing_to_move",
        _("There is no home in {folder}.").format(folder=folder),
        _("To work in the team's home from there: calmreply team join"),
    )


def nothing_kept(folder: str) -> KnownError:
    return KnownError(
        "nothing_kept",
        _("No home from before a move is kept in {folder}.").format(folder=folder),
        _(
            "It lies on the computer from which the home was moved. Or put the server's last backup"
            " into an empty database (pg_restore), and join that: calmreply team join"
        ),
    )


def server_there(place: str) -> KnownError:
    return KnownError(
        "server_there",
        _("{place} answers: nothing is lost.").format(place=place),
        _("To bring everything back into this folder: calmreply team move --to here"),
    )


def say_it_is_lost(until: str) -> KnownError:
    return KnownError(
        "say_it_is_lost",
        _("What is kept here ends on {day}. All that the team did since would be missing.").format(
            day=until or _("an unknown day")
        ),
        _(
            "The server's last backup knows more: ask whoever looks after it first. If there is"
            " none: calmreply team go-back --lost"
        ),
    )
