"""Closing the window: every word is kept first, and where one cannot be, nothing is lost unseen."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QSessionManager
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSystemTrayIcon
from tests.ui.case_robot import DISK_FULL, Obstinate
from tests.ui.conftest import PASSPHRASE, Desk
from tests.ui.patience import PATIENCE

from calmreply.app import facts
from calmreply.app.rules import settings
from calmreply.ui.shell.tray import Tray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.conftest import Drive
    from tests.ui.robot import Robot

    from calmreply.app.home import Actor
    from calmreply.app.ports.storage import WriteTransaction
    from calmreply.domain.mention import CaseId

SAYS = "Your words are not saved. The disk is full. Make room, then try again."


class Broken(Obstinate):
    """A store with a bug in it, while `bug` is set; its writers wait at the gate as well."""

    bug: Exception | None = None

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        self.gate.wait(PATIENCE / 1000)
        if self.bug is not None:
            raise self.bug
        with super().write() as tx:
            yield tx


@pytest.fixture
def store() -> Iterator[Broken]:
    made = Broken()
    yield made
    made.gate.set()


@pytest.fixture
def desk(store: Broken) -> Desk:
    return Desk(store=store)


@pytest.fixture
def ana(desk: Desk) -> Actor:
    return desk.person("Ana")


@pytest.fixture
def cases(desk: Desk) -> tuple[CaseId, CaseId]:
    return desk.said("Marta"), desk.said("Robin", "The tea was cold.")


@pytest.fixture
def robot(drive: Drive, ana: Actor, cases: tuple[CaseId, CaseId]) -> Robot:
    """A window with Ana in it, at Marta's case."""
    robot = drive().open()
    robot.desk.sign_in(ana)
    robot.desk.open_case(cases[0])
    robot.settle()
    return robot


def write(robot: Robot, words: str) -> None:
    edit = robot.find("case.editor")
    edit.setFocus()
    QTest.keyClicks(edit, words)


def kept(desk: Desk, case: CaseId) -> str:
    """What the store has of somebody's words: unfinished ones, or those of the last version."""
    with desk.store.read() as tx:
        drafts, known = tx.drafts(case), facts.load(desk.home, tx, case)
    texts = [one.words.text for one in known.facts.revisions] + [one.text for one in drafts]
    return texts[-1] if texts else ""


def closed(robot: Robot) -> None:
    robot.until(lambda: not robot.frame.isVisible())
    assert robot.opener.closed == 1


def refused(robot: Robot) -> None:
    """The window was to be closed, and stays with its reason."""
    robot.frame.close()
    robot.until(lambda: robot.there("leaving"))
    robot.settle()
    assert robot.frame.isVisible()
    assert robot.opener.closed == 0


def test_what_was_typed_a_moment_ago_is_kept_before_the_window_goes(
    desk: Desk, robot: Robot, cases: tuple[CaseId, CaseId]
) -> None:
    write(robot, "Dear Marta")
    assert kept(desk, cases[0]) == ""
    robot.frame.close()
    closed(robot)
    assert kept(desk, cases[0]) == "Dear Marta"


def test_words_that_cannot_be_kept_keep_the_window_until_they_can(
    desk: Desk, robot: Robot, store: Broken, cases: tuple[CaseId, CaseId]
) -> None:
    store.fails = DISK_FULL
    write(robot, "Dear Marta")
    refused(robot)
    assert robot.notice("leaving") == SAYS
    robot.until(lambda: robot.find("leaving.again").hasFocus())
    robot.press("leaving.again")
    assert robot.notice("leaving") == SAYS
    assert robot.opener.closed == 0
    robot.press("leaving.copy")
    assert QGuiApplication.clipboard().text() == "Dear Marta"
    assert robot.find("leaving.copy").text() == "Copied"
    store.fails = None
    robot.find("leaving.again").click()
    closed(robot)
    assert kept(desk, cases[0]) == "Dear Marta"


def test_somebody_may_rather_go_without_them(
    desk: Desk, robot: Robot, store: Broken, cases: tuple[CaseId, CaseId]
) -> None:
    store.fails = DISK_FULL
    write(robot, "Dear Marta")
    refused(robot)
    robot.find("leaving.without").click()
    closed(robot)
    assert kept(desk, cases[0]) == ""


def test_words_of_a_case_that_was_left_are_not_forgotten(
    desk: Desk, robot: Robot, store: Broken, cases: tuple[CaseId, CaseId]
) -> None:
    store.fails = DISK_FULL
    write(robot, "Dear Marta")
    robot.desk.open_case(cases[1])
    robot.settle()
    write(robot, "Dear Robin")
    robot.key("Ctrl+Q")
    robot.until(lambda: robot.there("leaving"))
    robot.press("leaving.copy")
    assert QGuiApplication.clipboard().text() == "Dear Robin\n\nDear Marta"
    store.fails = None
    robot.find("leaving.again").click()
    closed(robot)
    assert [kept(desk, case) for case in cases] == ["Dear Marta", "Dear Robin"]


def test_whoever_stays_and_writes_on_is_not_thrown_out(
    desk: Desk, robot: Robot, store: Broken, cases: tuple[CaseId, CaseId]
) -> None:
    store.fails = DISK_FULL
    write(robot, "Dear")
    refused(robot)
    store.fails = None
    write(robot, " Marta")
    robot.until(lambda: kept(desk, cases[0]) == "Dear Marta" and not robot.there("leaving"))
    robot.settle()
    assert robot.frame.isVisible()
    assert robot.opener.closed == 0
    store.fails = DISK_FULL
    write(robot, "!")
    refused(robot)
    robot.press("leaving.stay")
    assert not robot.there("leaving")
    refused(robot)
    robot.find("leaving.without").click()
    closed(robot)
    assert kept(desk, cases[0]) == "Dear Marta"


