"""Listening: what a source may do, and what becomes of it. Nothing is lost, doubled or made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from calmreply.app import facts, queries
from calmreply.app.cases import judge
from calmreply.app.ledger import MentionsHeard, SourceChanged, fact_of
from calmreply.app.listening import intake, listen, polling
from calmreply.app.ports.storage import Scope, Takes
from calmreply.app.proving import trust
from calmreply.app.rules import settings
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId, Mention, SourceId, Stars
from calmreply.domain.policy import Feeling
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.app.conftest import Bench, Site

    from calmreply.app.ports import ParsedFeed


@pytest.fixture
def site(bench: Bench) -> Site:
    return bench.listens()


def mentions(bench: Bench) -> list[Mention]:
    return list(bench.data.mentions.values())


def lines(bench: Bench, kind: str) -> list[object]:
    with bench.home.store.read() as tx:
        return [fact_of(written) for written in tx.lines(kinds=(kind,))]


def minutes_to_next(bench: Bench) -> float:
    next_at = bench.source.state.next_at
    assert next_at is not None
    return (next_at - bench.clock.wall) / timedelta(minutes=1)


def about(minutes: float, found: float) -> bool:
    """So many minutes, give or take what keeps everybody from coming at once."""
    return 0.85 * minutes <= found <= 1.15 * minutes


# --- what comes in -------------------------------------------------------------------------


def test_at_the_first_round_what_is_older_than_a_week_asks_for_no_answer(
    bench: Bench, site: Site
) -> None:
    now = bench.clock.wall
    site.show("old", published=now - timedelta(days=7, seconds=1))
    site.show("week", published=now - timedelta(days=7))
    site.show("undated", published=None)
    site.show("future", published=now + timedelta(days=2))
    assert bench.poll().new == 4
    by_text = {one.url: one for one in mentions(bench)}
    assert by_text["https://news.example/old"].case is None
    others = [one for url, one in by_text.items() if url != "https://news.example/old"]
    assert all(one.case is not None for one in others)
    assert len(queries.mention_ids(bench.home, queries.overview(bench.home))) == 4
    with bench.home.store.read() as tx:
        assert tx.count(Scope.OLDER) == 1
    for one in others:
        page = queries.case_page(bench.home, one.case or CaseId(""))
        assert page.first_word.began <= now, "nobody waits since a time to come"


def test_later_rounds_take_old_entries_for_new(bench: Bench, site: Site) -> None:
    """A site that writes a wrong date, or brings an entry late, is still answered."""
    bench.poll()
    site.show("late", published=bench.clock.wall - timedelta(days=30))
    assert bench.poll().new == 1
    assert mentions(bench)[0].case is not None


def test_polling_again_makes_no_doubles_and_writes_nothing(bench: Bench, site: Site) -> None:
    site.show("1")
    site.show("2", "Lovely cake.")
    assert (bench.poll().new, bench.poll().new, bench.poll().changed) == (2, 0, 0)
    before = len(bench.data.lines)
    bench.poll()
    assert len(bench.data.lines) == before
    assert len(mentions(bench)) == 2


def test_an_edited_entry_is_a_new_version_and_stops_whoever_read_the_old_one(
    bench: Bench, site: Site
) -> None:
    ana = bench.person("Ana")
    site.show("1", "Stale.", stars=(1.0, 5.0))
    bench.poll()
    case = CaseId("1")
    judge.read_all(bench.home, ana, case)
    judge.say_feeling(bench.home, ana, case, Feeling.CALM)
    bench.write(ana, case, "Dear Robin, ...")
    site.show("1", "Stale, and nobody cared.")
    assert bench.poll().changed == 1
    (mention,) = mentions(bench)
    assert [one.text for one in mention.versions] == ["Stale.", "Stale, and nobody cared."]
    assert mention.now.stars == Stars(1.0, 5.0)
    assert "mention_changed" in bench.kinds(case)
    judge.read_all(bench.home, ana, case)
    assert "mention_changed" not in bench.kinds(case)
    assert bench.poll().changed == 0
    assert isinstance(trust.verify_journal(bench.home), Whole)


def test_the_same_words_with_another_date_or_link_are_no_change(bench: Bench, site: Site) -> None:
    site.show("1", "Stale.")
    bench.poll()
    site.show("1", "Stale.", published=bench.clock.wall, link="https://news.example/moved")
    assert bench.poll().changed == 0


@pytest.mark.parametrize("stars", [(6.0, 5.0), (-1.0, 5.0), (0.0, 0.0)])
def test_impossible_stars_are_none(bench: Bench, site: Site, stars: tuple[float, float]) -> None:
    site.show("1", stars=stars)
    bench.poll()
    assert mentions(bench)[0].now.stars is None


def test_only_what_names_us(bench: Bench) -> None:
    site = bench.listens(takes=Takes.NAMED)
    site.show("1", "The Corner Bakery has stale bread.")
    site.show("2", "Somebody else's bread.")
    assert bench.poll().new == 0, "no name is known yet"
    settings.change(bench.home, None, {"business_name": "Corner Bakery", "names": "Bäckerei Eck"})
    site.show("3", "Zur backerei eck gehe ich nie mehr.")
    assert bench.poll().new == 2
    assert {one.url for one in mentions(bench)} == {
        "https://news.example/1",
        "https://news.example/3",
    }


def test_who_sends_the_same_again_is_not_read_again(
    bench: Bench, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many sites send all of it each time; and some of them send much."""
    read: list[bytes] = []
    parse = site.parse

    def counted(body: bytes, headers: Mapping[str, str], address: str) -> ParsedFeed:
        read.append(body)
        return parse(body, headers, address)

    monkeypatch.setattr(site, "parse", counted)
    site.show("1")
    assert (bench.poll().new, len(read)) == (1, 1)
    heard_at = bench.source.state.heard_at
    bench.clock.advance(minutes=10)
    site.headers = {"etag": "again"}
    assert (bench.poll().error, len(read)) == (None, 1)
    assert bench.source.state.heard_at != heard_at, "it answered"
    bench.poll()
    assert site.asked[-1][1] == "again", "what it says of itself meanwhile is kept"
    site.error = KnownError("too_slow", "It was slow.", "Wait.")
    assert bench.poll().failed
    site.error = None
    assert (bench.poll().failed, len(read)) == (False, 1)
    site.headers = {"content-type": "text/xml; charset=latin-1"}
    assert (bench.poll().new, len(read)) == (0, 2), "the same bytes, to be read in another way"
    site.show("1", "Staler.")
    assert (bench.poll().changed, len(read)) == (1, 3)


