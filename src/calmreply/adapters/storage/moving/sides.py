"""A home as the move sees it, past the store: a file, or a database on a server."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert

from calmreply.adapters.storage import moved
from calmreply.adapters.storage.postgres import engine as server_engine
from calmreply.adapters.storage.postgres import law
from calmreply.adapters.storage.postgres import opening as server_opening
from calmreply.adapters.storage.postgres.ways import PostgresWays
from calmreply.adapters.storage.sqlite import driver
from calmreply.adapters.storage.sqlite import engine as file_engine
from calmreply.adapters.storage.sqlite import opening as file_opening
from calmreply.adapters.storage.sqlite.ways import SqliteWays
from calmreply.adapters.storage.tables import JOURNAL, PAYLOADS
from calmreply.adapters.storage.ways import Ways
from calmreply.app.teamwork import team_errors
from calmreply.app.teamwork.team import TeamAddress

Rows = Sequence[Mapping[str, Any]]

_PATIENCE = 5.0
_STATEMENT_SECONDS = 600


class Side(ABC):
    """One home. `place` says in words where it is."""

    def __init__(self, place: str, connections: Engine, ways: Ways) -> None:
        self.place = place
        self.ways = ways
        self._connections = connections

    @contextmanager
    def turn(self) -> Iterator[Connection]:
        """A transaction in which nobody else writes to this home."""
        with self._begun() as connection:
            yield connection

    @abstractmethod
    def _begun(self) -> Any: ...

    @abstractmethod
    def append(self, connection: Connection, lines: Rows, payloads: Mapping[int, Any]) -> None:
        """Lines of the journal in order, each with its payload by its number."""

    def mark(self, name: str, place: str) -> None:
        with self.turn() as connection:
            moved.mark(connection, name, place)

    def close(self) -> None:
        self._connections.dispose()


class FileSide(Side):
    """The file of a folder; it is made where it is missing, or anew as a copy of `begin`."""

    def __init__(self, folder: Path, place: str, *, begin: Path | None = None) -> None:
        self.path = file_opening.prepare(folder)
        if begin is not None:
            shutil.copyfile(begin, self.path)
        connections = file_engine.make(self.path, driver.SQLITE, _PATIENCE)
        super().__init__(place, connections, SqliteWays())
        try:
            file_opening.bring_up_to_date(connections, self.path)
        except BaseException:
            self.close()
            raise

    def _begun(self) -> Any:
        return file_engine.writing(self._connections).begin()

    def append(self, connection: Connection, lines: Rows, payloads: Mapping[int, Any]) -> None:
        for line in lines:
            self.ways.insert(connection, JOURNAL, [line])
            if line["number"] in payloads:
                self.ways.insert(connection, PAYLOADS, [payloads[line["number"]]])

    def settle(self) -> None:
        """Everything in the one file, so that it can be renamed alone."""
        with file_engine.bare(self._connections).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE").all()


class ServerSide(Side):
    """A founded home on a server, as the role that works in it, or as its owner."""

    def __init__(self, address: TeamAddress, place: str) -> None:
        self._address = address
        connections = server_engine.make(address, _PATIENCE, statement_seconds=_STATEMENT_SECONDS)
        super().__init__(place, connections, PostgresWays())
        try:
            server_opening.demand_ours(connections, address)
        except BaseException:
            self.close()
            raise

    def demand_owner(self) -> None:
        """Raises KnownError `not_allowed`."""
        with self.turn() as connection:
            if not law.owns(connection):
                raise team_errors.not_allowed(self._address.user)

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self._connections.begin() as connection:
            server_engine.take_turn(connection)
            yield connection

    def append(self, connection: Connection, lines: Rows, payloads: Mapping[int, Any]) -> None:
        """One after the other, as the law wants it, but without a way to the server for each."""
        driven = connection.connection.driver_connection
        if driven is None:
            raise RuntimeError("a connection without a driver")
        line_text, payload_text = (_insertion(connection, one) for one in (JOURNAL, PAYLOADS))
        try:
            with driven.pipeline(), driven.cursor() as cursor:
                for line in lines:
                    cursor.execute(line_text, line)
                    if line["number"] in payloads:
                        cursor.execute(payload_text, payloads[line["number"]])
        except Exception as error:
            found = server_engine.known(error, self._address, connecting=False)
            if found is None:
                raise
            raise found from error


def _insertion(connection: Connection, table: Table) -> str:
    return str(insert(table).compile(dialect=connection.dialect))
