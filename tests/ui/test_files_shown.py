"""Files of reviews in the dialog: stars before they are kept, and what is none of reviews."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel
from tests.ui.dialog_robot import DialogRobot

from calmreply.adapters.channels.files.listener import FileListener
from calmreply.app.listening import listen
from calmreply.testing.ports import InThisProcess
from calmreply.ui.dialogs.add_source import AddSourceDialog
from calmreply.ui.listening.page import ListeningPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.ui.kit.theme import Theme

FEED = "https://loafer.example/feed"


@pytest.fixture
def robot(qtbot: QtBot, desk: Desk, worn: Theme) -> Iterator[DialogRobot]:
    assert worn is not None
    desk.home = replace(desk.home, listeners={"file": FileListener()}, apart=InThisProcess())
    made = DialogRobot(qtbot, desk.home)
    yield made
    made.finish()


def tried(robot: DialogRobot, path: Path) -> str:
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "File")
    robot.type("source.path", str(path))
    robot.press("source.go")
    return robot.said()


def test_stars_are_shown_before_it_is_kept(robot: DialogRobot, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("Wer,Sterne,Was\nCarla,2,Cold soup\nDora,5,\nEwa,,Late\n")
    said = tried(robot, path).splitlines()
    assert "★★☆☆☆" in said, "beside the words"
    assert said.count("★★★★★") == 1, "once where there are no words"
    (stars,) = [one for one in robot.window.findChildren(QLabel) if one.text() == "★★☆☆☆"]
    assert stars.accessibleName() == "2 of 5 stars"


def test_a_feed_s_stars_are_shown_alike(desk: Desk, robot: DialogRobot) -> None:
    good = replace(desk.entry("Carla", "Cold soup"), stars=(1.0, 5.0))
    odd = replace(desk.entry("Dora", "Late"), stars=(7.0, 5.0))
    desk.serve(FEED, [good, odd], "The Loaf-er")
    robot.open(AddSourceDialog)
    robot.type("source.address", FEED)
    robot.press("source.go")
    said = robot.said()
    assert "★☆☆☆☆" in said
    assert said.count("★") == 1


def test_a_list_of_feeds_is_told_where_it_belongs(robot: DialogRobot, tmp_path: Path) -> None:
    path = tmp_path / "list.opml"
    path.write_text("<opml version='2.0'><body/></opml>")
    said = tried(robot, path)
    assert "list.opml is a list of feeds (OPML), no reviews." in said
    assert 'in the window under "Listening"' in said
    assert robot.text("source.go") == "Try it"


def test_a_file_s_path_is_shown_as_it_is_known(
    desk: Desk, robot: DialogRobot, tmp_path: Path
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("Author,Review\nCarla,Cold soup\n")
    said = {"path": str(path), "text_column": "Review"}
    listen.add_place(desk.home, "file", said)
    room = robot.room(ListeningPage)
    (row,) = room.table._rows
    assert str(path) in row.summary.toolTip()
