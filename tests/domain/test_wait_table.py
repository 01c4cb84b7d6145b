"""The table of waits and floors, the night rule, what counts as a complaint, and stricter rules."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain import calm
from calmreply.domain.mention import Stars
from calmreply.domain.people import PersonId
from calmreply.domain.policy import (
    FLOORS,
    Feeling,
    Kind,
    OpeningHours,
    Policy,
    Waits,
    effective,
    loosens,
    person_wait,
)
from calmreply.testing.builders import CaseBuilder

ANA = PersonId("ana")
MORNING = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
ZONES = ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "UTC"]


# --- the table ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "default", "floor", "signs"),
    [
        (Kind.COMPLAINT, (20, 60, 240, 10), (10, 10, 10, 10), True),
        (Kind.QUESTION, (0, 0, 0, 5), (0, 0, 0, 2), False),
        (Kind.PRAISE, (0, 0, 0, 2), (0, 0, 0, 2), False),
    ],
)
def test_defaults_and_floors(
    kind: Kind, default: tuple[int, ...], floor: tuple[int, ...], signs: bool
) -> None:
    for rules, wanted in ((Policy(), default), (effective(NOTHING, NOTHING), floor)):
        waits = rules.waits(kind)
        assert (waits.calm, waits.stung, waits.angry, waits.text) == wanted
        for feeling, minutes in zip(Feeling, wanted, strict=False):
            assert person_wait(rules, kind, feeling, MORNING) == timedelta(minutes=minutes)
    assert Policy().needs_sign_off(kind) is signs


NOTHING = Policy(
    complaint=Waits(0, 0, 0, 0), question=Waits(-5, 0, 0, 0), praise=Waits(0, 0, 0, -1)
)


@pytest.mark.parametrize(
    ("kind", "feeling", "person", "text"),
    [
        (Kind.COMPLAINT, Feeling.CALM, 20, 10),
        (Kind.COMPLAINT, Feeling.STUNG, 60, 10),
        (Kind.COMPLAINT, Feeling.ANGRY, 240, 10),
        (Kind.QUESTION, Feeling.CALM, 0, 5),
        (Kind.QUESTION, Feeling.STUNG, 60, 10),  # a complaint, because it stung
        (Kind.PRAISE, Feeling.CALM, 0, 2),
        (Kind.PRAISE, Feeling.ANGRY, 240, 10),
    ],
)
def test_the_waits_of_a_case(kind: Kind, feeling: Feeling, person: int, text: int) -> None:
    built = CaseBuilder().read().feel("ana", feeling).judge(kind).write()
    (wait,) = calm.person_waits(built.facts, built.rules, built.now, ANA)
    assert wait.length == timedelta(minutes=person)
    words = calm.text_wait(built.facts, built.rules, built.now)
    assert words is not None
    assert words.length == timedelta(minutes=text)
    assert not words.over
    built.advance(minutes=text)
    words = calm.text_wait(built.facts, built.rules, built.now)
    assert words is not None
    assert words.over


# --- what counts as a complaint ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "scale", "complains"),
    [(3, 5, True), (3.1, 5, False), (6, 10, True), (6.5, 10, False), (0, 5, True), (60, 100, True)],
)
def test_sixty_percent_of_the_stars_or_less_complains(
    given_: float, scale: float, complains: bool
) -> None:
    built = CaseBuilder(stars=Stars(given_, scale)).read().feel().judge(Kind.PRAISE)
    kind = calm.effective_kind(built.facts, built.rules)
    assert kind is (Kind.COMPLAINT if complains else Kind.PRAISE)


@pytest.mark.parametrize("tenths", range(1, 200))
def test_exactly_sixty_percent_is_not_lost_in_fractions(tenths: int) -> None:
    scale = tenths / 10
    assert Stars(round(scale * 0.6, 6), scale).at_most(60)
    assert not Stars(scale, scale).at_most(60)


def test_not_yet_judged_is_a_complaint_and_a_feeling_outweighs_a_judgement() -> None:
    built = CaseBuilder(stars=Stars(5))
    assert calm.effective_kind(built.facts, built.rules) is Kind.COMPLAINT
    built.judge(Kind.PRAISE)
    assert calm.effective_kind(built.facts, built.rules) is Kind.PRAISE
    built.read("tom").feel("tom", Feeling.STUNG)
    assert calm.effective_kind(built.facts, built.rules) is Kind.COMPLAINT
    built.judge(Kind.PRAISE, who="mia")
    assert calm.effective_kind(built.facts, built.rules) is Kind.COMPLAINT


def test_the_last_judgement_counts() -> None:
    built = CaseBuilder().judge(Kind.COMPLAINT).judge(Kind.QUESTION)
    assert calm.effective_kind(built.facts, built.rules) is Kind.QUESTION


# --- feelings ----------------------------------------------------------------------------------


def waits(built: CaseBuilder) -> list[tuple[Feeling | None, timedelta]]:
    """The feeling of each of ana's waits, and what is left of it."""
    found = calm.person_waits(built.facts, built.rules, built.now, ANA)
    return [(wait.feeling, wait.left) for wait in found]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_feelings_only_escalate() -> None:
    built = CaseBuilder().read().feel("ana", Feeling.ANGRY)
    before = waits(built.advance(minutes=30))
    assert before == [(Feeling.ANGRY, minutes(210))]
    for again in (Feeling.ANGRY, Feeling.CALM, Feeling.STUNG):
        assert waits(built.feel("ana", again)) == before
    assert calm.feeling_of(built.facts, ANA) is Feeling.ANGRY


