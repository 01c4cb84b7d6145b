"""The bytes of a file of this computer, with limits; never a device, a pipe or a folder."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from calmreply.errors import KnownError
from calmreply.i18n import _

LARGEST: Final = 20_000_000
"""Bytes of a file that are read at most."""
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells at once that a file is as it was: its size, and its time in nanoseconds."""

    size: int
    time: int


@dataclass(frozen=True, slots=True)
class Taken:
    stamp: Stamp
    data: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()[:32]


def stamp(path: Path) -> Stamp:
    """Raises KnownError as `take` does."""
    try:
        return _stamp(path.stat(), path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def take(path: Path) -> Taken:
    """Raises KnownError `no_such_place`, `not_allowed`, `not_a_file`, `file_too_big`."""
    try:
        # Not to be kept waiting by a pipe that somebody put in the file's place.
        number = os.open(path, _FLAGS)
        try:
            found = _stamp(os.fstat(number), path)
            with os.fdopen(number, "rb", closefd=False) as file:
                data = file.read(LARGEST + 1)
        finally:
            os.close(number)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if len(data) > LARGEST:
        raise _too_big(path)
    return Taken(found, data)


def _stamp(found: os.stat_result, path: Path) -> Stamp:
    if not stat.S_ISREG(found.st_mode):
        raise KnownError(
            "not_a_file",
            _("{name} is not a file that can be read.").format(name=path.name),
            _("Choose a CSV file with reviews, or a mail (.eml, .mbox)."),
        )
    if found.st_size > LARGEST:
        raise _too_big(path)
    return Stamp(found.st_size, found.st_mtime_ns)


def _too_big(path: Path) -> KnownError:
    words = _("{name} is larger than {most} million bytes, too large to be read.")
    return KnownError(
        "file_too_big",
        words.format(name=path.name, most=LARGEST // 1_000_000),
        _("Split it, or export the latest reviews only."),
    )


def _unreadable(path: Path, error: Exception) -> KnownError:
    if isinstance(error, PermissionError):
        return KnownError(
            "not_allowed",
            _("{name} may not be opened.").format(name=path.name),
            _("Allow it in the file's properties, or put a copy elsewhere."),
        )
    gone = (FileNotFoundError, NotADirectoryError, ValueError)
    if isinstance(error, gone):
        return KnownError(
            "no_such_place",
            _("There is no file {name} at this place.").format(name=path.name),
            _("Check its name. If it was moved, put it back or add it where it is now."),
        )
    reason = getattr(error, "strerror", None) or type(error).__name__
    words = _("The file {name} cannot be read: {reason}.")
    return KnownError(
        "cannot_read_file",
        words.format(name=path.name, reason=reason),
        _("It is tried again by itself."),
    )
