"""A window that does nothing but feel its pulse, until a line comes in. Run as a file of its own.

Says the longest gap between two beats in milliseconds: for so long the computer itself holds up
whoever has nothing to do.
"""

from __future__ import annotations

import sys
import threading
import time
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

_PULSE: Final = 2
"""Milliseconds between two beats."""


def main() -> None:
    app = QApplication(sys.argv)
    window = QWidget()
    window.show()
    enough = threading.Event()

    def listen() -> None:
        sys.stdin.readline()
        enough.set()

    threading.Thread(target=listen, daemon=True).start()
    longest, before = 0.0, time.monotonic()

    def beat() -> None:
        nonlocal longest, before
        now = time.monotonic()
        longest, before = max(longest, now - before), now
        if enough.is_set():
            app.quit()

    pulse = QTimer(interval=_PULSE, timerType=Qt.TimerType.PreciseTimer)
    pulse.timeout.connect(beat)
    pulse.start()
    app.exec()
    sys.stdout.write(f"{longest * 1000 - _PULSE:.1f}\n")


if __name__ == "__main__":
    main()
