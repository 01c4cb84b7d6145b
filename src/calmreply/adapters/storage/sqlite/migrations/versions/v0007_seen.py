"""What a source answered last, by a digest: who says the same again need not be read again.

Nothing is known of the answers so far, so each is read once more.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("ALTER TABLE sources ADD COLUMN seen TEXT DEFAULT '' NOT NULL")
