"""The gate said no: the one exception that carries its blockers."""

from __future__ import annotations

from calmreply.domain.blockers import Blocker


class HeldError(Exception):
    """What was asked for is held by the gate. `blockers` says by what.

    `words` say why where that is no blocker: something else has to come first.
    """

    def __init__(self, blockers: tuple[Blocker, ...], words: str = "") -> None:
        super().__init__(words or ", ".join(blocker.kind for blocker in blockers))
        self.blockers = blockers
        self.words = words
