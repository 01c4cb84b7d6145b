"""Names and addresses that could be taken for somebody else's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain.people import PersonId, Presence
from calmreply.domain.resembling import Sort, alike, doubts, doubts_of, mailbox, near
from calmreply.testing.builders import CaseBuilder

if TYPE_CHECKING:
    from calmreply.domain.people import Person

NAMES = st.text(min_size=1, max_size=30)


@pytest.mark.parametrize(
    "other",
    [
        "TOM  MILLER",
        "Tom-Miller",
        "Miller Tom",
        "Miller, Tom",
        "TomMiller",
        "Tóm Mïller",
        "T0m Miller",
        "Tom Mi11er",
        "Tom MiIIer",
        "\u0422\u043em Miller",
        "Tom\u200b Miller",
        "\uff34om Miller",
    ],
)
def test_names_that_read_the_same(other: str) -> None:
    assert alike("Tom Miller", other)
    assert alike(other, "Tom Miller")


def test_two_letters_drawn_like_one() -> None:
    assert alike("Bernd Horn", "Bemd Hom")
    assert alike("Ewa", "Evva")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ana", "Anna"), ("Tom Miller", "Tim Weller"), ("Maria", "Mario"), ("Tom", "Tom Miller")],
)
def test_people_who_are_simply_called_so(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not near(one, other)


@pytest.mark.parametrize(
    "other", ["Anna Semple", "Anna Sampel", "Ana Sample", "Annna Sample", "Anna Sampl"]
)
def test_one_letter_in_a_long_name_is_near(other: str) -> None:
    assert not alike("Anna Sample", other)
    assert near("Anna Sample", other)
    assert near(other, "Anna Sample")


@given(NAMES, NAMES)
def test_likeness_does_not_depend_on_who_came_first(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)
    assert near(one, other) == near(other, one)
    assert not near(one, one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("tom@shop.example", "Tom@Shop.example", True),
        ("tom.miller@shop.example", "tommiller+calm@shop.example", True),
        ("tom@gmail.com", "t.o.m@googlemail.com", True),
        ("tom@shop.example", "tom@other.example", False),
        ("tom@shop.example", "tim@shop.example", False),
    ],
)
def test_addresses_that_end_up_in_one_box(one: str, other: str, *, same: bool) -> None:
    assert (mailbox(one) == mailbox(other)) is same


@pytest.mark.parametrize(
    "none", ["", "0171 555 0199", "tom", "@shop.example", "+x@y.example", "a@"]
)
def test_what_is_no_address_ends_up_nowhere(none: str) -> None:
    assert mailbox(none) == ""
    built = CaseBuilder()
    everybody = tuple(replace(one, mail=none) for one in built.people)
    assert doubts(everybody, "Zacharias", none) == ()


def person(built: CaseBuilder, who: str) -> Person:
    return next(one for one in built.people if one.id == who)


def test_whose_hand_it_was_is_said_on_the_first_day_only() -> None:
    built = CaseBuilder()
    everybody = built.people
    assert doubts_of(everybody, person(built, "ana"), built.now) == (), "somebody has to be first"
    built.advance(days=40).comes_in("kim")
    kim = replace(
        person(built, "kim"), vouched_by=PersonId("ana"), name="Torn", mail="t.o.m@a.example"
    )
    tom = replace(person(built, "tom"), mail="TOM+x@a.example", presence=Presence.LEFT)
    others = tuple(one for one in everybody if one.id != "tom")
    people = (*others, tom, kim)
    found = [(one.sort, one.other.id) for one in doubts_of(people, kim, built.now)]
    assert found == [(Sort.NAME, "tom"), (Sort.MAIL, "tom"), (Sort.HAND, "ana")]
    assert doubts_of(people, tom, built.now) == (), "it is the later one who is like the earlier"
    alone = replace(kim, vouched_by=None, name="Kim", mail="")
    nobody = doubts_of((*others, tom, alone), alone, built.now)
    assert [one.sort for one in nobody] == [Sort.NOBODY]
    built.advance(days=2)
    left = [one.sort for one in doubts_of(people, kim, built.now)]
    assert left == [Sort.NAME, Sort.MAIL], "likeness stays said"
