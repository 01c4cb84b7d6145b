"""The store of a home: SQLAlchemy Core over SQLite, one file in the home's folder, or over a
team's PostgreSQL.

May import `app`, `domain`, `errors`, `i18n`. Any thread may call a store; a transaction belongs
to the thread that began it. Importing this package costs nothing: SQLAlchemy (0.2 s) comes in
with the first `open_store`, which belongs on the writer's thread, after the first paint.

Decisions: two ways into the newest schema, the tables themselves for a new file and alembic for
an older one, compared with each other in the tests. A mention's present words stand in its own
row and only earlier ones in `versions`, so that the inbox and the search read one table. Ids are
given by us within the write lock, so that ten thousand mentions are one statement. What SQLite
does in its own way is in `sqlite`, what PostgreSQL does in `postgres`; what lies here beside them
serves both. `moving` takes a home from one to the other, `moved` says which of the two counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calmreply.adapters.storage.sqlite.store import SqliteStore

BUSY_SECONDS = 5.0


def open_store(folder: Path, *, busy_seconds: float = BUSY_SECONDS) -> SqliteStore:
    """The store of the home in `folder`, which is made where it is missing.

    Whoever writes waits at most `busy_seconds` for another writer. Raises KnownError `bad_folder`,
    `read_only`, `disk_full`, `database_busy`, `database_damaged`, `newer_data`.
    """
    from calmreply.adapters.storage.sqlite import store  # noqa: PLC0415 - SQLAlchemy, see above

    return store.open_at(folder, busy_seconds)