def test_a_stronger_feeling_begins_its_own_wait_beside_the_first() -> None:
    built = CaseBuilder().read().feel("ana", Feeling.STUNG).advance(minutes=30)
    built.feel("ana", Feeling.ANGRY)
    assert waits(built) == [(Feeling.STUNG, minutes(30)), (Feeling.ANGRY, minutes(240))]
    longest = calm.longest(calm.person_waits(built.facts, built.rules, built.now, ANA))
    assert longest is not None
    assert longest.feeling is Feeling.ANGRY


def test_each_version_is_felt_anew_and_the_waits_before_go_on() -> None:
    built = CaseBuilder().read().feel("ana", Feeling.ANGRY).advance(minutes=60)
    built.edited("And another thing.").read().feel("ana", Feeling.CALM)
    assert waits(built) == [(Feeling.ANGRY, minutes(180)), (Feeling.CALM, minutes(20))]
    built.feel("ana", Feeling.STUNG)
    assert waits(built)[1:] == [(Feeling.CALM, minutes(20)), (Feeling.STUNG, minutes(60))]


def test_a_wait_begins_when_both_reading_and_feeling_are_done() -> None:
    built = CaseBuilder().feel()
    assert waits(built) == []
    built.advance(minutes=30)
    assert waits(built.read()) == [(Feeling.CALM, minutes(20))]
    built.advance(minutes=5)
    assert waits(built.read()) == [(Feeling.CALM, minutes(15))]  # reading it again is nothing


def test_nobody_elses_feeling_or_reading_begins_my_wait() -> None:
    built = CaseBuilder().read("ben").feel("ben").feel("ana")
    assert waits(built) == []
    assert calm.longest(()) is None


def test_has_read_and_felt_hang_on_the_version() -> None:
    built = CaseBuilder().read().feel()
    assert calm.has_read(built.facts, ANA)
    assert calm.has_felt(built.facts, ANA)
    built.edited("Still.")
    assert not calm.has_read(built.facts, ANA)
    assert not calm.has_felt(built.facts, ANA)


# --- the text ----------------------------------------------------------------------------------


def left(built: CaseBuilder) -> timedelta:
    wait = calm.text_wait(built.facts, built.rules, built.now)
    assert wait is not None
    return wait.left


def test_changed_words_wait_again_and_the_same_words_do_not() -> None:
    built = CaseBuilder()
    assert calm.text_wait(built.facts, built.rules, built.now) is None
    assert left(built.write(text="Dear A").advance(minutes=4)) == minutes(6)
    assert left(built.write("ben", text="Dear A")) == minutes(6)
    assert left(built.write(text="Dear B").advance(minutes=1)) == minutes(9)
    assert left(built.write(text="Dear A")) == minutes(10)
    assert left(built.advance(minutes=3).write(text="Dear A", subject="Hello")) == minutes(10)


def test_words_in_an_editor_wait_again_as_long_as_they_stand_there() -> None:
    built = CaseBuilder().write(text="Dear A").advance(minutes=8)
    assert left(built.draft("ana", "Dear A")) == minutes(2)
    assert left(built.draft("ana", "Dear B")) == minutes(10)
    built.advance(minutes=1)
    assert left(built.draft("ben", "Dear C").advance(minutes=3)) == minutes(7)
    assert left(built.undraft("ben")) == minutes(6)
    assert left(built.undraft("ana")) == timedelta(0)


