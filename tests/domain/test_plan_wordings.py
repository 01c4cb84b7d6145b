"""The plan's own wordings: what they may say, who signs them, for how long that holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain import plan, wordings
from calmreply.domain.moment import Boot, Now, Reading
from calmreply.domain.people import Person, PersonId, Presence
from calmreply.domain.plan import Slot
from calmreply.domain.reply import RevisionId
from calmreply.domain.wordings import (
    BadWordingError,
    Obstacle,
    Planned,
    Prepared,
    Problem,
    Stands,
    Use,
    WordingId,
    WordingRetired,
    WordingRevised,
    WordingSigned,
    checked,
    months_after,
    obstacle,
    planned_from,
    standing,
)

BEGAN = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
LATE = Prepared("Late", "Hello {name}, sorry for the wait.")
ANA, TOM = PersonId("1"), PersonId("2")
NAME = WordingId("late")


def reading(hours: float) -> Reading:
    return Reading(BEGAN + timedelta(hours=hours), "boot", 1000 + hours * 3600)


def now(hours: float) -> Now:
    last = reading(hours).ticks
    return Now(reading(hours), (Boot("boot", reading(0).began, 1000, last),))


def revised(number: int = 1, prepared: Prepared = LATE, hours: float = 0) -> WordingRevised:
    return WordingRevised(NAME, RevisionId(f"r{number}"), number, prepared, ANA, reading(hours))


def signed(
    of: WordingRevised, by: PersonId = TOM, hours: float = 1, *, alone: bool = False
) -> WordingSigned:
    return WordingSigned(NAME, of.revision, of.prepared.digest, alone, by, reading(hours))


def person(who: PersonId, presence: Presence = Presence.ACTIVE) -> Person:
    return Person(who, f"Person {who}", "", "", 0, presence, reading(0))


def stands(*facts: wordings.PlanFact, hours: float = 2) -> Stands:
    (one,) = planned_from(facts)
    return standing(one, now(hours)).stands


def test_a_sign_off_counts_for_the_very_words_it_was_given_to() -> None:
    first, second = revised(), revised(2, replace(LATE, text="Other words."), 3)
    assert stands(first) is Stands.NOT_SIGNED
    assert stands(first, signed(first)) is Stands.SIGNED
    assert stands(first, signed(first), second, hours=4) is Stands.NOT_SIGNED
    assert stands(first, second, signed(second), hours=4) is Stands.SIGNED
    assert stands(first, replace(signed(first), digest="f" * 64)) is Stands.NOT_SIGNED
    (one,) = planned_from((first, signed(first), second))
    assert standing(one, now(4), first.revision).stands is Stands.SIGNED
    assert standing(one, now(4), RevisionId("none")).stands is Stands.NOT_SIGNED


def test_nobody_signs_their_own_words_and_says_they_were_looked_at() -> None:
    mine = revised()
    assert stands(mine, signed(mine, ANA)) is Stands.NOT_SIGNED
    assert stands(mine, signed(mine, ANA, alone=True)) is Stands.SIGNED
    assert stands(mine, signed(mine, TOM, alone=True)) is Stands.NOT_SIGNED


def test_it_holds_for_twelve_months_and_a_new_one_begins_anew() -> None:
    first = revised()
    year = (months_after(signed(first).at.wall, 12) - BEGAN) / timedelta(hours=1)
    (one,) = planned_from((first, signed(first)))
    held = standing(one, now(2))
    assert held.until == datetime(2027, 11, 18, 21, 0, tzinfo=UTC)
    assert (held.by, held.since) == (TOM, datetime(2026, 11, 18, 21, 0, tzinfo=UTC))
    assert stands(first, signed(first), hours=year - 0.01) is Stands.SIGNED
    assert stands(first, signed(first), hours=year) is Stands.LAPSED
    assert stands(first, signed(first), signed(first, hours=year), hours=year + 1) is Stands.SIGNED


def test_a_clock_that_was_set_back_keeps_no_sign_off_alive() -> None:
    first = revised()
    (one,) = planned_from((first, signed(first)))
    ticks = reading(370 * 24).ticks
    back = Reading(BEGAN + timedelta(hours=3), "boot", ticks)
    doubtful = Now(back, (Boot("boot", reading(0).began, 1000, ticks, stepped=True),))
    assert standing(one, doubtful).stands is Stands.LAPSED


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)), st.integers(0, 60))  # noqa: DTZ001 - made aware
def test_so_many_months_later(moment: datetime, months: int) -> None:
    moment = moment.replace(tzinfo=UTC)
    later = months_after(moment, months)
    assert (later.year * 12 + later.month) - (moment.year * 12 + moment.month) == months
    assert later.timetz() == moment.timetz()
    assert later.day == moment.day or (later + timedelta(days=1)).day == 1


def test_who_may_sign() -> None:
    (one,) = planned_from((revised(),))
    both = (person(ANA), person(TOM))

    def why(who: PersonId, here: tuple[Person, ...], hours: float = 1) -> Obstacle | None:
        return obstacle(one, who, here, now(hours), "UTC")

    assert why(TOM, both) is None
    assert why(ANA, both, 100) is Obstacle.WROTE_IT
    assert why(ANA, (person(ANA), person(TOM, Presence.AWAY)), 100) is Obstacle.WROTE_IT
    assert why(TOM, (person(ANA), person(TOM, Presence.AWAY))) is Obstacle.NOT_HERE
    assert why(PersonId("3"), both) is Obstacle.NOT_HERE
    alone = (person(ANA), person(TOM, Presence.LEFT))
    assert why(ANA, alone, 8.9) is Obstacle.NIGHT_FIRST
    assert why(ANA, alone, 9) is None
    retired = planned_from((revised(), WordingRetired(NAME, ANA, reading(1))))[0]
    assert obstacle(retired, TOM, both, now(2), "UTC") is Obstacle.RETIRED


@pytest.mark.parametrize(
    ("from_", "hours", "zone", "slept"),
    [
        (0, 9, "UTC", True),  # 20:00 to 05:00
        (0, 8.99, "UTC", False),
        (2, 7.5, "UTC", False),  # 22:00 to 05:30, under 8 hours
        (7, 10, "UTC", False),  # 03:00 to 13:00: the night had begun
        (7, 26, "UTC", True),
        (14, 12, "UTC", False),  # 10:00 to 22:00: a day
        (0, 9, "Asia/Tokyo", False),  # 05:00 to 14:00 there
        (6, 8, "America/New_York", True),  # 21:00 to 05:00 there
        (5, 8.9, "America/New_York", False),
    ],
)
def test_a_night(from_: float, hours: float, zone: str, slept: bool) -> None:
    assert wordings.night_passed(reading(from_), now(from_ + hours), zone) is slept


def test_a_revision_brings_a_retired_one_back() -> None:
    first = revised()
    facts = (first, signed(first), WordingRetired(NAME, ANA, reading(2)))
    assert planned_from(facts)[0].retired
    back = planned_from((*facts, replace(first, revision=RevisionId("r2"), number=2)))[0]
    assert (back.retired, len(back.revisions)) == (False, 2)
    assert standing(back, now(3)).stands is Stands.NOT_SIGNED
    assert planned_from((WordingRetired(NAME, ANA, reading(0)), signed(first))) == ()


@pytest.mark.parametrize(
    ("given_", "problem"),
    [
        (Prepared(" ", "Words."), Problem.NO_TITLE),
        (Prepared("a" * 81, "Words."), Problem.TITLE_TOO_LONG),
        (Prepared("a\u202eb", "Words."), Problem.UNSEEN),
        (Prepared("Late", " \n "), Problem.NO_TEXT),
        (Prepared("Late", "a" * 4001), Problem.TEXT_TOO_LONG),
        (Prepared("Late", "Hello \u202eevil"), Problem.UNSEEN),
        (Prepared("Late", "Hello {Name}"), Problem.UNKNOWN_SLOT),
        (Prepared("Late", "About {item}", Use.HOLDING), Problem.NOT_IN_HOLDING),
        (Prepared("Late", "Words.", fits=("a" * 41,)), Problem.BAD_FITS),
        (Prepared("Late", "Words.", fits=tuple(map(str, range(13)))), Problem.BAD_FITS),
        (Prepared("Late", "Words.", channels=("E-mail",)), Problem.BAD_CHANNEL),
        (Prepared("Late", "Words.", language="english!"), Problem.BAD_LANGUAGE),
    ],
)
def test_what_a_wording_cannot_say(given_: Prepared, problem: Problem) -> None:
    with pytest.raises(BadWordingError) as refused:
        checked(given_)
    assert refused.value.problem is problem


def test_a_wording_is_tidied() -> None:
    untidy = Prepared(
        "  Late  again ", "\r\nHello,  \r\nsorry.\n\n", Use.REPLY, (" late ", "", "late")
    )
    assert checked(untidy) == Prepared("Late again", "Hello,\nsorry.", Use.REPLY, ("late",))
    assert checked(Prepared("Retard", "Désolés\u202f! \u200d")).text == "Désolés\u202f! \u200d"


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(Slot), st.text("ab ", max_size=5)))
def test_what_is_known_is_put_in_and_the_rest_stays(text: str, known: dict[Slot, str]) -> None:
    given_ = f"{text} {{name}}, {{item}} {{strange}}"
    filled = plan.fill_known(given_, known)
    left = {slot for _from, _to, slot in plan.unfilled(filled)}
    before = {slot for _from, _to, slot in plan.unfilled(given_)}
    assert left == before - set(known)
    assert "{strange}" in filled
    for start, end, slot in plan.unfilled(filled):
        assert filled[start:end] == f"{{{slot.value}}}"


def test_an_empty_name_leaves_no_gap() -> None:
    assert plan.fill_known("Hello {name}, thanks.", {Slot.NAME: ""}) == "Hello, thanks."


def test_only_what_stands_in_the_plan_is_folded() -> None:
    one = Planned(NAME, (revised(),))
    assert one.wording().revision == "r1"
    assert (one.wording().id, one.wording().own) == ("late", False)
