"""The inbox in the window: search, choice, reloading, long lists, trouble."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.ui.patience import PATIENCE

from calmreply.app import queries
from calmreply.app.cases import judge
from calmreply.app.listening import listen
from calmreply.app.ports.changes import ChangeSet
from calmreply.errors import KnownError
from calmreply.testing.store import MemoryStore
from calmreply.ui.inbox import reads
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.conftest import Desk, Drive
    from tests.ui.robot import Robot

    from calmreply.app.ports.storage import ReadTransaction

DAMAGED = KnownError("database_damaged", "The data file is damaged.", "Bring back a backup.")


class BrokenNow(MemoryStore):
    """A store whose reads fail while `broken` is set."""

    broken = False

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        if self.broken:
            raise DAMAGED
        with super().read() as tx:
            yield tx


def test_search_finds_as_one_types_and_enter_opens(desk: Desk, each_way: Robot) -> None:
    desk.said("Marta Kowalczyk", "The cake said Stan. Her name is Sian.", ago=3)
    desk.said("Robin", "The bread was from yesterday.", ago=2)
    desk.said("Owen", "A lovely cake.", ago=1)
    robot = each_way.open()
    robot.inbox.search("cake")
    assert robot.inbox.names() == ["Owen", "Marta Kowalczyk"]
    robot.inbox.search("cake si")
    assert robot.inbox.names() == ["Marta Kowalczyk"]
    robot.key("Return", robot.frame.pane.search)
    assert robot.room == "case"
    robot.inbox.search("cakes")
    assert robot.inbox.empty == "Nothing holds these words"
    robot.press("inbox.empty")
    assert robot.frame.pane.search.text() == ""
    assert len(robot.inbox.names()) == 3


def test_escape_clears_down_goes_into_the_list_and_up_comes_back(desk: Desk, robot: Robot) -> None:
    for number in reversed(range(3)):
        desk.said(f"Author {number}", ago=number)
    robot.open().key("Ctrl+F")
    search, lines = robot.frame.pane.search, robot.frame.pane.list
    assert search.hasFocus()
    robot.inbox.search("author")
    robot.key("Down", search)
    assert lines.hasFocus()
    assert robot.inbox.marked == "Author 0"
    robot.key("Down", lines)
    assert robot.inbox.marked == "Author 1"
    assert robot.room == "case", "the arrow keys show what they rest on"
    assert lines.hasFocus(), "and stay in the list"
    robot.key("Up", lines)
    robot.key("Up", lines)
    assert search.hasFocus()
    robot.key("Esc", search)
    assert search.text() == ""
    assert search.hasFocus()
    robot.key("Esc", search)
    assert lines.hasFocus()


def test_typing_in_the_list_begins_a_search(desk: Desk, robot: Robot) -> None:
    desk.said("Marta")
    desk.said("Robin")
    robot.open().frame.pane.list.setFocus()
    QTest.keyClicks(robot.frame.pane.list, "m")
    assert robot.frame.pane.search.hasFocus()
    QTest.keyClicks(robot.frame.pane.search, "arta")
    robot.settle()
    assert robot.frame.pane.search.text() == "marta"
    assert robot.inbox.names() == ["Marta"]


def test_search_looks_everywhere_or_only_in_this_stage(desk: Desk, robot: Robot) -> None:
    ana = desk.person("Ana")
    judge.set_aside(desk.home, ana, desk.said("Spam Cakes", "Buy cake here."), "spam")
    desk.said("Marta", "The cake said Stan.")
    robot.open().inbox.search("cake")
    assert sorted(robot.inbox.names()) == ["Marta", "Spam Cakes"]
    assert robot.inbox.line("Spam").dim
    where = robot.frame.pane.where
    assert where.button("here").accessibleName() == "Only in New"
    where.button("here").click()
    robot.settle()
    assert robot.inbox.names() == ["Marta"]
    robot.inbox.search("buy")
    assert robot.inbox.empty == "Nothing holds these words"
    robot.press("inbox.empty")
    assert robot.inbox.names() == ["Spam Cakes"]
    robot.inbox.search("")
    assert not where.isVisible()


def test_a_late_answer_is_dropped(
    desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first search is answered after the second."""
    desk.said("Marta", "cake")
    desk.said("Robin", "bread")
    robot.open()
    go_on, real = threading.Event(), queries.mention_ids

    def slow(home: Any, view: Any, wanted: Any = None, words: str = "", limit: Any = None) -> Any:
        if words == "cake":
            go_on.wait(PATIENCE / 1000)
        return real(home, view, wanted, words, limit)

    monkeypatch.setattr(queries, "mention_ids", slow)
    for words in ("cake", "bread"):
        robot.frame.pane.search.setText(words)
        robot.frame.pane.search.asked.emit(words)
    robot.until(lambda: robot.inbox._list.model().rowCount() == 1)
    go_on.set()
    robot.settle()
    assert robot.inbox.names() == ["Robin"]


