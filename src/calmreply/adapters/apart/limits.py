"""What the kernel takes from a worker: for ever before its first byte, and time before each job.

Where a system lacks one of them the others hold, and the parent's wall clock in any case.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import Final

from . import calls

if sys.platform != "win32":
    import resource

_NICE: Final = 5
"""Added to its niceness: whoever sits before the window is served first."""


def limit(memory: int) -> None:
    """From now on: `memory` more bytes at most; no file, socket, process, thread or core dump."""
    if sys.platform == "win32":
        return
    os.nice(_NICE)
    wanted = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),  # root is not held to it: hence `calls`
        (resource.RLIMIT_NOFILE, 0),  # no new one, even after closing one; the open ones stay
    ]
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        wanted.insert(0, (resource.RLIMIT_AS, pages * resource.getpagesize() + memory))
    for what, most in wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    calls.give_up()


def allow(cpu_seconds: int) -> None:
    """Let this process use so many more seconds of processor time; the kernel ends it then."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        most = int(time.process_time()) + cpu_seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
