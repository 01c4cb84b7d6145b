"""Founding a team's home, as the owner of its database; and letting a program in."""

from __future__ import annotations

import re

from sqlalchemy import Connection, Engine, select, text

from calmreply.adapters.storage import moved, tables
from calmreply.adapters.storage.postgres import engine, law, schema, steps, upgrading
from calmreply.adapters.storage.postgres.address import TeamAddress
from calmreply.app.teamwork import team_errors

_PATIENCE = 5.0
_UPGRADE_SECONDS = 3600
_STAMP = re.compile("[0-9]{4}")
_STANDING = select(
    tables.ALEMBIC.c.version_num, tables.SETTINGS.c.name, tables.SETTINGS.c.value
).join_from(tables.ALEMBIC, tables.SETTINGS, tables.SETTINGS.c.name.in_(moved.MARKS), isouter=True)
"""In one way to the server, since each writing asks for it."""


def found(owner: TeamAddress, works_as: str, password: str) -> bool:
    """See `calmreply.adapters.storage.postgres.found_team`."""
    if works_as == owner.user:
        raise team_errors.one_role(works_as)
    connections = engine.make(owner, _PATIENCE)
    try:
        # All of it or nothing: PostgreSQL takes back tables, laws and rights as well.
        with connections.begin() as connection:
            engine.take_turn(connection)
            made = _make_role(connection, works_as, password)
            if _revision(connection, owner.database) is None:
                _make_schema(connection)
                schema.create(connection)
                law.create(connection)
            _demand_newest(connection, owner)
            law.let_work(connection, works_as)
            return made
    finally:
        connections.dispose()


def upgrade(owner: TeamAddress) -> tuple[int, int]:
    """See `calmreply.adapters.storage.postgres.upgrade_team`."""
    connections = engine.make(owner, _PATIENCE, statement_seconds=_UPGRADE_SECONDS)
    try:
        with connections.begin() as connection:
            engine.take_turn(connection)
            # Others read meanwhile; a step that needs a table for itself waits for them.
            there = _revision(connection, owner.database)
            if there is None:
                raise team_errors.no_team_home(owner.database)
            if there > schema.REVISION:
                raise team_errors.newer_data(owner.database)
            if there < steps.FIRST:
                raise team_errors.older_data(owner.database)
            if there < schema.REVISION:
                upgrading.upgrade(connection, there)
    finally:
        connections.dispose()
    return there, schema.REVISION


def admit(connections: Engine, address: TeamAddress) -> None:
    """Let in a program that knows exactly the schema that is there, into a home in use.

    Raises KnownError `no_team_home`, `older_data`, `newer_data`, `home_moved`, `home_arriving`.
    """
    with engine.reading(connections).begin() as connection:
        _demand_newest(connection, address)
        moved.demand_in_use(connection)


def demand_in_use(connection: Connection, address: TeamAddress) -> None:
    """As `admit`, for a program that was let in before: a home is upgraded, or moves away."""
    for stamp, mark, place in connection.execute(_STANDING):
        if stamp != f"{schema.REVISION:04}":
            raise team_errors.newer_data(address.database)
        if mark is not None:
            raise moved.known(mark, place)


def demand_ours(connections: Engine, address: TeamAddress) -> None:
    """As `admit`, in use or not: for whoever moves a home there or away."""
    with engine.reading(connections).begin() as connection:
        _demand_newest(connection, address)


def _make_role(connection: Connection, name: str, password: str) -> bool:
    """Where it is missing; the password goes as a proof of it only, as into no log of the server.

    Raises KnownError `no_such_role` without a password.
    """
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
    if connection.execute(known, {"name": name}).scalar() is not None:
        return False
    if not password:
        raise team_errors.no_such_role(name)
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("a connection without a driver")
    proof = driver.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    # No letter of such a proof needs quoting; a role's password takes no parameter.
    connection.exec_driver_sql(f"CREATE ROLE {quoted} LOGIN PASSWORD '{proof.decode('ascii')}'")
    return True


def _demand_newest(connection: Connection, address: TeamAddress) -> None:
    there = _revision(connection, address.database)
    if there is None:
        raise team_errors.no_team_home(address.database)
    if there > schema.REVISION:
        raise team_errors.newer_data(address.database)
    if there < schema.REVISION:
        raise team_errors.older_data(address.database)


def _make_schema(connection: Connection) -> None:
    """Where whoever looks after the server has not made it for the owner."""
    there = f"SELECT to_regnamespace('{schema.SCHEMA}')"
    if connection.exec_driver_sql(there).scalar() is None:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema.SCHEMA}")


def _revision(connection: Connection, name: str) -> int | None:
    """The number of the schema, or None where there is no home at all.

    Raises KnownError `no_whole_home`, and `not_utf8` of a database that cannot hold every letter.
    """
    place = f"{schema.SCHEMA}.alembic_version"
    asked = f"SELECT to_regclass('{place}'), current_setting('server_encoding')"
    there, letters = connection.exec_driver_sql(asked).one()
    if letters != "UTF8":
        raise team_errors.not_utf8(name)
    if there is None:
        return None
    stamp = f"SELECT version_num FROM {place}"  # noqa: S608 - a constant of ours
    found = connection.exec_driver_sql(stamp).scalars().all()
    if len(found) != 1 or not _STAMP.fullmatch(str(found[0])):
        raise team_errors.no_whole_home(name)
    return int(found[0])
