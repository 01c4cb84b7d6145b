"""The second person far away, in the window: invited, asked by a file, answering by a code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.packets.conftest import Phone
from tests.ui.case_robot import Bench, CaseRobot
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import queries
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.reviewing import invitations, packets, review
from calmreply.domain.sign_off import Standing
from calmreply.testing.keys import FastSigner
from calmreply.ui.dialogs.answer import AnswerDialog
from calmreply.ui.dialogs.ask import AskDialog
from calmreply.ui.dialogs.invite import InviteDialog
from calmreply.ui.people.page import PeoplePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.theme import Theme


class FastPhone(Phone):
    """A phone whose key takes no time, as those of the home of fakes."""

    def __init__(self, number: int = 1) -> None:
        super().__init__(number)
        self.public = bytes([number]) * 32
        self.private: Any = FastSigner("phone", self.public)


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
def phone(bench: Bench) -> FastPhone:
    """Lea's, who is far away and has no key here."""
    made = FastPhone()
    page = invitations.invite(bench.home, bench.ana, NewPerson("Lea"))[0].page
    invitations.let_in(bench.home, bench.ana, made.key_code(page), compared=True)
    return made


@pytest.fixture
def case(bench: Bench) -> CaseId:
    return bench.written(bench.said())


def standing(bench: Bench, case: CaseId) -> Standing:
    return queries.case_page(bench.home, case).sign_off.standing


def test_somebody_is_invited_and_their_key_let_in(
    bench: Bench, robot: DialogRobot, tmp_path: Path
) -> None:
    robot.room(PeoplePage)
    robot.press("people.invite.Tom")
    robot.press("invite.leave")
    robot.press("people.invite")
    robot.press("invite.go")
    assert "name is missing" in robot.error("invite.name")
    robot.type("invite.name", "Lea")
    robot.type("invite.may_offer", "30")
    file = tmp_path / "invitation-lea.html"
    (dialog,) = robot.window.findChildren(InviteDialog)
    dialog.write(file)
    robot.settle()
    assert str(file) in robot.said()
    robot.press("invite.go")

    robot.press("people.code")
    robot.type("key.code", "Hello Ana")
    robot.press("key.go")
    assert "There is no code in this" in robot.error("key.code")
    code = FastPhone().key_code(file.read_text(encoding="utf-8"))
    robot.type("key.code", f"Here: {code}")
    robot.press("key.go")
    assert " ".join(invitations.offered(bench.home, code).words) in robot.said()
    assert not robot.find("key.go").isEnabled()
    robot.press("key.compared")
    robot.press("key.go")
    lea = people.person(bench.home, "Lea")
    assert lea.packet_key is not None
    assert lea.may_offer == 3_000
    robot.press("people.revoke.Lea")
    robot.press("people.notice.act")
    assert people.person(bench.home, "Lea").packet_key is None
    assert robot.there("people.invite.Lea")


def test_asked_by_a_file(
    bench: Bench, robot: DialogRobot, case: CaseId, phone: FastPhone, tmp_path: Path
) -> None:
    dialog = robot.open(AskDialog, case)
    assert "Is Tom far away?" in robot.said()
    robot.press("ask.who.Lea")
    assert robot.text("ask.go") == "Make the file for Lea…"
    robot.press("ask.blind")
    taken = tmp_path / "taken.html"
    taken.write_text("mine", encoding="utf-8")
    lea = people.person(bench.home, "Lea").id
    dialog.write(lea, taken)
    robot.settle()
    assert "already a file of that name" in robot.notice("ask.notice")
    assert taken.read_text(encoding="utf-8") == "mine"
    file = tmp_path / "for-lea.html"
    dialog.write(lea, file)
    robot.settle()
    assert str(file) in robot.said()
    assert dialog.sent.words.text() in robot.said()
    robot.press("ask.go")
    assert robot.done == [lea]
    assert standing(bench, case) is Standing.ASKED
    packets.take(bench.home, case, phone.answer(file.read_text(encoding="utf-8")))
    assert standing(bench, case) is Standing.SIGNED


def test_their_answer_is_entered(
    bench: Bench, robot: DialogRobot, case: CaseId, phone: FastPhone, tmp_path: Path
) -> None:
    page = packets.make(bench.home, bench.ana, case, "Lea")[0].page
    dialog = robot.open(AnswerDialog, case)
    robot.press("answer.go")
    assert "There is no code in this" in robot.error("answer.code")
    code = phone.answer(page)
    robot.type("answer.code", code[:-5])
    robot.press("answer.go")
    assert "The end of the code is missing: 5 signs." in robot.error("answer.code")
    robot.type("answer.code", phone.answer(page, text="Dear Marta, no."))
    robot.press("answer.go")
    assert "changed on its way" in robot.error("answer.code")
    file = tmp_path / "answer.txt"
    file.write_text(f"My answer about the reply:\n\n{code}\n", encoding="utf-8")
    dialog.form.take(str(file))
    robot.settle()
    assert code in robot.text("answer.code")
    robot.press("answer.go")
    assert [taken.reviewer.name for taken in robot.done] == ["Lea"]
    assert standing(bench, case) is Standing.SIGNED


@pytest.fixture
def page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[CaseRobot]:
    assert worn is not None
    made = CaseRobot(qtbot, bench, who=bench.ana)
    yield made
    made.finish()


def test_the_case_says_what_comes_next_with_somebody_far_away(
    bench: Bench, page: CaseRobot, case: CaseId, phone: FastPhone
) -> None:
    page.open(case)
    assert page.line("needs_second_person").endswith("| Tom or Lea | Ask…")
    review.ask(bench.home, bench.ana, case, "Lea")
    page.open(case)
    assert page.line("needs_second_person").endswith("| Send it to Lea's phone…")
    page.do("needs_second_person")
    assert page.there("ask.phone")
    page.press("ask.leave")
    made = packets.make(bench.home, bench.ana, case, "Lea")[0]
    page.open(case)
    assert page.line("needs_second_person").endswith(
        "| A file went to Lea's phone. | Enter their answer…"
    )
    page.do("needs_second_person")
    page.fill("answer.code", phone.answer(made.page, "Say when."))
    page.press("answer.go")
    assert page.line("changes_asked").startswith("Lea asks for a change: Say when.")
