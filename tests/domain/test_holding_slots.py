"""Holding replies: what may stand in a slot, and every refusal."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain.plan import BadSlotError, Slot, SlotProblem, Wording, fill, published_name
from calmreply.testing.clock import SOME_MORNING

WORDING = Wording(
    "all", "Everything", "Hello {name}, we answer by {time}. Until then: {contact}!", own=True
)
CONTACTS = ("Ana, 0211 5550 17", "hello@bakery.example")
SOON = SOME_MORNING + timedelta(hours=3)


def filled(
    wording: Wording = WORDING,
    author: str = "Robin Sample",
    contacts: tuple[str, ...] = CONTACTS,
    time: datetime | None = SOON,
    **values: str,
) -> str:
    return fill(
        wording,
        author=author,
        contacts=contacts,
        values=values,
        time=time,
        time_words="Tuesday noon",
        now=SOME_MORNING,
    )


def test_the_slots_of_a_wording_in_the_order_of_its_text() -> None:
    assert WORDING.slots == (Slot.NAME, Slot.TIME, Slot.CONTACT)
    assert Wording("plain", "Plain", "Thank you.").slots == ()
    with pytest.raises(ValueError, match="price"):
        _ = Wording("bad", "Bad", "It costs {price}.").slots


def test_everything_in_its_place() -> None:
    wanted = "Hello Robin Sample, we answer by Tuesday noon. Until then: Ana, 0211 5550 17!"
    assert filled() == wanted
    assert filled(name=" Robin  Sample ") == wanted
    assert filled(contact=CONTACTS[1]).endswith("Until then: hello@bakery.example!")
    assert filled(name="").startswith("Hello, we answer")
    assert filled(author="").startswith("Hello, we answer")


def test_a_name_is_put_in_as_it_is_and_never_read_as_a_slot() -> None:
    assert filled(author="{contact}").startswith("Hello {contact}, we answer")


def minutes(number: float) -> datetime:
    return SOME_MORNING + timedelta(minutes=number)


@pytest.mark.parametrize(
    ("how", "slot", "problem"),
    [
        ({"price": "10"}, "price", SlotProblem.UNKNOWN),
        ({"name": "Dear customer"}, "name", SlotProblem.NAME_NOT_A_NAME),
        ({"name": "robin sample"}, "name", SlotProblem.NAME_NOT_A_NAME),
        ({"name": "R" * 41}, "name", SlotProblem.NAME_TOO_LONG),
        ({"name": "R0bin", "author": "R0bin"}, "name", SlotProblem.NAME_NOT_A_NAME),
        ({"contact": "0211 5550 18"}, "contact", SlotProblem.CONTACT_NOT_IN_PLAN),
        ({"contact": ""}, "contact", SlotProblem.CONTACT_NOT_IN_PLAN),
        ({"contacts": ()}, "contact", SlotProblem.MISSING),
        ({"time": None}, "time", SlotProblem.MISSING),
        ({"time": SOME_MORNING}, "time", SlotProblem.TIME_TOO_FAR),
        ({"time": minutes(-1)}, "time", SlotProblem.TIME_TOO_FAR),
        ({"time": minutes(7 * 24 * 60 + 1)}, "time", SlotProblem.TIME_TOO_FAR),
    ],
)
def test_what_is_refused(how: dict[str, object], slot: str, problem: SlotProblem) -> None:
    with pytest.raises(BadSlotError) as caught:
        filled(**how)  # type: ignore[arg-type]
    assert (caught.value.slot, caught.value.problem) == (slot, problem)


def test_a_value_for_a_slot_the_wording_does_not_have_is_refused() -> None:
    with pytest.raises(BadSlotError, match="unknown"):
        filled(Wording("plain", "Plain", "Thank you."), name="Robin Sample")


def test_a_time_within_seven_days() -> None:
    for number in (1, 7 * 24 * 60):
        assert "Tuesday noon" in filled(time=minutes(number))


@pytest.mark.parametrize(
    "author",
    [
        "Robin",
        "Zoë O'Neill-Şahin",
        "Dr. A. B. Sample",
        "三郎 山田",
        "  Robin \n Sample ",
        "J.R. Sample",
        "R" * 40,
    ],
)
def test_a_name_as_published(author: str) -> None:
    assert published_name(author) == " ".join(author.split())


@pytest.mark.parametrize(
    "author",
    [
        "",
        "R" * 41,
        "Robin 1987",
        "Robin ٣",
        "Robin ²",
        "robin@sample.example",
        "evil.example",
        "WWW evil",
        "see https://x",
        "evil。example",
        "Robin\u202egnitteb",
        "Ro\u200bbin",
        "Ro\u2066bin",
    ],
)
def test_no_name_where_it_could_be_an_address_a_number_or_a_trick(author: str) -> None:
    assert published_name(author) == ""


@given(st.text())
def test_whatever_they_call_themselves_no_digit_and_no_address_gets_in(author: str) -> None:
    name = published_name(author)
    assert len(name) <= 40
    assert name.isprintable()
    assert not any(char.isdigit() for char in name)
    assert "@" not in name
    assert "://" not in name
