"""A feed that brings more than anybody can read, from the socket to the data file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from calmreply.app.cases import judge
from calmreply.app.home import BUSINESS_NAME, Home
from calmreply.app.listening import listen, polling, remedies
from calmreply.app.persons import people
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Source, Takes
from calmreply.app.proving import beside, trust
from calmreply.domain import flood
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId, Heard, Origin
from calmreply.errors import KnownError
from calmreply.testing.listeners import ScriptedListener

if TYPE_CHECKING:
    from tests.app.conftest import Bench

ITEM = (
    "<item><guid>{key}</guid><title>{key}</title><pubDate>{date}</pubDate>"
    "<description>{text}</description></item>"
)
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{}</channel></rss>'
FEW_NEW, FEW_CHANGED = 30, 20
PASSPHRASE = "twelve letters and more"


class Feed:
    """What a site shows: by key when it was said, and its words."""

    def __init__(self, server: HTTPServer, bench: Bench, home: Home) -> None:
        self.bench, self.home = bench, home
        self.items: dict[str, tuple[datetime, str]] = {}
        self.bodies = 0
        self.cut = False
        server.expect_request("/feed").respond_with_handler(self._serve)
        self.address = server.url_for("/feed")

    def say(self, *keys: str, text: str = "Bread.") -> None:
        """The later in `keys`, the newer."""
        for number, key in enumerate(keys):
            at = self.bench.clock.wall - timedelta(hours=1) + timedelta(seconds=number)
            self.items[key] = (self.items.get(key, (at, ""))[0], text)

    def poll(self, **later: float) -> polling.Polled:
        self.bench.clock.advance(**(later or {"minutes": 5}))
        return polling.poll(self.home, self.source)

    @property
    def source(self) -> Source:
        (source,) = listen.sources(self.home)
        return source

    def versions(self) -> dict[str, list[str]]:
        with self.home.store.read() as tx:
            return {one.key: [v.text for v in one.versions] for one, _case in tx.mentions()}

    def in_order(self) -> bool:
        assert [*beside.differences(self.home)] == []
        return isinstance(trust.verify_journal(self.home), Whole)

    def _serve(self, request: Request) -> Response:
        items = [
            ITEM.format(key=key, date=format_datetime(at), text=text)
            for key, (at, text) in self.items.items()
        ]
        whole = FEED.format("".join(items))
        if self.cut:
            whole = whole[: whole.rindex("<guid>")]
        tag = f'"{hash(whole)}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status=304, headers={"etag": tag})
        self.bodies += 1
        return Response(whole, headers={"etag": tag}, content_type="application/rss+xml")


@pytest.fixture
def feed(bench: Bench, real_home: Home, httpserver: HTTPServer) -> Feed:
    return Feed(httpserver, bench, real_home)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that a test reaches soon."""
    monkeypatch.setattr(flood, "MOST_NEW", FEW_NEW)
    monkeypatch.setattr(flood, "MOST_CHANGED", FEW_CHANGED)
    monkeypatch.setattr(flood, "MOST_AT_A_PLACE", FEW_NEW)


@pytest.fixture
def listening(feed: Feed) -> Callable[..., Feed]:
    def begin(*keys: str) -> Feed:
        feed.say(*keys)
        listen.add_source(feed.home, feed.address, allow_private=True)
        assert feed.poll().new == len(keys)
        return feed

    return begin


def test_what_changes_at_each_look(listening: Callable[..., Feed]) -> None:
    """Two thousand changed entries every poll: told in a sentence, bounded, and none forgotten."""
    keys = [f"{number}" for number in range(2_000)]
    feed = listening(*keys)
    for look in range(4):
        feed.say(*keys, text=f"Bread {look}.")
        polled = feed.poll()
        assert (polled.changed, polled.failed) == (0 if look else flood.MOST_CHANGED, False)
        assert polled.error is not None
        assert "more than anybody can read: 2,000 changed entries at one look" in polled.error.words
    state = feed.source.state
    assert (state.trouble, state.failures, state.heard_at) == (
        "brings_too_much",
        0,
        feed.bench.clock.wall,
    )
    assert polling.needs_somebody(feed.source)
    assert polling.remedy(feed.source) == remedies.ListenLess()
    assert sum(len(texts) for texts in feed.versions().values()) == 2_000 + flood.MOST_CHANGED
    # It stands still from now on: a day after a day all come to what is shown, and it is over.
    for _day in range(3):
        assert feed.poll(hours=25).changed == flood.MOST_CHANGED
    assert {texts[-1] for texts in feed.versions().values()} == {"Bread 0.", "Bread 3."}
    assert feed.poll(hours=25).changed == flood.MOST_CHANGED
    assert {texts[-1] for texts in feed.versions().values()} == {"Bread 3."}
    assert feed.source.state.trouble == ""
    bodies = feed.bodies
    assert (feed.poll().error, feed.bodies) == (None, bodies)
    assert feed.in_order()


