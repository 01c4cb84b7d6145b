"""A process that is measured from its start on, and what it says of itself at its end.

Both sides read the same clock: the system's monotonic one, which all processes share.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calmreply.errors import KnownError
from calmreply.i18n import _

SECONDS = 300


@dataclass(frozen=True, slots=True)
class Said:
    """What a measured process said. Times of it are seconds since it was started."""

    began: float
    data: dict[str, Any]

    def since(self, name: str) -> float:
        return float(self.data[name]) - self.began

    @property
    def megabytes(self) -> float | None:
        """The most memory it held; None where this system does not say."""
        return self.data["peak"] / 2**20 if self.data.get("peak") else None


def run(program: Path, *words: str) -> Said:
    """Start a Python file and wait for it. Raises KnownError `bench_stuck`.

    Compiled once, like an installed program: where that is forbidden, each start would compile all
    of it anew, and that is measured by nobody who uses it.
    """
    environment = dict(os.environ, PYTHONPATH=_source_folder())
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.monotonic()
    try:
        done = subprocess.run(  # noqa: S603 - our own files
            [sys.executable, str(program), *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _stuck(_("it took more than {n} s").format(n=SECONDS)) from error
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise _stuck(done.stderr[-2000:])
    return Said(began, json.loads(lines[-1]))


def _stuck(why: str) -> KnownError:
    return KnownError(
        "bench_stuck",
        _("A measured window did not come to its end: {why}").format(why=why),
        _("Try it again; if it stays, this is a fault of CalmReply."),
    )


def _source_folder() -> str:
    """Where this program's own code lies, for a process that is not started by the program."""
    own = str(Path(__file__).parents[2])
    known = os.environ.get("PYTHONPATH")
    return os.pathsep.join((own, known)) if known else own
