"""The room "Listening": names, how each source stands, and what is done about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu
from tests.ui.dialog_robot import DialogRobot

from calmreply.adapters import opml
from calmreply.app.listening import listen
from calmreply.app.listening.polling import needs_somebody
from calmreply.app.ports.storage import PollState, Source, Takes
from calmreply.app.rules import settings
from calmreply.app.words import wording_remedies
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError
from calmreply.ui.kit.text import ElidedLabel
from calmreply.ui.listening.page import ListeningPage
from calmreply.ui.listening.states import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.ui.kit.theme import Theme

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen has no menus


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, desk: Desk, worn: Theme
) -> Iterator[DialogRobot]:
    assert worn is not None
    made = DialogRobot(qtbot, desk.home, way=request.param)
    yield made
    made.finish()


def put(desk: Desk, source: Source, **state: Any) -> Source:
    """Let a source stand like this."""
    wall = desk.clock.wall
    now = {"polled_at": wall, "heard_at": wall, "next_at": wall + timedelta(minutes=5), **state}
    with desk.home.store.write() as tx:
        tx.save_poll(source.id, source.title, PollState(**now))
    return next(one for one in listen.sources(desk.home) if one.id == source.id)


def listened(desk: Desk, title: str = "The Loaf-er", **state: Any) -> Source:
    desk.feed(f"https://{title.lower().replace(' ', '')}.example/feed", [], title)
    return put(desk, listen.sources(desk.home)[-1], **state)


# --- how a source stands -----------------------------------------------------------------


_OWN = "It is ours: listen there"
_STANDS = {
    "well": ({}, ("green", "Listening", "just now", "")),
    "slowed": (
        {"trouble": "site_busy", "asked_to_wait": True, "failures": 1},
        ("amber", "Slowed down by the site", "asked to wait until 09:05", ""),
    ),
    "once too slow": (
        {"trouble": "too_slow", "failures": 1},
        ("amber", "Tried again at 09:05", "just now", ""),
    ),
    "too slow again and again": (
        {"trouble": "too_slow", "failures": 3},
        ("red", "Needs you: no answer", "just now", "Check again"),
    ),
    "moved": (
        {"trouble": "not_there", "failures": 2},
        ("red", "Needs you: page moved", "just now", "Look for its feed…"),
    ),
    "no feed": (
        {"trouble": "not_a_feed"},
        ("red", "Needs you: no feed there", "just now", "Look for its feed…"),
    ),
    "closed": (
        {"trouble": "site_wants_sign_in"},
        ("red", "Needs you: wants a sign-in", "just now", "Open its page"),
    ),
    "floods": (
        {"trouble": "brings_too_much"},
        ("red", "Needs you: brings too much", "just now", "Listen only for what names us"),
    ),
    "not all of it": (
        {"trouble": "not_all_shown"},
        ("amber", "Listening, not to all of it", "just now", ""),
    ),
    "ours": ({"trouble": "private_address"}, ("red", "Needs you: own network", "just now", _OWN)),
}


@pytest.mark.parametrize(("state", "said"), _STANDS.values(), ids=_STANDS)
def test_how_it_stands_is_said_in_words(
    desk: Desk, state: dict[str, Any], said: tuple[str, ...]
) -> None:
    source = listened(desk, **state)
    found = told(source, desk.clock.wall, "UTC", needs_somebody=needs_somebody(source))
    does = wording_remedies.action(found.helps) if found.helps else ""
    assert (found.tone, found.words, found.heard, does) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=6), "6 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=30), "yesterday"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_when_it_was_heard_last(desk: Desk, span: timedelta, said: str) -> None:
    source = listened(desk)
    later = desk.clock.wall + span
    assert told(source, later, "UTC", needs_somebody=False).heard == said


def test_when_it_answered_and_when_it_last_brought_anything_are_two_facts(desk: Desk) -> None:
    """One that never brought anything has the time of its first round there."""
    source = listened(desk)
    source = put(desk, source, brought_at=desk.clock.wall - timedelta(hours=2))
    silent = told(source, desk.clock.wall, "UTC", needs_somebody=False)
    assert (silent.heard, silent.brought) == ("just now", "no mention yet")
    assert silent.summary == "answered just now, no mention yet"
    spoke = told(replace(source, mentions=4), desk.clock.wall, "UTC", needs_somebody=False)
    assert (spoke.heard, spoke.brought) == ("just now", "last mention 2 h ago")
    assert spoke.summary == "answered just now, last mention 2 h ago"


def test_both_stand_in_its_row(desk: Desk, robot: DialogRobot) -> None:
    source = listened(desk)
    robot.room(ListeningPage)
    assert "just now\nno mention yet" in robot.said()
    put(desk, source, heard_at=None, trouble="too_slow", failures=1)
    source = listen.sources(desk.home)[0]
    never = told(source, desk.clock.wall, "UTC", needs_somebody=False)
    assert (never.summary, never.brought) == ("never", "")


def test_one_that_was_never_asked_is_asked_soon(desk: Desk) -> None:
    desk.feed("https://new.example/feed", [])
    (source,) = listen.sources(desk.home)
    found = told(source, desk.clock.wall, "UTC", needs_somebody=False)
    assert (found.words, found.heard) == ("Asked soon", "not yet")


# --- the room ----------------------------------------------------------------------------


def test_the_table_follows_what_is_polled(desk: Desk, robot: DialogRobot) -> None:
    source = listened(desk)
    room = robot.room(ListeningPage)
    assert "The Loaf-er" in robot.said()
    more = robot.find(f"listening.more.{source.id}")
    assert more.accessibleName() == "More about The Loaf-er"
    put(desk, source, trouble="not_there", words="It is gone.", way_out="Paste it.", failures=2)
    room._read()
    robot.settle()
    assert "It is gone." in robot.said().split("\n"), "one sentence: the button is the way out"
    assert robot.find(f"listening.more.{source.id}") is more  # the row stayed itself
    assert robot.text(f"listening.act.{source.id}") == "Look for its feed…"


def test_nothing_yet_offers_the_one_thing_to_do(desk: Desk, robot: DialogRobot) -> None:
    assert desk is not None
    robot.room(ListeningPage)
    assert "Nothing is listened to yet" in robot.said()
    assert not robot.find("listening.check").isEnabled()
    robot.press("listening.add_first")
    assert robot.dialogs() == ["dialog.add_source"]


def test_a_source_is_added_from_the_room(desk: Desk, robot: DialogRobot) -> None:
    desk.serve("https://loafer.example/feed", [desk.entry("Priya", "Kind.")], "The Loaf-er")
    robot.room(ListeningPage)
    robot.press("listening.add")
    robot.type("source.address", "loafer.example/feed")
    robot.press("source.go")
    robot.press("source.go")
    robot.settle()
    assert "The Loaf-er" in robot.said()
    assert len(listen.sources(desk.home)) == 1


def test_names_are_added_and_taken_out(desk: Desk, robot: DialogRobot) -> None:
    settings.change(desk.home, None, {"business_name": "Corner Bakery", "names": "Ana Moreno"})
    robot.room(ListeningPage)
    robot.press("listening.add_name")
    assert robot.focus == "listening.name"
    robot.type("listening.name", "  Sunday   loaf ")
    robot.key("Return")
    assert settings.read(desk.home, "names") == "Ana Moreno\nSunday loaf"
    robot.type("listening.name", "Sunday loaf")  # once is enough
    robot.press("listening.take_name")
    assert settings.read(desk.home, "names") == "Ana Moreno\nSunday loaf"
    robot.press("listening.forget.Ana Moreno")
    assert settings.read(desk.home, "names") == "Sunday loaf"
    assert not robot.there("listening.forget.Corner Bakery")
    robot.type("listening.name", "Half a na")
    robot.key("Esc")
    assert not robot.there("listening.name")
    robot.press("listening.add_name")
    assert robot.text("listening.name") == "Half a na"


def chosen(robot: DialogRobot, source: Source, name: str) -> None:
    """Choose from the menu of a source."""
    robot.press(f"listening.more.{source.id}")
    menu = robot.find("listening.menu", QMenu)
    action = menu.findChild(QAction, f"listening.{name}")
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    robot.settle()


def test_removing_is_asked_about_and_keeps_what_it_brought(desk: Desk, robot: DialogRobot) -> None:
    source = listened(desk)
    desk.serve(source.address, [desk.entry("Priya", "Kind.")], "The Loaf-er")
    listen.poll(desk.home, source)
    robot.room(ListeningPage)
    chosen(robot, source, "remove")
    assert "Stop listening to The Loaf-er?" in robot.notice("listening.notice")
    assert len(listen.sources(desk.home)) == 1
    robot.key("Return")
    robot.settle()
    assert listen.sources(desk.home) == ()
    assert robot.notice("listening.notice") == ""


def test_checking_one_brings_what_is_new(desk: Desk, robot: DialogRobot) -> None:
    source = listened(desk)
    desk.serve(source.address, [desk.entry("Priya", "Kind.")], "The Loaf-er")
    robot.room(ListeningPage)
    chosen(robot, source, "again")
    robot.settle()
    assert listen.sources(desk.home)[0].mentions == 1
    assert "1" in robot.said().split("\n")


def test_check_all_presses_the_window_s_own_action(desk: Desk, robot: DialogRobot) -> None:
    listened(desk)
    asked_before = len(desk.sites.asked)
    pressed: list[bool] = []
    action = QAction("Check now", robot.window)
    action.setObjectName("action.check")
    action.triggered.connect(lambda: pressed.append(True))
    robot.room(ListeningPage)
    robot.press("listening.check")
    assert pressed == [True]
    assert len(desk.sites.asked) == asked_before


def test_one_that_moved_is_looked_for_and_replaced(desk: Desk, robot: DialogRobot) -> None:
    source = listened(desk, trouble="not_there", words="Gone.", way_out="Look.", failures=4)
    desk.serve("https://theloaf-er.example/", [desk.entry("Priya", "Kind.")], "Loaf-er, new")
    robot.room(ListeningPage)
    robot.press(f"listening.act.{source.id}")
    assert robot.text("source.address") == "https://theloaf-er.example/"
    robot.key("Esc")
    assert [one.id for one in listen.sources(desk.home)] == [source.id]
    robot.press(f"listening.act.{source.id}")
    robot.press("source.go")
    robot.press("source.go")
    robot.settle()
    assert [one.title for one in listen.sources(desk.home)] == ["Loaf-er, new"]


def test_a_page_is_offered_only_where_there_is_one(desk: Desk, robot: DialogRobot) -> None:
    feed = listened(desk)
    with desk.home.store.write() as tx:
        tx.add_source(Source(SourceId(""), "file", "file:/shop/reviews.csv", "reviews.csv"))
    file = listen.sources(desk.home)[-1]
    robot.room(ListeningPage)
    offered = {}
    for source in (feed, file):
        robot.press(f"listening.more.{source.id}")
        menu = robot.find("listening.menu", QMenu)
        offered[source.kind] = [one.objectName() for one in menu.actions()]
        menu.close()
        robot.settle()
    assert offered["feed"] == ["listening.again", "listening.open", "listening.remove"]
    assert offered["file"] == ["listening.again", "listening.remove"]


def test_its_page_opens_by_the_one_way_only(
    desk: Desk, robot: DialogRobot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: Any) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    good = listened(desk, trouble="site_wants_sign_in", words="No.", way_out="Look.")
    bad = replace(listened(desk, "Odd one"), address="https://a.example@b.example/")
    robot.room(ListeningPage)
    robot.press(f"listening.act.{good.id}")
    assert opened == [good.address]
    room: Any = robot.window.findChild(ListeningPage)
    room._open_page(bad.address)
    assert "is not opened" in robot.notice("listening.notice")
    assert opened == [good.address]


def test_the_found_feed_is_used_with_one_press_and_nothing_comes_twice(
    desk: Desk, robot: DialogRobot
) -> None:
    source = listened(desk)
    entries = [desk.entry("Priya", "Kind people, and warm bread.")]
    desk.serve(source.address, entries, "The Loaf-er")
    listen.poll(desk.home, source)
    new = "https://theloaf-er.example/new"
    desk.serve(new, entries, "The Loaf-er")
    words = f"A page stands where the feed was. It names this feed: {new}"
    put(desk, source, trouble="feed_moved", words=words, way_out="Use it.", found=new)
    robot.room(ListeningPage)
    assert words in robot.said().split("\n")
    assert robot.text(f"listening.act.{source.id}") == "Use the found feed"
    robot.press(f"listening.act.{source.id}")
    robot.settle()
    (after,) = listen.sources(desk.home)
    assert (after.id, after.address, after.state.trouble) == (source.id, new, "")
    assert after.mentions == 1, "asked at once, and what was there stays itself"
    assert not robot.there(f"listening.act.{source.id}")
    with desk.home.store.read() as tx:
        assert any("moved" in str(line) for line in tx.lines())


def test_signing_in_again_goes_to_the_account(desk: Desk, robot: DialogRobot) -> None:
    with desk.home.store.write() as tx:
        tx.add_source(Source(SourceId(""), "imap", "imap:a7/INBOX", "Our mailbox"))
    (source,) = listen.sources(desk.home)
    put(desk, source, trouble="sign_in_again", words="The server refuses that password.")
    robot.room(ListeningPage)
    assert robot.text(f"listening.act.{source.id}") == "Sign in again…"
    robot.press(f"listening.act.{source.id}")
    assert robot.rooms == ["settings:account:imap/a7"]


def test_the_own_network_is_allowed_with_one_press(desk: Desk, robot: DialogRobot) -> None:
    source = listened(desk, trouble="private_address", words="It lies in your own network.")
    robot.room(ListeningPage)
    robot.press(f"listening.act.{source.id}")
    robot.settle()
    (after,) = listen.sources(desk.home)
    assert (after.allow_private, after.state.trouble) == (True, "")


def test_one_that_floods_is_listened_to_for_names_only_with_one_press(
    desk: Desk, robot: DialogRobot
) -> None:
    source = listened(desk, trouble="brings_too_much", words="It brings more than anybody reads.")
    robot.room(ListeningPage)
    with desk.home.store.write() as tx:
        tx.set_setting("business_name", "Corner Bakery")
    robot.press(f"listening.act.{source.id}")
    robot.settle()
    (after,) = listen.sources(desk.home)
    assert (after.takes, after.state.trouble) == (Takes.NAMED, "")


def test_the_way_leads_to_the_first_that_needs_somebody(desk: Desk, robot: DialogRobot) -> None:
    listened(desk)
    needy = listened(desk, "Odd one", trouble="too_slow", failures=3, words="Too slow.")
    room = robot.room(ListeningPage)
    assert room.show_part("needs")
    robot.settle()
    assert robot.focus == f"listening.act.{needy.id}"
    assert not room.show_part("elsewhere")


def test_a_poll_that_fails_is_no_news_of_the_room(desk: Desk, robot: DialogRobot) -> None:
    source = listened(desk)
    desk.sites.fails[source.address] = KnownError("too_slow", "It took too long.", "Wait.")
    robot.room(ListeningPage)
    chosen(robot, source, "again")
    robot.settle()
    assert "It took too long." in robot.said()
    assert robot.notice("listening.notice") == ""


# --- a list of feeds ---------------------------------------------------------------------


def test_a_list_is_added_one_by_one_with_a_reason_for_each_that_is_not(
    desk: Desk, robot: DialogRobot, tmp_path: Path
) -> None:
    listened(desk, "Known")
    desk.serve("https://loafer.example/feed", [desk.entry("Priya", "Kind people.")], "The Loaf-er")
    desk.serve("https://forum.example/feed", [], "The forum")
    file = tmp_path / "mine.opml"
    file.write_text(
        "<opml version='2.0'><body>"
        "<outline text='Loaf-er' xmlUrl='https://loafer.example/feed'/>"
        "<outline text='Known' xmlUrl='https://known.example/feed'/>"
        "<outline text='Bad' xmlUrl='javascript:alert(1)'/>"
        "<outline text='Forum' xmlUrl='https://forum.example/feed'/>"
        "</body></opml>"
    )
    robot.desk.read_list = opml.read_file
    room = robot.room(ListeningPage)
    robot.press("listening.import")
    dialog = robot.find("listening.list")
    dialog.fileSelected.emit(str(file))
    dialog.close()
    robot.settle()
    said = robot.notice("listening.notice")
    assert said.startswith("2 sources were added. Not added: javascript:alert(1)")
    assert "Not added: https://known.example/feed" in said
    assert [one.title for one in listen.sources(desk.home)] == ["Known", "The Loaf-er", "The forum"]
    assert room.table.isVisible()
    file.write_text("Dear diary")
    room.lists.begin(str(file))
    robot.settle()
    assert "source" not in robot.notice("listening.notice")
    assert robot.notice("listening.notice")


def test_no_list_is_offered_where_none_can_be_read(desk: Desk, robot: DialogRobot) -> None:
    assert desk.home
    robot.room(ListeningPage)
    assert not robot.there("listening.import")


def test_where_it_is_narrow_a_long_state_leaves_the_titles_whole(
    desk: Desk, robot: DialogRobot
) -> None:
    listened(desk, "The Bristol Loaf-er", trouble="site_busy", asked_to_wait=True, failures=1)
    listened(desk, "JSON reviews")
    room = robot.room(ListeningPage)
    robot.window.resize(320, 700)
    robot.settle()
    whole = {"The Bristol Loaf-er", "JSON reviews"}
    titles = [one for one in room.findChildren(ElidedLabel) if one.accessibleName() in whole]
    assert {QLabel.text(one) for one in titles if one.isVisible()} == whole