def test_a_store_that_takes_long_is_told_of_and_waited_for(
    desk: Desk, robot: Robot, store: Broken, cases: tuple[CaseId, CaseId]
) -> None:
    write(robot, "Dear Marta")
    store.gate.clear()
    robot.shell.leaving._slow.setInterval(1)
    robot.frame.close()
    robot.until(lambda: robot.there("leaving"))
    assert robot.notice("leaving").startswith("Your words are not saved yet.")
    store.gate.set()
    closed(robot)
    assert kept(desk, cases[0]) == "Dear Marta"


def test_an_error_of_ours_loses_no_words(
    desk: Desk,
    robot: Robot,
    store: Broken,
    cases: tuple[CaseId, CaseId],
    capsys: pytest.CaptureFixture[str],
) -> None:
    store.bug = ZeroDivisionError("a bug")
    write(robot, "Dear Marta")
    refused(robot)
    assert robot.notice("leaving").startswith("Your words are not saved.")
    assert robot.notice().startswith("Something went wrong in CalmReply itself.")
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err
    store.bug = None
    robot.find("leaving.again").click()
    closed(robot)
    assert kept(desk, cases[0]) == "Dear Marta"


def test_a_locked_key_does_not_hold_back_what_was_typed_before(
    desk: Desk, robot: Robot, store: Broken, cases: tuple[CaseId, CaseId]
) -> None:
    store.fails = DISK_FULL
    write(robot, "Dear Marta")
    robot.desk.lock()
    robot.settle()
    refused(robot)
    assert robot.notice("leaving") == SAYS
    store.fails = None
    robot.find("leaving.again").click()
    closed(robot)
    assert kept(desk, cases[0]) == "Dear Marta"


def test_words_that_nobody_signed_in_for_are_asked_about(
    desk: Desk, drive: Drive, ana: Actor, cases: tuple[CaseId, CaseId]
) -> None:
    robot = drive().open()
    robot.desk.open_case(cases[0])
    robot.settle()
    write(robot, "Dear Marta")
    refused(robot)
    assert robot.notice("leaving").startswith("Your words are not saved. Nobody is signed in")
    robot.press("leaving.again")
    robot.sign_in(PASSPHRASE)
    robot.until(lambda: kept(desk, cases[0]) == "Dear Marta")
    robot.settle()
    assert not robot.there("leaving")
    robot.frame.close()
    closed(robot)
    assert ana.person.name == "Ana"


def test_beside_the_clock_the_window_comes_forward_to_say_so(
    desk: Desk,
    robot: Robot,
    store: Broken,
    cases: tuple[CaseId, CaseId],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Tray, "is_there", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda _icon: None)
    monkeypatch.setattr(robot.shell.staying, "come_forward", robot.frame.show)
    robot.desk.write(lambda home: settings.change(home, None, {"in_tray": "yes"}))
    robot.settle()
    write(robot, "Dear")
    robot.frame.close()
    robot.until(lambda: not robot.frame.isVisible())
    assert robot.opener.closed == 0, "it goes on beside the clock"
    assert kept(desk, cases[0]) == "Dear"
    store.fails = DISK_FULL
    page = robot.shell.pages.current
    page.reply.edit.insertPlainText("My ")  # type: ignore[attr-defined]  # the case page
    robot.shell.staying.tray.quit_wanted.emit()
    robot.until(lambda: robot.there("leaving"))
    robot.press("leaving.stay")
    store.fails = None
    robot.frame.close()
    robot.until(lambda: not robot.frame.isVisible())
    assert robot.opener.closed == 0, "to stay takes back that it was to end"
    robot.shell.staying.tray.quit_wanted.emit()
    closed(robot)
    assert kept(desk, cases[0]) == "DearMy "


class Manager:
    """A session that is ended, and may be asked to wait."""

    def __init__(self, *, asks: bool = True) -> None:
        self.asks, self.cancelled = asks, False

    def allowsInteraction(self) -> bool:  # noqa: N802 - Qt's own name
        return self.asks

    def cancel(self) -> None:
        self.cancelled = True


@pytest.mark.parametrize("asks", [True, False])
def test_a_computer_that_is_shut_down_waits_where_it_can(
    robot: Robot, store: Broken, *, asks: bool
) -> None:
    calm = Manager()
    robot.program.end_session(cast("QSessionManager", calm))
    assert not calm.cancelled
    store.fails = DISK_FULL
    write(robot, "Dear Marta")
    robot.program.flush()
    robot.settle()
    manager = Manager(asks=asks)
    robot.program.end_session(cast("QSessionManager", manager))
    robot.settle()
    assert manager.cancelled is asks
    assert robot.there("leaving") is asks
    store.fails = None


def test_the_notice_can_be_used_in_a_small_window_by_keyboard(robot: Robot, store: Broken) -> None:
    robot.frame.resize(640, 480)
    store.fails = DISK_FULL
    write(robot, "Dear Marta")
    refused(robot)
    robot.until(lambda: robot.find("leaving.again").hasFocus())
    for name in ("leaving.copy", "leaving.without"):
        robot.key("Tab")
        assert robot.find(name).hasFocus()
        assert robot.find("leaving").rect().contains(robot.find(name).geometry())
    QTest.keyClick(robot.find("leaving.without"), Qt.Key.Key_Space)
    closed(robot)
