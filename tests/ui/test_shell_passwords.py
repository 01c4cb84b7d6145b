"""The line at the bottom while the passwords are locked, and what is asked as soon as they open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.secrets import MemorySecrets
from calmreply.adapters.vault import SealedSecrets
from calmreply.app.listening import listen
from calmreply.app.listening.polling import needs_somebody
from calmreply.app.persons import lockbox
from calmreply.app.ports.listeners import Round
from calmreply.app.sending import accounts
from calmreply.errors import KnownError
from calmreply.testing.listeners import ScriptedListener
from calmreply.ui.listening.states import told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.conftest import Desk, Drive
    from tests.ui.robot import Robot

WORDS = "seven quiet loaves rise"
REFUSED = KnownError("sign_in_again", "The password is no longer right.", "Sign in again.")


@pytest.fixture
def box() -> ScriptedListener:
    return ScriptedListener()


def start(desk: Desk, folder: Path, box: ScriptedListener) -> None:
    """As after a start of the program, on a computer without a keyring."""
    file = folder / "secrets" / "passwords.sealed"
    secrets = SealedSecrets(MemorySecrets(), file, SystemEntropy())
    desk.home = replace(desk.home, secrets=secrets, listeners={"box": box})


def listened(desk: Desk, box: ScriptedListener) -> str:
    """Two places that were read well just now, and are not asked for an hour; their account."""
    account, _changes = accounts.add(desk.home, None, "box", {"host": "mail.example"}, "hunter-two")
    for folder in ("INBOX", "Reviews"):
        listen.add_place(desk.home, "box", {"folder": folder})
    for source in listen.sources(desk.home):
        listen.poll(desk.home, source)
        state = next(one for one in listen.sources(desk.home) if one.id == source.id).state
        with desk.home.store.write() as tx:
            later = desk.clock.wall + timedelta(hours=1)
            tx.save_poll(source.id, folder_of(source.address), replace(state, next_at=later))
    box.asked.clear()
    return account.id


def folder_of(address: str) -> str:
    return address.rpartition("/")[2]


def tone(robot: Robot) -> str:
    return robot.frame.status.sign._tone


def test_locked_passwords_show_at_once_and_opening_them_asks_at_once(
    desk: Desk, drive: Drive, tmp_path: Path, box: ScriptedListener
) -> None:
    start(desk, tmp_path, box)
    lockbox.use(desk.home, WORDS)
    listened(desk, box)
    start(desk, tmp_path, box)
    robot = drive().open()
    assert box.asked == [], "it is not their turn"
    assert robot.status("state") == "Listening to 2 sources: none could be read"
    assert tone(robot) == "amber"
    assert robot.status("trouble") == "2 sources need you"
    robot.desk.write(lambda home: lockbox.use(home, WORDS))
    robot.settle()
    assert sorted(place.what for place, _cursor in box.asked) == ["INBOX", "Reviews"]
    assert robot.status("state") == "Listening to 2 sources"
    assert (tone(robot), robot.status("trouble")) == ("green", "")


def test_an_account_that_is_put_right_is_asked_at_once(
    desk: Desk, drive: Drive, box: ScriptedListener
) -> None:
    desk.home = replace(desk.home, listeners={"box": box})
    account = listened(desk, box)
    robot = drive().open()
    assert robot.status("state") == "Listening to 2 sources"
    box.will(REFUSED, REFUSED)
    robot.key("F5")
    assert robot.status("trouble") == "2 sources need you"
    box.asked.clear()
    values = {"host": "mail.example"}
    robot.desk.write(lambda home: accounts.change(home, None, account, values, "hunter-three"))
    robot.settle()
    assert sorted(place.secret or "" for place, _cursor in box.asked) == ["hunter-three"] * 2
    assert (tone(robot), robot.status("trouble")) == ("green", "")


def test_meanwhile_its_row_says_that_it_is_being_asked(
    desk: Desk, tmp_path: Path, box: ScriptedListener
) -> None:
    start(desk, tmp_path, box)
    lockbox.use(desk.home, WORDS)
    listened(desk, box)
    box.will(Round("INBOX", (), "c1"))
    start(desk, tmp_path, box)
    listen.poll(desk.home, listen.sources(desk.home)[0])
    assert stands(desk) == "Needs you: locked passwords"
    lockbox.use(desk.home, WORDS)
    assert stands(desk) == "Checking…"
    listen.poll(desk.home, listen.sources(desk.home)[0])
    assert stands(desk) == "Listening"


def stands(desk: Desk) -> str:
    source = listen.sources(desk.home)[0]
    needs = needs_somebody(source)
    return told(source, desk.clock.wall, "UTC", needs_somebody=needs).words
