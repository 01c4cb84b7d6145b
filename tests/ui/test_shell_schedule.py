"""What the window does by itself: asking sources, trying replies again, saving the time."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.app import accounts, judge, listen, queries, review, send, write
from calmreply.app.storage import Account
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.outbox import AttemptBegan, State
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError
from calmreply.testing.channels import KILLED_AFTER, NOT_LEFT, Killed, Step
from calmreply.testing.store import MemoryStore
from calmreply.ui.shell.schedule import needs_somebody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.conftest import Desk, Drive
    from tests.ui.robot import Robot

    from calmreply.app.storage import WriteTransaction
    from calmreply.domain.mention import CaseId

BLOG = "https://blog.example/feed"
NEWS = "https://news.example/feed"


class FullDisk(MemoryStore):
    """A store that cannot be written while `full` is set."""

    full = False

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        if self.full:
            raise KnownError("disk_full", "The disk is full.", "Make room; nothing is lost.")
        with super().write() as tx:
            yield tx


def test_sources_are_asked_when_they_are_due(desk: Desk, robot: Robot) -> None:
    desk.feed(BLOG, [desk.entry("Robin", "First.")])
    desk.sites.asked.clear()
    robot.open()
    assert desk.sites.asked == [BLOG], "at the start, because it never was"
    assert robot.inbox.names() == ["Robin"]
    assert robot.status("state") == "Listening to 1 source"
    assert robot.rail.rows()["Listening"] == 1
    assert robot.status("checks") == "Last check 09:00, next 09:05"
    desk.serve(BLOG, [desk.entry("Robin", "First."), desk.entry("Lea", "Second.")])
    robot.later(minutes=4)
    assert desk.sites.asked == [BLOG]
    robot.later(minutes=2)
    assert desk.sites.asked == [BLOG, BLOG]
    assert robot.inbox.names() == ["Lea", "Robin"]
    assert robot.rail.rows()["New"] == 2


def test_check_now_asks_all_but_those_that_asked_us_to_wait(desk: Desk, each_way: Robot) -> None:
    desk.feed(BLOG, [desk.entry("Robin", "First.")])
    desk.feed(NEWS, [])
    robot = each_way.open()
    desk.sites.asked.clear()
    desk.serve(NEWS, [desk.entry("Lea", "In the news.")])
    if robot.way == "key":
        robot.key("F5")
    else:
        robot.choose("tools", "Check now")
    assert sorted(desk.sites.asked) == [BLOG, NEWS]
    assert robot.status("said") == "1 new mention"
    robot.key("F5")
    assert robot.status("said") == "Nothing new"


def test_a_source_that_needs_somebody_is_counted(desk: Desk, robot: Robot) -> None:
    desk.feed(BLOG)
    desk.feed(NEWS)
    desk.sites.fails[BLOG] = KnownError("too_slow", "It took too long.", "It is tried again.")
    desk.sites.fails[NEWS] = KnownError("private_address", "It is at home.", "Allow it.")
    robot.open()
    assert robot.status("trouble") == "1 source needs you"
    for _time in range(3):
        robot.later(hours=2)
    assert robot.status("trouble") == "2 sources need you"
    assert all(needs_somebody(source) for source in listen.sources(desk.home))
    robot.press("status.trouble")
    assert robot.room == "listening"
    desk.sites.fails.clear()
    robot.later(hours=2)
    assert robot.status("trouble") == ""


def test_one_source_is_not_asked_twice_at_once(desk: Desk, robot: Robot) -> None:
    desk.feed(BLOG)
    desk.sites.asked.clear()
    go_on = threading.Event()
    desk.sites.during = lambda _cancelled: _wait(go_on)
    robot.program.show()
    robot.until(lambda: desk.sites.asked == [BLOG])
    robot.until(lambda: robot.status("checks") == "Checking…")
    robot.shell.schedule.check_now()
    robot.shell.schedule.ask()
    robot.until(lambda: robot.program.runner.busy == 1)
    go_on.set()
    robot.settle()
    assert desk.sites.asked == [BLOG]


def test_closing_while_a_site_is_slow_does_not_wait_for_it(desk: Desk, robot: Robot) -> None:
    """The download is asked to stop, and stops at its next step."""
    desk.feed(BLOG)
    stopped = threading.Event()

    def slowly(cancelled: Callable[[], bool] | None) -> None:
        assert cancelled is not None
        while not cancelled():
            threading.Event().wait(0.01)
        stopped.set()

    desk.sites.asked.clear()
    desk.sites.during = slowly
    robot.program.show()
    robot.until(lambda: desk.sites.asked == [BLOG])
    robot.program.quit()
    assert stopped.is_set()
    assert robot.opener.closed == 1
    assert listen.sources(desk.home)[0].state.failures == 0, "being stopped is no failure"


def test_a_full_disk_is_said_once_and_taken_back(desk: Desk, drive: Drive) -> None:
    store = FullDisk()
    desk.store = store
    desk.__post_init__()
    robot = drive().open()
    store.full = True
    robot.later(minutes=1.1)
    assert robot.notice() == "The disk is full. Make room; nothing is lost."
    robot.frame.notice.clear()
    robot.later(minutes=1.1)
    assert robot.notice() == "", "closed is closed"
    store.full = False
    robot.later(minutes=1.1)
    assert robot.notice() == ""


def test_the_time_of_this_boot_is_saved_every_minute(desk: Desk, robot: Robot) -> None:
    robot.open()
    robot.later(minutes=61)
    with desk.home.store.read() as tx:
        (boot,) = tx.boots()
    assert boot.last == pytest.approx(60 + 61 * 60)


def test_what_was_under_way_when_the_program_ended_needs_somebody(desk: Desk, drive: Drive) -> None:
    """A crash between the claim and the answer: never sent again blindly, but asked about."""
    case = _chosen(desk, KILLED_AFTER)
    delivered = len(desk.channel.attempts)
    desk.restart()
    robot = drive().open()
    robot.later(minutes=30)
    assert robot.rail.rows()["Needs you"] == 1
    assert len(desk.channel.attempts) == delivered
    assert queries.overview(desk.home).states[case].entry is State.UNSURE


def test_a_reply_that_may_be_tried_again_is(desk: Desk, robot: Robot) -> None:
    case = _chosen(desk, NOT_LEFT)
    assert queries.overview(desk.home).states[case].entry is State.WAITING
    robot.open()
    for _minute in range(30):
        robot.later(minutes=1)
    assert len(desk.channel.delivered) == 1
    assert queries.overview(desk.home).states[case].entry is State.SENT
    assert robot.rail.rows()["Follow up"] == 1


def _chosen(desk: Desk, step: Step) -> CaseId:
    """A case whose reply somebody has sent, with this outcome."""
    home = desk.home
    ana, tom = desk.person("Ana"), desk.person("Tom")
    accounts.save(home, None, Account("mail-1", desk.channel.kind, {}))
    case = desk.said("Marta", stars=1)
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.CALM)
    judge.judge(
        home, ana, case, kind=Kind.COMPLAINT, verdict=Verdict.GENUINE, evidence="Order 8817"
    )
    words: Any = _words(desk, case)
    write.revise(home, ana, case, words)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    desk.clock.advance(minutes=30)
    send.look(home, ana, case, Choice.SEND)
    desk.channel.will(step)
    with suppress(Killed):
        send.send(home, ana, case)
    return case


def _words(desk: Desk, case: CaseId) -> object:
    from calmreply.app import facts  # noqa: PLC0415 - only here

    with desk.home.store.read() as tx:
        known, accounts = facts.load(desk.home, tx, case), tx.accounts()
    return write.words_like(
        desk.home,
        known.facts,
        accounts,
        text="Dear Marta, thank you. I am sorry.",
        channel=desk.channel.kind,
        target="marta@customers.example",
    )


def _wait(event: threading.Event) -> None:
    assert event.wait(10)


def test_an_attempt_is_written_down_before_it_leaves(desk: Desk) -> None:
    """What the tests above rest on: a crash leaves a beginning without an end."""
    case = _chosen(desk, KILLED_AFTER)
    events = [one.fact for one in queries.timeline(desk.home, case)]
    assert isinstance(events[-1], AttemptBegan)
