"""A second copy over the same folder asks the first one to show its window."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication
from tests.ui.patience import PATIENCE, wait_for

from calmreply.errors import KnownError
from calmreply.ui.shell import summons
from calmreply.ui.shell.summons import WORD, Summons

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Drive

IN_USE = KnownError("folder_in_use", "It is open in a window.", "Go on there.")
ASK = """
import sys
from PySide6.QtCore import QCoreApplication
from calmreply.ui.shell.summons import Caller
app = QCoreApplication([])
caller = Caller(sys.argv[1], app)
caller.told.connect(app.quit)
caller.tell()
app.exec()
"""
on_unix = pytest.mark.skipif(sys.platform == "win32", reason="a named pipe is no file")


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a short path: a socket's is not long."""
    return tmp_path_factory.mktemp("s")


@pytest.fixture
def address(folder: Path) -> str:
    found = summons.load(folder)
    assert found is not None
    return found


@pytest.fixture
def first(qtbot: QtBot, address: str) -> Iterator[Summons]:
    assert qtbot
    parent = QObject()
    made = Summons(address, parent)
    assert made.listens
    made.asked = []  # type: ignore[attr-defined]  # what the tests look at
    made.wanted.connect(lambda: made.asked.append(True))  # type: ignore[attr-defined]
    yield made
    made.close()
    parent.deleteLater()


def called(qtbot: QtBot, address: str, words: bytes) -> QLocalSocket:
    caller = QLocalSocket()
    caller.connectToServer(address)
    wait_for(qtbot, lambda: caller.state() is QLocalSocket.LocalSocketState.ConnectedState)
    caller.write(words)
    caller.flush()
    return caller


def gone(caller: QLocalSocket) -> bool:
    return caller.state() is QLocalSocket.LocalSocketState.UnconnectedState


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_the_other_window_is_shown_and_this_one_leaves(drive: Drive, folder: Path) -> None:
    @contextmanager
    def held() -> Iterator[None]:
        raise IN_USE
        yield

    one = drive(folder=lambda: folder).open()
    one.until(lambda: one.program.summons is not None)
    one.frame.hide()
    other = drive(locking=held, folder=lambda: folder).show()
    other.until(lambda: other.there("trouble.other"))
    assert other.find("trouble.other").hasFocus()
    other.press("trouble.other")
    other.until(lambda: one.frame.isVisible() and not other.frame.isVisible())


def test_nothing_is_offered_where_no_window_listens(drive: Drive, folder: Path) -> None:
    @contextmanager
    def held() -> Iterator[None]:
        raise IN_USE
        yield

    (folder / "window").write_text("left behind")
    robot = drive(locking=held, folder=lambda: folder).show()
    robot.until(lambda: robot.there("trouble.quit"))
    robot.settle()
    assert not robot.there("trouble.other")


def test_another_process_is_heard(qtbot: QtBot, first: Summons, address: str) -> None:
    words = [sys.executable, "-c", ASK, address]
    with subprocess.Popen(words) as process, qtbot.waitSignal(first.wanted, timeout=PATIENCE):
        pass
    assert process.returncode == 0


@pytest.mark.parametrize(
    "words", [b"hide\n", b"showy\n", b"\0", b"SHOW\n", b"show\nshow\n", b"x" * 100_000]
)
def test_nothing_but_the_one_word_is_accepted(
    qtbot: QtBot, first: Summons, address: str, words: bytes
) -> None:
    caller = called(qtbot, address, words)
    wait_for(qtbot, lambda: gone(caller))
    assert first.asked == []  # type: ignore[attr-defined]


def test_a_word_in_two_parts_is_one_word(
    qtbot: QtBot, first: Summons, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summons, "_IDLE_MS", PATIENCE)
    caller = called(qtbot, address, WORD[:2])
    QApplication.processEvents()
    assert first.asked == []  # type: ignore[attr-defined]
    caller.write(WORD[2:])
    wait_for(qtbot, lambda: first.asked == [True])  # type: ignore[attr-defined]
    wait_for(qtbot, lambda: gone(caller))


@on_unix
def test_what_a_dead_one_left_is_replaced_and_only_its_user_may_call(
    qtbot: QtBot, folder: Path
) -> None:
    assert qtbot
    address = summons.load(folder)
    assert address is not None
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(address)  # and nobody listens any more
    parent = QObject()
    made = Summons(address, parent)
    assert made.listens
    left = (folder / "window").stat().st_mode
    assert stat.S_ISSOCK(left)
    assert stat.S_IMODE(left) & 0o077 == 0
    made.close()
    assert list(folder.iterdir()) == []
    parent.deleteLater()


@on_unix
def test_a_folder_with_a_very_long_path_has_none(tmp_path: Path) -> None:
    assert summons.load(tmp_path / ("deep" * 30)) is None
