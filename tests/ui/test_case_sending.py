"""Send on the case page: what the button says, that it sends once, and what stands there after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from tests.ui.case_robot import DISK_FULL, REPLY, Bench, CaseRobot

from calmreply.app.cases import judge
from calmreply.app.ports.storage import Account
from calmreply.app.sending import prepare, send
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling
from calmreply.errors import KnownError
from calmreply.testing.channels import ANSWER_LOST, CUT, NOT_LEFT, REFUSED, TRY_LATER
from calmreply.ui.case import work
from calmreply.ui.case.send_button import send_button

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.theme import Theme

    OnPage = Callable[..., CaseRobot]

PAGE = "https://reviews.example/corner-bakery/marta"


@pytest.fixture
def bench() -> Bench:
    found = Bench()
    found.account()
    return found


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


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that reached the browser."""
    found: list[str] = []

    def open_url(url: Any) -> bool:
        found.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return found


def ready_by_mail(bench: Bench) -> CaseId:
    return bench.ready(bench.letter())


def say(page: CaseRobot) -> str:
    return page.page.sending._state.text()


# --- the button ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "blockers", "unsettled", "busy", "words", "enabled"),
    [
        ("hand", 0, False, False, "Copy and open the page", True),
        ("counter", 0, False, False, "Copy the words", True),
        ("mail", 0, False, False, "Send by e-mail to marta@kowalczyk.example", True),
        ("mail", 1, False, False, "Send reply · it waits until today\u00a013:54", False),
        ("hand", 3, False, False, "Send reply · 1 thing to do", False),
        ("hand", 0, True, False, "Send reply · the words are changing", False),
        ("hand", 2, True, False, "Send reply · the words are changing", False),
        ("mail", 0, False, True, "Sending…", False),
        ("mail", 2, True, True, "Sending…", False),
    ],
)
def test_the_button_says_what_it_does(
    bench: Bench,
    case: str,
    blockers: int,
    *,
    unsettled: bool,
    busy: bool,
    words: str,
    enabled: bool,
) -> None:
    found = bench.said() if case == "hand" else bench.letter()
    bench.written(found, channel="hand" if case == "counter" else None)
    shown = work.load(bench.home, found, bench.ana.person.id)
    held = shown.page.blockers[:blockers]
    assert len(held) == blockers
    shown = replace(shown, page=replace(shown.page, blockers=held))
    button = send_button(shown, unsettled=unsettled, busy=busy)
    assert (button.words, button.enabled) == (words, enabled)


def test_a_double_click_sends_once(bench: Bench, on_page: OnPage) -> None:
    page = on_page(ready_by_mail(bench))
    button = page.page.before.send
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    page.page.before.press_send()
    assert button.text() == "Sending…"
    page.settle()
    assert len(bench.mail.delivered) == 1
    assert bench.mail.delivered[0].text == REPLY
    assert say(page) == "✓ Sent today\u00a013:55"
    assert not page.page.before.isVisible()


def test_words_that_changed_are_never_what_is_sent(bench: Bench, on_page: OnPage) -> None:
    page = on_page(ready_by_mail(bench))
    page.write("!")
    page.press("case.question.change", settle=False)
    assert page.send_says() == ("Send reply · the words are changing", False)
    page.page.before.press_send()
    page.menu = page.page.menu_actions["send"]  # type: ignore[attr-defined]
    assert not page.page.menu_actions["send"].isEnabled()
    page.saved()
    assert bench.mail.attempts == ()
    assert "cooling_text" in page.blockers()


def test_what_came_between_holds_it_and_says_so(bench: Bench, on_page: OnPage) -> None:
    case = ready_by_mail(bench)
    page = on_page(case)
    judge.say_feeling(bench.home, bench.ana, case, Feeling.ANGRY)
    page.press("case.send")
    assert bench.mail.attempts == ()
    assert page.notice("before").startswith("It did not go: something came in the way. Cooling off")
    assert "cooling_person" in page.blockers()
    assert not page.send_says()[1]


def test_a_full_disk_sends_nothing(bench: Bench, on_page: OnPage) -> None:
    page = on_page(ready_by_mail(bench))
    bench.store.fails = DISK_FULL
    page.press("case.send")
    assert page.notice("before").startswith("The disk is full.")
    assert bench.mail.attempts == ()
    assert page.send_says()[1]


def test_a_bug_while_sending_is_reported_and_leaves_the_button_free(
    bench: Bench, on_page: OnPage
) -> None:
    page = on_page(ready_by_mail(bench))
    bench.store.fails = ZeroDivisionError("ours")  # type: ignore[assignment]
    page.press("case.send")
    assert [str(error) for error in page.crashes] == ["ours"]
    page.crashes.clear()
    assert page.send_says()[1]


# --- by hand -------------------------------------------------------------------------------------


