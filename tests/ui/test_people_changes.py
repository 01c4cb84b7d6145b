"""Changing somebody, another passphrase, another key, and what the room says of it all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.ui.case_robot import PASSPHRASE, Bench
from tests.ui.dialog_robot import DialogRobot

from calmreply.app.persons import passphrases, people, person_changes
from calmreply.app.rules import proposals, settings
from calmreply.errors import KnownError
from calmreply.testing.notices import FakeNotices
from calmreply.ui.people.page import PeoplePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.domain.people import Person
    from calmreply.ui.kit.theme import Theme

NEW = "another fine passphrase"


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.home = replace(made.home, notices=FakeNotices())
    return made


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, bench: Bench, worn: Theme
) -> Iterator[DialogRobot]:
    assert worn is not None
    made = DialogRobot(qtbot, bench.home, who=bench.ana, way=request.param)
    yield made
    made.finish()


def tom(bench: Bench) -> Person:
    return people.person(bench.home, "Tom")


def opens(bench: Bench, who: str, passphrase: str) -> bool:
    try:
        people.unlock(bench.home, who, passphrase)
    except KnownError:
        return False
    return True


def test_how_to_reach_somebody_changes_and_what_is_typed_is_not_lost(
    bench: Bench, robot: DialogRobot
) -> None:
    robot.room(PeoplePage)
    robot.press("people.change.Tom")
    assert robot.text("change_person.may_offer") == "20.00"
    robot.type("change_person.mail", "tom@corner.example")
    robot.type("change_person.may_offer", "a lot")
    robot.press("change_person.go")
    assert "such as 28.00" in robot.error("change_person.may_offer")
    robot.key("Esc")
    robot.press("people.change.Ana")
    assert robot.text("change_person.mail") == "", "another person's form"
    robot.key("Esc")
    robot.press("people.change.Tom")
    assert robot.text("change_person.mail") == "tom@corner.example"
    robot.type("change_person.may_offer", "12.50")
    robot.type("change_person.role", "Counter")
    robot.press("change_person.go")
    assert robot.dialogs() == []
    found = tom(bench)
    assert (found.mail, found.role, found.may_offer) == ("tom@corner.example", "Counter", 1_250)
    said = robot.said()
    assert "Counter · tom@corner.example · may offer up to 12.50 GBP" in said
    assert "Tom is reached by tom@corner.example; Tom does: Counter; Tom may offer" in said


def test_a_higher_limit_is_proposed_and_the_room_says_so(bench: Bench, robot: DialogRobot) -> None:
    bench.read(bench.said())
    robot.room(PeoplePage)
    robot.press("people.change.Ana")
    robot.type("change_person.may_offer", "90.00")
    robot.press("change_person.go")
    assert "90.00 GBP is proposed." in robot.notice("change_person.notice")
    assert robot.focus == "change_person.go"
    robot.press("change_person.go")
    assert robot.dialogs() == []
    assert "Ana may offer up to 90.00 GBP" in robot.text("people.proposed.Ana")
    robot.press("people.proposed.Ana")
    assert robot.rooms == ["settings"]
    assert people.person(bench.home, "Ana").may_offer == 5_000
    (one,) = proposals.waiting(bench.home)
    proposals.withdraw(bench.home, bench.tom, one.proposal.id)
    person_changes.change(bench.home, bench.ana, "Tom", may_offer=9_999)
    robot.press("people.change.Ana")
    robot.type("change_person.may_offer", "90.00")
    robot.press("change_person.go")
    assert "proposed already" in robot.error("change_person.may_offer")


def test_another_passphrase_by_the_old_one(bench: Bench, robot: DialogRobot) -> None:
    robot.room(PeoplePage)
    robot.press("people.change.Ana")
    assert not robot.there("change_person.new_key"), "nobody lets in a key of their own"
    robot.press("change_person.own")
    robot.type("own.old", "not this one at all")
    robot.type("own.passphrase", NEW)
    robot.type("own.again", "another fine passphrasf")
    robot.press("own.go")
    assert "not the same" in robot.error("own.again")
    robot.type("own.again", NEW)
    robot.press("own.go")
    assert "not the passphrase" in robot.error("own.old")
    assert opens(bench, "Ana", PASSPHRASE)
    robot.type("own.old", PASSPHRASE)
    robot.press("own.go")
    assert robot.dialogs() == []
    assert opens(bench, "Ana", NEW)
    assert not opens(bench, "Ana", PASSPHRASE)
    assert "Ana has another passphrase" in robot.said()


def test_a_lost_key_is_replaced_and_the_others_are_told(bench: Bench, robot: DialogRobot) -> None:
    bench.clock.advance(days=30)
    person_changes.change(bench.home, bench.ana, "Tom", mail="tom@corner.example")
    settings.change(bench.home, bench.ana, {"notice_mail": "yes"})
    bench.account()
    room = robot.room(PeoplePage)
    assert "first week" not in robot.said()
    robot.press("people.change.Tom")
    robot.press("change_person.new_key")
    robot.type("new_key.passphrase", NEW)
    robot.type("new_key.again", NEW)
    robot.press("new_key.go")
    assert passphrases.recovery_secret(robot.text("new_key.code"))
    assert not robot.find("new_key.go").isEnabled()
    robot.key("Esc")
    assert "shown this once" in robot.notice("new_key.notice")
    robot.press("new_key.safe")
    robot.press("new_key.go")
    assert robot.dialogs() == []
    assert opens(bench, "Tom", NEW)
    assert len(tom(bench).keys) == 2
    assert room.isVisible()
    said = robot.said()
    assert "signs counts in full" in said
    assert "Tom has another key (let in by Ana)" in said
    assert isinstance(bench.home.notices, FakeNotices)
    ((person, notice),) = bench.home.notices.given
    assert person == tom(bench).id
    assert "Tom has a new key" in notice.subject


def test_whoever_could_be_taken_for_somebody_else_is_marked(
    bench: Bench, robot: DialogRobot
) -> None:
    people.enrol(bench.home, people.NewPerson("T0m", mail="x@a.example"), PASSPHRASE, bench.ana)
    robot.room(PeoplePage)
    said = robot.said()
    assert said.count("Reads like Tom.") == 1
    assert "Let in today by Ana." in said
