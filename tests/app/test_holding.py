"""Holding replies: at once, once, with nothing in them but what was prepared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.app import facts, ledger, queries
from calmreply.app.cases import judge, promises
from calmreply.app.listening import listen
from calmreply.app.listening.brought import UNKNOWN_AUTHOR
from calmreply.app.planning import wordings
from calmreply.app.ports.storage import Account
from calmreply.app.proving import trust
from calmreply.app.rules import settings
from calmreply.app.sending import accounts, outgoing, prepare, send, write
from calmreply.app.sending.held import HeldError
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId, Heard, Origin
from calmreply.domain.outbox import State
from calmreply.domain.policy import OpeningHours, Policy
from calmreply.domain.reply import Offer
from calmreply.errors import KnownError
from calmreply.testing import channels as script

if TYPE_CHECKING:
    from tests.app.conftest import Bench


def text(bench: Bench, case: CaseId, wording: str = "heard", **values: str) -> str:
    return prepare.holding_text(bench.home, case, wording, values).text


def by(bench: Bench, author: str, url: str | None = None, said: str = "Stale.") -> CaseId:
    heard = Heard("", author, said, Origin.PASTE, url=url)
    return listen.add_mention(bench.home, heard)[1]


def test_the_words(bench: Bench) -> None:
    case = bench.complaint()
    settings.change(bench.home, None, {"zone": "Europe/Berlin", "contacts": "Ana, 030 1\nTom"})
    assert text(bench, case) == (
        "Hello Marta Sample, thank you for telling us. We want to look into this properly before "
        "we answer, and you will hear from us by Thursday 19 November, 11:00."
    )
    assert text(bench, case, name="").startswith("Hello, thank you")
    assert "now: Ana, 030 1." in text(bench, case, "heard_contact")
    assert "now: Tom." in text(bench, case, "heard_contact", contact="Tom")
    assert "Saturday 21 November, 09:30" in text(bench, case, time="2026-11-21T09:30")
    assert "Saturday 21 November, 10:30" in text(bench, case, time="2026-11-21T09:30:00Z")
    assert "Wednesday 25 November, 11:00" in text(bench, case, time="2026-11-25T10:00:00Z")


@pytest.mark.parametrize(
    ("wording", "values", "code"),
    [
        ("no such", {}, "no_such_wording"),
        ("heard", {"name": "Somebody Else"}, "bad_slot"),
        ("heard", {"name": "a" * 41}, "bad_slot"),
        ("heard", {"contact": "Ana"}, "bad_slot"),
        ("heard", {"price": "1"}, "bad_slot"),
        ("heard_contact", {}, "bad_slot"),
        ("heard_contact", {"contact": "https://evil.example"}, "bad_slot"),
        ("heard", {"time": "soon"}, "bad_slot"),
        ("heard", {"time": "2026-11-18T10:00:00Z"}, "bad_slot"),
        ("heard", {"time": "2026-11-25T10:00:01Z"}, "bad_slot"),
        ("heard", {"time": "9999-12-31T23:59:59-12:00"}, "bad_slot"),
        ("heard", {"time": "0001-01-01T00:00:00+12:00"}, "bad_slot"),
    ],
)
def test_what_a_slot_does_not_take(
    bench: Bench, wording: str, values: dict[str, str], code: str
) -> None:
    ana = bench.person("Ana")
    case = bench.complaint()
    with pytest.raises(KnownError) as refused:
        prepare.hold(bench.home, ana, case, wording, values)
    assert refused.value.code == code
    assert refused.value.way_out
    assert outgoing.outbox(bench.home) == ()


@pytest.mark.parametrize(
    "author", ["Call 030 1", "evil.example", "Ma\u202erta", "a" * 41, UNKNOWN_AUTHOR]
)
def test_a_name_that_is_none_is_left_out(bench: Bench, author: str) -> None:
    assert text(bench, by(bench, author)).startswith("Hello, thank you")


def test_each_review_of_one_page_is_a_place_of_its_own(bench: Bench) -> None:
    """A shop's page at a review site has one address for all its reviews; a call has none."""
    home, ana = bench.home, bench.person("Ana")
    page = "https://reviews.example/our-shop"
    cases = [by(bench, name, page) for name in ("Robin", "Kim")]
    cases += [by(bench, name) for name in ("Alex", "Sam")]
    for case in cases:
        assert prepare.hold(home, ana, case, "heard", {}).state is State.IN_FLIGHT
        send.posted(home, ana, case, note="posted")
        with pytest.raises(HeldError, match="already_sent"):
            prepare.hold(home, ana, case, "heard", {})
    assert isinstance(trust.verify_journal(home), Whole)


