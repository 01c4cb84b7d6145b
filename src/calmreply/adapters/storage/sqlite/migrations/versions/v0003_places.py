"""Places that are asked through a listener, and what they say of an author beside the name."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

_STATEMENTS = (
    "ALTER TABLE mentions ADD COLUMN handle TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE mentions ADD COLUMN language TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE mentions ADD COLUMN place TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE mentions ADD COLUMN gone INTEGER",
    "ALTER TABLE sources ADD COLUMN cursor TEXT DEFAULT '' NOT NULL",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
