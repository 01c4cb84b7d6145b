"""A team's home in the window: looked for, tried, opened, made, left; and one that is locked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from tests.ui.conftest import Desk, Drive
from tests.ui.patience import PATIENCE
from tests.ui.robot import Robot

from calmreply.app.ports.lockbox import Standing
from calmreply.app.teamwork import team_errors
from calmreply.app.teamwork.computer import Computer
from calmreply.app.teamwork.moving import Destination, Moved, Progress, Stage, Tell, WentBack
from calmreply.app.teamwork.team import Looked, TeamAddress
from calmreply.errors import KnownError
from calmreply.ui.shell.trouble import TroublePage
from calmreply.ui.team.window import TeamWindow

FOLDER = Path("/the/folder")
PLACE = TeamAddress("db.example", "shop", "till")


@dataclass
class FakeTeams:
    """`app.teamwork.team.Teams` over no server; notes what it was asked."""

    home: TeamAddress | None = None
    found_there: Looked | KnownError = field(default_factory=lambda: Looked(3))
    kept: Standing = Standing.NOT_NEEDED
    asked: list[object] = field(default_factory=list)
    slow: threading.Event | None = None

    def look(self, address: TeamAddress) -> Looked:
        self.asked.append(("look", address))
        if self.slow is not None:
            self.slow.wait(PATIENCE / 1000)
        if isinstance(self.found_there, KnownError):
            raise self.found_there
        return self.found_there

    def found(self, owner: TeamAddress, works_as: str, password: str = "") -> bool:
        self.asked.append(("found", owner, works_as, password))
        self.found_there = Looked(0)
        return True

    def at(self, folder: Path) -> TeamAddress | None:
        assert folder == FOLDER
        return self.home

    def demand_room(self, folder: Path, address: TeamAddress) -> None:
        assert folder == FOLDER
        if address.database == "another":
            raise team_errors.home_there()

    def standing(self, folder: Path) -> Standing:
        assert folder == FOLDER
        return self.kept

    def join(self, folder: Path, address: TeamAddress, passphrase: str | None = None) -> bool:
        self.asked.append(("join", folder, address, passphrase))
        return True

    def leave(self, folder: Path) -> None:
        self.asked.append(("leave", folder))

    def call(self, folder: Path, name: str) -> Computer:
        self.asked.append(("call", folder, name))
        return Computer("x", name)

    def unlock(self, folder: Path, passphrase: str) -> None:
        assert folder == FOLDER
        if passphrase != "seven quiet loaves rise":
            raise KnownError("wrong_passphrase", "It does not open.", "Type it again.")
        self.asked.append("unlocked")


@pytest.fixture
def teams() -> FakeTeams:
    return FakeTeams()


@pytest.fixture
def window(drive: Drive, teams: FakeTeams) -> Robot:
    return drive(teams=teams, folder=lambda: FOLDER)


@pytest.fixture(autouse=True)
def no_dialog_left(qapp: QApplication) -> Iterator[None]:
    yield
    for dialog in qapp.topLevelWidgets():
        if isinstance(dialog, TeamWindow):
            dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, 52)


def fill(window: Robot, **values: str) -> None:
    for name, value in {"host": "db.example", "database": "shop", "user": "till"}.items():
        window.find(f"team.{name}").setText(values.get(name, value))
    window.find("team.password").edit.setText("a password")


def open_form(window: Robot) -> None:
    """As at the first start, where a business has a database already."""
    window.open()
    window.desk.room_wanted.emit("welcome")
    window.settle()
    window.press("welcome.team")
    window.until(lambda: window.there("team.host"))


def said(window: Robot, name: str) -> str:
    return str(window.find("dialog.team").form.rows[name].error())


def test_from_the_first_start_to_the_team_s_home(window: Robot, teams: FakeTeams) -> None:
    open_form(window)
    fill(window)
    window.press("team.try")
    window.until(lambda: "3 people" in window.notice("team.notice"))
    address = replace(PLACE, password="a password")
    assert teams.asked == [("look", address)]
    assert address.proof == "verify-full"
    window.press("team.open")
    window.until(lambda: window.program.then is not None and window.opener.closed == 1)
    assert teams.asked[1:] == [("look", address)]
    again = window.program.then
    assert again is not None
    assert again.first is not None
    again.first(lambda _words: None)
    assert teams.asked[2:] == [("join", FOLDER, address, None)]


@pytest.mark.parametrize(
    ("error", "at"),
    [
        (team_errors.server_away("db.example"), "host"),
        (team_errors.server_refused("db.example", "till"), "password"),
        (team_errors.no_such_database("db.example", "shop"), "database"),
        (team_errors.server_not_trusted("db.example"), "certificates"),
    ],
)
def test_what_is_wrong_stands_where_it_is_wrong(
    window: Robot, teams: FakeTeams, error: KnownError, at: str
) -> None:
    open_form(window)
    teams.found_there = error
    fill(window)
    window.press("team.open")
    window.until(lambda: said(window, at) == str(error))
    assert window.program.then is None
    teams.found_there = Looked(1)
    window.press("team.try")
    window.until(lambda: "1 person" in window.notice("team.notice"))
    assert said(window, at) == ""


def test_nothing_is_asked_with_a_field_empty_or_a_home_in_the_way(
    window: Robot, teams: FakeTeams
) -> None:
    open_form(window)
    fill(window, database="")
    window.press("team.try")
    assert "database" in said(window, "database")
    fill(window, database="another")
    window.press("team.open")
    window.until(lambda: "own record" in window.notice("team.notice"))
    assert teams.asked == []
    assert window.program.then is None


@dataclass
class FakeMover:
    """`app.teamwork.moving.Mover` that says half way, and is there."""

    went: list[object] = field(default_factory=list)

    def to_server(
        self, folder: Path, to: Destination, tell: Tell, passphrase: str | None = None
    ) -> Moved:
        self.went.append((folder, to, passphrase))
        tell(Progress(Stage.COPYING, 5, 10))
        return Moved(10, 7, str(folder))

    def here(self, folder: Path, tell: Tell) -> Moved:
        raise NotImplementedError

    def go_back(self, folder: Path, *, lost: bool) -> WentBack:
        raise NotImplementedError

    def upgrade(self, owner: TeamAddress) -> tuple[int, int]:
        raise NotImplementedError


def test_a_home_that_was_worked_in_moves_there(drive: Drive, teams: FakeTeams) -> None:
    mover = FakeMover()
    window = drive(teams=teams, folder=lambda: FOLDER, mover=mover)
    open_form(window)
    fill(window, database="another")
    window.press("team.open")
    window.until(lambda: window.there("team.owner"))
    assert "can move there" in window.notice("team.notice")
    window.find("team.owner").setText("keeper")
    window.find("team.owner_password").edit.setText("the owner's")
    window.press("team.found")
    window.until(lambda: window.program.then is not None)
    again = window.program.then
    assert again is not None
    assert again.first is not None
    told: list[str] = []
    again.first(told.append)
    address = replace(PLACE, database="another", password="a password")
    owner = replace(address, user="keeper", password="the owner's")
    assert teams.asked == [("found", owner, "till", "a password")]
    assert mover.went == [(FOLDER, Destination(address, owner), None)]
    assert told == ["Copying: 5 of 10 rows"]


def test_what_comes_first_fails_and_the_home_opens_as_it_was(
    drive: Drive, teams: FakeTeams
) -> None:
    def fails(tell: Callable[[str], object]) -> None:
        tell("Copying: 1 of 2 rows")
        raise team_errors.server_away("db.example")

    window = drive(teams=teams, folder=lambda: FOLDER, first=fails).show()
    window.until(lambda: window.there("trouble.again"))
    assert window.opener.opened == 0
    window.press("trouble.again")
    window.until(lambda: window.program.shell is not None)
    assert window.opener.opened == 1


def test_a_server_that_does_not_answer_is_not_waited_for(window: Robot, teams: FakeTeams) -> None:
    teams.slow = threading.Event()
    open_form(window)
    fill(window)
    window.find("team.open").click()  # not pressed: that would wait for the end of it
    window.until(lambda: teams.asked)
    assert not window.find("team.open").isEnabled()
    window.find("team.leave").click()
    assert window.find("team.open").isEnabled()
    teams.slow.set()
    window.settle()
    assert window.program.then is None
    assert window.notice("team.notice") == ""
    window.press("team.leave")
    window.until(lambda: not window.there("team.host"))


def test_the_owner_makes_the_home_where_there_is_none(window: Robot, teams: FakeTeams) -> None:
    teams.found_there = team_errors.no_team_home("shop")
    open_form(window)
    fill(window)
    window.press("team.try")
    window.until(lambda: window.there("team.owner"))
    window.find("team.owner").setText("keeper")
    window.find("team.owner_password").edit.setText("the owner's")
    window.press("team.found")
    window.until(lambda: "is made" in window.notice("team.notice"))
    owner = replace(PLACE, user="keeper", password="the owner's")
    assert teams.asked[-1] == ("found", owner, "till", "a password")
    assert window.find("dialog.team").owner_password.is_empty()


def test_without_a_keyring_it_asks_where_the_password_goes(window: Robot, teams: FakeTeams) -> None:
    teams.kept = Standing.NONE
    open_form(window)
    window.until(lambda: window.there("account.passphrase"))
    fill(window)
    window.find("account.passphrase").edit.setText("seven quiet loaves rise")
    window.press("team.open")
    assert window.find("dialog.team").keeping.again_row.error() != "", "typed once"
    window.find("account.again").edit.setText("seven quiet loaves rise")
    window.press("team.open")
    window.until(lambda: window.program.then is not None)
    again = window.program.then
    assert again is not None
    assert again.first is not None
    again.first(lambda _words: None)
    assert teams.asked[-1] == (
        "join",
        FOLDER,
        replace(PLACE, password="a password"),
        "seven quiet loaves rise",
    )


def type_it(window: Robot, words: str) -> None:
    """Twice, where the file is made."""
    for name in ("account.passphrase", "account.again"):
        if window.there(name):
            window.find(name).edit.setText(words)


@pytest.mark.parametrize(
    ("kept", "typed", "said_of_it"),
    [
        (Standing.NONE, "", "This passphrase has 0 characters; it needs 12."),
        (Standing.NONE, "short", "This passphrase has 5 characters; it needs 12."),
        (Standing.CLOSED, "three other quiet words", "It does not open."),
    ],
    ids=["empty", "short", "another one"],
)
def test_a_passphrase_that_keeps_nothing_is_told_before_the_form_is_gone(
    window: Robot, teams: FakeTeams, kept: Standing, typed: str, said_of_it: str
) -> None:
    teams.kept = kept
    open_form(window)
    window.until(lambda: window.there("account.passphrase"))
    fill(window)
    type_it(window, typed)
    row = window.find("dialog.team").keeping.row
    window.press("team.open")
    window.until(lambda: row.error().startswith(said_of_it))
    assert window.program.then is None
    assert window.find("team.host").text() == "db.example"
    assert teams.asked == []

    type_it(window, "seven quiet loaves rise")
    window.press("team.open")
    window.until(lambda: window.program.then is not None)


def test_the_settings_say_where_it_lies_and_leave_it(
    desk: Desk, drive: Drive, teams: FakeTeams
) -> None:
    desk.home = replace(desk.home, team=PLACE)
    window = drive(teams=teams, folder=lambda: FOLDER).open()
    window.desk.room_wanted.emit("settings")
    window.until(lambda: window.there("team.card.leave"))
    window.press("team.card.leave")
    assert "empty home" in window.notice("team.card.notice")
    window.press("team.card.notice.act")
    window.until(lambda: window.program.then is not None)
    again = window.program.then
    assert again is not None
    assert again.first is not None
    again.first(lambda _words: None)
    assert teams.asked == [("leave", FOLDER)]


def test_a_computer_gets_the_name_that_the_others_read(
    desk: Desk, drive: Drive, teams: FakeTeams
) -> None:
    desk.home = replace(desk.home, team=PLACE, computer=Computer("x", "ws-17"))
    window = drive(teams=teams, folder=lambda: FOLDER).open()
    window.desk.room_wanted.emit("settings")
    window.until(lambda: window.there("team.card.name"))
    assert not window.find("team.card.call").isEnabled()
    window.type("team.card.name", "The office")
    window.find("team.card.call").click()
    window.until(lambda: window.program.then is not None)
    again = window.program.then
    assert again is not None
    assert again.first is not None
    again.first(lambda _words: None)
    assert teams.asked == [("call", FOLDER, "The office")]


def test_the_locked_password_is_opened_where_the_home_did_not_open(
    window: Robot, teams: FakeTeams
) -> None:
    teams.home = PLACE
    window.opener.fails = [team_errors.password_locked()]
    window.show()
    window.until(lambda: window.there("team.passphrase"))
    page = window.frame.pages.currentWidget()
    assert isinstance(page, TroublePage)
    window.find("team.passphrase").edit.setText("something else")
    window.press("team.unlock")
    window.until(lambda: "does not open" in page.team.row.error())
    window.find("team.passphrase").edit.setText("seven quiet loaves rise")
    window.press("team.unlock")
    window.until(lambda: window.program.shell is not None)
    assert teams.asked == ["unlocked"]


def test_another_connection_where_the_server_is_not_found(window: Robot, teams: FakeTeams) -> None:
    teams.home = PLACE
    window.opener.fails = [team_errors.server_away("db.example")]
    window.show()
    window.until(lambda: window.there("team.change"))
    assert not window.there("team.passphrase")
    window.press("team.change")
    window.until(lambda: window.there("team.host"))
    assert window.find("team.host").text() == "db.example"
    window.find("team.host").setText("db2.example")
    window.find("team.password").edit.setText("a password")
    window.press("team.open")
    window.until(lambda: window.program.then is not None)


def test_a_home_of_one_s_own_has_no_door(robot: Robot) -> None:
    robot.open()
    robot.desk.room_wanted.emit("settings")
    robot.settle()
    assert not robot.there("team.card.join")
