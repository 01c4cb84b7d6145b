"""A file as a source: read when it changes, once, whatever stands in its place."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.adapters.apart import WorkerApart
from calmreply.adapters.channels.files import disk
from calmreply.adapters.channels.files.listener import FileListener
from calmreply.adapters.channels.files.preview import look
from calmreply.adapters.channels.files.where import said_as, where
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import CURSOR_LIMIT, Place, Round
from calmreply.domain.mention import Stars, Visibility
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess, NoWeb

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WALL = datetime(2026, 11, 22, 12, tzinfo=UTC)
CSV = "Author,Stars,Review,Date\nCarla,1,Stale bread,20.11.2026\nDora,5,Lovely cake,3.11.2026\n"
MAIL = (
    "From: Carla <carla@mail.example>\nTo: hello@bluedoor.example\nSubject: Cold\n"
    "Date: Fri, 20 Nov 2026 10:00:00 +0000\nMessage-ID: <{id}@mail.example>\n\n{text}\n"
)


class Apart(InThisProcess):
    """Counts how often anything was read."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self, function: str, body: bytes, about: Mapping[str, Any]) -> Any:
        self.runs += 1
        return super().run(function, body, about)


def listen(
    path: Path | str,
    cursor: str = "",
    apart: Apart | None = None,
    said: Mapping[str, str] | None = None,
) -> Round:
    what = FileListener().what({"path": str(path), **(said or {})})
    return FileListener().listen(Place(what), cursor, Tools(NoWeb(), apart or Apart(), WALL))


def everything(path: Path, cursor: str = "") -> tuple[dict[str, str], str, int]:
    """The texts by their keys, where it ended, and how many could not be read."""
    found: dict[str, str] = {}
    unread = 0
    for _page in range(40):
        got = listen(path, cursor)
        found |= {one.key: one.text for one in got.heard}
        unread += got.unread
        cursor = got.cursor
        assert len(cursor) <= CURSOR_LIMIT
        if not got.more:
            return found, cursor, unread
    raise AssertionError("no end to it")


def code(path: Path | str, cursor: str = "", **said: str) -> str:
    with pytest.raises(KnownError) as caught:
        listen(path, cursor, said=said)
    assert caught.value.words
    assert caught.value.way_out
    return caught.value.code


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "reviews of 2026.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_reviews_come_in_whole(sheet: Path) -> None:
    found = listen(sheet)
    carla, dora = found.heard
    assert found.title == "reviews of 2026.csv"
    assert (carla.author, carla.text, carla.stars) == ("Carla", "Stale bread", Stars(1, 5))
    assert carla.published == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert carla.visibility is Visibility.PUBLIC
    assert carla.key != dora.key


@pytest.mark.parametrize(
    ("site", "link", "where_it_stands"),
    [
        ("", "https://www.maps.example/r/1", "maps.example"),
        ("Google", "https://www.maps.example/r/1", "Google"),
        ("", "", ""),
    ],
)
def test_a_review_stands_at_its_site_and_not_in_the_file(
    sheet: Path, site: str, link: str, where_it_stands: str
) -> None:
    sheet.write_text(f"Author,Review,Site,Link\nCarla,Stale bread,{site},{link}\n", "utf-8")
    (carla,) = listen(sheet).heard
    assert carla.site == where_it_stands


def test_a_file_is_read_when_it_changes_and_only_then(sheet: Path) -> None:
    apart = Apart()
    first = listen(sheet, apart=apart)
    again = listen(sheet, first.cursor, apart)
    assert (again.heard, again.cursor, apart.runs) == ((), first.cursor, 1)
    os.utime(sheet, (1, 1))  # touched, and nothing else
    touched = listen(sheet, first.cursor, apart)
    assert (touched.heard, apart.runs) == ((), 1)
    sheet.write_text(CSV + "Ewa,2,Late,21.11.2026\n", encoding="utf-8")
    grown = listen(sheet, touched.cursor, apart)
    assert [one.key for one in grown.heard[:2]] == [one.key for one in first.heard]
    assert grown.heard[2].text == "Late"


