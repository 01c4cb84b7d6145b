"""Without a safe keyring: where a password goes is asked, and asked for once after each start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from tests.ui.dialog_robot import DialogRobot

from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.secrets import MemorySecrets
from calmreply.adapters.vault import SealedSecrets
from calmreply.app.listening import listen, polling, remedies
from calmreply.app.persons import lockbox
from calmreply.app.ports.lockbox import Standing
from calmreply.app.sending import accounts
from calmreply.app.sending.entries import secret_name
from calmreply.testing.listeners import ScriptedListener
from calmreply.ui.dialogs.add_source import AddSourceDialog
from calmreply.ui.kit.widgets import Notice
from calmreply.ui.listening.page import ListeningPage
from calmreply.ui.settings.page import SettingsPage
from calmreply.ui.shell.saying import Lacks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.ui.kit.theme import Theme

WORDS = "seven quiet loaves rise"


def start(desk: Desk, folder: Path) -> None:
    """As after a start of the program, on a computer without a keyring."""
    file = folder / "secrets" / "passwords.sealed"
    secrets = SealedSecrets(MemorySecrets(), file, SystemEntropy())
    desk.home = replace(desk.home, secrets=secrets, listeners={"box": ScriptedListener()})


@pytest.fixture
def robot(qtbot: QtBot, desk: Desk, worn: Theme, tmp_path: Path) -> Iterator[DialogRobot]:
    assert worn is not None
    start(desk, tmp_path)
    made = DialogRobot(qtbot, desk.home)
    yield made
    made.finish()


def fill(robot: DialogRobot) -> None:
    robot.room(SettingsPage)
    robot.press("accounts.add.box")
    robot.type("account.host", "mail.example")
    robot.type("account.password", "hunter-two")


def test_in_a_file_that_a_passphrase_opens(desk: Desk, robot: DialogRobot, tmp_path: Path) -> None:
    fill(robot)
    robot.type("account.passphrase", "short")
    robot.type("account.again", "short")
    robot.press("account.save")
    assert "it needs 12" in robot.error("account.passphrase")
    assert accounts.everything(desk.home) == ()
    robot.type("account.passphrase", WORDS)
    robot.type("account.again", WORDS.replace("quiet", "qiuet"))
    robot.press("account.save")
    assert robot.error("account.again") == "The two passphrases are not the same."
    assert robot.focus == "account.again"
    assert accounts.everything(desk.home) == (), "one slip would lock all passwords away"
    robot.type("account.again", WORDS)
    robot.press("account.save")
    (account,) = accounts.everything(desk.home)
    assert "this run only" not in robot.notice("accounts.notice")
    assert lockbox.standing(desk.home) is Standing.OPEN
    start(desk, tmp_path)
    lockbox.use(desk.home, WORDS)
    assert desk.home.secrets.get(secret_name(account.id)) == "hunter-two"


def test_a_file_that_is_there_is_opened_by_typing_it_once(
    desk: Desk, robot: DialogRobot, tmp_path: Path
) -> None:
    locked(desk, robot, tmp_path)
    fill(robot)
    assert not robot.there("account.again")
    robot.type("account.passphrase", WORDS)
    robot.press("account.save")
    assert len(accounts.everything(desk.home)) == 2


def test_only_until_it_is_closed(desk: Desk, robot: DialogRobot, tmp_path: Path) -> None:
    fill(robot)
    robot.press("account.for_now")
    assert not robot.there("account.passphrase")
    assert not robot.there("account.again")
    robot.press("account.save")
    (account,) = accounts.everything(desk.home)
    assert desk.home.secrets.get(secret_name(account.id)) == "hunter-two"
    assert "this run only" in robot.notice("accounts.notice")
    assert list(tmp_path.rglob("*.sealed")) == []


def locked(desk: Desk, robot: DialogRobot, folder: Path) -> None:
    """A source that is read by a password in the file; the program was started anew."""
    lockbox.use(desk.home, WORDS)
    accounts.add(desk.home, None, "box", {"host": "mail.example"}, "hunter-two")
    listen.add_place(desk.home, "box", {"folder": "INBOX"})
    start(desk, folder)
    robot.desk.home = desk.home


def test_what_waits_for_it_says_so_and_goes_on_once_it_is_open(
    desk: Desk, robot: DialogRobot, tmp_path: Path
) -> None:
    locked(desk, robot, tmp_path)
    (source,) = listen.sources(desk.home)
    polled = polling.poll(desk.home, source)
    assert polled.error is not None
    assert polled.error.code == lockbox.LOCKED
    (source,) = listen.sources(desk.home)
    assert polling.remedy(source) == remedies.OpenPasswords()
    robot.room(ListeningPage)
    robot.press(f"listening.act.{source.id}")
    robot.type("passwords.passphrase", "not that one here")
    robot.press("passwords.go")
    assert "do not open" in robot.error("passwords.passphrase")
    robot.type("passwords.passphrase", WORDS)
    robot.press("passwords.go")
    robot.settle()
    assert robot.dialogs() == []
    (source,) = listen.sources(desk.home)
    assert listen.is_due(source, desk.clock.wall)
    assert polling.poll(desk.home, source).error is None


class _Bare(QWidget):
    """What a window's frame has of it."""

    def __init__(self, _desk: object, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = Notice()
        self.notice.setObjectName("shell.notice")
        QVBoxLayout(self).addWidget(self.notice)


def test_at_the_start_a_notice_has_a_button_and_nothing_pops_up(
    desk: Desk, robot: DialogRobot, tmp_path: Path
) -> None:
    locked(desk, robot, tmp_path)
    frame: Any = robot.room(_Bare)
    Lacks(robot.desk, frame).look()
    robot.settle()
    assert "locked" in robot.notice("shell.notice")
    assert robot.dialogs() == []
    frame.notice._act()
    robot.settle()
    robot.type("passwords.passphrase", WORDS)
    robot.press("passwords.go")
    robot.settle()
    assert robot.notice("shell.notice") == ""


def test_on_the_way_to_a_source_the_passwords_open_and_it_is_tried(
    desk: Desk, robot: DialogRobot, tmp_path: Path
) -> None:
    locked(desk, robot, tmp_path)
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "Letter box")
    robot.type("source.folder", "Reviews")
    robot.press("source.go")
    assert "locked" in robot.notice("add_source.notice")
    robot.find("add_source.notice")._act()
    robot.settle()
    robot.type("passwords.passphrase", WORDS)
    robot.press("passwords.go")
    robot.settle()
    assert robot.notice("add_source.notice") == ""
    assert robot.text("source.go") == "Listen to it"
