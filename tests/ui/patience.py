"""How the robots wait: until it is so, asking often, and never without end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QElapsedTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

PATIENCE = 120_000
"""Milliseconds after which something that should happen is taken not to."""
PAUSE = 1
"""Milliseconds between two looks. `waitUntil` takes ten, which made up a third of these tests."""


def wait_for(qtbot: QtBot, holds: Callable[[], object]) -> None:
    """Let the program work until that is so; what cannot be asked yet is not so yet."""
    passed = QElapsedTimer()
    passed.start()
    while True:
        with suppress(AssertionError):
            if holds():
                return
        if passed.hasExpired(PATIENCE):
            pytest.fail(f"it was not so within {PATIENCE} ms")
        qtbot.wait(PAUSE)
