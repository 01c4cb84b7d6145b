"""Two windows over one team's home: what is done in the one is seen in the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from tests.storage.cluster import Cluster
from tests.team.two import Seat, two_seats
from tests.ui.case_robot import CaseRobot
from tests.ui.patience import wait_for

from calmreply.app.sending import write
from calmreply.ui.shell import saying
from calmreply.ui.shell.following import Following
from calmreply.ui.shell.schedule import Listening
from calmreply.ui.shell.status import StatusBar


@pytest.fixture
def seats(cluster: Cluster, founded: str) -> Iterator[tuple[Seat, Seat]]:
    with two_seats(cluster, founded) as found:
        yield found


def test_what_is_done_in_the_shop_shows_in_the_office(
    qtbot: QtBot, seats: tuple[Seat, Seat]
) -> None:
    office, shop = seats
    case = office.said()
    window = CaseRobot(qtbot, office, who=office.ana).open(case)
    following = Following(window.desk)
    following.start()
    try:
        assert "not_read" in window.blockers()
        # From then on it is told of everything, also of what comes before it stands at the door.
        live = office.server._live
        wait_for(qtbot, lambda: live and live[0]._seen is not None)
        shop.read(case)
        wait_for(qtbot, lambda: "not_read" not in window.blockers())
        write.save_draft(shop.home, shop.tom, case, "Dear Marta")
        says = window.page.reply._others.text
        wait_for(qtbot, lambda: says() == "Being written by Tom as well.")
        window.press("case.beside.look")
        assert window.text("case.beside.words") == "Tom:\nDear Marta"

        window.write("Hello")
        window.saved()
        write.keep_draft_as_revision(shop.home, shop.tom, case)
        wait_for(qtbot, lambda: "Tom made version 1 meanwhile" in says())
        assert window.words() == "Hello"
        assert office.draft(case) == "Hello"
        assert office.revisions(case) == ["Dear Marta"]
        window.leave_editor()
        assert office.revisions(case) == ["Dear Marta", "Hello"]
        wait_for(qtbot, lambda: says() == "")
    finally:
        following.stop()
        window.finish()


def test_one_person_at_two_computers_loses_no_words(qtbot: QtBot, seats: tuple[Seat, Seat]) -> None:
    """The office did not hear yet what Ana went on with in the shop: both are there afterwards."""
    office, shop = seats
    case = office.said()
    window = CaseRobot(qtbot, office, who=office.ana).open(case)
    try:
        window.write("Hello")
        window.saved()
        write.save_draft(shop.home, shop.ana, case, "Hello, from the shop", over=[("Hello", "")])
        window.write(" there")
        window.saved()
        assert office.revisions(case) == ["Hello, from the shop"]
        assert (window.words(), office.draft(case)) == ("Hello there", "Hello there")
        says = window.page.reply._others.text
        wait_for(qtbot, lambda: "on another computer is version 1" in says())

        write.save_draft(shop.home, shop.ana, case, "Hello there, Marta")
        window.leave_editor()
        assert office.revisions(case) == ["Hello, from the shop", "Hello there, Marta"]
        wait_for(qtbot, lambda: window.words() == "Hello there, Marta")
    finally:
        window.finish()


def test_the_line_at_the_bottom_says_where_it_listens(qtbot: QtBot) -> None:
    status = StatusBar()
    qtbot.addWidget(status)
    saying.listening(status, Listening(3, None, None, 0, 0, "UTC", elsewhere="Office"))
    assert status.state.text() == "Listening runs on Office"
