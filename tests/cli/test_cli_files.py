"""Files as sources, from the command line: what is taken, how it is said, how it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Desk

GOOD = "Author,Stars,Review\nCarla,1,Stale bread\n"
OPML = "<opml version='2.0'><body><outline xmlUrl='https://a.example/f'/></body></opml>"


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    path = tmp_path / "reviews of may.csv"
    path.write_text(GOOD)
    return path


def added(desk: Desk, path: Path, *more: str) -> str:
    return str(desk("source", "add", "--kind", "file", str(path), *more).data["source"])


def test_a_file_is_said_and_found_by_its_path(
    desk: Desk, reviews: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = desk("source", "add", "--kind", "file", str(reviews), "--set", "text_column=Review")
    assert said.data["feed"] == str(reviews)
    (row,) = desk("source", "list").data
    assert row["feed"] == str(reviews)
    assert f"<{reviews}>" in desk.text("source", "list")
    chosen, plain = said.data["source"], added(desk, reviews)
    refused = desk("source", "remove", str(reviews), expect=4)
    assert (refused.code, chosen in refused.data["error"]["way_out"]) == ("which_source", True)
    assert desk("source", "remove", chosen).data == {"removed": chosen}
    monkeypatch.chdir(reviews.parent)
    assert desk("source", "remove", reviews.with_name("may.csv").name, expect=4).code == (
        "no_such_source"
    )
    assert desk("source", "remove", f"./{reviews.name}").data == {"removed": plain}
    again = added(desk, reviews)
    twice = desk("source", "add", "--kind", "file", str(reviews), expect=4)
    assert twice.data["error"]["words"] == f"You already listen to {reviews}."
    assert desk("source", "remove", f"file:/{reviews}").data == {"removed": again}


def test_there_is_nothing_to_allow_for_a_file(desk: Desk, reviews: Path) -> None:
    number = added(desk, reviews)
    refused = desk("source", "allow-private", number, expect=4)
    assert refused.code == "nothing_to_allow"
    assert refused.data["error"]["words"] == (
        "A file is on this computer: there is nothing to allow."
    )
    assert not desk("source", "list").data[0]["allow_private"]
    desk("source", "remove", number)
    desk("source", "add", "--kind", "file", str(reviews), "--allow-private")
    assert not desk("source", "list").data[0]["allow_private"]


def test_what_is_no_file_of_reviews_is_no_source(desk: Desk, reviews: Path) -> None:
    for words, code in (("hello", "not_a_table"), (OPML, "list_of_feeds")):
        reviews.write_text(words)
        refused = desk("source", "add", "--kind", "file", str(reviews), expect=4)
        assert refused.code == code
        assert refused.data["error"]["way_out"]
    assert "calmreply source import" in refused.data["error"]["way_out"]
    assert desk("source", "list").data == []


def test_one_that_was_good_keeps_what_it_brought_and_says_so(desk: Desk, reviews: Path) -> None:
    number = added(desk, reviews)
    desk("listen", "--once")
    reviews.write_text(OPML)
    desk("listen", "--once", expect=4)
    (row,) = desk("source", "list").data
    assert (row["mentions"], row["error"]["code"]) == (1, "list_of_feeds")
    assert row["remedy"]["words"].startswith("reviews of may.csv is a list of feeds (OPML)")
    assert len(desk("inbox").data) == 1
    reviews.write_text(f"{GOOD}Dora,5,Lovely cake\n")
    (polled,) = desk("listen", "--once").data
    assert (polled["new"], polled["error"]) == (1, None)
    assert desk("source", "list").data[0]["source"] == number
