"""What lists and pages show: each stage, its count, its mentions, and when it changes by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from calmreply.app import facts, queries
from calmreply.app.cases import debrief, judge
from calmreply.app.cases.story import story
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.ports.storage import Account
from calmreply.app.queries import Overview
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.app.sending import accounts, outgoing, prepare, send, write
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.debrief import Answers, Outcome
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.testing import channels as script

if TYPE_CHECKING:
    from tests.app.conftest import Bench

TEXT = "Dear Marta, I am sorry."
PAGE = "https://reviews.example/1"


def view(bench: Bench) -> Overview:
    return queries.overview(bench.home)


def stage_of(bench: Bench, case: CaseId) -> Stage:
    """As the list says; the page says the same."""
    shown = view(bench).state(case, older=False).stage
    assert queries.case_page(bench.home, case).stage is shown
    return shown


class Street(dict[Stage, CaseId]):
    """One case in each stage there can be, by stage."""


@pytest.fixture
def street(bench: Bench) -> Street:
    home, found = bench.home, Street()
    ana, tom = bench.person("Ana"), bench.person("Tom")
    accounts.save(home, None, Account("shop", "mail", {}))
    found[Stage.NEEDS_YOU] = bench.complaint("needs you")
    bench.write(ana, found[Stage.NEEDS_YOU], TEXT, channel="mail", to="m@c.example")
    bench.until_ready(ana, tom, found[Stage.NEEDS_YOU], TEXT)
    bench.channel.will(script.REFUSED)
    assert send.send(home, ana, found[Stage.NEEDS_YOU]).state is State.REFUSED
    found[Stage.FOLLOW_UP] = bench.complaint("follow up")
    bench.until_ready(ana, tom, found[Stage.FOLLOW_UP], TEXT)
    send.send(home, ana, found[Stage.FOLLOW_UP])
    send.posted(home, ana, found[Stage.FOLLOW_UP], url=PAGE)
    for stage in (Stage.TO_DEBRIEF, Stage.CLOSED):
        found[stage] = bench.complaint(stage.value.replace("_", " "))
        bench.until_ready(ana, tom, found[stage], TEXT)
        send.send(home, ana, found[stage])
        send.posted(home, ana, found[stage], url=PAGE)
        debrief.close(home, ana, found[stage], Outcome.RESOLVED)
    debrief.debrief(home, ana, found[Stage.CLOSED], Answers(better="Read the name back."))
    found[Stage.SET_ASIDE] = bench.complaint("set aside")
    judge.set_aside(home, ana, found[Stage.SET_ASIDE], "An advertisement")
    found[Stage.READY] = bench.complaint("ready")
    bench.until_ready(ana, tom, found[Stage.READY], TEXT)
    found[Stage.WITH_REVIEWER] = bench.complaint("with reviewer")
    bench.write(ana, found[Stage.WITH_REVIEWER], TEXT)
    review.ask(home, ana, found[Stage.WITH_REVIEWER], "Tom")
    found[Stage.COOLING] = bench.complaint("cooling")
    judge.read_all(home, ana, found[Stage.COOLING])
    judge.say_feeling(home, ana, found[Stage.COOLING], Feeling.STUNG)
    found[Stage.NEW] = bench.complaint("read and still new")
    judge.read_all(home, ana, found[Stage.NEW])
    bench.complaint("not even read")
    site = bench.listens()
    site.show("old", "older", published=bench.clock.wall - timedelta(days=9))
    bench.poll()
    return found


def test_each_case_stands_where_it_belongs(bench: Bench, street: Street) -> None:
    for stage, case in street.items():
        assert stage_of(bench, case) is stage
    expected = dict.fromkeys(Stage, 1) | {Stage.NEW: 2, Stage.FIXING: 0}
    assert view(bench).counts == expected


def test_the_mentions_of_a_stage_are_as_many_as_it_says(bench: Bench, street: Street) -> None:
    assert street
    home, here = bench.home, view(bench)
    everything = queries.mention_ids(home, here)
    found = {stage: queries.mention_ids(home, here, stage) for stage in Stage}
    assert {stage: len(ids) for stage, ids in found.items()} == dict(here.counts)
    assert sorted(one for ids in found.values() for one in ids) == sorted(everything)
    for stage, ids in found.items():
        for line in queries.lines(home, here, ids):
            assert line.state.stage is stage
        assert queries.mention_ids(home, here, stage, limit=1) == ids[:1]
    assert queries.mention_ids(home, here, limit=3) == everything[:3]
    newest_first = [row.row.heard for row in queries.lines(home, here, everything)]
    assert newest_first[:-1] == sorted(newest_first[:-1], reverse=True)


def test_search_within_a_stage(bench: Bench, street: Street) -> None:
    assert street
    home, here = bench.home, view(bench)

    def texts(stage: Stage | None, words: str) -> list[str]:
        ids = queries.mention_ids(home, here, stage, words)
        return [line.row.text for line in queries.lines(home, here, ids)]

    assert texts(None, "read") == ["not even read", "read and still new", "ready"]
    assert texts(Stage.NEW, "read") == ["not even read", "read and still new"]
    assert texts(Stage.READY, "read") == ["ready"]
    assert texts(Stage.OLDER, "old") == ["older"]
    assert texts(Stage.CLOSED, "read") == []
    assert texts(None, "?!") == []
    assert len(texts(Stage.NEW, "  ")) == 2, "blank words search for nothing"


def test_only_what_is_on_somebodys_desk_is_folded(
    bench: Bench, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[CaseId] = []
    real = facts.load_all

    def counting(home, tx, cases, common):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        loaded.extend(cases)
        return real(home, tx, cases, common)

    monkeypatch.setattr(facts, "load_all", counting)
    view(bench)
    ended = {street[Stage.CLOSED], street[Stage.SET_ASIDE]}
    touched = set(street.values())
    assert sorted(loaded) == sorted(touched - ended)
    loaded.clear()
    send.due(bench.home)
    assert loaded == [street[Stage.FOLLOW_UP]], "a closed case has nothing on its way"


# --- what changes by time alone ------------------------------------------------------------


def test_the_next_change_is_the_first_wait_that_ends(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    assert view(bench).next_change is None
    for feeling in (Feeling.ANGRY, Feeling.STUNG):
        case = bench.complaint(feeling.word)
        judge.read_all(home, ana, case)
        judge.say_feeling(home, ana, case, feeling)
    assert view(bench).next_change == bench.clock.wall + timedelta(minutes=60)
    bench.clock.advance(minutes=60)
    assert view(bench).next_change == bench.clock.wall + timedelta(minutes=180)


def test_a_reply_by_hand_without_a_word_falls_into_doubt(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    prepare.hold(home, ana, case, "heard", {})
    began = bench.clock.wall
    assert view(bench).next_change == began + timedelta(hours=24)
    bench.clock.advance(hours=24)
    assert stage_of(bench, case) is Stage.NEEDS_YOU
    entry = outgoing.outbox(home)[-1].entry
    send.settle(home, ana, entry.id, appeared=False)
    assert stage_of(bench, case) is Stage.NEW


def test_a_dated_debrief_comes_back_on_its_day(bench: Bench) -> None:
    """Midnight is the business's: eleven in the evening before in UTC, in winter in Warsaw."""
    home, ana = bench.home, bench.person("Ana")
    settings.change(home, ana, {"zone": "Europe/Warsaw"})
    case = bench.complaint()
    debrief.close(home, ana, case, Outcome.RESOLVED)
    debrief.debrief_later(home, ana, case, date(2026, 11, 20))
    assert stage_of(bench, case) is Stage.CLOSED
    midnight = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
    assert view(bench).next_change == midnight
    bench.clock.set_wall(midnight - timedelta(seconds=1))
    assert stage_of(bench, case) is Stage.CLOSED
    bench.clock.set_wall(midnight)
    assert stage_of(bench, case) is Stage.TO_DEBRIEF


