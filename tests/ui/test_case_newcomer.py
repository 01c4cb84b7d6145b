"""The case page as somebody meets it for the first time, mostly before they have signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.ui.case_robot import DISK_FULL, SAID, Bench, CaseRobot

from calmreply.app import judge
from calmreply.domain.mention import Stars
from calmreply.domain.policy import Feeling, Kind
from calmreply.ui.case import work
from calmreply.ui.case.lines import checks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.ui.kit.theme import Theme

    OnPage = Callable[..., CaseRobot]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def on_page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[OnPage]:
    assert worn is not None
    robots: list[CaseRobot] = []

    def show(case: Any, **more: Any) -> CaseRobot:
        robots.append(CaseRobot(qtbot, bench, **{"who": bench.ana, **more}))
        return robots[-1].open(case)

    yield show
    for robot in robots:
        robot.finish()


def test_the_title_is_a_part_of_what_they_said(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.said("It was cold.", title="Terrible\nsoup"))
    assert page.page.mention.words.words() == "Terrible soup\nIt was cold."
    page.open(bench.said("Terrible soup, and it was cold.", title="Terrible soup…"))
    assert page.page.mention.words.words() == "Terrible soup, and it was cold."
    page.open(bench.said(SAID))
    assert page.page.mention.words.words() == SAID


def test_a_red_notice_goes_once_something_changed(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case)
    bench.store.fails = DISK_FULL
    page.press("case.read")
    assert page.notice("mention")
    bench.store.fails = None
    judge.read_all(bench.home, bench.ana, bench.said("Another"))
    page.settle()
    assert page.notice("mention"), "nothing was told to this page"
    page.desk.act(lambda home, actor: judge.read_all(home, actor, case))
    page.settle()
    assert page.page.mention._notice.isHidden()


def test_nobody_can_say_how_it_felt_before_it_was_read(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case, who=None)
    feelings = page.page.clocks.yours.feelings.values()
    assert not any(button.isEnabled() for button in feelings)
    bench.read(case, None)
    page.page.read_again()
    page.settle()
    assert all(button.isEnabled() for button in feelings)
    bench.edited(case, "And it was stale.")
    page.page.read_again()
    page.settle()
    assert not any(button.isEnabled() for button in feelings)


def test_who_may_be_the_one_who_asks_is_not_offered_to_be_asked(
    bench: Bench, on_page: OnPage
) -> None:
    case = bench.written(bench.said())
    page = on_page(case, who=None)
    assert page.line("needs_second_person").endswith("Ask Tom"), "Ana wrote it"
    shown = page.shown
    ana = tuple(one for one in shown.facts.people if one.name == "Ana")
    known = replace(shown.page.known, facts=replace(shown.facts, people=ana))
    alone = replace(shown, page=replace(shown.page, known=known), reviewers=ana)
    assert work.only_reviewer(alone) is None
    (line,) = [one for one in checks(alone) if one.do == "ask"]
    assert line.action == "Ask…"


@pytest.mark.parametrize(("stars", "chosen"), [(1, (Kind.COMPLAINT.value,)), (5, ())])
def test_few_stars_are_a_complaint_already(
    bench: Bench, on_page: OnPage, stars: int, chosen: tuple[str, ...]
) -> None:
    case = bench.said(stars=Stars(stars))
    page = on_page(case)
    assert page.page.judgement.kind.chosen() == chosen
    bench.read(case, Feeling.STUNG)
    page.page.read_again()
    page.settle()
    assert page.page.judgement.kind.chosen() == (Kind.COMPLAINT.value,)
