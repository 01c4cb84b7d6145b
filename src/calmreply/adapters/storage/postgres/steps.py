"""What leads a team's home from each schema to the next.

Each step is what the SQLite migration of the same number does, as PostgreSQL says it: a new one
belongs here and there. Laws stand in `law` and need no step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

FIRST = 6
"""The first schema that was ever on a server."""

STEPS: Mapping[int, Sequence[str]] = MappingProxyType(
    {
        7: ("""ALTER TABLE sources ADD COLUMN seen text COLLATE "C" DEFAULT '' NOT NULL""",),
        8: (),  # only a law: who wrote a wording of the plan does not sign it
    }
)
"""By the number of the schema they lead to; run in order, as the owner."""

NEWEST = max(STEPS)
