"""The room "Response plan", its dialogs, and what the case takes from the plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog
from tests.ui.case_robot import PASSPHRASE, Bench, CaseRobot
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import queries
from calmreply.app.persons import people
from calmreply.app.planning import plan_files, wordings
from calmreply.app.rules import settings
from calmreply.app.sending import send
from calmreply.domain.outbox import State
from calmreply.domain.people import Presence
from calmreply.domain.wordings import Prepared, Stands, Use
from calmreply.ui.dialogs.holding import HoldingDialog
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.views import PlainEdit, PlainView
from calmreply.ui.plan.page import PlanPage
from calmreply.ui.plan.rows import GroupCard, WordingRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.theme import Theme

HELLO = Prepared("Hello there", "Hello {name}, you hear from us by {time}.", Use.HOLDING)
SORRY = Prepared("Sorry", "Hello {name}, sorry about {item}. Ask for {me}: {contact}.")


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
def page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[CaseRobot]:
    assert worn is not None
    made = CaseRobot(qtbot, bench, who=bench.ana)
    yield made
    made.finish()


def rows(room: PlanPage) -> dict[str, list[tuple[str, str]]]:
    """Title and pill of each wording of one's own, by group."""
    return {
        card.use.value: [
            (row.findChildren(Pill)[0].text(), row.accessibleName() or "")
            for row in card.findChildren(WordingRow)
        ]
        for card in room.findChildren(GroupCard)
        if card.isVisible()
    }


def stands(bench: Bench, name: str) -> Stands:
    lines = wordings.everything(bench.home).lines
    return next(one.standing.stands for one in lines if one.id == name)


def chosen(robot: DialogRobot, room: PlanPage, name: str, file: Path) -> None:
    """Somebody chose a file in the system's own dialog."""
    dialog = room.findChild(QFileDialog, name)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    robot.settle()
    if not robot.dialogs():
        robot.window.activateWindow()
        robot.until(robot.window.isActiveWindow)


def test_it_begins_with_the_programs_own_and_an_example(bench: Bench, robot: DialogRobot) -> None:
    room = robot.room(PlanPage)
    assert rows(room) == {"holding": []}
    assert "of the program, always ready" in "".join(
        pill.text() for pill in room.findChildren(Pill)
    )
    robot.press("plan.begin")
    robot.press("example_plan.restaurant")
    assert "Holding replies: We heard you, please call" in robot.said()
    robot.press("example_plan.take")
    assert robot.dialogs() == []
    assert not robot.there("plan.begin")
    assert [len(found) for found in rows(room).values()] == [2, 7, 1, 1, 1]
    pills = {pill for found in rows(room).values() for pill, _name in found}
    assert pills == {"not signed off"}
    assert len(wordings.everything(bench.home).lines) == 12


def test_written_signed_changed_and_used_no_more(bench: Bench, robot: DialogRobot) -> None:
    room = robot.room(PlanPage)
    robot.press("plan.add")
    robot.press("wording.keep")
    assert "needs a title" in robot.error("wording.title")
    robot.type("wording.title", "Late again")
    robot.choose("wording.use", "Holding replies")
    assert not robot.there("wording.slot.item")
    robot.type("wording.text", "Hello ")
    robot.press("wording.slot.name")
    robot.find("wording.text").insertPlainText(", about {item}: by ")
    robot.press("wording.slot.time")
    robot.press("wording.keep")
    assert "cannot have the slot {item}" in robot.error("wording.text")
    robot.type("wording.text", "Hello {name}, by {time}.")
    robot.type("wording.fits", "late,  never came")
    robot.press("wording.keep")
    assert robot.dialogs() == []
    (line,) = wordings.everything(bench.home).lines
    assert line.prepared == Prepared(
        "Late again", "Hello {name}, by {time}.", Use.HOLDING, ("late", "never came"), (), "en"
    )
    robot.press("plan.sign.late_again")
    assert robot.text("sign_wording.text") == "Hello {name}, by {time}."
    assert [robot.find("sign_wording.who").itemText(0)] == ["Tom"]
    robot.press("sign_wording.sign")
    assert "Tom types the passphrase here" in robot.error("sign_wording.passphrase")
    robot.type("sign_wording.passphrase", "not that one at all")
    robot.press("sign_wording.sign")
    assert robot.error("sign_wording.passphrase")
    robot.type("sign_wording.passphrase", PASSPHRASE)
    robot.press("sign_wording.sign")
    assert robot.dialogs() == []
    assert stands(bench, "late_again") is Stands.SIGNED
    assert rows(room)["holding"][0][0] == "signed off until 18 Nov 2027"
    assert not robot.there("plan.sign.late_again")
    robot.press("plan.change.late_again")
    assert "has to be signed anew" in robot.said()
    robot.type("wording.text", "Hello {name}, we write by {time}.")
    robot.key("Ctrl+Return")
    assert stands(bench, "late_again") is Stands.NOT_SIGNED
    robot.press("plan.retire.late_again")
    assert "Use Late again no more?" in robot.notice("plan.notice")
    robot.key("Return")
    robot.settle()
    assert wordings.everything(bench.home).lines == ()
    assert rows(room) == {"holding": []}


