"""The room "Listening": names by kind, changed in place, and the ready searches made of them."""

from __future__ import annotations

import gettext
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton
from tests.ui.dialog_robot import DialogRobot

from calmreply import i18n
from calmreply.adapters.channels.bluesky import Bluesky
from calmreply.app.listening import listen, searches
from calmreply.app.listening.searches import FeedAt
from calmreply.app.rules import settings
from calmreply.app.sending import accounts
from calmreply.domain.names import NameKind
from calmreply.ui.listening import names, naming
from calmreply.ui.listening.page import ListeningPage
from calmreply.ui.listening.ready import AT_ONCE, HANDFUL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.ui.kit.theme import Theme

LOAF = "product: Sunday loaf = Sundayloaf - bread machine"


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, desk: Desk, worn: Theme
) -> Iterator[DialogRobot]:
    assert worn is not None
    settings.change(desk.home, None, {"business_name": "Corner Bakery", "names": LOAF})
    made = DialogRobot(qtbot, desk.home, way=request.param)
    yield made
    made.finish()


def kept(desk: Desk) -> list[str]:
    return settings.read(desk.home, "names").splitlines()


def shown(robot: DialogRobot) -> list[str]:
    """The names of the buttons of the ready searches, as they are read out."""
    room = robot.window.findChild(ListeningPage)
    assert isinstance(room, ListeningPage)
    buttons = room.ready.findChildren(QAbstractButton)
    return [
        one.accessibleName()
        for one in buttons
        if one.isVisible() and one.objectName()[-1].isdigit()
    ]


# --- names -------------------------------------------------------------------------------


def test_names_stand_by_their_kinds_with_what_is_said_of_them(
    desk: Desk, robot: DialogRobot
) -> None:
    settings.change(desk.home, None, {"names": f"competitor: Loaf & Co\n{LOAF}\nperson: Ana"})
    robot.room(ListeningPage)
    said = robot.said()
    heads = ["Business\n", "Products\n", "People\n", "Competitors, kept apart\n"]
    assert sorted(heads, key=said.index) == heads
    assert "also Sundayloaf · not beside bread machine" in said


def test_a_name_is_added_with_its_spellings_and_words(desk: Desk, robot: DialogRobot) -> None:
    robot.room(ListeningPage)
    robot.press("listening.add_name")
    robot.choose("listening.name_kind", "A competitor")
    robot.type("listening.name", "Loaf - the shop")
    robot.type("listening.name_spellings", "Loafshop,  Loaf-Shop , Loafshop")
    robot.type("listening.name_excludes", "shop steward")
    robot.press("listening.take_name")
    line = 'competitor: "Loaf - the shop" = Loafshop, Loaf-Shop - shop steward'
    assert kept(desk) == [LOAF, line]
    assert robot.text("listening.name") == ""
    assert robot.text("listening.name_excludes") == ""
    assert "Competitors, kept apart" in robot.said()


def test_a_name_is_changed_in_place_and_esc_leaves_it(desk: Desk, robot: DialogRobot) -> None:
    robot.room(ListeningPage)
    change = robot.find("listening.change.Sunday loaf")
    assert change.accessibleName() == "Change Sunday loaf"
    robot.press("listening.change.Sunday loaf")
    assert robot.focus == "listening.name"
    assert robot.text("listening.take_name") == "Keep"
    assert robot.text("listening.name_spellings") == "Sundayloaf"
    robot.type("listening.name_spellings", "Other")
    robot.key("Esc")
    assert not robot.there("listening.name")
    assert kept(desk) == [LOAF]
    robot.press("listening.change.Sunday loaf")
    assert robot.text("listening.name_spellings") == "Sundayloaf"
    robot.choose("listening.name_kind", "The business")
    robot.type("listening.name_spellings", "")
    robot.type("listening.name", "Sunday bun")
    robot.key("Return")
    assert kept(desk) == ["Sunday bun - bread machine"]
    assert not robot.there("listening.name")
    robot.press("listening.add_name")
    assert robot.text("listening.name") == ""
    assert robot.text("listening.take_name") == "Add"


