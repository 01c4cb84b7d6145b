"""The states of an outbox entry: every short life of one against a model told in another way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product
from typing import cast

import pytest

from calmreply.domain.moment import Now
from calmreply.domain.outbox import (
    HAND,
    LEASE,
    AttemptBegan,
    AttemptEnded,
    Entry,
    OutboxFact,
    Outcome,
    Posted,
    Settled,
    State,
    TryStopped,
    state,
)
from calmreply.domain.reply import Address
from calmreply.domain.trying import RETRY_AFTER, may_try, next_try_in, settle_window
from calmreply.testing.builders import CaseBuilder

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def chosen(channel: str = "mail", *, when_connected: bool = False) -> CaseBuilder:
    built = CaseBuilder().write(to=Address(channel))
    return built.choose(when_connected=when_connected)


def state_of(built: CaseBuilder) -> State:
    return state(built.entry, built.now)


# --- every life of up to four facts ------------------------------------------------------------

LETTERS = {
    "again": lambda c: c.again(),
    "begin": lambda c: c.begin(),
    "delivered": lambda c: c.end(Outcome.DELIVERED),
    "refused": lambda c: c.end(Outcome.REFUSED),
    "try_later": lambda c: c.end(Outcome.TRY_LATER),
    "not_left": lambda c: c.end(Outcome.NOT_LEFT),
    "unknown": lambda c: c.end(Outcome.UNKNOWN),
    "there": lambda c: c.settle(appeared=True),
    "not_there": lambda c: c.settle(appeared=False),
    "posted": lambda c: c.posted(),
    "not_posted": lambda c: c.not_posted(),
    "cancel": lambda c: c.cancel(),
}


def told(life: tuple[str, ...], *, by_hand: bool, late: bool) -> State:
    """The state as a person would tell it, reading the story as a whole.

    `late`: whether whoever began the last attempt cannot be at it any more. While the story goes
    on they always could.
    """
    if {"delivered", "there", "posted"} & set(life):
        return State.SENT
    ends = {"refused", "try_later", "not_left", "unknown"}
    taken_back = {"not_there", "not_posted"} if by_hand else {"not_there"}
    spoken = {"again": State.READY, "cancel": State.CANCELLED}
    spoken |= dict.fromkeys(taken_back, State.CANCELLED)
    if "begin" not in life:
        words = [spoken[word] for word in life if word in spoken]
        return words[-1] if words else State.READY

    last = len(life) - 1 - life[::-1].index("begin")
    rest = life[last + 1 :]
    closers = ends | (taken_back if by_hand else set())
    closing = next((i for i, word in enumerate(rest) if word in closers), None)
    if closing is None:
        return State.UNSURE if late else State.IN_FLIGHT
    how, after = rest[closing], rest[closing + 1 :]
    if how == "unknown":
        open_again = next((i for i, word in enumerate(after) if word in taken_back), None)
        if open_again is None:
            return State.UNSURE
        how, after = "not_there", after[open_again + 1 :]
    words = [spoken[word] for word in after if word in spoken]
    if words:
        return words[-1]
    if how == "refused":
        return State.REFUSED
    if how in taken_back:
        return State.CANCELLED
    wishes = [word for word in life if word in {"again", "cancel"}]
    return State.CANCELLED if wishes and wishes[-1] == "cancel" else State.WAITING


def in_doubt(life: tuple[str, ...], *, by_hand: bool) -> bool:
    """Whether some attempt may have arrived and nobody has said since that it did not."""
    begun = doubt = False
    for word in life:
        match word:
            case "begin":
                doubt, begun = doubt or (begun and not by_hand), True
            case "unknown" if begun:
                doubt, begun = True, False
            case "refused" | "try_later" | "not_left":
                begun = False
            case "not_there" if by_hand or not begun:
                doubt = begun = False
            case "not_posted" if by_hand:
                doubt = begun = False
            case _:
                pass
    return doubt


@pytest.mark.parametrize("channel", [HAND, "mail"])
def test_every_life_of_up_to_four_facts(channel: str) -> None:
    soon = chosen(channel).advance(seconds=30).now
    much_later = chosen(channel).advance(days=3).now
    begun = chosen(channel).entry
    for length in range(5):
        for life in product(LETTERS, repeat=length):
            entry = Entry(begun.chosen, tuple(_facts(channel, life)))
            for now, late in ((soon, False), (much_later, True)):
                by_hand = channel == HAND
                wanted = told(life, by_hand=by_hand, late=late)
                settled = wanted in (State.SENT, State.IN_FLIGHT)
                if not settled and in_doubt(life, by_hand=by_hand):
                    wanted = State.UNSURE
                assert state(entry, now) is wanted, (life, late)


def _facts(channel: str, life: tuple[str, ...]) -> Iterator[OutboxFact]:
    """The facts of a life, a second apart."""
    attempts = 0
    for place, letter in enumerate(life):
        attempts += letter == "begin"
        yield _fact(channel, place, letter, attempts)


@cache
def _fact(channel: str, place: int, letter: str, attempts: int) -> OutboxFact:
    built = chosen(channel)
    for _ in range(attempts - (letter == "begin")):
        built.begin()
    LETTERS[letter](built.advance(seconds=place + 1))
    return cast("OutboxFact", built.happened[-1])


# --- time --------------------------------------------------------------------------------------


def test_an_attempt_is_in_flight_for_two_minutes_and_unsure_then() -> None:
    built = chosen().begin().advance(seconds=119)
    assert LEASE == 2 * MINUTE
    assert state_of(built) is State.IN_FLIGHT
    assert state_of(built.advance(seconds=1)) is State.UNSURE


def test_after_a_restart_of_the_computer_an_open_attempt_is_unsure_at_once() -> None:
    assert state_of(chosen().begin().reboot()) is State.UNSURE


@pytest.mark.parametrize("connected", [False, True])
def test_by_hand_it_is_in_flight_for_a_day_whatever_the_computer_does(connected: bool) -> None:
    built = chosen(HAND).begin().reboot(hours=23)
    assert state_of(built.connect() if connected else built) is State.IN_FLIGHT
    assert state_of(built.advance(minutes=59)) is State.IN_FLIGHT
    assert state_of(built.advance(minutes=1)) is State.UNSURE
    assert state_of(built.posted()) is State.SENT


def test_nobody_can_say_not_there_while_it_is_on_its_way() -> None:
    built = chosen().begin().advance(minutes=1).settle(appeared=False)
    assert state_of(built) is State.IN_FLIGHT
    built.advance(minutes=5)
    assert state_of(built) is State.UNSURE
    assert state_of(built.settle(appeared=False)) is State.CANCELLED


def test_a_late_end_of_an_attempt_that_was_settled_can_only_say_that_it_arrived() -> None:
    for outcome in Outcome:
        built = chosen().begin().advance(minutes=9).settle(appeared=False).again().begin()
        (first, *_) = [fact for fact in built.happened if isinstance(fact, AttemptBegan)]
        built.put(AttemptEnded(first.entry, 1, outcome, built.reading))
        wanted = State.SENT if outcome is Outcome.DELIVERED else State.IN_FLIGHT
        assert state_of(built) is wanted


def test_cancelling_in_flight_never_means_not_sent() -> None:
    for channel, outcome in product((HAND, "mail"), Outcome):
        built = chosen(channel).begin().cancel()
        assert state_of(built) is State.IN_FLIGHT
        wanted = {
            Outcome.DELIVERED: State.SENT,
            Outcome.UNKNOWN: State.UNSURE,
            Outcome.REFUSED: State.REFUSED,
        }
        assert state_of(built.end(outcome)) is wanted.get(outcome, State.CANCELLED)
    assert state_of(chosen().begin().cancel().advance(minutes=2)) is State.UNSURE
    assert state_of(chosen().begin().end(Outcome.DELIVERED).cancel()) is State.SENT


def test_what_no_attempt_mends_waits_for_a_person_and_changes_nothing_else() -> None:
    def stop(built: CaseBuilder) -> CaseBuilder:
        return built.put(TryStopped(built.entry.id, built.reading, "It was changed."))

    for waiting in (chosen(), chosen().begin().end(Outcome.NOT_LEFT)):
        assert state_of(stop(waiting)) is State.REFUSED
        assert waiting.entry.words == "It was changed."
        assert not may_try(waiting.entry, waiting.now, "run-1")
        assert state_of(waiting.again()) is State.READY
    for built in (
        chosen().begin(),
        chosen().begin().end(Outcome.UNKNOWN),
        chosen().begin().end(Outcome.DELIVERED),
        chosen().cancel(),
    ):
        before = state_of(built)
        assert state_of(stop(built)) is before


def test_only_refused_and_cancelled_leave_room_for_another_entry() -> None:
    assert {one for one in State if not one.alive} == {State.REFUSED, State.CANCELLED}


# --- trying by itself --------------------------------------------------------------------------


def test_the_outbox_tries_by_itself_for_a_day_in_the_run_in_which_a_person_said_send() -> None:
    built = chosen().begin("run-1").end(Outcome.NOT_LEFT).advance(hours=23, minutes=59)
    assert may_try(built.entry, built.now, "run-1")
    assert not may_try(built.entry, built.now, "run-2")
    built.advance(minutes=2)
    assert not may_try(built.entry, built.now, "run-1")
    built.again().begin("run-2").end(Outcome.TRY_LATER)
    assert may_try(built.entry, built.now, "run-2")


def test_when_connected_was_ticked_a_restart_does_not_ask_again() -> None:
    built = chosen(when_connected=True)
    assert may_try(built.entry, built.now, "run-9")
    built.begin("run-1").end(Outcome.NOT_LEFT).reboot(hours=3)
    assert may_try(built.entry, built.now, "run-2")
    built.reboot(hours=22)
    assert not may_try(built.entry, built.now, "run-2")


def test_it_does_not_try_by_itself_what_nobody_tried_yet_or_what_goes_by_hand() -> None:
    built = chosen()
    assert not may_try(built.entry, built.now, "run-1")
    built = chosen(HAND, when_connected=True)
    assert not may_try(built.entry, built.now, "run-1")


@pytest.mark.parametrize(
    "outcome", [None, Outcome.UNKNOWN, Outcome.REFUSED, Outcome.DELIVERED, "cancelled"]
)
def test_it_repeats_only_what_surely_did_not_leave(outcome: Outcome | str | None) -> None:
    built = chosen(when_connected=True).begin("run-1")
    if isinstance(outcome, Outcome):
        built.end(outcome)
    elif outcome:
        built.end(Outcome.NOT_LEFT).cancel()
    assert not may_try(built.entry, built.now, "run-1")


def test_the_tries_come_less_often_and_at_once_after_a_person_s_send() -> None:
    built = chosen()
    assert next_try_in(built.entry, built.now) == timedelta(0)
    for wait in (*RETRY_AFTER, RETRY_AFTER[-1]):
        built.advance(minutes=1).begin().end(Outcome.NOT_LEFT)
        assert next_try_in(built.entry, built.now) == wait
        built.advance(seconds=20)
        assert next_try_in(built.entry, built.now) == wait - timedelta(seconds=20)
    built.again()
    assert next_try_in(built.entry, built.now) == timedelta(0)
    built.advance(minutes=1).begin().end(Outcome.NOT_LEFT)
    assert next_try_in(built.entry, built.now) == RETRY_AFTER[0]


def test_mail_is_looked_for_after_ten_minutes_and_others_after_five() -> None:
    assert settle_window("mail") == 10 * MINUTE
    assert settle_window("wordpress") == 5 * MINUTE


# --- what an entry tells -----------------------------------------------------------------------


def test_the_link_and_the_reason_are_the_last_ones_known() -> None:
    built = chosen().begin().end(Outcome.TRY_LATER, "mailbox full")
    assert (built.entry.reference, built.entry.words) == ("", "mailbox full")
    built.begin().end(Outcome.DELIVERED, reference="queued as 4711")
    assert (built.entry.reference, built.entry.words) == ("queued as 4711", "")
    assert chosen().entry.words == ""
    by_hand = chosen(HAND).begin().posted("https://reviews.example/reply/3")
    assert by_hand.entry.reference == "https://reviews.example/reply/3"
    built = chosen().begin().end(Outcome.UNKNOWN)
    (entry, at) = built.entry.id, built.reading
    built.put(Settled(entry, appeared=True, at=at, reference="uid 9"))
    assert built.entry.reference == "uid 9"


def test_facts_of_an_entry_that_is_not_there_are_nobody_s() -> None:
    built = CaseBuilder().write()
    built.put(Posted(chosen().entry.id, built.reading, built.people[0].id))
    assert built.facts.entries == ()


def test_an_entry_is_asked_for_by_whoever_said_send_last() -> None:
    built = chosen()
    assert built.entry.asked == built.entry.chosen
    assert built.entry.last == built.entry.chosen
    built.begin().end(Outcome.REFUSED).again("ben")
    assert built.entry.asked.by == "ben"
    assert built.entry.last == built.entry.asked


def test_a_beginning_of_an_unknown_boot_is_unsure() -> None:
    """As after a restored backup: nobody knows how long ago that was."""
    built = chosen().begin()
    began = built.happened[-1]
    assert isinstance(began, AttemptBegan)
    stranger = replace(began, at=replace(began.at, boot="another"))
    entry = Entry(built.entry.chosen, (stranger,))
    assert state(entry, Now(built.reading, built.boots)) is State.UNSURE
