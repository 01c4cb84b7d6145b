"""What is read without an account, and who may stand in the own network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from calmreply.adapters.channels.wordpress import WordPress
from calmreply.app.listening import listen
from calmreply.app.ports import Download, FeedEntry, ParsedFeed
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.testing.listeners import ScriptedListener
from calmreply.testing.ports import NoWeb

if TYPE_CHECKING:
    from tests.app.conftest import Bench

COMMENTS = "https://shop.example/comments/feed/"


@dataclass
class Town(NoWeb):
    """Sites by address: a page's links, or None for a feed."""

    pages: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    asked: list[tuple[str, bool]] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)  # feeds without an entry

    def get(self, address: str, *, allow_private: bool = False, **_more: object) -> Download:
        self.asked.append((address, allow_private))
        status = 200 if address in self.pages else 404
        return Download(address, address, status, {}, address.encode())

    def parse(self, body: bytes, _headers: Mapping[str, str], address: str) -> ParsedFeed:
        if self.pages[body.decode()] is not None:
            raise KnownError("not_a_feed", f"{address} is a page.", "Look for its feed.")
        told = FeedEntry("1", None, "", "Dora", "Lovely.", None)
        empty = body.decode() in self.silent
        return ParsedFeed("Comments", None, () if empty else (told,))

    def discover(self, body: bytes, _headers: Mapping[str, str], _address: str) -> tuple[str, ...]:
        return self.pages[body.decode()] or ()


@pytest.fixture
def town(bench: Bench) -> Town:
    town = Town()
    bench.home = replace(
        bench.home,
        web=town,
        feeds=town,
        listeners={"wordpress": WordPress(), "box": ScriptedListener()},
    )
    return town


@pytest.mark.parametrize("named", [True, False])
def test_published_comments_are_found_from_the_site_s_address(
    bench: Bench, town: Town, *, named: bool
) -> None:
    feed = "https://shop.example/de/comments/feed/" if named else COMMENTS
    links = ("https://shop.example/feed/", "https://evil.example/comments/feed/", feed)
    town.pages = {"https://shop.example": links if named else (), feed: None}
    assert listen.public_kind(bench.home, "wordpress", None)
    real, _feed = listen.try_public(bench.home, "wordpress", "shop.example")
    assert real == feed
    assert not any("evil" in address for address, _private in town.asked)


def test_the_feed_of_comments_is_taken_as_it_is(bench: Bench, town: Town) -> None:
    below = f"{COMMENTS}comments/feed/"
    town.pages = {COMMENTS: None, below: None}
    town.silent = {below}
    assert listen.try_public(bench.home, "wordpress", COMMENTS)[0] == COMMENTS
    article = "https://shop.example/2026/hello-world"
    town.pages |= {f"{article}/feed/": None, f"{article}/comments/feed/": None}
    town.silent |= {f"{article}/comments/feed/"}
    assert listen.try_public(bench.home, "wordpress", f"{article}/feed/")[0] == COMMENTS
    town.silent |= {COMMENTS}  # a site that nobody has commented on yet
    assert listen.try_public(bench.home, "wordpress", "https://shop.example/comments/feed/")[0]


def test_where_there_is_none_it_says_so(bench: Bench, town: Town) -> None:
    town.pages = {"https://shop.example": ()}
    with pytest.raises(KnownError) as caught:
        listen.try_public(bench.home, "wordpress", "https://shop.example")
    assert caught.value.code == "nothing_found"
    with pytest.raises(KnownError) as caught:
        listen.try_public(bench.home, "box", "https://shop.example")
    assert caught.value.code == "account_needed"


def test_with_an_account_it_is_asked_by_that(bench: Bench, town: Town) -> None:
    assert town is not None
    with bench.home.store.write() as tx:
        tx.save_account(Account("a1", "wordpress", {}))
    assert not listen.public_kind(bench.home, "wordpress", None)
    assert not listen.public_kind(bench.home, "box", None)


def test_only_the_host_that_was_allowed_may_be_private(bench: Bench, town: Town) -> None:
    """A page in the own network names a feed of another host, which nobody allowed."""
    page, other, own = "http://nas.example/", "http://router.example/feed", "http://nas.example/rss"
    town.pages = {page: (other, own), other: ("x",), own: None}
    added, _changes = listen.add_source(bench.home, page, allow_private=True)
    assert town.asked == [(page, True), (other, False), (own, True)]
    assert (added.feed, bench.source.allow_private) == (own, True)


def test_what_a_private_page_leads_to_elsewhere_is_not_allowed_to_be(
    bench: Bench, town: Town
) -> None:
    page, other = "http://nas.example/", "https://blog.example/feed"
    town.pages = {page: (other,), other: None}
    listen.add_source(bench.home, page, allow_private=True)
    assert (bench.source.address, bench.source.allow_private) == (other, False)
