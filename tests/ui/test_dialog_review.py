"""The second person at the same computer: what they see, sign, refuse, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.ui.case_robot import PASSPHRASE, REPLY, SAID, Bench
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import facts, queries
from calmreply.app.cases import judge, second
from calmreply.app.persons import people
from calmreply.app.ports.changes import of_case
from calmreply.app.reviewing import review, suggestions
from calmreply.domain.mention import CaseId
from calmreply.domain.people import Presence
from calmreply.domain.review import ChangesAsked, Impression, SignedOff, Tick
from calmreply.domain.said import Ground
from calmreply.domain.sign_off import Standing
from calmreply.ui.dialogs import reviewing
from calmreply.ui.dialogs.review import ReviewDialog
from calmreply.ui.kit.reveal import hidden_characters_shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.ui.kit.theme import Theme

FOUR = ("true", "kind", "promise", "private")


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, bench: Bench, worn: Theme
) -> Iterator[DialogRobot]:
    assert worn is not None
    made = DialogRobot(qtbot, bench.home, who=bench.ana, way=request.param)
    yield made
    made.finish()


def asked(bench: Bench, text: str = REPLY, said: str = SAID, **more: object) -> CaseId:
    case = bench.said(said)
    bench.written(case, text=text, **more)
    bench.asked(case)
    return case


def standing(bench: Bench, case: CaseId) -> Standing:
    return queries.case_page(bench.home, case).sign_off.standing


def tick(robot: DialogRobot, *names: str) -> None:
    for name in names:
        robot.press(f"review.tick.{name}")


def told(bench: Bench, case: CaseId, kind: type) -> list[object]:
    with bench.home.store.read() as tx:
        return list(facts.load(bench.home, tx, case).facts.of(kind))


def test_the_asked_person_signs_with_their_own_key(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    bench.clock.advance(minutes=14)
    dialog = robot.open(ReviewDialog, case)
    assert dialog.head.title.text() == "Second reviewer: Tom"
    assert dialog.head.right.text() == "asked by Ana, 14 min ago"
    assert "0 min" not in robot.said()
    assert robot.text("review.text") == REPLY
    assert "Really our customer · Complaint" in robot.said()
    assert robot.focus == "review.text"
    tick(robot, *FOUR)
    robot.type("review.passphrase", PASSPHRASE)
    if robot.way == "key":
        robot.key("Return")
    else:
        robot.press("review.sign")
    assert robot.done == [Standing.SIGNED]
    assert robot.dialogs() == []
    (signed,) = told(bench, case, SignedOff)
    assert isinstance(signed, SignedOff)
    assert signed.by == bench.tom.person.id
    assert standing(bench, case) is Standing.SIGNED
    assert robot.desk.actor is not None
    assert robot.desk.actor.person.name == "Ana"  # Tom's key was there for this one deed


def test_nobody_at_the_desk_is_needed(qtbot: QtBot, bench: Bench, worn: Theme) -> None:
    assert worn is not None
    case = asked(bench)
    robot = DialogRobot(qtbot, bench.home)
    robot.open(ReviewDialog, case)
    tick(robot, *FOUR)
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.sign")
    assert robot.asked_who == []
    assert robot.desk.actor is None
    assert standing(bench, case) is Standing.SIGNED
    robot.finish()


def test_a_wrong_passphrase_is_said_in_its_place(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    robot.open(ReviewDialog, case)
    tick(robot, *FOUR)
    robot.type("review.passphrase", "not the words of Tom")
    robot.press("review.sign")
    assert "not the passphrase" in robot.error("review.passphrase")
    assert robot.text("review.passphrase") == ""
    assert robot.focus == "review.passphrase"
    assert standing(bench, case) is Standing.ASKED
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.sign")
    assert robot.done == [Standing.SIGNED]


def test_all_four_are_ticked_before_any_key_is_asked(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    dialog = robot.open(ReviewDialog, case)
    tick(robot, "true", "kind")
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.sign")
    assert "Tick all four" in dialog.ticks.missing()
    assert robot.focus == "review.tick.promise"
    assert robot.text("review.passphrase") == PASSPHRASE
    tick(robot, "promise", "private")
    robot.type("review.passphrase", "")
    robot.press("review.sign")
    assert dialog.ticks.missing() == ""
    assert "Tom types the passphrase here" in robot.error("review.passphrase")
    assert told(bench, case, SignedOff) == []


def test_asking_for_changes_takes_a_sentence_and_the_key(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    robot.open(ReviewDialog, case)
    robot.press("review.changes")
    assert "What should change is missing" in robot.error("review.note")
    robot.type("review.note", "It blames her a little.")
    robot.press("review.changes")
    assert "the note is signed, too" in robot.error("review.passphrase")
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.changes")
    assert robot.done == [Standing.CHANGES_ASKED]
    (asked_for,) = told(bench, case, ChangesAsked)
    assert isinstance(asked_for, ChangesAsked)
    assert (asked_for.text, asked_for.by) == ("It blames her a little.", bench.tom.person.id)


def test_return_finishes_what_was_begun(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    dialog = robot.open(ReviewDialog, case)
    robot.type("review.note", "It blames her a little.")
    robot.press("review.changes")
    assert robot.focus == "review.passphrase"
    robot.type("review.passphrase", "not the words of Tom")
    robot.key("Return")
    assert "not the passphrase" in robot.error("review.passphrase")
    assert dialog.ticks.missing() == ""
    robot.type("review.passphrase", PASSPHRASE)
    robot.key("Return")
    assert robot.done == [Standing.CHANGES_ASKED]
    assert told(bench, case, SignedOff) == []


def test_whoever_ticks_after_all_means_to_sign(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    dialog = robot.open(ReviewDialog, case)
    robot.press("review.changes")
    assert dialog.go is dialog.changes
    tick(robot, *FOUR)
    robot.type("review.passphrase", PASSPHRASE)
    robot.key("Return")
    assert robot.done == [Standing.SIGNED]


def test_the_note_survives_esc_and_the_passphrase_does_not(
    bench: Bench, robot: DialogRobot
) -> None:
    case, other = asked(bench), asked(bench, said="Something else.")
    robot.open(ReviewDialog, case)
    robot.type("review.note", "It blames her a little.")
    robot.type("review.passphrase", "half of a passphr")
    robot.key("Esc")
    assert robot.dialogs() == []
    assert robot.done == []
    robot.open(ReviewDialog, other)
    assert robot.text("review.note") == ""
    robot.key("Esc")
    robot.open(ReviewDialog, case)
    assert robot.text("review.note") == "It blames her a little."
    assert robot.text("review.passphrase") == ""
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.changes")
    robot.open(ReviewDialog, case)
    assert robot.text("review.note") == ""


def test_a_text_changed_behind_the_window_is_never_signed_unseen(
    bench: Bench, robot: DialogRobot
) -> None:
    case = asked(bench)
    robot.open(ReviewDialog, case)
    tick(robot, *FOUR)
    robot.type("review.passphrase", PASSPHRASE)
    # Another program on the same data: changed, and Tom asked again, all while he reads.
    bench.wrote(case, "You should have looked at the form.")
    bench.asked(case)
    robot.press("review.sign")
    assert told(bench, case, SignedOff) == []
    assert "changed while you were reading" in robot.notice("review.notice")
    assert robot.text("review.text") == "You should have looked at the form."
    assert not any(robot.find(f"review.tick.{name}").isChecked() for name in FOUR)
    tick(robot, *FOUR)
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.sign")
    assert robot.done == [Standing.SIGNED]


def test_a_change_at_this_desk_is_shown_at_once_and_tom_asked_again(
    bench: Bench, robot: DialogRobot
) -> None:
    case = asked(bench)
    dialog = robot.open(ReviewDialog, case)
    tick(robot, "true")
    bench.wrote(case, "Dear Marta, we are sorry.")
    robot.desk.changed.emit(of_case(case))
    robot.settle()
    assert robot.text("review.text") == "Dear Marta, we are sorry."
    assert not dialog.ticks.boxes[Tick.TRUE].isChecked()
    assert "A changed text is asked for again" in robot.notice("review.notice")
    assert not dialog.sign.isEnabled()
    dialog.notice._act()
    robot.settle()
    assert dialog.sign.isEnabled()
    assert standing(bench, case) is Standing.ASKED
    assert robot.notice("review.notice") == ""


def test_whoever_wrote_part_of_it_is_told_so(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    dialog = robot.open(ReviewDialog, case)
    tick(robot, *FOUR)
    robot.type("review.passphrase", PASSPHRASE)
    bench.wrote(case, "Words of Tom's own.", who=bench.tom)
    robot.desk.changed.emit(of_case(case))
    robot.settle()
    assert "wrote part of it" in robot.notice("review.notice")
    assert not dialog.sign.isEnabled()
    assert told(bench, case, SignedOff) == []


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (lambda b, c: b.signed(c), "Tom has signed this off."),
        (lambda b, _c: people_away(b), "Tom cannot sign this off: away"),
        (lambda b, c: review.remark(b.home, b.tom, c, "Softer."), "has not been asked"),
    ],
)
def test_what_cannot_be_signed_says_why(
    bench: Bench, robot: DialogRobot, happens: object, said: str
) -> None:
    case = asked(bench)
    happens(bench, case)  # type: ignore[operator]  # a function of both
    dialog = robot.open(ReviewDialog, case)
    assert said in robot.notice("review.notice")
    assert not dialog.sign.isEnabled()


def people_away(bench: Bench) -> None:
    people.set_presence(bench.home, bench.ana, "Tom", Presence.AWAY)


def test_what_looks_private_is_named_and_ticked_separately(
    bench: Bench, robot: DialogRobot
) -> None:
    case = asked(bench, text="Dear Marta, we paid it back to 4111 1111 1111 1111.")
    assert "private_data" in bench.kinds(case)
    robot.open(ReviewDialog, case)
    assert "Looks private: card number 4111 1111 1111 1111" in robot.said()
    tick(robot, *FOUR, "not_private")
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.sign")
    (signed,) = told(bench, case, SignedOff)
    assert isinstance(signed, SignedOff)
    assert Tick.NOT_PRIVATE in signed.ticks
    assert "private_data" not in bench.kinds(case)


def test_the_fifth_tick_stands_there_only_where_it_is_needed(
    bench: Bench, robot: DialogRobot
) -> None:
    robot.open(ReviewDialog, asked(bench))
    assert not robot.there("review.tick.not_private")


def test_nothing_hides_in_what_is_signed(bench: Bench, robot: DialogRobot) -> None:
    text = "See https://b\u0430kery.example/now\u200b or pay\u202e.example, https://a.example@b.example"
    case = asked(bench, text=text)
    robot.open(ReviewDialog, case)
    shown = robot.text("review.text")
    assert shown == "".join(part.text for part in hidden_characters_shown(text))
    assert "[U+200B]" in shown
    assert "[U+202E]" in shown
    said = robot.said()
    assert "2 characters here cannot be seen" in said
    assert "turns the direction of the text" in said
    assert "leads to xn--bkery-4ve.example" in said
    assert "does not lead where it seems to" in said  # a name before the @ hides the host


def test_the_difference_is_to_what_this_person_saw_last(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench, text="Dear Marta, you should have looked. Please call Ana.")
    review.remark(bench.home, bench.tom, case, "It blames her.")
    bench.wrote(case, "Dear Marta, I am so sorry. Please call Ana.")
    bench.wrote(case, "Dear Marta, I am very sorry. Please call Ana.")
    bench.asked(case)
    robot.open(ReviewDialog, case)
    now = "Dear Marta, I am very sorry. Please call Ana."
    assert robot.text("review.text") == now  # nothing struck out among what will leave
    assert "What changed since you saw it (version 1)" in robot.said()
    assert "you should have looked" in robot.text("review.changed")
    heard = robot.find("review.changed").accessibleDescription()
    assert "Removed: “you should have looked”." in heard
    robot.press("review.difference")
    assert not robot.there("review.changed")
    assert robot.text("review.text") == now


def test_the_offer_says_who_may_grant_it(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench, offer=bench.offer(2_800))
    robot.open(ReviewDialog, case)
    assert "A new cake, 28.00 GBP" in robot.said()
    assert "within what Ana may offer (50.00 GBP)" in robot.said()
    robot.key("Esc")
    robot.open(ReviewDialog, asked(bench, said="Else.", offer=bench.offer(9_000)))
    assert "above what Ana may offer (50.00 GBP)" in robot.said()


def test_markup_in_their_words_stays_words(bench: Bench, robot: DialogRobot) -> None:
    case = bench.said("<b>Never</b> again <img src='file:///etc/passwd'>")
    bench.written(case, text="<h1>Dear Marta</h1>")
    judge.read_all(bench.home, bench.tom, case)
    bench.asked(case)
    robot.open(ReviewDialog, case)
    assert robot.text("review.mention").startswith("<b>Never</b>")
    assert robot.text("review.text") == "<h1>Dear Marta</h1>"
    assert robot.find("dialog.review").testAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)


# --- other words, what is read first, and that it cannot wait --------------------------------


def test_other_words_are_suggested_and_edit_nothing(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    dialog = robot.open(ReviewDialog, case)
    assert not robot.there("review.others")
    robot.press("review.suggest")
    assert robot.focus == "review.others"
    assert robot.text("review.others") == REPLY
    assert "Ana takes your words over, or not" in robot.said()
    assert dialog.changes.text() == "Ask for changes"
    robot.press("review.changes")
    assert "What should change is missing" in robot.error("review.note"), "the same is no other"
    robot.type("review.others", "Dear Marta, we are sorry.")
    assert dialog.changes.text() == "Suggest these words"
    robot.press("review.changes")
    assert "the note is signed, too" in robot.error("review.passphrase")
    dialog.close()
    dialog = robot.open(ReviewDialog, case)
    assert robot.text("review.others") == "Dear Marta, we are sorry.", "kept, like the note"
    assert dialog.changes.text() == "Suggest these words"
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.changes")
    assert robot.done == [Standing.CHANGES_ASKED]
    (change,) = told(bench, case, ChangesAsked)
    assert isinstance(change, ChangesAsked)
    assert (change.text, change.suggestion) == ("", "Dear Marta, we are sorry.")
    assert bench.revisions(case) == [REPLY]
    suggestions.accept(bench.home, bench.ana, case, 1)
    bench.asked(case)
    robot.open(ReviewDialog, case)
    assert "Ana took over words that Tom suggested." in robot.said()
    tick(robot, *FOUR)
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.sign")
    assert standing(bench, case) is Standing.SIGNED


def test_the_reply_alone_is_read_first_from_the_next_time_on(
    bench: Bench, robot: DialogRobot
) -> None:
    case = asked(bench)
    dialog = robot.open(ReviewDialog, case)
    robot.choose("review.order", "the reply first")
    assert robot.there("review.mention"), "who has seen both cannot unsee one"
    dialog.close()
    dialog = robot.open(ReviewDialog, case)
    assert not robot.there("review.mention")
    assert SAID not in robot.said()
    assert "Order 8817" not in robot.said()
    assert dialog.head.about.text() == ""
    assert robot.focus == "review.text"
    assert (dialog.sign.isEnabled(), dialog.changes.isEnabled()) == (False, False)
    robot.press("review.impression.cold")
    robot.press("review.show_said")
    assert robot.text("review.mention") == SAID
    assert robot.focus == "review.mention"
    tick(robot, *FOUR)
    robot.type("review.note", "It warms up at its end.")
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.sign")
    (signed,) = told(bench, case, SignedOff)
    assert isinstance(signed, SignedOff)
    assert (signed.impression, signed.note) == (Impression.COLD, "It warms up at its end.")


def test_their_words_alone_are_read_first(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    reviewing.remember_order(bench.home, who=bench.tom.person.id, order=reviewing.Order.SAID)
    dialog = robot.open(ReviewDialog, case)
    assert not robot.there("review.text")
    assert robot.focus == "review.mention"
    assert not dialog.sign.isEnabled()
    robot.press("review.show_reply")
    assert robot.text("review.text") == REPLY
    assert robot.focus == "review.text"
    assert dialog.sign.isEnabled()


def test_what_was_said_of_other_words_is_forgotten(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    reviewing.remember_order(bench.home, who=bench.tom.person.id, order=reviewing.Order.REPLY)
    dialog = robot.open(ReviewDialog, case)
    robot.press("review.impression.warm")
    robot.press("review.show_said")
    bench.wrote(case, "Something else.")
    bench.asked(case)
    robot.desk.changed.emit(of_case(case))
    robot.settle()
    assert dialog.covers.impression() is None
    assert robot.there("review.mention")


def test_that_it_cannot_wait_is_shown_before_it_is_signed(bench: Bench, robot: DialogRobot) -> None:
    case = asked(bench)
    robot.open(ReviewDialog, case)
    tick(robot, *FOUR)
    reason = "There is glass\u202e in it."
    second.declare_emergency(bench.home, bench.ana, case, Ground.SAFETY, reason)
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.sign")
    assert standing(bench, case) is Standing.ASKED
    assert "This was changed while you were reading it" in robot.notice("review.notice")
    hurry = robot.text("review.hurry")
    assert hurry.startswith("Ana says that this cannot wait: somebody may come to harm.")
    assert "There is glass[U+202E] in it." in hurry
    tick(robot, *FOUR)
    robot.type("review.passphrase", PASSPHRASE)
    robot.press("review.sign")
    (signed,) = told(bench, case, SignedOff)
    assert isinstance(signed, SignedOff)
    assert signed.hurry


def test_the_whole_review_by_the_keyboard_alone(bench: Bench, qtbot: QtBot, worn: Theme) -> None:
    """Tab and the space bar reach everything, in the order in which it is read."""
    assert worn is not None
    case = asked(bench)
    reviewing.remember_order(bench.home, who=bench.tom.person.id, order=reviewing.Order.REPLY)
    robot = DialogRobot(qtbot, bench.home, who=bench.ana, way="key")
    robot.open(ReviewDialog, case)
    passed: list[str] = []

    def tab_to(name: str) -> None:
        for _step in range(40):
            if robot.focus == name:
                return
            robot.key("Tab")
            passed.append(robot.focus)
        raise AssertionError(f"{name} is not reached: {passed}")

    tab_to("review.impression.warm")
    robot.key("Right")
    robot.key("Space")
    tab_to("review.show_said")
    robot.key("Space")
    for name in FOUR:
        tab_to(f"review.tick.{name}")
        robot.key("Space")
    tab_to("review.passphrase")
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, PASSPHRASE)
    robot.key("Return")
    assert robot.done == [Standing.SIGNED]
    (signed,) = told(bench, case, SignedOff)
    assert isinstance(signed, SignedOff)
    assert signed.impression is Impression.FAIR
    robot.finish()
