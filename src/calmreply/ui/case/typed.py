"""What somebody has typed, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.domain.mention import CaseId
from calmreply.domain.people import PersonId

if TYPE_CHECKING:
    from calmreply.ui.case.work import Shown

Key = tuple[CaseId, PersonId]
"""For which case, and whose."""

Typed = tuple[str, str]
"""Text and subject."""


def stored(shown: Shown) -> Typed:
    """What the store had of it when the page was read."""
    return shown.words.text, shown.words.subject
