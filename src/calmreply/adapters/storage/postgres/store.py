"""A team's store: one server, one writer at a time in the whole team, readers beside it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from calmreply.adapters.storage.postgres import engine, law, opening
from calmreply.adapters.storage.postgres.address import TeamAddress
from calmreply.adapters.storage.postgres.holding import Holding
from calmreply.adapters.storage.postgres.live import Live
from calmreply.adapters.storage.postgres.telling import Telling
from calmreply.adapters.storage.postgres.ways import PostgresWays
from calmreply.adapters.storage.reading import Reading
from calmreply.adapters.storage.tables import JOURNAL
from calmreply.adapters.storage.turn import Turn
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import ReadTransaction, WriteTransaction
from calmreply.app.teamwork import team_errors
from calmreply.errors import KnownError
from calmreply.i18n import _

_WAYS = PostgresWays()


class PostgresStore:
    """`app.ports.storage.Store` over one home on a server. Any thread may call it."""

    def __init__(self, address: TeamAddress, connections: Engine, busy_seconds: float) -> None:
        self._address = address
        self._engine = connections
        self._reading = engine.reading(connections)
        self._turn = Turn(busy_seconds, team_errors.others_write)
        self._name = secrets.token_hex(8)
        """By which what this program tells the others is known as its own."""
        self._live: list[Live] = []
        self._holding = Holding(connections)
        self._closed = False

    @property
    def warning(self) -> str:
        return ""

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        self._demand_open()
        with _or_busy(), self._reading.begin() as connection:
            transaction = Reading(connection, _WAYS)
            try:
                yield transaction
            finally:
                transaction.end()

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        self._demand_open()
        with self._turn.mine(), _or_busy(), self._engine.begin() as connection:
            engine.take_turn(connection)
            opening.demand_in_use(connection, self._address)
            transaction = Telling(connection, _WAYS)
            try:
                yield transaction
                transaction.tell(self._name)
            finally:
                transaction.end()

    def watch(
        self, changed: Callable[[ChangeSet], object], away: Callable[[bool], object]
    ) -> Callable[[], None]:
        self._demand_open()
        live = Live(self._engine, self._name, changed, away)
        self._live.append(live)
        return live.close

    def hold(self, name: str) -> bool:
        self._demand_open()
        with _or_busy():
            return self._holding.hold(name)

    def let_go(self, name: str) -> None:
        self._holding.let_go(name)

    def backup(self, target: str, *, with_keys: bool = False) -> None:
        """Always raises KnownError `backed_up_there`: the server's own tools do it better."""
        del target, with_keys
        raise team_errors.backed_up_there(self._address.database)

    def check(self) -> tuple[str, ...]:
        """Laws that are gone, rights that are too wide, lines that are missing."""
        self._demand_open()
        lines = select(func.count(), func.max(JOURNAL.c.number)).select_from(JOURNAL)
        try:
            with self._reading.begin() as connection:
                gone = law.missing(connection)
                more = law.overreach(connection)
                count, highest = connection.execute(lines).one()
        except KnownError as error:
            return (error.words,)
        wrong = [_("The database no longer keeps the law {name}.").format(name=one) for one in gone]
        wrong += [_("The program may do what it should not: {deed}.").format(deed=d) for d in more]
        if count != (highest or 0):
            wrong.append(_("Lines are missing in the journal."))
        return tuple(wrong)

    def close(self) -> None:
        """Waits for nobody; open transactions must have ended."""
        self._closed = True
        for live in self._live:
            live.close()
        self._holding.close()
        self._engine.dispose()

    def _demand_open(self) -> None:
        if self._closed:
            raise RuntimeError("used after it was closed")


@contextmanager
def _or_busy() -> Iterator[None]:
    try:
        yield
    except NoConnectionFree as error:
        raise team_errors.others_write() from error


def open_at(
    address: TeamAddress, busy_seconds: float, hear: engine.Hear | None = None
) -> PostgresStore:
    """See `calmreply.adapters.storage.postgres.open_team`."""
    connections = engine.make(address, busy_seconds, hear)
    try:
        opening.admit(connections, address)
    except BaseException:
        connections.dispose()
        raise
    return PostgresStore(address, connections, busy_seconds)