def test_copy_open_posted_with_its_link(bench: Bench, on_page: OnPage, opened: list[str]) -> None:
    case = bench.ready(bench.said())
    page = on_page(case)
    page.press("case.send")
    assert QGuiApplication.clipboard().text() == REPLY
    assert opened == [PAGE]
    assert say(page) == "Copied. Paste it on the page, then say so here."
    assert not page.page.before.isVisible()
    assert not page.there("case.holding")
    assert page.page.reply.edit.isReadOnly()
    QGuiApplication.clipboard().setText("something else")
    page.press("case.sending.copy")
    assert QGuiApplication.clipboard().text() == REPLY
    page.press("case.sending.posted")
    assert page.page.sending._link_row.error() == (
        "Paste its link, or write who was told and when."
    )
    page.fill("case.sending.link", f"{PAGE}/reply")
    page.press("case.sending.posted")
    assert say(page) == "✓ Posted today\u00a013:55"
    assert page.page.sending._more.text() == f"{PAGE}/reply"
    page.press("case.sending.open")
    assert opened[-1] == f"{PAGE}/reply"
    assert page.text("case.close") == "Close and debrief…"


def test_posted_with_who_and_when(bench: Bench, on_page: OnPage) -> None:
    case = bench.ready(bench.letter(), channel="hand")
    page = on_page(case)
    assert page.send_says() == ("Copy the words", True)
    page.press("case.send")
    assert say(page) == "Copied. Pass it on, then say so here."
    page.fill("case.sending.link", "Told Marta on the phone, 16:10")
    page.key(Qt.Key.Key_Return)
    assert page.page.sending._more.text() == "Told Marta on the phone, 16:10"
    assert not page.there("case.sending.open")


def test_not_posted_goes_back_to_ready_with_the_same_sign_off(
    bench: Bench, on_page: OnPage
) -> None:
    case = bench.ready(bench.said())
    page = on_page(case)
    page.press("case.send")
    page.press("case.sending.not_posted")
    assert say(page) == "It was not posted."
    assert page.send_says() == ("Copy and open the page", True)
    assert "signed" in page.done()
    page.write("!")
    page.press("case.question.change")
    page.saved()
    page.leave_editor()
    assert not page.page.sending.isVisible(), "what was not posted were other words"


def test_no_word_in_a_day_asks_whether_it_appeared(bench: Bench, on_page: OnPage) -> None:
    case = bench.ready(bench.said())
    page = on_page(case)
    page.press("case.send")
    page.later(hours=25)
    assert say(page) == "Did this appear?"
    page.press("case.sending.yes")
    assert say(page).startswith("✓ Posted")


def test_the_holding_reply_has_a_card_of_its_own(bench: Bench, on_page: OnPage) -> None:
    case = bench.ready(bench.said())
    prepare.hold(bench.home, bench.ana, case, "heard", {})
    page = on_page(case)
    assert page.page.held._state.text().startswith("Copied.")
    assert not page.there("case.holding")
    page.press("case.send")
    assert say(page).startswith("Copied.")
    page.fill("case.held.link", f"{PAGE}/held")
    page.press("case.held.posted")
    assert page.page.held._state.text().startswith("✓ Posted")
    assert say(page).startswith("Copied."), "the full reply still waits for its own word"
    theirs = page.page.clocks.theirs
    assert theirs.accessibleName() == "Their clock: waiting for your answer"
    assert theirs._foot.text() == "They had a first word today\u00a013:55."


def test_a_refused_holding_reply_is_sent_anew_from_its_dialog(
    bench: Bench, on_page: OnPage
) -> None:
    bench.mail.will(REFUSED)
    case = bench.letter()
    prepare.hold(bench.home, bench.ana, case, "heard", {})
    page = on_page(case)
    assert page.page.held._state.text() == "It was refused."
    page.press("case.held.again")
    assert page.there("dialog.holding")
    page.find("dialog.holding").close()


# --- by mail -------------------------------------------------------------------------------------


def test_refused_says_why_and_can_be_tried_or_changed(bench: Bench, on_page: OnPage) -> None:
    bench.mail.will(REFUSED)
    page = on_page(ready_by_mail(bench))
    page.press("case.send")
    assert say(page) == "It was refused."
    assert page.page.sending._more.text() == "There is no such address there."
    assert page.page.head._stage.text() == "Needs you"
    page.press("case.sending.again")
    assert say(page).startswith("✓ Sent")
    assert len(bench.mail.delivered) == 1


def test_what_the_program_stopped_by_itself_says_why(bench: Bench, on_page: OnPage) -> None:
    bench.mail.will(NOT_LEFT)
    case = ready_by_mail(bench)
    entry = send.send(bench.home, bench.ana, case).entry
    with bench.store.write() as tx:
        tx.save_account(Account("put in", "mail", {}))
    bench.clock.advance(minutes=5)
    with pytest.raises(KnownError, match="An account to send from"):
        send.attempt(bench.home, case, entry)
    page = on_page(case)
    assert say(page) == "It was not sent."
    assert page.page.sending._more.text().startswith("An account to send from has been changed")
    assert page.page.head._stage.text() == "Needs you"


def test_what_was_refused_is_tried_again_only_through_the_gate(
    bench: Bench, on_page: OnPage
) -> None:
    bench.mail.will(REFUSED)
    page = on_page(ready_by_mail(bench))
    page.press("case.send")
    page.later(hours=5)
    assert page.blockers() == ["second_look"]
    assert not page.find("case.sending.again").isEnabled()
    page.press("case.sending.change")
    assert page.page.reply.edit.hasFocus()