def test_it_goes_while_somebody_cools_off_but_not_with_an_offer(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana", may_offer=5_000)
    case = bench.complaint()
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
    words = write.words_like(
        home, known.facts, (), text="Have a cake.", offer=Offer("a cake", 5_000, "EUR")
    )
    write.revise(home, ana, case, words)
    prepare.hold(home, ana, case, "heard", {})
    holding, full = (outgoing.outbox(home)[-1].entry.chosen.record, words.offer)
    assert '"offer":null' in holding
    assert full is not None
    with home.store.read() as tx:
        revision = facts.load(home, tx, case).facts.revision
    assert revision is not None
    assert revision.words == words, "the full reply is as it was"


def test_by_mail_it_leaves_and_answers_the_first_word(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    accounts.save(home, None, Account("shop", "mail", {}))
    heard = Heard("", "Robin", "Call me.", Origin.LETTER, contact="robin@c.example")
    case = listen.add_mention(home, heard)[1]
    bench.channel.will(script.NOT_LEFT)
    bench.clock.advance(minutes=10)
    assert prepare.hold(home, ana, case, "heard", {}).state is State.WAITING
    assert queries.case_page(home, case).first_word.answered is None
    bench.clock.advance(minutes=2)
    ((_case, entry),) = send.due(home)
    assert send.attempt(home, case, entry).state is State.SENT
    (arrived,) = bench.channel.delivered
    assert (arrived.target, arrived.text[:11]) == ("robin@c.example", "Hello Robin")
    assert queries.case_page(home, case).first_word.answered == bench.clock.wall
    assert queries.case_page(home, case).full_reply.answered is None


def test_the_time_that_was_promised_is_read_from_the_words(bench: Bench) -> None:
    home, case = bench.home, bench.complaint()
    settings.change(home, None, {"zone": "Europe/Berlin", "contacts": "Tom, 11:15"})
    ana = bench.person("Ana")
    due = datetime(2026, 11, 23, 8, 7, tzinfo=UTC)
    values = {"time": due.isoformat(), "contact": "Tom, 11:15"}
    entry = prepare.hold(home, ana, case, "heard_contact", values).entry
    assert queries.case_page(home, case).answer_by is None, "nobody has been told yet"
    send.posted(home, ana, case, url="https://reviews.example/1#r", entry=entry)
    assert queries.case_page(home, case).answer_by == due
    bench.clock.advance(days=30)
    assert queries.case_page(home, case).answer_by == due


@given(
    sent=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - made aware
    ahead=st.integers(1, 7 * 24 * 60),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland", "America/New_York"]),
)
def test_any_time_a_holding_reply_can_name_is_found_again(
    sent: datetime, ahead: int, zone: str
) -> None:
    began = sent.replace(second=0, microsecond=0, tzinfo=UTC)
    due = (began + timedelta(minutes=ahead)).astimezone(ZoneInfo(zone))
    words = f"Hello Monday Sample, you will hear from us by {prepare.when_words(due)}."
    found = promises.time_in(words, began, zone)
    assert found is not None
    assert prepare.when_words(found.astimezone(ZoneInfo(zone))) == prepare.when_words(due)
    assert promises.time_in("You will hear from us soon.", began, zone) is None


@pytest.mark.parametrize("what", ["paused", "changed", "clock", "private"])
def test_what_holds_it(bench: Bench, what: str) -> None:
    home, ana = bench.home, bench.person("Ana")
    site = bench.listens()
    site.show("1", "Stale.")
    bench.poll()
    case = CaseId("1")
    match what:
        case "paused":
            settings.change(home, ana, {"paused": "yes"})
            kind = "paused"
        case "changed":
            judge.read_all(home, ana, case)
            site.show("1", "Stale, and worse.")
            bench.poll()
            kind = "mention_changed"
        case "clock":
            bench.clock.step_wall(timedelta(hours=3))
            kind = "clock_unsure"
        case _:
            settings.change(home, ana, {"contacts": "4111 1111 1111 1111"})
            kind = "private_data"
    with pytest.raises(HeldError, match=kind):
        prepare.hold(bench.home, ana, case, "heard_contact" if what == "private" else "heard", {})
    assert outgoing.outbox(bench.home) == ()


@pytest.mark.parametrize(
    ("hours", "zone", "wall", "then"),
    [
        ("1-5 09:00-18:00", "Europe/London", "2026-11-18T10:00", "2026-11-19T10:00"),
        ("1-5 09:00-18:00", "Europe/London", "2026-11-18T10:01", "2026-11-19T10:30"),
        ("1-5 09:00-18:00", "Europe/London", "2026-11-18T17:45", "2026-11-19T18:00"),
        ("1-5 09:00-17:50", "Europe/London", "2026-11-18T17:45", "2026-11-20T10:00"),
        ("1-5 09:00-18:00", "Europe/London", "2026-11-20T03:12", "2026-11-23T10:00"),
        ("1-5 09:00-09:30", "Europe/London", "2026-11-20T03:12", "2026-11-23T09:00"),
        ("1-5 09:10-18:00", "Asia/Kathmandu", "2026-11-18T20:00", "2026-11-20T04:45"),
        ("1 09:00-12:00", "UTC", "2026-11-22T13:00", "2026-11-29T13:00"),
    ],
)
def test_by_when_they_hear_from_us(hours: str, zone: str, wall: str, then: str) -> None:
    """A day from now, at a full half hour of theirs, while we are open; at most a week.

    Never the opening minute: nobody has had time to write by then.
    """
    days, window = hours.split(" ")
    first, last = (int(day) for day in (days[0], days[-1]))
    opens, closes = window.split("-")
    rules = Policy(zone=zone, hours=OpeningHours(tuple(range(first - 1, last)), opens, closes))
    given = prepare.time_given(rules, datetime.fromisoformat(f"{wall}Z"))
    assert given == datetime.fromisoformat(f"{then}Z")


@pytest.mark.parametrize(("aim", "then"), [(30, "09:30"), (48 * 60, "10:00")])
def test_after_opening_no_longer_is_left_than_the_reply_may_take(aim: int, then: str) -> None:
    hours = OpeningHours(tuple(range(5)), "09:00", "18:00")
    rules = Policy(zone="UTC", hours=hours, full_reply_aim=aim)
    given = prepare.time_given(rules, datetime(2026, 11, 20, 20, tzinfo=UTC))
    assert given == datetime.fromisoformat(f"2026-11-23T{then}Z")


def test_contacts_one_a_line() -> None:
    assert wordings.contacts(None) == ()
    assert wordings.contacts(" Ana \n\n Tom, 030 1\n") == ("Ana", "Tom, 030 1")


def test_the_time_is_said_by_the_clock_that_was_confirmed(bench: Bench) -> None:
    """The wall clock goes four minutes wrong; an answer from outside has told the time."""
    case = bench.complaint()
    bench.clock.advance(minutes=2)
    assert "Thursday 19 November, 10:30" in text(bench, case)
    assert ledger.confirm_clock(bench.home, bench.clock.wall - timedelta(minutes=4))
    assert "Thursday 19 November, 10:00" in text(bench, case)
    assert bench.clock.wall == datetime(2026, 11, 18, 10, 2, tzinfo=UTC)
