"""Looking at the pages of our replies by itself: as seldom as the site wants."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.app.ports.channels import LookLaterError
from calmreply.app.sending import looking
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import EntryId
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.ui.conftest import Drive

BUSY = LookLaterError("It asks to be asked less often.", "Later.", timedelta(hours=1))
SLOW = KnownError("too_slow", "It is slow.", "Later.")


@pytest.mark.parametrize(("error", "minutes"), [(BUSY, 60), (SLOW, 5)], ids=["busy", "slow"])
def test_a_page_that_cannot_be_looked_at_is_left_alone_for_a_while(
    drive: Drive, monkeypatch: pytest.MonkeyPatch, error: KnownError, minutes: int
) -> None:
    looks: list[EntryId] = []

    def look(_home: object, _case: object, entry: EntryId, _cancelled: Any) -> None:
        looks.append(entry)
        raise error

    one = (CaseId("1"), EntryId("reply"))
    monkeypatch.setattr(looking, "due", lambda _home: (one,))
    monkeypatch.setattr(looking, "look_for", look)
    robot = drive().open()
    robot.later(minutes=1.1)
    robot.until(lambda: len(looks) == 1)
    for _minute in range(minutes - 2):
        robot.later(minutes=1)
    assert len(looks) == 1
    robot.later(minutes=2)
    robot.until(lambda: len(looks) == 2)
