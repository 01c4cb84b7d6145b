"""Mention and reply once more: too early, the three choices, what changed in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QDesktopServices
from tests.ui.case_robot import REPLY, SAID, Bench
from tests.ui.dialog_robot import DialogRobot

from calmreply.app import facts
from calmreply.app.ports.changes import of_case
from calmreply.domain.case import Choice, Looked
from calmreply.ui.dialogs.look import LookDialog

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


def choices(bench: Bench, case: CaseId) -> list[Choice]:
    with bench.home.store.read() as tx:
        return [one.choice for one in facts.load(bench.home, tx, case).facts.of(Looked)]


def test_before_the_waits_are_over_it_says_what_holds(bench: Bench, robot: DialogRobot) -> None:
    case = bench.written(bench.said())
    dialog = robot.open(LookDialog, case)
    lines = [one.words() for one in dialog.findChildren(type(dialog._lines.itemAt(0).widget()))]
    assert lines[0].startswith("Cooling off, Ana was calm: 20 min left")
    assert lines[1].startswith("The words rest")
    assert not dialog.send.isEnabled()
    assert "Cooling off" in dialog.send.accessibleDescription()
    bench.clock.advance(minutes=21)
    robot.desk.changed.emit(of_case(case))
    robot.settle()
    assert dialog.send.isEnabled()
    robot.press("look.send")
    assert choices(bench, case) == [Choice.SEND]


@pytest.mark.parametrize("choice", list(Choice))
def test_each_choice_is_recorded_and_nothing_leaves(
    bench: Bench, robot: DialogRobot, choice: Choice
) -> None:
    case = bench.signed_off(bench.said())
    bench.clock.advance(minutes=21)
    robot.open(LookDialog, case)
    assert robot.text("look.mention") == SAID
    assert robot.text("look.reply") == REPLY
    assert "Nothing leaves yet" in robot.said()
    assert robot.focus == "look.mention"
    robot.press(f"look.{choice.value}")
    assert robot.done == [choice]
    assert choices(bench, case) == [choice]
    with bench.home.store.read() as tx:
        assert facts.load(bench.home, tx, case).facts.entries == ()
    assert bench.kinds(case) == ([] if choice is Choice.SEND else ["second_look"])


def test_too_early_by_somebody_else_is_said_by_the_gate(bench: Bench, robot: DialogRobot) -> None:
    case = bench.written(bench.said())
    bench.clock.advance(minutes=21)
    dialog = robot.open(LookDialog, case)
    assert dialog.send.isEnabled()
    # Ana's scratch pad in another window: words that are not finished.
    from calmreply.app.sending import write  # noqa: PLC0415 - only here

    write.save_draft(bench.home, bench.ana, case, REPLY + " And more.")
    robot.press("look.send")
    assert choices(bench, case) == []
    assert not dialog.send.isEnabled()
    assert "Words are still being written" in dialog.send.accessibleDescription()


def test_what_changed_unseen_is_not_what_was_looked_at(bench: Bench, robot: DialogRobot) -> None:
    case = bench.written(bench.said())
    bench.clock.advance(minutes=21)
    robot.open(LookDialog, case)
    bench.wrote(case, "Quite another reply.")
    bench.clock.advance(minutes=11)
    robot.press("look.send")
    assert choices(bench, case) == []
    assert "changed while you were reading" in robot.notice("look.notice")
    assert robot.text("look.reply") == "Quite another reply."
    robot.press("look.send")
    assert choices(bench, case) == [Choice.SEND]


def test_the_page_opens_by_the_one_way_only(
    bench: Bench, robot: DialogRobot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: Any) -> bool:
        opened.append(url.toString())
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    robot.open(LookDialog, bench.written(bench.said()))
    robot.press("look.page")
    assert opened == ["https://reviews.example/corner-bakery/marta"]
    assert "No browser could be opened" in robot.notice("look.notice")


def test_a_letter_has_no_page(bench: Bench, robot: DialogRobot) -> None:
    robot.open(LookDialog, bench.written(bench.letter()))
    assert not robot.there("look.page")
    assert "want to say to them" in robot.said()
