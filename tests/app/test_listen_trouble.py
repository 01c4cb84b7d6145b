"""What stands in the way of a source, what helps, and what is never believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.app.listening import listen, polling, remedies
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Account, PollState, Source, Takes
from calmreply.app.proving import trust
from calmreply.domain.journal import Whole
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench, Site

FEED = "https://news.example/feed"
NEW = "https://news.example/new"
LOGIN = b"<html>Sign in to the hotel</html>"


@pytest.fixture
def site(bench: Bench) -> Site:
    """A site that was heard well: one entry, an etag."""
    site = bench.listens()
    site.show("1")
    site.headers = {"etag": '"a"'}
    bench.poll()
    bench.clock.advance(minutes=6)
    return site


def in_its_turn(bench: Bench) -> listen.Polled:
    """Poll at the time of its turn."""
    next_at = bench.source.state.next_at
    assert next_at is not None
    bench.clock.advance(seconds=max((next_at - bench.clock.wall).total_seconds(), 0))
    return bench.poll()


# --- a page instead of the feed ------------------------------------------------------------


def test_a_login_page_in_the_way_is_passing_trouble_and_no_mention(
    bench: Bench, site: Site
) -> None:
    """A hotel's network answers with its own page, by a redirect that claims to be for good."""
    feed, site.body, site.moved_to = site.body, LOGIN, "https://hotel.example/"
    for _minute in range(2):
        polled = bench.poll()
        assert polled.error is not None
        assert polled.error.code == "not_a_feed_now"
        bench.clock.advance(minutes=1)
    assert len(bench.data.mentions) == 1
    source = bench.source
    assert (source.address, source.state.etag) == (FEED, '"a"')
    assert source.state.heard_at is not None
    assert not polling.needs_somebody(source)
    assert polling.remedy(source) is None
    site.body, site.moved_to = feed, None
    assert bench.poll().error is None
    assert bench.source.state.trouble == ""


def test_a_page_that_stays_needs_somebody(bench: Bench, site: Site) -> None:
    site.body = LOGIN
    for _round in range(3):
        in_its_turn(bench)
    assert polling.needs_somebody(bench.source)


def test_what_was_never_heard_needs_somebody_at_once(bench: Bench) -> None:
    site = bench.listens()
    site.body = LOGIN
    bench.poll()
    assert bench.source.state.trouble == "not_a_feed"
    assert polling.needs_somebody(bench.source)


def test_a_page_that_names_another_feed_offers_it(bench: Bench, site: Site) -> None:
    """The site was built anew; the old address shows its home page."""
    site.show("week-old", published=bench.clock.wall - timedelta(days=9))
    site.body, site.links = LOGIN, (NEW,)
    polled = bench.poll()
    assert polled.error is not None
    assert polled.error.words == (f"A page stands where the feed was. It names this feed: {NEW}")
    source = bench.source
    assert polling.needs_somebody(source)
    assert polling.remedy(source) == remedies.UseFeed(NEW)
    assert source.address == FEED, "nothing is taken over before somebody says so"
    changes = polling.use_found_feed(bench.home, source.id)
    assert changes.sources
    source = bench.source
    assert (source.address, source.state.trouble, polling.remedy(source)) == (NEW, "", None)
    assert listen.is_due(source, bench.clock.wall)
    assert (bench.poll().new, len(bench.data.cases)) == (1, 1), "the old ones ask for no answer"
    assert isinstance(trust.verify_journal(bench.home), Whole)


def test_a_feed_elsewhere_is_believed_only_when_the_page_stays(bench: Bench, site: Site) -> None:
    """A hotel's page may well name the hotel's own feed."""
    site.body, site.links = LOGIN, ("https://hotel.example/rss",)
    for _round in range(2):
        in_its_turn(bench)
        assert bench.source.state.trouble == "not_a_feed_now"
    assert all(asked[0] == FEED for asked in site.asked), "nor is it asked"
    in_its_turn(bench)
    assert polling.remedy(bench.source) == remedies.UseFeed("https://hotel.example/rss")


