"""What the list marks: urgent words until somebody begins, and how many places said it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.app.test_grouped import POST, Sources

from calmreply.app import queries
from calmreply.app.cases import judge
from calmreply.app.listening import grouping
from calmreply.app.rules import settings
from calmreply.domain.mention import CaseId
from calmreply.domain.policy import Feeling
from calmreply.domain.stage import Stage

if TYPE_CHECKING:
    from tests.app.conftest import Bench

ALARM = "There were nuts in it and my son has an ALLERGY."


@pytest.fixture
def sources(bench: Bench) -> Sources:
    bench.person("Ana")
    return Sources(bench)


def urgent(bench: Bench) -> dict[str, bool]:
    return {line.row.title or line.row.text: line.urgent for line in queries.inbox(bench.home)}


def test_urgent_words_are_marked_until_somebody_begins(bench: Bench, sources: Sources) -> None:
    arrived = sources.brings("a.example", ALARM)
    sources.brings("a.example", "A pressing matter, and courteous staff.")
    assert urgent(bench) == {ALARM: True, "A pressing matter, and courteous staff.": False}
    judge.read_all(bench.home, bench.actor("Ana"), CaseId(str(arrived.case)))
    assert queries.inbox(bench.home)[-1].state.stage is Stage.NEW
    assert not any(urgent(bench).values()), "it was read, so somebody is at it"
    judge.say_feeling(bench.home, bench.actor("Ana"), CaseId(str(arrived.case)), Feeling.CALM)
    assert not any(urgent(bench).values())


def test_a_word_may_stand_in_the_title_or_far_down(bench: Bench, sources: Sources) -> None:
    sources.brings("a.example", "See above.", title="To my lawyer")
    sources.brings("a.example", "So it went on. " * 200 + "Then the police came.", title="Long")
    sources.brings("a.example", "So it went on. " * 200, title="Only long")
    assert urgent(bench) == {"To my lawyer": True, "Long": True, "Only long": False}
    settings.change(bench.home, None, {"urgent_words": "  Went  ON\n\n"})
    assert urgent(bench) == {"To my lawyer": False, "Long": True, "Only long": True}
    settings.change(bench.home, None, {"urgent_words": ""})
    assert not any(urgent(bench).values())


def test_an_edit_makes_it_urgent_and_not(bench: Bench, sources: Sources) -> None:
    sources.brings("a.example", "Cold soup.", key="k")
    sources.brings("a.example", ALARM, key="k")
    assert urgent(bench) == {ALARM: True}
    sources.brings("a.example", "Cold soup, sorry.", key="k")
    assert urgent(bench) == {"Cold soup, sorry.": False}


def test_what_is_older_asks_for_nothing(bench: Bench) -> None:
    site = bench.listens()
    site.show("old", ALARM, published=bench.clock.read().wall.replace(year=2001))
    bench.poll()
    (line,) = queries.inbox(bench.home)
    assert line.state.stage is Stage.OLDER
    assert line.alarms
    assert not line.urgent


def test_one_matter_in_two_places(bench: Bench, sources: Sources) -> None:
    one = sources.brings("a.example")
    sources.brings("a.example", "Another matter.")
    assert {line.places for line in queries.inbox(bench.home)} == {1}
    two = sources.brings("b.example")
    assert two.case == one.case
    places = {line.row.mention: line.places for line in queries.inbox(bench.home)}
    assert places.pop(one.mention) == places.pop(two.mention) == 2
    assert set(places.values()) == {1}
    grouping.split(bench.home, bench.actor("Ana"), two.mention)
    assert {line.places for line in queries.inbox(bench.home)} == {1}
    assert [line.row.text for line in queries.inbox(bench.home)].count(POST) == 2
