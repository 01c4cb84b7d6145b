"""What somebody has typed, and whose it is."""

from __future__ import annotations

from calmreply.domain.mention import CaseId
from calmreply.domain.people import PersonId

Key = tuple[CaseId, PersonId]
"""For which case, and whose."""

Typed = tuple[str, str]
"""Text and subject."""
