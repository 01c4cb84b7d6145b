"""Who is asked when, over hours and days of a made-up clock: good manners, and a network that goes.

A `Window` asks every half minute, as the open window does, and its rounds take no time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.app.listening import listen, polling, rhythm
from calmreply.app.listening.rhythm import (
    GAVE_WAY,
    GIVE_WAY_AFTER,
    SLOW_AFTER,
    Queue,
    Rhythm,
    Turn,
    threads,
)
from calmreply.app.ports import FeedEntry, ParsedFeed
from calmreply.app.ports.storage import Account, PollState, Source
from calmreply.domain.mention import SourceId
from calmreply.testing.sites import Network, ScriptedSites

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.conftest import Bench

BEAT = 30
"""Seconds between two times of asking."""
MINUTE = timedelta(minutes=1)


@dataclass
class Window:
    """A home over scripted sites, asked as the window does. `minutes` of each round by address."""

    bench: Bench
    sites: ScriptedSites
    rhythm: Rhythm = field(default_factory=Rhythm)
    rounds: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bench.home = replace(self.bench.home, web=self.sites, feeds=self.sites)
        self._start = self.bench.clock.wall

    @property
    def minutes(self) -> float:
        return (self.bench.clock.wall - self._start) / MINUTE

    def ask(self) -> list[listen.Polled]:
        home = self.bench.home
        due = self.rhythm.due(polling.turns(home), home.clock.read())
        self.rounds += [(one.source.address, self.minutes) for one in due]
        polled = [polling.poll(home, one.source) for one in due]
        if self.rhythm.silent and any(one.error is None for one in polled):
            polled += self.ask()
        return polled

    def live(self, *, until: Callable[[], bool] = lambda: False, **span: float) -> float:
        """Let time pass, asking all the while; returns after how many minutes `until` held."""
        began = self.minutes
        beats = int(timedelta(**span) / timedelta(seconds=BEAT))
        for _beat in range(beats):
            if until():
                break
            self.bench.clock.advance(seconds=BEAT)
            self.ask()
        return self.minutes - began

    def asked(self, address: str) -> list[float]:
        return [when for one, when in self.rounds if one == address]

    def troubled(self) -> list[str]:
        return [one.address for one in listen.sources(self.bench.home) if one.state.trouble]


def address(number: int, scheme: str = "https") -> str:
    return f"{scheme}://site{number}.example/feed"


def feeds(count: int, scheme: str = "https") -> dict[str, ParsedFeed]:
    return {address(n, scheme): ParsedFeed(f"Site {n}", None, ()) for n in range(count)}


@pytest.fixture
def open_window(bench: Bench) -> Callable[..., Window]:
    """A window over so many sites, each of a host of its own, that have been heard once."""

    def opened(count: int, scheme: str = "https") -> Window:
        window = Window(bench, ScriptedSites(bench.clock, feeds(count, scheme)))
        for one in feeds(count, scheme):
            listen.add_source(bench.home, one)
        window.ask()
        window.sites.asked.clear()
        return window

    return opened


def entry(bench: Bench, key: str) -> FeedEntry:
    return FeedEntry(key, None, "", "Robin", f"Words {key}", bench.clock.wall)


def gaps(when: list[float]) -> list[float]:
    return [later - before for before, later in pairwise(when)]


# --- how often -----------------------------------------------------------------------------


def test_what_brought_something_lately_is_asked_every_five_minutes(
    bench: Bench, open_window: Callable[..., Window]
) -> None:
    window = open_window(1)
    window.sites._feeds[address(0)] = ParsedFeed("Site", None, (entry(bench, "1"),))
    window.live(hours=12)
    assert all(4 <= gap <= 6.5 for gap in gaps(window.asked(address(0))))
    assert len(set(gaps(window.asked(address(0))))) > 1, "not like clockwork"


def test_what_was_silent_for_days_is_asked_every_fifteen_and_never_later(
    bench: Bench, open_window: Callable[..., Window]
) -> None:
    window = open_window(1)
    window.live(days=5)
    spans = gaps(window.asked(address(0)))
    assert max(spans) <= 15.5
    assert all(gap >= 12 for gap in spans[-20:])
    window.sites._feeds[address(0)] = ParsedFeed("Site", None, (entry(bench, "1"),))
    window.live(hours=1)
    assert all(gap <= 6.5 for gap in gaps(window.asked(address(0)))[-4:]), "it came to life"


@given(
    silent=st.timedeltas(timedelta(days=-400), timedelta(days=4000)),
    chance=st.binary(min_size=4, max_size=4),
)
def test_the_time_between_two_rounds_is_never_longer_than_a_quarter_of_an_hour(
    silent: timedelta, chance: bytes
) -> None:
    wall = rhythm._LONG_AGO + timedelta(days=5000)
    span = rhythm.period(wall - silent, wall)
    assert timedelta(minutes=5) <= span <= timedelta(minutes=15)
    spread = rhythm.spread(Chance(chance), span, rhythm.LONGEST_PERIOD)
    assert timedelta(minutes=4.25) <= spread <= timedelta(minutes=15)


@given(
    asked=st.timedeltas(timedelta(seconds=1), timedelta(days=1)),
    chance=st.binary(min_size=4, max_size=4),
)
def test_nobody_comes_before_a_site_wants_to_be_asked(asked: timedelta, chance: bytes) -> None:
    waits = rhythm.not_before(Chance(chance), asked)
    assert asked <= waits <= asked + timedelta(minutes=5)


@dataclass
class Chance:
    given: bytes

    def random(self, size: int) -> bytes:
        assert size == len(self.given)
        return self.given

    def token(self) -> str:
        raise NotImplementedError


def test_a_site_that_fails_does_not_slow_the_others(open_window: Callable[..., Window]) -> None:
    window = open_window(3)
    window.sites.breaks(address(0), 500)
    window.live(hours=10)
    assert 10 <= len(window.asked(address(0))) <= 20
    assert all(gap <= 6.5 for gap in gaps(window.asked(address(1))))


def test_one_dead_site_is_not_the_network(open_window: Callable[..., Window]) -> None:
    """Two others answer all the while: it is asked ever less often, and needs somebody."""
    window = open_window(3)
    del window.sites._feeds[address(0)]
    window.live(hours=10)
    assert len(window.asked(address(0))) <= 20
    assert not window.rhythm.offline
    source = listen.find_source(window.bench.home, address(0))
    assert polling.needs_somebody(source)


# --- the network goes and comes back -------------------------------------------------------


GOES = [(Network.NONE, "https"), (Network.SIGN_IN, "https"), (Network.SIGN_IN, "http")]


@pytest.mark.parametrize("count", [1, 2, 30])
@pytest.mark.parametrize("goes", GOES)
@pytest.mark.parametrize("minutes", [7, 45])
def test_back_within_a_minute(
    bench: Bench,
    open_window: Callable[..., Window],
    count: int,
    goes: tuple[Network, str],
    minutes: int,
) -> None:
    """Offline, or a hotel's sign-in page in every place: nothing lost, nothing made up."""
    how, scheme = goes
    window = open_window(count, scheme)
    window.live(minutes=7)
    window.sites.network = how
    window.live(minutes=minutes)
    if count > 1 or minutes > 7:
        assert window.rhythm.silent
        assert window.rhythm.offline == (count > 1 or how is Network.NONE)
    said = {one: ParsedFeed("Site", None, (entry(bench, one),)) for one in feeds(count, scheme)}
    window.sites._feeds.update(said)
    sources = listen.sources(bench.home)
    assert [one.address for one in sources] == list(feeds(count, scheme)), "nothing has moved"
    if count > 1:
        assert not any(map(polling.needs_somebody, sources)), "nobody is sent to look at each"
    assert not bench.data.mentions
    window.sites.network = Network.UP
    took = window.live(hours=2, until=lambda: not window.troubled())
    assert took <= 1
    window.live(minutes=6)
    assert len(bench.data.mentions) == count
    assert all(one.case is not None for one in bench.data.mentions.values()), "all are to answer"


