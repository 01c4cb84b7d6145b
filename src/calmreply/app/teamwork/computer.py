"""The computer a home is opened on: an id of its own, and what people call it.

Both stand in a small file beside the data. In a team several computers work in one home, and some
things belong to one of them: which accounts it can answer by, what it has in hand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Computer:
    """`id` is random and never changes; `name` is for people, and theirs to change."""

    id: str
    name: str = ""


LONGEST_NAME = 60
"""Characters."""

HERE = Computer("here")
"""Where a home knows of one computer only: the rehearsal, and tests."""
