"""What is found at a path: which schema it has, or why no file can be made there."""

from __future__ import annotations

import errno
from pathlib import Path

from sqlalchemy import Connection

from calmreply.adapters.storage.sqlite import law
from calmreply.app.ports import storage_errors
from calmreply.errors import KnownError


def schema_of(connection: Connection, path: Path) -> int:
    """The number of the schema; 0 where there is nothing at all yet."""
    whose = connection.exec_driver_sql("PRAGMA application_id").scalar()
    found: int = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
    things = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
    if things == 0 and found == 0:
        return 0
    if whose != law.APPLICATION_ID or found < 1:
        raise storage_errors.not_our_data(str(path))
    return found


def refused(error: OSError, path: Path) -> KnownError:
    """Why a file or folder could not be made."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return storage_errors.disk_full()
    return storage_errors.read_only(str(path))
