"""What the owner is told of new mentions, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.app.listening import brought, listen, polling, telling
from calmreply.app.listening.telling import Notice, tell
from calmreply.app.ports import FeedEntry
from calmreply.app.rules import settings
from calmreply.domain.mention import Heard, Origin

if TYPE_CHECKING:
    from tests.app.conftest import Bench, Site

    from calmreply.domain.mention import Mention


@pytest.fixture
def site(bench: Bench) -> Site:
    return bench.listens()


@pytest.fixture
def town(bench: Bench, site: Site) -> Bench:
    """A home that listens to one feed, told of nothing yet."""
    assert site
    settings.change(bench.home, None, {"hours": "1-7 00:00-24:00"})
    assert tell(bench.home)[0] is None
    return bench


def hear(bench: Bench, site: Site, *texts: str, days: int = 0) -> None:
    wall = bench.clock.read().wall - timedelta(days=days)
    site.entries = [
        FeedEntry(f"k{text}", None, "", "Kim", text, wall - timedelta(minutes=1)) for text in texts
    ]
    for source in listen.sources(bench.home):
        polling.poll(bench.home, source)


def told(bench: Bench) -> Notice | None:
    return tell(bench.home)[0]


def test_the_rest_is_gathered_and_told_once(town: Bench, site: Site) -> None:
    hear(town, site, "Cold soup", "Late again")
    assert told(town) is None
    town.clock.advance(minutes=20)
    hear(town, site, "And another")
    assert told(town) is None
    town.clock.advance(minutes=11)
    assert told(town) == Notice(3)
    town.clock.advance(minutes=60)
    assert told(town) is None


def test_what_is_urgent_is_told_at_once_even_at_night(town: Bench, site: Site) -> None:
    settings.change(town.home, None, {"hours": "1-7 00:00-00:01"})
    hear(town, site, "Cold soup")
    town.clock.advance(minutes=60)
    assert told(town) is None, "outside the opening hours"
    hear(town, site, "My daughter is ALLERGIC to nuts, we are at the hospital")
    assert told(town) == Notice(2, urgent=1)
    hear(town, site, "A pressing matter", "Courteous staff")
    assert told(town) is None, "whole words only"


def test_outside_the_opening_hours_it_waits_for_them(town: Bench, site: Site) -> None:
    settings.change(town.home, None, {"hours": "1-7 08:00-18:00", "zone": "UTC", "tell": "at_once"})
    hour = town.clock.read().wall.hour
    town.clock.advance(hours=(22 - hour) % 24)
    hear(town, site, "Cold soup")
    assert told(town) is None
    town.clock.advance(hours=10)
    assert told(town) == Notice(1)
    settings.change(town.home, None, {"quiet": "no"})
    town.clock.advance(hours=14)
    hear(town, site, "Late again")
    assert told(town) == Notice(1)


def test_who_wants_no_notices_gets_none_later_either(town: Bench, site: Site) -> None:
    settings.change(town.home, None, {"tell": "no"})
    hear(town, site, "The police came")
    assert told(town) is None
    settings.change(town.home, None, {"tell": "at_once"})
    assert told(town) is None
    hear(town, site, "Cold soup")
    assert told(town) == Notice(1)


def test_edits_and_what_somebody_brought_in_are_no_news(town: Bench, site: Site) -> None:
    settings.change(town.home, None, {"tell": "at_once"})
    brought.add_mention(town.home, Heard("x", "Lee", "An injury", Origin.PASTE))
    assert told(town) is None
    hear(town, site, "Cold soup")
    assert told(town) == Notice(1)
    site.entries = [FeedEntry("kCold soup", None, "", "Kim", "An injury", town.clock.read().wall)]
    polling.poll(town.home, listen.sources(town.home)[0])
    assert told(town) is None


def test_what_was_there_before_and_what_is_older_is_not_told(bench: Bench, site: Site) -> None:
    settings.change(bench.home, None, {"tell": "at_once", "hours": "1-7 00:00-24:00"})
    hear(bench, site, "Long ago", days=30)
    hear(bench, site, "Police")
    assert told(bench) is None, "heard before anybody looked"
    hear(bench, site, "Cold soup")
    assert told(bench) == Notice(1)


def test_very_many_are_enough(town: Bench, site: Site) -> None:
    settings.change(town.home, None, {"tell": "at_once"})
    hear(town, site, *(f"text {n}" for n in range(telling.MOST + 50)))
    assert told(town) == Notice(telling.MOST)
    assert told(town) is None


def test_whoever_asks_again_reads_only_what_is_new(
    town: Bench, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of rounds bring something each, and after each of them it is asked for."""
    heard: list[str] = []
    looked: telling.Looked | None = None
    read: list[str] = []
    counted = telling._counted

    def watched(news: telling.Looked, mention: Mention, *about: Any) -> telling.Looked:
        read.append(mention.now.text)
        return counted(news, mention, *about)

    monkeypatch.setattr(telling, "_counted", watched)
    for number in range(12):
        heard.append(f"text {number}")
        hear(town, site, *heard)
        notice, looked = tell(town.home, looked)
        assert notice is None
        assert sorted(read) == sorted(heard), "each of them once"
        whole = tell(town.home)[1]
        assert whole == looked, "and it comes to the same as looking through all of it"
        del read[-len(heard) :]
    settings.change(town.home, None, {"urgent_words": "text"})
    assert tell(town.home, looked)[0] == Notice(12, urgent=12), "other words, another look"
    assert tell(town.home, looked) == tell(town.home), "it was told: what is left over is not again"


def test_what_was_edited_before_anybody_was_told_is_news_still(town: Bench, site: Site) -> None:
    settings.change(town.home, None, {"tell": "at_once"})
    hear(town, site, "Cold soup")
    site.entries = [FeedEntry("kCold soup", None, "", "Kim", "Colder", town.clock.read().wall)]
    polling.poll(town.home, listen.sources(town.home)[0])
    assert told(town) == Notice(1)
