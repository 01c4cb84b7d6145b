"""The file in a source's address: `file:/` and its path, or JSON with the columns beside it. Pure.

What is kept stays as it is; whoever looks at it reads the path as they know it.
"""

from __future__ import annotations

import json
from typing import Any, Final

_SOURCE: Final = "file:/"
_ADDRESS: Final = "file:///"
"""How a file's web address begins, which no source has."""


def path_in(address: str) -> str:
    """The path of the file that a source reads; empty where it reads none."""
    if not address.startswith(_SOURCE) or address.startswith(_ADDRESS):
        return ""
    what = address.removeprefix(_SOURCE)
    if not what.startswith("{"):
        return what
    try:
        said: Any = json.loads(what)
    except (ValueError, RecursionError):
        return ""
    path = said.get("path")
    return path if isinstance(path, str) else ""


def shown(address: str) -> str:
    """The address of a source as it is said to people: of a file its path."""
    return path_in(address) or address
