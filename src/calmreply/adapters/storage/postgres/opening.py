"""Founding a team's home, as the owner of its database; and letting a program in."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from calmreply.adapters.storage.postgres import engine, law, schema, steps, upgrading
from calmreply.adapters.storage.postgres.address import TeamAddress
from calmreply.app import team_errors

_PATIENCE = 5.0
_UPGRADE_SECONDS = 3600


def found(owner: TeamAddress, works_as: str) -> None:
    """See `calmreply.adapters.storage.postgres.found_team`."""
    connections = engine.make(owner, _PATIENCE)
    try:
        # All of it or nothing: PostgreSQL takes back tables, laws and rights as well.
        with connections.begin() as connection:
            engine.take_turn(connection)
            if _revision(connection) is None:
                connection.exec_driver_sql(f"CREATE SCHEMA {schema.SCHEMA}")
                schema.create(connection)
                law.create(connection)
            _demand_newest(connection, owner)
            law.let_work(connection, works_as)
    finally:
        connections.dispose()


def upgrade(owner: TeamAddress) -> tuple[int, int]:
    """See `calmreply.adapters.storage.postgres.upgrade_team`."""
    connections = engine.make(owner, _PATIENCE)
    try:
        with connections.begin() as connection:
            engine.take_turn(connection)
            # Others read meanwhile; a step that needs a table for itself waits for them.
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {_UPGRADE_SECONDS * 1000}")
            there = _revision(connection)
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
    """Let in a program that knows exactly the schema that is there.

    Raises KnownError `no_team_home`, `older_data`, `newer_data`.
    """
    with engine.reading(connections).begin() as connection:
        _demand_newest(connection, address)


def _demand_newest(connection: Connection, address: TeamAddress) -> None:
    there = _revision(connection)
    if there is None:
        raise team_errors.no_team_home(address.database)
    if there > schema.REVISION:
        raise team_errors.newer_data(address.database)
    if there < schema.REVISION:
        raise team_errors.older_data(address.database)


def _revision(connection: Connection) -> int | None:
    """The number of the schema, or None where there is no home at all."""
    place = f"{schema.SCHEMA}.alembic_version"
    if connection.exec_driver_sql(f"SELECT to_regclass('{place}')").scalar() is None:
        return None
    stamp = f"SELECT version_num FROM {place}"  # noqa: S608 - a constant of ours
    return int(connection.exec_driver_sql(stamp).scalar_one())
