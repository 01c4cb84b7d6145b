"""What an answer to a mention is addressed to, and what a mention answers itself.

What is there already has neither: it is answered by hand, as it was.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

_STATEMENTS = (
    "ALTER TABLE mentions ADD COLUMN target TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE mentions ADD COLUMN thread TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE mentions ADD COLUMN answers TEXT DEFAULT '' NOT NULL",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
