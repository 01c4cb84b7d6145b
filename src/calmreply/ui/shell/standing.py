"""How the window stood: its place, its size, how wide the list was. Kept per home, as text.

The text comes from the data and is read as such: whatever cannot be used is passed over. Of a place
on a screen that is gone, Qt makes one on a screen that is there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray

if TYPE_CHECKING:
    from calmreply.ui.shell.frame import Frame

NAME = "window"
"""Under which `app.remembered` keeps it."""
_LONGEST = 2_000


def told(frame: Frame) -> str:
    """How the window stands now."""
    geometry = bytes(frame.saveGeometry().toBase64().data()).decode("ascii")
    return json.dumps({"place": geometry, "list": frame.panes.list_width}, sort_keys=True)


def put_back(frame: Frame, untrusted: str) -> None:
    """Let the window stand so again, as far as that can be."""
    said = _parsed(untrusted)
    place, wide = said.get("place"), said.get("list")
    if isinstance(place, str):
        frame.restoreGeometry(QByteArray.fromBase64(place.encode()))
    if isinstance(wide, int) and not isinstance(wide, bool):
        frame.panes.set_list_width(wide)


def _parsed(untrusted: str) -> dict[str, Any]:
    if not untrusted or len(untrusted) > _LONGEST:
        return {}
    try:
        said = json.loads(untrusted)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
