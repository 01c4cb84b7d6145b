"""All addresses of one page have one spelling, and two pages never share one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calmreply.app.listening.address import canonical, host

PAGE = "https://bakery-news.example/2026/bread"
SAME = (
    "http://bakery-news.example/2026/bread",
    "https://www.bakery-news.example/2026/bread/",
    "HTTPS://WWW.Bakery-News.example:443/2026/bread",
    "https://m.bakery-news.example/2026/bread",
    "https://bakery-news.example/2026/bread?utm_source=feed&utm_medium=rss&UTM_Campaign=x",
    "https://bakery-news.example/2026/bread?fbclid=IwAR0x",
    "https://bakery-news.example/2026/bread?gclid=1&mc_cid=2&ref=home",
    "https://bakery-news.example/2026/bread#top",
    "https://bakery-news.example/2026/bread#xtor=RSS-1",
    "https://bakery-news.example/2026/bread#:~:text=two%20hours",
    "https://bakery-news.example/2026/bread/amp/",
    "https://bakery-news.example/2026/bread?amp=1",
    "https://bakery-news.example/2026/%62read",
    "https://kim:secret@bakery-news.example./2026/bread",
    "  https://bakery-news.example/2026/bread \n",
    "https://www.google.com/url?rct=j&sa=t&url=https://bakery-news.example/2026/bread&ct=ga&usg=A",
    "https://www.google.co.uk/url?q=http%3A%2F%2Fwww.bakery-news.example%2F2026%2Fbread%3Futm_id%3D1",
    "https://www.google.de/amp/s/www.bakery-news.example/2026/bread",
    "https://bakery--news-example.cdn.ampproject.org/c/s/bakery-news.example/2026/bread/amp",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fbakery-news.example%2F2026%2Fbread&h=AT0",
    "https://google.com/url?url=https://google.com/url%3Furl%3Dhttps://bakery-news.example/2026/bread",
)
OTHERS = (
    "https://bakery-news.example/2026/Bread",
    "https://bakery-news.example/2026/bread-and-butter",
    "https://bakery-news.example/2026/bread?page=2",
    "https://bakery-news.example/2026/bread#comment-17",
    "https://bakery-news.example/2026/bread#comment-18",
    "https://bakery-news.example/#!/2026/bread",
    "https://bakery-news.example:8443/2026/bread",
    "https://shop.bakery-news.example/2026/bread",
    "https://bakery-news.example/2026%2Fbread",
    "https://bakery-news.example",
    "https://google.example/url?url=https://bakery-news.example/2026/bread",
    "ftp://bakery-news.example/2026/bread",
)


@pytest.mark.parametrize("url", SAME)
def test_one_page(url: str) -> None:
    assert canonical(url) == PAGE


def test_other_pages_stay_others() -> None:
    spelt = [canonical(url) for url in (PAGE, *OTHERS)]
    assert len(set(spelt)) == len(spelt)


def test_the_order_of_parameters_does_not_matter() -> None:
    assert canonical("https://a.example/?b=2&a=1") == canonical("http://a.example?a=1&b=2&utm_x=3")
    assert canonical("https://a.example/?a=1") != canonical("https://a.example/?a=2")


@pytest.mark.parametrize(
    "no_address",
    [
        "",
        "no address",
        "mailto:kim@a.example",
        "http://",
        "http://[::1",
        "https://a.example:99999/",
    ],
)
def test_what_is_no_address_stays(no_address: str) -> None:
    assert canonical(no_address) == no_address
    assert host(no_address) == ""


def test_short_hosts_are_no_mobile_ones() -> None:
    assert canonical("https://m.example/a") == "https://m.example/a"
    assert host(canonical("https://www.m.news.example/a")) == "news.example"


pieces = st.sampled_from(
    ["www.", "m.", "amp.", "a.example", "google.com", "/", "url", "?", "&", "=", "#", "%", "%41",
     "%2525", "utm_a", "url=", "https://", "http://", "amp", ":80", ":", "[", "]", "@", ".", " ",
     "\t", "\ud800", "\u00e4", "\u212a", "\u0130", "x", "7", ";", "+", "~", "\\", "/amp/s/"]
)  # fmt: skip
addresses = st.lists(pieces, max_size=14).map("".join)


@given(st.one_of(addresses.map("https://".__add__), addresses, st.text(max_size=60)))
@example("https://a.example/%%341")
@example("https://www.google.com/url?url=https://www.google.com/url?url=https://a.example/")
def test_a_spelling_is_its_own(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once
