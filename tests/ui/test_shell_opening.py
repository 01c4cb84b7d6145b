"""Opening that fails, the end of the program, and whatever else may go wrong at the edges."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from tests.ui.robot import FakeOpened

from calmreply.app.persons import people
from calmreply.errors import KnownError
from calmreply.testing.store import MemoryStore
from calmreply.ui import app, rooms
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.pills import PillButton
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.ui.conftest import Desk, Drive
    from tests.ui.robot import Robot

    from calmreply.ui.desk import Desk as UiDesk

IN_USE = KnownError("folder_in_use", "Another window uses this folder.", "Use that one.")
TROUBLES = [
    KnownError("read_only", "The folder cannot be written.", "Make it writable."),
    KnownError("disk_full", "The disk is full.", "Make room."),
    KnownError("newer_data", "A newer CalmReply wrote this.", "Install the newest one."),
    KnownError("database_damaged", "The data file is damaged.", "Bring back a backup."),
]


@dataclass
class Lock:
    """The folder's lock, held by somebody else while `held`."""

    held: bool = False
    events: list[str] = field(default_factory=list)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        if self.held:
            raise IN_USE
        self.events.append("locked")
        yield
        self.events.append("let go")


@pytest.mark.parametrize("error", TROUBLES, ids=lambda error: str(error.code))
def test_data_that_cannot_be_opened_is_said_with_ways_out(
    desk: Desk, robot: Robot, error: KnownError
) -> None:
    robot.opener.fails.append(error)
    robot.show()
    robot.until(lambda: robot.there("trouble"))
    said = robot.find("trouble").accessibleName()
    assert said == f"{error.words} {error.way_out}"
    assert robot.frame.menuBar().isHidden()
    next_right = "quit" if error.code == "newer_data" else "again"
    buttons = [one for one in robot.find("trouble").findChildren(Button) if one.isVisible()]
    filled = [one.objectName() for one in buttons if one.property("look") == "primary"]
    assert filled == [f"trouble.{next_right}"]
    assert robot.find(f"trouble.{next_right}").hasFocus()
    robot.press("trouble.again")
    robot.until(lambda: robot.program.shell is not None)
    assert not robot.there("trouble")
    assert robot.inbox.names() == []
    assert desk.home.store is robot.home.store


def test_a_second_copy_says_that_one_is_open_and_quits(drive: Drive) -> None:
    lock = Lock(held=True)
    robot = drive(locking=lock).show()
    robot.until(lambda: robot.there("trouble"))
    labels = robot.frame.pages.findChildren(PlainLabel)
    titles = [label.text() for label in labels if label.property("look") == "title"]
    assert titles == ["CalmReply is already open on this computer"]
    assert robot.opener.closed == 1, "the home is closed again at once"
    robot.press("trouble.quit")
    assert not robot.frame.isVisible()
    assert lock.events == []


def test_the_lock_is_held_while_the_window_is_open(drive: Drive) -> None:
    lock = Lock()
    robot = drive(locking=lock).open()
    assert lock.events == ["locked"]
    robot.program.quit()
    assert lock.events == ["locked", "let go"]


def test_another_folder_can_be_chosen(drive: Drive, desk: Desk, tmp_path: Path) -> None:
    chosen: list[Path] = []

    def open_folder(folder: Path) -> AbstractContextManager[app.Opened]:
        chosen.append(folder)
        return robot.opener()

    robot = drive(open_folder=open_folder)
    robot.opener.fails.append(TROUBLES[0])
    robot.show()
    robot.until(lambda: robot.there("trouble.choose"))
    robot.press("trouble.choose")
    (dialog,) = robot.frame.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    robot.until(lambda: robot.program.shell is not None)
    assert chosen == [tmp_path]
    assert desk.home is robot.home


def test_our_own_bug_at_the_opening_leaves_no_window_that_waits_for_ever(
    robot: Robot, capsys: pytest.CaptureFixture[str]
) -> None:
    robot.opener.fails.append(ZeroDivisionError("one by nothing"))
    robot.show()
    robot.until(lambda: robot.there("trouble"))
    assert "one by nothing" in capsys.readouterr().err
    robot.press("trouble.again")
    robot.until(lambda: robot.program.shell is not None)


def test_a_window_that_is_closed_while_it_opens_closes_the_home(drive: Drive) -> None:
    inside = threading.Event()

    @contextmanager
    def locking() -> Iterator[None]:
        inside.set()
        while not robot.program.runner._closed:
            threading.Event().wait(0.005)
        yield

    robot = drive(locking=locking)
    robot.program.show()
    robot.until(inside.is_set)
    robot.frame.close()
    assert (robot.opener.opened, robot.opener.closed) == (1, 1)
    assert robot.program.shell is None