def test_an_old_draft_of_a_colleague_does_not_shorten_the_wait_of_newer_words() -> None:
    built = CaseBuilder().write(text="Dear A").draft("ben", "Dear C").advance(minutes=9)
    assert left(built.write(text="Dear B")) == minutes(10)


# --- the night ---------------------------------------------------------------------------------


def angry_until(said: datetime, zone: str = "Europe/Berlin", **rules: Waits) -> datetime:
    """Business time at which somebody may go on who became angry at `said` (business time)."""
    began = said.replace(tzinfo=ZoneInfo(zone))
    wait = person_wait(
        Policy(zone=zone, **rules),  # type: ignore[arg-type]
        Kind.COMPLAINT,
        Feeling.ANGRY,
        began.astimezone(UTC),
    )
    return (began.astimezone(UTC) + wait).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2026-03-03T09:00", "2026-03-03T13:00"),
        ("2026-03-03T15:59", "2026-03-03T19:59"),
        ("2026-03-03T16:00", "2026-03-04T08:00"),  # ends at 20:00
        ("2026-03-03T21:30", "2026-03-04T08:00"),
        ("2026-03-03T23:59", "2026-03-04T08:00"),
        ("2026-03-04T00:00", "2026-03-04T08:00"),
        ("2026-03-04T03:59", "2026-03-04T08:00"),  # ends at 07:59
        ("2026-03-04T04:00", "2026-03-04T08:00"),
        ("2026-03-04T04:01", "2026-03-04T08:01"),
        # Clocks go forward in the night of 29 March and back in that of 25 October.
        ("2026-03-28T17:00", "2026-03-29T08:00"),
        ("2026-03-29T01:30", "2026-03-29T08:00"),
        ("2026-03-29T15:00", "2026-03-29T19:00"),
        ("2026-10-24T17:00", "2026-10-25T08:00"),
        ("2026-10-25T01:30", "2026-10-25T08:00"),
        ("2026-10-25T03:30", "2026-10-25T08:00"),
        ("2026-12-31T22:00", "2027-01-01T08:00"),
    ],
)
def test_angry_that_ends_in_the_night_ends_in_the_morning(said: str, until: str) -> None:
    assert angry_until(datetime.fromisoformat(said)) == datetime.fromisoformat(until)


def test_the_night_is_the_business_s_own_and_longer_rules_keep_to_it() -> None:
    noon = datetime(2026, 3, 3, 12, 0)  # noqa: DTZ001 - business time, whose zone is given beside
    for zone in ZONES:
        assert angry_until(noon, zone) == noon.replace(hour=16)
    longer = angry_until(noon, complaint=Waits(20, 60, 10 * 60, 10))
    assert longer == datetime(2026, 3, 4, 8, 0)  # noqa: DTZ001 - as above


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - made UTC below
    st.sampled_from(ZONES),
    st.integers(10, 20 * 60),
)
def test_nobody_angry_is_let_go_in_the_night_or_early(
    began: datetime, zone: str, rule: int
) -> None:
    began = began.replace(tzinfo=UTC, fold=0)
    rules = Policy(zone=zone, complaint=Waits(20, 60, rule, 10))
    wait = person_wait(rules, Kind.COMPLAINT, Feeling.ANGRY, began)
    ends = (began + wait).astimezone(ZoneInfo(zone))
    assert timedelta(minutes=rule) <= wait <= timedelta(minutes=rule) + timedelta(hours=13)
    assert 8 <= ends.hour < 20


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - made UTC below
    st.sampled_from([(k, f) for k, f in product(Kind, Feeling) if f is not Feeling.ANGRY]),
)
def test_only_the_angry_wait_for_the_morning(began: datetime, row: tuple[Kind, Feeling]) -> None:
    kind, feeling = row
    wanted = timedelta(minutes=Policy().waits(kind).person(feeling))
    assert person_wait(Policy(), kind, feeling, began.replace(tzinfo=UTC)) == wanted


def test_the_length_of_a_night_wait_stays_when_the_wall_clock_is_set() -> None:
    built = CaseBuilder().advance(hours=8).read().feel("ana", Feeling.ANGRY)  # 17:00 UTC
    assert waits(built) == [(Feeling.ANGRY, timedelta(hours=15))]
    assert waits(built.step_wall(hours=-8)) == [(Feeling.ANGRY, timedelta(hours=15))]
    assert waits(built.advance(hours=14)) == [(Feeling.ANGRY, timedelta(hours=1))]


