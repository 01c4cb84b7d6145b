"""The case of a comment on the own site: off the page on a ground, agreed to, still written to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget
from tests.ui.case_robot import SAID, Bench, CaseRobot

from calmreply.app import queries
from calmreply.app.cases import judge
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts
from calmreply.domain.case import Verdict
from calmreply.domain.mention import Visibility
from calmreply.domain.own_site import Ground, Moderation, ModerationRefused, Reported
from calmreply.domain.policy import Kind
from calmreply.errors import KnownError
from calmreply.testing.own_site import ScriptedSite
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId

DO, LINE = "case.own_site.do.", "case.own_site."


@pytest.fixture
def site() -> ScriptedSite:
    return ScriptedSite()


@pytest.fixture
def bench(site: ScriptedSite) -> Bench:
    made = Bench()
    made.home = replace(made.home, channels={**made.home.channels, site.kind: site})
    accounts.save(made.home, made.ana, Account("1", site.kind, {}))
    return made


@pytest.fixture
def page(qtbot: QtBot, bench: Bench) -> Iterator[CaseRobot]:
    robot = CaseRobot(qtbot, bench, who=bench.ana)
    yield robot
    robot.finish()


def comment(bench: Bench) -> CaseId:
    return bench.said(target="wordpress:1/7/12", stars=None, site="Blue Door")


def choose(page: CaseRobot, name: str) -> None:
    """From the Case menu."""
    action = page.page.menu_actions[name]
    assert action.isEnabled()
    action.trigger()
    page.settle()


def fill(page: CaseRobot, name: str, words: str) -> None:
    field: QWidget = page.find(name)
    assert isinstance(field, PlainEdit)
    field.set_text(words)


def enabled(page: CaseRobot, *names: str) -> list[bool]:
    return [page.page.menu_actions[name].isEnabled() for name in names]


def test_a_genuine_complaint_off_the_page_by_two_and_still_written_to(
    page: CaseRobot, bench: Bench, site: ScriptedSite
) -> None:
    case = comment(bench)
    bench.read(case)
    bench.judged(case)
    page.open(case)
    assert enabled(page, "hide", "report") == [True, False]
    choose(page, "hide")
    assert "second person" in page.text("hide.second")
    assert page.text("hide.go") == "Ask a second person"
    page.press("hide.trash")
    page.press("hide.go")
    assert not site.moderated
    assert page.there("hide.go")  # no ground was named
    page.press("hide.ground.offence")
    page.press("hide.go")
    assert page.there("hide.go")  # nor what it rests on
    fill(page, "hide.evidence", "It calls Ana a liar")
    page.press("hide.go")
    assert not page.there("hide.go")
    asked = page.text(f"{LINE}asked")
    assert asked.startswith("Ana wants to put it into the trash of your site. ")
    assert asked.endswith("It insults or threatens somebody: It calls Ana a liar")
    assert site.moderated == []
    page.press(f"{DO}agree")
    page.press("agree.go")
    assert page.there("agree.go")  # whoever asked is not the second person
    page.press("agree.leave")
    page.desk.sign_in(bench.tom)
    page.settle()
    page.press(f"{DO}agree")
    page.press("agree.go")
    assert site.moderated == [("7/12", Moderation.TRASH)]
    assert not page.there(f"{LINE}asked")
    assert page.text(f"{LINE}hidden") == "It is in the trash of your site."
    assert "still hears from you" in page.text(f"{LINE}owed")
    page.press(f"{DO}reach_out")
    assert page.page.reply.edit.hasFocus()
    page.press(f"{DO}show_again")
    assert site.moderated[-1] == ("7/12", Moderation.SHOW)
    assert not page.there(f"{LINE}hidden")
    assert not page.there(f"{LINE}owed")


def test_the_second_person_says_that_it_stays(
    page: CaseRobot, bench: Bench, site: ScriptedSite
) -> None:
    case = comment(bench)
    bench.read(case)
    bench.judged(case)
    page.open(case)
    choose(page, "hide")
    page.press("hide.ground.not_ours")
    fill(page, "hide.evidence", "Never here")
    page.press("hide.go")
    page.desk.sign_in(bench.tom)
    page.settle()
    page.press(f"{DO}agree")
    page.press("agree.no")
    fill(page, "agree.reason", "Order 8817 is hers")
    page.press("agree.no")
    assert not page.there(f"{LINE}asked")
    told = [event.fact for event in queries.timeline(bench.home, case)]
    (refused,) = [fact for fact in told if isinstance(fact, ModerationRefused)]
    assert (refused.reason, site.moderated) == ("Order 8817 is hers", [])


def test_a_site_that_refuses_is_asked_once_more(
    page: CaseRobot, bench: Bench, site: ScriptedSite
) -> None:
    case = comment(bench)
    judge.judge(
        bench.home,
        bench.ana,
        case,
        kind=Kind.QUESTION,
        verdict=Verdict.SPAM,
        evidence="Sells pills",
    )
    page.open(case)
    site.refuses = KnownError("not_allowed", "The site does not let you.", "Ask an editor there.")
    choose(page, "hide")
    page.press("hide.ground.spam")
    fill(page, "hide.evidence", "Sells pills")
    page.press("hide.go")
    assert "does not let you" in page.find("hide.notice", Notice).words()
    page.press("hide.leave")
    assert "It is not done on the site yet." in page.text(f"{LINE}asked")
    site.refuses = None
    page.press(f"{DO}carry_out")
    assert site.moderated == [("7/12", Moderation.HOLD)]
    assert not page.there(f"{LINE}owed")  # nobody owes spam a word
    assert page.text(f"{LINE}hidden").startswith("It is held back on your site")
    bench.clock.advance(minutes=5)
    bench.edited(case, "Somebody let it through, on the site itself.")
    page.page.read_again()
    page.settle()
    assert not page.there(f"{LINE}hidden")


def test_elsewhere_it_is_reported_by_a_person(
    page: CaseRobot, bench: Bench, site: ScriptedSite
) -> None:
    case = bench.said()
    page.open(case)
    assert enabled(page, "hide", "report") == [False, True]
    choose(page, "report")
    page.press("report.go")
    page.press("report.ground.law")
    fill(page, "report.text", SAID[:40])
    page.press("report.go")
    assert not page.there("report.go")
    told = [event.fact for event in queries.timeline(bench.home, case)]
    (reported,) = [fact for fact in told if isinstance(fact, Reported)]
    assert (reported.ground, reported.text) == (Ground.LAW, SAID[:40])
    assert "It was reported to the site." in page.text(f"{LINE}owed")
    assert site.moderated == []


def test_a_comment_that_waits_says_so_and_its_answer_is_for_everybody(
    page: CaseRobot, bench: Bench, site: ScriptedSite
) -> None:
    case = bench.said(
        target="wordpress:1/1/2",
        stars=None,
        site="Blue Door & Sons",
        contact="carla@mail.example",
        visibility=Visibility.PRIVATE,
    )
    page.open(case)
    assert page.text(f"{LINE}waits").startswith(
        "It waits to be approved; nobody but you sees it yet."
    )
    assert page.page.reply._title.text() == (
        "Your reply, public on Blue Door & Sons, WordPress comments"
    )
    assert page.there("case.bystander.show")
    page.press("case.details")
    assert not page.there("case.target"), "its number there means nothing to anybody"
    assert not page.there("case.private")
    page.page.reply.details.way.choose("hand")
    assert page.there("case.private")
    page.page.reply.details.way.choose("wordpress")
    page.press("case.details.use")
    assert page.shown.words.to.target == "1/2"
    page.press(f"{DO}show_again")
    assert site.moderated == [("1/2", Moderation.SHOW)]
    assert not page.there(f"{LINE}waits")


def test_what_came_by_mail_waits_for_nothing(page: CaseRobot, bench: Bench) -> None:
    case = bench.letter()
    page.open(case)
    assert not page.there(f"{LINE}waits")
    page.press("case.details")
    label = page.page.reply.details._target_row._label.text()
    assert label == "Where it goes (their address or number, or nothing)"


def test_a_letter_answered_by_hand_goes_to_no_page(page: CaseRobot, bench: Bench) -> None:
    case = bench.ready(bench.letter(), channel="hand", target="marta@kowalczyk.example")
    page.open(case)
    assert page.text("case.send") == "Copy the words"
    page.press("case.send")
    assert "Its link, or who was told and when" in page.page.sending._link_row._label.text()
    assert not page.problems


def test_a_place_that_is_called_like_the_way_there_is_named_once(
    page: CaseRobot, bench: Bench
) -> None:
    page.open(bench.said(target="wordpress:1/1/2", stars=None, site="WordPress comments"))
    assert page.page.reply._title.text() == "Your reply, public on WordPress comments"