def test_another_name_to_listen_for_has_all_entries_looked_at_again(bench: Bench) -> None:
    site = bench.listens(takes=Takes.NAMED)
    site.headers = {"etag": "1"}
    site.show("1", "The Corner Bakery has stale bread.")
    bench.poll()
    bench.poll()
    assert site.asked[-1][1] == "1"
    settings.change(bench.home, None, {"names": "Corner Bakery"})
    assert bench.poll().new == 1
    assert site.asked[-1][1] is None, "else it would say that nothing is new"


def test_many_entries_come_in_batches_oldest_first(bench: Bench, site: Site) -> None:
    start = bench.clock.wall - timedelta(days=1)
    count = 2 * intake.BATCH + 1
    for number in reversed(range(count)):
        site.show(str(number), f"No {number}", published=start + timedelta(seconds=number))
    assert bench.poll().new == count
    texts = [one.now.text for one in mentions(bench)]
    assert texts == [f"No {number}" for number in range(count)]
    told = [fact for fact in lines(bench, "mentions_heard") if isinstance(fact, MentionsHeard)]
    assert [len(fact.mentions) for fact in told] == [intake.BATCH, intake.BATCH, 1]
    assert isinstance(trust.verify_journal(bench.home), Whole)


def test_the_rules_at_the_time_hold_a_mention(bench: Bench, site: Site) -> None:
    site.show("1")
    bench.poll()
    settings.change(bench.home, None, {"wait_complaint_calm": "45"})
    site.show("2")
    bench.poll()
    with bench.home.store.read() as tx:
        known = [facts.load(bench.home, tx, CaseId(case)) for case in ("1", "2")]
    assert [one.facts.rules_at_start.complaint.calm for one in known] == [20, 45]
    assert [one.rules.complaint.calm for one in known] == [45, 45]


