"""Long work on the Qt thread is done in turns, or at once for whoever cannot wait."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from tests.ui.patience import wait_for

from calmreply.ui.kit.turns import Turns, at_once

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytestqt.qtbot import QtBot

PARTS = 5


def made(log: list[str]) -> Generator[None, None, str]:
    for number in range(PARTS):
        log.append(f"part {number}")
        yield
    return "whole"


def test_what_waits_has_its_own_turn_between_any_two_parts(qtbot: QtBot) -> None:
    log: list[str] = []
    parent = QObject()
    turns = Turns(made(log), log.append, parent)
    beat = QTimer(parent, interval=0)
    beat.timeout.connect(lambda: log.append("beat"))
    beat.start()
    wait_for(qtbot, lambda: turns.over)
    beat.stop()
    parts = [line for line in log if line != "beat"]
    assert parts == [*(f"part {number}" for number in range(PARTS)), "whole"]
    assert all("beat" in (one, other) for one, other in pairwise(log))


@pytest.mark.usefixtures("qapp")
def test_whoever_cannot_wait_gets_the_rest_at_once_and_only_once() -> None:
    log: list[str] = []
    parent = QObject()
    turns = Turns(made(log), log.append, parent)
    turns.step()
    assert log == ["part 0"]
    turns.finish()
    turns.finish()
    turns.step()
    QApplication.processEvents()
    assert log == [*(f"part {number}" for number in range(PARTS)), "whole"]
    assert at_once(made([])) == "whole"


@pytest.mark.usefixtures("qapp")
def test_what_is_stopped_is_let_go_of() -> None:
    log: list[str] = []
    parent = QObject()
    turns = Turns(made(log), log.append, parent)
    turns.step()
    turns.stop()
    turns.finish()
    QApplication.processEvents()
    assert log == ["part 0"]
    assert turns.over