def test_what_comes_in_keeps_choice_and_place(desk: Desk, robot: Robot) -> None:
    for number in range(60):
        desk.said(f"Author {number:02}", ago=number + 10)
    robot.open()
    lines = robot.frame.pane.list
    lines.setCurrentIndex(lines.model().index(30, 0))
    robot.settle()
    lines.verticalScrollBar().setValue(25 * lines.rowHeight(0) + 17)
    shown = robot.shell.pages.current
    assert robot.inbox.marked == "Author 30"
    robot.desk.write(lambda _home: (desk.said("Newest"), ChangeSet(mentions=True)))
    robot.settle()
    assert robot.inbox.names()[0] == "Newest"
    assert robot.inbox.marked == "Author 30"
    assert lines.verticalScrollBar().value() == 26 * lines.rowHeight(0) + 17
    assert robot.shell.pages.current is shown
    lines.verticalScrollBar().setValue(0)
    robot.desk.write(lambda _home: (desk.said("Newest of all"), ChangeSet(mentions=True)))
    robot.settle()
    assert lines.verticalScrollBar().value() == 0, "at the top, the newest come into sight"


def test_a_long_list_shows_its_first_page_before_the_rest(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "FIRST_PAGE", 20)
    for number in range(70):
        desk.said(f"Author {number:02}", ago=number)
    robot = drive()
    lengths: list[int] = []
    robot.frame.pane.list.verticalScrollBar()
    robot.program.ready.connect(lambda: lengths.append(robot.inbox._list.model().rowCount()))
    robot.open()
    assert lengths == [20]
    assert robot.inbox._list.model().rowCount() == 70
    robot.rail.pick("Cooling off")
    robot.rail.pick("New")
    assert robot.inbox._list.model().rowCount() == 70


