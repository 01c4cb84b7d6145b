"""The window stands where it stood, as large as it was; where that is gone, it can be seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QByteArray, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from tests.ui.case_robot import DISK_FULL, Obstinate
from tests.ui.conftest import Desk

from calmreply.app import remembered
from calmreply.ui.shell import standing

if TYPE_CHECKING:
    from tests.ui.conftest import Drive
    from tests.ui.robot import Robot


@pytest.fixture
def desk() -> Desk:
    """With something to list, so that the list is there."""
    made = Desk()
    made.said("Marta")
    return made


def drag(robot: Robot, wide: int) -> None:
    """Move the line between list and page, as by the mouse."""
    panes = robot.frame.panes
    panes.splitter.handle(1).moveSplitter(wide)
    robot.settle()


def test_place_and_size_are_kept(desk: Desk, drive: Drive) -> None:
    robot = drive().open()
    plain = robot.frame.geometry()
    robot.frame.setGeometry(40, 30, 700, 620)
    robot.frame.close()
    again = drive().open()
    assert again.frame.geometry() == QRect(40, 30, 700, 620) != plain
    again.finish()
    assert drive().open().frame.geometry() == QRect(40, 30, 700, 620), "nobody moved it meanwhile"
    assert remembered.recall(desk.home, standing.NAME)


def test_the_width_of_the_list_is_kept(desk: Desk, drive: Drive) -> None:
    robot = drive().open()
    usual = robot.frame.panes.splitter.sizes()[0]
    drag(robot, 410)
    assert robot.frame.panes.splitter.sizes()[0] == 410 != usual
    robot.shell.open_room("people")
    robot.frame.close()
    # The screen of the tests is narrower than the window is.
    stood = json.loads(remembered.recall(desk.home, standing.NAME))
    remembered.remember(desk.home, standing.NAME, json.dumps({**stood, "place": ""}))
    again = drive().open()
    assert again.frame.panes.splitter.sizes()[0] == 410
    assert again.frame.panes.list_width == 410


def test_it_stays_as_large_as_its_screen(drive: Drive) -> None:
    robot = drive().open()
    robot.frame.showMaximized()
    robot.settle()
    robot.finish()
    assert drive().open().frame.isMaximized()


def gone(rect: QRect) -> str:
    """Where a window stood on a screen that is not there any more."""
    window = QWidget()
    window.setGeometry(rect)
    return bytes(window.saveGeometry().toBase64().data()).decode()


@pytest.mark.parametrize(
    "rect", [QRect(9000, 7000, 900, 600), QRect(-5000, -4000, 900, 600), QRect(0, 0, 30000, 20000)]
)
def test_a_screen_that_is_gone_leaves_no_window_behind(
    desk: Desk, drive: Drive, rect: QRect
) -> None:
    stood = json.dumps({"place": gone(rect), "list": 400})
    remembered.remember(desk.home, standing.NAME, stood)
    frame = drive().open().frame
    screen = QGuiApplication.primaryScreen().availableGeometry()
    seen = frame.geometry() & screen
    assert seen.width() >= min(400, screen.width() - 1)
    assert seen.height() >= min(400, screen.height() - 1)
    assert frame.geometry().width() <= max(screen.width(), frame.minimumWidth())


@pytest.mark.parametrize(
    "stood",
    [
        "no json",
        "[]",
        "{}",
        '{"place": 7, "list": "wide"}',
        '{"place": "%%%", "list": true}',
        '{"place": null, "list": 99999999999999999999}',
        '{"place": "AAAA", "list": -7}',
        '{"list": 400}' + " " * 3000,
        "[" * 1900,
        '{"place": "é"}',
    ],
)
def test_what_cannot_be_read_is_passed_over(desk: Desk, drive: Drive, stood: str) -> None:
    remembered.remember(desk.home, standing.NAME, stood)
    robot = drive().open()
    assert robot.frame.size().width() == 1280
    left, right = robot.frame.panes.splitter.sizes()
    assert left > 100
    assert right >= 480, "a page that can be read"


def test_a_home_of_its_own_has_a_place_of_its_own(drive: Drive, desk: Desk) -> None:
    robot = drive().open()
    robot.frame.resize(1010, 640)
    robot.finish()
    desk.home = Desk().home
    assert drive().open().frame.width() == 1280


def test_a_disk_that_is_full_keeps_no_window_from_closing(drive: Drive, desk: Desk) -> None:
    desk.store = store = Obstinate()
    desk.__post_init__()
    robot = drive().open()
    robot.frame.resize(1010, 640)
    store.fails = DISK_FULL
    robot.frame.close()
    assert robot.opener.closed == 1
    assert robot.notice() == ""


def test_qt_itself_refuses_what_is_none(qapp: object) -> None:
    """What `put_back` leans on."""
    assert qapp is not None
    assert not QWidget().restoreGeometry(QByteArray(b"anything"))