class Typing(QWidget):
    """A room with words that are saved only when they are flushed."""

    def __init__(self, desk: UiDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def flush(self) -> None:
        self.desk.write(lambda home: people.enrol(home, people.NewPerson("Ana"), "x" * 12))


def _typing(real: Callable[[str], rooms.Factory]) -> Callable[[str], rooms.Factory]:
    return lambda name: Typing if name == "people" else real(name)


def test_words_in_an_editor_are_saved_at_the_end(
    drive: Drive, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(rooms), "factory", _typing(rooms.factory))
    robot = drive().open()
    robot.shell.open_room("people")
    assert people.everybody(desk.home) == ()
    robot.frame.close()
    assert [one.name for one in people.everybody(desk.home)] == ["Ana"]


def test_words_in_an_editor_are_saved_when_another_room_is_opened(
    drive: Drive, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(rooms), "factory", _typing(rooms.factory))
    robot = drive().open()
    robot.shell.open_room("people")
    robot.rail.pick("New")
    assert [one.name for one in people.everybody(desk.home)] == ["Ana"]


def test_run_shows_the_window_until_it_is_closed(
    desk: Desk, worn: object, qapp: QApplication
) -> None:
    """The whole of `run`, ended by the signal a system sends to whoever should stop."""
    assert worn is not None
    opened: list[str] = []
    hook = sys.excepthook

    @dataclass
    class Opened:
        home: object

        @contextmanager
        def lock(self) -> Iterator[None]:
            yield

    @contextmanager
    def open_home() -> Iterator[Opened]:
        opened.append("open")
        yield Opened(desk.home)
        opened.append("closed")

    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: _stop_when_open(qapp, timer))
    timer.start()
    assert app.run(app.Ways(open_home)) == 0  # type: ignore[arg-type]  # as good as an Opened
    assert opened == ["open", "closed"]
    assert sys.excepthook is hook
    timer.stop()
    timer.deleteLater()
    QApplication.sendPostedEvents(None, 52)


@pytest.mark.usefixtures("qapp")
def test_one_window_after_another_over_what_the_folder_names_then(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    programs: list[app.Program] = []

    class Watched(app.Program):
        def __init__(self, ways: app.Ways) -> None:
            super().__init__(ways)
            programs.append(self)
            self.ready.connect(self.on_ready)

        def on_ready(self) -> None:
            if len(programs) == 1:
                self.begin_again(lambda _tell: told.append("first"))
            else:
                self.quit()

    @contextmanager
    def open_home() -> Iterator[FakeOpened]:
        told.append("open")
        yield FakeOpened(desk.home)
        told.append("closed")

    monkeypatch.setattr(app, "Program", Watched)
    assert app.run(app.Ways(open_home)) == 0
    assert told == ["open", "closed", "first", "open", "closed"]
    QApplication.sendPostedEvents(None, 52)


def _stop_when_open(qapp: QApplication, timer: QTimer) -> None:
    frames = [w for w in qapp.topLevelWidgets() if w.objectName() == "shell" and w.isVisible()]
    if frames and frames[0].status.who.isVisible():  # type: ignore[attr-defined]  # a Frame
        timer.stop()
        os.kill(os.getpid(), signal.SIGTERM)
        QTimer.singleShot(0, qapp, lambda: None)  # something for Python to run at


def test_a_store_that_fails_to_close_does_not_keep_the_window(
    drive: Drive, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.store = MemoryStore()
    desk.__post_init__()

    @contextmanager
    def locking() -> Iterator[None]:
        yield
        raise TROUBLES[1]

    robot = drive(locking=locking).open()
    robot.program.quit()
    assert not robot.frame.isVisible()
    assert "The disk is full." in capsys.readouterr().err


def test_the_help_opens_in_the_window_and_tells_the_truth(robot: Robot) -> None:
    robot.open().key("F1")
    assert robot.room == "help"
    topics = robot.find("help.topics")
    assert [button.accessibleName() for button in topics.findChildren(PillButton)] == [
        "What CalmReply does",
        "The waits",
        "What waits can and cannot do",
        "A second pair of eyes",
        "Sending once",
        "The journal",
        "Listening",
        "The response plan",
        "Your own page",
        "A team's home",
        "Keys",
    ]
    text = robot.find("help.text")
    for title, words in (
        ("What waits can and cannot do", "cannot hold its own administrator"),
        ("What waits can and cannot do", "Nothing stops you from copying"),
        ("The journal", "none of the keys cannot do it unnoticed"),
        ("Listening", "no file of yours is opened"),
        ("A team's home", "it is refused, not prevented"),
        ("Keys", "Ctrl+F: Search"),
    ):
        (topic,) = [b for b in topics.findChildren(PillButton) if b.accessibleName() == title]
        topic.click()
        assert words in text.words()
