"""The same edits, seen from Ana's window: Send is pressed, and the reason stands beside it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.attacks.conftest import Shop
from tests.ui.case_robot import CaseRobot

from calmreply.ui.kit import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

EDITS = {
    "the time of a look": (
        "UPDATE journal SET at = '2020-01-01T00:00:00.000Z' WHERE case_id = :case",
        "The record of this case has been changed from outside (line ",
    ),
    "where it stands": (
        "UPDATE mentions SET url = 'https://evil.example/1' WHERE case_id = :case",
        "What the customer said has been changed from outside.",
    ),
    "the time that passed": (
        "UPDATE boots SET last = last + :case",
        "What is kept of the time that passed, or a setting, was changed from outside.",
    ),
    "the account": (
        "UPDATE accounts SET settings = '{}' WHERE :case",
        "An account to send from has been changed from outside.",
    ),
}


@pytest.mark.parametrize(("edit", "told"), EDITS.values(), ids=EDITS)
def test_send_is_pressed_and_says_why_not(
    shop: Shop, qtbot: QtBot, qapp: QApplication, edit: str, told: str
) -> None:
    if not qapp.property("calmreply_theme"):
        theme.install(qapp)
    with shop.pencil() as pencil:
        pencil.sql(edit, case=int(shop.cases["ready"]))
    with shop.home() as home:
        bench: Any = SimpleNamespace(home=home, clock=shop.clock)
        robot = CaseRobot(qtbot, bench, who=shop.actor(home))
        try:
            robot.open(shop.cases["ready"])
            assert robot.blockers() == [], "the gate believes the rows"
            robot.press("case.send")
            assert told in robot.notice("before")
            assert "Nothing was sent." in robot.notice("before")
        finally:
            robot.finish()
    assert shop.channel.attempts == ()