def test_while_nobody_answers_one_is_tried_every_half_minute(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(30)
    window.live(minutes=2)
    window.sites.network = Network.NONE
    window.live(minutes=10)
    window.sites.asked.clear()
    window.live(hours=2)
    tried = Counter(window.sites.asked)
    assert (len(tried), sum(tried.values())) == (30, 240)
    assert max(tried.values()) - min(tried.values()) <= 1, "each in turn, so that none is hammered"


def test_a_single_site_behind_another_page_is_not_asked_all_the_time_for_ever(
    open_window: Callable[..., Window],
) -> None:
    """It may be the site itself: after an hour it is asked as seldom as others that fail."""
    window = open_window(1, "http")
    window.sites.network = Network.SIGN_IN
    window.live(hours=3)
    window.sites.asked.clear()
    window.live(hours=10)
    assert len(window.sites.asked) <= 15
    assert polling.needs_somebody(listen.sources(window.bench.home)[0])


def test_a_dead_site_among_those_that_come_back_keeps_nobody_waiting(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(10)
    window.sites.network = Network.NONE
    window.live(hours=1)
    del window.sites._feeds[address(3)]
    window.sites.network = Network.UP
    assert window.live(hours=1, until=lambda: len(window.troubled()) == 1) <= 1
    window.sites.asked.clear()
    window.live(hours=1)
    assert window.sites.asked.count(address(3)) <= 5, "it is a dead site now, as any other"


def test_closed_while_offline_and_opened_again_online(
    bench: Bench, open_window: Callable[..., Window]
) -> None:
    window = open_window(10)
    window.sites.network = Network.NONE
    window.live(hours=5)
    window.sites.network = Network.UP
    bench.clock.advance(seconds=20)
    again = Window(bench, window.sites)
    again.ask()
    assert not again.troubled(), "what was the network's fault waits for no turn"


@pytest.mark.parametrize("how", ["sleep", "forward", "reboot"])
def test_awake_again_everything_due_is_asked_at_once(
    bench: Bench, open_window: Callable[..., Window], how: str
) -> None:
    """Asleep on the road, awake at home; the network takes a moment to come up."""
    window = open_window(10)
    window.live(minutes=3)
    window.sites.network = Network.NONE
    window.live(minutes=20)
    match how:
        case "sleep":
            bench.clock.sleep(hours=9)
        case "forward":
            bench.clock.step_wall(timedelta(hours=9))
        case _:
            bench.clock.reboot(timedelta(hours=9))
    window.sites.asked.clear()
    window.ask()
    assert sorted(window.sites.asked) == sorted(feeds(10)), "all, and each once"
    window.sites.network = Network.UP
    assert window.live(hours=1, until=lambda: not window.troubled()) <= 1


def test_awake_again_a_single_dead_site_is_tried_at_once(
    bench: Bench, open_window: Callable[..., Window]
) -> None:
    """It may have been this computer's network all the time."""
    window = open_window(4)
    del window.sites._feeds[address(0)]
    window.live(hours=4)
    asked = len(window.asked(address(0)))
    window.live(minutes=2)
    assert len(window.asked(address(0))) == asked
    bench.clock.sleep(minutes=3)
    window.ask()
    assert len(window.asked(address(0))) == asked + 1
    again = Window(bench, window.sites)
    bench.clock.advance(minutes=1)
    again.ask()
    assert len(again.asked(address(0))) == 1, "nor does a program that was started anew wait"


def test_a_clock_set_back_while_offline_is_no_answer_to_come(
    bench: Bench, open_window: Callable[..., Window]
) -> None:
    window = open_window(10)
    window.sites.network = Network.NONE
    bench.clock.step_wall(-timedelta(days=700))
    window.live(minutes=5)
    assert window.rhythm.offline
    window.sites.network = Network.UP
    assert window.live(hours=1, until=lambda: not window.troubled()) <= 1


def test_a_clock_set_back_loses_no_round(bench: Bench, open_window: Callable[..., Window]) -> None:
    window = open_window(4)
    window.live(minutes=30)
    bench.clock.step_wall(-timedelta(days=700))
    window.sites.asked.clear()
    window.ask()
    assert sorted(window.sites.asked) == sorted(feeds(4))
    window.live(minutes=20)
    assert all(gap <= 6.5 for one in feeds(4) for gap in gaps(window.asked(one)[-3:]))


def test_who_asked_us_to_wait_is_left_alone_whatever_the_network_does(
    bench: Bench, open_window: Callable[..., Window]
) -> None:
    window = open_window(3)
    source = listen.find_source(bench.home, address(2))
    until = bench.clock.wall + timedelta(hours=20)
    waiting = PollState(
        next_at=until, polled_at=bench.clock.wall, heard_at=bench.clock.wall, asked_to_wait=True,
        trouble="site_busy",
    )  # fmt: skip
    with bench.home.store.write() as tx:
        tx.save_poll(source.id, source.title, waiting)
    window.sites.network = Network.NONE
    window.live(hours=3)
    assert window.rhythm.offline
    bench.clock.sleep(hours=8)
    window.sites.network = Network.UP
    window.live(hours=1)
    assert not window.asked(address(2))[1:]
    assert window.troubled() == [address(2)]


# --- one of a host at a time ---------------------------------------------------------------


def turn(number: int, host: str = "") -> Turn:
    source = Source(SourceId(str(number)), "feed", f"https://{host}/{number}", "")
    return Turn(source, host or f"host{number}")


@given(
    hosts=st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=30),
    at_once=st.integers(1, 6),
    choices=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["", "too_slow"])), max_size=60),
)
def test_a_host_is_never_asked_twice_at_once_and_everybody_has_a_turn(
    hosts: list[str], at_once: int, choices: list[tuple[int, str]]
) -> None:
    queue = Queue(at_once)
    begun: list[Turn] = []
    over: set[SourceId] = set()
    for number, host in enumerate(hosts):
        queue.add(turn(number, host))
        queue.add(turn(number, host))
    running: list[Turn] = []
    while started := queue.start(0.0) or running:
        if started is not running:
            running += started
            begun += started
        assert len(running) <= at_once
        assert len({one.host for one in running}) == len(running)
        assert queue.asking == {one.source.id for one in running}
        which, trouble = choices.pop() if choices else (0, "")
        one = running.pop(which % len(running))
        over |= {one.source.id}
        dropped = queue.done(one.source.id, trouble)
        assert {one.host} >= {each.host for each in dropped}
        assert not dropped or trouble
        over |= {each.source.id for each in dropped}
    assert len(over) == len(hosts)
    assert len(begun) == len({one.source.id for one in begun})
    by_host: dict[str, list[int]] = {}
    for one in begun:
        by_host.setdefault(one.host, []).append(int(one.source.id))
    assert all(numbers == sorted(numbers) for numbers in by_host.values()), "in their order"


