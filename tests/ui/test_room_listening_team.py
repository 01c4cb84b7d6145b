"""The room "Listening" of a team: where it is gathered, and on which computer a file lies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.ui.dialog_robot import DialogRobot

from calmreply.adapters.channels.files.listener import FileListener
from calmreply.app.listening import listen
from calmreply.app.teamwork.computer import Computer
from calmreply.app.teamwork.team import TeamAddress
from calmreply.ui.listening.page import ListeningPage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.app.home import Home
    from calmreply.ui.kit.theme import Theme

PLACE = TeamAddress("db.example", "shop", "till")
OFFICE, COUNTER = Computer("a", "Office"), Computer("b", "Counter")


@pytest.mark.parametrize(
    ("team", "here", "where", "kind"),
    [
        (None, OFFICE, "on this computer only", "File · "),
        (PLACE, OFFICE, "in your team's home", "File · "),
        (PLACE, COUNTER, "in your team's home", "File on Office · "),
    ],
    ids=["alone", "where the file lies", "elsewhere"],
)
def test_where_it_is_gathered_and_where_a_file_lies_is_told(
    qtbot: QtBot,
    desk: Desk,
    worn: Theme,
    tmp_path: Path,
    *,
    team: TeamAddress | None,
    here: Computer,
    where: str,
    kind: str,
) -> None:
    assert worn is not None
    file = tmp_path / "reviews.csv"
    file.write_text("Author,Stars,Review\nCarla,1,Stale bread\n")
    home: Home = replace(desk.home, listeners={"file": FileListener()}, computer=OFFICE)
    listen.add_place(home, "file", {"path": str(file)})
    robot = DialogRobot(qtbot, replace(home, team=team, computer=here))
    room = robot.room(ListeningPage)
    assert robot.text("listening.where").endswith(where)
    (row,) = room.table._rows
    assert row.summary.text().startswith(kind)
    robot.finish()
