"""Other words a reviewer proposes: who wrote what, which one stands, and who may still sign."""

from __future__ import annotations

from calmreply.domain.calm import writers
from calmreply.domain.review import SignedOff
from calmreply.domain.said import EmergencyDeclared
from calmreply.domain.sign_off import may_sign
from calmreply.domain.suggestions import standing, suggestions
from calmreply.testing.builders import CaseBuilder

BETTER = "Dear Robin, we are sorry. It will not happen again."


def proposed() -> CaseBuilder:
    return CaseBuilder().write("ana").ask("tom").remark("tom", "Shorter.", suggestion=BETTER)


def taken_over() -> CaseBuilder:
    return proposed().write("ana", BETTER, suggested_by="tom", suggestion=1)


def test_one_that_was_made_stands_until_it_is_taken_over_or_said_anyway() -> None:
    built = proposed()
    (made,) = suggestions(built.facts)
    assert (made.number, made.text, made.note, made.by) == (1, BETTER, "Shorter.", "tom")
    assert (made.of.number, made.taken, standing(built.facts)) == (1, None, made)
    built = taken_over()
    (made,) = suggestions(built.facts)
    assert made.taken == built.facts.revisions[-1].revision
    assert standing(built.facts) is None
    assert standing(taken_over().write("ana", "Dear Robin.").facts) is None
    assert standing(proposed().write("ana", BETTER).facts) is None, "typed, it is said as well"


def test_a_mere_remark_is_none_and_the_newest_counts() -> None:
    built = proposed().remark("mia", "Warmer.").remark("mia", "", suggestion="Dear Robin!")
    assert [one.number for one in suggestions(built.facts)] == [1, 2]
    last = standing(built.facts)
    assert last is not None
    assert (last.number, last.by) == (2, "mia")
    assert standing(built.write("ana", "Other.", afresh=True).facts) is None, "of another reply"


def test_whose_words_were_taken_over_wrote_none_and_may_sign() -> None:
    built = taken_over()
    assert writers(built.facts) == ("ana",)
    assert may_sign(built.facts, suggestions(built.facts)[0].by)
    built.read().feel().judge().ask("tom").sign("tom").wait().look()
    assert built.kinds() == []


def test_a_sign_off_of_before_does_not_hold_for_suggested_words() -> None:
    built = CaseBuilder().write("ana").ask("tom").sign("tom").remark("tom", "", suggestion=BETTER)
    built.write("ana", BETTER, suggested_by="tom", suggestion=1)
    assert "sign_off_lapsed" in built.kinds()


def test_a_sign_off_that_knows_of_another_emergency_shortens_nothing() -> None:
    """It counts by what was signed, not by its place: a packet may have been made before."""
    built = CaseBuilder().read().feel().judge().write().emergency().ask().sign()
    built.advance(minutes=10)
    assert built.kinds() == ["second_look"]
    (signed,) = built.facts.of(SignedOff)
    (said,) = built.facts.of(EmergencyDeclared)
    assert signed.hurry
    assert said.reason in signed.record
    built.emergency(reason="And it is hot.")
    assert "cooling_person" in built.kinds()
    built.ask("mia").sign("mia")
    assert built.kinds() == ["second_look"]