def test_a_named_feed_that_is_none_is_not_offered(bench: Bench, site: Site) -> None:
    named = (FEED, "https://news.example/also-a-page", "https://news.example/]", "")
    site.body = LOGIN
    site.discover = lambda body, headers, address: named  # type: ignore[method-assign]  # noqa: ARG005
    bench.poll()
    assert (bench.source.state.trouble, bench.source.state.found) == ("not_a_feed_now", "")


def test_a_feed_that_is_listened_to_already_is_not_offered(bench: Bench, site: Site) -> None:
    listen.add_source(bench.home, NEW)
    first, _second = listen.sources(bench.home)
    site.body, site.links = LOGIN, (NEW,)
    listen.poll(bench.home, first)
    assert polling.remedy(listen.find_source(bench.home, first.id)) is None


def test_there_is_no_feed_to_use_unless_one_was_found(bench: Bench, site: Site) -> None:
    assert site
    for source, code in ((bench.source.id, "nothing_found"), (SourceId("9"), "no_such_source")):
        with pytest.raises(KnownError) as refused:
            polling.use_found_feed(bench.home, source)
        assert refused.value.code == code


def test_the_found_feed_may_be_listened_to_by_now(bench: Bench, site: Site) -> None:
    site.body, site.links = LOGIN, (NEW,)
    bench.poll()
    first = bench.source
    listen.add_source(bench.home, NEW)
    with pytest.raises(KnownError) as refused:
        polling.use_found_feed(bench.home, first.id)
    assert refused.value.code == "source_exists"
    assert listen.find_source(bench.home, first.id) == first, "all of it or nothing"


def test_no_page_leads_into_the_own_network(bench: Bench, site: Site) -> None:
    """A source of the own network was allowed there, and not what its page names elsewhere."""
    asked: dict[str, bool] = {}
    get = site.get

    def watched(address: str, *, allow_private: bool = False, **more: Any) -> Any:
        asked[address] = allow_private
        return get(address, allow_private=allow_private, **more)

    site.get = watched  # type: ignore[method-assign]
    site.body, site.links = LOGIN, ("https://router.example/feed", NEW)
    site.discover = lambda body, headers, address: site.links  # type: ignore[method-assign]  # noqa: ARG005
    with bench.home.store.write() as tx:
        tx.move_source(bench.source.id, FEED, allow_private=True)
        tx.save_poll(bench.source.id, "News", replace(bench.source.state, failures=2))
    site.status = 200
    bench.poll()
    assert asked == {FEED: True, "https://router.example/feed": False}


def test_a_name_that_leads_home_is_the_network_and_not_the_site(bench: Bench, site: Site) -> None:
    """A network that wants a sign-in gives every name its own address: nothing to allow."""
    site.error = KnownError("private_address", "It is at home.", "Allow it.")
    bench.poll()
    assert bench.source.state.trouble == "led_away"
    assert "Allow" not in bench.source.state.way_out
    assert not polling.needs_somebody(bench.source)


def test_a_network_that_says_so_wants_a_sign_in(bench: Bench, site: Site) -> None:
    site.status = 511
    polled = bench.poll()
    assert polled.error is not None
    assert "wants you to sign in" in polled.error.words
    assert not polling.needs_somebody(bench.source)


def test_gone_once_is_not_gone(bench: Bench, site: Site) -> None:
    """A site under repair says 404 for a minute."""
    site.status = 404
    bench.poll()
    assert not polling.needs_somebody(bench.source)
    in_its_turn(bench)
    assert polling.needs_somebody(bench.source)
    assert polling.remedy(bench.source) == remedies.LookFor("https://news.example/")
    assert len(listen.sources(bench.home)) == 1, "nothing is removed by itself"


# --- what helps ----------------------------------------------------------------------------


