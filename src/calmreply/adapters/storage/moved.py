"""Marks of a home that moved away, or that has not fully arrived: nobody works in either.

They stand among the settings, and no move takes them along.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, delete, insert, select

from calmreply.adapters.storage.tables import SETTINGS
from calmreply.app.teamwork import moving_errors
from calmreply.errors import KnownError

ARRIVING, MOVED = "home-arriving", "home-moved"
MARKS = (ARRIVING, MOVED)

_MARKS = select(SETTINGS.c.name, SETTINGS.c.value).where(SETTINGS.c.name.in_(MARKS))
_SETTING = select(SETTINGS.c.value).where(SETTINGS.c.name == bindparam("name"))


def demand_in_use(
    connection: Connection, away: Callable[[str], KnownError] = moving_errors.home_moved
) -> None:
    """Raises what `away` makes of where it went, and KnownError `home_arriving`."""
    for name, place in connection.execute(_MARKS):
        raise known(name, place, away)


def known(
    name: str, place: str, away: Callable[[str], KnownError] = moving_errors.home_moved
) -> KnownError:
    """What is said of a home with this mark."""
    return away(place) if name == MOVED else moving_errors.home_arriving(place)


def setting(connection: Connection, name: str) -> str | None:
    found: str | None = connection.execute(_SETTING, {"name": name}).scalar()
    return found


def mark(connection: Connection, name: str, place: str) -> None:
    unmark(connection, name)
    connection.execute(insert(SETTINGS).values(name=name, value=place))


def unmark(connection: Connection, *names: str) -> None:
    connection.execute(delete(SETTINGS).where(SETTINGS.c.name.in_(names)))