def test_a_host_of_a_hundred_silent_sources_is_given_up_after_two() -> None:
    queue = Queue(8)
    for number in range(100):
        queue.add(turn(number, "slow"))
    (first,) = queue.start(0.0)
    assert queue.done(first.source.id, "too_slow") == ()
    (second,) = queue.start(0.0)
    assert len(queue.done(second.source.id, "cannot_connect")) == 98
    assert queue.start(0.0) == ()


def seconds_for_fifty(hostile: int) -> int:
    """Good ones take a second each; the hostile, of two hosts, never end."""
    queue = Queue(8)
    for number in range(hostile):
        queue.add(turn(1000 + number, f"hostile{number % 2}"))
    for number in range(50):
        queue.add(turn(number))
    passed = left = 0
    while left < 50:
        good = [one for one in queue.start(0.0) if not one.host.startswith("hostile")]
        for one in good:
            queue.done(one.source.id)
        passed, left = passed + 1, left + len(good)
    return passed


def test_fifty_good_sources_beside_two_hundred_of_hostile_hosts_take_no_longer() -> None:
    assert seconds_for_fifty(200) <= 1.5 * seconds_for_fifty(0)


@pytest.mark.parametrize(
    ("kind", "where", "settings", "host"),
    [
        ("feed", "https://Shop.example:8443/feed", {}, "shop.example"),
        (
            "imap",
            "imap:a/INBOX",
            {"address": "me@shop.example", "host": "mx.example"},
            "mx.example",
        ),
        ("imap", "imap:a/INBOX", {"address": "me@shop.example"}, "imap:a"),
        ("imap", "imap:gone/INBOX", {"host": "mx.example"}, "imap:gone"),
        ("wordpress", "wordpress:a/comments", {"address": "https://b.example/x"}, "b.example"),
        ("wordpress", "wordpress:/https://b.example/x", {}, "b.example"),
        ("bluesky", "bluesky:/search:Blue Door", {}, "bluesky:"),
        ("mastodon", "mastodon:a/tag:x", {"server": "social.example"}, "social.example"),
        ("feed", "https://[broken", {}, "https://[broken"),
    ],
)
def test_the_host_of_a_source(kind: str, where: str, settings: dict[str, Any], host: str) -> None:
    source = Source(SourceId("1"), kind, where, "")
    (found,) = rhythm.turns([source], [Account("a", kind, settings)])
    assert found.host == host


