"""Ready searches: addresses made from names alone, places that their listeners take."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.adapters.channels.bluesky import Bluesky
from calmreply.adapters.channels.mastodon import Mastodon
from calmreply.app.listening import listen, searches
from calmreply.app.listening.searches import FeedAt, PageAt, PlaceAt, ready
from calmreply.app.ports.storage import Source, Takes
from calmreply.app.rules import settings
from calmreply.domain.mention import SourceId
from calmreply.domain.names import Name, NameKind, listened
from calmreply.errors import KnownError
from calmreply.testing.listeners import ScriptedListener

if TYPE_CHECKING:
    from tests.app.conftest import Bench

    from calmreply.app.ports.listeners import Listener

BUSINESS, PRODUCT, PERSON, COMPETITOR = NameKind
BAKERY = Name(BUSINESS, "Corner Bakery")
LOAF = Name(PRODUCT, "Sunday loaf", ("Sundayloaf", "Sonntagsbrot"), ("bread machine",))
KINDS: dict[str, Listener] = {"bluesky": Bluesky(), "mastodon": Mastodon()}


def asked(search: searches.Search) -> str:
    """What the address of a feed or a page asks for."""
    assert isinstance(search.way, FeedAt | PageAt)
    return parse_qs(urlsplit(search.way.address).query)["q"][0]


def test_the_own_business_comes_first_with_its_pages_to_claim() -> None:
    found = ready([LOAF, Name(COMPETITOR, "Loaf & Co"), BAKERY], KINDS)
    assert [one.name for one in found][:12] == [BAKERY] * 12
    whats = [one.what for one in found if one.name == BAKERY]
    assert whats == [
        "news",
        "blogs",
        "forum",
        "hashtag",
        "bluesky",
        "mastodon",
        "alert",
        *["claim"] * 5,
    ]
    assert sum(one.what == "claim" for one in found) == 5
    assert list(dict.fromkeys(one.name.kind for one in found)) == [BUSINESS, PRODUCT, COMPETITOR]


def test_spellings_and_excluding_words_are_asked_for() -> None:
    (news,) = (one for one in ready([LOAF], ()) if one.what == "news")
    assert asked(news) == '"Sunday loaf" OR "Sundayloaf" OR "Sonntagsbrot" -"bread machine"'
    assert [one.title for one in ready([LOAF], ()) if one.what == "hashtag"] == [
        "Hashtag #SundayLoaf",
        "Hashtag #Sonntagsbrot",
    ]


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("Corner Bakery", ("CornerBakery",)),
        ("Bäckerei Eck", ("BäckereiEck",)),
        ("McLoaf", ("McLoaf",)),
        ("Ana's Bakery", ("AnasBakery",)),
        ("O\u2019Brien\u2019s", ("OBriens",)),
        ("cornerbakery.example", ()),
        ("42 24", ()),
        ("&", ()),
        ("No", ()),
    ],
)
def test_hashtags_are_one_word(name: str, tags: tuple[str, ...]) -> None:
    assert searches.hashtags(Name(BUSINESS, name)) == tags


def test_a_person_s_name_is_no_hashtag_and_has_no_page() -> None:
    whats = {one.what for one in ready([Name(PERSON, "Ana Moreno")], KINDS)}
    assert whats == {"news", "blogs", "forum", "bluesky", "mastodon", "alert"}


@given(st.lists(st.text(min_size=1, max_size=300), max_size=3))
def test_whatever_the_name_only_https_addresses_come_of_it(lines: list[str]) -> None:
    names = listened("\n".join(lines))
    found = ready(names, KINDS)
    assert len({one.way for one in found}) == len(found)
    hosts = {urlsplit(one.way.address).hostname for one in ready([BAKERY], KINDS)
             if isinstance(one.way, FeedAt | PageAt)}  # fmt: skip
    for one in found:
        match one.way:
            case FeedAt(address) | PageAt(address):
                parts = urlsplit(address)
                assert parts.scheme == "https"
                assert parts.hostname in hosts
                assert address.isascii()
                assert address.isprintable()
                assert " " not in address
                assert len(address) < 3_000
            case PlaceAt(kind, said):
                assert KINDS[kind].what(dict(said)).startswith("search:")


def test_only_kinds_that_are_there_are_offered() -> None:
    assert not any(isinstance(one.way, PlaceAt) for one in ready([BAKERY], ()))


def test_what_is_listened_to_is_known() -> None:
    found = ready([BAKERY], KINDS)
    news = next(one for one in found if one.what == "news")
    sky = next(one for one in found if one.what == "bluesky")
    assert isinstance(news.way, FeedAt)
    sources = [
        Source(SourceId("1"), "feed", news.way.address, "News", Takes.ALL, False),
        Source(SourceId("2"), "bluesky", 'bluesky:7/search:"Corner Bakery"', "B", Takes.ALL, False),
        Source(SourceId("3"), "mastodon", "mastodon:8/tag:corner", "M", Takes.ALL, False),
    ]
    assert [one.what for one in found if searches.is_listened(one, sources)] == ["news", "bluesky"]
    assert searches.is_listened(sky, sources)


def test_a_home_s_names_and_sources_make_its_offers(bench: Bench) -> None:
    bench.home.listeners["bluesky"] = ScriptedListener("bluesky")  # type: ignore[index]  # the test's own
    assert searches.offered(bench.home) == ()
    settings.change(
        bench.home, None, {"business_name": "Corner Bakery", "names": "competitor: Loaf & Co"}
    )
    found = searches.offered(bench.home)
    assert [one.search for one in found] == list(
        ready([BAKERY, Name(COMPETITOR, "Loaf & Co")], ["bluesky"])
    )
    assert not any(one.listened for one in found)


def test_a_competitor_is_heard_where_everything_is_taken_and_names_nobody_of_ours(
    bench: Bench,
) -> None:
    settings.change(bench.home, None, {"names": "Blue Door - Sofia\ncompetitor: Loaf & Co"})
    site = bench.listens(takes=Takes.NAMED)
    site.show("1", "Loaf & Co is dear.")
    site.show("2", "The Blue Door hotel in Sofia.")
    site.show("3", "The blue door is dearer than Loaf & Co.")
    assert bench.poll().new == 1
    names = listen.listened_names(settings.read(bench.home, "names"), "")
    assert [one.name for one in names] == ["Blue Door", "Loaf & Co"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("product:", "A name is missing here"),
        ("Blue Door - door", "Its own excluding words stand in this name: Blue Door - door"),
    ],
)
def test_a_line_that_is_no_name_is_refused_with_a_sentence(
    bench: Bench, line: str, words: str
) -> None:
    with pytest.raises(KnownError, match=words) as refused:
        settings.change(bench.home, None, {"names": f"Corner Bakery\n\n{line}"})
    assert refused.value.code == "bad_value"
    assert settings.read(bench.home, "names") == ""