# --- lines and pages -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stars", "judged", "kind"),
    [
        (None, None, None),
        (Stars(3), None, Kind.COMPLAINT),
        (Stars(4), None, None),
        (Stars(4), Kind.PRAISE, Kind.PRAISE),
        (Stars(3), Kind.PRAISE, Kind.COMPLAINT),
        (None, Kind.QUESTION, Kind.QUESTION),
    ],
)
def test_kind(bench: Bench, stars: Stars | None, judged: Kind | None, kind: Kind | None) -> None:
    home, ana = bench.home, bench.person("Ana")
    heard = Heard("", "Robin", "Hm.", Origin.PASTE, stars=stars)
    _mention, case, _changes = listen.add_mention(home, heard)
    if judged:
        judge.judge(home, ana, case, kind=judged, verdict=Verdict.GENUINE, evidence="Order 1")
    (line,) = queries.inbox(home)
    assert line.kind is kind
    assert queries.case_page(home, case).kind is kind


def test_who_is_waited_for(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    review.ask(home, ana, case, "Tom")
    assert view(bench).state(case, older=False).reviewer == "Tom"
    prepare.hold(home, ana, case, "heard", {})
    bench.clock.advance(hours=25)
    assert stage_of(bench, case) is Stage.NEEDS_YOU
    assert queries.waiting_for(home, tom.person) == (case,), "a doubt elsewhere does not hide it"
    send.posted(home, ana, case, note="it is there")
    review.sign(home, tom, case, NEEDED)
    assert queries.waiting_for(home, tom.person) == ()
    other = bench.complaint("Another.")
    bench.write(ana, other, TEXT)
    review.ask(home, ana, other, "Tom")
    judge.answered_outside(home, ana, other, text="Sorry!", url="", when="2026-11-19T09:00:00Z")
    assert queries.waiting_for(home, tom.person) == ()


def test_no_such_case(bench: Bench) -> None:
    for case in ("99", "", "x", "-1"):
        with pytest.raises(KnownError) as refused:
            queries.case_page(bench.home, CaseId(case))
        assert refused.value.code == "no_such_case"


def test_the_story_of_a_whole_case(bench: Bench) -> None:
    home = bench.home
    ana, tom, ben = (bench.person(name) for name in ("Ana", "Tom", "Ben"))
    case = bench.complaint()
    holding = prepare.hold(home, ana, case, "heard", {})
    send.not_posted(home, ana, case, entry=holding.entry)
    bench.write(ana, case, TEXT)
    review.ask(home, ana, case, "Tom")
    review.remark(home, tom, case, "Kinder, please.")
    bench.until_ready(ana, tom, case, TEXT + " Truly.")
    review.withdraw(home, tom, case)
    review.ask(home, ana, case, "Ben")
    review.sign(home, ben, case, NEEDED)
    send.look(home, ana, case, Choice.CHANGE)
    send.look(home, ana, case, Choice.SEND)
    entry = send.send(home, ana, case).entry
    bench.clock.advance(hours=25)
    send.settle(home, ana, entry, appeared=True)
    debrief.close(home, ana, case, Outcome.RESOLVED)
    debrief.debrief_later(home, ana, case, bench.clock.wall.date())
    judge.reopen(home, ana, case, "They wrote again.")
    judge.set_aside(home, ana, case, "It was spam after all.")
    judge.reopen(home, ana, case, "No, it was not.")
    judge.answered_outside(
        home, ana, case, text="Sorry!", url=PAGE + "#x", when="2026-11-19T09:00:00Z"
    )
    debrief.close(home, ana, case, Outcome.WALKED_AWAY)
    debrief.debrief(home, ana, case, Answers(better="Listen."))
    known = queries.case_page(home, case).known.facts
    steps = story(known.conversation, queries.timeline(home, case), known.name)
    told = [f"{step.words} | {step.more}" if step.more else step.words for step in steps]
    assert told == [
        "Heard (reviews.example) ★☆☆☆☆",
        f"Ana sent the holding reply | {holding.text}",
        "Ana did not post it",
        "Ana wrote version 1",
        "Tom was asked for a second look",
        "Tom asked for a change | Kinder, please.",
        "Ana read all of it",
        "Ana was stung",
        "Ana: Really our customer, Complaint | Order 8817",
        "Ana wrote version 2",
        "Tom was asked for a second look",
        "Signed off by Tom",
        "Ana read it once more and would send it",
        "Tom took the sign-off back",
        "Ben was asked for a second look",
        "Signed off by Ben",
        "Ana read it once more and wanted to change it",
        "Ana read it once more and would send it",
        f"Ana chose Send | {TEXT} Truly.",
        "It appeared",
        "Ana closed the case | Resolved",
        "Debrief on 2026-11-19",
        "Ana opened it again | They wrote again.",
        "Ana set it aside | It was spam after all.",
        "Ana opened it again | No, it was not.",
        f"Ana said it was answered outside the app | Sorry!\n{PAGE}#x",
        "Ana closed the case | We walked away",
        "Ana sat down for the debrief",
    ]
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[-1].told == (("What could have gone better on our side?", "Listen."),)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (script.DELIVERED, "Sent"),
        (script.REFUSED, "The site refused it"),
        (script.TRY_LATER, "The site asked to try later"),
        (script.NOT_LEFT, "It could not leave this computer"),
        (script.CUT, "Nobody knows whether it arrived"),
    ],
)
def test_the_story_of_a_sending(bench: Bench, step: script.Step, words: str) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    accounts.save(home, None, Account("shop", "mail", {}))
    bench.write(ana, case, TEXT, channel="mail", to="m@c.example")
    bench.until_ready(ana, tom, case, TEXT)
    bench.channel.will(step)
    report = send.send(home, ana, case)
    known = queries.case_page(home, case).known.facts
    steps = story(known.conversation, queries.timeline(home, case), known.name)
    assert (steps[-1].words, steps[-1].more) == (words, report.words)
    send.cancel(home, ana, case, report.entry)
    assert outgoing.outbox(home)[-1].author == "Marta Sample"
    steps = story(known.conversation, queries.timeline(home, case), known.name)
    assert steps[-1].words == "Ana stopped further tries"