def test_a_slow_round_gives_its_place_to_another() -> None:
    queue = Queue(2)
    for number in range(8):
        queue.add(turn(number))
    assert len(queue.start(10.0)) == 2
    assert queue.start(10.5) == ()
    assert queue.waiting
    assert len(queue.start(10.0 + SLOW_AFTER)) == 2
    assert len(queue.start(10.0 + 2 * SLOW_AFTER)) == 2
    assert len(queue.asking) == 6


def test_slow_rounds_never_take_more_threads_than_there_are() -> None:
    queue = Queue(2)
    for number in range(40):
        queue.add(turn(number))
    for second in range(60):
        queue.start(second * 2.0)
    assert len(queue.asking) == threads(2)


def rounds_of(
    takes: dict[SourceId, float], turns: list[Turn], at_once: int
) -> tuple[dict[SourceId, float], list[SourceId], int]:
    """What a queue makes of rounds that take so many seconds each, on a made-up clock.

    When each was done, who was begun in what order, and how many ran together at most.
    """
    queue, step = Queue(at_once), 0.25
    for one in turns:
        queue.add(one)
    done: dict[SourceId, float] = {}
    begun: list[SourceId] = []
    running: dict[SourceId, float] = {}
    most, now = 0, 0.0
    while len(done) < len(turns):
        for one in queue.start(now):
            begun.append(one.source.id)
            running[one.source.id] = now
        assert queue.asking == set(running)
        most = max(most, len(running))
        now += step
        for source, began in list(running.items()):
            over = now - began >= takes[source]
            if over or queue.gives_way(source):
                del running[source]
                queue.done(source, "" if over else GAVE_WAY)
                assert queue.comes_again(source) is not over
                if over:
                    done[source] = now
        assert now < 100_000, "it comes to an end"
    assert not queue.waiting
    return done, begun, most


