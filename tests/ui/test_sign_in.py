"""Who is at the desk: the first person's key, signing in, locking, what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from calmreply.app.cases import judge
from calmreply.app.persons import passphrases, people, people_lately
from calmreply.domain.people import Presence
from calmreply.errors import KnownError
from calmreply.ui import desk as desk_module
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Scroll
from calmreply.ui.sign_in.strength import strength_words

if TYPE_CHECKING:
    from tests.ui.conftest import Desk, Drive
    from tests.ui.robot import Robot

    from calmreply.app.home import Actor
    from calmreply.ui.sign_in.sheet import Sheet

PASSPHRASE = "four calm words here"


def test_the_first_writing_asks_the_first_person_in(desk: Desk, each_way: Robot) -> None:
    case = desk.said("Marta")
    robot = each_way.open()
    done: list[object] = []
    robot.desk.act(lambda home, actor: judge.read_all(home, actor, case), then=done.append)
    code = robot.enrol("Ana", PASSPHRASE)
    assert robot.status("who") == "Signed in as Ana"
    assert len(done) == 1
    assert [one.name for one in people.everybody(desk.home)] == ["Ana"]
    assert passphrases.recovery_secret(code)
    with desk.home.store.read() as tx:
        (line,) = tx.lines(case=case)
    assert line.line.actor == people.everybody(desk.home)[0].id


def test_a_passphrase_is_weighed_by_its_length_while_it_is_typed(robot: Robot) -> None:
    robot.open().shell.sign_in()
    robot.until(lambda: robot.there("enrol.name"))
    robot.type("enrol.name", "Ana")
    robot.type("enrol.passphrase", "short")
    assert not robot.find("enrol.go").isEnabled()
    assert "7 more characters" in _row(robot, "enrol.passphrase")
    robot.type("enrol.passphrase", "twelve chars")
    assert "Long enough" in _row(robot, "enrol.passphrase")
    robot.type("enrol.again", "twelve charz")
    assert _row(robot, "enrol.again") == "Not the same yet."
    assert not robot.find("enrol.go").isEnabled()
    robot.type("enrol.again", "twelve chars")
    assert _row(robot, "enrol.again") == "The same words."
    assert robot.find("enrol.go").isEnabled()
    robot.press("enrol.later")
    assert not robot.there("enrol")
    assert people.everybody(robot.home) == ()


@given(st.integers(0, 60))
def test_longer_is_never_called_weaker(length: int) -> None:
    ranks = ["characters or more", "more character", "Long enough", "Strong"]

    def rank(of: int) -> int:
        return next(n for n, words in enumerate(ranks) if words in strength_words(of))

    assert rank(length) <= rank(length + 1)
    enough = ranks.index("Long enough")
    assert (rank(length) >= enough) == (length >= passphrases.SHORTEST)


def test_the_recovery_code_is_copied_and_not_left_by_accident(robot: Robot) -> None:
    robot.open().shell.sign_in()
    robot.until(lambda: robot.there("enrol.name"))
    robot.type("enrol.name", "Ana")
    robot.type("enrol.passphrase", PASSPHRASE)
    robot.type("enrol.again", PASSPHRASE)
    robot.key("Return", robot.find("enrol.again").edit)
    robot.until(lambda: robot.there("enrol.code"))
    robot.press("enrol.copy")
    code = robot.find("enrol.code").text()
    assert QGuiApplication.clipboard().text() == code
    assert not robot.find("enrol.done").isEnabled()
    assert robot.find("enrol.why").text() == "Tick when it is written down."
    dialog = robot.find("enrol")
    _whole(robot, dialog)
    robot.key("Esc", dialog)
    assert robot.there("enrol.code")
    assert robot.notice("sign_in.notice").startswith("This code is shown only now.")
    robot.key("Esc", dialog)
    assert not robot.there("enrol")
    assert robot.status("who") == "Signed in as Ana", "the key is made all the same"


def test_a_name_that_is_taken_is_said_beside_the_name(
    robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot.open().shell.sign_in()
    robot.until(lambda: robot.there("enrol.name"))
    people.enrol(robot.home, people.NewPerson("Ana"), PASSPHRASE)
    robot.type("enrol.name", " ana ")
    robot.type("enrol.passphrase", PASSPHRASE)
    robot.type("enrol.again", PASSPHRASE)
    robot.press("enrol.go")
    assert "already somebody called ana" in _row(robot, "enrol.name")
    assert not robot.there("enrol.code")
    assert monkeypatch is not None


def test_a_wrong_passphrase_is_said_and_the_right_one_goes_on(desk: Desk, each_way: Robot) -> None:
    desk.person("Ana")
    desk.person("Tom")
    robot = each_way.open()
    asked: list[Actor] = []
    robot.desk.need_actor(asked.append)
    robot.desk.need_actor(asked.append)
    robot.sign_in("not the right words", "Tom")
    assert "This is not the passphrase of that person." in _row(robot, "sign_in.passphrase")
    assert robot.find("sign_in.passphrase").text() == ""
    _whole(robot, robot.find("sign_in"))
    assert asked == []
    robot.sign_in(PASSPHRASE, "Tom")
    assert [one.person.name for one in asked] == ["Tom", "Tom"]
    assert robot.status("who") == "Signed in as Tom"
    assert not robot.there("sign_in")


NEW_WORDS = "another four calm words"


def test_a_forgotten_passphrase_is_set_anew_by_the_recovery_code(
    desk: Desk, each_way: Robot
) -> None:
    desk.person("Ana")
    tom, code, _changes = people.enrol(desk.home, people.NewPerson("Tom"), PASSPHRASE)
    robot = each_way.open()
    asked: list[Actor] = []
    robot.desk.need_actor(asked.append)
    robot.until(lambda: robot.there("sign_in"))
    who = robot.find("sign_in.who")
    who.setCurrentIndex(who.findText("Tom"))
    robot.press("sign_in.forgot")
    assert not robot.there("sign_in")
    dialog = robot.find("restore")
    assert dialog.findChildren(PlainLabel)[0].text() == "Tom: back in with the recovery code"
    assert any("new for a week" in one.text() for one in dialog.findChildren(PlainLabel))
    assert robot.find("restore.code").hasFocus()
    _whole(robot, dialog)
    robot.type("restore.code", "AAAA-BBBB")
    robot.type("restore.passphrase", NEW_WORDS)
    assert not robot.find("restore.go").isEnabled()
    robot.type("restore.again", NEW_WORDS[:-1])
    assert "Not the same yet." in _row(robot, "restore.again")
    robot.type("restore.again", NEW_WORDS)
    robot.press("restore.go")
    assert "This is not the recovery code of that person." in _row(robot, "restore.code")
    assert robot.find("restore.code").hasFocus()
    assert asked == []
    robot.type("restore.code", code.lower().replace("-", " "))
    robot.press("restore.go")
    robot.until(lambda: asked)
    assert [one.person.id for one in asked] == [tom.id]
    assert robot.status("who") == "Signed in as Tom"
    assert not robot.there("restore")
    assert people.unlock(desk.home, "Tom", NEW_WORDS).signer.key_id == asked[0].signer.key_id
    with pytest.raises(KnownError, match="not the passphrase"):
        people.unlock(desk.home, "Tom", PASSPHRASE)


def test_who_remembers_after_all_goes_back_and_nothing_was_changed(
    desk: Desk, robot: Robot
) -> None:
    for name in ("Ana", "Tom"):
        desk.person(name)
    asked: list[Actor] = []
    robot.open().desk.need_actor(asked.append)
    robot.until(lambda: robot.there("sign_in"))
    who = robot.find("sign_in.who")
    who.setCurrentIndex(who.findText("Tom"))
    robot.press("sign_in.forgot")
    robot.press("restore.back")
    robot.until(lambda: robot.there("sign_in"))
    assert not robot.there("restore")
    assert robot.find("sign_in.who").currentText() == "Tom"
    robot.sign_in(PASSPHRASE)
    assert [one.person.name for one in asked] == ["Tom"]


def test_who_leaves_the_recovery_leaves_the_sign_in(desk: Desk, robot: Robot) -> None:
    desk.person("Ana")
    asked: list[Actor] = []
    robot.open().desk.need_actor(asked.append)
    robot.until(lambda: robot.there("sign_in"))
    robot.press("sign_in.forgot")
    robot.key("Esc", robot.find("restore"))
    assert not robot.there("restore")
    assert not robot.there("sign_in")
    robot.shell.sign_in()
    robot.sign_in(PASSPHRASE)
    assert asked == []


def test_not_now_forgets_what_waited(desk: Desk, robot: Robot) -> None:
    desk.person("Ana")
    asked: list[Actor] = []
    robot.open().desk.need_actor(asked.append)
    robot.until(lambda: robot.there("sign_in"))
    robot.press("sign_in.later")
    robot.shell.sign_in()
    robot.sign_in(PASSPHRASE)
    assert asked == []
    assert robot.desk.actor is not None


def test_only_who_is_still_here_is_asked_for(desk: Desk, robot: Robot) -> None:
    ana = desk.person("Ana")
    desk.person("Tom")
    desk.person("Lea")
    people.set_presence(desk.home, ana, "Tom", Presence.LEFT)
    people.set_presence(desk.home, ana, "Lea", Presence.AWAY)
    robot.open().shell.sign_in()
    robot.until(lambda: robot.there("sign_in"))
    who = robot.find("sign_in.who")
    assert [who.itemText(n) for n in range(who.count())] == ["Ana", "Lea"]


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen has no popups to raise
def test_locking_by_key_and_by_the_status_bar(desk: Desk, robot: Robot) -> None:
    robot.open()
    assert {"(Sign out)", "Sign in"} <= set(robot.entries("tools")), "nobody is in yet"
    robot.desk.sign_in(desk.person("Ana"))
    assert {"Sign out", "Sign in as somebody else"} <= set(robot.entries("tools"))
    assert robot.status("who") == "Signed in as Ana"
    robot.key("Ctrl+L")
    assert robot.desk.actor is None
    assert robot.status("who") == "Signed out"
    robot.press("status.who")
    robot.sign_in(PASSPHRASE)
    assert robot.status("who") == "Signed in as Ana"
    robot.press("status.who")
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert [one.text() for one in menu.actions()] == ["Sign out", "Somebody else…"]
    menu.actions()[0].trigger()
    menu.close()
    robot.settle()
    assert robot.status("who") == "Signed out"


def test_the_key_locks_by_itself_unless_somebody_is_at_the_keyboard(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock's own clock is Qt's, so the test moves its threshold and not the time."""
    robot = drive().open()
    robot.desk.sign_in(desk.person("Ana"))
    handle = robot.frame.windowHandle()
    touched: list[bool] = []
    monkeypatch.setattr(type(robot.desk), "touch", lambda _desk: touched.append(True))
    none = Qt.KeyboardModifier.NoModifier
    for event in (
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, none, "a"),
        QMouseEvent(
            QEvent.Type.MouseButtonPress,
            QPointF(5, 5),
            QPointF(5, 5),
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton,
            none,
        ),
    ):
        QApplication.sendEvent(handle, event)
    assert touched == [True, True]
    monkeypatch.setattr(desk_module, "LOCK_AFTER", -1)
    robot.later(minutes=1.1)
    assert robot.status("who") == "Signed out"


