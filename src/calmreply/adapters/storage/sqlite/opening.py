"""Opening a home: folder and file, a new database, an older one, one we must not touch."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from calmreply.adapters.storage.sqlite import engine, found, law
from calmreply.app.ports import storage_errors

FILE = "calmreply.db"
SCHEMA = "0008"
"""The newest migration; as a number it stands in the file's `user_version`."""

_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


def prepare(folder: Path) -> Path:
    """Make the folder and the file where they are missing, for their owner only."""
    path = folder / FILE
    try:
        if not folder.is_dir():
            folder.mkdir(mode=_FOLDER_MODE, parents=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, _FILE_MODE)
        try:
            # Not ours to close where another owner lets us in.
            with suppress(OSError, AttributeError):
                os.fchmod(handle, _FILE_MODE)
        finally:
            os.close(handle)
    except (FileExistsError, NotADirectoryError) as error:
        raise storage_errors.not_a_folder(str(folder)) from error
    except IsADirectoryError as error:
        raise storage_errors.not_our_data(str(path)) from error
    except OSError as error:
        raise found.refused(error, folder) from error
    return path


def bring_up_to_date(connections: Engine, path: Path) -> None:
    """Make the newest schema of what is there: nothing, an older one, the newest itself."""
    newest = int(SCHEMA)
    # In a transaction, because another copy may be making it just now.
    with connections.begin() as connection:
        schema = found.schema_of(connection, path)
    if schema > newest:
        raise storage_errors.newer_data(str(path))
    if schema == 0:
        _create(connections, path)
    elif schema < newest:
        # Alembic costs more than everything else at the start.
        from calmreply.adapters.storage.sqlite import upgrading  # noqa: PLC0415 - see above

        upgrading.upgrade(connections, path, newest)


def _create(connections: Engine, path: Path) -> None:
    with engine.bare(connections).connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    with engine.writing(connections).begin() as connection:
        # Another copy may have made it while we waited for our turn.
        if found.schema_of(connection, path) == 0:
            law.create(connection, SCHEMA)
