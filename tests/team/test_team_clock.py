"""Waits in a team's home go by the server's clock, whatever a computer's own says."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.storage.cluster import OWNER, Cluster

from calmreply.adapters import clock as clocks
from calmreply.adapters import local_files
from calmreply.adapters.clock import Source, SystemClock, TeamClock
from calmreply.adapters.storage.postgres import engine, open_team
from calmreply.app import ledger as ledgers
from calmreply.app.ledger import JournalResumed, confirm_clock, writing
from calmreply.app.persons import people
from calmreply.app.proving.trust import verify_journal
from calmreply.bootstrap import OpenHome, Parts, open_home
from calmreply.domain.journal import Whole
from calmreply.domain.moment import (
    SERVER,
    Boot,
    Now,
    Reading,
    Skip,
    Span,
    confirm,
    in_order,
    observe,
)
from calmreply.domain.people import PersonId
from calmreply.testing.contracts.storage import samples
from calmreply.testing.contracts.storage.samples import refused
from calmreply.testing.secrets import FakeSecrets

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = 1_795_348_800.25
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at(seconds: float) -> Reading:
    return Reading(EPOCH + timedelta(seconds=seconds), SERVER, seconds)


class Ticks:
    """A computer's ticks, moved by hand."""

    def __init__(self) -> None:
        self.now = 77.0

    def source(self) -> Source:
        return Source("a boot of its own", lambda: self.now)


def test_the_shared_clock_goes_on_by_the_ticks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = Ticks()
    clock = TeamClock(ticks.source())
    with pytest.raises(RuntimeError):
        clock.read()
    clock.hear(NOON)
    monkeypatch.setattr(clocks, "_wall", lambda: EPOCH)
    ticks.now += 60
    assert clock.read() == at(NOON + 60)
    clock.hear(NOON + 3600)
    ticks.now += 1.5
    assert clock.read() == at(NOON + 3601.5)


def test_no_wait_in_a_team_s_home_is_ever_unsure() -> None:
    """Not in it, and not from what came along from a folder of one's own."""
    own = Reading(EPOCH + timedelta(seconds=NOON - 7200), "own", 500.0)
    boots = observe(observe((), own), Reading(own.wall + HOUR, "own", 4100.0))
    moved = observe(boots, at(NOON))
    later = observe(moved, at(NOON + 600))
    assert [boot.id for boot in later] == ["own", SERVER]
    now = Now(at(NOON + 600), later)
    assert now.since(at(NOON)) == now.since(at(NOON))
    assert (now.since(at(NOON)).sure, now.since(at(NOON)).unsure) == (10 * MINUTE, 0 * MINUTE)
    assert (now.since(own).sure, now.since(own).unsure) == (2 * HOUR + 10 * MINUTE, 0 * MINUTE)
    assert confirm(later, at(NOON + 601), EPOCH) == observe(later, at(NOON + 601))
    back = Reading(own.wall, "own", 4200.0)
    returned = observe(later, back)
    assert Now(back, returned).since(at(NOON)).sure <= 10 * MINUTE


DAY = 24 * 3600.0


def test_what_the_server_s_clock_skips_is_no_wait() -> None:
    """Set a day ahead at `NOON` + 10 minutes; time goes on counting after it."""
    fact = at(NOON)
    boots = observe(observe((), fact), at(NOON + 300))
    skip = Skip(NOON + 600, watched=True)
    leapt = observe(boots, at(NOON + 600 + DAY), skip)
    assert [boot.id for boot in leapt] == [SERVER, SERVER]
    now = Now(at(NOON + 1200 + DAY), observe(leapt, at(NOON + 1200 + DAY), skip))
    assert len(now.boots) == 2
    assert now.since(fact) == Span(20 * MINUTE)
    assert now.since(at(NOON + 700 + DAY)) == Span(timedelta(seconds=500))
    outside = confirm(now.boots, now.reading, now.reading.wall)
    assert Now(now.reading, outside).since(fact) == Span(20 * MINUTE)
    other = Skip(NOON + 620, watched=True)
    assert observe(leapt, at(NOON + 630 + DAY), other)[0] == leapt[0]
    assert len(observe(leapt, at(NOON + 630 + DAY), other)) == 2
    back = Now(at(NOON + 1800), observe(leapt, at(NOON + 1800), skip))
    assert back.since(fact) == Span(30 * MINUTE)
    assert back.since(at(NOON + 601 + DAY)) == Span(timedelta(0))