def test_the_own_name_gets_spellings_and_keeps_its_name(desk: Desk, robot: DialogRobot) -> None:
    robot.room(ListeningPage)
    robot.press("listening.change.Corner Bakery")
    assert robot.focus == "listening.name_spellings"
    assert robot.find("listening.name").isReadOnly()
    assert not robot.find("listening.name_kind").isEnabled()
    robot.type("listening.name_spellings", "CornerBakery")
    robot.type("listening.name_excludes", "Leeds")
    robot.press("listening.take_name")
    assert kept(desk) == ["Corner Bakery = CornerBakery - Leeds", LOAF]
    assert not robot.there("listening.forget.Corner Bakery")
    robot.press("listening.change.Corner Bakery")
    robot.type("listening.name_spellings", "")
    robot.type("listening.name_excludes", "")
    robot.press("listening.take_name")
    assert kept(desk) == [LOAF]


def test_what_could_never_be_heard_is_said_beside_the_field(desk: Desk, robot: DialogRobot) -> None:
    robot.room(ListeningPage)
    robot.press("listening.add_name")
    robot.type("listening.name", "Blue Door")
    robot.type("listening.name_excludes", "door")
    robot.press("listening.take_name")
    assert "excluding words" in robot.error("listening.name_excludes")
    assert robot.focus == "listening.name_excludes"
    robot.type("listening.name_excludes", "hotel")
    assert robot.error("listening.name_excludes") == ""
    robot.choose("listening.name_kind", "A product")
    robot.type("listening.name", "sunday LOAF")
    robot.press("listening.take_name")
    assert robot.error("listening.name") == "This name is there already."
    assert kept(desk) == [LOAF]


# --- ready searches ----------------------------------------------------------------------


def test_a_handful_is_offered_and_the_rest_on_request(desk: Desk, robot: DialogRobot) -> None:
    offers = searches.offered(desk.home)
    robot.room(ListeningPage)
    first = shown(robot)
    assert len(first) == HANDFUL
    assert first[0] == "Listen: News, Corner Bakery"
    assert robot.text("listening.ready.more") == f"Show all {len(offers)} searches"
    robot.press("listening.ready.more")
    assert len(shown(robot)) == len(offers)
    assert robot.focus == f"listening.ready.{HANDFUL}"
    assert not robot.there("listening.ready.more")
    assert robot.text("listening.ready.fewer") == "Show fewer"
    robot.press("listening.ready.fewer")
    assert len(shown(robot)) == HANDFUL
    assert robot.focus == "listening.ready.more"


def test_with_a_source_there_they_are_hidden_until_asked_for(
    desk: Desk, robot: DialogRobot
) -> None:
    desk.feed("https://blog.example/feed")
    robot.room(ListeningPage)
    assert shown(robot) == []
    robot.press("listening.ready.more")
    assert len(shown(robot)) == len(searches.offered(desk.home))
    assert robot.text("listening.ready.fewer") == "Hide them"
    robot.press("listening.ready.fewer")
    assert shown(robot) == []


def test_hundreds_come_a_part_at_a_time(desk: Desk, robot: DialogRobot) -> None:
    lines = "\n".join(f"product: Loaf {number} A" for number in range(30))
    settings.change(desk.home, None, {"names": lines})
    robot.room(ListeningPage)
    assert robot.text("listening.ready.more") == f"Show {AT_ONCE} more"
    robot.press("listening.ready.more")
    assert len(shown(robot)) == HANDFUL + AT_ONCE


def test_without_names_nothing_is_offered(desk: Desk, robot: DialogRobot) -> None:
    settings.change(desk.home, None, {"business_name": "", "names": ""})
    robot.room(ListeningPage)
    assert "Ready searches" not in robot.said()


