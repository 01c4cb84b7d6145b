"""The server dies and a spare one takes its place: first it only answers, then it takes changes."""

from __future__ import annotations

import queue

import pytest
from tests.elsewhere import PATIENCE
from tests.storage.cluster import OWNER, WORKER, missing, started
from tests.team.two import Seat
from tests.ui.case_robot import WEDNESDAY

from calmreply.adapters.storage.postgres import found_team
from calmreply.app import queries
from calmreply.app.cases import judge
from calmreply.app.proving.trust import verify_journal
from calmreply.app.sending import write
from calmreply.app.teamwork import kept_words
from calmreply.app.teamwork.computer import Computer
from calmreply.domain.journal import Whole
from calmreply.errors import KnownError
from calmreply.testing.clock import FakeClock


def test_a_spare_one_takes_its_place() -> None:
    """The spare one has all that the first one had, and stands at the same address."""
    if lacking := missing():
        pytest.skip(lacking)
    with started() as cluster:
        name = cluster.database()
        found_team(cluster.address(name, OWNER), WORKER)
        cluster.let_clocks_be(name)
        office = Seat(cluster.address(name), Computer("office-1", "Office"), FakeClock(WEDNESDAY))
        case = office.said()
        write.save_draft(office.home, office.ana, case, "Dear Marta")
        cluster.stop()
        with pytest.raises(KnownError) as away:
            judge.read_all(office.home, office.ana, case)
        assert away.value.code == "server_away"

        # A line that hears of others has to come back as well, by itself.
        gone: queue.Queue[bool] = queue.Queue()
        end = office.server.watch(lambda _changes: None, gone.put)
        assert gone.get(timeout=PATIENCE) is True
        signal = cluster.folder / "data" / "standby.signal"
        signal.touch(mode=0o644)
        cluster.start()
        assert office.draft(case) == "Dear Marta", "it answers what it is asked"
        with pytest.raises(KnownError) as waits:
            judge.read_all(office.home, office.ana, case)
        assert waits.value.code in kept_words.AWAY
        assert "spare one that is taking over" in waits.value.way_out

        assert gone.empty()
        cluster.control("promote")
        assert gone.get(timeout=PATIENCE) is False
        end()
        judge.read_all(office.home, office.ana, case)
        assert not signal.exists()
        assert "not_read" not in office.kinds(case)
        assert [one.kind for one in queries.timeline(office.home, case)].count("page_read") == 1
        assert isinstance(verify_journal(office.home), Whole)
        office.server.close()
