"""Connections to one file, each set up the same way, and the driver's errors as known ones."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from calmreply.adapters.storage.sqlite import law
from calmreply.app.ports import storage_errors
from calmreply.errors import KnownError

BEGIN = "begin"
"""Execution option: the statement that begins a transaction; empty for none at all."""

READERS = 3
"""Connections kept open; more are made and thrown away when more threads ask at once."""

PRAGMAS = (
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "synchronous = FULL",
    # Without it, REPLACE would delete journal lines past the trigger that forbids it.
    "recursive_triggers = ON",
    "secure_delete = FAST",
    "cache_size = -8192",
    "journal_size_limit = 33554432",
)

_CODES = {
    5: storage_errors.database_busy,  # BUSY
    6: storage_errors.database_busy,  # LOCKED
    13: storage_errors.disk_full,  # FULL
}
_CODES_AT = {
    3: storage_errors.read_only,  # PERM
    8: storage_errors.read_only,  # READONLY
    14: storage_errors.read_only,  # CANTOPEN
    11: storage_errors.database_damaged,  # CORRUPT
    26: storage_errors.not_our_data,  # NOTADB
}
_IOERR = 10
_IOERR_READS = (1, 2, 33)
"""IOERR_READ, IOERR_SHORT_READ, IOERR_CORRUPTFS: the file, not the room for it."""


def known(error: BaseException, path: Path) -> KnownError | None:
    """The known error behind one of the driver's, or None where it is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    primary, more = code & 0xFF, code >> 8
    if primary == _IOERR:
        damaged = more in _IOERR_READS
        return storage_errors.database_damaged(str(path)) if damaged else storage_errors.disk_full()
    if primary in _CODES:
        return _CODES[primary]()
    return _CODES_AT[primary](str(path)) if primary in _CODES_AT else None


def make(path: Path, driver: ModuleType, busy_seconds: float) -> Engine:
    """An engine over the file. Opens nothing yet."""
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        module=driver,
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=-1,
        pool_use_lifo=True,
        connect_args={
            "timeout": busy_seconds,
            "isolation_level": None,
            "check_same_thread": False,
        },
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            for statement in law.TYPED:
                connection.execute(statement)
        except driver.Error as error:
            connection.close()
            raise known(error, path) or error from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get(BEGIN, "BEGIN")
        if statement:
            connection.exec_driver_sql(statement)

    @event.listens_for(engine, "handle_error")
    def explain(context: ExceptionContext) -> None:
        found = known(context.original_exception, path)
        if found is not None:
            raise found from context.original_exception

    return engine


def writing(engine: Engine) -> Engine:
    """The same connections, for transactions that lock out other writers from the start."""
    return engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})


def bare(engine: Engine) -> Engine:
    """The same connections, for statements that must stand outside a transaction."""
    return engine.execution_options(**{BEGIN: ""})
