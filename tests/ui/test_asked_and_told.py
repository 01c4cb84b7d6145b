"""Telling whoever is asked by mail, and asking the next one where the first does not answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.ui.case_robot import Bench, CaseRobot
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import queries
from calmreply.app.persons import people, person_changes
from calmreply.app.ports.channels import SendResult
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.domain.outbox import Outcome
from calmreply.domain.people import Presence
from calmreply.domain.review import NEEDED
from calmreply.testing.notices import FakeNotices
from calmreply.ui.dialogs.ask import AskDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.theme import Theme

    OnPage = Callable[..., CaseRobot]


@pytest.fixture
def post() -> FakeNotices:
    return FakeNotices()


@pytest.fixture
def bench(post: FakeNotices) -> Bench:
    made = Bench()
    made.home = replace(made.home, notices=post)
    person_changes.change(made.home, made.ana, "Tom", mail="tom@corner.example")
    return made


@pytest.fixture
def robot(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[DialogRobot]:
    assert worn is not None
    made = DialogRobot(qtbot, bench.home, who=bench.ana)
    yield made
    made.finish()


@pytest.fixture
def on_page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[OnPage]:
    assert worn is not None
    robots: list[CaseRobot] = []

    def show(case: Any, **more: Any) -> CaseRobot:
        robots.append(CaseRobot(qtbot, bench, **{"who": bench.ana, **more}))
        return robots[-1].open(case)

    yield show
    for one in robots:
        one.finish()


def asked(bench: Bench, case: CaseId) -> str:
    page = queries.case_page(bench.home, case)
    waits = page.sign_off.asked
    return page.known.facts.name(waits.reviewer) if waits is not None else ""


# --- by mail -------------------------------------------------------------------------------


def test_a_tick_tells_them_by_mail(bench: Bench, robot: DialogRobot, post: FakeNotices) -> None:
    case = bench.written(bench.said())
    bench.account()
    bench.person("Lea")
    robot.open(AskDialog, case)
    assert not robot.find("ask.mail").isChecked(), "as the settings say"
    assert "To tom@corner.example: that a reply waits" in robot.said()
    robot.press("ask.who.Lea")
    assert not robot.there("ask.mail"), "she has no address"
    robot.press("ask.who.Tom")
    robot.press("ask.mail")
    robot.press("ask.go")
    assert asked(bench, case) == "Tom"
    assert robot.done == [bench.tom.person.id]
    ((person, notice),) = post.given
    assert person == bench.tom.person.id
    assert "Sian" not in notice.text + notice.subject


def test_a_mail_that_does_not_go_out_is_said_and_the_asking_stands(
    bench: Bench, robot: DialogRobot, post: FakeNotices
) -> None:
    post.result = SendResult(Outcome.NOT_LEFT, "The mail server cannot be reached.")
    settings.change(bench.home, bench.ana, {"notice_mail": "yes"})
    bench.account()
    case = bench.written(bench.said())
    robot.open(AskDialog, case)
    assert robot.find("ask.mail").isChecked()
    robot.press("ask.go")
    said = robot.notice("ask.notice")
    assert "Tom is asked, but could not be told by mail." in said
    assert "cannot be reached" in said
    assert asked(bench, case) == "Tom"
    assert robot.text("ask.go") == "Done"
    robot.press("ask.go")
    assert robot.done == [bench.tom.person.id]


def test_without_an_account_there_is_nothing_to_tick(bench: Bench, robot: DialogRobot) -> None:
    robot.open(AskDialog, bench.written(bench.said()))
    assert not robot.there("ask.mail")


def test_one_press_on_the_page_tells_as_the_settings_say(
    bench: Bench, on_page: OnPage, post: FakeNotices
) -> None:
    settings.change(bench.home, bench.ana, {"notice_mail": "yes"})
    bench.account()
    post.result = SendResult(Outcome.REFUSED, "Nobody of that name.")
    case = bench.written(bench.said())
    page = on_page(case)
    page.do("needs_second_person")
    assert asked(bench, case) == "Tom"
    assert len(post.given) == 1
    assert "could not be told by mail" in page.notice("before")


# --- who is next ---------------------------------------------------------------------------


def test_whoever_is_away_is_said_to_be_and_the_next_is_one_press_away(
    bench: Bench, on_page: OnPage
) -> None:
    bench.person("Lea")
    bench.person("Max")
    case = bench.written(bench.said())
    bench.asked(case)
    people.set_presence(bench.home, bench.ana, "Tom", Presence.AWAY)
    page = on_page(case)
    said = page.line("needs_second_person")
    assert "Tom is away." in said
    assert "Ask Lea" in said
    page.do("needs_second_person")
    assert asked(bench, case) == "Lea"


def test_silence_names_the_next_one_and_approves_nothing(bench: Bench, on_page: OnPage) -> None:
    bench.person("Lea")
    case = bench.written(bench.said())
    bench.asked(case)
    page = on_page(case)
    page.later(hours=23)
    assert "has not answered" not in page.line("needs_second_person")
    bench.clock.advance(hours=2)
    page.open(case)
    assert "Tom has not answered in 24 h of opening hours." in page.line("needs_second_person")
    assert "needs_second_person" in page.blockers()
    bench.clock.advance(hours=72)
    page.open(case)
    assert "sign_off_lapsed" in page.blockers()
    page.do("sign_off_lapsed")
    assert asked(bench, case) == "Lea"
    assert "needs_second_person" in page.blockers()


def test_a_sign_off_by_a_key_in_its_first_week_says_so_and_whose_word_it_was(
    bench: Bench, on_page: OnPage
) -> None:
    bench.clock.advance(days=30)
    case = bench.signed_off(bench.said())
    page = on_page(case)
    assert "first week" not in page.line("signed")
    people.new_key(bench.home, bench.ana, "Tom", "another fine passphrase")
    anew = people.unlock(bench.home, "Tom", "another fine passphrase")
    later = bench.written(bench.said("The tea was cold."))
    bench.asked(later)
    review.sign(bench.home, anew, later, NEEDED)
    page.open(later)
    assert "first week: this key is new, let in by Ana" in page.line("signed")
    page.open(case)
    assert "first week" not in page.line("signed"), "the key that signed it was old enough"
