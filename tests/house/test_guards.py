"""The guards in `conftest.py` guard: each bad test of a run of its own fails for its reason."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]

BAD = """
import os, socket, threading, warnings
import keyring, pytest
from pathlib import Path
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QWidget

stop = threading.Event()
kept = []

def test_thread():
    threading.Thread(target=stop.wait, args=(200,), name="left-behind").start()

def test_stop_it():
    stop.set()

def test_window(qtbot):
    kept.append(QWidget(objectName="left-standing"))
    kept[0].show()

def test_qt_log(qtbot):
    qWarning("a line of Qt's")

def test_outside():
    socket.create_connection(("192.0.2.1", 80), timeout=1)

def test_name():
    socket.getaddrinfo("shop.example", 80)

def test_warning():
    warnings.warn("old", DeprecationWarning)

def test_keyring():
    keyring.set_password("calmreply", "somebody", "secret")

def test_good(qtbot, own_home):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    assert Path.home() == own_home
    assert os.environ["CALMREPLY_HOME"].startswith(str(own_home))
    server = socket.create_server(("127.0.0.1", 0))
    socket.create_connection(("localhost", server.getsockname()[1])).close()
    server.close()
"""

REASONS = {
    "test_thread": "left-behind",
    "test_window": "left-standing",
    "test_qt_log": "a line of Qt's",
    "test_outside": "A test tried to use socket",
    "test_name": "gaierror",
    "test_warning": "DeprecationWarning: old",
    "test_keyring": "NoKeyringError",
}


def test_each_guard_fails_its_bad_test(tmp_path: Path) -> None:
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    guards = (CHECKOUT / "tests" / "conftest.py").read_text(encoding="utf-8")
    hurried = re.sub(r"(?m)^THREAD_GRACE = .*$", "THREAD_GRACE = 0.5", guards)
    assert hurried != guards
    (tmp_path / "tests" / "conftest.py").write_text(hurried, encoding="utf-8")
    (tmp_path / "tests" / "test_bad.py").write_text(BAD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", "-rfEp"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    summary = done.stdout.rpartition("short test summary info")[2]
    outcomes = {
        (word, where.split("::")[1])
        for word, where in (line.split()[:2] for line in summary.splitlines() if "::" in line)
    }
    assert ("PASSED", "test_good") in outcomes, done.stdout
    for test, reason in REASONS.items():
        assert outcomes & {("FAILED", test), ("ERROR", test)}, f"{test} passed:\n{done.stdout}"
        assert reason in done.stdout, f"{test} failed for another reason:\n{done.stdout}"
