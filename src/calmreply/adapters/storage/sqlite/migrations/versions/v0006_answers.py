"""What an answer to a mention is addressed to, and what a mention answers itself.

What is there already has neither: it is answered by hand, as it was. By what the site calls our
replies, and by the thread, an answer to us is known; it opens again what had been ended.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

_STATEMENTS = (
    "ALTER TABLE mentions ADD COLUMN target TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE mentions ADD COLUMN thread TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE mentions ADD COLUMN answers TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE outbox ADD COLUMN reference TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE outbox ADD COLUMN link TEXT DEFAULT '' NOT NULL",
    """CREATE INDEX mentions_by_thread ON mentions (thread, id)
WHERE thread <> '' AND case_id IS NOT NULL""",
    "DROP INDEX journal_endings",
    """CREATE INDEX journal_endings ON journal (case_id, number, kind)
WHERE kind IN ('set_aside', 'reopened', 'case_closed', 'debriefed', 'debrief_dated',
'they_answered')""",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