def test_an_empty_home(bench: Bench) -> None:
    assert view(bench).counts == dict.fromkeys(Stage, 0)
    assert queries.inbox(bench.home) == ()
    assert outgoing.outbox(bench.home) == ()
    assert queries.listening(bench.home).sources == ()
    assert queries.now(bench.home).wall == bench.clock.wall
    assert people.everybody(bench.home) == ()
    with pytest.raises(KnownError):
        write.save_draft(bench.home, bench.person("Ana"), CaseId("1"), "Hello")


def test_the_newest_of_the_outbox_and_what_still_waits(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    accounts.save(home, None, Account("shop", "mail", {}))
    cases = [bench.complaint(text=f"Cold soup, {n}.") for n in range(4)]
    for number, case in enumerate(cases):
        bench.write(ana, case, TEXT, channel="mail", to="m@c.example")
        bench.until_ready(ana, tom, case, TEXT)
        bench.channel.will(script.CUT if number == 0 else script.DELIVERED)
        send.send(home, ana, case)
    assert [item.case for item in outgoing.outbox(home)] == cases
    assert [item.case for item in outgoing.outbox(home, last=1)] == [cases[0], cases[3]]
    assert [item.case for item in outgoing.outbox(home, last=0)] == [cases[0]]
    bench.channel.will(script.REFUSED, script.DELIVERED)
    case = bench.complaint(text="No soup at all.")
    bench.write(ana, case, TEXT, channel="mail", to="m@c.example")
    bench.until_ready(ana, tom, case, TEXT)
    send.send(home, ana, case)
    assert outgoing.outbox(home, last=0)[-1].state is State.REFUSED
    send.send(home, ana, case)
    assert [item.case for item in outgoing.outbox(home, last=0)] == [cases[0]], "it was sent then"
    now = queries.now(home).wall
    assert all(item.at <= now for item in outgoing.outbox(home, last=2))
