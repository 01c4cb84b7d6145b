"""Where a team's home is."""

from __future__ import annotations

from calmreply.app.teamwork.team import Proof, TeamAddress

__all__ = ["Proof", "TeamAddress"]
