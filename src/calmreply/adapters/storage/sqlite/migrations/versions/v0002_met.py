"""Boots know at which ticks the program first met them."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

# When an older boot was met nobody knows. That it was met just when it was last seen is the safe
# answer: what it ran before becomes time between two boots, which counts once it is confirmed.
# Within a boot nothing changes, since only its ticks count there.
_STATEMENTS = (
    "ALTER TABLE boots RENAME TO boots_before",
    """CREATE TABLE boots (
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    began INTEGER NOT NULL,
    met REAL NOT NULL,
    last REAL NOT NULL,
    stepped INTEGER NOT NULL,
    confirmed INTEGER,
    CONSTRAINT pk_boots PRIMARY KEY (position),
    CONSTRAINT ck_boots_stepped CHECK (stepped IN (0, 1))
) STRICT""",
    """INSERT INTO boots (position, id, began, met, last, stepped, confirmed)
SELECT position, id, began, last, last, stepped, confirmed FROM boots_before""",
    "DROP TABLE boots_before",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
