"""A home's store: one file, one writer at a time, readers beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine

from calmreply.adapters.storage import moved
from calmreply.adapters.storage.reading import Reading
from calmreply.adapters.storage.sqlite import copying, driver, engine, opening
from calmreply.adapters.storage.sqlite.ways import SqliteWays
from calmreply.adapters.storage.turn import Turn
from calmreply.adapters.storage.writing import Writing
from calmreply.app.ports import storage_errors
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import ReadTransaction, WriteTransaction
from calmreply.app.teamwork import moving_errors
from calmreply.errors import KnownError

_WAYS = SqliteWays()


class SqliteStore:
    """`app.ports.storage.Store` over one SQLite file. Any thread may call it."""

    def __init__(self, path: Path, connections: Engine, busy_seconds: float) -> None:
        self._path = path
        self._engine = connections
        self._writing = engine.writing(connections)
        self._turn = Turn(busy_seconds, storage_errors.database_busy)
        self._closed = False

    @property
    def warning(self) -> str:
        """One sentence where the SQLite in use is too old to be trusted fully, else empty."""
        return driver.warning(driver.SQLITE.sqlite_version_info)

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        self._demand_open()
        with self._engine.begin() as connection:
            transaction = Reading(connection, _WAYS)
            try:
                yield transaction
            finally:
                transaction.end()

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        self._demand_open()
        with self._turn.mine(), self._writing.begin() as connection:
            moved.demand_in_use(connection)
            transaction = Writing(connection, _WAYS)
            try:
                yield transaction
            finally:
                transaction.end()
        if transaction.forgot:
            self._leave_no_trace()

    def watch(self, changed: Callable[[ChangeSet], object], away: Callable[[bool], object]) -> None:
        """Nobody else writes: the folder has one lock."""
        del changed, away

    def hold(self, name: str) -> bool:
        """Always: the folder's lock keeps others out."""
        del name
        return True

    def let_go(self, name: str) -> None:
        """Nobody else could have it."""
        del name

    def backup(self, target: str, *, with_keys: bool = False) -> None:
        """Copy everything into a new file; people's sealed keys only `with_keys`."""
        self._demand_open()
        with engine.bare(self._engine).connect() as connection:
            copying.copy(connection, Path(target), with_keys=with_keys)

    def check(self) -> tuple[str, ...]:
        self._demand_open()
        try:
            with engine.bare(self._engine).connect() as connection:
                found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
                strays = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        except KnownError as error:
            return (error.words,)
        wrong = [line for line in found if line != "ok"]
        return (*wrong, *(f"{row[0]} {row[1]}: {row[2]}" for row in strays))

    def close(self) -> None:
        """Waits for nobody; open transactions must have ended."""
        self._closed = True
        self._engine.dispose()

    def _leave_no_trace(self) -> None:
        """Take what was erased out of the write-ahead log too, if nobody is reading just now."""
        with suppress(KnownError), engine.bare(self._engine).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()

    def _demand_open(self) -> None:
        if self._closed:
            raise RuntimeError("used after it was closed")


def open_at(folder: Path, busy_seconds: float) -> SqliteStore:
    """See `calmreply.adapters.storage.open_store`."""
    path = opening.prepare(folder)
    connections = engine.make(path, driver.SQLITE, busy_seconds)
    try:
        opening.bring_up_to_date(connections, path)
        with connections.begin() as connection:
            moved.demand_in_use(connection, moving_errors.move_unfinished)
    except BaseException:
        connections.dispose()
        raise
    return SqliteStore(path, connections, busy_seconds)