def test_one_press_and_a_try_make_a_source_of_a_search(desk: Desk, robot: DialogRobot) -> None:
    way = searches.offered(desk.home)[0].search.way
    assert isinstance(way, FeedAt)
    desk.serve(way.address, [desk.entry("The Loaf-er", "Corner Bakery is best.")], "News")
    robot.room(ListeningPage)
    robot.press("listening.ready.0")
    assert robot.text("source.address") == way.address
    robot.press("source.go")
    robot.press("source.go")
    robot.settle()
    assert [one.address for one in listen.sources(desk.home)] == [way.address]
    assert shown(robot) == []  # there is a source now: the rest waits to be asked for
    robot.press("listening.ready.more")
    assert not robot.there("listening.ready.0")  # it says "Listening" in place of the button
    assert robot.there("listening.ready.1")


def ready_number(desk: Desk, what: str) -> int:
    offers = searches.offered(desk.home)
    return next(number for number, one in enumerate(offers) if one.search.what == what)


def test_a_search_of_a_site_begins_with_its_fields_filled_in(
    desk: Desk, robot: DialogRobot
) -> None:
    sky: Any = Bluesky()
    desk.home.listeners["bluesky"] = sky  # type: ignore[index]  # the test's own mapping
    robot.room(ListeningPage)
    button = f"listening.ready.{ready_number(desk, 'bluesky')}"
    robot.press(button)
    assert robot.there("source.set_up")
    assert not robot.there("source.address")
    robot.key("Esc")
    said = {"service": "https://sky.example", "handle": "corner.sky.example"}
    accounts.add(desk.home, None, "bluesky", said, "secret")
    robot.press(button)
    assert robot.find("source.watch").key() == "search"
    assert robot.text("source.words") == '"Corner Bakery"'
    assert robot.find("source.go").isEnabled()
    robot.choose("source.kind", "A feed, or a web page that has one")
    assert robot.there("source.address")


def test_a_page_opens_by_the_one_way_only(
    desk: Desk, robot: DialogRobot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    works = [True]

    def open_url(url: Any) -> bool:
        opened.append(bytes(url.toEncoded().data()).decode())
        return works[0]

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    settings.change(desk.home, None, {"names": "A & B? = ü#1 - x%y"})
    robot.room(ListeningPage)
    robot.press("listening.ready.more")
    robot.press(f"listening.ready.{ready_number(desk, 'alert')}")
    robot.press(f"listening.ready.{ready_number(desk, 'claim')}")
    alert, claim = opened
    assert parse_qs(urlsplit(alert).query) == {"q": ['"Corner Bakery"']}
    assert claim == "https://business.google.com/"
    others = [one.search for one in searches.offered(desk.home)]
    number = next(
        number
        for number, one in enumerate(others)
        if one.what == "alert" and one.name.name == "A & B?"
    )
    works[0] = False
    robot.press(f"listening.ready.{number}")
    assert parse_qs(urlsplit(opened[-1]).query) == {"q": ['"A & B?" OR "ü#1" -"x%y"']}
    assert "No browser" in robot.notice("listening.notice")


def test_all_of_it_is_usable_in_a_narrow_room_with_large_long_words(
    desk: Desk, robot: DialogRobot, worn: Theme
) -> None:
    long = "person: Donaudampfschifffahrtsgesellschaftskapitänswitwe Maria-Theresia von und zu"
    settings.change(desk.home, None, {"names": f"{LOAF}\n{long}"})
    i18n.install(i18n.PseudoTranslations())
    try:
        worn.set_scale(2.0)
        robot.window.resize(620, 700)
        room = robot.room(ListeningPage)
        robot.press("listening.change.Sunday loaf")
        robot.press("listening.ready.more")
        page = room.page
        assert page.widget().width() <= page.viewport().width()
        inside = page.widget().rect()
        for one in room.findChildren(QAbstractButton):
            if one.isVisible() and page.widget().isAncestorOf(one):
                at = one.mapTo(page.widget(), one.rect().topLeft())
                assert inside.contains(one.rect().translated(at)), one.objectName()
                assert one.accessibleName(), one.objectName()
    finally:
        worn.set_scale(1.0)
        i18n.install(gettext.NullTranslations())


def test_every_kind_has_its_words() -> None:
    assert set(names.headings()) == set(naming.kinds()) == set(NameKind)