def test_a_long_table_comes_in_pages_and_one_that_changes_meanwhile_from_its_start(
    sheet: Path,
) -> None:
    lines = [f"Guest {n},3,Words of guest number {n},20.11.2026" for n in range(6_500)]
    sheet.write_text("\n".join(["Author,Stars,Review,Date", *lines, ",,,x"]), encoding="utf-8")
    found, cursor, unread = everything(sheet)
    assert (len(found), unread) == (6_500, 1)
    assert everything(sheet, cursor)[0] == {}
    half = listen(sheet)
    assert half.more
    sheet.write_text(CSV, encoding="utf-8")
    assert [one.author for one in listen(sheet, half.cursor).heard] == ["Carla", "Dora"]


def test_columns_can_be_said_and_are_part_of_the_place(sheet: Path) -> None:
    (carla, _dora) = listen(sheet, said={"text_column": "author", "author_column": "3"}).heard
    assert (carla.text, carla.author) == ("Carla", "Stale bread")
    assert code(sheet, text_column="Comment") == "no_such_column"
    chosen = said_as({"path": str(sheet), "text_column": " Two  words "})
    assert where(chosen).columns == {"text": "Two words"}
    assert where(chosen).path == sheet


def test_a_path_as_people_and_desktops_hand_it_over(sheet: Path, own_home: Path) -> None:
    plain = said_as({"path": str(sheet)})
    assert plain == str(sheet)
    for said in (f' "{sheet}" ', sheet.as_uri(), str(sheet.parent / "x" / ".." / sheet.name)):
        assert said_as({"path": said}) == plain
    assert said_as({"path": "~/a.csv"}) == str(own_home / "a.csv")
    for none in ("", "  ", "a\0b", "x" * 5_000):
        with pytest.raises(KnownError, match="No file"):
            said_as({"path": none})
    for broken in ("{", '{"path":1}', '{"columns":[]}', "{}"):
        with pytest.raises(KnownError, match="No file"):
            where(broken)


@given(st.dictionaries(st.sampled_from(["text_column", "date_column", "id_column"]), st.text()))
def test_the_same_place_is_the_same_word(said: dict[str, str]) -> None:
    word = said_as({"path": "/tmp/a.csv", **said})  # noqa: S108 - a name, nothing is written there
    found = where(word)
    again = {f"{role}_column": name for role, name in found.columns.items()}
    assert said_as({"path": str(found.path), **again}) == word


@pytest.mark.parametrize(
    "cursor", ["x", "[]", "7", "null", '{"version":1,"at":-4}', '{"version":1,"x":1}', "[" * 99_999]
)
def test_a_broken_cursor_begins_again(sheet: Path, cursor: str) -> None:
    assert len(listen(sheet, cursor).heard) == 2


def test_tampering_with_a_cursor_is_a_cursor_or_a_new_beginning(sheet: Path) -> None:
    whole = json.loads(listen(sheet).cursor)
    for name in whole:
        values: list[Any] = [None, -1, 1.5, "x", [], {"a": 1}, {"text": 1}, {"text": "Z"}, 2**80]
        for value in values:
            found = listen(sheet, json.dumps({**whole, "size": 1, name: value}))
            assert len(found.heard) in (0, 2)


def test_a_mail_and_a_box_of_mails_are_read_as_mails(tmp_path: Path) -> None:
    one = tmp_path / "a.eml"
    one.write_text(MAIL.format(id="1", text="The bread was cold"), encoding="utf-8")
    (heard,) = listen(one).heard
    assert (heard.author, heard.text, heard.title) == ("Carla", "The bread was cold", "Cold")
    assert (heard.key, heard.contact) == ("<1@mail.example>", "carla@mail.example")
    assert heard.visibility is Visibility.PRIVATE
    box = tmp_path / "box.mbox"
    mails = [
        MAIL.format(id=n, text=f"Number {n}\n\n>From the start\nFrom here") for n in range(1_200)
    ]
    box.write_text("".join(f"From carla@mail.example Fri Nov 20\n{m}\n" for m in mails))
    found, cursor, unread = everything(box)
    assert (len(found), unread) == (1_200, 0)
    assert "Number 7\n\nFrom the start\nFrom here" in found.values()
    assert everything(box, cursor)[0] == {}


