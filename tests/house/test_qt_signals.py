"""PySide6 6.12.0 aborts Python 3.11 after some hundred signals; the one locked here must not."""

from __future__ import annotations

import subprocess
import sys

EMITS = 5_000

PROGRAM = f"""
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    rung = Signal(bool)

heard = []
bell = Bell()
bell.rung.connect(heard.append)
for _ in range({EMITS}):
    bell.rung.emit(True)
assert all(heard)
print(len(heard))
"""


def test_thousands_of_emits_do_not_abort() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=240, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, str(EMITS)), done.stderr