# --- what a site may answer ----------------------------------------------------------------


def test_unchanged(bench: Bench, site: Site) -> None:
    site.show("1")
    site.headers = {"etag": '"a"', "last-modified": "Tue, 17 Nov 2026 10:00:00 GMT"}
    bench.poll()
    site.status, site.headers = 304, {}
    bench.clock.advance(minutes=5)
    polled = bench.poll()
    assert (polled.new, polled.error) == (0, None)
    assert site.asked[-1][1:] == ('"a"', "Tue, 17 Nov 2026 10:00:00 GMT")
    assert bench.source.state.etag == '"a"', "the next round may be unchanged, too"
    assert bench.source.state.heard_at == bench.clock.wall
    assert about(5, minutes_to_next(bench))


def test_unchanged_before_anything_was_seen_is_no_answer(bench: Bench, site: Site) -> None:
    site.status = 304
    polled = bench.poll()
    assert polled.error is not None
    assert bench.source.state.heard_at is None, "what comes next is still the first round"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "site_wants_sign_in"),
        (403, "site_wants_sign_in"),
        (404, "not_there"),
        (410, "not_there"),
        (429, "site_busy"),
        (500, "site_trouble"),
        (503, "site_busy"),
    ],
)
def test_an_error_is_kept_with_its_sentence_and_goes_away(
    bench: Bench, site: Site, status: int, code: str
) -> None:
    site.show("1")
    site.headers = {"etag": '"a"'}
    bench.poll()
    site.status = status
    polled = bench.poll()
    assert polled.error is not None
    assert polled.error.code == code
    state = bench.source.state
    assert (state.trouble, state.failures, state.etag) == (code, 1, '"a"')
    assert str(status) in state.words
    assert state.way_out
    site.status = 200
    assert bench.poll().error is None
    assert (bench.source.state.trouble, bench.source.state.failures) == ("", 0)
    assert len(mentions(bench)) == 1


def test_it_comes_back_later_each_time_and_never_later_than_an_hour(
    bench: Bench, site: Site
) -> None:
    site.status = 500
    waits = []
    for _round in range(12):
        bench.poll()
        waits.append(minutes_to_next(bench))
        bench.clock.advance(minutes=waits[-1])
    expected = [5, 10, 20, 40, *[60] * 8]
    assert all(about(*pair) for pair in zip(expected, waits, strict=True))
    assert len(set(waits)) > 4, "no two the same"
    assert max(waits) <= 60
    assert bench.source.state.failures == 12
    site.status = 200
    bench.poll()
    assert about(5, minutes_to_next(bench))


def test_asking_before_its_turn_makes_nothing_worse(bench: Bench, site: Site) -> None:
    """Whoever presses F5 ten times over has not seen it fail ten times."""
    site.show("1")
    bench.poll()
    site.status = 500
    bench.poll()
    turn = bench.source.state.next_at
    for _time in range(9):
        bench.clock.advance(seconds=10)
        bench.poll()
    state = bench.source.state
    assert (state.failures, state.next_at) == (1, turn)
    assert not polling.needs_somebody(bench.source)


NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("120", 2),
        (format_datetime(NOW + timedelta(hours=2), usegmt=True), 120),
        ("Wed, 18 Nov 2026 11:00:00 -0000", 60),
        ("Wed, 18 Nov 2026 12:00:00 +0100", 60),
        ("99999999999999999999", 24 * 60),
        ("Fri, 31 Dec 9999 23:59:59 -1200", 24 * 60),
    ],
)
def test_asked_to_wait(bench: Bench, site: Site, said: str, minutes: int) -> None:
    site.status, site.headers = 429, {"retry-after": said}
    bench.poll()
    assert bench.source.state.asked_to_wait
    assert minutes <= minutes_to_next(bench) <= min(1.15 * minutes, minutes + 5)
    asked = len(site.asked)
    bench.clock.advance(minutes=minutes, seconds=-1)
    waiting = bench.poll()
    assert waiting.waiting
    assert waiting.error is None
    assert len(site.asked) == asked, "nobody asks before the time, not even by hand"
    bench.clock.advance(minutes=minutes_to_next(bench))
    site.status, site.headers = 200, {}
    assert not bench.poll().waiting
    assert not bench.source.state.asked_to_wait


