"""Marks of mentions that opened a case, to find the same story again elsewhere.

What is there already gets none: it is found again from the day on which it is heard.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

_STATEMENTS = (
    """CREATE TABLE marks (
    mark INTEGER NOT NULL,
    mention_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pk_marks PRIMARY KEY (mark, mention_id),
    CONSTRAINT fk_marks_mention_id FOREIGN KEY(mention_id) REFERENCES mentions (id)
) WITHOUT ROWID, STRICT""",
    "CREATE INDEX marks_by_age ON marks (at)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