@given(
    takes=st.lists(st.sampled_from([0.25, 0.5, 2.0, 30.0]), min_size=1, max_size=90),
    at_once=st.integers(1, 6),
)
def test_everybody_is_asked_to_the_end_and_at_most_once_more(
    takes: list[float], at_once: int
) -> None:
    spans = {SourceId(str(number)): span for number, span in enumerate(takes)}
    done, begun, most = rounds_of(spans, [turn(number) for number in range(len(takes))], at_once)
    assert set(done) == set(spans)
    assert most <= threads(at_once)
    asked = Counter(begun)
    assert max(asked.values()) <= 2
    assert all(spans[one] > GIVE_WAY_AFTER for one, times in asked.items() if times > 1)


@given(places=st.permutations(range(150)))
def test_nobody_who_answers_waits_until_a_hundred_slow_ones_are_through(places: list[int]) -> None:
    """The first round of all: of nobody it is known how slow they are."""
    turns = [turn(number) for number in places]
    spans = {one.source.id: 30.0 if int(one.source.id) < 100 else 0.25 for one in turns}
    done, _begun, _most = rounds_of(spans, turns, at_once=6)
    good = max(at for one, at in done.items() if spans[one] < 1)
    # All threads full of slow ones so many times, and filled by six in a second.
    full = -(-100 // threads(6))
    assert good <= full * (GIVE_WAY_AFTER + threads(6) / 6 * SLOW_AFTER) + 10
    assert good < 30, "before the first of the slow ones was at its end"


def test_who_is_in_trouble_takes_no_thread_from_anybody() -> None:
    queue = Queue(1)
    trouble = PollState(trouble="too_slow", failures=1)
    for number in range(2 * threads(1)):
        one = turn(number)
        queue.add(replace(one, source=replace(one.source, state=trouble)))
    for second in range(100):
        queue.start(second * 2.0)
    assert len(queue.asking) == threads(1)
    assert not any(queue.gives_way(one) for one in queue.asking)
    queue.add(turn(1000))
    queue.start(300.0)
    assert sum(queue.gives_way(one) for one in queue.asking) == 1, "as many as it takes"
