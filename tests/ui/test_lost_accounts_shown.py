"""An account that sources are read through is removed: what is said, and what helps after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.ui.dialog_robot import DialogRobot

from calmreply.app.listening import listen
from calmreply.app.ports.listeners import Round
from calmreply.app.sending import accounts
from calmreply.domain.mention import Heard, Origin
from calmreply.testing.listeners import ScriptedListener
from calmreply.ui.kit.pills import Pill
from calmreply.ui.listening.page import ListeningPage
from calmreply.ui.settings.page import SettingsPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.app.ports.storage import Account, Source
    from calmreply.ui.kit.theme import Theme

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen has no menus


@pytest.fixture
def box(desk: Desk) -> ScriptedListener:
    made = ScriptedListener()
    desk.home.listeners["box"] = made  # type: ignore[index]  # the test's own mapping
    return made


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, desk: Desk, worn: Theme, box: ScriptedListener
) -> Iterator[DialogRobot]:
    assert worn is not None
    assert box.asked == []
    made = DialogRobot(qtbot, desk.home, way=request.param)
    yield made
    made.finish()


def only(desk: Desk) -> Source:
    (found,) = listen.sources(desk.home)
    return found


def pills(robot: DialogRobot) -> list[str]:
    return [one.text() for one in robot.window.findChildren(Pill) if one.isVisible()]


def listened(desk: Desk, box: ScriptedListener) -> Account:
    account, _changes = accounts.add(desk.home, None, "box", {"host": "mail.example"}, "secret")
    kim = Heard("1", "Kim", "The soup was cold.", Origin.FEED)
    box.will(*(Round("Kim's INBOX", (kim,), "c1") for _time in range(3)))
    listen.add_place(desk.home, "box")
    listen.poll(desk.home, only(desk))
    return account


def test_the_question_says_what_stops(
    desk: Desk, robot: DialogRobot, box: ScriptedListener
) -> None:
    account = listened(desk, box)
    robot.room(SettingsPage)
    robot.press(f"accounts.remove.{account.id}")
    said = robot.notice("accounts.notice")
    assert "1 source listens through it and stops: Kim's INBOX." in said
    assert accounts.everything(desk.home) == (account,)
    robot.key("Return")
    robot.settle()
    assert accounts.everything(desk.home) == ()


def test_another_account_is_chosen_for_it_and_nothing_comes_twice(
    desk: Desk, robot: DialogRobot, box: ScriptedListener
) -> None:
    account = listened(desk, box)
    accounts.remove(desk.home, None, account.id)
    robot.room(ListeningPage)
    source = only(desk)
    said = robot.said()
    assert pills(robot) == ["Needs you: no account"]
    assert "The account it was read through is not set up any more." in said
    assert account.id not in said
    assert robot.text(f"listening.act.{source.id}") == "Choose an account…"
    robot.press(f"listening.act.{source.id}")
    assert not robot.find("choose.go").isEnabled()
    robot.press("choose.set_up")
    assert robot.rooms == ["settings:account:box"]
    another, _changes = accounts.add(desk.home, None, "box", {"host": "other.example"}, "secret")
    robot.press(f"listening.act.{source.id}")
    assert robot.find("choose.account").currentText() == "other.example"
    robot.press("choose.go")
    robot.until(lambda: only(desk).state.heard_at is not None)
    robot.settle()
    assert only(desk).address == f"box:{another.id}/INBOX"
    assert only(desk).mentions == 1
    assert pills(robot) == ["Listening"]


def test_setting_up_another_one_leads_to_what_waits_for_it(
    desk: Desk, robot: DialogRobot, box: ScriptedListener
) -> None:
    account = listened(desk, box)
    accounts.remove(desk.home, None, account.id)
    robot.room(SettingsPage)
    robot.press("accounts.add.box")
    robot.type("account.host", "other.example")
    robot.press("account.save")
    robot.settle()
    assert "1 source waits for an account: Kim's INBOX." in robot.notice("accounts.notice")
    robot.key("Return")
    assert robot.rooms == ["listening:needs"]


def test_set_up_again_as_it_was_there_is_nothing_left_to_do(
    desk: Desk, robot: DialogRobot, box: ScriptedListener
) -> None:
    account = listened(desk, box)
    accounts.remove(desk.home, None, account.id)
    robot.room(SettingsPage)
    robot.press("accounts.add.box")
    robot.type("account.host", "mail.example")
    robot.press("account.save")
    robot.settle()
    assert robot.text("accounts.notice") == "Letter box is set up."
    assert accounts.everything(desk.home) == (account,)
    assert only(desk).state.trouble == ""
