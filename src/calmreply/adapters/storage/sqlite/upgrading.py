"""From an older schema to the newest, by alembic; imported only when there is something to do.

A copy of the file is put beside it first. Each migration is one transaction with its number in
it, so that a failed one leaves the file as it was before it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine

from calmreply.adapters.storage.sqlite import copying, engine, found

MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(connections: Engine, path: Path, newest: int, migrations: Path = MIGRATIONS) -> None:
    """Bring the file at `path` to schema `newest`. Raises KnownError `database_busy`, `disk_full`.

    No other program may have the file open meanwhile.
    """
    with engine.bare(connections).connect() as connection:
        connection.exec_driver_sql("PRAGMA locking_mode = EXCLUSIVE")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        try:
            _alone(connection)
            schema = found.schema_of(connection, path)
            if schema < newest:
                copying.copy(connection, _beside(path, schema), with_keys=True)
                _migrate(connection, newest, migrations)
        finally:
            connection.invalidate()


def _alone(connection: Connection) -> None:
    """Take the file for this connection; it is given back when the connection is closed."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    connection.exec_driver_sql("COMMIT")


def _migrate(connection: Connection, newest: int, migrations: Path) -> None:
    config = Config()
    # The parser of these options takes a percent sign for its own.
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    # Ends what SQLAlchemy takes for a transaction; a step would else be part of that, and of none.
    connection.rollback()
    begin = {engine.BEGIN: "BEGIN IMMEDIATE"}
    config.attributes["connection"] = connection.execution_options(**begin)
    config.attributes["after_each"] = _stamp
    command.upgrade(config, f"{newest:04}")


def _stamp(ctx: MigrationContext, step: Any, **_more: object) -> None:
    """Within the transaction of one migration: its number, and nothing left dangling."""
    connection = ctx.connection
    if connection is None:
        raise RuntimeError("migrations run on an open database only")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise RuntimeError(f"migration {step.up_revision_id} leaves rows that point nowhere")
    connection.exec_driver_sql(f"PRAGMA user_version = {int(step.up_revision_id)}")


def _beside(path: Path, schema: int) -> Path:
    """A new name for the copy made before an upgrade."""
    names = (f"{path.stem}-before-{schema + 1:04}{more}{path.suffix}" for more in _more())
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())


def _more() -> Any:
    yield ""
    number = 2
    while True:
        yield f"-{number}"
        number += 1