@pytest.mark.parametrize("said", ["", "0", "soon", "-5", "²", "Wed, 99 Nov 2026 11:00:00 GMT"])
def test_a_wait_that_means_nothing(bench: Bench, site: Site, said: str) -> None:
    site.status, site.headers = 429, {"retry-after": said}
    bench.poll()
    assert not bench.source.state.asked_to_wait
    assert about(5, minutes_to_next(bench))


def test_moved_for_good(bench: Bench, site: Site) -> None:
    site.show("1")
    bench.poll()
    site.moved_to = "https://new.example/feed"
    assert bench.poll().new == 0, "the same entries under a new address are the same"
    assert bench.source.address == "https://new.example/feed"
    assert isinstance(moved := lines(bench, "source_changed")[-1], SourceChanged)
    assert (moved.what, moved.address) == ("moved", "https://new.example/feed")
    site.moved_to = None
    bench.poll()
    assert site.asked[-1][0] == "https://new.example/feed"


def test_moved_to_where_we_listen_already(bench: Bench, site: Site) -> None:
    bench.poll()
    listen.add_source(bench.home, "https://new.example/feed")
    site.moved_to = "https://new.example/feed"
    first, _second = listen.sources(bench.home)
    error = listen.poll(bench.home, first).error
    assert error is not None
    assert error.code == "listened_twice"
    assert [one.address for one in listen.sources(bench.home)] == [
        "https://news.example/feed",
        "https://new.example/feed",
    ]


def test_a_feed_cut_off_keeps_what_it_brought_and_is_asked_for_whole(
    bench: Bench, site: Site
) -> None:
    site.show("1", published=bench.clock.wall)
    site.cut_off, site.headers = True, {"etag": '"half"'}
    polled = bench.poll()
    assert polled.new == 1
    assert polled.error is not None
    assert not polled.failed
    assert (bench.source.state.trouble, bench.source.state.etag) == ("feed_cut_off", None)
    site.cut_off = False
    site.show("old", published=bench.clock.wall - timedelta(days=8))
    polled = bench.poll()
    assert (polled.new, polled.error, bench.source.state.trouble) == (1, None, "")
    assert mentions(bench)[-1].case is None, "the first whole round is the first round"


@pytest.mark.parametrize("code", ["no_such_host", "tls", "too_big", "feed_crashed", "empty_feed"])
def test_what_goes_wrong_on_the_way_is_the_sources_trouble(
    bench: Bench, site: Site, code: str
) -> None:
    site.error = KnownError(code, "It did not work.", "Try later.")
    polled = bench.poll()
    assert polled.error is site.error
    assert (bench.source.state.words, bench.source.state.way_out) == (
        "It did not work.",
        "Try later.",
    )


def test_stopped_in_the_middle_nothing_is_held_against_the_source(bench: Bench, site: Site) -> None:
    site.show("1")
    before = bench.source
    polled = listen.poll(bench.home, before, lambda: True)
    assert polled.error is not None
    assert polled.error.code == "cancelled"
    assert bench.source == before


def test_removed_while_it_is_asked(bench: Bench, site: Site) -> None:
    site.show("1")
    source = bench.source

    def remove() -> None:
        listen.remove_source(bench.home, source.id)

    site.during = remove
    polled = listen.poll(bench.home, source)
    assert polled.error is not None
    assert polled.error.code == "no_such_source"
    assert mentions(bench) == []
    site.status = 500
    site.during = None
    assert listen.poll(bench.home, source).error is not None, "nor is its trouble kept"


