"""The room "Outbox": what waits, what is in doubt, what left; each leads to its case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.ui.case_robot import Bench
from tests.ui.dialog_robot import DialogRobot

from calmreply.app.sending import outgoing
from calmreply.testing.channels import CUT
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.outbox.page import OutboxPage, OutboxRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk, Drive

    from calmreply.ui.kit.theme import Theme


@pytest.fixture
def bench() -> Bench:
    found = Bench()
    found.account()
    return found


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, bench: Bench, worn: Theme
) -> Iterator[DialogRobot]:
    assert worn is not None
    made = DialogRobot(qtbot, bench.home, who=bench.ana, way=request.param)
    yield made
    made.finish()


def rows(room: OutboxPage) -> list[tuple[str, str]]:
    """Who, and how it stands, of every line in its order."""
    return [
        (row.findChildren(PlainLabel)[0].text(), row.findChildren(Pill)[0].text())
        for card in (room.waiting, room.left)
        for row in card.findChildren(OutboxRow)
        if row.isVisible()
    ]


def test_what_waits_stands_above_what_left_and_leads_to_its_case(
    bench: Bench, robot: DialogRobot
) -> None:
    room = robot.room(OutboxPage)
    assert "Nothing was sent yet" in robot.said()
    bench.sent(bench.letter(author="Priya"))
    bench.mail.will(CUT)
    doubt = bench.letter(author="Robin")
    bench.sent(doubt)
    bench.sent(bench.said(author="Marta"))
    room.hide()
    room.show()
    robot.settle()
    assert rows(room) == [
        ("Marta", "Waits for your word: was it posted?"),
        ("Robin", "Nobody knows yet whether it arrived"),
        ("Priya", "Sent"),
    ]
    assert "E-mail" in robot.said()
    assert "today" in robot.said()
    entry = next(one for one in outgoing.outbox(bench.home) if one.case == doubt).entry
    robot.press(f"outbox.open.{entry.id}")
    assert robot.cases == [doubt]


def test_it_is_found_in_the_menu(desk: Desk, drive: Drive) -> None:
    desk.said("Marta")
    robot = drive().open()
    robot.choose("tools", "Outbox")
    assert robot.room == "outbox"
