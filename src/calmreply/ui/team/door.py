"""What the window is given to come to a team's home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calmreply.app.teamwork.moving import Mover
    from calmreply.app.teamwork.team import Teams
    from calmreply.ui.runner import Runner
    from calmreply.ui.ways import First


@dataclass(frozen=True, slots=True)
class TeamDoor:
    """`begin_again` closes the home, runs what it is given, and opens what the folder names.

    `mover`: takes a home that was worked in along.
    """

    teams: Teams
    folder: Callable[[], Path]
    runner: Runner
    begin_again: Callable[[First], None]
    mover: Mover | None = None
