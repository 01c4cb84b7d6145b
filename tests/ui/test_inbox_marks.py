"""The marks of the list: urgent until somebody begins, and in how many places it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from calmreply.app.cases import judge
from calmreply.app.listening import listen, polling
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.rules import settings
from calmreply.testing.memory import Reading
from calmreply.ui.inbox import reads
from calmreply.ui.inbox.model import CHUNK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.ui.conftest import Desk, Drive
    from tests.ui.robot import Robot

    from calmreply.domain.mention import MentionId

ALARM = "There were nuts in the cake and my son has an allergy. We spent the night in a hospital."
QUEUE = (
    "We waited forty minutes for a loaf of rye bread, the lady at the counter was on the phone all "
    "the time, and in the end they had sold it to somebody else. Nobody said sorry."
)


def two_places(desk: Desk) -> None:
    """The same is heard at two sources, after the first round of each."""
    for place in ("rye.example", "bread.example"):
        desk.feed(f"https://{place}/feed", title=place)
        polling.poll(desk.home, listen.sources(desk.home)[-1])
    desk.clock.advance(minutes=30)
    for place in ("rye.example", "bread.example"):
        desk.serve(f"https://{place}/feed", [desk.entry(f"Lee at {place}", QUEUE)], place)
    for source in listen.sources(desk.home):
        polling.poll(desk.home, source)


def spoken(robot: Robot, row: int) -> str:
    index = robot.frame.pane.list.model().index(row, 0)
    return str(index.data(Qt.ItemDataRole.AccessibleTextRole))


def test_urgent_is_seen_and_heard_until_somebody_begins(desk: Desk, drive: Drive) -> None:
    ana = desk.person("Ana")
    desk.said("Robin", ago=2)
    case = desk.said("Marta", ALARM, ago=1, stars=1)
    robot = drive().open()
    assert robot.inbox.line("Marta").pills[0] == ("red", "Urgent")
    assert robot.inbox.pills("Robin")[0] != "Urgent"
    assert ". Urgent, Complaint, " in spoken(robot, 0)
    robot.shell.inbox.reload(judge.read_all(desk.home, ana, case))
    robot.settle()
    assert "Urgent" not in robot.inbox.pills("Marta")
    assert "Urgent" not in spoken(robot, 0)


def test_other_words_are_urgent_at_once(desk: Desk, drive: Drive) -> None:
    desk.said("Robin", ago=2)
    robot = drive().open()
    assert "Urgent" not in robot.inbox.pills("Robin")
    changes = settings.change(desk.home, None, {"urgent_words": "yesterday"})
    assert changes == ChangeSet(rules=True)
    robot.shell.inbox.reload(changes)
    robot.settle()
    assert robot.inbox.pills("Robin")[0] == "Urgent"


def test_both_lines_of_one_matter_say_that_there_are_two(desk: Desk, drive: Drive) -> None:
    two_places(desk)
    desk.said("Robin", ago=2)
    robot = drive().open()
    for place in ("rye.example", "bread.example"):
        line = robot.inbox.line(f"Lee at {place}")
        assert ("neutral", "2 places") in line.pills
    assert not any("place" in words for words in robot.inbox.pills("Robin"))


def test_only_what_is_looked_at_is_looked_through(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(300):
        desk.said(f"Guest {number}", f"{ALARM} " * 8, ago=number)
    looked: list[int] = []
    real = Reading.texts

    def texts(tx: Reading, mentions: Sequence[MentionId]) -> Mapping[MentionId, str]:
        looked.append(len(mentions))
        return real(tx, mentions)

    monkeypatch.setattr(Reading, "texts", texts)
    robot = drive().open()
    lines = robot.frame.pane.list
    assert lines.model().rowCount() == 300
    assert 0 < sum(looked) <= reads.FIRST_ROWS + CHUNK
    before = len(looked)
    robot.later(minutes=5)
    lines.viewport().grab()
    assert len(looked) == before, "to paint and to count the minutes looks through nothing"
