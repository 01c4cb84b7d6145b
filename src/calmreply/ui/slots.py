"""Slots of a wording that still stand in a text, pointed at."""

from __future__ import annotations

from calmreply.domain import plan
from calmreply.ui.kit.views import Mark


def slot_marks(text: str) -> tuple[Mark, ...]:
    return tuple(Mark(start, end - start, "amber") for start, end, _slot in plan.unfilled(text))
