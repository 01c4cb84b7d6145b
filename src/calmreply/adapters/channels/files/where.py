"""The place of a file as one word: its path, and the columns a person chose, if any. Pure."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from calmreply.errors import KnownError
from calmreply.i18n import _

from .columns import ROLES

_LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True)
class Where:
    """`columns`: role to heading, or number from 1, as the person said it."""

    path: Path
    columns: Mapping[str, str]


def said_as(said: Mapping[str, str]) -> str:
    """The bare path, or JSON with the columns beside it. Raises KnownError `no_such_place`."""
    path = _absolute(said.get("path", ""))
    names = {role: " ".join(said.get(f"{role}_column", "").split()) for role in ROLES}
    columns = {role: name for role, name in names.items() if name}
    if not columns:
        return path
    whole = {"path": path, "columns": columns}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def where(what: str) -> Where:
    """What `said_as` made. Raises KnownError `no_such_place`."""
    if not what.startswith("{"):
        return Where(Path(_absolute(what)), {})
    try:
        said = json.loads(what)
        columns = {role: str(name) for role, name in said["columns"].items() if role in ROLES}
        return Where(Path(_absolute(str(said["path"]))), columns)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise _none() from error


def _absolute(said: str) -> str:
    """A path as a person writes it or a desktop hands it over, the same for the same file."""
    text = said.strip()
    if text.lower().startswith("file:"):
        parts = urlsplit(text)
        text = unquote(parts.path)
        if os.name == "nt":
            text = text.lstrip("/")
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]  # as a file manager copies it
    if not text or "\0" in text or len(text) > _LONGEST:
        raise _none()
    # Links are left as they are: an export that is always found by its link stays found.
    return os.path.abspath(os.path.expanduser(text))  # noqa: PTH100, PTH111 - of text, not a path


def _none() -> KnownError:
    return KnownError(
        "no_such_place",
        _("No file is named."),
        _("Choose a CSV file with reviews, or a mail (.eml, .mbox)."),
    )
