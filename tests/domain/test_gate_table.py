"""Every blocker of the gate: when it stands in the list, who clears it, and what does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from calmreply.domain import blockers as b
from calmreply.domain import gate
from calmreply.domain.blockers import Blocker, ClearedBy
from calmreply.domain.case import ChannelState, Choice
from calmreply.domain.mention import Stars, Visibility
from calmreply.domain.outbox import Outcome
from calmreply.domain.people import Presence
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.private import PrivateKind
from calmreply.domain.reply import Address, Offer, Words
from calmreply.domain.review import Tick
from calmreply.domain.said import Agreement
from calmreply.testing.builders import CaseBuilder
from calmreply.testing.scene import PAGE

HAND = ChannelState("hand", connected=True)
ACCOUNT = "DE89 3704 0044 0532 0130 00"


def case(**how: object) -> CaseBuilder:
    return CaseBuilder(**how)  # type: ignore[arg-type]


def found(built: CaseBuilder, kind: type[Blocker]) -> Blocker | None:
    return next((one for one in built.blockers() if type(one) is kind), None)


def test_a_new_case_lists_everything_in_the_order_in_which_a_person_meets_it() -> None:
    assert case().kinds() == [
        "not_read",
        "not_judged",
        "cooling_person",
        "empty",
        "needs_second_person",
        "second_look",
    ]


def test_a_calm_complaint_is_held_until_the_last_step_and_then_by_nothing() -> None:
    built = case(stars=Stars(1))
    steps: list[tuple[Callable[[], object], str]] = [
        (built.read, "not_read"),
        (built.judge, "not_judged"),
        (built.feel, ""),
        (built.write, "empty"),
        (built.ask, ""),
        (built.sign, "needs_second_person"),
        (lambda: built.advance(minutes=10), "cooling_text"),
        (lambda: built.advance(minutes=10), "cooling_person"),
        (built.look, "second_look"),
    ]
    for step, cleared in steps:
        before = built.kinds()
        assert not cleared or cleared in before
        step()
        assert cleared not in built.kinds()
    assert built.kinds() == []


KINDS: dict[type[Blocker], tuple[str, ClearedBy]] = {
    b.Empty: ("empty", ClearedBy.HANDLER),
    b.NotRead: ("not_read", ClearedBy.HANDLER),
    b.MentionChanged: ("mention_changed", ClearedBy.HANDLER),
    b.NotJudged: ("not_judged", ClearedBy.HANDLER),
    b.FeelingNotSaid: ("cooling_person", ClearedBy.HANDLER),
    b.CoolingPerson: ("cooling_person", ClearedBy.TIME),
    b.CoolingText: ("cooling_text", ClearedBy.TIME),
    b.SecondLook: ("second_look", ClearedBy.HANDLER),
    b.NeedsSecondPerson: ("needs_second_person", ClearedBy.REVIEWER),
    b.SignOffLapsed: ("sign_off_lapsed", ClearedBy.REVIEWER),
    b.ChangesWanted: ("changes_asked", ClearedBy.HANDLER),
    b.SelfReview: ("self_review", ClearedBy.HANDLER),
    b.SelfReviewNight: ("self_review", ClearedBy.TIME),
    b.PrivateData: ("private_data", ClearedBy.HANDLER),
    b.OfferAboveLimit: ("offer_above_limit", ClearedBy.APPROVER),
    b.LookAtPage: ("look_at_page", ClearedBy.HANDLER),
    b.TooLong: ("too_long", ClearedBy.HANDLER),
    b.NotConnected: ("not_connected", ClearedBy.CHANNEL),
    b.Paused: ("paused", ClearedBy.HANDLER),
    b.ClockUnsure: ("clock_unsure", ClearedBy.HANDLER),
    b.AlreadySent: ("already_sent", ClearedBy.NOBODY),
    b.InFlight: ("in_flight", ClearedBy.CHANNEL),
    b.Unsure: ("unsure", ClearedBy.HANDLER),
}


def test_every_blocker_has_its_kind_and_says_who_clears_it() -> None:
    assert {kind: (kind.kind, kind.clears_by) for kind in get_args(Blocker)} == KINDS


def _offering(amount: int) -> CaseBuilder:
    built = case().read().feel().judge().write(offer=Offer("a voucher", amount, "EUR"))
    return built.ask("tom").sign("tom").wait().look()


def _private() -> CaseBuilder:
    return case().read().feel().judge().write(text=f"Sent to {ACCOUNT}.").wait()


Build = Callable[[], CaseBuilder]
Step = Callable[[CaseBuilder], object]

HELD: list[tuple[str, Build, type[Blocker], Step]] = [
    ("nobody read it", case, b.NotRead, lambda c: c.read()),
    ("a writer did not read it", lambda: case().ready().write("ben"), b.NotRead,
     lambda c: c.read("ben")),
    ("edited after reading", lambda: case().read().edited("Worse!"), b.MentionChanged,
     lambda c: c.read()),
    ("other stars after reading", lambda: case().ready().edited(stars=Stars(1)), b.MentionChanged,
     lambda c: c.read()),
    ("nobody judged it", case, b.NotJudged, lambda c: c.judge()),
    ("nobody said how it feels", lambda: case().read(), b.FeelingNotSaid, lambda c: c.feel()),
    ("a writer did not say", lambda: case().ready().write("ben").read("ben"), b.FeelingNotSaid,
     lambda c: c.feel("ben")),
    ("felt for an older version", lambda: case().ready().edited("No!").read(), b.FeelingNotSaid,
     lambda c: c.feel()),
    ("just felt", lambda: case().read().feel(), b.CoolingPerson, lambda c: c.advance(minutes=20)),
    ("just written", lambda: case().write(), b.CoolingText, lambda c: c.advance(minutes=10)),
    ("still typing", lambda: case().write().draft("ana", "Dear").advance(hours=9), b.CoolingText,
     lambda c: c.undraft("ana")),
    ("nothing written", case, b.Empty, lambda c: c.write()),
    ("nothing to be seen", lambda: case().write(text=" \u200b\u2060\t\n"), b.Empty,
     lambda c: c.write(text=".")),
    ("never signed", lambda: case().write().ask(), b.NeedsSecondPerson, lambda c: c.sign()),
    ("signed other words", lambda: case().write().ask().sign().write(text="Dear R."),
     b.SignOffLapsed, lambda c: c.ask().sign()),
    ("the reviewer wants changes", lambda: case().write().ask().remark(), b.ChangesWanted,
     lambda c: c.write(text="Dear Robin, sorry.")),
    ("alone, not read again", lambda: case().only().write(), b.SelfReview,
     lambda c: c.review_alone()),
    ("alone, the night", lambda: case().only().write().review_alone(), b.SelfReviewNight,
     lambda c: c.advance(hours=20)),
    ("alone, after the night", lambda: case().only().write().review_alone().advance(hours=20),
     b.SelfReview, lambda c: c.review_alone()),
    ("no second look", case, b.SecondLook, lambda c: c.ready()),
    ("a bank account in public", _private, b.PrivateData,
     lambda c: c.ask().sign("tom", Tick.NOT_PRIVATE)),
    ("a bank account in public, again", _private, b.PrivateData,
     lambda c: c.write(text=f"To {ACCOUNT}", visibility=Visibility.PRIVATE)),
    ("a bank account in public, agreed to", _private, b.PrivateData,
     lambda c: c.agree(Agreement.NOT_PRIVATE)),
    ("a bank account in public, taken out", _private, b.PrivateData, lambda c: c.write(text="Ok")),
    ("more than anybody may offer", lambda: _offering(5_000), b.OfferAboveLimit,
     lambda c: c.ask("mia").sign("mia")),
    ("more than anybody may offer, less now", lambda: _offering(5_000), b.OfferAboveLimit,
     lambda c: c.write(offer=Offer("a small voucher", 0, "EUR"))),
    ("the page was not looked at lately", lambda: case().ready().advance(minutes=11), b.LookAtPage,
     lambda c: c.look()),
    ("too long for the site", lambda: case().ready().via(replace(HAND, max_length=9, length=10)),
     b.TooLong, lambda c: c.via(replace(HAND, max_length=10, length=10))),
    ("not connected", lambda: case().ready().via(replace(HAND, connected=False)), b.NotConnected,
     lambda c: c.via(HAND)),
    ("no such channel", lambda: case().ready().via(None), b.NotConnected, lambda c: c.via(HAND)),
    ("off for a while", lambda: case().ready().feel("ana", Feeling.STUNG).reboot(hours=2),
     b.ClockUnsure, lambda c: c.connect()),
    ("on its way", lambda: case().ready().choose().begin(), b.InFlight,
     lambda c: c.end(Outcome.REFUSED)),
    ("nobody knows", lambda: case().ready().choose().begin().advance(hours=24), b.Unsure,
     lambda c: c.settle(appeared=False)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("build", "kind", "clear"), [pytest.param(*row[1:], id=row[0]) for row in HELD]
)
def test_it_holds_until_it_is_cleared(build: Build, kind: type[Blocker], clear: Step) -> None:
    built = build()
    assert found(built, kind) is not None
    clear(built)
    assert found(built, kind) is None


def test_everything_that_can_be_raised_is_in_this_file() -> None:
    elsewhere = {b.Paused, b.AlreadySent}
    assert {row[2] for row in HELD} | elsewhere == set(get_args(Blocker))


def test_a_pause_holds_even_before_anything_is_written() -> None:
    built = case()
    built.paused = True
    assert "paused" in built.kinds()
    built.ready()
    assert built.kinds() == ["paused"]
    built.paused = False
    assert built.kinds() == []


# --- what a blocker says -----------------------------------------------------------------------


def test_a_wait_says_whose_it_is_and_when_it_ends() -> None:
    built = case().read().feel("ana", Feeling.STUNG).judge().write()
    start = built.now.wall
    built.advance(minutes=4)
    person, text = found(built, b.CoolingPerson), found(built, b.CoolingText)
    assert person == b.CoolingPerson(
        who=built.facts.people[0].id,
        feeling=Feeling.STUNG,
        length=timedelta(hours=1),
        left=timedelta(minutes=56),
        ends=start + timedelta(hours=1),
    )
    assert person.clears_at == start + timedelta(hours=1)
    assert isinstance(text, b.CoolingText)
    assert (text.left, text.clears_at) == (timedelta(minutes=6), start + timedelta(minutes=10))


def test_the_second_look_is_always_listed_with_the_time_at_which_it_can_be_made() -> None:
    built = case()
    assert found(built, b.SecondLook) == b.SecondLook(None)
    built.read().feel().judge()
    assert found(built, b.SecondLook) == b.SecondLook(None)  # the text has no time yet
    built.advance(minutes=15).write()
    ends = built.now.wall + timedelta(minutes=10)  # the text's; the person's is over in 5
    look = found(built, b.SecondLook)
    assert look == b.SecondLook(ends)
    assert look.clears_at == ends
    built.write("ben")
    assert found(built, b.SecondLook) == b.SecondLook(None)  # ben has yet to say how he feels


def test_private_data_names_the_words_found() -> None:
    assert found(_private(), b.PrivateData) == b.PrivateData(((PrivateKind.BANK_ACCOUNT, ACCOUNT),))


def test_what_needs_the_second_person_says_who_has_been_asked() -> None:
    built = case().write()
    assert found(built, b.NeedsSecondPerson) == b.NeedsSecondPerson(None)
    built.ask("mia")
    asked = found(built, b.NeedsSecondPerson)
    assert isinstance(asked, b.NeedsSecondPerson)
    assert asked.asked == "mia"


# --- the second look ---------------------------------------------------------------------------


def test_a_look_before_the_waits_are_over_does_not_count() -> None:
    built = case().read().feel().judge().write().ask().sign().advance(minutes=19, seconds=59).look()
    built.advance(seconds=1)
    assert built.kinds() == ["second_look"]
    assert built.look().kinds() == []


def test_a_look_must_come_after_every_wait_of_every_version_and_person() -> None:
    """Angry at the first version, calm at the second: both waits must be over at the look."""
    built = case().read().feel("ana", Feeling.ANGRY).judge().write().advance(minutes=239)
    built.edited("And the coffee was cold.").read().feel().ask().sign().advance(minutes=19).look()
    built.advance(minutes=1)
    assert built.kinds() == ["second_look"]


def test_a_look_comes_after_everybody_who_wrote_has_read_it_even_where_nobody_waits() -> None:
    built = case().read().feel().judge(Kind.QUESTION).write().write("ben", "We open at 7.")
    built.advance(minutes=5).look().advance(minutes=1).read("ben").feel("ben")
    assert built.kinds() == ["second_look"]


@pytest.mark.parametrize("choice", [Choice.CHANGE, Choice.NONE])
def test_the_last_choice_counts(choice: Choice) -> None:
    built = case().ready().look(choice=choice)
    assert built.kinds() == ["second_look"]
    assert built.look().kinds() == []


def test_a_look_is_good_for_four_hours_for_this_revision_and_this_version() -> None:
    built = case(url=None).ready().advance(hours=4)
    assert built.kinds() == []
    built.advance(seconds=1)
    assert built.blockers() == (b.SecondLook(built.now.wall, lapsed=True),)
    built.look().write(text="Dear Robin, come by.").ask().sign().wait()
    assert built.kinds() == ["second_look"]
    built.look().edited("Still bad.").read().feel().ask().sign().wait()
    assert built.kinds() == ["second_look"]
    assert built.look().kinds() == []


def test_where_the_clock_is_in_doubt_a_look_rather_lapses() -> None:
    built = case(url=None).ready().reboot(hours=5)
    assert built.kinds() == ["second_look"]


def test_a_site_that_can_be_looked_at_by_itself_needs_no_look_at_the_page() -> None:
    built = case().ready().advance(minutes=10)
    assert built.kinds() == []
    assert built.advance(seconds=1).kinds() == ["look_at_page"]
    assert built.via(replace(HAND, can_look=True)).kinds() == []


# --- time --------------------------------------------------------------------------------------


def test_time_off_counts_once_the_clock_is_confirmed() -> None:
    built = case().read().feel().judge().write().ask().sign().reboot(minutes=15)
    assert built.kinds() == ["cooling_person", "cooling_text", "clock_unsure", "second_look"]
    built.connect().advance(minutes=5)
    assert built.kinds() == ["second_look"]


def test_time_before_the_program_met_the_computer_again_counts_once_the_clock_is_confirmed() -> (
    None
):
    """It was closed over the restart, and nobody says what else this computer ran before."""
    built = case().read().feel().judge().write().ask().sign()
    built.reboot(timedelta(minutes=14), minutes=1)
    assert built.kinds() == ["cooling_person", "cooling_text", "clock_unsure", "second_look"]
    built.connect().advance(minutes=5)
    assert built.kinds() == ["second_look"]


def test_an_unsure_clock_is_named_only_where_it_is_all_that_is_missing() -> None:
    built = case().read().feel("ana", Feeling.STUNG).judge().write().ask().sign()
    assert "clock_unsure" not in built.reboot(minutes=5).kinds()
    assert "clock_unsure" in built.reboot(minutes=6).kinds()  # the text's wait
    assert "clock_unsure" not in built.advance(minutes=10).kinds()
    assert "clock_unsure" in built.reboot(minutes=39).kinds()  # the person's


# --- writers -----------------------------------------------------------------------------------


def test_the_longest_wait_of_everybody_who_wrote_counts() -> None:
    built = case().read().feel().read("ben").feel("ben", Feeling.STUNG).judge()
    built.write("ana").write("ben", "Dear Robin!").write("ana", "Dear Robin,")
    built.ask().sign().advance(minutes=59)
    assert built.kinds() == ["cooling_person", "second_look"]
    assert built.advance(minutes=1).kinds() == ["second_look"]


def test_who_only_reads_and_feels_does_not_hold_what_others_write() -> None:
    built = case().read().feel().judge().write().read("tom").feel("tom").ask().sign()
    built.advance(minutes=20)
    assert built.kinds() == ["second_look"]
    built.draft("tom", "Let me try")
    assert "cooling_text" in built.kinds()


def test_somebody_who_types_is_held_like_a_writer() -> None:
    built = case().ready().draft("ben", "Actually,")
    assert built.kinds() == ["not_read", "cooling_person", "cooling_text", "second_look"]
    assert built.undraft("ben").kinds() == []


def test_a_writer_who_has_left_is_not_asked_again_but_their_wait_goes_on() -> None:
    built = case().read().feel("ana", Feeling.STUNG).judge().write().person("ana", Presence.LEFT)
    assert found(built, b.CoolingPerson)
    built.advance(minutes=60).edited("Now it is two stars.")
    assert built.kinds()[:2] == ["mention_changed", "cooling_person"]
    built.read("ben").feel("ben").ask().sign().advance(minutes=20)
    assert built.kinds() == ["second_look"]


def test_a_new_version_is_read_and_felt_anew_and_its_wait_begins_anew() -> None:
    built = case().ready().edited("And you were rude to my mother.")
    assert built.kinds() == ["mention_changed", "cooling_person", "sign_off_lapsed", "second_look"]
    built.read().feel().ask().sign()
    assert built.kinds() == ["cooling_person", "second_look"]
    assert built.advance(minutes=20).kinds() == ["second_look"]


# --- offers and private data -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "signer", "limit"),
    [(0, "tom", None), (2_000, "tom", None), (2_001, "tom", 2_000), (10_000, "mia", None)],
)
def test_an_offer_needs_somebody_who_may_grant_it(
    amount: int, signer: str, limit: int | None
) -> None:
    built = case().read().feel().judge().write(offer=Offer("a voucher", amount, "EUR"))
    built.ask(signer).sign(signer)
    wanted = None if limit is None else b.OfferAboveLimit(amount, limit, "EUR")
    assert found(built, b.OfferAboveLimit) == wanted


def test_a_writer_may_grant_within_their_own_limit_while_they_are_here() -> None:
    built = case().write("mia", offer=Offer("a voucher", 9_000, "EUR"))
    assert found(built, b.OfferAboveLimit) is None
    assert found(built.person("mia", Presence.AWAY), b.OfferAboveLimit) is not None


def test_a_withdrawn_or_expired_sign_off_grants_nothing() -> None:
    built = case().write(text=f"To {ACCOUNT}", offer=Offer("a voucher", 9_000, "EUR"))
    built.ask("mia").sign("mia", Tick.NOT_PRIVATE)
    clear = {"offer_above_limit", "private_data"}
    assert not clear & set(built.kinds())
    assert clear <= set(built.advance(hours=73).kinds())
    built.ask("mia").sign("mia", Tick.NOT_PRIVATE)
    assert not clear & set(built.kinds())
    built.withdraw("mia").ask("tom").sign("tom")
    assert clear <= set(built.kinds())


# --- sending -----------------------------------------------------------------------------------


def test_what_was_sent_is_sent_and_a_new_reply_is_another_matter() -> None:
    built = case().ready().choose().begin().posted("https://reviews.example/reply/1")
    assert built.kinds() == ["already_sent"]
    assert built.kinds(leaving_out=built.entry.id) == []
    built.write(afresh=True)
    assert "already_sent" not in built.kinds()


def test_an_earlier_reply_in_flight_or_in_doubt_holds_the_next_one_too() -> None:
    built = case().ready().choose().begin().write(afresh=True)
    assert built.kinds()[0] == "in_flight"
    built.advance(hours=24)
    assert built.kinds()[0] == "unsure"
    built.settle(appeared=True)
    assert built.kinds() == ["needs_second_person", "second_look"]


def test_what_was_answered_outside_is_answered_until_a_new_reply_is_begun() -> None:
    built = case().ready().outside()
    assert built.kinds() == ["already_sent"]
    assert built.choose().begin().posted().kinds() == ["already_sent"]
    assert "already_sent" not in built.write(afresh=True).kinds()


def test_the_holding_reply_does_not_stand_in_the_way_of_the_full_one() -> None:
    built = case().ready().hold().begin()
    assert built.kinds() == []


def test_a_retry_is_not_held_because_the_looks_grow_old_after_send() -> None:
    built = case().ready().choose().begin().end(Outcome.NOT_LEFT)
    entry = built.entry.id
    built.advance(hours=20)
    assert built.kinds() == ["second_look"]
    assert built.kinds(leaving_out=entry) == []


def test_send_needs_a_fresh_look_each_time_a_person_says_it() -> None:
    built = case().ready().choose().begin().end(Outcome.NOT_LEFT).advance(hours=1).again()
    assert built.kinds(leaving_out=built.entry.id) == ["look_at_page"]
    built.advance(hours=4).again()
    assert built.kinds(leaving_out=built.entry.id) == ["second_look"]
    assert built.look().again().kinds(leaving_out=built.entry.id) == []


@pytest.mark.parametrize("afresh", [False, True])
def test_an_entry_that_carries_other_words_is_held_whatever_else_is_clear(afresh: bool) -> None:
    built = case().ready().choose().begin().end(Outcome.NOT_LEFT)
    old = built.entry.id
    built.write(text="Dear Robin, come by.", afresh=afresh).ask().sign().wait().look()
    assert built.kinds() == []
    assert built.kinds(leaving_out=old) == ["second_look"]


def test_words_being_changed_hold_a_retry() -> None:
    built = case().ready().choose().begin().end(Outcome.NOT_LEFT).draft("ana", "Wait,")
    assert "cooling_text" in built.kinds(leaving_out=built.entry.id)


# --- questions and praise ----------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "minutes"), [(Kind.QUESTION, 5), (Kind.PRAISE, 2)])
def test_questions_and_praise_wait_for_the_text_only_and_need_nobody(
    kind: Kind, minutes: int
) -> None:
    built = case().read().feel().judge(kind).write()
    assert built.kinds() == ["cooling_text", "second_look"]
    assert built.advance(minutes=minutes).look().kinds() == []


@pytest.mark.parametrize(
    ("kind", "rule"), [(Kind.QUESTION, "sign_question"), (Kind.PRAISE, "sign_praise")]
)
def test_a_policy_may_ask_for_a_second_person_there_too(kind: Kind, rule: str) -> None:
    built = case().read().feel().judge(kind).write().wait().look()
    assert built.kinds() == []
    built.rules_now(**{rule: True})
    assert built.kinds() == ["needs_second_person"]
    assert built.ask().sign().kinds() == []


def test_changes_asked_for_a_question_hold_it_until_somebody_signs_or_it_is_rewritten() -> None:
    built = case().read().feel().judge(Kind.QUESTION).write().ask().remark("tom", "Too short.")
    built.wait().look()
    assert built.blockers() == (b.ChangesWanted(built.people[2].id, "Too short."),)
    assert built.ask("mia").kinds() == ["needs_second_person"]
    assert built.sign("mia").kinds() == []
    assert built.remark("tom").kinds() == ["changes_asked"]
    assert built.write(text="Dear Robin, we open at 7.").wait().look().kinds() == []


# --- holding replies ---------------------------------------------------------------------------


def holding(built: CaseBuilder, text: str = "Thank you.", to: str = PAGE, **how: int) -> list[str]:
    """What stands in the way of a holding reply with this text at this place."""
    words = Words(text, Address("hand", target=to), built.mention.now.visibility)
    channel = replace(HAND, **how)  # type: ignore[arg-type]
    return [one.kind for one in gate.holding_blockers(built.facts, words, channel, built.now)]


def test_a_holding_reply_goes_at_once() -> None:
    assert holding(case(stars=Stars(1))) == []
    assert holding(case().read().feel("ana", Feeling.ANGRY)) == []


def test_a_holding_reply_goes_once_per_place() -> None:
    built = case().hold().begin()
    assert holding(built) == ["in_flight"]
    assert holding(built.advance(hours=24)) == ["unsure"]
    assert holding(built.settle(appeared=True)) == ["already_sent"]
    assert holding(built, to="https://elsewhere.example/3") == []
    assert holding(case().hold().begin().not_posted()) == []


def test_its_own_entry_does_not_hold_a_holding_reply() -> None:
    built = case().hold().begin()
    words = built.facts.revisions_of(built.entry.chosen.reply)[-1].words
    assert gate.holding_blockers(built.facts, words, HAND, built.now, built.entry.id) == ()


def test_what_can_hold_a_holding_reply() -> None:
    assert holding(case().read().edited("Worse!")) == ["mention_changed"]
    assert holding(case(), text=" ") == ["empty"]
    assert holding(case(), text=f"Pay to {ACCOUNT}") == ["private_data"]
    assert holding(case(visibility=Visibility.PRIVATE), text=f"Pay to {ACCOUNT}") == []
    assert holding(case(), connected=False) == ["not_connected"]
    assert holding(case(), max_length=5, length=6) == ["too_long"]
    paused = case()
    paused.paused = True
    assert holding(paused) == ["paused"]
    assert holding(case().step_wall(hours=9)) == ["clock_unsure"]
    assert holding(case().step_wall(hours=9).connect()) == []


def test_the_page_is_looked_at_only_where_there_is_one() -> None:
    when = datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert case(url=None, published=when).ready().advance(hours=1).kinds() == []