@pytest.mark.usefixtures("few")
def test_new_ones_come_newest_first_and_the_rest_when_there_is_room(
    listening: Callable[..., Feed],
) -> None:
    feed = listening(*(f"first {number}" for number in range(100)))  # as many as there are
    with feed.home.store.write() as tx:
        tx.set_setting(BUSINESS_NAME, "Corner Bakery")
    keys = [f"{number}" for number in range(50)]
    feed.say(*keys)
    feed.say("0", text="Corner Bakery!")
    polled = feed.poll()
    assert polled.new == FEW_NEW
    assert polled.error is not None
    assert "50 new entries at one look" in polled.error.words
    taken = {key for key in feed.versions() if not key.startswith("first")}
    assert taken == {"0", *keys[-FEW_NEW + 1 :]}
    assert (feed.poll().new, feed.source.state.trouble) == (0, "brings_too_much")
    assert feed.poll(hours=24).new == 20
    assert {*feed.versions()} >= {*keys}
    assert feed.source.state.trouble == ""
    assert feed.in_order()


@pytest.mark.usefixtures("few")
def test_a_feed_that_never_comes_whole_has_one_first_round(feed: Feed) -> None:
    feed.say("0")
    listen.add_source(feed.home, feed.address, allow_private=True)
    feed.cut = True
    for look, new in enumerate((99, FEW_NEW, 0)):
        feed.items.clear()
        feed.say(*(f"{look} {number}" for number in range(100)))
        polled = feed.poll()
        assert polled.error is not None
        assert (polled.new, polled.error.code) == (new, "feed_cut_off")
    assert feed.in_order()


@pytest.mark.usefixtures("few")
def test_what_somebody_reads_is_never_left_and_one_restless_entry_troubles_nobody(
    listening: Callable[..., Feed],
) -> None:
    feed = listening("read", "restless")
    with feed.home.store.read() as tx:
        cases = {one.key: one.case for one, _case in tx.mentions()}
    people.enrol(feed.home, people.NewPerson("Ana"), PASSPHRASE)
    ana = people.unlock(feed.home, "Ana", PASSPHRASE)
    judge.read_all(feed.home, ana, cases["read"] or CaseId(""))
    for look in range(40):
        feed.say("read", "restless", text=f"Bread {look}.")
        polled = feed.poll()
        assert polled.error is None
    texts = feed.versions()
    assert (len(texts["read"]), len(texts["restless"])) == (41, flood.OFTEN)
    assert texts["read"][-1] == "Bread 39."
    feed.poll(hours=24)
    assert feed.versions()["restless"][-1] == "Bread 39."
    assert feed.in_order()


@pytest.mark.usefixtures("few")
def test_listening_only_for_what_names_us_ends_it(listening: Callable[..., Feed]) -> None:
    feed = listening("first")
    feed.say(*(f"{number}" for number in range(100)))
    feed.poll()
    with pytest.raises(KnownError) as refused:
        polling.listen_for_names(feed.home, feed.source.id)
    assert refused.value.code == "no_names"
    with feed.home.store.write() as tx:
        tx.set_setting(BUSINESS_NAME, "Corner Bakery")
    assert polling.listen_for_names(feed.home, feed.source.id).sources
    assert (feed.source.takes, feed.source.state.trouble) == (Takes.NAMED, "")
    assert listen.is_due(feed.source, feed.bench.clock.wall)
    feed.say("ours", text="The Corner Bakery was closed.")
    polled = feed.poll()
    assert (polled.new, polled.error) == (1, None)
    assert "ours" in feed.versions()
    assert len(feed.versions()) == FEW_NEW + 2
    assert feed.in_order()


@pytest.mark.usefixtures("few")
def test_a_place_that_tells_each_thing_once_rests_and_misses_nothing(bench: Bench) -> None:
    box = ScriptedListener(needs_account=False)
    home = replace(bench.home, listeners={"box": box})

    def bring(start: int, count: int) -> polling.Polled:
        end = start + count
        told = tuple(Heard(f"{n}", "Kim", f"{n}.", Origin.FEED) for n in range(start, end))
        box.will(Round("Box", told, f"c{end}"))
        bench.clock.advance(minutes=5)
        return polling.poll(home, listen.sources(home)[0])

    listen.add_place(home, "box")
    assert bring(0, 100).new == 100  # at first, all that there is
    assert bring(100, FEW_NEW).new == FEW_NEW
    asked = len(box.asked)
    for _look in range(3):
        bench.clock.advance(minutes=15)
        rests = polling.poll(home, listen.sources(home)[0])
        assert rests.error is not None
        assert (rests.new, rests.failed, len(box.asked)) == (0, False, asked)
        assert f"{FEW_NEW} mentions within a day" in rests.error.words
    (source,) = listen.sources(home)
    assert (source.state.trouble, source.state.cursor) == ("brings_too_much", "c130")
    assert polling.remedy(source) == remedies.ListenLess()
    assert source.state.next_at is not None

    with home.store.write() as tx:
        tx.set_setting(BUSINESS_NAME, "Corner Bakery")
    polling.listen_for_names(home, source.id)
    bring(130, 5)
    assert (len(box.asked), box.asked[-1][1]) == (asked + 1, "c130")
    bench.clock.advance(hours=24)
    assert bring(135, 0).error is None
    assert listen.sources(home)[0].state.trouble == ""
    assert [*beside.differences(home)] == []
