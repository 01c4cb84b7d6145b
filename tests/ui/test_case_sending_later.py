"""What stands in the case while a site wants to be left alone, and when a copy is not filed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.ui.case_robot import Bench, CaseRobot

from calmreply.app.ports.channels import SendResult
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts, filing
from calmreply.domain.outbox import Outcome
from calmreply.errors import KnownError
from calmreply.testing.channels import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.theme import Theme

    OnPage = Callable[[CaseId], CaseRobot]

BUSY = Step(SendResult(Outcome.TRY_LATER, "It is busy.", wait=timedelta(hours=1)))


class Box:
    """The sender's mailbox; full until a test says otherwise."""

    kind, title, fields, place_fields = "imap", "Mailbox", (), ()
    full = True

    def is_mailbox_of(self, account: Account, sender: Account) -> bool:
        return (account.kind, sender.kind) == ("imap", "mail")

    def keep_copy(self, *_given: Any) -> None:
        if self.full:
            raise KnownError("too_much", "The mailbox is full.", "Make room.")


@pytest.fixture
def bench() -> Bench:
    found = Bench()
    found.account()
    return found


@pytest.fixture
def on_page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[OnPage]:
    assert worn is not None
    robots: list[CaseRobot] = []

    def show(case: CaseId) -> CaseRobot:
        robots.append(CaseRobot(qtbot, bench, who=bench.ana))
        return robots[-1].open(case)

    yield show
    for robot in robots:
        robot.finish()


def says(page: CaseRobot) -> tuple[str, str]:
    card = page.page.sending
    return card._state.text(), card._more.text()


def test_it_says_until_when_the_site_is_left_alone_and_that_it_goes_then(
    bench: Bench, on_page: OnPage
) -> None:
    bench.mail.will(BUSY)
    page = on_page(bench.ready(bench.letter()))
    page.press("case.send")
    wanted = "It is busy. The site asked us to wait until 14:55. It goes then by itself."
    assert says(page) == ("Not sent yet.", wanted)
    assert page.there("case.sending.stop")
    assert not page.there("case.sending.still")


def test_after_a_restart_send_it_now_is_heard_at_the_time(bench: Bench, on_page: OnPage) -> None:
    bench.mail.will(BUSY)
    case = bench.letter()
    bench.sent(case)
    bench.home = replace(bench.home, run="run-2")
    page = on_page(case)
    asked = "The site asked us to wait until 14:55."
    words, more = says(page)
    assert words == "Still send this?"
    assert more.endswith(f"It is busy. {asked}")
    page.press("case.sending.still")
    assert says(page) == ("Not sent yet.", f"It is busy. {asked} It goes then by itself.")
    assert len(bench.mail.attempts) == 1


def test_a_copy_that_is_not_filed_is_told_and_filed_again_by_one_press(
    bench: Bench, on_page: OnPage
) -> None:
    box = Box()
    bench.home = replace(bench.home, listeners=cast("Any", {"imap": box}))
    accounts.save(bench.home, None, Account("box", "imap", {}))
    case = bench.letter()
    entry = bench.sent(case).entry
    filing.file_copy(bench.home, case, entry)
    page = on_page(case)
    why = "The copy for the sent mail could not be filed: The mailbox is full. Make room."
    assert says(page)[1] == f"{why} It is filed again today\u00a014:00."
    assert not page.there("case.sending.file")
    for minutes in (5, 30, 120):
        bench.clock.advance(minutes=minutes)
        filing.file_copy(bench.home, case, entry)
    page.page.read_again()
    page.settle()
    assert says(page)[1] == why
    page.press("case.sending.file")
    assert says(page)[1] == why
    box.full = False
    page.press("case.sending.file")
    assert says(page)[1] == ""
    assert not page.there("case.sending.file")
