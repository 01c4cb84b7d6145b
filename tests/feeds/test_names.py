"""Elements and attributes under the names that feedparser knows, and those that are passed over."""

from __future__ import annotations

import pytest

from calmreply.adapters.feeds.document import Document, read

ADDRESS = "https://shop.example/feed"
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="urn:other" xml:lang="de-AT"'
    ' xmlns:media="http://search.yahoo.com/mrss/"><entry><id>1</id>{inside}</entry></feed>'
)
RSS = (
    '<rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"{more}><channel>'
    "<item><guid>1</guid>{inside}</item></channel></rss>"
)


def document(body: str) -> Document:
    return read(body.encode(), {}, ADDRESS)


def row(body: str) -> list[object]:
    (found,) = document(body).rows
    return found


def test_what_an_element_that_is_passed_over_holds_is_nothing_of_the_entry() -> None:
    hidden = (
        "<b>x</b><title>no</title><item><title>none</title></item><description>no</description>"
    )
    inside = f"<category domain='a'>{hidden}</category><title>yes</title><slash:comments>3"
    found = row(
        RSS.format(inside=f"{inside}</slash:comments><description>good</description>", more="")
    )
    assert (found[2], found[4]) == ("yes", "good")


def test_inside_of_a_text_no_element_is_passed_over() -> None:
    inside = (
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Much <b>bread</b> and'
        " <category>much</category> <comments>butter</comments>, good.</p></div></content>"
    )
    assert row(ATOM.format(inside=inside))[4] == "Much bread and much butter, good."


def test_a_text_of_many_pieces_is_one_text() -> None:
    lines = "\n".join(f"line {number} &amp; <![CDATA[more]]>" for number in range(5_000))
    text = str(row(RSS.format(inside=f"<description>{lines}</description>", more=""))[4])
    assert text == "\n".join(f"line {number} & more" for number in range(5_000))


@pytest.mark.parametrize(
    ("inside", "stars"),
    [
        ('<rating max="5">4</rating>', [4.0, 5.0]),
        ('<rating x:best="10" value="7"/>', [7.0, 10.0]),
        (
            '<gd:rating xmlns:gd="http://schemas.google.com/g/2005" max="5" average="4.5"/>',
            [4.5, 5],
        ),
    ],
)
def test_attributes_are_found_with_and_without_a_prefix(inside: str, stars: list[float]) -> None:
    found = row(ATOM.format(inside=inside))
    assert (found[7], found[8]) == (stars, "de-AT")


def test_a_prefix_that_means_another_thing_later_on() -> None:
    inside = (
        '<y:creator xmlns:y="urn:nothing">Nobody</y:creator>'
        '<y:creator xmlns:y="http://purl.org/dc/elements/1.1/">Ana</y:creator>'
    )
    assert row(RSS.format(inside=inside, more=""))[3] == "Ana"


def test_any_userland_namespace_is_that_of_rss() -> None:
    body = RSS.format(inside="<title>a</title>", more=' xmlns="http://backend.userland.com/RSS2"')
    assert row(body)[2] == "a"


def test_texts_about_a_video_stand_in_a_group() -> None:
    inside = (
        "<title>a</title><media:group><media:description>Good.</media:description></media:group>"
    )
    assert row(ATOM.format(inside=inside))[4] == "Good."
