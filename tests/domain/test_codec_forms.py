"""Values to JSON and back without a loss, and the one canonical form."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from types import UnionType
from typing import Any, NewType, Union, cast, get_args, get_origin, get_type_hints

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from calmreply.domain import codec
from calmreply.domain.case import CaseFact, Choice
from calmreply.domain.debrief import Answers
from calmreply.domain.journal import Line
from calmreply.domain.mention import Heard, Mention, Stars
from calmreply.domain.moment import Boot
from calmreply.domain.outbox import Outcome
from calmreply.domain.people import (
    Enrolled,
    PassphraseChanged,
    Person,
    PersonChanged,
    PresenceChanged,
)
from calmreply.domain.policy import Feeling, Kind, Policy
from calmreply.domain.reply import Words
from calmreply.domain.review import Tick

# What goes through JSON: times to the millisecond, numbers that are numbers.
_times = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - the zone is given beside
    datetime(2100, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
).map(lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000))
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: _text,
    int: st.integers(-(2**53) + 1, 2**53 - 1),
    float: st.floats(0, 1e9, allow_nan=False),
    bool: st.booleans(),
    bytes: st.binary(max_size=40),
    datetime: _times,
    Stars: st.builds(Stars, st.floats(0, 5), st.just(5.0)),
    type(None): st.none(),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type of ours that can go through JSON."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, NewType):
        return values(kind.__supertype__)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(
            cast("type", kind), **{f.name: values(hints[f.name]) for f in fields(kind)}
        )
    args = get_args(kind)
    if get_origin(kind) in {Union, UnionType}:
        return st.one_of([values(arg) for arg in args])
    if get_origin(kind) is tuple and args[-1] is Ellipsis:
        return st.lists(values(args[0]), max_size=3).map(tuple)
    if get_origin(kind) is tuple:
        return st.tuples(*map(values, args))
    return st.sampled_from(kind)


FACTS = get_args(CaseFact)
PEOPLE = (Enrolled, PresenceChanged, PersonChanged, PassphraseChanged, Person)
OTHERS = (*PEOPLE, Policy, Mention, Heard, Boot, Words, Answers, Line)


def there_and_back(value: Any) -> Any:
    return codec.from_json(type(value), json.loads(json.dumps(codec.to_json(value))))


@pytest.mark.parametrize("kind", [*FACTS, *OTHERS])
def test_every_value_comes_back_as_it_was(kind: type) -> None:
    @settings(max_examples=25)
    @given(values(kind))
    def check(value: Any) -> None:
        assert there_and_back(value) == value

    check()


def test_every_fact_of_a_case_is_tried() -> None:
    assert len(FACTS) == 35
    assert all(isinstance(fact, type) for fact in FACTS)


# --- the canonical form ------------------------------------------------------------------------

_ascii = st.text(st.characters(max_codepoint=127), max_size=8)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_ascii, inner, max_size=4),
    max_leaves=12,
)


@given(_json)
def test_the_canonical_form_is_rfc_8785(value: Any) -> None:
    assert codec.canonical(value) == rfc8785.dumps(value)
    assert json.loads(codec.canonical(value)) == value


@pytest.mark.parametrize("kind", FACTS)
def test_what_is_written_about_a_case_is_canonical(kind: type) -> None:
    @settings(max_examples=25)
    @given(values(kind))
    def check(value: Any) -> None:
        plain = codec.to_json(value)
        plain.pop("at")  # the only number in it that is no whole one
        assert codec.canonical(plain) == rfc8785.dumps(plain)

    check()


@given(st.dictionaries(_ascii, _text, min_size=1, max_size=4))
def test_the_digest_does_not_depend_on_the_order_of_keys(value: dict[str, str]) -> None:
    turned = dict(reversed(value.items()))
    assert codec.digest(turned) == codec.digest(value)
    assert codec.digest(value) != codec.digest({**value, "and": "more"})
    assert len(codec.digest(value)) == 64


def test_half_a_character_is_kept_too() -> None:
    """A page may hold anything; a lone surrogate must not stop the journal."""
    assert json.loads(codec.canonical("\ud800").decode("utf-8", "surrogatepass")) == "\ud800"


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        codec.canonical(float("nan"))


# --- times -------------------------------------------------------------------------------------


def test_times_are_utc_with_milliseconds() -> None:
    summer = timezone(timedelta(hours=2))
    moment = datetime(2026, 7, 1, 12, 0, 0, 999_999, tzinfo=summer)
    assert codec.rfc3339(moment) == "2026-07-01T10:00:00.999Z"
    read = codec.from_json(datetime, "2026-07-01T12:00:00+02:00")
    assert read == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert read.tzinfo is UTC


def test_a_time_without_a_zone_is_refused_both_ways() -> None:
    with pytest.raises(ValueError, match="no zone"):
        codec.rfc3339(datetime(2026, 7, 1))  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="no zone"):
        codec.from_json(datetime, "2026-07-01T12:00:00")


# --- what does not fit -------------------------------------------------------------------------


class Colour(Enum):
    TEAL = "teal"


@dataclass(frozen=True)
class Inner:
    number: int = 0


@dataclass(frozen=True)
class Sample:
    name: str
    share: float
    good: bool
    colour: Colour
    inner: Inner
    pair: tuple[int, str]
    many: tuple[Inner, ...]
    some: frozenset[str]
    raw: bytes
    maybe: Inner | None = None
    anything: Any = None
    later: str = "default"


SAMPLE = Sample(
    "a", 0.5, good=True, colour=Colour.TEAL, inner=Inner(3), pair=(1, "x"), many=(Inner(1),),
    some=frozenset({"b", "a"}), raw=b"\x00\xff", maybe=Inner(2), anything=[1, {"a": None}],
)  # fmt: skip


def test_every_form_there_is() -> None:
    plain = codec.to_json(SAMPLE)
    assert plain["some"] == ["a", "b"]
    assert plain["raw"] == "00ff"
    assert there_and_back(SAMPLE) == SAMPLE


def test_old_lines_stay_readable() -> None:
    plain = codec.to_json(SAMPLE)
    del plain["later"], plain["maybe"]
    plain["long_gone"] = 1
    read = codec.from_json(Sample, plain)
    assert (read.later, read.maybe) == ("default", None)


def test_a_whole_number_may_stand_for_a_fraction() -> None:
    assert codec.from_json(Sample, {**codec.to_json(SAMPLE), "share": 1}).share == 1.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 1),
        ("name", None),
        ("share", "0.5"),
        ("share", True),
        ("good", 1),
        ("colour", "red"),
        ("colour", ["teal"]),
        ("inner", []),
        ("inner", {"number": True}),
        ("inner", {"number": 1.5}),
        ("inner", None),
        ("pair", [1]),
        ("pair", "1x"),
        ("many", {"0": {}}),
        ("many", "abc"),
        ("some", "abc"),
        ("raw", "xyz"),
        ("raw", 5),
        ("maybe", "x"),
    ],
)
def test_what_does_not_fit_is_a_value_error(name: str, value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds, all of them ValueErrors
        codec.from_json(Sample, {**codec.to_json(SAMPLE), name: value})


@pytest.mark.parametrize("data", [None, 1, "x", [], {}, [["name", "a"]]])
def test_what_is_no_such_value_at_all(data: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - as above
        codec.from_json(Sample, data)


def test_the_names_of_choices_do_not_change() -> None:
    """They stand in every journal that was ever written."""
    assert codec.to_json(tuple(Kind)) == ["complaint", "question", "praise"]
    assert codec.to_json(tuple(Feeling)) == [0, 1, 2]
    assert codec.to_json(tuple(Tick)) == ["true", "kind", "promise", "private", "not_private"]
    assert codec.to_json(tuple(Choice)) == ["send", "change", "none"]
    outcomes = ["delivered", "refused", "try_later", "not_left", "unknown"]
    assert codec.to_json(tuple(Outcome)) == outcomes
