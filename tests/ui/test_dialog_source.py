"""Listening to another address: tried first, shown, and only then kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.ui.dialog_robot import DialogRobot

from calmreply.adapters.channels.wordpress import WordPress
from calmreply.app import queries
from calmreply.app.listening import listen
from calmreply.app.listening.offers import Offer
from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Takes
from calmreply.app.rules import settings
from calmreply.app.sending import accounts
from calmreply.domain.mention import Heard, Origin
from calmreply.errors import KnownError
from calmreply.testing.listeners import ScriptedListener
from calmreply.ui.dialogs.add_source import AddSourceDialog
from calmreply.ui.settings.page import SettingsPage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.app.ports import Apart
    from calmreply.ui.kit.theme import Theme

FEED = "https://loafer.example/feed"


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, desk: Desk, worn: Theme
) -> Iterator[DialogRobot]:
    assert worn is not None
    settings.change(desk.home, None, {"business_name": "Corner Bakery", "names": "Sunday loaf"})
    entries = [
        desk.entry("The Loaf-er", "The corner bakery is the best of them.", ago=200),
        desk.entry("Priya", "Kind people there.", ago=3_000),
        desk.entry("Long ago", "Their Sunday loaf was gone.", ago=60 * 24 * 20),
    ]
    desk.serve(FEED, entries, "The Bristol Loaf-er")
    made = DialogRobot(qtbot, desk.home, way=request.param)
    yield made
    made.finish()


def test_it_is_tried_shown_and_then_kept(desk: Desk, robot: DialogRobot) -> None:
    robot.open(AddSourceDialog)
    assert robot.focus == "source.address"
    robot.type("source.address", "loafer.example/feed")
    assert robot.text("source.go") == "Try it"
    if robot.way == "key":
        robot.key("Return")
    else:
        robot.press("source.go")
    said = robot.said()
    assert "The Bristol Loaf-er" in said
    assert "3 entries there now." in said
    assert said.index("The Loaf-er\n") < said.index("Priya") < said.index("Long ago")
    assert listen.sources(desk.home) == ()
    assert queries.inbox(desk.home) == ()
    assert robot.text("source.go") == "Listen to it"
    if robot.way == "key":
        robot.key("Return")
    else:
        robot.press("source.go")
    robot.settle()
    (source,) = listen.sources(desk.home)
    assert (source.address, source.title, source.takes) == (FEED, "The Bristol Loaf-er", Takes.ALL)
    assert robot.done[0].source == source.id
    assert source.mentions == 3  # the first round was asked for at once


def test_a_title_stands_apart_from_the_text_and_is_not_said_twice(
    desk: Desk, robot: DialogRobot
) -> None:
    titled = replace(desk.entry("Kim", "The queue was long."), title="One star")
    twice = replace(desk.entry("Lee", "Great rolls, really."), key="2", title="Great rolls…")
    unsigned = replace(desk.entry("", "Best rolls in town."), key="3")
    desk.serve(FEED, [titled, twice, unsigned], "The Bristol Loaf-er")
    robot.open(AddSourceDialog)
    robot.type("source.address", "loafer.example/feed")
    robot.press("source.go")
    said = robot.said()
    assert "blog.example" in said  # as its line in the inbox is headed
    assert "Somebody" not in said
    assert "One star  ·  The queue was long." in said
    assert "Great rolls… " not in said
    assert "Great rolls, really." in said


def test_only_what_names_us(desk: Desk, robot: DialogRobot) -> None:
    robot.open(AddSourceDialog)
    robot.type("source.address", FEED)
    robot.press("source.go")
    assert "Your names: Corner Bakery, Sunday loaf" in robot.said()
    robot.press("source.named")
    robot.press("source.go")
    robot.settle()
    (source,) = listen.sources(desk.home)
    assert source.takes is Takes.NAMED
    assert source.mentions == 2


def test_without_names_there_is_nothing_to_name(desk: Desk, robot: DialogRobot) -> None:
    settings.change(desk.home, None, {"business_name": "", "names": ""})
    robot.open(AddSourceDialog)
    robot.type("source.address", FEED)
    robot.press("source.go")
    assert not robot.find("source.named").isEnabled()
    assert "There are no names yet" in robot.said()


@pytest.mark.parametrize("code", ["no_such_host", "not_there", "not_a_feed", "too_big"])
def test_what_went_wrong_stands_beside_the_address(
    desk: Desk, robot: DialogRobot, code: str
) -> None:
    desk.sites.fails["https://gone.example"] = KnownError(code, "That went wrong.", "Do this.")
    robot.open(AddSourceDialog)
    robot.press("source.go")
    assert "address is missing" in robot.error("source.address")
    robot.type("source.address", "gone.example")
    robot.press("source.go")
    assert robot.error("source.address") == "That went wrong. Do this."
    assert robot.focus == "source.address"
    assert not robot.there("source.own_network")
    robot.type("source.address", FEED)
    assert robot.error("source.address") == ""
    robot.press("source.go")
    assert robot.text("source.go") == "Listen to it"


def test_what_is_only_tried_is_not_asked_again_by_itself(desk: Desk, robot: DialogRobot) -> None:
    busy = KnownError("site_busy", "It is busy.", "It is tried again by itself.")
    desk.sites.fails["https://gone.example"] = busy
    robot.open(AddSourceDialog)
    robot.type("source.address", "gone.example")
    robot.press("source.go")
    assert robot.error("source.address") == "It is busy. Try it again a little later."


def test_the_own_network_takes_one_explicit_tick(desk: Desk, robot: DialogRobot) -> None:
    home = "https://printer.example"
    desk.serve(home, [desk.entry("Us", "Hello")], "Our board")
    allowed: list[object] = []

    def get(address: str, *, allow_private: bool = False, **_more: object) -> object:
        allowed.append(allow_private)
        if not allow_private:
            raise KnownError("private_address", "That lies in a private network.", "Look twice.")
        return type(desk.sites).get(desk.sites, address)

    desk.sites.get = get  # type: ignore[assignment,method-assign]  # this site alone
    robot.open(AddSourceDialog)
    robot.type("source.address", "printer.example")
    robot.press("source.go")
    assert "private network" in robot.error("source.address")
    assert robot.focus == "source.own_network"
    assert not robot.find("source.own_network").isChecked()
    robot.press("source.own_network")
    robot.type("source.address", "https://printer.example/")
    assert robot.find("source.own_network").isChecked()  # another page of the same host
    robot.type("source.address", "https://printer.example.evil.example/")
    assert not robot.there("source.own_network")
    assert not robot.find("source.address").window().own_network.isChecked()
    robot.type("source.address", "printer.example")
    robot.press("source.go")
    robot.press("source.go")
    robot.settle()
    (source,) = listen.sources(desk.home)
    assert source.allow_private
    assert allowed[:2] == [False, True]


def test_another_address_is_another_question(desk: Desk, robot: DialogRobot) -> None:
    assert desk is not None
    robot.open(AddSourceDialog)
    robot.type("source.address", FEED)
    robot.press("source.go")
    robot.type("source.address", FEED + "2")
    assert robot.text("source.go") == "Try it"
    assert not robot.there("source.all")


def test_one_that_is_listened_to_already(desk: Desk, robot: DialogRobot) -> None:
    listen.add_source(desk.home, FEED)
    robot.open(AddSourceDialog)
    robot.type("source.address", FEED)
    robot.press("source.go")
    assert "You already listen to" in robot.error("source.address")
    assert not robot.find("source.go").isEnabled()
    assert not robot.there("source.all")
    assert len(listen.sources(desk.home)) == 1
    robot.type("source.address", FEED + "2")
    assert robot.error("source.address") == ""
    assert robot.find("source.go").isEnabled()
    assert robot.done == []


@pytest.fixture
def box(desk: Desk) -> ScriptedListener:
    made = ScriptedListener()
    desk.home.listeners["box"] = made  # type: ignore[index]  # the test's own mapping
    return made


def test_a_place_of_another_kind_needs_its_account_first(
    robot: DialogRobot, box: ScriptedListener
) -> None:
    rooms: list[str] = []
    robot.desk.room_wanted.connect(rooms.append)
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "Letter box")
    assert not robot.there("source.address")
    assert not robot.find("source.go").isEnabled()
    assert "needs an account" in robot.said()
    robot.press("source.set_up")
    assert rooms == ["settings:account:box"]
    assert robot.dialogs() == []
    assert box.asked == []


def test_a_place_of_another_kind_is_tried_shown_and_then_kept(
    desk: Desk, robot: DialogRobot, box: ScriptedListener
) -> None:
    made, _changes = accounts.add(desk.home, None, "box", {"host": "mail.example"}, "secret")
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "Letter box")
    robot.type("source.folder", "a/b")
    robot.press("source.go")
    assert robot.error("source.folder") == "There is no such Folder. Choose another."
    robot.type("source.folder", "Reviews")
    kim = Heard("1", "Kim", "The soup was cold.", Origin.FEED, title="Lunch")
    less = KnownError("not_all_shown", "This name may not see all.", "Ask for another role.")
    round_ = Round("Reviews of Kim", (kim,), "c1", lacks=less)
    box.will(round_, Round("Reviews of Kim", (kim,), "c1"))
    box.will(Round("Reviews of Kim", (kim,), "c1"))
    robot.press("source.go")
    said = robot.said()
    assert "Reviews of Kim" in said
    assert "Lunch  ·  The soup was cold." in said
    assert "This name may not see all. Ask for another role." in said
    assert listen.sources(desk.home) == ()
    robot.press("source.go")
    robot.settle()
    (source,) = listen.sources(desk.home)
    assert source.address == f"box:{made.id}/Reviews"
    assert source.mentions == 1


def test_a_place_that_is_listened_to_already_is_said_by_its_title_when_it_is_tried(
    desk: Desk, robot: DialogRobot, box: ScriptedListener
) -> None:
    made, _changes = accounts.add(desk.home, None, "box", {"host": "mail.example"}, "secret")
    box.will(Round("Kim's INBOX", (), "c1"))
    listen.add_place(desk.home, "box")
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "Letter box")
    robot.press("source.go")
    assert "You already listen to Kim's INBOX." in robot.notice("add_source.notice")
    assert made.id not in robot.said()
    assert not robot.find("source.go").isEnabled()
    robot.type("source.folder", "Reviews")
    assert robot.notice("add_source.notice") == ""
    robot.press("source.go")
    robot.press("source.go")
    assert len(listen.sources(desk.home)) == 2


def test_with_one_account_another_can_be_set_up_and_is_the_one_that_is_chosen(
    desk: Desk, robot: DialogRobot, box: ScriptedListener
) -> None:
    assert box.asked == []
    accounts.add(desk.home, None, "box", {"host": "mail.example"}, "secret")
    rooms: list[str] = []
    robot.desk.room_wanted.connect(rooms.append)
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "Letter box")
    robot.press("source.other_account")
    assert rooms == ["settings:account:box"]
    room = robot.room(SettingsPage)
    assert room.show_part("account:box")
    robot.settle()
    robot.type("account.host", "other.example")
    robot.press("account.save")
    robot.settle()
    robot.key("Return")
    robot.settle()
    assert robot.dialogs() == ["dialog.add_source"]
    assert robot.find("source.account").currentText() == "other.example"


def test_trouble_at_a_place_is_said_and_another_field_is_another_question(
    desk: Desk, robot: DialogRobot, box: ScriptedListener
) -> None:
    accounts.add(desk.home, None, "box", {"host": "mail.example"}, "secret")
    box.will(KnownError("sign_in_again", "The password is no longer right.", "Sign in again."))
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "Letter box")
    robot.press("source.go")
    assert "The password is no longer right." in robot.said()
    robot.press("source.go")
    assert robot.text("source.go") == "Listen to it"
    robot.type("source.folder", "Other")
    assert robot.text("source.go") == "Try it"


def test_what_is_seldom_filled_in_is_folded_away(desk: Desk, robot: DialogRobot) -> None:
    shelf = ScriptedListener("shelf", "Shelf", needs_account=False)
    columns = (Field(f"c{n}", f"Column {n}", required=False) for n in range(4))
    shelf.place_fields = (replace(shelf.place_fields[0], file=True), *columns)
    desk.home.listeners["shelf"] = shelf  # type: ignore[index]  # the test's own mapping
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "Shelf")
    assert robot.there("source.folder.choose")
    assert not robot.there("source.c0")
    robot.press("source.more")
    assert robot.there("source.c3")
    assert robot.focus == "source.c0"
    assert not robot.there("source.more")
    robot.type("source.c3", "Stars")
    robot.press("source.go")
    assert "Shelf" in robot.said()
    (place, _cursor) = shelf.asked[0]
    assert place.what == "INBOX"


def test_a_site_s_published_comments_need_no_account(desk: Desk, robot: DialogRobot) -> None:
    desk.home = replace(desk.home, listeners={"wordpress": WordPress()})
    robot.desk.home = desk.home
    site, feed = "https://shop.example", "https://shop.example/comments/feed/"
    desk.serve(feed, [desk.entry("Priya", "Lovely loaf.")], "Comments for the shop")
    desk.serve(site, [], "")
    desk.sites.fails["https://shop.example/?feed=comments-rss2"] = KnownError("x", "x", "x")
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "WordPress comments")
    assert "held ones need one" in robot.said()
    robot.press("source.without_account")
    assert "so will the feed of its comments" in robot.said()
    assert robot.find("source.address").placeholderText() == "https://bluedoor.example"
    robot.type("source.address", "shop.example")
    robot.press("source.go")
    assert "Lovely loaf." in robot.said()
    robot.press("source.go")
    robot.settle()
    (source,) = listen.sources(desk.home)
    assert (source.kind, source.address) == ("feed", feed)
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "WordPress comments")
    robot.press("source.without_account")
    robot.choose("source.kind", "A feed, or a web page that has one")
    assert "a blog, a forum" in robot.said()
    assert robot.find("source.address").placeholderText() == "https://blog.example/feed"


class Table(ScriptedListener):
    """A table with two columns, of which neither looks like the text of anything."""

    def __init__(self) -> None:
        super().__init__("table", "Table", needs_account=False)
        columns = (Field(f"c{n}", f"Column of {n}", required=False) for n in range(4))
        self.place_fields = (replace(self.place_fields[0], file=True), *columns)
        self.looked: list[str] = []

    def offers(
        self,
        said: Mapping[str, str],
        before: Sequence[str],  # noqa: ARG002 - by script
        apart: Apart,  # noqa: ARG002 - by script
        wall: datetime,  # noqa: ARG002 - by script
    ) -> Mapping[str, Offer]:
        self.looked.append(said["folder"])
        if said["folder"] == "letters":
            return {}
        values = (("Wer", "Wer · Kim"), ("Was", "Was · Cold"))
        return {"c0": Offer(values), "c1": Offer(values, "Wer · Kim"), "c2": Offer(values)}

    def what(self, said: Mapping[str, str]) -> str:
        return "/".join(value for value in said.values() if value)


def test_fields_become_choices_once_it_is_known_what_they_may_hold(
    desk: Desk, robot: DialogRobot
) -> None:
    table = Table()
    desk.home.listeners["table"] = table  # type: ignore[index]  # the test's own mapping
    table.will(KnownError("no_text", "No column looks like the text.", "Say which one it is."))
    robot.open(AddSourceDialog)
    robot.choose("source.kind", "Table")
    assert not robot.there("source.c0")
    robot.type("source.folder", "may")
    robot.press("source.go")
    assert robot.focus == "source.c0"
    assert robot.error("source.c0") == "No column looks like the text."
    assert robot.there("source.c1")  # it was found
    assert not robot.there("source.c2")
    robot.press("source.columns.more")
    assert robot.focus == "source.c2"
    assert not robot.there("source.columns.more")
    robot.choose("source.c0", "Was · Cold")
    assert robot.error("source.c0") == ""
    robot.press("source.go")
    assert robot.text("source.go") == "Listen to it"
    assert table.looked == ["may"]
    robot.type("source.folder", "june")
    assert not robot.there("source.c0")
    robot.press("source.go")
    assert robot.find("source.c0").key() == "Was"  # as for the one before
    assert table.looked == ["may", "june"]
    robot.type("source.folder", "letters")
    robot.press("source.go")
    assert not robot.there("source.c0")
    robot.press("source.go")
    robot.settle()
    (source,) = listen.sources(desk.home)
    assert source.address == "table:/letters"
