"""What is neither a table of reviews nor mails is refused in one sentence with a way out."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.adapters.channels.files import reviews
from calmreply.adapters.channels.files.listener import FileListener
from calmreply.adapters.channels.files.preview import look
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import Place, Round
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess, NoWeb

if TYPE_CHECKING:
    from pathlib import Path

WALL = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPML = '<?xml version="1.0"?>\n<opml version="2.0"><body><outline xmlUrl="https://a.example/f"/>'
PROSE = """Dear all, thanks for coming to the meeting on Monday.

We talked about the bread, the cake, and the weather, which was bad.
Carla will bring chairs, Dora the soup
Next time, as ever, on 20.11.2026, at noon
"""
MAIL = "From: Carla <carla@mail.example>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\nCold bread\n"


def listen(path: Path, cursor: str = "", **said: str) -> Round:
    what = FileListener().what({"path": str(path), **said})
    return FileListener().listen(Place(what), cursor, Tools(NoWeb(), InThisProcess(), WALL))


def refused(path: Path, cursor: str = "") -> KnownError:
    with pytest.raises(KnownError) as caught:
        listen(path, cursor)
    return caught.value


@pytest.mark.parametrize(
    ("name", "data", "code", "way_out"),
    [
        ("notes.txt", "hello", "not_a_table", "whose first line names the columns"),
        ("notes.txt", "hello\n", "not_a_table", "a mail (.eml, .mbox)"),
        ("shopping.txt", "Milk\nEggs\nBread\n", "not_a_table", "names the columns"),
        ("todo.txt", "Notes\n20.11.2026\n21.11.2026\n", "not_a_table", "names the columns"),
        ("minutes.txt", PROSE, "not_a_table", "names the columns"),
        ("trip.txt", f"From Paris with love\n\n{PROSE}", "not_a_table", "names the columns"),
        ("list.opml", OPML, "list_of_feeds", "calmreply source import"),
        ("list.xml", f"<!-- mine -->\n{OPML[22:]}", "list_of_feeds", 'under "Listening"'),
        ("list.csv", OPML.encode("utf-16"), "list_of_feeds", "calmreply source import"),
        ("page.csv", "<!DOCTYPE html><p>Author,Text\nCarla,Cold", "not_a_table", "CSV"),
        ("a.csv", '[{"author": "Carla",\n"text": "Cold"}]', "not_a_table", "CSV"),
        ("a.eml", "hello", "not_a_mail", ".eml"),
        ("a.eml", "Author,Text\nCarla,Cold\n\nFrom: here", "not_a_mail", ".eml"),
        ("a.mbox", "From here to there\n\nhello\n", "not_a_mail", ".mbox"),
        ("scan.pdf", b"%PDF-1.7\n1 0 obj\nAuthor,Text\n", "not_a_table", "save it as CSV"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_a_table", "save it as CSV"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "not_a_table", "save it as CSV"),
        ("a.ods", b"PK\x03\x04" + bytes(range(99)), "not_a_table", "save the sheet as CSV"),
        ("a.docx", b"PK\x03\x04" + bytes(range(99)), "not_a_table", "save it as CSV"),
    ],
)
def test_it_is_refused_alike_when_tried_and_when_looked_at(
    tmp_path: Path, name: str, data: str | bytes, code: str, way_out: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    error = refused(path)
    assert (error.code, way_out in error.way_out) == (code, True), error.way_out
    assert name in error.words
    with pytest.raises(KnownError) as looked:
        look(str(path), InThisProcess(), WALL)
    assert (looked.value.code, looked.value.words) == (code, error.words)


def test_a_packed_file_is_to_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("reviews.csv", "Author,Text\nCarla,Cold\n")
    assert refused(path).way_out.startswith("Unpack it")


@pytest.mark.parametrize(
    "table",
    [
        "Item,Price\nCroissant with butter,2\nRye bread,4\n",
        "Name,Email,Street\nCarla,c@mail.example,12 Harbour Road\n",
        "Date,Customer,Product,Price\n2026-11-20,Carla,Croissant with butter,2\n",
        "Title,Address\nThe Loaf-er of Bristol,https://loafer.example/a/long/way/to/it\n",
        "Carla,Bristol\nDora,Kiel\n",
    ],
)
def test_a_table_of_something_else_is_left_to_a_person(tmp_path: Path, table: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(table)
    assert refused(path).code == "no_text"
    assert len(look(str(path), InThisProcess(), WALL).headings) > 1, "to choose one of them"
    assert listen(path, text_column="2").heard


@pytest.mark.parametrize(
    "table",
    [
        "Review\nhello\n",
        "Guest,Points,Remark\nCarla,2,No candles\n",
        "Gast;Anmerkung\nCarla;Das Brot war leider gar nicht mehr frisch\n",
        "Carla,20.11.2026,1/5,It was cold and it came an hour too late\n",
        "sep=;\nAuthor;Text\nCarla;=1+1\n",
        "Author,Rating\nCarla,2\n",
    ],
)
def test_a_table_of_reviews_is_taken_as_ever(tmp_path: Path, table: str) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(table)
    (heard,) = listen(path).heard
    assert heard.text


def test_mails_are_known_by_their_heads_and_not_by_their_names(tmp_path: Path) -> None:
    mail, box, late = (tmp_path / name for name in ("one.EML", "saved.txt", "late.eml"))
    mail.write_bytes(b"\xef\xbb\xbf" + MAIL.replace("\n", "\r\n").encode())
    box.write_text(f"From carla\nX-Odd: 1\n\nNo head\n\nFrom dora\n{MAIL}")
    late.write_text(f"X-Long: {'x' * 200_000}\n{MAIL}")
    for path in (mail, box, late):
        assert any("Cold bread" in one.text for one in listen(path).heard)
    marked = tmp_path / "marked.mbox"
    marked.write_bytes(b"\xef\xbb\xbf" + f"From carla\n{MAIL}".encode())
    assert [one.author for one in listen(marked).heard] == ["Carla"]


def test_what_was_listened_to_before_stays_so_where_its_columns_are_known(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Stale bread\nLovely cake\n")
    about: dict[str, Any] = {"columns": {}, "now": WALL.timestamp(), "start": 0, "count": 9}
    assert reviews.read(path.read_bytes(), about)["fault"] == "no_table"
    known = reviews.read(path.read_bytes(), about | {"before": {"text": "1"}, "keys": "digest"})
    assert [one["text"] for one in known["heard"]] == ["Stale bread", "Lovely cake"]
    gone = reviews.read(b"hello", about | {"before": {"text": "Review", "stars": "3"}})
    assert gone["fault"] == "no_table"


def test_what_was_good_once_is_read_again_once_it_is_good_again(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    good = "Author,Stars,Review\nCarla,1,Stale bread\n"
    path.write_text(good)
    first = listen(path)
    for bad in ("hello", OPML, "%PDF-1.4 x", "PK\x03\x04"):
        path.write_text(bad)
        assert refused(path, first.cursor).code in ("not_a_table", "list_of_feeds")
    path.write_text(f"{good}Dora,5,Lovely cake\n")
    assert {one.key for one in first.heard} < {one.key for one in listen(path, first.cursor).heard}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("Wer;Wann;Was;Sterne\nCarla;20.11.2026;Kalt.;2\n", ("Carla", "Kalt.", 2)),
        ("Verfasser,Bewertung,Kommentar,Datum\nCarla,2,Kalt.,20.11.2026\n", ("Carla", "Kalt.", 2)),
        ("Was;Kommentar;Wer;Sterne\nKuchen;Kalt.;Carla;2\n", ("Carla", "Kalt.", 2)),
        ("Nom;Date de l'avis;Note;Avis\nCarla;20/11/2026;2;Froid.\n", ("Carla", "Froid.", 2)),
        (
            (
                "Horodateur,Titre de l'avis,Avis,Nom du client,Nombre d'étoiles,Réponse\n"
                "20/11/2026,Pain,Froid.,Carla,2,Merci beaucoup de votre message\n"
            ),
            ("Carla", "Froid.", 2),
        ),
        ("Quién;Cuándo;Qué;Estrellas\nCarla;20/11/2026;Frío.;2\n", ("Carla", "Frío.", 2)),
        (
            "Fecha de publicación,Nombre,Reseña,Calificación\n20/11/2026,Carla,Frío.,2\n",
            ("Carla", "Frío.", 2),
        ),
    ],
)
def test_columns_by_their_german_french_and_spanish_names(
    tmp_path: Path, table: str, expected: tuple[str, str, float]
) -> None:
    path = tmp_path / "avis.csv"
    path.write_text(table, encoding="utf-8")
    (one,) = listen(path).heard
    assert one.stars is not None
    assert (one.author, one.text, one.stars.given) == expected
    if "20" in table.splitlines()[1]:
        assert one.published == WALL.replace(day=20)
