"""A second person agrees: not private, not a complaint; and anybody makes it stricter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calmreply.domain.agreements import Unfit, unfit
from calmreply.domain.calm import effective_kind
from calmreply.domain.mention import Stars
from calmreply.domain.people import PersonId, Presence
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.said import Agreement
from calmreply.testing.builders import CaseBuilder

ACCOUNT = "DE89 3704 0044 0532 0130 00"
NOT_COMPLAINT, NOT_PRIVATE = Agreement.NOT_COMPLAINT, Agreement.NOT_PRIVATE
Build = Callable[[], CaseBuilder]


def kind(built: CaseBuilder) -> Kind:
    return effective_kind(built.facts, built.rules)


def by_stars() -> CaseBuilder:
    return CaseBuilder(stars=Stars(3)).read().feel()


def by_feeling() -> CaseBuilder:
    return CaseBuilder().read().feel("ana", Feeling.STUNG)


def by_wish() -> CaseBuilder:
    return CaseBuilder().read().feel().stricter("ben")


@pytest.mark.parametrize("build", [by_stars, by_feeling, by_wish])
def test_it_becomes_looser_only_when_a_second_person_agrees(build: Build) -> None:
    built = build()
    assert kind(built) is Kind.COMPLAINT
    assert kind(built.judge(Kind.PRAISE)) is Kind.COMPLAINT, "judged praise by one person alone"
    assert kind(built.agree(NOT_COMPLAINT, "tom")) is Kind.PRAISE
    built.write().advance(minutes=2)
    assert built.kinds() == ["second_look"]


def test_nobody_agrees_who_has_a_part_in_it() -> None:
    built = by_stars().judge(Kind.PRAISE, who="ben").read("mia").feel("mia").write("tom")
    for who in ("ana", "ben", "mia", "tom"):
        assert unfit(built.facts, PersonId(who), NOT_COMPLAINT) is Unfit.TOOK_PART
        assert kind(built.agree(NOT_COMPLAINT, who)) is Kind.COMPLAINT


def test_whoever_agreed_and_then_takes_part_has_agreed_to_nothing() -> None:
    built = by_stars().judge(Kind.PRAISE).agree(NOT_COMPLAINT)
    assert kind(built) is Kind.PRAISE
    assert kind(built.write("tom")) is Kind.COMPLAINT


def test_it_is_good_for_that_version_of_the_mention_only() -> None:
    built = by_stars().judge(Kind.PRAISE).agree(NOT_COMPLAINT).edited("And rude.")
    assert kind(built) is Kind.COMPLAINT
    assert kind(built.agree(NOT_COMPLAINT)) is Kind.PRAISE
    assert kind(built.answered("Nobody cares.")) is Kind.COMPLAINT, "another turn"


def test_what_is_felt_or_wished_since_counts_more() -> None:
    built = by_stars().judge(Kind.PRAISE).agree(NOT_COMPLAINT)
    assert kind(built.feel("ben")) is Kind.PRAISE, "calm"
    assert kind(built.feel("ana", Feeling.STUNG)) is Kind.COMPLAINT
    assert kind(built.agree(NOT_COMPLAINT)) is Kind.PRAISE
    assert kind(built.stricter("mia")) is Kind.COMPLAINT


def test_agreeing_leaves_it_as_it_was_judged() -> None:
    assert kind(by_stars().agree(NOT_COMPLAINT)) is Kind.COMPLAINT, "not yet judged"
    assert kind(by_stars().judge().agree(NOT_COMPLAINT)) is Kind.COMPLAINT


def test_who_is_away_or_left_agrees_to_nothing() -> None:
    for presence in (Presence.AWAY, Presence.LEFT):
        built = by_stars().judge(Kind.PRAISE).agree(NOT_COMPLAINT).person("tom", presence)
        assert unfit(built.facts, PersonId("tom"), NOT_COMPLAINT) is Unfit.AWAY
        assert kind(built) is Kind.COMPLAINT


def test_a_second_self_who_came_in_for_this_case_has_a_new_key() -> None:
    built = by_stars().advance(minutes=1).comes_in("self")
    who = PersonId("self")
    assert unfit(built.facts, who, NOT_COMPLAINT, built.now) is Unfit.NEW_KEY
    assert unfit(built.facts, who, NOT_PRIVATE, built.step_wall(days=8).now) is Unfit.NEW_KEY
    assert unfit(built.facts, who, NOT_COMPLAINT, built.advance(days=7).now) is None
    assert unfit(built.facts, PersonId("tom"), NOT_COMPLAINT, built.now) is None


def test_anybody_makes_praise_stricter_with_one_word() -> None:
    built = CaseBuilder().read().feel().judge(Kind.PRAISE).write().advance(minutes=2)
    assert built.kinds() == ["second_look"]
    built.stricter("mia")
    assert built.kinds() == [
        "cooling_person",
        "cooling_text",
        "needs_second_person",
        "second_look",
    ]


# --- not private -------------------------------------------------------------------------------


def test_not_private_is_for_these_words_and_not_by_their_writer() -> None:
    built = (
        CaseBuilder().read().feel().judge().write(text=f"To {ACCOUNT}").agree(NOT_PRIVATE, "ana")
    )
    assert "private_data" in built.kinds()
    assert "private_data" not in built.agree(NOT_PRIVATE, "ben").kinds()
    built.write(text=f"Send it to {ACCOUNT}")
    assert "private_data" in built.kinds(), "other words"


def test_not_private_covers_only_what_was_found_then() -> None:
    built = CaseBuilder().read().feel().judge().write(text="Call us.").agree(NOT_PRIVATE, "ben")
    built.write(text=f"To {ACCOUNT}").agree(NOT_PRIVATE, "ben")
    assert "private_data" not in built.kinds()
    assert "private_data" in built.edited("Other words of theirs.").kinds()


def test_who_felt_it_may_say_that_it_is_not_private() -> None:
    built = CaseBuilder().read("ben").feel("ben").write(text=f"To {ACCOUNT}")
    assert "private_data" not in built.agree(NOT_PRIVATE, "ben").kinds()