def test_what_was_typed_is_there_again(bench: Bench, robot: DialogRobot) -> None:
    wordings.add(bench.home, bench.ana, HELLO)
    robot.room(PlanPage)
    robot.press("plan.change.hello_there")
    robot.type("wording.title", "Other")
    robot.key("Esc")
    robot.press("plan.change.hello_there")
    assert robot.text("wording.title") == "Other"
    wordings.add(bench.home, bench.ana, replace(SORRY, title="OTHER"))
    robot.press("wording.keep")
    assert "already a wording called Other" in robot.error("wording.title")


def test_alone_it_waits_for_the_night(bench: Bench, robot: DialogRobot) -> None:
    people.set_presence(bench.home, bench.ana, "Tom", Presence.LEFT)
    bench.clock.advance(hours=7 * 24 + 1)
    wordings.add(bench.home, bench.ana, HELLO)
    robot.room(PlanPage)
    robot.press("plan.sign.hello_there")
    assert "8 hours and a night" in robot.notice("sign_wording.notice")
    assert not robot.find("sign_wording.sign").isEnabled()
    robot.key("Esc")
    bench.clock.advance(hours=24)
    robot.press("plan.sign.hello_there")
    robot.type("sign_wording.passphrase", PASSPHRASE)
    robot.press("sign_wording.sign")
    assert "Ana reviewed it alone on 26 Nov 2026, after a night" in robot.said()


def test_out_to_a_text_and_in_again(bench: Bench, robot: DialogRobot, tmp_path: Path) -> None:
    wordings.add(bench.home, bench.ana, HELLO)
    wordings.add(bench.home, bench.ana, SORRY)
    room = robot.room(PlanPage)
    file = tmp_path / "plan.md"
    robot.press("plan.export")
    chosen(robot, room, "plan.target", file)
    assert "plan.md" in robot.notice("plan.notice")
    room.export(str(file))
    robot.settle()
    assert "already a file" in robot.notice("plan.notice")
    text = file.read_text(encoding="utf-8").replace("sorry about", "we are sorry about")
    file.write_text(f"{text}\n## Odd\nUse: praise\n\nWords\n## New one\n\nWords\n")
    robot.press("plan.import")
    chosen(robot, room, "plan.file", file)
    said = robot.said()
    assert "New one" in said
    assert "praise is none of" in said
    assert "1 wording is as it was." in said
    robot.press("take_plan.take")
    assert len(wordings.everything(bench.home).lines) == 3
    room.take(str(tmp_path / "none.md"))
    robot.settle()
    assert "cannot be read" in robot.notice("plan.notice")
    file.write_bytes(b"\xff\xfe\x00")
    room.take(str(file))
    robot.settle()
    assert "not a text" in robot.notice("plan.notice")


