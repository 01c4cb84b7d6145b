"""The shared tables, as PostgreSQL takes them."""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, Text

from calmreply.adapters.storage import tables
from calmreply.adapters.storage.postgres import steps

SCHEMA = "calmreply"
"""The schema within the database; it stands in the `search_path` of every connection."""

REVISION = steps.NEWEST
"""The newest schema. Its number is the same for every database."""


def create(connection: Connection) -> None:
    """All tables and indexes of the newest schema, and its number."""
    _as_here().create_all(connection, checkfirst=False)
    stamp(connection)


def stamp(connection: Connection) -> None:
    """What is there has the newest schema, and no other number."""
    connection.execute(tables.ALEMBIC.delete())
    connection.execute(tables.ALEMBIC.insert().values(version_num=f"{REVISION:04}"))


def _as_here() -> MetaData:
    """A copy of the tables: text in the order of its bytes whatever the server's language is, and
    the conditions of partial indexes said for PostgreSQL.
    """
    here = MetaData(naming_convention=tables.METADATA.naming_convention)
    for table in tables.METADATA.sorted_tables:
        copied = table.to_metadata(here)
        for column in copied.columns:
            if type(column.type) is Text:
                column.type = Text(collation="C")
        for index in copied.indexes:
            where = index.dialect_options["sqlite"]["where"]
            if where is not None:
                index.dialect_options["postgresql"]["where"] = where
    return here