@pytest.mark.parametrize("step", [TRY_LATER, NOT_LEFT])
def test_waiting_says_when_and_can_be_stopped(bench: Bench, on_page: OnPage, step: Any) -> None:
    bench.mail.will(step)
    page = on_page(ready_by_mail(bench))
    page.press("case.send")
    assert say(page) == "Not sent yet."
    assert page.page.sending._more.text().endswith("It is tried again today\u00a013:56 by itself.")
    assert page.page.reply.edit.isReadOnly() is False
    page.press("case.sending.stop")
    assert say(page) == "Not tried again"
    assert page.send_says()[1]


def test_waiting_and_held_by_something_new_it_says_by_what(bench: Bench, on_page: OnPage) -> None:
    """Nothing stands "on its way" that does not go."""
    bench.mail.will(NOT_LEFT)
    page = on_page(ready_by_mail(bench))
    page.press("case.send")
    assert not page.page.before.isVisible()
    with bench.store.write() as tx:
        tx.set_setting("paused", "yes")
    page.later(minutes=30)
    page.page.read_again()
    page.settle()
    assert say(page) == "Not sent yet."
    assert "Something came in between." in page.page.sending._more.text()
    assert "paused" in page.blockers()
    with bench.store.write() as tx:
        tx.set_setting("paused", None)
    page.page.read_again()
    page.settle()
    assert not page.page.before.isVisible()
    ((case, entry),) = send.due(bench.home)
    assert send.attempt(bench.home, case, entry).state is State.SENT


def test_in_doubt_asks_and_yes_is_sent(bench: Bench, on_page: OnPage) -> None:
    bench.mail.will(ANSWER_LOST)
    page = on_page(ready_by_mail(bench))
    page.press("case.send")
    assert say(page) == "Did this appear?"
    assert page.page.sending._state.property("tone") == "red"
    assert page.page.reply.edit.isReadOnly()
    assert not page.page.before.isVisible()
    page.press("case.sending.yes")
    assert say(page) == "✓ Sent today\u00a013:55"


def test_in_doubt_no_goes_back_to_the_choice_and_sends_nothing(
    bench: Bench, on_page: OnPage
) -> None:
    bench.mail.will(CUT)
    page = on_page(ready_by_mail(bench))
    page.press("case.send")
    page.later(minutes=3)
    assert not page.there("case.sending.no")
    early = "It may still be on its way: you can say from today\u00a014:05 on that it is not there."
    assert early in page.page.sending._more.text()
    page.later(minutes=7)
    assert early not in page.page.sending._more.text()
    page.press("case.sending.no")
    assert say(page) == "It did not appear."
    assert len(bench.mail.attempts) == 1
    assert page.send_says()[1]


def test_after_a_restart_it_asks_before_it_sends(bench: Bench, on_page: OnPage) -> None:
    bench.mail.will(NOT_LEFT)
    case = ready_by_mail(bench)
    assert send.send(bench.home, bench.ana, case).state is State.WAITING
    bench.home = replace(bench.home, run="run-2")
    page = on_page(case)
    assert say(page) == "Still send this?"
    assert "There is no connection." in page.page.sending._more.text()
    page.press("case.sending.still")
    assert say(page).startswith("✓ Sent")


def test_after_a_restart_the_gate_still_holds(bench: Bench, on_page: OnPage) -> None:
    bench.mail.will(NOT_LEFT)
    case = ready_by_mail(bench)
    send.send(bench.home, bench.ana, case)
    bench.home = replace(bench.home, run="run-2")
    bench.clock.advance(hours=5)
    page = on_page(case)
    assert say(page) == "Still send this?"
    assert not page.find("case.sending.still").isEnabled()
    assert page.blockers() == ["second_look"]
    page.press("case.sending.stop")
    assert say(page) == "Not tried again"


def test_when_connected_goes_along(bench: Bench, on_page: OnPage) -> None:
    bench.mail.will(NOT_LEFT)
    page = on_page(ready_by_mail(bench))
    page.find("case.when_connected").click()
    page.press("case.send")
    assert page.shown.outgoing[-1].entry.asked.when_connected


def test_answered_shows_what_was_said_and_another_reply_begins_anew(
    bench: Bench, on_page: OnPage
) -> None:
    page = on_page(ready_by_mail(bench))
    page.press("case.send")
    assert page.words() == REPLY
    assert page.page.reply.edit.isReadOnly()
    assert page.page.clocks.theirs.accessibleName() == "Their clock: answered"
    assert page.there("case.story")
    page.press("case.further")
    assert page.words() == ""
    page.leave_editor()
    page.write("One more thing.")
    page.saved()
    assert page.words() == "One more thing."
    page.page.read_again()
    page.settle()
    assert page.words() == "One more thing."
    page.leave_editor()
    assert page.page.before.isVisible()
    assert page.page.reply._title.text().endswith("version 1")
    assert bench.revisions(page.shown.case) == ["One more thing."]
