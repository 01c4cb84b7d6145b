"""What this computer takes just now, for bounds of time that were found on another one."""

from __future__ import annotations

import subprocess
import sys
import time
from types import TracebackType
from typing import Self

QUICK = 0.016
"""Seconds of the processor that `_work` takes on the computer on which the bounds were found."""
GOES = 5
_BESIDE = """
import sys, threading, time
longest, asked = 0.0, threading.Event()
def look():
    global longest
    before = time.monotonic()
    while not asked.wait(0.002):
        now = time.monotonic()
        longest, before = max(longest, now - before), now
watch = threading.Thread(target=look, daemon=True)
watch.start()
print(flush=True)
for _line in sys.stdin:
    asked.set()
    watch.join()
    print(longest, flush=True)
    longest, watch = 0.0, threading.Thread(target=look, daemon=True)
    asked.clear()
    watch.start()
"""


def slowness() -> float:
    """How many times slower it works than that one; 1 where it is as fast."""
    return max(1.0, *(_took() / QUICK for _go in range(GOES)))


def _took() -> float:
    began = time.thread_time()
    found = {}
    for number in range(60_000):
        word = f"{number}"
        found[word] = len(word) + number
    sorted(found.values())
    return time.thread_time() - began


class Beside:
    """A process that does nothing: as long as it is kept waiting, the computer keeps anybody."""

    def __enter__(self) -> Self:
        words = [sys.executable, "-S", "-c", _BESIDE]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True)
        self._line()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def longest(self) -> float:
        """Milliseconds that it was kept waiting at worst, since it was last asked."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return 1000 * float(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()
