"""The window as a whole: places, counts, menus, keys, messages."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from tests.ui.patience import PATIENCE

from calmreply.app import queries
from calmreply.app.cases import judge
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.rules import settings
from calmreply.app.sending.held import HeldError
from calmreply.domain.blockers import Empty
from calmreply.domain.policy import Feeling
from calmreply.errors import KnownError
from calmreply.ui.kit import theme
from calmreply.ui.kit.flow import Hang
from calmreply.ui.shell import focus

if TYPE_CHECKING:
    from tests.ui.conftest import Desk, Drive
    from tests.ui.robot import Robot

    from calmreply.domain.mention import CaseId


def author_shown(robot: Robot) -> str:
    """Whose complaint the page of a case shows."""
    page: Any = robot.shell.pages.current
    return str(page.shown.facts.mention.now.author)


def has_focus(part: QWidget) -> bool:
    """Whether the focus is on something within `part`."""
    focused = QApplication.focusWidget()
    return focused is not None and part.isAncestorOf(focused)


def test_the_bare_window_is_painted_before_anything_opens(robot: Robot) -> None:
    with robot.qtbot.waitSignal(robot.frame.ground.painted, timeout=PATIENCE):
        robot.program.show()
    assert robot.opener.opened == 0
    assert robot.status("state") == "Opening…"
    robot.until(lambda: robot.program.shell is not None)
    assert robot.opener.opened == 1


def test_the_rail_counts_and_each_place_is_reached(desk: Desk, each_way: Robot) -> None:
    ana = desk.person("Ana")
    desk.said("Marta", stars=1, ago=41)
    stung = desk.said("Robin", ago=90)
    judge.read_all(desk.home, ana, stung)
    judge.say_feeling(desk.home, ana, stung, Feeling.STUNG)
    robot = each_way.open()
    assert robot.rail.rows() == {
        "New": 1,
        "Cooling off": 1,
        "With reviewer": 0,
        "Ready to send": 0,
        "Being fixed": 0,
        "Follow up": 0,
        "To debrief": 0,
        "Closed": 0,
        "Set aside": 0,
        "Older": 0,
        "Listening": 0,
        "Response plan": 0,
        "People": 0,
        "Settings": 0,
    }
    assert robot.inbox.names() == ["Marta"]
    robot.rail.pick("Cooling off")
    assert robot.inbox.names() == ["Robin"]
    assert robot.inbox.pills("Robin") == ["Complaint", "Review", "Cooling 1 h"]
    robot.rail.pick("Set aside")
    assert robot.inbox.names() == []
    assert robot.inbox.empty == "Nothing is set aside"
    robot.rail.pick("Response plan")
    assert robot.room == "plan"
    robot.rail.pick("People")
    assert robot.room == "people"
    assert not robot.frame.pane.isVisible()
    robot.rail.pick("New")
    assert robot.frame.pane.isVisible()
    # A menu brings the keys into the list, to its first line; the rail keeps them.
    robot.until(lambda: robot.room == ("case" if robot.way == "menu" else ""))
    assert robot.inbox.names() == ["Marta"]


def test_a_change_moves_the_line_and_says_where_it_went(desk: Desk, robot: Robot) -> None:
    ana = desk.person("Ana")
    case = desk.said("Marta", ago=5)
    desk.said("Robin", ago=9)
    robot.open().inbox.open("Marta")
    assert robot.room == "case"
    robot.desk.sign_in(ana)
    robot.desk.act(lambda home, actor: judge.read_all(home, actor, case))
    robot.desk.act(lambda home, actor: judge.say_feeling(home, actor, case, Feeling.ANGRY))
    robot.settle()
    assert robot.inbox.names() == ["Robin"]
    assert robot.rail.rows()["Cooling off"] == 1
    assert robot.status("said") == "This case is now in: Cooling off"
    assert robot.room == "case", "the page stays under the eyes of whoever reads it"
    robot.press("status.said")
    assert robot.rail.chosen == "Cooling off"
    assert robot.inbox.names() == ["Marta"]


def test_what_was_said_of_a_case_goes_when_something_else_is_shown(
    desk: Desk, robot: Robot
) -> None:
    ana = desk.person("Ana")
    case = desk.said("Marta", ago=5)
    other = desk.said("Robin", ago=9)

    def moved(name: str, case: CaseId) -> None:
        robot.inbox.open(name)
        robot.desk.act(lambda home, actor: judge.read_all(home, actor, case))
        robot.desk.act(lambda home, actor: judge.say_feeling(home, actor, case, Feeling.CALM))
        robot.settle()

    robot.open()
    robot.desk.sign_in(ana)
    moved("Marta", case)
    assert robot.status("said") == "This case is now in: Cooling off"
    robot.inbox.open("Robin")
    assert robot.status("said") == ""
    moved("Robin", other)
    assert robot.status("said") == "This case is now in: Cooling off"
    robot.rail.pick("People")
    assert robot.status("said") == ""


def test_return_goes_to_what_is_to_be_done_next_and_to_no_button_of_the_head(
    desk: Desk, robot: Robot
) -> None:
    ana = desk.person("Ana")
    case = desk.said("Marta", ago=5)
    robot.open().inbox.open("Marta")
    robot.desk.sign_in(ana)
    robot.settle()
    robot.frame.pane.list.setFocus()
    robot.key("Return")
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "case.read"
    robot.desk.act(lambda home, actor: judge.read_all(home, actor, case))
    robot.settle()
    robot.frame.pane.list.setFocus()
    robot.key("Return")
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "case.editor"


def test_return_goes_there_at_the_first_opening_too_and_brings_it_into_sight(
    desk: Desk, robot: Robot
) -> None:
    ana = desk.person("Ana")
    desk.said("Marta", ago=5)
    desk.said("Robin", ago=90)
    robot.frame.resize(1100, 640)
    robot.open()
    robot.desk.sign_in(ana)
    lines = robot.frame.pane.list
    lines.setFocus()
    robot.key("Return", lines)  # nothing has been opened before
    robot.settle()
    assert robot.find("case.read").hasFocus()
    scroll = robot.find("case.left")
    scroll.verticalScrollBar().setValue(10_000)
    assert robot.find("case.read").visibleRegion().isEmpty()
    lines.setFocus()
    robot.key("Return", lines)
    robot.settle()
    assert not robot.find("case.read").visibleRegion().isEmpty()
    scroll.verticalScrollBar().setValue(10_000)
    lines.setFocus()
    robot.key("Down", lines)
    robot.key("Return", lines)  # before the other case has been read
    robot.settle()
    assert author_shown(robot) == robot.inbox.marked
    assert robot.find("case.read").hasFocus()


def test_a_wait_that_ends_is_told_once_and_opens_the_case(desk: Desk, robot: Robot) -> None:
    ana = desk.person("Ana")
    case = desk.said("Marta", "A secret nobody else may read over my shoulder")
    judge.read_all(desk.home, ana, case)
    judge.say_feeling(desk.home, ana, case, Feeling.CALM)
    robot.open()
    robot.later(minutes=19)
    assert robot.status("said") == ""
    robot.later(minutes=2)
    assert robot.status("said") == "A wait is over: read it once more"
    assert "secret" not in robot.status("said")
    robot.press("status.said")
    assert robot.room == "case"
    robot.later(minutes=30)
    assert robot.status("said") == ""


def test_a_wait_that_ends_is_not_told_where_it_is_not_wanted(desk: Desk, robot: Robot) -> None:
    ana = desk.person("Ana")
    case = desk.said("Marta")
    judge.read_all(desk.home, ana, case)
    judge.say_feeling(desk.home, ana, case, Feeling.CALM)
    settings.change(desk.home, None, {"notice": "no"})
    robot.open().later(minutes=25)
    assert robot.status("said") == ""


def test_waited_times_are_painted_anew_each_minute_without_reading(
    desk: Desk, robot: Robot
) -> None:
    desk.said("Marta", ago=41)
    robot.open()
    assert robot.inbox.line("Marta").when == "41 min"
    before = robot.shell.inbox.view
    desk.clock.advance(minutes=1.1)
    robot.shell.pulse.beat()
    assert robot.inbox.line("Marta").when == "42 min"
    assert robot.shell.inbox.view is before


def test_what_they_say_next_belongs_to_their_case(desk: Desk, robot: Robot) -> None:
    case = desk.said("Marta", site="Google")
    robot.open()
    robot.inbox.open("Marta")
    robot.choose("case", "They answered")
    assert robot.find("mention.belongs").text() == "This belongs to the case of Marta."
    assert robot.find("mention.author").text() == "Marta"
    assert robot.find("mention.site").text() == "Google"
    assert robot.find("mention.text").hasFocus()
    robot.press("mention.leave")
    robot.key("Ctrl+N")
    line = robot.shell.pages.current.findChild(QWidget, "mention.belongs")
    assert line is not None
    assert not line.isVisible()
    assert robot.find("mention.author").text() == ""
    robot.shell.desk.open_case(case)
    robot.settle()
    robot.choose("case", "They answered")
    robot.type("mention.text", "Still the wrong name.")
    robot.press("mention.go")
    assert [
        one.now.text for one in queries.case_page(desk.home, case).known.facts.conversation
    ] == [
        "The bread was from yesterday.",
        "Still the wrong name.",
    ]
    assert robot.shell.pages.name == "case"


def test_a_case_of_somebody_of_that_name_is_offered(desk: Desk, robot: Robot) -> None:
    case = desk.said("Marta", site="Google")
    robot.open()
    robot.key("Ctrl+N")
    robot.type("mention.text", "Still the wrong name.")
    robot.type("mention.author", "marta")
    robot.type("mention.site", "Facebook")
    robot.key("Tab")
    robot.settle()
    line = robot.shell.pages.current.findChild(QWidget, "mention.belongs")
    assert line is not None
    assert not line.isVisible()
    robot.type("mention.site", "Google")
    robot.key("Tab")
    robot.settle()
    said = "Marta said something before: “The bread was from yesterday.”"
    assert robot.find("mention.belongs").text() == said
    robot.press("mention.same_matter")
    assert robot.find("mention.belongs").text() == "This belongs to the case of Marta."
    robot.press("mention.go")
    assert len(queries.case_page(desk.home, case).known.facts.turns) == 1


def test_that_it_is_another_matter_can_be_said(desk: Desk, robot: Robot) -> None:
    case = desk.said("Marta")
    robot.open()
    robot.inbox.open("Marta")
    robot.choose("case", "They answered")
    robot.type("mention.text", "And your van is parked in my yard.")
    robot.press("mention.other_matter")
    robot.press("mention.go")
    assert queries.case_page(desk.home, case).known.facts.turns == ()
    assert len(robot.inbox.names()) == 2


def test_menus_say_their_keys_and_everything_in_them_can_be_done(robot: Robot) -> None:
    robot.open()
    shown = robot.shell.actions.shortcuts()
    assert shown["Search"] == "Ctrl+F"
    assert shown["Check now"] == "F5"
    assert shown["New"] == "Ctrl+1"
    assert shown["Set aside"] == "Ctrl+9"
    assert robot.entries("reply") == ["(Open a case to write a reply)"]
    for menu in robot.frame.menus.values():
        mnemonics = [
            action.text()[action.text().index("&") + 1].lower()
            for action in menu.actions()
            if "&" in action.text()
        ]
        assert len(mnemonics) == len(set(mnemonics)), menu.title()


@pytest.mark.parametrize(
    ("keys", "then"),
    [
        ("Ctrl+3", "With reviewer"),
        ("Ctrl+8", "Closed"),
        ("Ctrl+,", "Settings"),
        ("Ctrl+1", "New"),
    ],
)
def test_keys_go_to_places(robot: Robot, keys: str, then: str) -> None:
    robot.open().rail.pick("Older")
    robot.key(keys)
    assert robot.rail.chosen == then


def test_keys_to_a_place_go_to_its_first_line_and_show_it(desk: Desk, robot: Robot) -> None:
    ana = desk.person("Ana")
    for who, ago in (("Robin", 90), ("Lee", 80)):
        case = desk.said(who, ago=ago)
        judge.read_all(desk.home, ana, case)
        judge.say_feeling(desk.home, ana, case, Feeling.STUNG)
    desk.said("Marta")
    robot.open().inbox.open("Marta")
    focus.enter(robot.shell.pages.current)
    assert not robot.frame.pane.list.hasFocus()
    robot.key("Ctrl+2")
    robot.settle()
    assert robot.frame.pane.list.hasFocus()
    first = robot.inbox.names()[0]
    assert robot.inbox.marked == first
    robot.until(lambda: author_shown(robot) == first)
    assert robot.frame.pane.list.hasFocus(), "it is shown, and the keys stay in the list"
    robot.key("Down", robot.frame.pane.list)
    assert robot.inbox.marked == robot.inbox.names()[1]


def test_a_room_that_the_rail_does_not_name_leaves_no_place_marked(
    desk: Desk, each_way: Robot
) -> None:
    desk.said("Marta")
    robot = each_way.open()
    rail = robot.frame.rail

    def marked() -> list[str]:
        return [str(one.data()) for one in rail.selectedIndexes()]

    assert marked() == ["New"]
    robot.choose("tools", "Outbox")
    assert (robot.room, marked()) == ("outbox", [])
    robot.shell.actions["next_pane"].trigger()
    assert robot.room == "outbox", "to walk past the rail chooses nothing"
    robot.rail.pick("Closed")
    assert (robot.room, marked()) == ("", ["Closed"])
    robot.choose("tools", "Outbox")
    desk.said("Robin")
    robot.desk.changed.emit(ChangeSet(mentions=True))
    robot.settle()
    assert (robot.room, marked()) == ("outbox", [])
    rail.setFocus()
    robot.key("Return", rail)
    assert (robot.room, marked()) == ("", ["Closed"])


def test_from_a_room_back_to_where_one_was_the_rail_comes_along(desk: Desk, robot: Robot) -> None:
    desk.said("Marta")
    robot.open().inbox.open("Marta")
    robot.key("Ctrl+,")
    assert robot.rail.chosen == "Settings"
    robot.desk.room_wanted.emit("")
    robot.settle()
    assert (robot.room, robot.rail.chosen) == ("case", "New")


def test_back_to_its_list_the_case_that_was_open_stands_there_again(
    desk: Desk, each_way: Robot
) -> None:
    desk.said("Marta")
    robot = each_way.open()
    robot.inbox.open("Marta")
    robot.rail.pick("Settings")
    robot.rail.pick("New")
    robot.settle()
    assert (robot.room, robot.inbox.marked) == ("case", "Marta")
    robot.rail.pick("Settings")
    robot.rail.pick("Closed")
    if robot.way != "key":  # which walks past all lists, and the case stays beside each
        assert robot.room == "", "another list is another matter"
    robot.rail.pick("Settings")
    robot.key("Ctrl+1")
    robot.until(lambda: robot.room == "case")  # what the keys come to is shown
    assert robot.inbox.marked == "Marta"


def test_the_first_start_is_found_again_with_what_was_typed(robot: Robot) -> None:
    robot.open()
    robot.press("welcome.angry")
    robot.type("mention.text", "Never again.")
    robot.rail.pick("Closed")
    assert robot.room == ""
    robot.rail.pick("New")
    assert robot.room == "welcome"
    assert robot.find("mention.text").words() == "Never again."
    robot.press("welcome.angry.back")
    robot.press("welcome.setup")
    for _step in range(4):
        robot.press("welcome.skip")
    robot.press("welcome.next")
    assert robot.room == "", "whoever has gone through it is not asked again"
    assert robot.inbox.empty == "Nothing new"
    robot.shell.actions["welcome"].trigger()
    assert robot.room == "welcome"
    robot.press("welcome.angry")
    assert robot.find("mention.text").words() == "Never again."
    robot.press("welcome.open_case")
    robot.settle()
    assert robot.room == "case"
    robot.rail.pick("Closed")
    robot.rail.pick("New")
    assert robot.inbox.names() == ["Somebody"]


def test_f6_goes_round_the_window_both_ways(desk: Desk, robot: Robot) -> None:
    desk.said("Marta")
    robot.open().key("F1")
    assert robot.room == "help"
    robot.key("Ctrl+1")
    robot.frame.rail.setFocus()
    seen = []
    for _step in range(3):
        robot.key("F6")
        seen.append(_part(robot))
    assert seen[0] == "pane"
    assert "rail" in seen
    robot.frame.rail.setFocus()
    robot.key("F6")
    robot.key("Shift+F6")
    assert _part(robot) == "rail"


def _part(robot: Robot) -> str:
    focused = QApplication.focusWidget()
    assert focused is not None
    frame = robot.frame
    parts = {"rail": frame.rail, "pane": frame.pane, "page": frame.pages}
    return next(n for n, p in parts.items() if p is focused or p.isAncestorOf(focused))


def test_rooms_that_come_and_go_leave_the_others_whole(desk: Desk, robot: Robot) -> None:
    """Once, walking the chain of focus made Shiboken declare living layout items to be gone."""
    desk.said("Marta")
    robot.open()
    robot.rail.pick("Cooling off")
    assert not focus.enter(robot.shell.pages.current), "nothing in there takes the focus"
    for _part in range(4):
        robot.key("F6")
    robot.rail.pick("New")
    QApplication.sendPostedEvents(None, 52)  # 52: DeferredDelete, of the empty room
    gc.collect()
    hung = [one for one in gc.get_objects() if type(one) is Hang and shiboken6.isValid(one)]
    assert hung
    assert all(shiboken6.isValid(one.itemAt(0)) for one in hung)
    robot.frame.notice.say("Still here.", "All of it.")
    assert robot.notice() == "Still here. All of it."


def test_problems_stand_in_the_window_with_their_way_out(robot: Robot) -> None:
    robot.open()
    robot.desk.read(settings.read, "no such thing")(lambda _value: None)
    robot.settle()
    assert robot.notice() == (
        "There is no setting called no such thing. List the settings to see their names."
    )


def test_our_own_bug_is_said_with_a_report_and_the_window_goes_on(
    desk: Desk, robot: Robot, capsys: pytest.CaptureFixture[str]
) -> None:
    def bug(_home: object) -> None:
        raise ZeroDivisionError("one by nothing")

    desk.said("Marta")
    robot.open()
    robot.desk.read(bug)(lambda _value: None)
    robot.settle()
    assert robot.notice().startswith("Something went wrong in CalmReply itself.")
    assert "one by nothing" in capsys.readouterr().err
    robot.rail.pick("New")
    assert robot.inbox.names() == ["Marta"]


def test_a_case_that_is_opened_from_elsewhere_is_shown_in_its_stage(
    desk: Desk, robot: Robot
) -> None:
    ana = desk.person("Ana")
    for number in range(30):
        case = desk.said(f"Author {number:02}", ago=number)
        judge.set_aside(desk.home, ana, case, "spam")
    robot.open()
    robot.desk.open_case(case)
    robot.settle()
    assert robot.rail.chosen == "Set aside"
    assert robot.inbox.marked == "Author 29"
    lines = robot.frame.pane.list
    assert lines.viewport().rect().contains(lines.visualRect(lines.currentIndex()))

    def add(_home: object) -> tuple[CaseId, ChangeSet]:
        return desk.said("Just now"), ChangeSet(mentions=True)

    robot.desk.write(add, then=lambda added: robot.desk.open_case(added[0]))
    robot.settle()
    assert robot.rail.chosen == "New"
    assert robot.inbox.marked == "Just now"


def test_that_sending_is_paused_stands_in_the_status_bar(robot: Robot) -> None:
    robot.open()
    assert robot.status("paused") == ""
    robot.desk.write(lambda home: settings.change(home, None, {"paused": "yes"}))
    robot.settle()
    assert robot.status("paused") == "Sending is paused"
    robot.press("status.paused")
    assert robot.room == "settings"


def test_what_was_only_said_is_taken_back_after_a_while(robot: Robot) -> None:
    robot.open().key("F5")
    assert robot.status("said") == "Nothing new"
    robot.later(minutes=1.1)
    assert robot.status("said") == ""


def test_an_old_computer_is_told_of_quietly_until_somebody_has_read_it(
    desk: Desk, drive: Drive
) -> None:
    desk.said("Marta")
    robot = drive().open()
    assert robot.status("said") == ""
    desk.store.old = "The SQLite of this computer is old. Keep backups."
    for _start in range(2):
        robot.finish()
        robot = drive().open()
        assert robot.status("said") == "A part of this computer is old: what to do…"
        assert robot.notice() == ""
    robot.later(minutes=5)
    robot.press("status.said")
    assert robot.notice() == "The SQLite of this computer is old. Keep backups."
    robot.finish()
    robot = drive().open()
    assert robot.status("said") == ""
    desk.store.old = "Another one."
    robot.finish()
    assert drive().open().status("said").startswith("A part of this computer is old")


def test_a_no_of_the_gate_is_no_bug(robot: Robot, capsys: pytest.CaptureFixture[str]) -> None:
    def held(_home: object) -> None:
        raise HeldError((Empty(),))

    robot.open().desk.write(held)
    robot.settle()
    assert robot.notice().startswith("Something still stands before this reply.")
    assert capsys.readouterr().err == ""


def test_everything_that_takes_the_focus_has_a_name(desk: Desk, robot: Robot) -> None:
    desk.said("Marta", stars=1)
    robot.open().inbox.search("marta")
    robot.desk.problem.emit(KnownError("sample", "Something happened.", "Do this."))
    robot.key("F1")
    nameless = []
    for widget in robot.frame.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(robot.frame):
            told = QAccessible.queryAccessibleInterface(widget)
            if not told.text(QAccessible.Text.Name):
                nameless.append((type(widget).__name__, widget.objectName()))
    assert nameless == []


def test_light_and_dark_and_larger_type_are_kept(
    desk: Desk, drive: Drive, worn: theme.Theme
) -> None:
    robot = drive().open()
    robot.choose("view", "Dark")
    robot.choose("view", "Larger type")
    robot.choose("view", "Larger type")
    assert settings.read(desk.home, "theme") == "dark"
    assert settings.read(desk.home, "type_size") == "125"
    assert worn.palette.dark
    assert worn.scale == 1.25
    robot.finish()
    worn.set_mode("light")
    worn.set_scale(1.0)
    again = drive().open()
    assert worn.palette.dark
    assert worn.scale == 1.25
    assert again.shell.actions["dark"].isChecked()


def test_a_narrow_window_shows_list_or_page(desk: Desk, robot: Robot) -> None:
    desk.said("Marta", ago=1)
    desk.said("Robin", ago=2)
    robot.open()
    robot.frame.resize(800, 600)
    robot.settle()
    panes = robot.frame.panes
    assert panes.narrow
    assert panes.left.isVisible()
    assert not panes.right.isVisible()
    robot.inbox.open("Robin")
    assert panes.right.isVisible()
    assert not panes.left.isVisible()
    assert has_focus(panes)
    way_back, title = robot.find("shell.back"), robot.find("case.title")
    hang = way_back.hang
    assert way_back.mapTo(panes, QPoint(hang, 0)).x() == title.mapTo(panes, QPoint(0, 0)).x()
    assert way_back.y() >= 8, "it does not stick to the edge"
    robot.press("shell.back")
    assert panes.left.isVisible()
    assert robot.inbox.marked == "Robin"
    robot.frame.resize(1280, 800)
    robot.settle()
    assert panes.left.isVisible()
    assert panes.right.isVisible()
    assert not robot.there("shell.back")


def test_a_click_shows_the_page_and_the_keys_stay_in_the_list(desk: Desk, drive: Drive) -> None:
    desk.said("Marta", ago=1)
    desk.said("Robin", ago=2)
    robot = drive().open()
    robot.inbox.open("Robin")
    assert robot.room == "case"
    assert robot.frame.pane.list.hasFocus()
    robot.key("Up")
    assert robot.inbox.marked == "Marta"
    robot.key("Return")
    assert has_focus(robot.frame.pages)
    robot.finish()
    again = drive(way="key").open()
    again.inbox.open("Robin")  # its page has never been shown before
    assert has_focus(again.shell.pages.current)


def test_the_first_start_can_be_read_in_a_narrow_window(robot: Robot) -> None:
    robot.open()
    robot.frame.resize(760, 700)
    robot.settle()
    for answer in ("angry", "setup"):
        button = robot.find(f"welcome.{answer}")
        card = button.parentWidget()
        shown = [one for one in card.findChildren(QWidget) if one.isVisible()]
        shown.sort(key=lambda one: one.y())
        title, words = (str(one.text()) for one in shown[:2])
        assert shown[2:] == [button], "what it is comes first, what to press last"
        assert button.accessibleDescription() == f"{title}. {words}"
        for one in shown:
            needed = one.heightForWidth(one.width())
            assert one.height() >= (needed if needed > 0 else one.sizeHint().height())


def test_closing_saves_what_is_being_written_and_ends_every_thread(
    desk: Desk, drive: Drive
) -> None:
    robot = drive().open()
    robot.desk.write(lambda home: settings.change(home, None, {"business_name": "Corner Bakery"}))
    robot.key("Ctrl+Q")
    assert not robot.frame.isVisible()
    assert robot.opener.closed == 1
    assert settings.read(desk.home, "business_name") == "Corner Bakery"


def test_one_thing_in_a_room_can_be_gone_to(desk: Desk, robot: Robot) -> None:
    desk.said("Marta")
    robot.open()
    robot.shell.desk.room_wanted.emit("settings:contacts")
    robot.settle()
    assert robot.rail.chosen == "Settings"
    contacts = robot.shell.pages.current.findChild(QWidget, "settings.contacts")
    assert contacts is not None
    assert contacts.hasFocus() or has_focus(contacts)
    robot.shell.desk.room_wanted.emit("people:no such thing")
    robot.settle()
    assert has_focus(robot.shell.pages.current)


def test_a_review_is_pasted_at_once_or_not_now(desk: Desk, robot: Robot) -> None:
    desk.said("Marta")
    robot.open()
    robot.inbox.open("Marta")
    shown = robot.shell.pages.name
    robot.key("Ctrl+N")
    text = robot.find("mention.text")
    assert text.hasFocus()
    QApplication.clipboard().setText("Never again.")
    text.paste()
    robot.press("mention.leave")
    assert robot.shell.pages.name == shown
    assert robot.frame.pane.list.hasFocus()
    robot.key("Ctrl+Shift+N")
    assert text.words() == "Never again."
    assert text.hasFocus()
