"""What the window remembers from one start to the next: how it stood. No setting, no fact."""

from __future__ import annotations

from calmreply.app.home import Home
from calmreply.app.ledger import writing
from calmreply.app.ports.changes import ChangeSet

_PREFIX = "remembered_"


def recall(home: Home, what: str) -> str:
    """What was remembered under that name; empty if nothing was."""
    with home.store.read() as tx:
        return tx.setting(_PREFIX + what) or ""


def remember(home: Home, what: str, text: str) -> ChangeSet:
    """Keep it in place of what was remembered before. Nothing that anybody shows is another."""
    with writing(home) as ledger:
        ledger.tx.set_setting(_PREFIX + what, text)
    return ChangeSet()
