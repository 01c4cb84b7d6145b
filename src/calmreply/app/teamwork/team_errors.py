"""What a store says when a team's database server cannot or will not.

Known errors of the storage port beside those of `storage_errors`, for homes on a server.
"""

from __future__ import annotations

from typing import Final

from calmreply.errors import KnownError
from calmreply.i18n import _

LOCKED: Final = "team_password_locked"


def no_driver() -> KnownError:
    return KnownError(
        "no_driver",
        _("This CalmReply was installed without what a team's database needs."),
        _("Install it with the team part: calmreply[team]."),
    )


def server_away(host: str) -> KnownError:
    return KnownError(
        "server_away",
        _("The team's database server {host} does not answer.").format(host=host),
        _("Look at the network and the server's name and port, then do it again."),
    )


def server_refused(host: str, user: str) -> KnownError:
    return KnownError(
        "server_refused",
        _("The database server {host} does not let {user} in.").format(host=host, user=user),
        _("Check the name and the password. Whoever looks after the server can set a new one."),
    )


def server_crowded(host: str) -> KnownError:
    return KnownError(
        "server_away",
        _("The team's database server {host} has no room for one more just now.").format(host=host),
        _(
            "Wait a moment and do it again. If it stays so, whoever looks after the server lets"
            " more connections in (max_connections)."
        ),
    )


def server_closed(host: str) -> KnownError:
    return KnownError(
        "server_away",
        _("The team's database server {host} lets nobody in just now.").format(host=host),
        _("It may be starting, or somebody works on it. Wait a moment and do it again."),
    )


def server_troubled(host: str) -> KnownError:
    return KnownError(
        "server_away",
        _("The team's database server {host} has a trouble of its own.").format(host=host),
        _("Tell whoever looks after it: its own log says more. Nothing was written."),
    )


def no_database_server(host: str, port: int) -> KnownError:
    return KnownError(
        "server_away",
        _("What answers at {host}, port {port}, is no database server of PostgreSQL.").format(
            host=host, port=port
        ),
        _("Check the server's name and port with whoever looks after it."),
    )


def not_let_in(host: str, user: str, database: str) -> KnownError:
    return KnownError(
        "server_refused",
        _("The database server {host} does not let {user} into the database {name}.").format(
            host=host, user=user, name=database
        ),
        _("Whoever looks after the server decides who may go in (GRANT CONNECT)."),
    )


def server_says(host: str, user: str, said: str) -> KnownError:
    return KnownError(
        "server_refused",
        _("The database server {host} does not let {user} in. It says: {words}").format(
            host=host, user=user, words=said
        ),
        _("Check the name and the password. Else show this to whoever looks after the server."),
    )


def password_locked() -> KnownError:
    return KnownError(
        LOCKED,
        _("The password of the team's database is locked since CalmReply was started."),
        _("Open it with the passphrase of the file that holds your passwords."),
    )


def server_not_trusted(host: str) -> KnownError:
    return KnownError(
        "server_not_trusted",
        _("The server that answered cannot prove that it is {host}.").format(host=host),
        _(
            "Ask whoever looks after it for its certificate file. Nothing was sent, not even the"
            " password."
        ),
    )


def no_such_database(host: str, name: str) -> KnownError:
    return KnownError(
        "no_such_database",
        _("There is no database {name} on {host}.").format(name=name, host=host),
        _("Check its name, or have it made by whoever looks after the server."),
    )


def no_team_home(name: str) -> KnownError:
    return KnownError(
        "no_team_home",
        _("There is no home of a team in the database {name} yet.").format(name=name),
        _("Whoever owns the database makes it once; then everybody can come in."),
    )


def no_whole_home(name: str) -> KnownError:
    return KnownError(
        "no_whole_home",
        _("What the database {name} holds is no home of CalmReply, or not all of one.").format(
            name=name
        ),
        _("Use an empty database, or have the home brought back from a backup of the server."),
    )


