"""PySide's import hook is gone once the window has asked for that, and Qt works all the same."""

from __future__ import annotations

import subprocess
import sys

TRIED = """
import builtins, linecache, sys
if "plain" in sys.argv:
    from calmreply.ui import imports
    imports.plain()
else:
    import PySide6.QtCore
assert "wave" not in sys.modules
import wave
print(wave.__file__ in linecache.cache)
from PySide6.QtCore import QObject, Signal
from PySide6 import QtWidgets
class Thing(QObject):
    said = Signal(bool, object)
thing, heard = Thing(), []
thing.said.connect(lambda sure, what: heard.append((sure, what)))
for number in range(500):
    thing.said.emit(True, number)
assert heard == [(True, number) for number in range(500)]
assert QtWidgets.QWidget.setWindowTitle
"""


def run(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", TRIED, *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_no_source_is_read_that_nobody_asked_for() -> None:
    assert run("plain") == "False"


def test_without_it_every_source_would_be() -> None:
    """Once PySide stops doing so, `ui.imports` may go."""
    assert run() == "True"
