"""Consistent copies of the whole file, by SQLite's own VACUUM INTO."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection

from calmreply.adapters.storage.sqlite import driver, engine, found
from calmreply.app.ports import storage_errors

OWNER_ONLY = 0o600


def copy(connection: Connection, target: Path, *, with_keys: bool) -> None:
    """Copy into a new file, whole or not at all, over a connection outside a transaction.

    Without people's sealed keys unless `with_keys`. Raises KnownError `file_exists`,
    `disk_full`, `read_only`, `database_busy`.
    """
    with _reserved(target) as part:
        connection.exec_driver_sql("VACUUM INTO ?", (str(part),))
        if not with_keys:
            _without_keys(part)
        part.replace(target)


@contextmanager
def _reserved(target: Path) -> Iterator[Path]:
    """A file to write into, beside a name that nobody else can take meanwhile."""
    part = target.with_name(target.name + ".part")
    try:
        with suppress(FileNotFoundError):
            part.unlink()
        for name in (target, part):
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
    except FileExistsError as error:
        raise storage_errors.file_exists(str(target)) from error
    except OSError as error:
        raise found.refused(error, target) from error
    try:
        yield part
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        part.unlink(missing_ok=True)


def _without_keys(copied: Path) -> None:
    try:
        with closing(driver.SQLITE.connect(str(copied), isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("DELETE FROM sealed_keys")
    except driver.SQLITE.Error as error:
        raise engine.known(error, copied) or error from error
