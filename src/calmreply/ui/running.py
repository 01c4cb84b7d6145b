"""Around the event loop: what holds while the window is there, and is put back after it."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from calmreply.ui.sitting import Sitting

_SELDOM = 2_000, 10, 50
"""How much is made between two searches for garbage: each holds up every thread, the last kind by
up to a tenth of a second, and what rounds leave behind seldom points to itself."""
_SWITCH = 0.0002
"""Seconds that another thread may go on when the Qt thread has something to do; it hands over at
hundreds of places in a turn, and may wait at each of them as often as others are at work."""


@contextmanager
def smoothly(program: Sitting) -> Iterator[None]:
    """Let neither the collecting of garbage nor a reader hold up what the window paints.

    What is imported while opening lives to the end, so that looking through it for garbage, then
    and at every later collection, is time for nothing.
    """
    before, often = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(_SWITCH)
    gc.set_threshold(*_SELDOM)
    gc.disable()
    program.ready.connect(gc.enable)
    program.ready.connect(gc.freeze)
    try:
        yield
    finally:
        gc.enable()
        gc.set_threshold(*often)
        sys.setswitchinterval(before)


@contextmanager
def bugs_and_signals(program: Sitting) -> Iterator[None]:
    """Bugs in slots are shown in the window; Ctrl+C and SIGTERM save and end."""
    hook = sys.excepthook

    def on_bug(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            program.quit()
        elif isinstance(error, Exception):
            program.crashed(error)
        else:
            hook(kind, error, trace)

    def on_signal(_number: int, _where: Any) -> None:
        QTimer.singleShot(0, program, program.quit)

    sys.excepthook = on_bug
    ends = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, on_signal) for number in ends}
    try:
        yield
    finally:
        sys.excepthook = hook
        for number, handler in before.items():
            signal.signal(number, handler)
