"""The gate said no: the one exception that carries its blockers."""

from __future__ import annotations

from calmreply.domain.blockers import Blocker


class HeldError(Exception):
    """What was asked for is held by the gate. `blockers` says by what."""

    def __init__(self, blockers: tuple[Blocker, ...]) -> None:
        super().__init__(", ".join(blocker.kind for blocker in blockers))
        self.blockers = blockers
