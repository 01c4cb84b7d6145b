"""A case that is over, and one that was promised an answer by a time: what its page still says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.ui.case_robot import REPLY, Bench, CaseRobot

from calmreply.app import queries
from calmreply.app.cases import debrief, judge
from calmreply.app.sending import prepare, send
from calmreply.domain.debrief import Action, Answers, Outcome, Settledness
from calmreply.domain.mention import Stars
from calmreply.domain.policy import Feeling, Kind
from calmreply.ui.inbox.rows import line_data
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from calmreply.ui.kit.theme import Theme


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[CaseRobot]:
    assert worn is not None
    made = CaseRobot(qtbot, bench, who=bench.ana)
    yield made
    made.finish()


def said(card: QWidget) -> list[str]:
    """Everything a card says, from the top."""
    labels = card.findChildren(PlainLabel)
    return [one.text() for one in labels if one.text() and one.isVisible()]


def test_a_closed_case_shows_its_whole_debrief(bench: Bench, page: CaseRobot) -> None:
    case = bench.said()
    report = bench.sent(case)
    send.posted(bench.home, bench.ana, case, url="https://reviews.example/r", entry=report.entry)
    debrief.close(bench.home, bench.ana, case, Outcome.RESOLVED)
    answers = Answers(
        escalated="The phone went to voicemail.",
        better="Read the name back.",
        causes=("order_taking", "phone_cover"),
        opportunity="She offered a picture.",
        actions=(Action("A line on the form", "Ana", "2026-12-01"), Action("A rota")),
        debriefed_with="Tom",
        feeling=Settledness.GLAD,
    )
    debrief.debrief(bench.home, bench.tom, case, answers)
    page.open(case)
    card = said(page.page.debriefed)
    assert card[1] == "Tom sat down for the debrief, today\xa013:55"
    assert card[2:] == [
        "How did it escalate?",
        "The phone went to voicemail.",
        "What could have gone better on our side?",
        "Read the name back.",
        "Is there a problem in how we work?",
        "Order taking, Phone cover",
        "What opportunity is in it?",
        "She offered a picture.",
        "What we will do",
        "A line on the form (Ana, by 1 Dec 2026)\nA rota",
        "Debriefed with",
        "Tom",
        "How do you feel about it now?",
        "Glad it happened",
    ]
    lines = said(page.page.story)
    assert lines[:2] == ["What happened", "Today"]
    assert not set(card[2:]) & set(lines), "it is said once"
    assert lines[lines.index("Ana chose Send") + 1] == REPLY, "what was sent can be read again"


def test_the_debrief_before_the_case_was_opened_again_is_kept(
    bench: Bench, page: CaseRobot
) -> None:
    case = bench.written(bench.said())
    for better in ("Listen.", "Listen longer."):
        debrief.close(bench.home, bench.ana, case, Outcome.RESOLVED)
        debrief.debrief(bench.home, bench.ana, case, Answers(better=better))
        judge.reopen(bench.home, bench.ana, case, "They wrote again.")
    page.open(case)
    assert not page.there("case.debriefed"), "it is open"
    debrief.close(bench.home, bench.ana, case, Outcome.RESOLVED)
    page.page.read_again()
    page.settle()
    assert said(page.page.debriefed)[-1] == "Listen longer."
    lines = said(page.page.story)
    assert "Listen." in lines
    assert "Listen longer." not in lines


def test_answered_outside_says_who_says_so(bench: Bench, page: CaseRobot) -> None:
    case = bench.said()
    when = "2026-11-18T13:00:00Z"
    judge.answered_outside(bench.home, bench.tom, case, text="Sorry!", url="", when=when)
    page.open(case)
    lines = said(page.page.story)
    assert lines[lines.index("Tom said it was answered outside the app") + 1] == "Sorry!"


def test_the_promised_time_stands_on_their_clock(bench: Bench, page: CaseRobot) -> None:
    case = bench.said()
    due = bench.clock.wall + timedelta(hours=20)
    held = prepare.hold(bench.home, bench.ana, case, "heard", {"time": due.isoformat()})
    page.open(case)
    assert not page.there("case.promised"), "nobody has posted it yet"
    link = "https://reviews.example/r"
    send.posted(bench.home, bench.ana, case, url=link, entry=held.entry)
    page.page.read_again()
    page.settle()
    line = page.page.clocks.theirs.promised
    assert line.text() == "Promised by tomorrow\xa009:34, 20 h left."
    assert any(held.text in line for line in said(page.page.held)), (
        "what was promised can be read again"
    )
    assert line.property("tone") == ""
    page.later(hours=18, minutes=30)
    assert line.text() == "Promised by today\xa009:34, 1 h 30 min left."
    assert line.property("tone") == "amber"
    page.later(hours=2)
    assert line.text() == "Promised by today\xa009:34. That time is over."
    assert line.property("tone") == "red"
    bench.sent(case)
    sent = bench.home
    reply = queries.case_page(sent, case).entries[-1][0]
    send.posted(sent, bench.ana, case, url=link, entry=reply.id)
    page.page.read_again()
    page.settle()
    assert not page.there("case.promised")


def test_your_clock_and_the_badge_say_what_is_left_to_do(bench: Bench, page: CaseRobot) -> None:
    case = bench.signed_off(bench.said())
    bench.clock.advance(minutes=21)
    page.open(case)
    yours, badge = page.page.clocks.yours, page.page.head._stage
    assert yours._foot.text() == "Read it once more with a fresh eye."
    bench.looked(case)
    page.page.read_again()
    page.settle()
    assert yours._foot.text() == "Read once more by Ana."
    assert badge.text() == "Ready to send"
    send.send(bench.home, bench.ana, case)
    page.page.read_again()
    page.settle()
    assert badge.text() == "Copied; say when it is posted"
    (line,) = queries.inbox(bench.home)
    words = line_data(line, bench.clock.wall, "UTC").pills[-1][1]
    assert words == "Copied; say when it is posted"


def test_where_nothing_cools_the_badge_does_not_say_so(bench: Bench, page: CaseRobot) -> None:
    case = bench.said("Lovely bread!", stars=Stars(5))
    bench.judged(case, Kind.PRAISE)
    bench.read(case)
    page.open(case)
    assert page.page.clocks.yours._foot.text() == "There is no wait."
    assert page.page.head._stage.text() == "Being answered"
    angry = bench.said()
    bench.judged(angry)
    bench.read(angry, Feeling.ANGRY)
    page.open(angry)
    assert page.page.head._stage.text() == "Cooling off"


def test_nobody_knows_when_they_said_it(bench: Bench, page: CaseRobot) -> None:
    case = bench.said(published=None)
    bench.clock.advance(minutes=5)
    page.open(case)
    assert "heard today" in page.page.mention._where.text()
    judge.set_aside(bench.home, bench.ana, case, "It is not ours.")
    page.page.read_again()
    page.settle()
    lines = said(page.page.story)
    assert "Heard (Google) ★☆☆☆☆" in lines
    assert not any("They said it" in line for line in lines)