def test_what_is_not_there_or_no_file_is_told_and_nothing_hangs(tmp_path: Path) -> None:
    missing = tmp_path / "none.csv"
    assert code(missing) == "no_such_place"
    assert code(missing / "below.csv") == "no_such_place"
    assert code(tmp_path) == "not_a_file"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
        assert code(tmp_path / "pipe.csv") == "not_a_file"
        assert code("/dev/zero") == "not_a_file"


def test_a_file_that_goes_away_and_comes_back_unchanged_is_not_told_twice(sheet: Path) -> None:
    cursor = listen(sheet).cursor
    sheet.unlink()
    assert code(sheet, cursor) == "no_such_place"
    sheet.write_text(CSV, encoding="utf-8")
    assert listen(sheet, cursor).heard == ()


def test_a_hundred_megabytes_are_refused_unread(tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(100_000_000)
    assert code(big) == "file_too_big"
    with pytest.raises(KnownError):
        disk.take(big)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 50, "not_a_table"),
        ("a.csv", bytes(range(256)) * 99, "not_a_table"),
        ("a.csv", b"Rank,Weight\n1,2\n3,4\n", "no_text"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert code(path) == expected
    if expected == "no_text":  # the very moment to choose a column
        assert look(str(path), Apart(), WALL).headings == ("Rank", "Weight")
        return
    with pytest.raises(KnownError) as caught:
        look(str(path), Apart(), WALL)
    assert caught.value.code == expected


def test_a_look_before_it_is_a_source(sheet: Path) -> None:
    seen = look(str(sheet), Apart(), WALL)
    assert seen.headings == ("Author", "Stars", "Review", "Date")
    assert seen.rows[0] == ("Carla", "1", "Stale bread", "20.11.2026")
    assert seen.columns == {"author": 0, "stars": 1, "text": 2, "date": 3}
    assert (seen.count, seen.divider, seen.day_first) == (2, ",", True)
    assert [one.text for one in seen.heard] == ["Stale bread", "Lovely cake"]
    chosen = look(str(sheet), Apart(), WALL, {"title_column": "Stars", "stars_column": ""})
    assert chosen.columns["title"] == 1


def test_in_the_worker_with_its_limits(sheet: Path) -> None:
    apart = WorkerApart()
    try:
        tools = Tools(NoWeb(), apart, WALL)
        german = sheet.with_name("deutsch.csv")
        german.write_bytes("Name;Sterne;Text\nJürgen;1;Trockenes Brot\n".encode("cp1252"))
        (heard,) = FileListener().listen(Place(str(german)), "", tools).heard
        assert (heard.author, heard.text) == ("Jürgen", "Trockenes Brot")
        assert look(str(german), apart, WALL).charset == "cp1252"
        quoted = sheet.with_name("quoted.csv")
        quoted.write_bytes(b"Author,Text\n" + b'"' * 19_000_000)
        wide = sheet.with_name("wide.csv")
        wide.write_bytes(b"Author,Text" + b"," * 19_000_000 + b"\nCarla,Cold\n")
        assert [one.text for one in FileListener().listen(Place(str(wide)), "", tools).heard] == [
            "Cold"
        ]
        assert len(FileListener().listen(Place(str(quoted)), "", tools).heard) <= 1
        assert len(FileListener().listen(Place(str(sheet)), "", tools).heard) == 2
    finally:
        apart.close()


def test_stopping(sheet: Path) -> None:
    box = sheet.with_suffix(".mbox")
    box.write_text(f"From a Fri\n{MAIL.format(id=1, text='x')}")
    tools = Tools(NoWeb(), Apart(), WALL, cancelled=lambda: True)
    with pytest.raises(KnownError) as caught:
        FileListener().listen(Place(str(box)), "", tools)
    assert caught.value.code == "cancelled"
