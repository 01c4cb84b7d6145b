"""A team's home on one PostgreSQL server: what PostgreSQL does in its own way.

`store` is the way in; `engine` the connections; `opening` founds a home (as the owner) and lets a
program in; `steps` and `upgrading` bring an older one up to date; `schema` says the shared tables
as PostgreSQL takes them, `law` what the database refuses and who may do what, `leaving` what must
be on record before a reply leaves, `words` how it searches. `telling` says what a transaction
changed and `live` hears it from the others; `holding` keeps what one program has and no other, on
a connection `apart`. Nothing here knows SQLite.

Decisions: a home is the schema `calmreply` of one database. Two roles: the owner founds and
upgrades, the program works as another role, which can neither change nor erase a fact. The port
promises one writer at a time; here that is an advisory lock of the transaction. Importing this
package costs nothing; SQLAlchemy and psycopg come in when a team's home is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from calmreply.adapters.storage.postgres.address import TeamAddress

if TYPE_CHECKING:
    from calmreply.adapters.storage.postgres.store import PostgresStore

__all__ = ["TeamAddress", "found_team", "open_team", "upgrade_team"]

BUSY_SECONDS = 5.0


def open_team(
    address: TeamAddress,
    *,
    busy_seconds: float = BUSY_SECONDS,
    hear: Callable[[float], object] | None = None,
) -> PostgresStore:
    """The store of the team's home at `address`, as the role that works in it.

    Whoever writes waits at most `busy_seconds` for another writer. `hear` is told what the server's
    clock says (seconds since 1970), at each connection and before each writing. Raises KnownError
    `no_driver`, `server_away`, `server_refused`, `server_not_trusted`, `no_such_database`,
    `no_team_home`, `older_data`, `newer_data`.
    """
    from calmreply.adapters.storage.postgres import store  # noqa: PLC0415 - see above

    return store.open_at(address, busy_seconds, hear)


def found_team(owner: TeamAddress, works_as: str, password: str = "") -> bool:
    """Make a home in an empty database as its owner, and let the role `works_as` work in it.

    Where there is a home already, only the role is let in. A role that is missing is made, if
    there is a password for it; returns whether. Raises KnownError as `open_team`, and
    `no_such_role` without one, `one_role`, `not_allowed` where the owner may not.
    """
    from calmreply.adapters.storage.postgres import opening  # noqa: PLC0415 - see above

    return opening.found(owner, works_as, password)


def upgrade_team(owner: TeamAddress) -> tuple[int, int]:
    """Bring an older home to this program's schema, as its owner: whole, or not at all.

    Returns the number of the schema before and now; the same one twice where nothing was to be
    done. Raises KnownError as `found_team`, and `newer_data`.
    """
    from calmreply.adapters.storage.postgres import opening  # noqa: PLC0415 - see above

    return opening.upgrade(owner)
