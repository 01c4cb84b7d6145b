"""The columns of a table as they are offered to a person, and remembered for one like it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from calmreply.adapters.channels.files.listener import FileListener
from calmreply.app.listening.offers import Offer, Offers
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

WALL = datetime(2026, 11, 22, 12, tzinfo=UTC)
TABLE = "Number,Guest,Remark,What,Came\n1,Carla,Table by the window,No candles,2026-11-20\n"
ROLES = 11


def offers(path: Path, before: Sequence[str] = ()) -> Mapping[str, Offer]:
    listener = FileListener()
    assert isinstance(listener, Offers)
    return listener.offers({"path": str(path)}, before, InThisProcess(), WALL)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "may.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_each_role_is_offered_each_column_with_what_stands_below_it(table: Path) -> None:
    found = offers(table)
    assert set(found) == {one.name for one in FileListener().place_fields} - {"path"}
    assert len(found) == ROLES
    assert found["author_column"].found == "Guest  ·  Carla"
    assert found["link_column"] == Offer(found["text_column"].values)
    assert found["text_column"].values == (
        ("Number", "Number  ·  1"),
        ("Guest", "Guest  ·  Carla"),
        ("Remark", "Remark  ·  Table by the window"),
        ("What", "What  ·  No candles"),
        ("Came", "Came  ·  2026-11-20"),
    )


def test_a_column_that_its_heading_does_not_tell_is_said_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    long = "x" * 150
    path.write_text(f'Text,text,,2024,{long},Name\nCold soup,Cold,a,b,"c\nd",Kim\n')
    values = offers(path)["text_column"].values
    assert [key for key, _words in values] == ["1", "2", "3", "4", "5", "Name"]
    assert values[2][1] == "Column 3  ·  a"
    assert values[4][1] == f"{'x' * 100}  ·  c d"
    for key, _words in values:  # every one of them can be said
        FileListener().what({"path": str(path), "text_column": key})


def test_what_was_chosen_for_a_table_of_the_same_headings_is_chosen_again(table: Path) -> None:
    what = FileListener().what
    april = what({"path": "/a/april.csv", "text_column": "what", "author_column": "Guest"})
    other = what({"path": "/a/other.csv", "text_column": "Elsewhere"})
    plain = what({"path": "/a/plain.csv"})
    broken = '{"path": "/a", "columns": []}'
    found = offers(table, [plain, broken, other, april])
    assert {name: one.chosen for name, one in found.items() if one.chosen} == {
        "text_column": "What",
        "author_column": "Guest",
    }
    assert not any(one.chosen for one in offers(table, [other, plain]).values())


def test_mails_have_no_columns_and_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    mail = tmp_path / "a.eml"
    mail.write_text("From: kim@mail.example\nSubject: Hello\n\nCold.\n")
    assert offers(mail) == {}
    for missing in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(KnownError):
            offers(missing)
