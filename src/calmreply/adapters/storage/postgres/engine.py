"""Connections to a team's server, each set up the same way, and its errors as known ones."""

from __future__ import annotations

import select
import ssl
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from calmreply.adapters.storage.postgres import entering, leaving
from calmreply.adapters.storage.postgres.address import TeamAddress
from calmreply.adapters.storage.postgres.law import OTHER_TIME
from calmreply.adapters.storage.postgres.schema import SCHEMA
from calmreply.app.teamwork import team_errors
from calmreply.errors import KnownError

KEPT = 3
"""Connections kept open: a writer and two readers."""
MORE = 3
"""Made and thrown away when more threads ask at once; then they wait."""

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 30
IDLE_SECONDS = 60
"""A transaction whose program says nothing for so long is ended by the server, locks and all."""
_ALIVE: Mapping[str, int] = {
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}

_WRITERS_LOCK = 0x43616C6D
"""The advisory lock of whoever writes to the home of a database."""
_TIME = "extract(epoch FROM clock_timestamp())::float8"
_TAKE_TURN = text(f"SELECT pg_advisory_xact_lock(:lock), {_TIME}").bindparams(lock=_WRITERS_LOCK)

Hear = Callable[[float], object]
"""Told what the server's clock says, in seconds since 1970, as soon as it has said it."""
_HEAR = "hear"

_Known = Callable[[TeamAddress], KnownError]
_STATES: Mapping[str, _Known] = {
    "28000": lambda at: team_errors.server_refused(at.host, at.user),
    "28P01": lambda at: team_errors.server_refused(at.host, at.user),
    "3D000": lambda at: team_errors.no_such_database(at.host, at.database),
    "25006": lambda at: team_errors.server_read_only(at.host),
    # To write, while a spare one is not told yet to take over: the one thing of ours it has not.
    "0A000": lambda at: team_errors.server_read_only(at.host),
    "22P05": lambda at: team_errors.not_utf8(at.database),
    "25P03": lambda at: team_errors.server_away(at.host),
    "40001": lambda _at: team_errors.others_write(),
    "40P01": lambda _at: team_errors.others_write(),
    "42501": lambda at: team_errors.not_allowed(at.user),
    "42704": lambda at: team_errors.not_allowed(at.user),
    # What a home is made of, is not there; or something else is in its place.
    "3F000": lambda at: team_errors.no_whole_home(at.database),
    "42703": lambda at: team_errors.no_whole_home(at.database),
    "42883": lambda at: team_errors.no_whole_home(at.database),
    "42P01": lambda at: team_errors.no_whole_home(at.database),
    "42P07": lambda at: team_errors.no_whole_home(at.database),
    "53100": lambda at: team_errors.server_full(at.host),
    "55P03": lambda _at: team_errors.others_write(),
    "57014": lambda _at: team_errors.others_write(),
}
_CLASSES: Mapping[str, _Known] = {
    "08": lambda at: team_errors.server_away(at.host),
    "53": lambda at: team_errors.server_away(at.host),
    "57": lambda at: team_errors.server_away(at.host),
    "58": lambda at: team_errors.server_troubled(at.host),
    "XX": lambda at: team_errors.server_troubled(at.host),
}
"""By the beginning of the state."""


