"""A new file that somebody asked for, which only they can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from calmreply.errors import KnownError
from calmreply.i18n import _

OWNER_ONLY = 0o600


@contextmanager
def new_file(target: Path) -> Iterator[TextIO]:
    """Where writing it fails, nothing of it is left. KnownError `file_exists`, `cannot_write`."""
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError as error:
        raise KnownError(
            "file_exists", _("There is already a file of that name."), _("Choose another name.")
        ) from error
    except (OSError, ValueError) as error:
        raise _cannot_write(error) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        target.unlink(missing_ok=True)
        raise _cannot_write(error) from error


def _cannot_write(error: OSError | ValueError) -> KnownError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else error
    return KnownError(
        "cannot_write",
        _("The file cannot be written: {why}.").format(why=why),
        _("Choose another folder."),
    )