# --- stricter and looser rules -----------------------------------------------------------------

_waits = st.builds(Waits, *[st.integers(0, 500)] * 4)
_policies = st.builds(
    Policy,
    complaint=_waits,
    question=_waits,
    praise=_waits,
    sign_question=st.booleans(),
    sign_praise=st.booleans(),
    complaint_share_percent=st.integers(0, 100),
    look_holds=st.integers(1, 600),
    page_look_holds=st.integers(1, 60),
    sign_off_holds=st.integers(1, 9000),
    zone=st.sampled_from(ZONES),
)


@given(_policies, _policies)
def test_the_stricter_of_each_rule_holds(start: Policy, today: Policy) -> None:
    rules = effective(start, today)
    for kind, rule in product(Kind, fields(Waits)):
        wanted = max(
            getattr(start.waits(kind), rule.name),
            getattr(today.waits(kind), rule.name),
            getattr(FLOORS[kind], rule.name),
        )
        assert getattr(rules.waits(kind), rule.name) == wanted
        assert rules.needs_sign_off(kind) is (
            start.needs_sign_off(kind) or today.needs_sign_off(kind)
        )
    shares = start.complaint_share_percent, today.complaint_share_percent
    assert rules.complaint_share_percent == max(shares)
    for name in ("look_holds", "page_look_holds", "sign_off_holds"):
        assert getattr(rules, name) == min(getattr(start, name), getattr(today, name))
    assert rules.zone == today.zone
    assert effective(rules, today) == rules
    assert not loosens(start, replace(rules, zone=start.zone))


@given(
    st.lists(st.sampled_from(ZONES), min_size=2, max_size=4),
    st.integers(0, 60 * 24 * 400).map(lambda minutes: MORNING + timedelta(minutes=minutes)),
    st.sampled_from(Feeling),
)
def test_no_change_of_zone_shortens_a_wait(
    zones: list[str], began: datetime, feeling: Feeling
) -> None:
    """Not that of a case which began in the first zone, nor one that began in a later one."""
    first, *others = [Policy(zone=zone) for zone in zones]
    before = person_wait(first, Kind.COMPLAINT, feeling, began)
    for today in others:
        assert not loosens(first, today), "a shop may move"
        held = effective(first, today)
        wait = person_wait(held, Kind.COMPLAINT, feeling, began)
        assert wait >= before
        assert wait >= person_wait(today, Kind.COMPLAINT, feeling, began)
        assert wait <= timedelta(hours=16) + before


@given(_policies)
def test_the_same_rules_loosen_nothing_and_aims_are_no_rules(rules: Policy) -> None:
    assert not loosens(rules, rules)
    hours = OpeningHours(days=(0,), opens="10:00", closes="12:00")
    aims = replace(rules, first_word_aim=1, full_reply_aim=2, hours=hours)
    assert aims.digest == rules.digest
    assert not loosens(rules, aims)
    assert replace(rules, look_holds=rules.look_holds + 1).digest != rules.digest


@pytest.mark.parametrize(
    ("change", "looser"),
    [
        ({"complaint": Waits(20, 60, 239, 10)}, True),
        ({"complaint": Waits(20, 60, 241, 10)}, False),
        ({"question": Waits(0, 0, 0, 4)}, True),
        ({"sign_praise": False}, True),
        ({"sign_question": True}, False),
        ({"sign_after_week": True}, False),
        ({"sign_after_week": False, "sign_praise": False}, True),
        ({"complaint_share_percent": 59}, True),
        ({"look_holds": 241}, True),
        ({"page_look_holds": 11}, True),
        ({"sign_off_holds": 72 * 60 + 1}, True),
        ({"zone": "Asia/Kathmandu"}, False),
        ({"granted": (("tom", 500),)}, True),
        ({"distinct_people": True}, False),
        ({"answer_aim": 60}, False),
    ],
)
def test_what_loosens(change: dict[str, object], looser: bool) -> None:
    before = Policy(sign_praise=True)
    assert loosens(before, replace(before, **change)) is looser  # type: ignore[arg-type]


def test_a_case_keeps_its_rules_and_stricter_ones_hold_at_once() -> None:
    built = CaseBuilder().read().feel().judge().write().ask().sign()
    built.rules_now(complaint=Waits(10, 10, 10, 10))
    assert waits(built) == [(Feeling.CALM, minutes(20))]
    built.rules_now(complaint=Waits(45, 60, 240, 10))
    assert waits(built) == [(Feeling.CALM, minutes(45))]
