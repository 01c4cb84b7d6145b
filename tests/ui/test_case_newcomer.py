"""The case page as somebody meets it for the first time, mostly before they have signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.ui.case_robot import DISK_FULL, REPLY, SAID, Bench, CaseRobot

from calmreply.app.cases import judge
from calmreply.app.sending import write
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


# --- writing before one has signed in -------------------------------------------------------------


def test_what_nobody_typed_stays_and_becomes_the_draft_of_who_signs_in(
    bench: Bench, on_page: OnPage
) -> None:
    case, other = bench.said(), bench.said("Another")
    page = on_page(case, who=None)
    page.write("Dear Marta")
    page.settle()
    assert page.words() == "Dear Marta"
    assert page.asked_who == [], "nothing pops up while somebody types"
    assert page.page.reply._bar.words() == "Sign in so that this is kept."
    assert page.text("case.saved") == "Not kept yet"
    assert not page.send_says()[1]
    page.open(other)
    assert page.words() == ""
    page.open(case)
    assert page.words() == "Dear Marta"
    ((words, why),) = page.page.unkept()
    assert words == "Dear Marta"
    assert why is not None, "the window does not go without a word about them"
    assert why.code == "not_signed_in"
    page.press("case.sign_in.now")
    (go_on,) = page.asked_who
    page.desk.sign_in(bench.ana)
    go_on(bench.ana)
    page.settle()
    page.saved()
    assert page.words() == bench.draft(case) == "Dear Marta"
    assert bench.draft(case, bench.tom) is None
    assert page.page.reply._bar.isHidden()
    assert page.page.unkept() == ()


def test_a_draft_that_was_there_is_kept_before_it(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    write.save_draft(bench.home, bench.ana, case, "What Ana had begun.")
    page = on_page(case, who=None)
    assert page.page.reply._bar.words() == "More was written by Ana: sign in to see it."
    page.write("New words.")
    assert page.words() == "New words."
    page.desk.sign_in(bench.ana)
    page.settle()
    page.saved()
    assert bench.draft(case) == "What Ana had begun.\n\nNew words."


def test_a_lock_in_the_middle_of_a_word_loses_no_letter(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case)
    page.write("Dear Mar")
    page.desk.lock()
    page.write("t")
    page.settle()
    page.write("a")
    assert page.asked_who == []
    page.desk.sign_in(bench.ana)
    page.write(".")
    page.settle()
    page.saved()
    assert page.words() == bench.draft(case) == "Dear Marta."


def test_signed_words_are_asked_for_after_the_sign_in(bench: Bench, on_page: OnPage) -> None:
    case = bench.signed_off(bench.said())
    page = on_page(case, who=None)
    page.write(" Yours")
    page.desk.sign_in(bench.ana)
    page.settle()
    assert page.words() == REPLY
    assert not page.page.reply.question.isHidden()
    page.page.reply.question.change.emit()
    page.settle()
    page.saved()
    assert page.words() == bench.draft(case) == f"{REPLY} Yours"


def test_leaving_the_words_asks_once_and_not_while_somebody_types(
    bench: Bench, on_page: OnPage
) -> None:
    page = on_page(bench.said(), who=None)
    page.write("Dear Marta")
    page.page.judgement.evidence.setFocus()
    page.page.reply.unsigned._left.timeout.emit()
    page.leave_editor()
    page.until(lambda: len(page.asked_who) == 1)
    page.page.reply.edit.setFocus()
    page.leave_editor()
    assert not page.page.reply.unsigned._left.isActive()
    page.desk.sign_in(bench.ana)
    page.settle()
    assert page.words() == "Dear Marta", "whoever signs in by another way"


def test_writing_is_brought_into_sight_and_followed(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.said("A long story. " * 120), size=(830, 520))
    scroll, card, edit = page.page.columns.left, page.page.reply, page.page.reply.edit

    def seen() -> int:
        return int(card.visibleRegion().boundingRect().height())

    page.page.columns.to_top()
    page.page.reply.write()
    page.settle()
    page.until(lambda: seen() >= min(card.height(), scroll.viewport().height()) - 40)
    page.page.columns.to_top()
    page.write("D")
    caret = edit.cursorRect()
    page.until(lambda: edit.viewport().visibleRegion().contains(caret))


def test_who_would_rather_lose_them_may(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.said(), who=None)
    page.write("Dear Marta")
    page.page.give_up()
    assert page.page.unkept() == ()
