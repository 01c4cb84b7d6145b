"""Why a server let nobody in: while connecting the driver has words only, and no state.

Those of libpq itself are English; what stands behind the word for how bad it is, a colon and two
spaces, is the server's own, which may speak another language. What is not understood there is
passed on as it is: somebody answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from calmreply.adapters.storage.postgres.address import TeamAddress
from calmreply.app.teamwork import team_errors
from calmreply.errors import KnownError

_FATAL = ":  "
_LONGEST = 300

_Known = Callable[[TeamAddress], KnownError]


def _crowded(at: TeamAddress) -> KnownError:
    return team_errors.server_crowded(at.host)


def _closed(at: TeamAddress) -> KnownError:
    return team_errors.server_closed(at.host)


def _away(at: TeamAddress) -> KnownError:
    return team_errors.server_away(at.host)


def _refused(at: TeamAddress) -> KnownError:
    return team_errors.server_refused(at.host, at.user)


def _not_let_in(at: TeamAddress) -> KnownError:
    return team_errors.not_let_in(at.host, at.user, at.database)


def _no_certificate(at: TeamAddress) -> KnownError:
    return team_errors.bad_certificate_file(at.certificates)


def _no_server(at: TeamAddress) -> KnownError:
    return team_errors.no_database_server(at.host, at.port)


def _not_trusted(at: TeamAddress) -> KnownError:
    return team_errors.server_not_trusted(at.host)


_SAID_BY_THE_SERVER: Mapping[str, _Known] = {
    "too many connections": _crowded,
    "too many clients": _crowded,
    "slots are reserved": _crowded,
    "is not currently accepting connections": _closed,
    "starting up": _closed,
    "shutting down": _closed,
    "not yet accepting connections": _closed,
    "not accepting connections": _closed,
    "password authentication failed": _refused,
    "is not permitted to log in": _refused,
    "permission denied for database": _not_let_in,
}
_SAID_BY_LIBPQ: Mapping[str, _Known] = {
    "could not translate host name": _away,
    "could not read root certificate file": _no_certificate,
    "closed the connection": _away,
    "no password supplied": _refused,
    "expected authentication request": _no_server,
    "invalid authentication request": _no_server,
    "invalid response to SSL negotiation": _no_server,
    "certificate": _not_trusted,
    "SSL": _not_trusted,
}
"""The first that is found counts."""


def known(words: str, at: TeamAddress) -> KnownError:
    """The known error behind the driver's words."""
    before, fatal, said = words.partition(_FATAL)
    if not fatal:
        return _first(_SAID_BY_LIBPQ, before, at) or team_errors.server_away(at.host)
    if f'"{at.database}" does not exist' in said and "database" in said:
        return team_errors.no_such_database(at.host, at.database)
    found = _first(_SAID_BY_THE_SERVER, said, at)
    return found or team_errors.server_says(at.host, at.user, _plain(said))


def _first(table: Mapping[str, _Known], words: str, at: TeamAddress) -> KnownError | None:
    return next((make(at) for part, make in table.items() if part in words), None)


def _plain(untrusted_words: str) -> str:
    """In one line, and not for ever."""
    seen = "".join(one if one.isprintable() else " " for one in untrusted_words)
    return " ".join(seen.split())[:_LONGEST]
