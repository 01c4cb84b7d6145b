"""The whole way in a real window, over a real server: join it, lose it while writing, have it back.

Nothing is faked but the keyring.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.storage.cluster import OWNER, PASSWORD, WORKER, Cluster
from tests.ui.robot import Robot

from calmreply.adapters import local_files
from calmreply.adapters.storage.sqlite.opening import FILE
from calmreply.app import facts
from calmreply.app.home import Home
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.proving import trust
from calmreply.bootstrap import OpenHome, Parts, Program
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId, Heard, Origin
from calmreply.testing.clock import FakeClock
from calmreply.testing.secrets import FakeSecrets
from calmreply.ui.kit import theme
from calmreply.ui.ways import Opened, Ways

PASSPHRASE = "seven quiet loaves rise"
SAYS = "The team's database does not answer."


@dataclass
class RealOpener:
    """What the window opens; remembers the home for the robot."""

    opening: Any
    seen: list[OpenHome] = field(default_factory=list)

    @property
    def home(self) -> Home:
        return self.seen[-1].home

    @contextmanager
    def __call__(self) -> Iterator[Opened]:
        opening: AbstractContextManager[OpenHome] = self.opening()
        with opening as opened:
            self.seen.append(opened)
            yield opened


@dataclass
class Office:
    """One computer."""

    qtbot: QtBot
    folder: Path
    program: Program
    robots: list[Robot] = field(default_factory=list)

    def window(self, then: Ways | None = None) -> Robot:
        opener: Any = RealOpener(lambda: self.program.open_home(self.folder))
        ways: dict[str, Any] = {"teams": self.program.teams, "mover": self.program.mover}
        ways |= {"folder": lambda: self.folder, "first": then.first if then else None}
        self.robots.append(Robot(self.qtbot, opener, FakeClock(), "mouse", **ways))
        return self.robots[-1].open()


@pytest.fixture
def office(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    if not qapp.property("calmreply_theme"):
        theme.install(qapp)
    made = Office(qtbot, tmp_path / "office", Program(Parts(secrets=FakeSecrets())))
    yield made
    for robot in made.robots:
        robot.finish()


def joined(office: Office, cluster: Cluster, database: str) -> Robot:
    """From a folder of one's own into the team's home, by hand."""
    first = office.window()
    assert (office.folder / FILE).exists()
    first.desk.room_wanted.emit("welcome")
    first.settle()
    first.press("welcome.team")
    fill(first, cluster, database)
    first.find("team.password").edit.setText("wrong")
    first.press("team.try")
    form = first.find("dialog.team").form
    assert "cannot prove" in form.rows["certificates"].error()
    first.find("team.sslmode").choose("disable")
    first.press("team.try")
    assert "does not let" in form.rows["password"].error()
    first.find("team.password").edit.setText(PASSWORD)
    first.press("team.open")
    first.until(lambda: first.program.then is not None)
    then = first.program.then
    first.finish()
    return office.window(then)


def fill(robot: Robot, cluster: Cluster, database: str) -> None:
    for name, value in (("host", "127.0.0.1"), ("database", database), ("user", WORKER)):
        robot.find(f"team.{name}").setText(value)
    robot.find("team.port").setValue(cluster.port)


def somebody_writes(robot: Robot) -> CaseId:
    home = robot.home
    people.enrol(home, NewPerson("Ana"), PASSPHRASE)
    heard = Heard("", "Marta", "The bread was stale.", Origin.PASTE)
    _mention, case, _changes = listen.add_mention(home, heard)
    robot.desk.sign_in(people.unlock(home, "Ana", PASSPHRASE))
    robot.desk.open_case(case)
    robot.settle()
    type_in(robot, "Dear Marta")
    robot.until(lambda: drafts(home, case) == ["Dear Marta"])
    return case


def type_in(robot: Robot, words: str) -> None:
    edit = robot.find("case.editor")
    edit.setFocus()
    QTest.keyClicks(edit, words)


def drafts(home: Home, case: CaseId) -> list[str]:
    with home.store.read() as tx:
        return [one.text for one in tx.drafts(case)]


def kept(office: Office) -> list[str]:
    """The words of each file there; one that is let go of meanwhile is none any more."""
    words = []
    for path in (office.folder / "words").glob("*.json"):
        with suppress(FileNotFoundError):
            words.append(path.read_text())
    return words


def test_joined_lost_and_back(cluster: Cluster, founded: str, office: Office) -> None:
    name = cluster.database(like=founded)
    robot = joined(office, cluster, name)
    team = robot.home.team
    assert team is not None
    assert team == local_files.team(office.folder)
    assert (team.database, PASSWORD in repr(robot.home)) == (name, False)
    assert not (office.folder / FILE).exists()
    case = somebody_writes(robot)

    cluster.stop()
    try:
        robot.until(lambda: robot.status("state").startswith(SAYS))
        type_in(robot, ", thank you")
        robot.until(lambda: any("thank you" in one for one in kept(office)))
        assert robot.notice() == ""
    finally:
        cluster.start()
    robot.until(lambda: not robot.status("state").startswith(SAYS))
    robot.until(lambda: drafts(robot.home, case) == ["Dear Marta, thank you"])
    robot.until(lambda: kept(office) == [])
    assert robot.notice("case.reply.notice") == ""


def test_a_window_that_ended_while_it_was_away_is_told_so_and_opens_later(
    cluster: Cluster, founded: str, office: Office
) -> None:
    name = cluster.database(like=founded)
    robot = joined(office, cluster, name)
    case = somebody_writes(robot)
    home = robot.home
    cluster.stop()
    try:
        robot.until(lambda: robot.status("state").startswith(SAYS))
        type_in(robot, ", thank you")
        robot.until(lambda: any("thank you" in one for one in kept(office)))
        robot.frame.close()
        robot.until(lambda: not robot.frame.isVisible())
        robot.finish()
        again = Robot(
            office.qtbot,
            RealOpener(lambda: office.program.open_home(office.folder)),  # type: ignore[arg-type]
            FakeClock(),
            "mouse",
            teams=office.program.teams,
            folder=lambda: office.folder,
        )
        office.robots.append(again)
        again.show()
        again.until(lambda: again.there("trouble.again"))
        assert "does not answer" in again.find("trouble").accessibleName()
        again.until(lambda: again.there("team.change"))
    finally:
        cluster.start()
    again.find("trouble.again").click()
    again.until(lambda: again.program.shell is not None)
    again.settle()
    assert again.home.team == home.team
    again.desk.sign_in(people.unlock(again.home, "Ana", PASSPHRASE))
    again.desk.open_case(case)
    again.settle()
    again.until(lambda: "never reached" in again.notice("case.notice"))
    again.press("case.notice.act")
    again.until(lambda: drafts(again.home, case) == ["Dear Marta, thank you"])


def test_a_home_that_was_worked_in_moves_by_hand(cluster: Cluster, office: Office) -> None:
    name = cluster.database()
    first = office.window()
    case = somebody_writes(first)
    first.desk.room_wanted.emit("settings")
    first.until(lambda: first.there("team.card.join"))
    first.find("team.card.join").click()
    fill(first, cluster, name)
    first.find("team.sslmode").choose("disable")
    first.find("team.password").edit.setText(PASSWORD)
    first.press("team.open")
    first.until(lambda: first.there("team.owner"))
    first.find("team.owner").setText(OWNER)
    first.find("team.owner_password").edit.setText(PASSWORD)
    first.press("team.found")
    first.until(lambda: first.program.then is not None)
    then = first.program.then
    first.finish()
    second = office.window(then)
    assert second.home.team is not None
    with second.home.store.read() as tx:
        (revision,) = facts.load(second.home, tx, case).facts.revisions
    assert revision.words.text == "Dear Marta"
    assert isinstance(trust.verify_journal(second.home), Whole)
    assert not (office.folder / FILE).exists()
