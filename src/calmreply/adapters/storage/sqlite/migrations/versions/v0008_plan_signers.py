"""Who wrote a wording of the plan does not sign it: the database refuses it, too.

What was written down before names no revision, so nothing of it is looked at.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute(
        """CREATE TRIGGER journal_plan_signer_wrote_nothing BEFORE INSERT ON journal
WHEN NEW.kind = 'wording_signed' AND NEW.subject <> '' AND EXISTS (
SELECT 1 FROM journal AS wrote
WHERE wrote.kind = 'wording_revised' AND wrote.subject = NEW.subject AND wrote.actor = NEW.actor)
BEGIN SELECT RAISE(ABORT, 'who wrote a reply does not sign it'); END"""
    )
