"""From an older schema of a team's home to the newest, by the owner, in one transaction.

The laws are not migrated: those of this program take the place of the earlier ones, and every role
that was let in gets its rights anew. PostgreSQL takes all of it back if any of it fails, so no
copy is made first.
"""

from __future__ import annotations

from sqlalchemy import Connection

from calmreply.adapters.storage.postgres import law, schema, steps


def upgrade(connection: Connection, found: int) -> None:
    """Bring the home from schema `found` to the newest, in the transaction of `connection`."""
    for number in range(found + 1, schema.REVISION + 1):
        for statement in steps.STEPS[number]:
            connection.exec_driver_sql(statement)
    law.lay_anew(connection)
    for role in law.workers(connection):
        law.let_work(connection, role)
    schema.stamp(connection)
