"""What the window does by itself: asking sources, trying replies again, saving the time."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import pytest
from tests.ui.conftest import PASSPHRASE, FakeSites
from tests.ui.patience import PATIENCE

from calmreply.app import queries
from calmreply.app.cases import judge
from calmreply.app.listening import listen
from calmreply.app.listening.polling import needs_somebody
from calmreply.app.listening.rhythm import threads
from calmreply.app.persons import people
from calmreply.app.ports.listeners import Place, Round
from calmreply.app.ports.storage import Account, Source
from calmreply.app.reviewing import review
from calmreply.app.sending import accounts, send, write
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.mention import Heard, Origin, SourceId
from calmreply.domain.outbox import AttemptBegan, State
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError
from calmreply.testing.channels import KILLED_AFTER, NOT_LEFT, Killed, Step
from calmreply.testing.store import MemoryStore
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.pool import Pool
from calmreply.ui.shell.schedule import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.conftest import Desk, Drive
    from tests.ui.robot import Robot

    from calmreply.app.ports.storage import WriteTransaction
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
    assert robot.status("checks") in {f"Last check 09:00, next 09:0{n}" for n in (4, 5)}
    desk.serve(BLOG, [desk.entry("Robin", "First."), desk.entry("Lea", "Second.")])
    robot.later(minutes=4)
    assert desk.sites.asked == [BLOG], "its turn has not come"
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
    assert robot.status("trouble") == "A blog needs you"
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


@dataclass
class SlowSites(FakeSites):
    """Hosts that begin with `slow` hang until `go_on`; `most` is how many rounds of one there were
    at the same time, `done` who was answered.
    """

    go_on: threading.Event = field(default_factory=threading.Event)
    most: int = 0
    done: set[str] = field(default_factory=set)
    now: list[str] = field(default_factory=list)

    def get(self, address: str, **asked: Any) -> Any:
        host = urlsplit(address).hostname or ""
        if host.startswith("slow"):
            self.now.append(host)
            self.most = max(self.most, self.now.count(host))
            assert self.go_on.wait(PATIENCE / 1000)
            self.now.remove(host)
        self.done.add(address)
        return super().get(address, **asked)


@pytest.fixture
def slow(desk: Desk) -> SlowSites:
    desk.sites = SlowSites()
    desk.__post_init__()
    desk.sites.go_on.set()
    return desk.sites


def test_many_sources_of_one_slow_host_hold_up_nobody(
    desk: Desk, slow: SlowSites, drive: Drive
) -> None:
    good = {f"https://good{number}.example/feed" for number in range(12)}
    for number in range(20):
        desk.feed(f"https://slow.example/{number}")
    for one in good:
        desk.feed(one)
    slow.go_on.clear()
    slow.done.clear()
    robot = drive()
    robot.program.show()
    robot.until(lambda: slow.done == good)
    slow.go_on.set()
    robot.settle()
    assert len(slow.done) == 32
    assert slow.most == 1


def test_slow_sites_do_not_hold_up_a_reply(desk: Desk, slow: SlowSites, drive: Drive) -> None:
    _chosen(desk, NOT_LEFT)
    for number in range(20):
        desk.feed(f"https://slow{number}.example/feed")
    slow.go_on.clear()
    robot = drive()
    robot.program.show()
    robot.until(lambda: len(slow.now) == AT_ONCE)
    desk.clock.advance(minutes=30)
    robot.shell.pulse.beat()
    robot.until(lambda: desk.channel.delivered)
    assert len(slow.now) >= AT_ONCE, "all of them hang still"
    network = robot.program._executors["net"]
    assert isinstance(network, Pool)
    assert network.most > threads(AT_ONCE)
    slow.go_on.set()


def test_offline_is_nobodys_trouble_and_soon_over(desk: Desk, robot: Robot) -> None:
    places = [f"https://site{number}.example/feed" for number in range(5)]
    for one in places:
        desk.feed(one, [])
    robot.open()
    assert robot.status("state") == "Listening to 5 sources"
    gone = KnownError("cannot_connect", "It does not answer.", "Check the connection.")
    desk.sites.fails.update(dict.fromkeys(places, gone))
    for _half in range(240):
        robot.later(seconds=30)
    assert robot.status("trouble") == ""
    assert robot.status("state") == "No connection: listening goes on by itself"
    desk.sites.asked.clear()
    for _half in range(20):
        robot.later(seconds=30)
    assert len(desk.sites.asked) == 20
    for one in places:
        desk.serve(one, [desk.entry("Robin", f"At {one}")])
    desk.sites.fails.clear()
    robot.later(seconds=30)
    assert len(robot.inbox.names()) == 5, "as soon as one answers all are asked"
    assert robot.status("state") == "Listening to 5 sources"


def test_with_one_source_offline_is_nobodys_trouble_either(desk: Desk, robot: Robot) -> None:
    desk.feed(BLOG, [])
    robot.open()
    desk.sites.fails[BLOG] = KnownError("no_such_host", "There is no such site.", "Check it.")
    for _half in range(240):
        robot.later(seconds=30)
    assert robot.status("trouble") == ""
    assert robot.status("state") == "No connection: listening goes on by itself"


@dataclass
class Box:
    """A mailbox that says when something arrives: `rings`, or as `trouble` and `hangs_up` say."""

    bell: threading.Event = field(default_factory=threading.Event)
    heard: list[Heard] = field(default_factory=list)
    cursors: list[str] = field(default_factory=list)
    trouble: KnownError | None = None
    hangs_up: bool = False
    now: int = 0
    kind: str = "box"
    title: str = "A mailbox"
    fields: tuple[()] = ()
    place_fields: tuple[()] = ()
    needs_account: bool = False

    def sign_in(self, *_asked: object) -> None: ...

    def what(self, _said: object) -> str:
        return "INBOX"

    def listen(self, *_asked: object) -> Round:
        return Round("A mailbox", tuple(self.heard), str(len(self.heard)))

    def wait(self, _place: Place, _seconds: float, cancelled: Any, cursor: str = "") -> bool:
        self.cursors.append(cursor)
        if self.trouble is not None:
            raise self.trouble
        self.now += 1
        try:
            while not cancelled() and not self.hangs_up and not self.bell.wait(0.01):
                pass
            if cancelled():  # as the real one ends, which is in the middle of a read
                raise KnownError("cancelled", "It was stopped.", "It goes on.")
            return self.bell.is_set()
        finally:
            self.now -= 1
            self.bell.clear()

    def rings(self, text: str) -> None:
        self.heard.append(Heard(text, "Robin", text, Origin.FEED))
        self.bell.set()


@pytest.fixture
def box(desk: Desk) -> Box:
    found: Any = Box()
    desk.home = replace(desk.home, listeners={"box": found})
    with desk.home.store.write() as tx:
        tx.add_source(Source(SourceId(""), "box", "box:/INBOX", "A mailbox"))
    return cast("Box", found)


def test_what_says_that_something_arrived_is_asked_at_once(
    desk: Desk, box: Box, drive: Drive
) -> None:
    robot = drive().open()
    robot.later(seconds=30)
    robot.until(lambda: box.now == 1)
    box.rings("First.")
    robot.until(lambda: robot.inbox.names() == ["Robin"])
    robot.settle()
    robot.later(seconds=30)
    robot.until(lambda: box.now == 1)
    assert box.cursors == ["0", "1"], "it waits from where the last round ended"
    assert len(listen.sources(desk.home)) == 1
    robot.program.quit()
    assert box.now == 0, "ended with the window"


def test_who_rings_all_the_time_does_not_keep_us_running(box: Box, drive: Drive) -> None:
    robot = drive().open()
    for _second in range(60):
        robot.later(seconds=1)
        box.bell.set()
        robot.settle()
    assert len(box.cursors) <= 3


def test_where_nobody_can_wait_is_asked_in_its_turn(desk: Desk, box: Box, drive: Drive) -> None:
    box.trouble = KnownError("no_idle", "It does not tell.", "Nothing to do.")
    robot = drive().open()
    for _half in range(60):
        robot.later(seconds=30)
    assert len(box.cursors) == 1
    (source,) = listen.sources(desk.home)
    assert source.state.trouble == ""
    assert robot.status("trouble") == ""
    box.trouble = None
    desk.clock.sleep(hours=1)
    robot.later(seconds=30)
    robot.later(seconds=30)
    robot.until(lambda: box.now == 1)


def test_who_hangs_up_at_once_is_not_called_again_and_again(box: Box, drive: Drive) -> None:
    box.hangs_up = True
    robot = drive().open()
    robot.later(seconds=30)
    robot.until(lambda: robot.shell.schedule._waits._rests)
    for _half in range(18):
        robot.later(seconds=30)
    assert len(box.cursors) == 1
    for _half in range(4):
        robot.later(seconds=30)
    robot.until(lambda: len(box.cursors) == 2)


def test_after_a_sleep_nobody_trusts_the_old_connection(desk: Desk, box: Box, drive: Drive) -> None:
    robot = drive().open()
    robot.later(seconds=30)
    robot.until(lambda: box.now == 1)
    desk.clock.sleep(hours=7)
    robot.later(seconds=30)
    robot.until(lambda: box.now == 0)
    robot.later(seconds=30)
    robot.until(lambda: len(box.cursors) == 2)


def test_a_source_that_was_removed_is_not_waited_at(desk: Desk, box: Box, drive: Drive) -> None:
    robot = drive().open()
    robot.later(seconds=30)
    robot.until(lambda: box.now == 1)
    listen.remove_source(desk.home, listen.sources(desk.home)[0].id)
    robot.later(seconds=30)
    robot.until(lambda: box.now == 0)


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


class _Mailbox:
    """Full, and with nothing to listen to."""

    kind, title, fields = "imap", "Mailbox", ()
    asked = 0

    def is_mailbox_of(self, account: Account, sender: Account) -> bool:
        return (account.kind, sender.kind) == ("imap", "mail")

    def keep_copy(self, *_given: Any) -> None:
        self.asked += 1
        raise KnownError("too_much", "The mailbox is full.", "Make room.")


def test_sent_is_said_without_the_copy_and_then_why_there_is_none(desk: Desk, drive: Drive) -> None:
    box = _Mailbox()
    desk.home = replace(desk.home, listeners=cast("Any", {"imap": box}))
    case = _ready(desk)
    accounts.save(desk.home, None, Account("box", "imap", {}))
    robot = drive().open()
    robot.desk.sign_in(people.unlock(robot.home, "Ana", PASSPHRASE))
    robot.desk.open_case(case)
    robot.settle()
    robot.press("case.send")
    assert queries.overview(desk.home).states[case].entry is State.SENT
    assert box.asked == 0, "nobody waits for it"
    robot.later(minutes=1)
    robot.settle()
    assert box.asked == 1
    words = [one.text() for one in robot.find("case.sending").findChildren(PlainLabel)]
    assert any("could not be filed: The mailbox is full. Make room." in one for one in words)
    robot.later(minutes=30)
    assert box.asked == 2, "it is tried again, a few times"
    robot.finish()


def _sent_by(robot: Robot, case: CaseId, *, when_connected: bool = False) -> None:
    """Ana presses Send in the window; there is no connection."""
    robot.opener.home.channels["mail"].will(NOT_LEFT)  # type: ignore[attr-defined]  # scripted
    robot.open().desk.sign_in(people.unlock(robot.home, "Ana", PASSPHRASE))
    robot.desk.open_case(case)
    robot.settle()
    if when_connected:
        robot.press("case.when_connected")
    robot.press("case.send")


def test_after_a_restart_nothing_leaves_without_a_persons_word(desk: Desk, drive: Drive) -> None:
    case = _ready(desk)
    robot = drive()
    _sent_by(robot, case)
    assert queries.overview(desk.home).states[case].entry is State.WAITING
    robot.finish()
    desk.restart()
    robot = drive().open()
    assert robot.status("said") == "A reply was not sent: still send it?"
    for _quarter in range(100):
        robot.later(minutes=15)
    assert len(desk.channel.attempts) == 1
    robot.finish()
    desk.restart()
    robot = drive().open()
    robot.press("status.said")
    assert robot.find("case.sending").findChildren(PlainLabel)[1].text() == "Still send this?"
    assert not robot.find("case.sending.still").isEnabled(), "the look at it has grown old"
    robot.press("case.sending.stop")
    robot.sign_in(PASSPHRASE, "Ana")
    robot.settle()
    robot.finish()
    desk.restart()
    assert drive().open().status("said") == ""
    assert not desk.channel.delivered


def test_after_a_restart_one_word_sends_it_once(desk: Desk, drive: Drive) -> None:
    case = _ready(desk)
    robot = drive()
    _sent_by(robot, case)
    robot.finish()
    desk.restart()
    robot = drive().open()
    robot.press("status.said")
    robot.press("case.sending.still")
    robot.sign_in(PASSPHRASE, "Ana")
    robot.until(lambda: desk.channel.delivered)
    robot.settle()
    for _minute in range(30):
        robot.later(minutes=1)
    assert len(desk.channel.delivered) == 1
    assert queries.overview(desk.home).states[case].entry is State.SENT


def test_what_was_to_go_when_connected_goes_after_a_restart(desk: Desk, drive: Drive) -> None:
    case = _ready(desk)
    robot = drive()
    _sent_by(robot, case, when_connected=True)
    robot.finish()
    desk.restart()
    robot = drive().open()
    assert robot.status("said") == "", "nobody has to say anything"
    for _minute in range(5):
        robot.later(minutes=1)
    assert len(desk.channel.delivered) == 1
    assert queries.overview(desk.home).states[case].entry is State.SENT


@pytest.mark.parametrize("when_connected", [False, True])
def test_what_may_have_arrived_is_never_sent_again_by_itself(
    desk: Desk, drive: Drive, *, when_connected: bool
) -> None:
    case = _ready(desk)
    desk.channel.will(KILLED_AFTER)
    with suppress(Killed):
        send.send(
            desk.home,
            people.unlock(desk.home, "Ana", PASSPHRASE),
            case,
            when_connected=when_connected,
        )
    desk.restart()
    robot = drive().open()
    for _hour in range(30):
        robot.later(hours=1)
    assert robot.rail.rows()["Needs you"] == 1
    assert len(desk.channel.attempts) == 1


def test_only_what_leaves_by_itself_can_wait_for_a_connection(desk: Desk, robot: Robot) -> None:
    by_mail, by_hand = _ready(desk), _ready(desk, "hand")
    send.look(desk.home, people.unlock(desk.home, "Ana", PASSPHRASE), by_mail, Choice.SEND)
    robot.open()
    robot.desk.open_case(by_mail)
    robot.settle()
    tick, button = robot.find("case.when_connected"), robot.find("case.send")
    assert tick.text() == "If there is no connection, send it as soon as there is one"
    assert not tick.isChecked()
    assert tick.parentWidget() is button.parentWidget()
    assert 0 < button.y() - tick.geometry().bottom() < 20
    robot.desk.open_case(by_hand)
    robot.settle()
    assert robot.find("case.send").isEnabled()
    assert not robot.there("case.when_connected")


def _chosen(desk: Desk, step: Step) -> CaseId:
    """A case whose reply somebody has sent, with this outcome."""
    case = _ready(desk)
    desk.channel.will(step)
    with suppress(Killed):
        send.send(desk.home, people.unlock(desk.home, "Ana", PASSPHRASE), case)
    return case


def _ready(desk: Desk, channel: str = "") -> CaseId:
    """A case whose reply may go by mail, or another channel."""
    home = desk.home
    if not people.everybody(home):
        desk.person("Ana")
        desk.person("Tom")
    ana, tom = (people.unlock(home, name, PASSPHRASE) for name in ("Ana", "Tom"))
    accounts.save(home, None, Account("mail-1", desk.channel.kind, {}))
    case = desk.said("Marta", stars=1, url=f"https://reviews.example/{channel}")
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.CALM)
    judge.judge(
        home, ana, case, kind=Kind.COMPLAINT, verdict=Verdict.GENUINE, evidence="Order 8817"
    )
    words: Any = _words(desk, case, channel or desk.channel.kind)
    write.revise(home, ana, case, words)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    desk.clock.advance(minutes=30)
    send.look(home, ana, case, Choice.SEND)
    return case


def _words(desk: Desk, case: CaseId, channel: str) -> object:
    from calmreply.app import facts  # noqa: PLC0415 - only here

    with desk.home.store.read() as tx:
        known, accounts = facts.load(desk.home, tx, case), tx.accounts()
    return write.words_like(
        desk.home,
        known.facts,
        accounts,
        text="Dear Marta, thank you. I am sorry.",
        channel=channel,
        target="marta@customers.example" if channel == desk.channel.kind else None,
    )


def _wait(event: threading.Event) -> None:
    assert event.wait(PATIENCE / 1000)


def test_an_attempt_is_written_down_before_it_leaves(desk: Desk) -> None:
    """What the tests above rest on: a crash leaves a beginning without an end."""
    case = _chosen(desk, KILLED_AFTER)
    events = [one.fact for one in queries.timeline(desk.home, case)]
    assert isinstance(events[-1], AttemptBegan)
