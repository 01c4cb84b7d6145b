"""A bug of ours, written down for whoever mends it."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from calmreply import __version__


def text(error: BaseException, words: Sequence[str] = ()) -> str:
    """What happened, in which version, at which command; no passphrase is ever among its words."""
    return "\n".join(
        (
            f"calmreply {__version__}, Python {sys.version}, {sys.platform}",
            f"command: {list(words)}",
            "".join(traceback.format_exception(error)),
        )
    )


def write(report: str, folder: Path | None) -> Path | None:
    """Where it was written: the data folder, or else the folder for temporary files."""
    for place in (folder, None) if folder is not None and folder.is_dir() else (None,):
        with contextlib.suppress(OSError):
            handle, name = tempfile.mkstemp(".txt", "calmreply-report-", place)
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(report)
            return Path(name)
    return None