def test_a_draft_that_is_saved_reads_no_ids_again(
    desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.said("Marta")
    robot.open()
    asked = _counted(monkeypatch, "mention_ids")
    robot.desk.write(lambda _home: ChangeSet(cases=frozenset({case})))
    robot.settle()
    assert asked == []
    robot.desk.write(lambda _home: ChangeSet(mentions=True))
    robot.settle()
    assert asked == ["mention_ids"]


def test_many_changes_at_once_are_read_together(
    desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.said("Marta")
    robot.open()
    reads = _counted(monkeypatch, "overview")
    for _time in range(30):
        robot.desk.changed.emit(ChangeSet(mentions=True))
    robot.settle()
    assert len(reads) == 2, "one under way, and one more after it"


def test_rounds_that_end_one_after_the_other_share_a_look_and_a_deed_does_not_wait(
    desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.said("Marta")
    robot.open()
    reads = _counted(monkeypatch, "overview")
    inbox = robot.shell.inbox
    monkeypatch.setattr(inbox._pause, "start", lambda _ms: QTimer.start(inbox._pause, 3_600_000))
    robot.desk.changed.emit(ChangeSet(mentions=True, sources=True))
    robot.until(lambda: robot.program.runner.busy == 0)
    assert len(reads) == 1, "the first one at once"
    for _round in range(30):
        robot.desk.changed.emit(ChangeSet(mentions=True, sources=True))
        robot.until(lambda: robot.program.runner.busy == 0)
    assert len(reads) == 1
    assert inbox.behind
    robot.desk.write(lambda _home: ChangeSet(cases=frozenset({case})))
    robot.settle()
    assert len(reads) == 2, "what the rounds brought is seen with it"
    assert not inbox.behind
    robot.desk.changed.emit(ChangeSet(mentions=True, sources=True))
    assert inbox.behind
    inbox._pause.timeout.emit()
    robot.settle()
    assert len(reads) == 3


def test_what_says_nothing_else_of_any_case_paints_no_line_again(desk: Desk, robot: Robot) -> None:
    desk.said("Marta")
    robot.open()
    painted: list[object] = []
    robot.shell.inbox.model.dataChanged.connect(lambda *rows: painted.append(rows))
    robot.desk.changed.emit(ChangeSet(sources=True))
    robot.settle()
    assert painted == []
    robot.desk.changed.emit(ChangeSet(mentions=True))
    robot.settle()
    assert painted


def _counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    """The calls of a query from now on."""
    calls, real = [], getattr(queries, name)

    def counting(*args: Any) -> Any:
        calls.append(name)
        return real(*args)

    monkeypatch.setattr(queries, name, counting)
    return calls


def test_trouble_while_reading_stands_in_the_list_and_goes_when_it_works_again(
    drive: Drive, desk: Desk
) -> None:
    store = BrokenNow()
    desk.store = store
    desk.__post_init__()
    desk.said("Marta")
    robot = drive().open()
    store.broken = True
    robot.rail.pick("Closed")
    assert robot.notice("inbox.notice") == "The data file is damaged. Bring back a backup."
    store.broken = False
    robot.rail.pick("New")
    assert robot.notice("inbox.notice") == ""
    assert robot.inbox.names() == ["Marta"]


def test_rows_that_cannot_be_read_are_grey_and_come_back(drive: Drive, desk: Desk) -> None:
    store = BrokenNow()
    desk.store = store
    desk.__post_init__()
    for number in range(200):
        desk.said(f"Author {number:03}", ago=number)
    robot = drive().open()
    lines = robot.frame.pane.list
    store.broken = True
    lines.scrollToBottom()
    robot.settle()
    last = lines.model().index(199, 0)
    assert last.data(0) == "This line cannot be shown"
    store.broken = False
    robot.desk.changed.emit(ChangeSet(mentions=True))
    robot.settle()
    lines.viewport().repaint()
    robot.settle()
    assert last.data(0) == "Author 199"


def test_a_mention_without_a_case_is_read_but_not_answered(desk: Desk, each_way: Robot) -> None:
    desk.feed(
        "https://blog.example/feed",
        [
            desk.entry("Old Voice", "Long ago the rolls were cold.\n" * 40, ago=60 * 24 * 30),
            desk.entry("New Voice", "Today they were warm.", ago=5),
        ],
    )
    robot = each_way.open()
    robot.until(lambda: robot.inbox.names() == ["New Voice"])
    assert robot.rail.rows()["Older"] == 1
    robot.rail.pick("Older")
    robot.inbox.open("Old Voice")
    assert robot.room == "older"
    text = robot.find("older.text")
    assert text.words().count("cold") == 40, "the whole of it, not the first 400 characters"
    said = [one.text() for one in robot.find("older").findChildren(PlainLabel)]
    assert "Older: nobody expects an answer any more." in said
    assert robot.shell.inbox.view is not None
    robot.inbox.search("warm")
    robot.inbox.open("New Voice")
    assert robot.room == "case"


def test_an_older_mention_may_be_answered_after_all(desk: Desk, each_way: Robot) -> None:
    entry = desk.entry("Old Voice", "Long ago the rolls were cold.", ago=60 * 24 * 30)
    desk.feed("https://blog.example/feed", [entry])
    robot = each_way.open()
    robot.until(lambda: robot.rail.rows()["Older"] == 1)
    for _time in range(2):
        robot.rail.pick("Older")
        robot.inbox.open("Old Voice")
        robot.press("older.answer")
        robot.until(lambda: robot.room == "case")
        robot.settle()
        assert robot.rail.chosen == "New"
        assert robot.inbox.names() == ["Old Voice"]
        assert robot.find("case.mention").words() == "Long ago the rolls were cold."
        assert robot.rail.rows()["Older"] == 1, "what was heard stays as it was heard"
        assert robot.rail.rows()["New"] == 1, "asked for twice, it is the same case"


def test_an_empty_home_offers_to_add_a_source(robot: Robot) -> None:
    robot.open().rail.pick("Closed")
    assert robot.inbox.empty == "Nothing is closed yet"
    assert not robot.there("inbox.empty.also")
    robot.rail.pick("New")
    assert robot.room == "welcome", "nothing was heard yet"
    robot.shell.actions["search"].trigger()
    robot.settle()
    assert robot.inbox.empty == "Nothing new"
    assert robot.find("inbox.empty.also").text() == "Paste a review…"
    robot.press("inbox.empty.also")
    assert robot.room == "paste"
    robot.shell.actions["search"].trigger()
    robot.settle()
    robot.press("inbox.empty")
    assert robot.room == "listening"


def test_a_home_that_listens_offers_to_paste(desk: Desk, robot: Robot) -> None:
    desk.feed("https://blog.example/feed")
    robot.open()
    assert robot.inbox.empty == "Nothing new"
    robot.press("inbox.empty")
    assert robot.room == "paste"


def test_no_other_window_ever_flashes_up(desk: Desk, robot: Robot) -> None:
    desk.said("Marta")
    robot.open()
    for words in ("Cooling off", "Older", "New"):
        robot.rail.pick(words)
    robot.inbox.open("Marta")
    robot.inbox.search("nothing like this")
    assert QApplication.activeWindow() is robot.frame
    assert robot.frame.isActiveWindow()


def test_the_screen_reader_hears_the_stage_and_the_whole_line(desk: Desk, robot: Robot) -> None:
    desk.said("Marta", "Cold rolls.", stars=1, ago=41, site="Google")
    robot.open()
    lines = robot.frame.pane.list
    assert lines.accessibleName() == "New"
    told = lines.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Marta, 41 min. Cold rolls. Complaint, Google 1/5 ★, New."
    assert listen.sources(desk.home) == ()
