"""When a source last brought something, and the feed that a page in its place names."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

_STATEMENTS = (
    "ALTER TABLE sources ADD COLUMN brought_at INTEGER",
    "ALTER TABLE sources ADD COLUMN found TEXT DEFAULT '' NOT NULL",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
