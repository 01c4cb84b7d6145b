"""Names and hosts that pretend to be others are seen through wherever the window shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import queries
from calmreply.app.listening import listen
from calmreply.app.ports.storage import PollState
from calmreply.ui.case.page import CasePage
from calmreply.ui.dialogs.add_source import AddSourceDialog
from calmreply.ui.inbox.rows import line_data
from calmreply.ui.listening.page import ListeningPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.ui.kit.theme import Theme

TURNED, SEEN = "Blue\u202etoor", "Blue[U+202E]toor"
MIXED = "C\u043erner"
MIXED_SEEN = f"{MIXED} [letters of two alphabets]"


@pytest.fixture
def robot(qtbot: QtBot, desk: Desk, worn: Theme) -> Iterator[DialogRobot]:
    assert worn is not None
    made = DialogRobot(qtbot, desk.home)
    yield made
    made.finish()


def test_in_the_inbox_and_over_the_case(desk: Desk, robot: DialogRobot) -> None:
    desk.feed("https://blog.example/feed", [desk.entry(TURNED, "Stale\u2066 bread.")], MIXED)
    (source,) = listen.sources(desk.home)
    listen.poll(desk.home, source)
    view = queries.overview(desk.home)
    found = queries.mention_ids(desk.home, view)
    (line,) = queries.lines(desk.home, view, found)
    row = line_data(line, desk.clock.wall, "UTC")
    assert (row.who, row.text) == (SEEN, "Stale[U+2066] bread.")
    assert any(words == MIXED_SEEN for _tone, words in row.pills)
    assert line.row.case is not None
    page = robot.room(CasePage)
    page.show_case(line.row.case)
    robot.settle()
    assert robot.text("case.title") == SEEN
    assert MIXED_SEEN in robot.said()


def test_in_the_listening_room(desk: Desk, robot: DialogRobot) -> None:
    desk.feed("https://xn--crner-jye.example/feed", [], TURNED)
    (source,) = listen.sources(desk.home)
    state = PollState(polled_at=desk.clock.wall, trouble="too_slow", failures=3, words="Slow.")
    with desk.home.store.write() as tx:
        tx.save_poll(source.id, TURNED, state)
    room = robot.room(ListeningPage)
    assert SEEN in robot.said()
    assert TURNED not in robot.said()
    assert MIXED.casefold() in room.table._rows[0].kind.accessibleDescription()
    room._ask_to_remove(source)
    assert SEEN in robot.notice("listening.notice")


def test_in_what_a_try_shows(desk: Desk, robot: DialogRobot) -> None:
    desk.serve("https://blog.example/feed", [desk.entry(MIXED, "A\u200bB")], TURNED)
    robot.open(AddSourceDialog)
    robot.type("source.address", "https://blog.example/feed")
    robot.press("source.go")
    said = robot.said()
    assert MIXED_SEEN in said
    assert "A[U+200B]B" in said
    assert SEEN in said