def test_where_nobody_watched_the_outside_says_whether_it_passed() -> None:
    fact = at(NOON)
    boots = observe(observe((), fact), at(NOON + 300))
    skip = Skip(NOON + 600, watched=False)
    reading = at(NOON + 600 + DAY)
    leapt = observe(boots, reading, skip)
    assert Now(reading, leapt).since(fact) == Span(10 * MINUTE, timedelta(days=1))
    far = confirm(leapt, reading, reading.wall - timedelta(days=1))
    assert Now(reading, far).since(fact).sure == 10 * MINUTE
    told = confirm(leapt, reading, reading.wall)
    assert Now(reading, told).since(fact) == Span(timedelta(days=1, minutes=10))


@pytest.mark.parametrize(
    ("ticks", "wall", "said", "skip"),
    [
        (60, 60, 60, None),
        (60, 60, 350, None),
        (60, 60, 60 + DAY, Skip(NOON + 60, watched=True)),
        # The computer was frozen, and its wall clock was put right.
        (60, 60 + DAY, 60 + DAY, Skip(NOON + 60, watched=False)),
        (60, 60, 60 - DAY, None),
        (DAY, DAY, DAY, None),
    ],
)
def test_a_computer_knows_when_the_server_s_clock_was_set_ahead(
    monkeypatch: pytest.MonkeyPatch, ticks: float, wall: float, said: float, skip: Skip | None
) -> None:
    own = Ticks()
    shown = [NOON]
    monkeypatch.setattr(clocks, "_wall", lambda: EPOCH + timedelta(seconds=shown[0]))
    clock = TeamClock(own.source())
    clock.hear(NOON)
    assert clock.skip() is None
    own.now += ticks
    shown[0] += wall
    clock.hear(NOON + said)
    assert clock.skip() == skip
    assert clock.read().ticks == pytest.approx(NOON + said)
    late = TeamClock(own.source())
    late.hear(shown[0] + DAY)
    assert late.skip() == Skip(shown[0], watched=False)


def test_two_computers_readings_stay_in_order() -> None:
    boots = observe((), at(NOON))
    assert in_order(boots, at(NOON - 0.5)) == at(NOON)
    assert in_order(boots, at(NOON + 0.5)) == at(NOON + 0.5)
    assert in_order(boots, at(NOON - 60)) == at(NOON - 60)
    own = Reading(EPOCH, "own", 5.0)
    assert in_order((*boots, Boot("own", EPOCH, 9.0, 9.0)), own) == own


def test_each_fact_says_its_moment_once() -> None:
    """What the server's law reads it from."""

    def moments(kind: object, name: str = "") -> Iterator[str]:
        if kind is Reading:
            yield name
        elif isinstance(kind, type) and dataclasses.is_dataclass(kind):
            for key, below in typing.get_type_hints(kind).items():
                yield from moments(below, key)
        else:
            for below in typing.get_args(kind):
                yield from moments(below, name)

    for kind in ledgers.FACTS.values():
        assert list(moments(kind)) == ["at"], kind


@dataclass
class Team:
    """Two computers, each with ticks and a wall of its own."""

    one: OpenHome
    other: OpenHome


@pytest.fixture
def name(cluster: Cluster, founded: str) -> str:
    return cluster.database(like=founded)


