"""A site that asks to be left alone is left alone, whoever wants an attempt, and says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.app.conftest import Bench
from tests.app.talk import HEARD, MORE, WORDS, Talk

from calmreply.app import facts
from calmreply.app.ledger import writing
from calmreply.app.listening.answers import retry_after
from calmreply.app.ports import Download
from calmreply.app.ports.channels import LookLaterError, SendResult
from calmreply.app.sending import outgoing, patience, prepare, send
from calmreply.domain.case import Choice
from calmreply.domain.outbox import Entry, Outcome, State, state
from calmreply.domain.trying import LONGEST_KEPT, TRY_FOR, next_try_in, site_waits
from calmreply.testing import channels as script
from calmreply.testing.builders import CaseBuilder
from calmreply.testing.channels import Step

HOUR = timedelta(hours=1)
WAIT = "The site asked us to wait until 12:00."
"""The clock of the bench stands at ten, and an hour goes by before a reply is ready."""


def asks(wait: timedelta) -> Step:
    return Step(SendResult(Outcome.TRY_LATER, "It asks to send less often.", wait=wait))


@pytest.fixture
def talk(bench: Bench) -> Talk:
    talk = Talk(bench)
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, WORDS)
    return talk


def newest(talk: Talk) -> tuple[Entry, State]:
    known = talk.known
    entry = known.facts.entries[-1]
    return entry, state(entry, known.now)


def tried(talk: Talk) -> int:
    """How often in all, after the outbox has done by itself what is due."""
    home = talk.bench.home
    for case, entry in send.due(home):
        send.attempt(home, case, entry)
    return len(talk.channel.attempts)


def test_send_again_waits_as_well_and_goes_then_by_itself(talk: Talk) -> None:
    talk.channel.will(asks(HOUR))
    assert talk.send() is State.WAITING
    report = send.send(talk.bench.home, talk.ana, talk.case)
    assert (report.state, report.put_off) == (State.READY, True)
    assert report.words == f"It asks to send less often. {WAIT}"
    (item,) = outgoing.outbox(talk.bench.home)
    assert item.words == f"It asks to send less often. {WAIT} It goes then by itself."
    talk.wait(minutes=59)
    assert (talk.send(), tried(talk)) == (State.READY, 1)
    talk.wait(minutes=1)
    assert tried(talk) == 2
    assert newest(talk)[1] is State.SENT
    assert talk.in_order()


def test_other_words_for_it_wait_as_long(talk: Talk) -> None:
    talk.channel.will(asks(3 * HOUR))
    talk.send()
    talk.bench.until_ready(talk.ana, talk.tom, talk.case, MORE)
    assert (talk.send(), tried(talk)) == (State.READY, 1)
    assert newest(talk)[0].attempts == 0
    talk.wait(hours=2)
    assert tried(talk) == 2
    assert [one.text for one in talk.channel.delivered] == [MORE]
    assert talk.in_order()


def test_the_holding_reply_by_the_same_account_waits_as_long(talk: Talk) -> None:
    talk.channel.will(asks(HOUR))
    talk.send()
    report = prepare.hold(talk.bench.home, talk.ana, talk.case, "heard", {})
    assert (report.state, report.words) == (State.READY, WAIT)
    assert tried(talk) == 1
    talk.wait(hours=1)
    assert tried(talk) == 2  # the full reply; then they need no first word any more
    assert [one.text for one in talk.channel.delivered] == [WORDS]


def test_what_it_said_to_one_case_holds_for_a_send_in_another(talk: Talk) -> None:
    """Whoever asks: the site has said it to the shop, and not to one of its replies."""
    other = replace(HEARD, key="shop#comment-8", author="Kim Other", thread="13", target="13/8")
    first, (second,) = talk.case, talk.comes(other)
    talk.channel.can_look = False
    talk.bench.until_ready(talk.ana, talk.tom, second, WORDS)
    send.look(talk.bench.home, talk.ana, first, Choice.SEND)
    talk.channel.will(asks(HOUR))
    talk.send()
    talk.wait(minutes=20)
    send.look(talk.bench.home, talk.ana, second, Choice.SEND)
    report = send.send(talk.bench.home, talk.ana, second)
    assert (report.state, report.words) == (
        State.READY,
        "The site asked us to wait until 13:00.",
    )
    waits = outgoing.outbox(talk.bench.home)[-1].words
    assert waits == "The site asked us to wait until 13:00. It goes then by itself."
    talk.wait(minutes=39)
    assert tried(talk) == 1
    talk.wait(minutes=1)
    assert tried(talk) == 3
    assert talk.in_order()


@pytest.mark.parametrize(
    ("channel", "account", "held"),
    [("site", "acc", True), ("site", "another", False), ("mail", "acc", False)],
)
def test_what_one_site_said_holds_for_no_other_account(
    talk: Talk, channel: str, account: str, *, held: bool
) -> None:
    talk.channel.will(asks(HOUR))
    talk.send()
    (case,) = talk.comes(replace(HEARD, key="shop#comment-8", author="Kim Other", thread="13"))
    chosen = replace(talk.known.facts.entries[0].chosen, channel=channel, account=account)
    with writing(talk.bench.home, talk.ana) as ledger:
        known = facts.load(talk.bench.home, ledger.tx, case)
        found = patience.put_off_from_now(ledger, known, Entry(chosen))
    assert found == ((talk.bench.home.run, 3600) if held else ("", 0))


def test_what_it_said_to_one_holds_for_what_goes_by_itself_in_other_cases(talk: Talk) -> None:
    other = replace(HEARD, key="shop#comment-8", author="Kim Other", thread="13", target="13/8")
    first, (second,) = talk.case, talk.comes(other)
    talk.channel.can_look = False
    talk.bench.until_ready(talk.ana, talk.tom, second, WORDS)
    talk.channel.will(script.NOT_LEFT, asks(HOUR))
    assert send.send(talk.bench.home, talk.ana, second).state is State.WAITING
    send.look(talk.bench.home, talk.ana, first, Choice.SEND)
    assert talk.send() is State.WAITING
    talk.wait(minutes=59)
    assert tried(talk) == 2
    talk.wait(minutes=1)
    assert tried(talk) == 4


def test_after_a_restart_it_asks_and_who_says_send_is_heard_at_the_time(talk: Talk) -> None:
    talk.channel.will(asks(HOUR))
    talk.send()
    talk.bench.home = replace(talk.bench.home, run="run-2")
    assert send.asking(talk.bench.home) == (talk.case,)
    assert talk.send() is State.READY
    assert send.asking(talk.bench.home) == ()
    talk.wait(hours=1)
    talk.bench.home = replace(talk.bench.home, run="run-3")
    assert tried(talk) == 1
    talk.bench.home = replace(talk.bench.home, run="run-2")
    assert tried(talk) == 2


@pytest.mark.parametrize("days", [1, 400, 999_999_999])
def test_days_are_cut_to_one_and_a_person_is_told_to_come_back(talk: Talk, days: int) -> None:
    """A day after the answer is more than a day after their Send: by itself nothing goes then."""
    talk.channel.during = partial(talk.wait, seconds=2)
    talk.channel.will(asks(timedelta(days=days)))
    talk.send()
    talk.channel.during = None
    cut = "The site asked us to wait for a day or more; we leave it alone until 2026-11-19 11:00. "
    words = outgoing.outbox(talk.bench.home)[-1].words
    assert words.endswith(f"{cut}That is longer than it is tried by itself: send it again then.")
    talk.wait(hours=1)
    send.look(talk.bench.home, talk.ana, talk.case, Choice.SEND)
    assert talk.send() is State.READY
    words = outgoing.outbox(talk.bench.home)[-1].words
    assert words.endswith(f"{cut}It goes then by itself.")
    talk.wait(hours=22, minutes=59)
    assert tried(talk) == 1
    talk.wait(minutes=1)
    assert tried(talk) == 2
    assert talk.in_order()


def test_who_does_not_come_back_is_asked_after_that_day(talk: Talk) -> None:
    talk.channel.will(script.NOT_LEFT, asks(timedelta(days=1)))
    talk.send()
    talk.wait(hours=1)
    assert tried(talk) == 2
    talk.wait(hours=24)
    assert tried(talk) == 2
    assert send.asking(talk.bench.home) == (talk.case,)
    assert "asked us to wait" not in outgoing.outbox(talk.bench.home)[-1].words


def test_the_wall_clock_shortens_no_such_wait_and_neither_does_a_restart(talk: Talk) -> None:
    talk.channel.will(asks(HOUR))
    talk.send()
    talk.bench.clock.step_wall(timedelta(hours=20))
    assert (talk.send(), tried(talk)) == (State.READY, 1)
    talk.bench.clock.step_wall(timedelta(hours=-40))
    assert (talk.send(), tried(talk)) == (State.READY, 1)
    talk.bench.clock.reboot(timedelta(hours=2))
    assert (talk.send(), tried(talk)) == (State.READY, 1)
    talk.wait(hours=1)
    assert tried(talk) == 2


def test_asked_to_wait_while_it_is_looked_at_before(talk: Talk) -> None:
    later = LookLaterError("It asks to be asked less often.", "It is looked at later.", HOUR)
    talk.channel.blind = later
    assert talk.send() is State.WAITING
    talk.channel.blind = None
    assert (talk.send(), tried(talk)) == (State.READY, 0)
    talk.wait(minutes=59)
    assert tried(talk) == 0
    talk.wait(minutes=1)
    assert tried(talk) == 1


@given(st.integers(-(10**12), 10**18))
def test_no_number_of_seconds_is_longer_than_what_is_kept(seconds: int) -> None:
    built = CaseBuilder().write().choose().begin().end(Outcome.TRY_LATER)
    entry = replace(
        built.entry,
        happened=(
            *built.entry.happened[:-1],
            replace(built.entry.happened[-1], wait=seconds),  # type: ignore[arg-type] # an end
        ),
    )
    waits = site_waits(entry, built.now)
    assert waits == timedelta(seconds=min(max(seconds, 0), LONGEST_KEPT.total_seconds()))
    assert next_try_in(entry, built.now) >= waits
    assert LONGEST_KEPT <= TRY_FOR


@pytest.mark.parametrize("fast", [timedelta(0), timedelta(hours=5), timedelta(hours=-5)])
@pytest.mark.parametrize("dated", [True, False])
def test_a_date_is_held_against_the_clock_of_the_site(fast: timedelta, *, dated: bool) -> None:
    """Ours may be set to anything; where the site does not tell the time, it is all there is."""
    true = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
    headers = {"retry-after": format_datetime(true + timedelta(minutes=40), usegmt=True)}
    headers |= {"date": format_datetime(true, usegmt=True)} if dated else {}
    said = retry_after(Download("a", "a", 503, headers, b""), true + fast)
    by_ours = timedelta(minutes=40) - fast
    expected = timedelta(minutes=40) if dated else by_ours if by_ours > timedelta(0) else None
    assert said == expected


@pytest.mark.parametrize(
    "odd", ["", "-5", "soon", "Mon, 99 Foo 9999", "1e9", "\N{SUPERSCRIPT TWO}"]
)
def test_what_names_no_time_asks_for_none(odd: str) -> None:
    wall = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
    assert (
        retry_after(Download("a", "a", 503, {"retry-after": odd, "date": odd}, b""), wall) is None
    )