def test_who_to_reach_and_who_may_offer(bench: Bench, robot: DialogRobot) -> None:
    settings.change(bench.home, None, {"contacts": "Ana, 030 1"})
    robot.room(PlanPage)
    said = robot.said()
    assert "Ana, 030 1" in said
    assert "Ana: up to 50.00 GBP\nTom: up to 20.00 GBP" in said
    robot.press("plan.contacts")
    robot.press("plan.people")
    assert robot.rooms == ["settings:contacts", "people"]


def test_the_holding_reply_offers_what_is_signed(
    bench: Bench, robot: DialogRobot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    home = bench.home
    wordings.add(home, bench.ana, HELLO)
    wordings.add(home, bench.ana, replace(HELLO, title="Not yet"))
    wordings.add(home, bench.ana, replace(HELLO, title="By mail", channels=("mail",)))
    wordings.sign(home, bench.tom, "hello_there")
    case = bench.said()
    robot.open(HoldingDialog, case)
    assert not robot.find("holding.wording.not_yet").isEnabled()
    assert "not signed off" in robot.find("holding.wording.not_yet").text()
    assert not robot.there("holding.wording.by_mail")
    robot.press("holding.wording.hello_there")
    assert robot.text("holding.text").startswith("Hello Marta Kowalczyk, you hear from us by")
    robot.press("holding.send")
    robot.type("holding.note", "Ana told her.")
    robot.press("holding.posted")
    (report,) = robot.done
    assert report.state is State.SENT
    other = bench.said(author="Kim Sample", url="https://reviews.example/other")
    robot.open(HoldingDialog, other)
    robot.press("holding.wording.hello_there")
    assert "Much the same holding reply went to Marta Kowalczyk" in robot.text("holding.alike")


def test_unsigned_ones_lead_to_the_plan(bench: Bench, robot: DialogRobot) -> None:
    wordings.add(bench.home, bench.ana, HELLO)
    robot.open(HoldingDialog, bench.said())
    robot.press("holding.plan")
    assert robot.rooms == ["plan"]


# --- in the case -----------------------------------------------------------------------------


def test_a_wording_goes_into_the_reply_and_what_is_left_holds_it(
    bench: Bench, page: CaseRobot
) -> None:
    home = bench.home
    settings.change(home, None, {"contacts": "Ana, 030 1"})
    wordings.add(home, bench.ana, SORRY)
    wordings.add(home, bench.ana, replace(SORRY, title="Thanks", use=Use.THANKS, text="Thanks!"))
    case = bench.said()
    page.open(case)
    page.press("case.wording")
    assert page.find("use_wording.text", PlainView).words() == (
        "Hello Marta Kowalczyk, sorry about {item}. Ask for Ana: Ana, 030 1."
    )
    page.press("use_wording.use")
    edit = page.find("case.editor", PlainEdit)
    assert edit.textCursor().selectedText() == "{item}"
    page.settle()
    page.page.reply.leave()
    page.settle()
    assert "empty" in page.blockers()
    (held,) = [b for b in queries.case_page(home, case).blockers if b.kind == "empty"]
    assert getattr(held, "slots", ()) == ("item",)
    edit.insertPlainText("the cake")
    page.settle()
    page.page.reply.leave()
    page.settle()
    assert "empty" not in page.blockers()


def test_much_the_same_words_there_are_a_quiet_line(bench: Bench, page: CaseRobot) -> None:
    words = "Dear customer, thank you for telling us, and we are sorry that it was not right."
    before = bench.said(author="Robin Sample")
    bench.sent(before, text=words)
    send.posted(bench.home, bench.ana, before, note="posted")
    case = bench.said(author="Kim Sample", url="https://reviews.example/other")
    bench.wrote(case, f"{words} Please call.")
    page.open(case)
    opened: list[CaseId] = []
    page.desk.case_wanted.connect(opened.append)
    assert "Much the same went to Robin Sample there on" in page.text("case.alike")
    page.press("case.alike.open")
    assert opened == [before]
    bench.wrote(
        case, "Dear Kim, these are altogether other words, and they are about your own day."
    )
    page.page.read_again()
    page.settle()
    assert not page.there("case.alike")


def test_examples_are_read_without_a_window() -> None:
    assert [one.name for one in plan_files.examples()][:2] == ["shop", "trade"]
