"""A case that could not be read: said so without another case under it, and mended by reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.ui.case_robot import Bench, CaseRobot

from calmreply.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.ui.kit.theme import Theme

AWAY = KnownError("server_away", "The database does not answer.", "Look at the network.")


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[CaseRobot]:
    assert worn is not None
    robot = CaseRobot(qtbot, bench, who=bench.ana)
    yield robot
    robot.finish()


@pytest.mark.parametrize("before", [True, False], ids=["another shown before", "none before"])
def test_once_it_can_be_read_it_stands_there(
    page: CaseRobot, bench: Bench, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    first, second = bench.said(), bench.letter(author="Ben Ashford")
    if before:
        page.open(first)
        assert page.there("case.read")

    def away() -> None:
        raise AWAY

    with monkeypatch.context() as silent:
        silent.setattr(bench.store, "read", away)
        page.open(second)
        assert "does not answer" in page.notice("")
        # The end of the case that stood there before is not offered for this one.
        assert [
            name for name in ("case.title", "case.aside", "case.read") if page.there(name)
        ] == []

    page.press("case.notice.act")
    assert page.text("case.title") == "Ben Ashford"
    assert page.there("case.read")
    assert page.there("case.aside")
    page.open(first)
    assert page.there("case.read")
