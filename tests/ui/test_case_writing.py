"""Writing a reply on the case page: what is kept, what is asked first, versions, way and offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.ui.case_robot import DISK_FULL, REPLY, Bench, CaseRobot

from calmreply.app.reviewing import review
from calmreply.domain.reply import Offer
from calmreply.ui.case.details import parse_amount
from calmreply.ui.case.saver import PAUSE_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.ui.kit.theme import Theme

    OnPage = Callable[..., CaseRobot]

ASKS = "Changing this asks Tom again and waits 10 min."


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


# --- kept as it is typed -------------------------------------------------------------------------


def test_words_are_kept_within_a_second_and_said_to_be_only_then(
    bench: Bench, on_page: OnPage
) -> None:
    case = bench.said()
    page = on_page(case)
    saved = page.page.reply._saved
    assert PAUSE_MS < 1000
    page.write("Dear Marta")
    assert saved.text() == "Writing…"
    assert bench.draft(case) is None
    assert page.send_says() == ("Send reply · the words are changing", False)
    page.page.reply.saver._timer.timeout.emit()
    assert saved.text() == "Writing…"
    page.saved()
    assert saved.text() == "Saved 13:34"
    assert bench.draft(case) == "Dear Marta"
    page.write(", thank you")
    page.saved()
    assert bench.draft(case) == "Dear Marta, thank you"
    assert bench.revisions(case) == []


def test_every_keystroke_starts_the_one_pause_it_needs(bench: Bench, on_page: OnPage) -> None:
    """Whoever types on without a stop is saved all the same."""
    page = on_page(bench.said())
    timer = page.page.reply.saver._timer
    page.write("D")
    before = timer.remainingTime()
    page.write("ear Marta, thank you for telling us")
    assert timer.remainingTime() <= before


def test_words_survive_a_page_built_anew(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case)
    page.write("Dear Marta")
    page.saved()
    again = page.rebuilt(case)
    assert again.words() == "Dear Marta"
    again.finish()


def test_the_last_words_are_kept_at_the_end(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case)
    page.write("Dear Marta")
    page.finish()
    assert bench.draft(case) == "Dear Marta"


def test_a_full_disk_says_so_in_place_and_the_words_stay(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case)
    bench.store.fails = DISK_FULL
    page.write("Dear Marta")
    page.until(lambda: page.page.reply.saver.error)
    assert page.notice("reply") == "The disk is full. Make room, then try again."
    assert page.page.reply._saved.text() == "Not saved"
    assert page.words() == "Dear Marta"
    bench.store.fails = None
    page.page.reply._notice._button.click()
    page.saved()
    assert bench.draft(case) == "Dear Marta"
    assert page.page.reply._notice.isHidden()
    assert page.page.reply._saved.text() == "Saved 13:34"


def test_words_that_could_not_be_kept_come_along_and_back(bench: Bench, on_page: OnPage) -> None:
    one, other = bench.said(), bench.said("Another")
    page = on_page(one)
    wanted: list[object] = []
    page.desk.case_wanted.connect(wanted.append)
    bench.store.fails = DISK_FULL
    page.write("Dear Marta")
    page.open(other)
    assert page.words() == ""
    assert page.notice("").startswith("Your words for another case are not saved yet.")
    page.page.notice._button.click()
    assert wanted == [one]
    bench.store.fails = None
    page.open(one)
    assert page.words() == "Dear Marta"
    page.saved()
    assert bench.draft(one) == "Dear Marta"
    assert bench.draft(other) is None


def test_quick_switching_keeps_each_word_with_its_case(bench: Bench, on_page: OnPage) -> None:
    cases = [bench.said(f"Thing {n}") for n in range(4)]
    page = on_page(cases[0])
    for number, case in enumerate(cases):
        page.open(case)
        page.write(f"Answer {number}")
    with page.slow():
        for case in (*cases, cases[0]):
            page.page.show_case(case)
    page.settle()
    kept = [bench.revisions(case) for case in cases]
    assert kept == [["Answer 0"], ["Answer 1"], ["Answer 2"], ["Answer 3"]]
    assert [bench.draft(case) for case in cases] == [None] * 4
    assert page.words() == "Answer 0"


def test_an_old_answer_never_overwrites_what_is_being_written(
    bench: Bench, on_page: OnPage
) -> None:
    case = bench.written(bench.said(), text="Old words.")
    page = on_page(case)
    with page.slow():
        page.page.read_again()
        page.write(" New")
        page.page.reply.saver._timer.timeout.emit()
        page.until(lambda: not page.page.reply.saver.dirty)
        page.write(" words.")
    page.settle()
    assert page.words() == "Old words. New words."
    page.saved()
    assert bench.draft(case) == "Old words. New words."


def test_locking_keeps_the_words_and_hides_them(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case)
    page.write("Dear Marta")
    page.desk.lock()
    page.settle()
    assert bench.draft(case) == "Dear Marta"
    assert page.words() == ""
    page.desk.sign_in(bench.tom)
    page.settle()
    assert page.words() == ""
    assert page.page.reply._others.text() == "Ana: unfinished words of their own here."
    page.desk.sign_in(bench.ana)
    page.settle()
    assert page.words() == "Dear Marta"


# --- versions ------------------------------------------------------------------------------------


def test_leaving_the_editor_makes_a_version_and_looking_elsewhere_does_not(
    bench: Bench, on_page: OnPage
) -> None:
    case, other = bench.said(), bench.said("Another")
    page = on_page(case)
    page.write("One")
    page.saved()
    window = QApplication.activeWindow()
    assert window is page.window
    page.page.reply.details_button.setFocus()
    page.settle()
    assert bench.revisions(case) == []
    page.leave_editor()
    assert bench.revisions(case) == ["One"]
    assert page.page.reply._title.text().endswith("version 1")
    page.leave_editor()
    page.write(" and two")
    page.open(other)
    assert bench.revisions(case) == ["One", "One and two"]
    assert bench.draft(case) is None


def test_words_taken_out_again_are_no_version(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case)
    page.write("D")
    page.saved()
    page.key(Qt.Key.Key_Backspace)
    page.leave_editor()
    assert bench.revisions(case) == []
    assert bench.draft(case) is None


def test_done_writing_by_its_line(bench: Bench, on_page: OnPage) -> None:
    case = bench.written(bench.said())
    page = on_page(case)
    page.write(" More.")
    page.saved()
    assert page.line("cooling_text").startswith("Words are still being written")
    page.page.menu_actions.wanted.emit("keep")
    page.settle()
    assert bench.revisions(case)[-1].endswith(" More.")
    assert page.line("cooling_text").startswith("The words rest: 10 min left")


def test_versions_show_what_changed_and_can_be_used_again(bench: Bench, on_page: OnPage) -> None:
    case = bench.written(bench.said(), text="Dear Marta, never.")
    bench.wrote(case, "Dear Marta, sorry.", private=True)
    page = on_page(case)
    page.press("case.versions")
    view = page.page.reply.versions
    assert view.words.accessibleDescription() == "2 changes. Removed: “never”. Added: “sorry”."
    assert view._about.text() == "2 changes Who can read it changed."
    view.which.setCurrentIndex(1)
    assert view.words.words() == "Dear Marta, never."
    page.press("case.versions.use")
    assert page.words() == "Dear Marta, never."
    page.page.reply.edit.undo()
    assert page.words() == "Dear Marta, sorry."
    page.page.reply.edit.redo()
    page.saved()
    page.leave_editor()
    assert bench.revisions(case)[-1] == "Dear Marta, never."


# --- before signed words change ------------------------------------------------------------------


def test_the_first_key_after_a_sign_off_is_held_and_change_lets_it_in(
    bench: Bench, on_page: OnPage
) -> None:
    case = bench.signed_off(bench.said())
    page = on_page(case)
    page.write("!")
    assert page.words() == REPLY
    assert page.page.reply.question.words().startswith(ASKS)
    assert page.page.reply.edit.hasFocus()
    page.press("case.question.change")
    assert page.words() == f"{REPLY}!"
    assert not page.there("case.question")
    page.write("!")
    assert page.words() == f"{REPLY}!!"
    page.saved()
    page.leave_editor()
    assert "sign_off_lapsed" in page.blockers()


def test_leave_it_leaves_it(bench: Bench, on_page: OnPage) -> None:
    case = bench.signed_off(bench.said())
    page = on_page(case)
    page.write("!")
    page.press("case.question.leave")
    assert page.words() == REPLY
    assert "signed" in page.done()
    assert bench.draft(case) is None
    page.write("?")
    assert page.there("case.question")


def test_all_that_is_typed_on_comes_in_with_change(bench: Bench, on_page: OnPage) -> None:
    case = bench.signed_off(bench.said())
    page = on_page(case)
    page.write(" Really kalm")
    page.key(Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    page.key(Qt.Key.Key_End)
    for _letter in "kalm":
        page.key(Qt.Key.Key_Backspace)
    edit = page.page.reply.edit
    QTest.keyClicks(edit, "calm")
    QApplication.clipboard().setText(" now")
    page.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(edit, ".")
    assert page.words() == REPLY
    assert "You typed: Really calm now.\nChange lets it in" in page.page.reply.question.words()
    assert page.send_says() == ("Send reply · the words are changing", False)
    page.press("case.question.change")
    assert page.words() == f"{REPLY} Really calm now."
    QTest.keyClicks(edit, " Yes.")
    page.saved()
    assert bench.draft(case) == f"{REPLY} Really calm now. Yes."


@pytest.mark.parametrize("key", [Qt.Key.Key_L, Qt.Key.Key_Escape])
def test_leave_it_drops_what_was_typed_and_says_so(
    bench: Bench, on_page: OnPage, key: Qt.Key
) -> None:
    case = bench.signed_off(bench.said())
    page = on_page(case)
    page.write("call me later")
    assert page.there("case.question")
    if key is Qt.Key.Key_L:
        page.key(Qt.Key.Key_Tab)
    page.key(key)
    assert not page.there("case.question")
    assert page.words() == REPLY
    assert page.notice("reply").endswith("what you typed was left out.")
    page.write("?")
    assert "You typed: ?\n" in page.page.reply.question.words()


def test_a_letter_answers_only_on_the_buttons(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.signed_off(bench.said()))
    page.write("!")
    page.key(Qt.Key.Key_C)
    page.key(Qt.Key.Key_L)
    assert page.there("case.question")
    page.key(Qt.Key.Key_Tab)
    page.key(Qt.Key.Key_C)
    assert page.words() == f"{REPLY}!cl"


def _paste(page: CaseRobot) -> None:
    QApplication.clipboard().setText(" Pasted.")
    page.page.reply.edit.paste()


def _cut(page: CaseRobot) -> None:
    page.page.reply.edit.selectAll()
    page.page.reply.edit.cut()


def _drop(page: CaseRobot) -> None:
    data = QMimeData()
    data.setText("Dropped.")
    page.page.reply.edit.insertFromMimeData(data)


def _compose(page: CaseRobot) -> None:
    event = QInputMethodEvent()
    event.setCommitString("é")
    QApplication.sendEvent(page.page.reply.edit, event)


def _delete(page: CaseRobot) -> None:
    QTest.keyClick(page.page.reply.edit, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    page.page.reply.edit.textCursor().deletePreviousChar()


@pytest.mark.parametrize("deed", [_paste, _cut, _drop, _compose, _delete])
def test_nothing_gets_past_the_question(
    bench: Bench, on_page: OnPage, deed: Callable[[CaseRobot], None]
) -> None:
    page = on_page(bench.signed_off(bench.said()))
    edit = page.page.reply.edit
    edit.setFocus()
    cursor = edit.textCursor()
    cursor.movePosition(cursor.MoveOperation.End)
    edit.setTextCursor(cursor)
    deed(page)
    assert page.words() == REPLY
    assert page.there("case.question")
    page.press("case.question.change")
    assert page.words() != REPLY


def test_who_has_been_asked_is_not_asked_again_unseen(bench: Bench, on_page: OnPage) -> None:
    case = bench.written(bench.said())
    bench.asked(case)
    page = on_page(case)
    page.write("!")
    assert page.page.reply.question.words().startswith(ASKS)
    page.press("case.question.leave")
    assert "Tom has been asked" in page.line("needs_second_person")


def test_way_and_offer_and_old_wordings_ask_first_too(bench: Bench, on_page: OnPage) -> None:
    case = bench.written(bench.said(), text="Old.")
    bench.wrote(case, "New.")
    bench.asked(case)
    bench.signed(case)
    page = on_page(case)
    page.page.reply.versions.use.emit("Old.")
    assert page.words() == "New."
    page.press("case.question.leave")
    page.press("case.details")
    page.find("case.private").click()
    page.press("case.details.use")
    assert page.there("case.question")
    page.press("case.question.change")
    assert "sign_off_lapsed" in page.blockers()
    assert "to them alone" in page.page.reply._title.text()


def test_a_sign_off_that_comes_while_typing_is_not_broken_by_the_next_key(
    bench: Bench, on_page: OnPage
) -> None:
    case = bench.written(bench.said())
    page = on_page(case)
    bench.asked(case)
    bench.signed(case)
    page.page.read_again()
    page.settle()
    page.write("!")
    assert page.there("case.question")
    review.withdraw(bench.home, bench.tom, case)
    page.page.read_again()
    page.settle()
    assert not page.there("case.question")


# --- way, subject, offer -------------------------------------------------------------------------


def test_a_letter_with_an_address_goes_by_e_mail(bench: Bench, on_page: OnPage) -> None:
    bench.account()
    case = bench.letter()
    page = on_page(case)
    assert page.page.reply._title.text() == "Your reply by e-mail to marta@kowalczyk.example"
    page.write("Dear Marta")
    page.fill("case.subject", "Your cake")
    page.leave_editor()
    assert bench.revisions(case) == ["Dear Marta"]
    assert page.shown.words.subject == "Your cake"
    assert not page.there("case.private")


def test_way_private_and_offer_are_folded_away_and_make_a_version(
    bench: Bench, on_page: OnPage
) -> None:
    bench.account()
    case = bench.written(bench.said())
    page = on_page(case)
    assert not page.there("case.channel")
    page.press("case.details")
    page.page.reply.details.way.choose("mail")
    page.fill("case.target", "marta@kowalczyk.example")
    page.find("case.offer").click()
    page.fill("case.offer.words", "A new cake")
    page.fill("case.offer.amount", "28,x")
    page.press("case.details.use")
    assert page.page.reply.details._amount_row.error().startswith("Write an amount")
    page.fill("case.offer.amount", "28,00")
    page.press("case.details.use")
    assert not page.there("case.channel")
    words = page.shown.words
    assert (words.to.channel, words.to.target) == ("mail", "marta@kowalczyk.example")
    assert words.offer == Offer("A new cake", 2800, "GBP")
    assert len(bench.revisions(case)) == 2
    page.press("case.details")
    assert page.find("case.offer.amount").property("text") == "28.00"
    page.find("case.offer").click()
    page.press("case.details.use")
    assert page.shown.words.offer is None


def test_unsaved_words_go_along_with_a_new_way(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case)
    page.write("Dear Marta")
    page.press("case.details")
    page.find("case.private").click()
    page.press("case.details.use")
    assert bench.revisions(case) == ["Dear Marta"]
    assert page.words() == "Dear Marta"
    page.write("!")
    page.saved()
    assert bench.draft(case) == "Dear Marta!"


def test_the_count_is_the_channels_own(qtbot: QtBot, worn: Theme) -> None:
    assert worn is not None
    bench = Bench(max_length=12)
    bench.account()
    page = CaseRobot(qtbot, bench, who=bench.ana).open(bench.letter())
    count = page.page.reply.count
    assert count.text() == "0 / 12"
    page.write("Dear Marta")
    assert count.text() == "10 / 12"
    assert count.accessibleName() == "10 of 12 characters"
    page.write(", hello")
    assert count.text() == "17 / 12"
    assert count.property("tone") == "red"
    page.finish()


@pytest.mark.parametrize(
    ("text", "amount"),
    [("", 0), ("28", 2800), ("28.5", 2850), ("28,05", 2805), (" 7 ", 700), ("0", 0)],
)
def test_amounts_as_people_write_them(text: str, amount: int) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize("text", ["-1", "1.234", "1,2,3", "GBP", "1e3", "٣", "9" * 10])
def test_what_is_no_amount(text: str) -> None:
    assert parse_amount(text) is None
