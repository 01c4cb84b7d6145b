"""A comment that its site only lets through, or holds back, says nothing new."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain import own_site, record
from calmreply.domain.calm import person_waits
from calmreply.domain.mention import MentionVersion, Visibility
from calmreply.domain.own_site import Moderated, Moderation, WishId
from calmreply.domain.people import PersonId
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.sign_off import Standing, sign_off_state
from calmreply.testing.builders import CaseBuilder

HELD, SHOWN = Visibility.PRIVATE, Visibility.PUBLIC
ANA = PersonId("ana")


def heard(built: CaseBuilder, **changes: object) -> CaseBuilder:
    """Another version of the mention, heard now."""
    now = built.mention.now
    told: dict[str, object] = {"number": now.number + 1, "heard": built.reading.wall, **changes}
    version = replace(now, **told)  # type: ignore[arg-type]  # fields by name
    built.mention = replace(built.mention, versions=(*built.mention.versions, version))
    return built


def held_and_signed() -> CaseBuilder:
    """A comment that waits, read, felt, judged, answered and signed."""
    built = CaseBuilder(visibility=HELD).read().feel(feeling=Feeling.STUNG).judge()
    return built.write(visibility=SHOWN).ask().sign()


def test_letting_it_through_asks_nothing_anew() -> None:
    built = held_and_signed().advance(hours=2)
    before, content = built.kinds(), record.present(built.facts, built.rules)
    heard(built, visibility=SHOWN)
    assert built.kinds() == before == ["second_look"]
    assert record.present(built.facts, built.rules) == content
    assert sign_off_state(built.facts, built.rules, built.now).standing is Standing.SIGNED
    heard(built, visibility=HELD)  # and somebody there holds it back again
    assert built.kinds() == before
    heard(built, visibility=SHOWN, text="It was the worst bread of all.")
    assert {"mention_changed", "sign_off_lapsed"} <= {*built.kinds()}


def test_what_is_felt_after_it_was_let_through_waits_from_the_reading_before() -> None:
    """However reading and feeling lie around it, no wait is lost and none begins twice."""
    built = CaseBuilder(visibility=HELD).read()
    heard(built, visibility=SHOWN).feel(feeling=Feeling.ANGRY)
    (wait,) = person_waits(built.facts, built.rules, built.now, ANA)
    assert wait.length > timedelta(0)
    assert not wait.over
    built.advance(minutes=5).read().feel(feeling=Feeling.ANGRY)  # as a version before asked for it
    assert person_waits(built.facts, built.rules, built.now, ANA)[0].began == wait.began
    assert len(person_waits(built.facts, built.rules, built.now, ANA)) == 1


WORDS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([HELD, SHOWN])), min_size=1)


@given(WORDS)
def test_versions_are_the_same_exactly_while_their_words_stay(
    told: list[tuple[str, Visibility]],
) -> None:
    at = CaseBuilder().reading.wall
    versions = tuple(
        MentionVersion(n, text, "Robin", None, seen, at) for n, (text, seen) in enumerate(told, 1)
    )
    mention = replace(CaseBuilder().mention, versions=versions)
    for one in versions:
        later = told[one.number - 1 :]
        assert mention.says_now(one.number) == all(text == told[-1][0] for text, _seen in later)
    changes = sum(a[0] != b[0] for a, b in pairwise(told))
    assert len(mention.sayings) == changes + 1
    assert mention.sayings[-1] == mention.said


def test_whether_it_waits_on_the_own_site() -> None:
    built = CaseBuilder(visibility=HELD).judge(Kind.QUESTION)
    assert own_site.waits(built.facts)
    built.advance(minutes=1)
    built.put(Moderated(WishId("1"), Moderation.SHOW, ANA, built.reading))  # type: ignore[arg-type]  # a fact like any other
    assert not own_site.waits(built.facts)  # before the next check tells the same
    built.advance(minutes=1)
    heard(built, visibility=SHOWN)
    assert not own_site.waits(built.facts)
    built.advance(minutes=1)
    heard(built, visibility=HELD)  # somebody there has held it back
    assert own_site.waits(built.facts)
    built.put(Moderated(WishId("2"), Moderation.SPAM, ANA, built.reading))  # type: ignore[arg-type]  # a fact like any other
    assert not own_site.waits(built.facts)
    assert own_site.hidden(built.facts) is not None
