"""Every value of the domain has words, in every language; numbers and times read as a person says
them.
"""

from __future__ import annotations

import gettext
import typing
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, get_args

import pytest

from calmreply import i18n
from calmreply.app.ports.channels import Dislikes
from calmreply.app.proving.beside import Difference, Thing
from calmreply.app.words import wording, wording_channel, wording_journal, wording_private
from calmreply.domain import blockers as b
from calmreply.domain.case import Verdict
from calmreply.domain.debrief import CAUSES, Outcome, Settledness
from calmreply.domain.journal import Flaw
from calmreply.domain.mention import CaseId, Origin, Visibility
from calmreply.domain.outbox import Showing, State
from calmreply.domain.people import PersonId, Presence
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.private import PrivateKind
from calmreply.domain.review import Tick
from calmreply.domain.stage import Stage

AT = datetime(2026, 11, 18, 13, 52, tzinfo=UTC)
ANA = PersonId("ana")
BLOCKERS: tuple[b.Blocker, ...] = (
    b.Empty(),
    b.NotRead(None),
    b.NotRead(ANA),
    b.MentionChanged(None),
    b.MentionChanged(ANA),
    b.NotJudged(),
    b.FeelingNotSaid(None),
    b.FeelingNotSaid(ANA),
    *(
        b.CoolingPerson(ANA, feeling, timedelta(hours=4), timedelta(minutes=90), AT)
        for feeling in Feeling
    ),
    b.CoolingText(timedelta(minutes=10), timedelta(minutes=7), AT),
    b.CoolingText(timedelta(minutes=10), timedelta(minutes=10), AT, writing=True),
    b.SecondLook(None),
    b.SecondLook(AT),
    b.SecondLook(AT, lapsed=True),
    b.NeedsSecondPerson(None),
    b.NeedsSecondPerson(ANA),
    b.SignOffLapsed(),
    b.SelfReview(),
    b.SelfReview(final=True, possible_at=AT),
    b.SelfReviewNight(AT),
    b.ChangesWanted(ANA, "Kinder, please: {curly} % braces."),
    b.PrivateData(((PrivateKind.CARD, "4111 1111 1111 1111"), (PrivateKind.BANK_ACCOUNT, "X"))),
    b.OfferAboveLimit(12_345, 0, "GBP"),
    b.LookAtPage(),
    b.TooLong(301, 300),
    b.NotConnected("mail"),
    b.Paused(),
    b.ClockUnsure(),
    b.AlreadySent(),
    b.InFlight(),
    b.InFlight(by_hand=True),
    b.Unsure(),
)
ENUMS: tuple[tuple[type[Enum], Callable[[Any], str]], ...] = (
    (Stage, wording.stage),
    (State, wording.state),
    (Kind, wording.kind),
    (Verdict, wording.verdict),
    (Feeling, wording.feeling),
    (Origin, wording.origin),
    (Visibility, wording.visibility),
    (Presence, wording.presence),
    (Tick, wording.tick),
    (Outcome, wording.outcome),
    (Settledness, wording.settledness),
    (PrivateKind, wording_private.private_kind),
    (Showing, wording_channel.showing),
    (Dislikes, wording_channel.disliked),
)


@pytest.fixture(params=["English", "longer"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "longer":
        i18n.install(i18n.PseudoTranslations())
    yield request.param
    i18n.install(gettext.NullTranslations())


def name(who: PersonId) -> str:
    return {"ana": "Ana {0}"}[who]


def test_every_blocker_has_words(language: str) -> None:
    assert language
    assert {type(one) for one in BLOCKERS} == set(get_args(b.Blocker))
    said = [wording.blocker(one, name, "Europe/Berlin") for one in BLOCKERS]
    assert all(said)
    assert len(set(said)) == len(said), "each says something of its own"
    for one, words in zip(BLOCKERS, said, strict=True):
        if getattr(one, "who", None) or getattr(one, "asked", None):
            assert "Ana {0}" in words
        if getattr(one, "ends", None) and not getattr(one, "writing", False):
            assert "14:52" in words, "in the business's own zone"
    assert any("Kinder, please: {curly} % braces." in words for words in said)


@pytest.mark.parametrize(("kind", "words"), ENUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_every_value_has_words_of_its_own(
    language: str, kind: type[Enum], words: Callable[[Any], str]
) -> None:
    assert language
    said = [words(one) for one in kind]
    assert all(said)
    assert len(set(said)) == len(said)


def test_every_flaw_names_its_line(language: str) -> None:
    assert language
    said = [wording_journal.flaw(flaw, 4711) for flaw in Flaw]
    assert all("4711" in words for words in said)
    assert len(set(said)) == len(said)


def test_every_difference_names_its_place(language: str) -> None:
    assert language
    said = [wording_journal.difference(Difference(one, case=CaseId("4711"))) for one in Thing]
    assert all("4711" in words for words in said)
    assert len(set(said)) == len(said)


def test_causes() -> None:
    assert len({wording.cause(one) for one in CAUSES}) == len(CAUSES)
    assert wording.cause("the oven") == "the oven"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(minutes=-5), "0 min"),
        (timedelta(0), "0 min"),
        (timedelta(seconds=0.2), "1 min"),
        (timedelta(seconds=59), "1 min"),
        (timedelta(seconds=61), "2 min"),
        (timedelta(minutes=59, seconds=1), "1 h"),
        (timedelta(hours=4), "4 h"),
        (timedelta(hours=12, minutes=5), "12 h 5 min"),
        (timedelta(hours=47, minutes=59, seconds=30), "2 days"),
        (timedelta(hours=72), "3 days"),
        (timedelta(days=30), "30 days"),
    ],
)
def test_duration(span: timedelta, said: str) -> None:
    assert wording.duration(span) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=-9), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=41, seconds=59), "41 min"),
        (timedelta(hours=2, minutes=59), "2 h"),
        (timedelta(hours=24), "yesterday"),
        (timedelta(hours=47), "yesterday"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_ago(span: timedelta, said: str) -> None:
    assert wording.ago(span) == said


def test_times_money_and_stars() -> None:
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert wording.clock(AT, "Europe/Berlin") == "14:52"
    assert wording.clock(None, "UTC") == ""
    assert wording.exact(summer, "Europe/Berlin") == "2026-07-02 00:30"
    assert wording.money(123_456_789, "GBP") == "1,234,567.89 GBP"
    assert wording.money(5, "") == "0.05"
    assert wording.stars(1, 5) == "★☆☆☆☆"
    assert wording.stars(0, 5) == "☆☆☆☆☆"
    assert wording.stars(3.5, 5) == "3.5 of 5"
    assert wording.stars(87, 100) == "87 of 100"


def test_no_sentence_loses_a_place_when_it_is_translated() -> None:
    """What stands in braces is filled after translation, so it must come through whole."""
    made = i18n.PseudoTranslations().gettext("{name} was {feeling}: {left} left, ends {time}")
    assert made.format(name="a", feeling="b", left="c", time="d")
    assert typing.get_type_hints(wording.blocker)["return"] is str
