"""What a store says when it cannot or will not: the known errors of the storage port.

Every implementation raises these, so that memory, SQLite and PostgreSQL speak the same sentences.
"""

from __future__ import annotations

from calmreply.domain import disguise, paths
from calmreply.errors import KnownError
from calmreply.i18n import _


def no_such_mention(mention: str) -> KnownError:
    return KnownError(
        "no_such_mention",
        _("There is no mention {id}.").format(id=mention),
        _("The inbox shows the number of every mention."),
    )


def no_such_case(case: str) -> KnownError:
    return KnownError(
        "no_such_case",
        _("There is no case {id}.").format(id=case),
        _("The inbox shows the numbers. What lies under Older has no case."),
    )


def no_such_source(source: str) -> KnownError:
    return KnownError(
        "no_such_source",
        _("There is no source {id}.").format(id=source),
        _("It may have been taken out just now. Look at the list of sources."),
    )


def source_exists(address: str, title: str) -> KnownError:
    """By the title of what stands there; of what is read through an account only that says what
    is watched, for its address holds the account's number.
    """
    known = disguise.name(title)
    if path := paths.path_in(address):
        known = path
    elif "://" in address:
        known = f"{known} ({disguise.address(address)})"
    return KnownError(
        "source_exists",
        _("You already listen to {address}.").format(address=known or address),
        _("There is nothing more to do, or choose another address."),
    )


def already_in_outbox() -> KnownError:
    return KnownError(
        "already_in_outbox",
        _("A reply to this is already on its way or out."),
        _("Look at what became of it first. Nothing is sent twice."),
    )


def claimed_elsewhere() -> KnownError:
    return KnownError(
        "claimed_elsewhere",
        _("This reply is being sent from another window or computer just now."),
        _("Wait for the outcome. It is not sent twice."),
    )


def wrote_it_themselves() -> KnownError:
    return KnownError(
        "refused_by_database",
        _("Who wrote words of a reply cannot sign it."),
        _("Ask somebody who wrote none of it."),
    )


def journal_moved_on() -> KnownError:
    return KnownError(
        "refused_by_database",
        _("The journal goes on from its last line only, and this is not the next one."),
        _("Do it once more. Nothing was written."),
    )


def file_exists(path: str) -> KnownError:
    return KnownError(
        "file_exists",
        _("There is a file {path} already.").format(path=path),
        _("Choose another name. Nothing was overwritten."),
    )


def database_busy() -> KnownError:
    return KnownError(
        "database_busy",
        _("Another copy of CalmReply is using this folder, and it did not finish in time."),
        _("Wait a moment and do it again, or close the other copy. Nothing was written."),
    )


def disk_full() -> KnownError:
    return KnownError(
        "disk_full",
        _("The disk is full or does not take what is written to it, so this was not saved."),
        _("Make room on it, then do it again. Everything saved before is still there."),
    )


def read_only(path: str) -> KnownError:
    return KnownError(
        "read_only",
        _("CalmReply may not write to {path}.").format(path=path),
        _("Allow yourself to write there, or choose another folder with --home."),
    )


def not_a_folder(path: str) -> KnownError:
    return KnownError(
        "bad_folder",
        _("{path} is a file, and CalmReply needs a folder for its data.").format(path=path),
        _("Choose another folder with --home."),
    )


def database_damaged(path: str) -> KnownError:
    return KnownError(
        "database_damaged",
        _("The data file {path} is damaged.").format(path=path),
        _("Keep a copy of it as it is, then put your last backup in its place."),
    )


def not_our_data(path: str) -> KnownError:
    return KnownError(
        "database_damaged",
        _("The file {path} is not CalmReply's, or is damaged.").format(path=path),
        _("Move it away or choose another folder with --home. It was not changed."),
    )


def newer_data(path: str) -> KnownError:
    return KnownError(
        "newer_data",
        _("The data in {path} was written by a newer CalmReply.").format(path=path),
        _("Install the newest CalmReply and start that. Nothing was changed."),
    )


def nothing_to_back_up() -> KnownError:
    return KnownError(
        "nothing_to_back_up",
        _("A rehearsal is kept in memory only."),
        _("Make the backup in your own home, not in the rehearsal."),
    )
