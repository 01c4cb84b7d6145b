"""Listening comes over to this computer: the line at the bottom says so once it has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.ui.conftest import Desk

from calmreply.adapters.kept_words import FileWords
from calmreply.app.teamwork import poller
from calmreply.app.teamwork.computer import Computer
from calmreply.app.teamwork.team import TeamAddress
from calmreply.testing.store import MemoryStore

if TYPE_CHECKING:
    from tests.ui.conftest import Drive

PLACE = TeamAddress("db.example", "shop", "till")
BLOG = "https://blog.example/feed"


class Shared(MemoryStore):
    """`theirs`: another computer of the team holds every turn."""

    theirs = True

    def hold(self, name: str) -> bool:
        return not self.theirs and super().hold(name)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(store=Shared())
    words = FileWords(tmp_path / "words", PLACE.database)
    made.home = replace(made.home, team=PLACE, words=words, computer=Computer("b", "Counter"))
    return made


def test_who_takes_listening_over_says_that_it_listens(desk: Desk, drive: Drive) -> None:
    desk.feed(BLOG, [desk.entry("Robin", "First.")])
    with desk.store.write() as tx:
        tx.set_setting(poller.ON, "a the office")
    robot = drive().open()
    assert robot.status("state") == "Listening runs on the office"
    assert desk.sites.asked == [BLOG], "when it was added, and never by this computer's turn"

    assert isinstance(desk.store, Shared)
    desk.store.theirs = False
    with desk.store.write() as tx:
        for source in tx.sources():  # nothing is due, so nothing else brings the line up to date
            wall = desk.clock.wall
            later = wall.replace(year=wall.year + 1)
            tx.save_poll(source.id, source.title, replace(source.state, next_at=later))
    robot.shell.schedule.ask()
    robot.settle()
    assert robot.status("state") == "Listening to 1 source"
