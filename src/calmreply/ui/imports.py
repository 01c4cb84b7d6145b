"""Python's own import, put back where PySide has taken its place.

PySide reads the source of every module that is imported after it, whoever's it is, in search of a
way of writing Qt's names (`from __feature__ import ...`) that nobody here uses. All of it stays in
memory: a tenth of what the window holds, and as much of the time until the list is there.
"""

from __future__ import annotations

import builtins


def plain() -> None:
    """Import PySide, and everything after it as Python does. Where it changes nothing, no harm."""
    import PySide6.QtCore  # noqa: F401, PLC0415 - what takes the import's place is in it

    original = getattr(builtins, "__orig_import__", None)
    if callable(original):
        builtins.__import__ = original