def stands(kind: str, address: str, trouble: str, found: str = "") -> Source:
    state = PollState(trouble=trouble, failures=1, found=found)
    return Source(SourceId("1"), kind, address, "Somewhere", state=state)


@pytest.mark.parametrize(
    ("source", "helps"),
    [
        (stands("feed", FEED, "not_there"), remedies.LookFor("https://news.example/")),
        (stands("feed", "https://news.example/", "not_a_feed"), remedies.Remove()),
        (stands("feed", FEED, "private_address"), remedies.AllowOwnNetwork()),
        (replace(stands("feed", FEED, "private_address"), allow_private=True), remedies.AskAgain()),
        (stands("imap", "imap:a1/INBOX", "private_address"), remedies.AllowOwnNetwork()),
        (stands("imap", "imap:a1/INBOX", "no_such_place"), remedies.Remove()),
        (stands("imap", "imap:a1/INBOX", "sign_in_again"), remedies.SignIn("a1")),
        (stands("imap", "imap:a1/INBOX", "bad_settings"), remedies.SignIn("a1")),
        (stands("mastodon", "mastodon:a2/tag:x", "not_allowed"), remedies.SignIn("a2")),
        (stands("mastodon", "mastodon:/tag:x", "site_wants_sign_in"), remedies.AskAgain()),
        (stands("feed", FEED, "site_wants_sign_in"), remedies.OpenPage(FEED)),
        (stands("feed", FEED, "feed_moved", NEW), remedies.UseFeed(NEW)),
        (stands("feed", FEED, "brings_too_much"), remedies.ListenLess()),
        (replace(stands("feed", FEED, "brings_too_much"), takes=Takes.NAMED), remedies.Remove()),
        (stands("feed", FEED, ""), None),
        (stands("feed", FEED, "too_slow"), None),
    ],
)
def test_there_is_one_action(source: Source, helps: remedies.Remedy | None) -> None:
    assert polling.remedy(source) == helps
    assert polling.needs_somebody(source) == (helps is not None)


def test_one_source_and_no_other_is_let_into_the_own_network(bench: Bench, site: Site) -> None:
    """The mentions stay, there is a line for it, and a move to another host takes it back."""
    first = bench.source.id
    other = listen.add_source(bench.home, NEW)[0].source
    changes = polling.allow_own_network(bench.home, first)
    assert changes.sources
    private = {one.id: one.allow_private for one in listen.sources(bench.home)}
    assert private == {first: True, other: False}
    listen.remove_source(bench.home, other)
    assert listen.is_due(bench.source, bench.clock.wall)
    assert bench.poll().new == 0
    assert len(bench.data.mentions) == 1
    site.moved_to = "https://elsewhere.example/feed"
    in_its_turn(bench)
    assert (bench.source.address, bench.source.allow_private) == (site.moved_to, False)
    assert isinstance(trust.verify_journal(bench.home), Whole)


def test_a_place_that_names_a_time_is_not_asked_before_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench.home.store.write() as tx:
        tx.save_account(Account("a1", "told", {"host": "mail.example"}))
        tx.add_source(Source(SourceId(""), "told", "told:a1/x", "Told"))
    until = bench.clock.wall + timedelta(minutes=40)
    brought = Round("Told", (), "c", wait_until=until)
    monkeypatch.setattr("calmreply.app.listening.places.ask", lambda *_asked: brought)
    bench.poll()
    state = bench.source.state
    assert state.asked_to_wait
    assert state.next_at is not None
    assert until <= state.next_at <= until + timedelta(minutes=5)
    bench.clock.advance(hours=1)

    def refuse(*_asked: object) -> Round:
        raise KnownError("sign_in_again", "The password is wrong.", "Sign in again.")

    monkeypatch.setattr("calmreply.app.listening.places.ask", refuse)
    bench.poll()
    assert polling.remedy(bench.source) == remedies.SignIn("a1")
    assert bench.source.state.cursor == "c", "it goes on from there"
