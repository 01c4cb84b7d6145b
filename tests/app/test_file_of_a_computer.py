"""A source that is a file, in a team: read on the computer on which it lies, and on no other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from calmreply.adapters.channels.files.listener import FileListener
from calmreply.app import queries
from calmreply.app.listening import listen, polling
from calmreply.app.teamwork.computer import Computer
from calmreply.app.teamwork.team import TeamAddress

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Bench

    from calmreply.app.home import Home

PLACE = TeamAddress("db.example", "shop", "till")
REVIEWS = "Author,Stars,Review\nCarla,1,Stale bread\n"


@pytest.fixture
def alone(bench: Bench) -> Home:
    office = Computer("a" * 26, "the office")
    return replace(bench.home, listeners={"file": FileListener()}, computer=office)


@pytest.fixture
def office(alone: Home) -> Home:
    return replace(alone, team=PLACE)


@pytest.fixture
def counter(office: Home) -> Home:
    return replace(office, computer=Computer("b" * 26, "the counter"))


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    file = tmp_path / "reviews.csv"
    file.write_text(REVIEWS)
    return file


def asked(home: Home) -> list[str]:
    return [one.source.title for one in polling.turns(home)]


def test_it_is_asked_where_it_was_added_even_while_another_computer_listens(
    office: Home, counter: Home, reviews: Path
) -> None:
    added, _changes = listen.add_place(office, "file", {"path": str(reviews)})
    assert asked(counter) == []
    assert asked(office) == ["reviews.csv"]
    listen.remove_source(office, added.source)
    # Added again on the other computer it is the other one's.
    listen.add_place(counter, "file", {"path": str(reviews)})
    assert asked(office) == []
    assert asked(counter) == ["reviews.csv"]


def test_where_it_lies_is_known_before_the_home_moves_to_a_server(
    alone: Home, office: Home, counter: Home, reviews: Path
) -> None:
    listen.add_place(alone, "file", {"path": str(reviews)})
    assert asked(alone) == ["reviews.csv"]
    assert asked(counter) == []
    assert asked(office) == ["reviews.csv"]


def test_whoever_could_read_one_of_before_keeps_it(
    office: Home, counter: Home, reviews: Path
) -> None:
    listen.add_place(office, "file", {"path": str(reviews)})
    with office.store.write() as tx:  # as a home was before this was noted
        for source in tx.sources():
            tx.set_setting(f"file_of:{source.id}", None)
    (turn,) = polling.turns(counter)
    reviews.rename(reviews.with_name("elsewhere.csv"))
    assert polling.poll(counter, turn.source).failed
    assert asked(office) == asked(counter) == ["reviews.csv"]
    reviews.with_name("elsewhere.csv").rename(reviews)
    assert polling.poll(office, turn.source).new == 1
    assert asked(counter) == []
    assert asked(office) == ["reviews.csv"]


def test_whoever_asks_for_it_elsewhere_is_told_where_it_lies(
    office: Home, counter: Home, reviews: Path
) -> None:
    listen.add_place(office, "file", {"path": str(reviews)})
    (source,) = listen.sources(office)
    polled = polling.poll(counter, source)
    assert polled.error is not None
    assert polled.error.code == "file_elsewhere"
    assert polled.error.words == "reviews.csv lies on the office and is read there."
    (after,) = listen.sources(office)
    assert (after.state.trouble, after.state.failures) == ("", 0)
    assert queries.listening(counter).files == {source.id: "the office"}
    assert queries.listening(office).files == {}
