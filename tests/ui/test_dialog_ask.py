"""Who is asked to look, and the second person coming in right there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.ui.case_robot import PASSPHRASE, Bench
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import queries
from calmreply.app.persons import passphrases, people
from calmreply.app.sending import write
from calmreply.domain.people import Presence
from calmreply.domain.sign_off import Standing
from calmreply.ui.dialogs.ask import AskDialog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.theme import Theme


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


@pytest.fixture
def case(bench: Bench) -> CaseId:
    return bench.written(bench.said())


def away(bench: Bench, *names: str) -> None:
    for name in names:
        people.set_presence(bench.home, bench.ana, name, Presence.AWAY)


def asked(bench: Bench, case: CaseId) -> str:
    state = queries.case_page(bench.home, case).sign_off
    assert state.standing is Standing.ASKED
    assert state.asked is not None
    return next(one.name for one in people.everybody(bench.home) if one.id == state.asked.reviewer)


def test_one_who_did_not_write_it_is_asked(bench: Bench, robot: DialogRobot, case: CaseId) -> None:
    bench.person("Lea", 10_000)
    bench.clock.advance(days=9)
    bench.person("Max")
    robot.open(AskDialog, case)
    said = robot.said()
    assert "Ana: wrote part of it" in said
    assert "may offer up to 100.00 GBP" in said
    assert said.count("first week: this key is new") == 1  # Max, not Tom or Lea
    assert robot.text("ask.go") == "Ask Tom"
    assert robot.focus == "ask.who.Tom"
    robot.press("ask.who.Lea")
    assert robot.text("ask.go") == "Ask Lea"
    if robot.way == "key":
        robot.key("Return")
    else:
        robot.press("ask.go")
    assert asked(bench, case) == "Lea"
    assert robot.done == [people.person(bench.home, "Lea").id]


def test_unfinished_words_are_asked_about_as_they_are(
    bench: Bench, robot: DialogRobot, case: CaseId
) -> None:
    write.save_draft(bench.home, bench.ana, case, "Dear Marta, one more thought.")
    robot.open(AskDialog, case)
    robot.press("ask.go")
    assert bench.revisions(case)[-1] == "Dear Marta, one more thought."
    assert asked(bench, case) == "Tom"


def test_who_types_just_now_is_not_asked_to_sign_it(
    bench: Bench, robot: DialogRobot, case: CaseId
) -> None:
    write.save_draft(bench.home, bench.tom, case, "Dear Marta, and Tom, too.")
    robot.open(AskDialog, case)
    assert "Tom: wrote part of it" in robot.said()
    assert not robot.there("ask.who.Tom")


def test_a_refusal_stands_in_the_dialog(bench: Bench, robot: DialogRobot, case: CaseId) -> None:
    robot.open(AskDialog, case)
    away(bench, "Tom")
    robot.press("ask.go")
    assert "Tom is away" in robot.notice("ask.notice")
    assert robot.done == []
    assert robot.dialogs() == ["dialog.ask"]


def test_the_second_person_comes_in_right_there(
    bench: Bench, robot: DialogRobot, case: CaseId
) -> None:
    away(bench, "Tom")
    dialog = robot.open(AskDialog, case)
    assert "needs a second person" in robot.said()
    assert "Tom: away" in robot.said()
    assert robot.focus == "ask.new.name"
    robot.type("ask.new.name", "Lea")
    robot.type("ask.new.mail", "lea@corner.example")
    robot.type("ask.new.may_offer", "28,50")
    robot.type("ask.new.passphrase", PASSPHRASE)
    robot.type("ask.new.again", PASSPHRASE)
    robot.press("ask.go")
    assert "First week: this key is new" in robot.notice("ask.notice")
    assert "counts in full" in robot.notice("ask.notice")
    assert passphrases.recovery_secret(robot.text("ask.code"))
    assert dialog.form.passphrase() == ""
    assert not robot.find("ask.go").isEnabled()
    robot.press("ask.safe")
    assert robot.text("ask.go") == "Ask Lea"
    robot.press("ask.go")
    lea = people.person(bench.home, "Lea")
    assert (lea.may_offer, lea.mail) == (2_850, "lea@corner.example")
    assert lea.vouched_by == bench.ana.person.id
    assert people.unlock(bench.home, "Lea", PASSPHRASE).person.id == lea.id
    assert asked(bench, case) == "Lea"
    assert robot.done == [lea.id]


def test_what_is_wrong_with_somebody_new_stands_beside_it(
    bench: Bench, robot: DialogRobot, case: CaseId
) -> None:
    robot.open(AskDialog, case)
    robot.press("ask.new")
    robot.press("ask.go")
    assert "name is missing" in robot.error("ask.new.name")
    assert robot.focus == "ask.new.name"
    robot.type("ask.new.name", "tom")
    robot.type("ask.new.may_offer", "a lot")
    robot.type("ask.new.passphrase", "short")
    robot.type("ask.new.again", "shorter")
    robot.press("ask.go")
    assert "such as 28.00" in robot.error("ask.new.may_offer")
    assert "it needs 12" in robot.error("ask.new.passphrase")
    assert "not the same" in robot.error("ask.new.again")
    robot.type("ask.new.may_offer", "")
    robot.type("ask.new.passphrase", PASSPHRASE)
    robot.type("ask.new.again", PASSPHRASE)
    robot.press("ask.go")
    assert "already somebody called tom" in robot.error("ask.new.name")
    assert len(people.everybody(bench.home)) == 2
    robot.type("ask.new.name", "Tom B")
    robot.press("ask.go")
    assert robot.there("ask.code")


def test_the_code_is_not_lost_by_one_press_of_esc(
    bench: Bench, robot: DialogRobot, case: CaseId
) -> None:
    away(bench, "Tom")
    robot.open(AskDialog, case)
    robot.type("ask.new.name", "Lea")
    robot.key("Esc")
    robot.open(AskDialog, case)
    assert robot.text("ask.new.name") == "Lea"
    robot.type("ask.new.passphrase", PASSPHRASE)
    robot.type("ask.new.again", PASSPHRASE)
    robot.press("ask.go")
    robot.key("Esc")
    assert "shown this once" in robot.notice("ask.notice")
    assert robot.there("ask.code")
    robot.key("Esc")
    assert robot.dialogs() == []
    assert robot.done == []


def test_whoever_lets_them_in_signs_in_first(
    qtbot: QtBot, bench: Bench, case: CaseId, worn: Theme
) -> None:
    assert worn is not None
    away(bench, "Tom")
    robot = DialogRobot(qtbot, bench.home)
    robot.open(AskDialog, case)
    robot.type("ask.new.name", "Lea")
    robot.type("ask.new.passphrase", PASSPHRASE)
    robot.type("ask.new.again", PASSPHRASE)
    robot.press("ask.go")
    assert not robot.there("ask.code")
    robot.answer(bench.ana)
    assert robot.there("ask.code")
    assert people.person(bench.home, "Lea").vouched_by == bench.ana.person.id
    robot.finish()