@pytest.fixture
def team(
    cluster: Cluster, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Team]:
    place = cluster.address(name)
    with ExitStack() as closing:
        opened = []
        for folder in (tmp_path / "one", tmp_path / "other"):
            local_files.keep_team(folder, place)
            secrets = FakeSecrets()
            secrets.set(place.secret, place.password)
            opened.append(closing.enter_context(open_home(folder, Parts(secrets=secrets))))
        monkeypatch.setattr(clocks, "_wall", lambda: EPOCH + timedelta(days=20_000))
        yield Team(*opened)


def server_says(cluster: Cluster, name: str) -> float:
    ((said,),) = cluster.run(name, "SELECT extract(epoch FROM clock_timestamp())::float8")
    assert isinstance(said, float)
    return said


def test_a_computer_whose_clock_was_moved_says_the_server_s_time(
    cluster: Cluster, name: str, team: Team
) -> None:
    """The wall of each computer stands 54 years after 1970 from here on."""
    assert SystemClock().read().wall.year == 2024
    before = server_says(cluster, name)
    stamps = []
    for opened in (team.one, team.other, team.one):
        with writing(opened.home) as ledger:
            ledger.record(JournalResumed(1, "x", PersonId("p"), ledger.reading))
            stamps.append(ledger.reading.ticks)
            assert ledger.now.wall == ledger.reading.wall
    assert before <= stamps[0] < stamps[1] < stamps[2] <= server_says(cluster, name)
    assert confirm_clock(team.one.home, EPOCH)
    with team.other.home.store.read() as tx:
        boots = tx.boots()
        now = ledgers.present(team.other.home, tx)
        assert [boot.id for boot in boots] == [SERVER]
        assert now.since(at(stamps[0])).unsure == timedelta(0)
        assert abs(now.since(at(before)).sure.total_seconds()) < 60
    assert people.everybody(team.one.home) == ()


def test_a_server_s_clock_that_is_set_ahead_ends_no_wait(
    cluster: Cluster, name: str, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both computers hear of it, it is noted once, and the record holds."""
    cluster.let_clocks_be(name)
    with writing(team.one.home) as ledger:
        ledger.record(JournalResumed(1, "x", PersonId("p"), ledger.reading))
        fact = ledger.reading
    asked = str(engine._TAKE_TURN).replace(":lock", str(engine._WRITERS_LOCK))
    monkeypatch.setattr(engine, "_TAKE_TURN", text(f"{asked} + {DAY}"))
    monkeypatch.setattr(engine, "_TIME", f"{engine._TIME} + {DAY}")
    for opened in (team.one, team.other, team.one):
        ledgers.heartbeat(opened.home)
        with opened.home.store.read() as tx:
            now = ledgers.present(opened.home, tx)
            assert [boot.id for boot in tx.boots()] == [SERVER, SERVER]
        assert now.reading.ticks > fact.ticks + DAY - 60
        assert now.since(fact).at_most < timedelta(minutes=5)
    assert isinstance(verify_journal(team.other.home), Whole)


@pytest.mark.parametrize(
    "moved",
    [
        lambda now: at(now.ticks - 3600),
        lambda now: at(now.ticks + 60),
        lambda now: Reading(now.wall, "a boot of its own", now.ticks),
    ],
)
def test_the_server_takes_no_fact_of_another_moment(
    cluster: Cluster, name: str, team: Team, moved: typing.Callable[[Reading], Reading]
) -> None:
    """A program that was tampered with, and signs all the same."""
    with refused("other_time"), writing(team.one.home) as ledger:
        ledger.record(JournalResumed(1, "x", PersonId("p"), moved(ledger.reading)))
    with writing(team.one.home) as ledger:
        words = '"at":{"boot":"a boot of its own","ticks":1,'
        ledger.record(JournalResumed(1, words, PersonId("p"), ledger.reading))
    owner = open_team(cluster.address(name, OWNER))
    samples.append(owner, "rules_set", payload=f"{{{words.removesuffix(',')}}}}}")
    owner.close()
    assert team.one.home.store.check() == ()
