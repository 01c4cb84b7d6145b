"""The team's server is away: one calm line, words kept here, and all of it mended by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from tests.ui.case_robot import Obstinate
from tests.ui.conftest import Desk, Drive
from tests.ui.robot import Robot

from calmreply.adapters.kept_words import FileWords
from calmreply.app.home import Actor
from calmreply.app.ports.words_kept import KeptWords
from calmreply.app.sending import write
from calmreply.app.teamwork import kept_words, moving_errors, team_errors
from calmreply.app.teamwork.team import TeamAddress
from calmreply.domain.mention import CaseId
from calmreply.domain.people import PersonId

PLACE = TeamAddress("db.example", "shop", "till")
AWAY = team_errors.server_away(PLACE.host)
SAYS = "The team's database does not answer. What you write is kept on this computer."


@pytest.fixture
def store() -> Iterator[Obstinate]:
    made = Obstinate()
    yield made
    made.gate.set()


@pytest.fixture
def words(tmp_path: Path) -> FileWords:
    return FileWords(tmp_path / "words", PLACE.database)


@pytest.fixture
def desk(store: Obstinate, words: FileWords) -> Desk:
    made = Desk(store=store)
    made.home = replace(made.home, team=PLACE, words=words)
    return made


@pytest.fixture
def ana(desk: Desk) -> Actor:
    return desk.person("Ana")


@pytest.fixture
def case(desk: Desk) -> CaseId:
    return desk.said("Marta")


@pytest.fixture
def robot(drive: Drive, ana: Actor, case: CaseId) -> Robot:
    robot = drive().open()
    return at_the_case(robot, ana, case)


def at_the_case(robot: Robot, ana: Actor, case: CaseId) -> Robot:
    robot.desk.sign_in(ana)
    robot.desk.open_case(case)
    robot.settle()
    return robot


def type_in(robot: Robot, words: str) -> None:
    edit = robot.find("case.editor")
    edit.setFocus()
    QTest.keyClicks(edit, words)


def drafts(desk: Desk, case: CaseId) -> list[str]:
    with desk.store.read() as tx:
        return [one.text for one in tx.drafts(case)]


def go_away(robot: Robot, store: Obstinate) -> None:
    store.fails = AWAY
    robot.shell.schedule._on_away(True)
    robot.settle()


def come_back(robot: Robot, store: Obstinate) -> None:
    store.fails = None
    robot.shell.schedule._on_away(False)
    robot.settle()


def test_words_are_kept_here_and_go_there_by_themselves(
    robot: Robot, desk: Desk, words: FileWords, ana: Actor, case: CaseId
) -> None:
    store = desk.store
    before = robot.status("state")
    go_away(robot, store)
    assert robot.status("state") == SAYS
    assert robot.notice() == ""
    type_in(robot, "Dear Marta")
    robot.until(lambda: words.of(case, ana.person.id) is not None)
    robot.settle()
    type_in(robot, ", thank you")
    kept = "Dear Marta, thank you"
    robot.until(lambda: (found := words.of(case, ana.person.id)) and found.text == kept)
    robot.settle()
    assert drafts(desk, case) == []
    assert robot.notice("case.reply.notice").startswith(SAYS)
    come_back(robot, store)
    robot.until(lambda: drafts(desk, case) == [kept])
    robot.until(lambda: words.of(case, ana.person.id) is None)
    robot.settle()
    assert robot.status("state") == before
    assert robot.notice("case.reply.notice") == ""
    assert list(words._folder.iterdir()) == []


def test_the_window_may_go_while_the_server_is_away_and_offers_them_afterwards(
    robot: Robot, drive: Drive, desk: Desk, ana: Actor, case: CaseId
) -> None:
    store = desk.store
    go_away(robot, store)
    type_in(robot, "Dear Marta")
    robot.until(lambda: desk.home.words.of(case, ana.person.id) is not None)
    robot.settle()
    robot.frame.close()
    robot.until(lambda: not robot.frame.isVisible())
    robot.finish()
    store.fails = None
    write.save_draft(desk.home, ana, case, "Hello, written on another computer")
    desk.restart()

    again = at_the_case(drive().open(), ana, case)
    again.until(lambda: "never reached" in again.notice("case.notice"))
    assert "3 Mar 2026" in again.notice("case.notice"), "as days are written everywhere here"
    assert "Dear Marta" in again.notice("case.notice")
    assert again.find("case.editor").words() == "Hello, written on another computer"
    type_in(again, "!")
    again.until(lambda: "!" in drafts(desk, case)[0])
    again.settle()
    assert desk.home.words.of(case, ana.person.id) is not None, "left alone, it is not lost"
    again.press("case.notice.act")
    again.until(lambda: drafts(desk, case) == ["Dear Marta"])
    again.until(lambda: desk.home.words.of(case, ana.person.id) is None)


def test_where_the_home_is_newer_than_the_program_the_words_wait_for_the_new_one(
    robot: Robot, drive: Drive, desk: Desk, ana: Actor, case: CaseId
) -> None:
    store = desk.store
    store.fails = team_errors.newer_data(PLACE.database)
    type_in(robot, "Dear Marta")
    robot.until(lambda: (f := desk.home.words.of(case, ana.person.id)) and f.text == "Dear Marta")
    robot.settle()
    assert "newer CalmReply" in robot.notice("case.reply.notice"), "it does not mend itself"
    robot.frame.close()
    robot.until(lambda: not robot.frame.isVisible())
    robot.finish()
    store.fails = None
    desk.restart()
    again = at_the_case(drive().open(), ana, case)
    again.until(lambda: "Dear Marta" in again.notice("case.notice"))
    again.press("case.notice.act")
    again.until(lambda: drafts(desk, case) == ["Dear Marta"])


def test_what_nobody_signed_in_for_outlives_the_window_too(
    drive: Drive, desk: Desk, store: Obstinate, ana: Actor, case: CaseId
) -> None:
    key = (case, kept_words.NOBODY)
    robot = drive().open()
    robot.desk.open_case(case)
    robot.settle()
    go_away(robot, store)
    type_in(robot, "Dear Marta, so sorry")
    robot.until(lambda: (found := desk.home.words.of(*key)) and found.text.endswith("sorry"))
    robot.settle()
    assert robot.shell.pages.unkept() == ()
    robot.frame.close()
    robot.until(lambda: not robot.frame.isVisible())
    robot.finish()
    store.fails = None
    desk.restart()

    again = drive().open()
    again.desk.open_case(case)
    again.settle()
    again.until(lambda: "nobody was signed in" in again.notice("case.notice"))
    assert desk.home.words.of(*key) is not None
    at_the_case(again, ana, case)
    again.until(lambda: "Dear Marta, so sorry" in again.notice("case.notice"))
    again.press("case.notice.act")
    again.until(lambda: drafts(desk, case) == ["Dear Marta, so sorry"])
    again.until(lambda: desk.home.words.of(*key) is None)
    again.until(lambda: desk.home.words.of(case, ana.person.id) is None)


def test_what_nobody_signed_in_for_becomes_theirs_who_sign_in(
    drive: Drive, desk: Desk, ana: Actor, case: CaseId
) -> None:
    robot = drive().open()
    robot.desk.open_case(case)
    robot.settle()
    type_in(robot, "Dear Marta")
    robot.until(lambda: desk.home.words.of(case, kept_words.NOBODY) is not None)
    at_the_case(robot, ana, case)
    robot.until(lambda: drafts(desk, case) == ["Dear Marta"])
    robot.until(lambda: desk.home.words.of(case, kept_words.NOBODY) is None)
    robot.settle()
    assert robot.notice("case.notice") == ""


def test_what_the_server_has_by_now_is_not_offered(
    drive: Drive, desk: Desk, ana: Actor, case: CaseId
) -> None:
    kept_words.keep(desk.home, case, ana.person.id, ("Dear Marta", ""))
    write.save_draft(desk.home, ana, case, "Dear Marta")
    robot = at_the_case(drive().open(), ana, case)
    robot.until(lambda: desk.home.words.of(case, ana.person.id) is None)
    assert robot.notice("case.notice") == ""


def test_rooms_opened_meanwhile_are_read_when_it_is_back(
    robot: Robot, desk: Desk, store: Obstinate
) -> None:
    go_away(robot, store)
    robot.desk.problem.emit(AWAY)
    assert robot.notice() == ""
    other = desk.home
    robot.desk.problem.emit(team_errors.not_allowed("till"))
    assert "not allow" in robot.notice()
    assert other.team == PLACE
    come_back(robot, store)
    assert robot.notice() == ""


def test_the_files_are_their_owner_s_alone(tmp_path: Path, desk: Desk) -> None:
    folder = tmp_path / "kept"
    here = FileWords(folder, "shop")
    one = KeptWords(CaseId("7"), PersonId("ana"), "Gr\u00fc\u00dfe \ud83d", "", desk.clock.wall)
    here.keep(one)
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert here.of(one.case, one.person) == one
    assert FileWords(folder, "another").of(one.case, one.person) is None
    file.write_text("{")
    assert here.of(one.case, one.person) is None
    here.drop(one.case, one.person)
    here.drop(one.case, one.person)
    assert list(folder.iterdir()) == []


def test_a_home_that_was_taken_away_is_not_said_to_be_listened_for(
    robot: Robot, store: Obstinate
) -> None:
    before = robot.status("state")
    store.fails = moving_errors.home_moved("/home/ana/CalmReply")
    robot.shell.schedule.heartbeat()
    robot.settle()
    assert "taken into a folder of one computer" in robot.notice()
    assert robot.status("state") == "Not listening: the home is not here"
    robot.shell.schedule._tell()
    robot.settle()
    assert robot.status("state") == "Not listening: the home is not here"

    store.fails = None  # brought back
    robot.shell.schedule.heartbeat()
    robot.settle()
    assert robot.notice() == ""
    assert robot.status("state") == before
