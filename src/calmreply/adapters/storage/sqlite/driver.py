"""The SQLite to use: the one pysqlite3 brings along, else the one inside Python."""

from __future__ import annotations

from types import ModuleType

from calmreply.i18n import _

try:
    import pysqlite3.dbapi2 as _newest  # type: ignore[import-untyped, unused-ignore]  # has no types
except ImportError:
    import sqlite3 as _newest  # type: ignore[no-redef, unused-ignore]  # the other of the two

SQLITE: ModuleType = _newest
SAFE = (3, 51, 3)
"""Releases before this one can corrupt a database in WAL mode."""


def warning(found: tuple[int, ...]) -> str:
    """One sentence where an SQLite of this version is older than it should be, else empty."""
    if found >= SAFE:
        return ""
    return _(
        "The SQLite of this computer is {found}; before {safe} it can, very rarely, damage a data"
        " file that two programs use. Keep backups, and update Python or install pysqlite3."
    ).format(found=".".join(map(str, found)), safe=".".join(map(str, SAFE)))
