"""Settings: each takes what it can mean, refuses the rest with a sentence, and holds who set it."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from calmreply.app import facts, queries
from calmreply.app.cases import debrief, judge
from calmreply.app.proving import trust
from calmreply.app.rules import settings
from calmreply.app.rules.settings import Sort
from calmreply.domain import due
from calmreply.domain.debrief import Outcome
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.policy import FLOORS, Feeling, Kind, Policy
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

OTHER = {
    Sort.TEXT: "Corner Bakery & Söhne",
    Sort.LINES: "Corner Bakery\nBäckerei Eck",
    Sort.MINUTES: "4321",
    Sort.ZONE: "Europe/London",
    Sort.HOURS: "1,2,3,5,7 08:30-17:15",
}
BAD = {
    Sort.TEXT: ["two\nlines", "a" * 201, "hidden\u202e", "nul\x00", "half\ud800"],
    Sort.LINES: ["a" * 10_001, "one\ntwo\x00", "half\ud800"],
    Sort.MINUTES: ["", "-1", "1.5", "ten", "²", "١٢", "43201", "9" * 5_000, "0x10"],
    Sort.YES_NO: ["", "Yes!", "true", "1"],
    Sort.ZONE: ["", "Nowhere/At_All", "Europe", "../../etc/passwd", "/etc/localtime", "UTC\x00"],
    Sort.HOURS: [
        "",
        "1-6",
        "09:00-18:00",
        "0-6 09:00-18:00",
        "1-8 09:00-18:00",
        "5-2 09:00-18:00",
        "1-99999999999 09:00-18:00",
        "1-6 09:00-09:00",
        "1-6 00:00-00:00",
        "1-6 09:00+01:00-18:00",
        "1-6 09:00:30-18:00",
        "1-6 9-18",
        "1-6 25:00-26:00",
        "1-6 09:00-18:00 and more",
    ],
    Sort.CHOICE: ["", "purple"],
}


def another(setting: settings.Setting) -> str:
    if setting.sort is Sort.YES_NO:
        return "no" if setting.default == "yes" else "yes"
    if setting.sort is Sort.CHOICE:
        return next(one for one in setting.choices if one != setting.default)
    return OTHER[setting.sort]


@pytest.mark.parametrize("setting", settings.declared(), ids=lambda one: one.name)
def test_each_setting_keeps_another_value_and_refuses_bad_ones(
    bench: Bench, setting: settings.Setting
) -> None:
    home = bench.home
    assert settings.read(home, setting.name) == setting.default
    assert setting.words
    value = another(setting)
    settings.change(home, None, {setting.name: f"  {value}\n"})
    assert settings.read(home, setting.name) == value
    for bad in BAD[setting.sort]:
        if bad == "" and setting.sort in (Sort.TEXT, Sort.LINES):
            continue
        with pytest.raises(KnownError) as refused:
            settings.change(home, None, {setting.name: bad})
        assert refused.value.code == "bad_value", bad
        assert setting.name in refused.value.words
        assert refused.value.way_out
    assert settings.read(home, setting.name) == value
    assert (setting, value) in settings.everything(home)


def test_all_or_none(bench: Bench) -> None:
    home = bench.home
    with pytest.raises(KnownError):
        settings.change(home, None, {"business_name": "Bakery", "theme": "purple"})
    with pytest.raises(KnownError):
        settings.change(home, None, {"business_name": "Bakery", "wait_praise_text": "1"})
    with pytest.raises(KnownError) as refused:
        settings.change(home, None, {"business_name": "Bakery", "no_such": "1"})
    assert refused.value.code == "no_such_setting"
    assert settings.read(home, "business_name") == ""
    changes = settings.change(home, None, {"business_name": "Bakery", "zone": "Europe/Berlin"})
    assert changes.rules
    assert queries.overview(home).business == "Bakery"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("part", [field.name for field in fields(FLOORS[Kind.COMPLAINT])])
def test_nothing_goes_below_a_floor(bench: Bench, kind: Kind, part: str) -> None:
    floor = getattr(FLOORS[kind], part)
    name = f"wait_{kind.value}_{part}"
    settings.change(bench.home, None, {name: str(floor)})
    assert settings.read(bench.home, name) == str(floor)
    if floor:
        with pytest.raises(KnownError) as refused:
            settings.change(bench.home, None, {name: str(floor - 1)})
        assert refused.value.code == "below_floor"
        assert str(floor) in refused.value.words


def test_loosening_before_and_after_a_case_has_begun(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    stricter, looser = {"wait_complaint_calm": "40"}, {"wait_complaint_calm": "15"}
    settings.change(home, ana, stricter)
    case = bench.complaint()
    settings.change(home, ana, looser)
    settings.change(home, ana, {"sign_praise": "yes"})
    settings.change(home, ana, {"sign_praise": "no"})
    judge.read_all(home, ana, case)
    settings.change(home, ana, {"wait_complaint_calm": "14"})
    assert settings.read(home, "wait_complaint_calm") == "15", "only proposed"
    with pytest.raises(KnownError) as refused:
        settings.change(home, ana, {"wait_praise_text": "0", "sign_praise": "yes"})
    assert refused.value.code == "below_floor"
    settings.change(home, ana, {"wait_complaint_calm": "16", "sign_question": "yes"})
    settings.change(home, ana, {"sign_question": "no", "sign_praise": "yes"})
    assert settings.read(home, "sign_question") == "yes", "only proposed"
    assert settings.read(home, "sign_praise") == "yes", "stricter: at once"
    assert isinstance(trust.verify_journal(home), Whole)


def angry_until(bench: Bench, case: CaseId) -> datetime:
    (wait,) = [
        one for one in queries.case_page(bench.home, case).blockers if one.kind == "cooling_person"
    ]
    assert wait.clears_at is not None
    return wait.clears_at


def test_a_change_of_zone_is_no_way_round_the_night(bench: Bench) -> None:
    """Angry at six in the evening in Berlin, where four hours end in the night."""
    home, ana = bench.home, bench.person("Ana")
    settings.change(home, ana, {"zone": "Europe/Berlin"})
    bench.clock.advance(hours=7)
    case = bench.complaint()
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.ANGRY)
    morning = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
    assert angry_until(bench, case) == morning
    for zone in ("America/New_York", "Asia/Tokyo", "America/New_York"):
        settings.change(home, ana, {"zone": zone})
        assert angry_until(bench, case) >= morning
    later = bench.complaint("The bread was stale.")
    judge.read_all(home, ana, later)
    judge.say_feeling(home, ana, later, Feeling.ANGRY)
    assert angry_until(bench, later) == bench.clock.wall + timedelta(hours=4)
    settings.change(home, ana, {"zone": "Europe/Berlin"})
    assert angry_until(bench, case) == angry_until(bench, later) == morning


def test_the_first_zone_chosen_is_that_of_whatever_began_before(bench: Bench) -> None:
    """Somebody pastes a complaint first and sets up the shop, which is in New York, afterwards."""
    home, ana = bench.home, bench.person("Ana")
    bench.clock.advance(hours=8)
    case = bench.complaint()
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.ANGRY)
    assert angry_until(bench, case) == datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    settings.change(home, ana, {"zone": "America/New_York"})
    assert angry_until(bench, case) == bench.clock.wall + timedelta(hours=4)
    settings.change(home, ana, {"zone": "America/Los_Angeles"})
    assert angry_until(bench, case) == bench.clock.wall + timedelta(hours=4)
    settings.change(home, ana, {"zone": "Europe/Berlin"})
    assert angry_until(bench, case) == datetime(2026, 11, 19, 7, 0, tzinfo=UTC)


def test_a_case_is_held_by_the_stricter_of_then_and_today(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    settings.change(home, ana, {"wait_complaint_calm": "40"})
    case = bench.complaint()
    settings.change(home, ana, {"wait_complaint_calm": "15", "wait_complaint_text": "30"})
    with home.store.read() as tx:
        rules = facts.load(home, tx, case).rules
    assert (rules.complaint.calm, rules.complaint.text) == (40, 30)
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.CALM)
    (wait,) = queries.case_page(home, case).waits
    assert wait.length == timedelta(minutes=40)
    later = bench.complaint("Another.")
    with home.store.read() as tx:
        assert facts.load(home, tx, later).rules.complaint.calm == 15


def test_rules_are_changed_in_somebodys_name_once_there_is_somebody(bench: Bench) -> None:
    home = bench.home
    settings.change(home, None, {"wait_complaint_calm": "30"})
    ana = bench.person("Ana")
    with pytest.raises(KnownError) as refused:
        settings.change(home, None, {"wait_complaint_calm": "31"})
    assert refused.value.code == "who_acts"
    settings.change(home, None, {"wait_complaint_calm": "30", "theme": "dark"})
    settings.change(home, ana, {"wait_complaint_calm": "31"})
    line = bench.data.lines[-1].line
    assert (line.kind, line.actor) == ("rules_set", ana.person.id)


def test_the_same_rules_again_are_no_new_line(bench: Bench) -> None:
    settings.change(bench.home, None, {"wait_complaint_calm": "30"})
    before = len(bench.data.lines)
    settings.change(bench.home, None, {"wait_complaint_calm": "30", "hours": "1-6 9:00-18:00"})
    assert len(bench.data.lines) == before


MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "kept", "week"),
    [
        ("1-6 09:00-18:00", "1-6 09:00-18:00", 54),
        ("1,2,3 8:00-12:00", "1-3 08:00-12:00", 12),
        ("7,1 22:00-02:00", "1,7 22:00-02:00", 8),
        ("1-7 00:00-24:00", "1-7 00:00-24:00", 168),
        ("5-6 18:00-24:00", "5-6 18:00-24:00", 12),
        ("3   09:00 - 10:30", "3 09:00-10:30", 1.5),
    ],
)
def test_opening_hours(bench: Bench, hours: str, kept: str, week: float) -> None:
    settings.change(bench.home, None, {"hours": hours})
    assert settings.read(bench.home, "hours") == kept
    settings.change(bench.home, None, {"hours": kept})
    with bench.home.store.read() as tx:
        rules: Policy = facts.rules_in_force(tx)[1]
    assert due.open_time(rules, MONDAY, MONDAY + timedelta(days=7)) == timedelta(hours=week)


def test_the_zone_is_the_businesss(bench: Bench) -> None:
    """At eleven in the evening UTC it is tomorrow in Auckland, so today is over there."""
    home, ana = bench.home, bench.person("Ana")
    settings.change(home, ana, {"zone": "Pacific/Auckland"})
    bench.clock.set_wall(datetime(2026, 11, 18, 23, 0, tzinfo=UTC))
    case = bench.complaint()
    debrief.close(home, ana, case, Outcome.NO_REPLY_NEEDED)
    here = bench.clock.wall.astimezone(ZoneInfo("Pacific/Auckland")).date()
    assert here != bench.clock.wall.date()
    with pytest.raises(KnownError) as refused:
        debrief.debrief_later(home, ana, case, bench.clock.wall.date())
    assert refused.value.code == "day_is_past"
    debrief.debrief_later(home, ana, case, here)
    assert queries.overview(home).zone == "Pacific/Auckland"
