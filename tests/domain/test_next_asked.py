"""Who is asked next, and that silence approves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.domain.next_asked import NextAsked, Why, next_asked
from calmreply.domain.people import Presence
from calmreply.domain.reply import Offer
from calmreply.testing.builders import CaseBuilder

if TYPE_CHECKING:
    from calmreply.domain.policy import Policy


def said(built: CaseBuilder) -> NextAsked | None:
    rules: Policy = built.rules
    return next_asked(built.facts, rules, built.now)


def names(found: NextAsked | None) -> tuple[str, Why, str | None] | None:
    if found is None:
        return None
    return str(found.asked), found.why, found.next.name if found.next else None


def asked_tom() -> CaseBuilder:
    built = CaseBuilder().read().feel().judge().write()
    return built.ask("tom")


def test_whoever_is_away_is_said_to_be_and_the_next_one_named() -> None:
    built = asked_tom()
    assert said(built) is None
    built.person("tom", Presence.AWAY)
    assert names(said(built)) == ("tom", Why.AWAY, "Ben")
    assert "needs_second_person" in built.kinds()
    built.person("tom", Presence.ACTIVE)
    assert said(built) is None
    built.person("tom", Presence.LEFT).person("ben", Presence.AWAY)
    assert names(said(built)) == ("tom", Why.AWAY, "Mia")
    built.person("mia", Presence.AWAY)
    assert names(said(built)) == ("tom", Why.AWAY, None), "and never whoever wrote it"


def test_a_day_of_opening_hours_is_enough_to_answer() -> None:
    """Open from nine to six: a day of opening hours is nearly three days."""
    built = asked_tom()
    built.rules_now(answer_aim=60)
    before = said(built.advance(minutes=30))
    assert before is None
    found = None
    for _hour in range(72):
        found = said(built.advance(hours=1))
        if found is not None:
            break
    assert names(found) == ("tom", Why.SILENT, "Ben")


def test_whoever_may_grant_the_offer_is_named_first() -> None:
    built = CaseBuilder().read().feel().judge().write(offer=Offer("cake", 5_000, "EUR"))
    built.ask("tom").person("tom", Presence.AWAY)
    assert names(said(built)) == ("tom", Why.AWAY, "Mia")


def test_an_answer_ends_it_and_so_does_asking_somebody_else() -> None:
    built = asked_tom().rules_now(answer_aim=0)
    built.advance(hours=30)
    assert names(said(built)) == ("tom", Why.SILENT, "Ben")
    built.ask("ben").rules_now(answer_aim=60)
    assert said(built) is None, "the new one has their own time"
    built.rules_now(answer_aim=0).advance(hours=30)
    assert names(said(built)) == ("ben", Why.SILENT, "Mia"), "nobody is named twice"
    other = asked_tom().rules_now(answer_aim=0).advance(hours=30).sign("tom")
    assert said(other) is None


def test_silence_approves_nothing_however_long_it_lasts() -> None:
    built = asked_tom()
    for _day in range(12):
        built.advance(hours=7)
        held = set(built.kinds()) & {"needs_second_person", "sign_off_lapsed"}
        assert held, "it is held by the missing second person at any time"
    assert "sign_off_lapsed" in built.kinds()
    assert names(said(built)) == ("tom", Why.SILENT, "Ben")
