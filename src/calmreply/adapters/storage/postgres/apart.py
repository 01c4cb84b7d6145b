"""A connection that stays with whoever made it, beside those that go from hand to hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

Apart = Any
"""The driver's own kind, which ships no way to name it without importing the driver."""


def connect(connections: Engine) -> Apart:
    """One that no pool takes back, and each statement of it a transaction.

    Raises KnownError `server_away` and its like.
    """
    # Not the raw one at once: only this way an error is explained like any other.
    lent = connections.connect()
    connection: Apart = lent.connection.driver_connection
    lent.detach()
    connection.rollback()
    connection.autocommit = True
    return connection


def errors(connections: Engine) -> tuple[type[Exception], ...]:
    """What it raises where it has ended, or could not be made."""
    database: Any = connections.dialect.loaded_dbapi
    return (database.Error, DBAPIError, OSError)
