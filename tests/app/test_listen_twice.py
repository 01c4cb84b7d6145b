"""A feed that leads to one which is listened to already: told, and nothing of it is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.app.conftest import Site

from calmreply.app.listening import listen, polling, remedies
from calmreply.app.proving import trust
from calmreply.app.words import wording_remedies
from calmreply.domain.journal import Whole

if TYPE_CHECKING:
    from tests.app.conftest import Bench

    from calmreply.app.ports import Download
    from calmreply.app.ports.storage import Source

OLD = "https://old.example/feed"
TOWN = "https://town.example/feed"


class Redirects(Site):
    """`leads` has the address at which each ends up; `for_good`: by permanent redirects."""

    def __init__(self) -> None:
        super().__init__()
        self.leads: dict[str, str] = {}
        self.for_good = True

    def get(self, address: str, **more: Any) -> Download:
        got = super().get(address, **more)
        real = self.leads.get(address, address)
        moved = real if real != address and self.for_good else None
        return replace(got, address=real, moved_to=moved)


@pytest.fixture
def site(bench: Bench) -> Redirects:
    """`Old talk`, which was heard well with one entry, and after it `Town talk`."""
    site = Redirects()
    bench.home = replace(bench.home, web=site, feeds=site)
    site.title = "Old talk"
    listen.add_source(bench.home, OLD)
    site.show("old")
    listen.poll(bench.home, source_at(bench, OLD))
    site.title = "Town talk"
    listen.add_source(bench.home, TOWN)
    site.show("town")
    bench.clock.advance(minutes=6)
    return site


def source_at(bench: Bench, address: str) -> Source:
    return listen.find_source(bench.home, address)


@pytest.mark.parametrize("for_good", [True, False])
@pytest.mark.parametrize(
    "leads_to", [TOWN, "https://www.town.example/feed/", "http://town.example/feed?utm_source=x"]
)
def test_a_feed_that_leads_to_another_source_stores_nothing(
    bench: Bench, site: Redirects, leads_to: str, *, for_good: bool
) -> None:
    before = len(bench.data.mentions)
    site.leads, site.for_good = {OLD: leads_to}, for_good
    polled = listen.poll(bench.home, source_at(bench, OLD))
    assert polled.failed
    assert (polled.title, polled.new, polled.changed) == ("Old talk", 0, 0)
    source = source_at(bench, OLD)
    assert (source.title, source.address) == ("Old talk", OLD), "its name and address stay its own"
    assert len(bench.data.mentions) == before
    helps = polling.remedy(source)
    assert helps == remedies.Remove()
    assert wording_remedies.sentence(source, helps) == (
        "This feed has moved to one that you listen to already: Town talk."
    )
    assert source.state.way_out == "Stop listening to this one; what it brought stays."
    town = source_at(bench, TOWN)
    assert not town.state.trouble
    assert listen.poll(bench.home, town).new == 2, "the other one is heard as ever"
    assert isinstance(trust.verify_journal(bench.home), Whole)


def test_once_it_answers_itself_again_it_is_well_by_itself(bench: Bench, site: Redirects) -> None:
    site.leads = {OLD: TOWN}
    listen.poll(bench.home, source_at(bench, OLD))
    site.leads, site.title = {}, "Old talk"
    site.show("newer")
    polled = listen.poll(bench.home, source_at(bench, OLD))
    assert (polled.error, polled.new) == (None, 2)
    state = source_at(bench, OLD).state
    assert (state.trouble, state.failures) == ("", 0)


def test_what_had_taken_the_other_feed_before_is_told_without_a_change(
    bench: Bench, site: Redirects
) -> None:
    """An answer that holds what it held at the last round is no reason to say nothing."""
    town = source_at(bench, TOWN)
    listen.remove_source(bench.home, town.id)
    site.leads, site.for_good = {OLD: TOWN}, False
    assert listen.poll(bench.home, source_at(bench, OLD)).error is None
    site.leads = {}
    listen.add_source(bench.home, TOWN)
    site.leads = {OLD: TOWN}
    for status in (200, 304):
        site.status = status
        error = listen.poll(bench.home, source_at(bench, OLD)).error
        assert error is not None
        assert error.code == "listened_twice"


def test_two_spellings_of_one_address_do_not_silence_each_other(
    bench: Bench, site: Redirects
) -> None:
    """Both lead to one of them: that one listens on, and only the other is too much."""
    www, real = "https://www.town.example/feed/", "https://town.example/feed.xml"
    listen.add_source(bench.home, www)
    site.leads = {TOWN: www}
    twice = listen.poll(bench.home, source_at(bench, TOWN)).error
    assert twice is not None
    assert listen.poll(bench.home, source_at(bench, www)).error is None
    # What is neither is followed by the first, and the second is told.
    site.leads = {TOWN: real, www: real}
    assert listen.poll(bench.home, source_at(bench, TOWN)).error is None
    assert source_at(bench, real).title == "Town talk"
    assert listen.poll(bench.home, source_at(bench, www)).failed


def test_another_spelling_of_its_own_address_is_followed(bench: Bench, site: Redirects) -> None:
    site.leads = {OLD: "https://www.old.example/feed/"}
    assert listen.poll(bench.home, source_at(bench, OLD)).error is None
    assert source_at(bench, "https://www.old.example/feed/").title == "Town talk"


def test_an_error_page_at_the_other_address_is_said_as_such(bench: Bench, site: Redirects) -> None:
    site.leads, site.status = {OLD: TOWN}, 404
    listen.poll(bench.home, source_at(bench, OLD))
    assert source_at(bench, OLD).state.trouble == "not_there"