def test_markup_in_a_name_is_only_words(desk: Desk, robot: Robot) -> None:
    desk.person("<b>Ana</b> & Co")
    robot.open().shell.sign_in()
    robot.sign_in(PASSPHRASE)
    assert robot.status("who") == "Signed in as <b>Ana</b> & Co"


def _row(robot: Robot, field: str) -> str:
    """What stands below a field: its error, or its hint."""
    row = robot.find(field).parentWidget()
    while not hasattr(row, "set_hint"):
        assert row is not None
        row = row.parentWidget()
    below = row._below
    return str(below.text()).removeprefix("! ") if below.isVisible() else ""


def _whole(robot: Robot, dialog: Sheet) -> None:
    """Nothing of it is cut off, once its layouts have settled."""
    robot.settle()
    (page,) = dialog.findChildren(Scroll)
    assert page.verticalScrollBar().maximum() == 0


def test_whoever_comes_back_is_told_of_a_key_in_place_of_another(robot: Robot) -> None:
    home = robot.home
    for name in ("Ana", "Tom", "Kim"):
        people.enrol(home, people.NewPerson(name), PASSPHRASE)
    ana = people.unlock(home, "Ana", PASSPHRASE)
    people.new_key(home, ana, "Tom", PASSPHRASE)
    robot.open().shell.sign_in()
    robot.until(lambda: robot.there("sign_in.passphrase"))
    who = robot.find("sign_in.who")
    who.setCurrentText("Kim")
    robot.type("sign_in.passphrase", PASSPHRASE)
    robot.press("sign_in.go")
    robot.until(lambda: robot.find("sign_in.go").text() == "Go on")
    assert "Tom has another key (let in by Ana)" in robot.notice("sign_in.notice")
    assert robot.status("who") != "Signed in as Kim"
    robot.press("sign_in.go")
    robot.until(lambda: robot.status("who") == "Signed in as Kim")
    assert people_lately.news_for(home, ana.person.id) == (), "it was her own hand"
    kim = people.unlock(home, "Kim", PASSPHRASE)
    people.set_presence(home, kim, "Tom", Presence.AWAY)
    assert people_lately.news_for(home, kim.person.id) == (), "who has acted since has seen it"