def test_taken_out_and_added_again_makes_no_doubles(bench: Bench, site: Site) -> None:
    site.show("1")
    bench.poll()
    listen.remove_source(bench.home, bench.source.id)
    assert listen.sources(bench.home) == ()
    listen.add_source(bench.home, "https://news.example/feed")
    assert bench.poll().new == 0
    assert len(mentions(bench)) == 1


# --- the clock -----------------------------------------------------------------------------


def test_an_answer_confirms_the_clock(bench: Bench, site: Site) -> None:
    site.outside_time = bench.clock.wall + timedelta(minutes=2)
    bench.poll()
    boot = bench.data.boots[-1]
    assert boot.confirmed is not None
    assert abs(boot.wall_at(bench.clock.ticks) - site.outside_time) < timedelta(seconds=1)


def test_an_answer_of_another_time_confirms_nothing(bench: Bench, site: Site) -> None:
    site.outside_time = bench.clock.wall + timedelta(hours=2)
    bench.poll()
    assert bench.data.boots[-1].confirmed is None


def test_a_clock_set_back_does_not_silence_a_source(bench: Bench, site: Site) -> None:
    """Polled while the clock stood in another year: the schedule does not wait for that year."""
    assert site
    bench.clock.step_wall(timedelta(days=3 * 365))
    bench.poll()
    bench.clock.step_wall(-timedelta(days=3 * 365))
    assert listen.is_due(bench.source, bench.clock.wall)
    bench.poll()
    assert not listen.is_due(bench.source, bench.clock.wall)
    bench.clock.advance(minutes=5.75)
    assert listen.is_due(bench.source, bench.clock.wall)


# --- adding a source -----------------------------------------------------------------------


def test_a_page_leads_to_its_feed(bench: Bench) -> None:
    site = bench.listens()
    site.body, site.links = b"<html>", ("https://news.example/rss",)
    site.show("1")
    added, changes = listen.add_source(bench.home, "news.example")
    assert (added.feed, added.found) == ("https://news.example/rss", 1)
    assert changes.sources
    assert site.asked[-2][0] == "https://news.example"
    assert mentions(bench) == []


def test_a_page_whose_first_feed_is_gone_leads_to_the_second(bench: Bench) -> None:
    site = bench.listens()
    good = "https://news.example/good"
    site.body, site.links = b"<html>", (good,)
    discovered = ("https://news.example/gone", good)
    site.discover = lambda body, headers, address: discovered  # type: ignore[method-assign]  # noqa: ARG005
    added, _changes = listen.add_source(bench.home, "https://news.example/")
    assert added.feed == good


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("news.example/feed", "https://news.example/feed"),
        (" http://news.example/feed\n", "http://news.example/feed"),
        ("feed://news.example/f", "https://news.example/f"),
        ("feed:https://news.example/f", "https://news.example/f"),
        ("FEED:http://news.example/f", "http://news.example/f"),
    ],
)
def test_addresses_as_people_type_them(bench: Bench, typed: str, asked: str) -> None:
    site = bench.listens()
    listen.try_page(bench.home, typed)
    assert site.asked[-1][0] == asked


def test_what_cannot_be_listened_to_is_refused_and_not_kept(bench: Bench, site: Site) -> None:
    site.status = 404
    with pytest.raises(KnownError) as error:
        listen.add_source(bench.home, "https://gone.example")
    assert error.value.code == "not_there"
    site.status, site.body = 200, b"<html>"
    with pytest.raises(KnownError, match="is a page"):
        listen.add_source(bench.home, "https://page.example")
    with pytest.raises(KnownError) as error:
        listen.add_place(bench.home, "carrier pigeon")
    assert error.value.code == "no_such_kind"
    assert len(listen.sources(bench.home)) == 1


def test_the_same_address_twice(bench: Bench, site: Site) -> None:
    assert site
    with pytest.raises(KnownError) as error:
        listen.add_source(bench.home, "news.example/feed")
    assert error.value.code == "source_exists"
    with pytest.raises(KnownError) as error:
        listen.remove_source(bench.home, SourceId("9"))
    assert error.value.code == "no_such_source"