def make(
    address: TeamAddress,
    busy_seconds: float,
    hear: Hear | None = None,
    *,
    statement_seconds: int = STATEMENT_SECONDS,
) -> Engine:
    """An engine for the home at `address`. Connects to nothing yet.

    `hear` is told the server's time at each new connection and whenever it is our turn to write.
    `statement_seconds`: how long the server may work on one.

    Raises KnownError `no_driver`, `no_certificate_file`.
    """
    if address.certificates and not Path(address.certificates).is_file():
        raise team_errors.no_certificate_file(address.certificates)
    url = URL.create(
        "postgresql+psycopg",
        username=address.user,
        password=address.password or None,
        host=address.host,
        port=address.port,
        database=address.database,
    )
    try:
        engine = create_engine(
            url,
            pool_size=KEPT,
            max_overflow=MORE,
            pool_timeout=max(busy_seconds, CONNECT_SECONDS),
            pool_use_lifo=True,
            connect_args=_connecting(address, busy_seconds, statement_seconds),
            execution_options={_HEAR: hear},
        )
    except ImportError as error:
        raise team_errors.no_driver() from error
    _be_patient(engine, statement_seconds)

    @event.listens_for(engine, "handle_error")
    def explain(context: ExceptionContext) -> None:
        connecting = context.connection is None
        found = known(context.original_exception, address, connecting=connecting)
        if found is not None:
            raise found from context.original_exception

    event.listen(engine, "checkout", _demand_alive)
    if hear is not None:
        event.listen(engine, "connect", partial(_ask_time, hear))
    return engine


def _be_patient(engine: Engine, statement_seconds: int) -> None:
    """Each connection waits for an answer a little longer than the server may work on it."""
    from calmreply.adapters.storage.postgres import patience  # noqa: PLC0415 - needs the driver

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: Dialect, _record: ConnectionPoolEntry, _args: object, how: dict[str, Any]
    ) -> DBAPIConnection:
        made = patience.Patient.connect(**how)
        made.longest = statement_seconds + patience.LONGER
        return cast("DBAPIConnection", made)


def reading(engine: Engine) -> Engine:
    """The same connections, for transactions that see one moment and write nothing."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def take_turn(connection: Connection) -> None:
    """Wait until nobody else writes to this home, and keep them out until the commit."""
    _turn, said = connection.execute(_TAKE_TURN).one()
    hear = connection.get_execution_options().get(_HEAR)
    if hear is not None:
        hear(said)


def known(error: BaseException, at: TeamAddress, *, connecting: bool) -> KnownError | None:
    """The known error behind one of the driver's, or None where it is a bug of ours."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        # The driver itself: no answer, or a connection that ended in the middle.
        if not any(one.__name__ == "OperationalError" for one in type(error).__mro__):
            return None
        return entering.known(str(error), at) if connecting else team_errors.server_away(at.host)
    law = getattr(getattr(error, "diag", None), "constraint_name", None)
    if law == OTHER_TIME:
        return team_errors.other_time(at.host)
    if law in leaving.LAWS:
        return team_errors.may_not_leave()
    found = _STATES.get(state) or _CLASSES.get(state[:2])
    return None if found is None else found(at)


def _demand_alive(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
    """A kept connection on which the server said something, unasked, said its end: a new one takes
    its place. To ask the server each time would be a third of the way for most of what is read.
    """
    if _speaks(connection.fileno()):
        raise DisconnectionError


def _speaks(socket: int) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([socket], [], [], 0)[0])
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def _ask_time(hear: Hear, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    try:
        cursor.execute(f"SELECT {_TIME}")
        found = cursor.fetchone()
    finally:
        cursor.close()
        connection.rollback()
    if found is not None:
        hear(found[0])


def _connecting(
    address: TeamAddress, busy_seconds: float, statement_seconds: int
) -> dict[str, object]:
    settings = {
        "search_path": SCHEMA,
        "timezone": "UTC",
        "statement_timeout": statement_seconds * 1000,
        "lock_timeout": max(int(busy_seconds * 1000), 1),
        "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
        # A plan that fits every search fits none: rare words and common ones need another index.
        "plan_cache_mode": "force_custom_plan",
    }
    believed = address.certificates or _authorities()
    return {
        "sslmode": address.proof,
        # Where nothing is to be proved, libpq would check all the same if it were given these.
        **({"sslrootcert": believed} if address.proof.startswith("verify") else {}),
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "calmreply",
        "client_encoding": "utf8",
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        **_ALIVE,
    }


def _authorities() -> str:
    """Those this computer believes; the driver's own OpenSSL may look for them elsewhere."""
    return ssl.get_default_verify_paths().cafile or "system"
