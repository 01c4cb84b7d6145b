"""A page that could not be looked at is left alone for a while, whatever the clock is set to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication

from calmreply.app.sending import looking
from calmreply.testing.clock import FakeClock
from calmreply.ui.desk import Desk
from calmreply.ui.shell.errands import Errands


class BlindDesk:
    """A desk on which one page is to be looked at, and never can be."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.home = SimpleNamespace(clock=self.clock)
        self.looks = 0

    def read(self, what: object) -> Callable[[Callable[[object], object]], object]:
        found = [("1", "an entry")] if what is looking.due else []
        return lambda then: then(found)

    def write(self, _what: object, *, then: Callable[[object], object], **_more: Any) -> None:
        self.looks += 1
        then(timedelta(minutes=5))  # it could not be seen: not before that once more


@pytest.mark.parametrize("back", [timedelta(0), timedelta(hours=1), timedelta(days=400)])
def test_a_clock_set_back_leaves_no_page_alone_for_longer(
    qapp: QApplication, back: timedelta
) -> None:
    desk = BlindDesk()
    errands = Errands(cast("Desk", desk), qapp)
    errands.run()
    errands.run()
    assert desk.looks == 1
    desk.clock.step_wall(-back)
    desk.clock.advance(minutes=5)
    errands.run()
    assert desk.looks == 2
    errands.run()
    assert desk.looks == 2
    errands.stop()
    errands.setParent(None)
    errands.deleteLater()