def not_utf8(name: str) -> KnownError:
    return KnownError(
        "not_utf8",
        _("The database {name} was made for some letters only; customers write in all.").format(
            name=name
        ),
        _("Have one made anew: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"),
    )


def older_data(name: str) -> KnownError:
    return KnownError(
        "older_data",
        _("The home in the database {name} is from an older CalmReply.").format(name=name),
        _(
            "Whoever owns the database brings it up to date: calmreply team upgrade. Until then use"
            " the older program."
        ),
    )


def newer_data(name: str) -> KnownError:
    return KnownError(
        "newer_data",
        _("The home in the database {name} was made by a newer CalmReply.").format(name=name),
        _("Install the newest CalmReply and start that. Nothing was changed."),
    )


def no_such_role(name: str) -> KnownError:
    return KnownError(
        "no_such_role",
        _("The server knows nobody called {name} whom the program could work as.").format(
            name=name
        ),
        _("Give a password for {name}, then CalmReply makes that role.").format(name=name),
    )


def one_role(name: str) -> KnownError:
    return KnownError(
        "one_role",
        _("{name} owns the database: the program must not work as its owner.").format(name=name),
        _("Name another role for the program. It may read and add, but change no record."),
    )


def no_certificate_file(name: str) -> KnownError:
    return KnownError(
        "no_certificate_file",
        _("There is no certificate file {name}.").format(name=name),
        _("Ask whoever looks after the server for it, and choose where it lies."),
    )


def bad_certificate_file(name: str) -> KnownError:
    return KnownError(
        "no_certificate_file",
        _("There is no certificate in the file {name}.").format(name=name),
        _("Ask whoever looks after the server for it, and choose where it lies."),
    )


def no_team() -> KnownError:
    return KnownError(
        "no_team",
        _("The home of this folder lies on no server."),
        _("To join a team: calmreply team join"),
    )


def other_team(host: str, database: str) -> KnownError:
    return KnownError(
        "other_team",
        _("The home of this folder lies on {host} already, in the database {name}.").format(
            host=host, name=database
        ),
        _("Leave that one first, or use another folder."),
    )


def home_there() -> KnownError:
    return KnownError(
        "home_there",
        _("This folder already holds a home with its own record."),
        _(
            "Move it to the team's database: calmreply team move --to server. Or join from another"
            " folder."
        ),
    )


def not_allowed(user: str) -> KnownError:
    return KnownError(
        "not_allowed",
        _("The database does not allow this to {user}.").format(user=user),
        _("Nothing was written. Whoever owns the database decides who may do what."),
    )


def others_write() -> KnownError:
    return KnownError(
        "database_busy",
        _("Somebody else of the team is writing, and it did not end in time."),
        _("Wait a moment and do it again. Nothing was written."),
    )


def other_time(host: str) -> KnownError:
    return KnownError(
        "other_time",
        _("By the clock of the database server {host} this is of another moment.").format(
            host=host
        ),
        _("Nothing was written. Do it again; if that does not help, start CalmReply anew."),
    )


def may_not_leave() -> KnownError:
    return KnownError(
        "refused_by_database",
        _("The database lets nothing leave that was not chosen, waited for and signed off."),
        _("Look at the case again: it says what is missing. Nothing was sent."),
    )


def server_full(host: str) -> KnownError:
    return KnownError(
        "disk_full",
        _("The disk of the database server {host} is full.").format(host=host),
        _("Whoever looks after it makes room. Everything saved before is still there."),
    )


def server_read_only(host: str) -> KnownError:
    return KnownError(
        "read_only",
        _("The database server {host} takes no changes just now.").format(host=host),
        _("It may be a spare one that is taking over. Wait a moment and do it again."),
    )


def backed_up_there(name: str) -> KnownError:
    return KnownError(
        "backed_up_there",
        _("A team's home lies on its database server, not in a file."),
        _(
            "Whoever owns the database makes it: pg_dump --format=custom --file=FILE {name}, and"
            " puts it back into an empty one: pg_restore --dbname={name} FILE. It holds everybody's"
            " sealed keys."
        ).format(name=name),
    )
