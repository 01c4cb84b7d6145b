"""Reviews out of CSV files of every shape: charset, dividers, headings, dates, stars, keys."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.adapters.channels.files import reviews, table, values
from calmreply.adapters.channels.files.values import Order

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def read(data: str | bytes, columns: dict[str, str] | None = None, **other: Any) -> dict[str, Any]:
    raw = data.encode() if isinstance(data, str) else data
    about = {"columns": columns or {}, "now": NOW.timestamp(), "start": 0, "count": 1_000}
    return reviews.read(raw, about | other)


def rows(data: str | bytes, *names: str, columns: dict[str, str] | None = None) -> list[Any]:
    found = read(data, columns)["heard"]
    return [[row[name] for name in names] if len(names) > 1 else row[names[0]] for row in found]


def day(said: float | None) -> str:
    return "" if said is None else datetime.fromtimestamp(said, UTC).strftime("%Y-%m-%d %H:%M")


ENGLISH = """Reviewer,Star rating,Review,Date,Review URL,Platform,Location,Owner response
Carla,2/5,"Stale bread,
and ""late"" too",11/20/2026,https://maps.example/r/1,Google,Harbour,We are sorry about it
Dora,5/5,Lovely cake,03/04/2026,https://maps.example/r/2,Google,Mill,
"""
GERMAN = """Name;Bewertung;Kommentar;Datum;Filiale;Sprache
Jürgen;★★☆☆☆;Das Brot war alt… und trocken;20.11.2026 17:30;Hafen;de
Käthe;★★★★★;Schöner Kuchen;3. März 2026;Mühle;de_AT
"""


def test_an_english_export_with_everything() -> None:
    first, second = read(ENGLISH)["heard"]
    assert first["text"] == 'Stale bread,\nand "late" too'
    assert (first["author"], first["stars"], first["site"]) == ("Carla", [2.0, 5.0], "Google")
    assert (first["url"], first["place"]) == ("https://maps.example/r/1", "Harbour")
    assert [day(one["published"]) for one in (first, second)] == [
        "2026-11-20 12:00",
        "2026-03-04 12:00",  # the other row shows that the month comes first
    ]
    assert first["key"] == "https://maps.example/r/1"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"])
def test_a_german_export_in_any_charset(charset: str) -> None:
    text = GERMAN if charset != "cp1252" else GERMAN.replace("★★☆☆☆", "2").replace("★★★★★", "5")
    first, second = read(text.replace("\n", "\r\n").encode(charset))["heard"]
    assert (first["author"], first["text"]) == ("Jürgen", "Das Brot war alt… und trocken")
    assert (first["stars"], second["stars"]) == ([2.0, 5.0], [5.0, 5.0])
    assert [day(one["published"]) for one in (first, second)] == [
        "2026-11-20 17:30",
        "2026-03-03 12:00",
    ]
    assert (first["place"], second["language"]) == ("Hafen", "de-AT")


def test_no_heading_one_column_and_lines_above_the_table() -> None:
    bare = "Carla,20.11.2026,1/5,It was cold and it came an hour too late\n" * 1
    bare += "Dora,3.11.2026,5/5,The best cake I ever had in this town\n"
    assert rows(bare, "author", "text", "stars")[0] == [
        "Carla",
        "It was cold and it came an hour too late",
        [1.0, 5.0],
    ]
    listed = "Stale bread\nLovely cake\n"
    assert rows(listed, "text", columns={"text": "1"}) == ["Stale bread", "Lovely cake"]
    assert rows(f"Review\n{listed}", "text") == ["Stale bread", "Lovely cake"]
    above = f"Export of all reviews\n2026\n\n{ENGLISH}"
    assert rows(above, "author") == ["Carla", "Dora"]
    assert rows(f"sep=;\n{GERMAN}", "author") == ["Jürgen", "Käthe"]


def test_a_person_knows_better_than_the_guess() -> None:
    data = "A,B,C\nI hated it all,Carla,no\nIt was nice,Dora,yes\n"
    chosen = {"text": "c", "author": "2", "title": "A"}
    assert rows(data, "text", "author", "title", columns=chosen)[0] == [
        "no",
        "Carla",
        "I hated it all",
    ]
    assert read(data, {"text": "Z"}) == {"fault": "no_such_column", "name": "Z"}
    assert read(data, {"text": "4"})["fault"] == "no_such_column"
    assert read("Rank,Weight\n1,2\n3,4\n")["fault"] == "no_text"


def test_our_own_answers_are_nobodys_words() -> None:
    data = "Author,Rating,Reply text,Reply date\nCarla,1,We are so sorry about this,20.11.2026\n"
    (row,) = read(data)["heard"]
    assert (row["text"], row["published"]) == ("★☆☆☆☆", None)


def test_formulas_and_markup_are_only_text() -> None:
    data = (
        'Author,Text\n=1+1,"=HYPERLINK(""https://evil.example"",""x"")"\n'
        "@SUM(A1),<b>Cold</b><script>x()</script>\n+49 1,<img src=//evil.example/a>-2+3\n"
    )
    assert rows(data, "author", "text") == [
        ["=1+1", '=HYPERLINK("https://evil.example","x")'],
        ["@SUM(A1)", "Cold"],
        ["+49 1", "-2+3"],
    ]
    assert rows("Text,Link\nOne,javascript:alert(1)\nTwo,https://a:b@c.example\n", "url") == [
        None,
        None,
    ]


def test_a_row_is_the_same_wherever_it_stands_and_whatever_follows() -> None:
    head, *lines = GERMAN.splitlines()
    forward = read("\n".join([head, *lines]))
    backward = read("\n".join([head, *reversed(lines), lines[0], "", lines[1]]))
    assert {row["key"] for row in forward["heard"]} == {row["key"] for row in backward["heard"]}
    assert (len(backward["heard"]), backward["rows"]) == (2, 2)
    one_page = "Text,Link\nCold,https://shop.example\nLate,https://shop.example\n"
    assert len(set(rows(one_page, "key"))) == 2
    numbered = "Review ID,Text\n7,Cold\n8,Late\n"
    assert rows(numbered, "key") == ["id:7", "id:8"]
    assert rows(numbered.replace("Cold", "Warm"), "key") == ["id:7", "id:8"]


def test_what_was_used_before_stays_while_the_file_grows() -> None:
    small = "Guest,Their words\nCarla Smith,Stale bread and no smile at all\n"
    first = read(small)
    assert first["used"]["text"] == "Their words"
    grown = f"{small}Dora of the long and winding family name in the north,Ok\n" * 3
    again = read(grown, before=first["used"], keys=first["keys"])
    assert first["heard"][0]["key"] in {row["key"] for row in again["heard"]}
    other = read(ENGLISH, before=first["used"])
    assert [row["author"] for row in other["heard"]] == ["Carla", "Dora"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["20/11/2026", "03/04/2026"], "2026-04-03"),
        (["11/20/2026", "03/04/2026"], "2026-03-04"),
        (["01/02/2026 3:15 PM", "03/04/2026 9:00 AM"], "2026-03-04"),
        (["10/12/2025", "03/04/2026"], "2026-04-03"),
        (["10/11/2026", "03/12/2026"], "2026-03-12"),  # the other way lies ahead
        (["01.12.2025", "03.04.2026"], "2026-04-03"),
        (["11/2/2026", "11/3/2026"], "2026-11-03"),
        (["11/02/2026", "11/03/2026", "10/30/2026"], "2026-10-30"),
        (["02/11/2026", "03/11/2026", "05/11/2026"], "2026-11-05"),
        (["5/1/26", "5/2/26", "5/3/26", "5/4/26", "6/1/26", "06/02/26"], "2026-06-02"),
    ],
)
def test_the_whole_column_decides_what_a_date_means(cells: list[str], expected: str) -> None:
    order = values.order_of(cells, NOW)
    found = values.date(cells[-1], order)
    assert found is not None
    assert found.date().isoformat() == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-11-20", "2026-11-20 12:00"),
        ("2026-11-20T08:30:00Z", "2026-11-20 08:30"),
        ("2026-11-20 08:30:00.123456+02:00", "2026-11-20 06:30"),
        ("2026/11/20 08:30", "2026-11-20 08:30"),
        ("20.11.26", "2026-11-20 12:00"),
        ("20. November 2026, 8:30 Uhr", "2026-11-20 08:30"),
        ("20. Dez. 2025", "2025-12-20 12:00"),
        ("Nov 20, 2026, 12:05 AM", "2026-11-20 00:05"),
        ("November 20th, 2026 at 8:30 p.m.", "2026-11-20 20:30"),
        ("Fri, 20 Nov 2026 08:30:00 +0100", "2026-11-20 07:30"),
        ("1795163400", "2026-11-20 08:30"),
        ("1795163400000", "2026-11-20 08:30"),
        ("46346,5", "2026-11-20 12:00"),
        ("31.02.2026", ""),
        ("2026-13-01", ""),
        ("25:00", ""),
        ("12 Foo 2026", ""),
        ("0001-01-01", ""),
        ("99999999999999", ""),
        ("20.11.2026 25:99", ""),
        ("two weeks ago", ""),
    ],
)
def test_dates_in_many_forms(cell: str, expected: str) -> None:
    found = values.date(cell, Order.DAY_FIRST)
    assert day(found.timestamp() if found else None) == expected


@pytest.mark.parametrize(
    ("cell", "scale", "expected"),
    [
        ("5", 5, (5, 5)),
        ("4,5", 5, (4.5, 5)),
        ("4/5", 10, (4, 5)),
        ("3 von 5 Sternen", 5, (3, 5)),
        ("3 out of 10", 5, (3, 10)),
        ("★★★☆☆", 5, (3, 5)),
        ("⭐️⭐️", 5, (2, 5)),
        ("FOUR", 5, (4, 5)),
        ("ONE_STAR", 5, (1, 5)),
        ("80 %", 5, (80, 100)),
        ("0", 5, None),
        ("0/5", 5, (0, 5)),
        ("7/5", 5, None),
        ("5/0", 5, None),
        ("good", 5, None),
        ("-3", 5, None),
    ],
)
def test_stars_in_many_forms(cell: str, scale: float, expected: Any) -> None:
    assert values.stars(cell, scale) == expected


def test_the_column_tells_the_scale_of_bare_numbers() -> None:
    assert rows("Rating,Text\n5,a b c\n3,d e f\n", "stars") == [[5, 5], [3, 5]]
    assert rows("Rating,Text\n9,a b c\n3,d e f\n", "stars") == [[9, 10], [3, 10]]
    assert rows("Rating (1-10),Text\n5,a b c\n3,d e f\n", "stars") == [[5, 10], [3, 10]]


EXPORTS: dict[str, dict[str, Any]] = {
    # headings and one row as the big sites and shop programs write them, and what is to be found
    "Created Date (UTC),Review Consumer User Id,Review Username,Review User Email,Reference Id,"
    "Review Title,Review Content,Review Stars,Company Reply,Company Reply Date (UTC)\n"
    "2026-11-20T12:00:00Z,5f1,Carla,c@mail.example,A-1,Bread,It was cold,1,Sorry,2026-11-21": {
        "contact": "c@mail.example"
    },
    "Review date;Guest name;Reservation number;Review title;Positive review;Negative review;"
    "Review score;Staff;Property reply\n"
    "2026-11-20 12:00:00;Carla;123;Bread;Nice staff;It was cold;1/5;10;": {
        "text": "+ Nice staff\n- It was cold"
    },
    "title,body,rating,review_date,reviewer_name,reviewer_email,product_id,reply,picture_urls\n"
    "Bread,It was cold,1,2026-11-20 12:00:00 UTC,Carla,c@m.example,77,,https://x.example/1.png": {
        "url": None
    },
    "comment_ID,comment_post_ID,comment_author,comment_author_email,comment_author_url,"
    "comment_date,comment_date_gmt,comment_content,comment_title,comment_stars\n"
    "5,1,Carla,c@m.example,https://c.example,2026-11-20 13:00:00,2026-11-20 12:00:00,"
    "It was cold,Bread,1": {"key": "id:5", "url": None},
    "reviewId,reviewerName,starRating,comment,createTime,updateTime,title\n"
    "Ab1,Carla,ONE,It was cold,2026-11-20T12:00:00Z,2026-11-21T12:00:00Z,Bread": {"key": "id:Ab1"},
    "Datum;Titel;Text;Bewertung;Reisetyp;Benutzername;Managementantwort\n"
    "20.11.2026;Bread;It was cold;1;Familie;Carla;Vielen Dank": {},
    "Zeitstempel,Wie zufrieden waren Sie? (1-5),Was war nicht gut bei uns?,Ihr Name,Titel\n"
    "20.11.2026 12:00:00,1,It was cold,Carla,Bread": {},
    "Date,User,City,Rating,Review Text,Review URL,Title\n"
    '11/20/2026,Carla,Kiel,1,"It was cold",https://y.example/a?r=1,Bread': {
        "url": "https://y.example/a?r=1"
    },
}


@pytest.mark.parametrize("data", EXPORTS)
def test_exports_as_they_come(data: str) -> None:
    (row,) = read(data)["heard"]
    expected: dict[str, Any] = {
        "author": "Carla",
        "title": "Bread",
        "text": "It was cold",
        "stars": [1, 5],
    }
    expected |= EXPORTS[data]
    assert {name: row[name] for name in expected} == expected
    assert day(row["published"]) == "2026-11-20 12:00"


# --- any shape at all ----------------------------------------------------------------------

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=40)
WORDS = st.text(st.sampled_from("abcäöüß ,;|\t\"'=\n"), min_size=1, max_size=60).filter(str.strip)


@given(
    texts=st.lists(WORDS, min_size=1, max_size=12, unique_by=lambda one: " ".join(one.split())),
    divider=st.sampled_from(",;\t|"),
    charset=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    always=st.booleans(),
    headings=st.sampled_from([("Author", "Rating", "Review"), ("Autor", "Sterne", "Kommentar")]),
)
def test_what_is_written_is_read(
    texts: list[str],
    divider: str,
    charset: str,
    end: str,
    headings: tuple[str, ...],
    *,
    always: bool,
) -> None:
    sheet = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL
    writer = csv.writer(sheet, delimiter=divider, quoting=quoting, lineterminator="\n")
    writer.writerow(headings)
    for number, text in enumerate(texts):
        writer.writerow([f"Guest {number}", number % 5 + 1, text])
    found = read(sheet.getvalue().replace("\n", end).encode(charset))
    assert [row["author"] for row in found["heard"]] == [f"Guest {n}" for n in range(len(texts))]
    assert [row["text"].split() for row in found["heard"]] == [one.split() for one in texts]
    assert [row["stars"][0] for row in found["heard"]] == [n % 5 + 1 for n in range(len(texts))]
    assert len({row["key"] for row in found["heard"]}) == len(texts)


@given(st.binary(max_size=400) | CELL.map(str.encode))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    found = read(data)
    assert "fault" in found or found["rows"] >= len(found["heard"])
    reviews.preview(data, {"columns": {}, "now": NOW.timestamp()})


@given(st.lists(st.lists(CELL, max_size=6), max_size=8))
def test_no_table_breaks_the_matcher(cells: list[list[str]]) -> None:
    sheet = io.StringIO()
    csv.writer(sheet).writerows(cells)
    found = read(sheet.getvalue())
    for row in found.get("heard", ()):
        assert row["text"]
        assert row["key"]


FEW = st.sampled_from(["", "1", "5", "Carla", "https://shop.example/a", "20.11.2026", "x" * 30])


@given(st.lists(st.lists(FEW, min_size=5, max_size=5), max_size=12), st.sampled_from(["id", "Id2"]))
def test_no_two_rows_share_a_key(cells: list[list[str]], number: str) -> None:
    sheet = io.StringIO()
    csv.writer(sheet).writerows([[number, "author", "stars", "text", "link"], *cells])
    found = read(sheet.getvalue()).get("heard", [])
    assert len({row["key"] for row in found}) == len(found)
    backward = io.StringIO()
    csv.writer(backward).writerows([[number, "author", "stars", "text", "link"], *cells[::-1]])
    again = read(backward.getvalue()).get("heard", [])
    assert {row["key"] for row in again} == {row["key"] for row in found}


def test_stars_that_nobody_signed_may_be_given_twice() -> None:
    data = "Date,Rating,Name,Text\n20.11.2026,5,,\n20.11.2026,5,,\n20.11.2026,5,Carla,\n" * 2
    assert len(rows(data, "key")) == 5
    product = "product_id,Text\n7,Cold\n7,Late\n"
    assert len(set(rows(product, "key"))) == 2
    assert len(set(rows(product.replace("product_id", "id"), "key"))) == 2


@given(st.dates(date(1990, 1, 2), date(2069, 1, 1)))
def test_a_day_comes_back_in_every_form(when: Any) -> None:
    forms = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%d %b %Y", "%B %d, %Y", "%d.%m.%y"]
    for form in forms:
        if form == "%d.%m.%y" and when.year < 1970:
            continue
        found = values.date(when.strftime(form), Order.DAY_FIRST)
        assert found is not None, form
        assert found.date() == when
        assert found - timedelta(hours=12) == datetime.combine(when, time(), UTC)


# --- out to do harm ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "empty"),
        (b"\0" * 5_000, "empty"),
        (b"\xef\xbb\xbf \n\n", "empty"),
        (b"Author,Text\n", "empty"),
        (b"PK\x03\x04" + b"x" * 100, "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4, "binary"),
        (bytes(range(256)) * 40, "binary"),
    ],
)
def test_what_is_no_table_is_named(data: bytes, fault: str) -> None:
    assert read(data) == {"fault": fault}


def test_single_nuls_are_dropped_and_lose_nothing() -> None:
    data = b"Author,Text\nCar\0la,Stale\0 bread and much more of it to read\nDora,Late\n"
    assert rows(data, "author", "text")[0] == ["Carla", "Stale bread and much more of it to read"]


def test_a_million_columns_and_a_line_without_end() -> None:
    wide = "Author,Text" + ",x" * 1_000_000 + "\nCarla,Stale bread" + "," * 1_000_000 + "\n"
    assert rows(wide, "author", "text") == [["Carla", "Stale bread"]]
    long = "Author,Text\nCarla," + "a" * 5_000_000 + "\nDora,Late\n"
    assert rows(long, "author") == ["Carla", "Dora"]


@pytest.mark.parametrize("quotes", ['"', '"""', '"' * 100_001, '","' * 30_000])
def test_quotes_that_never_close_swallow_no_other_row(quotes: str) -> None:
    many = "".join(f"Guest {n},Words of guest {n}\n" for n in range(2_000))
    found = read(f"Author,Text\nCarla,{quotes}open\n{many}", count=3_000)
    authors = {row["author"] for row in found["heard"]}
    assert {f"Guest {n}" for n in range(2_000)} <= authors


def test_a_stray_quote_swallows_nothing_up_to_the_next_one() -> None:
    data = 'Author,Stars,Text\nCarla,1,"open\nDora,2,Late\nEwa,3,Cold\nFay,4,"well, closed"\n'
    assert rows(data, "author") == ["Carla", "Dora", "Ewa", "Fay"]
    careless = 'Author,Stars,Text\nCarla,1,"It was "cold",\nand late"\nDora,2,"Nice\n""cake"""\n'
    assert rows(careless, "author", "stars")[::1] == [["Carla", [1, 5]], ["Dora", [2, 5]]]


def test_a_file_of_nothing_but_open_quotes_is_read_in_time() -> None:
    data = "Author,Text\n" + 'Carla,"open "a\n' * 60_000
    assert read(data)["rows"] == 1
    assert read("Author,Text\n" + '"' * 3 + "a\n" * 100_000)["rows"] <= 3


def test_a_huge_table_is_cut_not_refused() -> None:
    found = table.read(b"a,b\n" * (table.MOST_ROWS + 5))
    assert (len(found.rows), found.more) == (table.MOST_ROWS, True)
