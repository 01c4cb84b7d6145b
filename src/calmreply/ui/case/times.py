"""How spans are said on the case page: short. Days and moments: `ui.dates`."""

from __future__ import annotations

from datetime import timedelta

from calmreply.app.words import wording


def ticking(left: timedelta) -> str:
    """What is left, to the second: "37:12", "3:04:10"."""
    seconds = max(0, -(-left // timedelta(seconds=1)))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{seconds:02d}"
    return f"{minutes:02d}:{seconds:02d}"


def waited(span: timedelta) -> str:
    """How long somebody has waited, in whole minutes that have passed."""
    return wording.duration(timedelta(minutes=max(timedelta(0), span) // timedelta(minutes=1)))


def share(part: timedelta, whole: timedelta) -> float:
    """From 0 to 1; a whole of nothing is done."""
    if whole <= timedelta(0):
        return 1.0
    return min(1.0, max(0.0, part / whole))
