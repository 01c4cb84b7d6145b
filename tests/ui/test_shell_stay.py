"""Staying: the icon beside the clock, starting with the computer, and the one offer of both."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSystemTrayIcon

from calmreply.app.cases import judge
from calmreply.app.rules import settings
from calmreply.domain.policy import Feeling
from calmreply.errors import KnownError
from calmreply.ui.kit.buttons import Button
from calmreply.ui.shell import autostart, mark
from calmreply.ui.shell.tray import Tray

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.conftest import Desk, Drive
    from tests.ui.robot import Robot

COMMAND = ("/opt/calm reply/bin/calmreply", "--home", "/srv/100% $HOME")


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """A system with a tray, as far as Qt can tell without one; returns what was said there."""
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(Tray, "is_there", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda _icon: None)
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", staticmethod(lambda: True))
    monkeypatch.setattr(
        QSystemTrayIcon,
        "showMessage",
        lambda _icon, title, words, *_more: said.append((title, words)),
    )
    return said


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen raises no windows
def test_staying_is_offered_once_and_both_are_done_by_one_button(
    desk: Desk, drive: Drive, notes: list[tuple[str, str]], own_home: Path
) -> None:
    desk.feed("https://blog.example/feed")
    robot = drive(start_command=lambda: COMMAND).open()
    assert robot.notice().startswith("CalmReply hears and reminds only while it runs.")
    (action,) = [
        button
        for button in robot.frame.notice.findChildren(Button)
        if button.text() == "Yes, keep it running"
    ]
    action.click()
    robot.settle()
    assert robot.notice() == ""
    assert settings.read(desk.home, "in_tray") == "yes"
    entry = own_home / "config" / "autostart" / "calmreply.desktop"
    assert entry.read_text().splitlines()[3] == (
        'Exec="/opt/calm reply/bin/calmreply" "--home" "/srv/100%% \\\\$HOME"'
    )
    assert robot.shell.actions["in_tray"].isChecked()
    assert robot.shell.actions["autostart"].isChecked()
    assert robot.shell.staying.tray.shown
    robot.frame.close()
    assert not robot.frame.isVisible()
    assert robot.opener.closed == 0, "it goes on beside the clock"
    robot.shell.staying.tray.open_wanted.emit()
    assert robot.frame.isVisible()
    robot.choose("tools", "Start with the computer")
    assert not entry.exists()
    robot.frame.close()
    robot.shell.staying.tray.quit_wanted.emit()
    assert robot.opener.closed == 1
    assert notes == []


def test_an_offer_that_was_closed_never_comes_back(
    desk: Desk, drive: Drive, notes: list[tuple[str, str]]
) -> None:
    assert notes == []
    desk.feed("https://blog.example/feed")
    robot = drive().open()
    assert robot.notice()
    robot.frame.notice.clear()
    robot.finish()
    again = drive().open()
    assert again.notice() == ""
    again.frame.close()
    assert again.opener.closed == 1, "closed is closed, unless somebody chose otherwise"


def test_nothing_is_offered_before_there_is_something_to_listen_to(
    drive: Drive, notes: list[tuple[str, str]]
) -> None:
    assert drive().open().notice() == ""
    assert notes == []


def test_without_a_tray_nothing_is_offered_and_closing_ends(desk: Desk, drive: Drive) -> None:
    desk.feed("https://blog.example/feed")
    robot = drive().open()
    assert robot.notice() == ""
    stay: QAction = robot.shell.actions["in_tray"]
    assert not stay.isEnabled()
    assert "this desktop shows no programs there" in stay.text()
    robot.frame.close()
    assert robot.opener.closed == 1


def test_the_end_of_a_wait_is_noted_beside_the_clock_without_a_word_of_it(
    desk: Desk, drive: Drive, notes: list[tuple[str, str]]
) -> None:
    ana = desk.person("Ana")
    for who in ("Marta", "Robin"):
        case = desk.said(who, "Their secret")
        judge.read_all(desk.home, ana, case)
        judge.say_feeling(desk.home, ana, case, Feeling.CALM)
    settings.change(desk.home, None, {"in_tray": "yes"})
    robot = drive().open()
    robot.frame.close()
    robot.later(minutes=25)
    robot.later(minutes=25)
    assert notes == [
        (
            "Read it once more",
            "2 waits are over: the mentions and your replies are ready for another look.",
        )
    ]


def look_for_news(robot: Robot) -> None:
    assert robot.program.teller is not None
    robot.program.teller.look()
    robot.settle()


def test_what_is_new_is_told_beside_the_clock_and_counted_without_a_word_of_it(
    desk: Desk, drive: Drive, notes: list[tuple[str, str]]
) -> None:
    here = "https://blog.example/feed"
    desk.feed(here)
    desk.said("Marta", "Brought in by hand")
    settings.change(desk.home, None, {"in_tray": "yes", "hours": "1-7 00:00-24:00"})
    robot = drive().open()
    robot.frame.close()
    desk.serve(here, [desk.entry("Kim", "Their secret")])
    robot.later(minutes=6)
    look_for_news(robot)
    assert notes == [], "gathered for half an hour"
    robot.later(minutes=31)
    look_for_news(robot)
    assert notes == [("New in CalmReply", "Somebody has said something about you.")]
    nuts = [desk.entry("Lee", "An allergy, and the police"), desk.entry("Jo", "Late again")]
    desk.serve(here, nuts)
    robot.later(minutes=20)
    look_for_news(robot)
    urgent = "2 people have said something about you. One of them sounds urgent."
    assert notes[1:] == [("Urgent in CalmReply", urgent)]
    icon = robot.shell.staying.tray._icon
    assert icon is not None
    assert icon.toolTip() == "CalmReply: 4 new"


def test_nobody_is_told_who_is_looking(
    desk: Desk, drive: Drive, notes: list[tuple[str, str]]
) -> None:
    settings.change(desk.home, None, {"tell": "at_once", "quiet": "no", "in_tray": "yes"})
    desk.feed("https://blog.example/feed")
    robot = drive().open()
    assert robot.frame.isActiveWindow()
    desk.serve("https://blog.example/feed", [desk.entry("Kim", "Cold soup")])
    robot.later(minutes=6)
    look_for_news(robot)
    assert notes == []


def test_a_computer_that_refuses_is_said_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("a file")
    start = autostart.StartFile(tmp_path / "in the way" / "calmreply.desktop", b"")
    assert not start.is_on()
    with pytest.raises(KnownError) as refused:
        start.set(on=True)
    assert refused.value.code == "autostart_refused"
    assert "in the way" in refused.value.way_out


def test_the_other_systems_are_told_the_same_command() -> None:
    agent = plistlib.loads(autostart._agent(COMMAND))
    assert agent["ProgramArguments"] == list(COMMAND)
    assert agent["RunAtLoad"] is True
    assert autostart.here(()) is None


def test_the_sign_is_drawn_in_every_size(qapp: object) -> None:
    assert qapp is not None
    icon = mark.icon()
    for size in icon.availableSizes():
        image = icon.pixmap(size).toImage()
        assert image.pixelColor(image.rect().center()).alpha() == 255
        assert image.pixelColor(0, 0).alpha() == 0
    assert len(icon.availableSizes()) == 8
