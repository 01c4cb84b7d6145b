"""The room "Settings": each declared one, saving, refusals in place, accounts to send from."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from tests.ui.case_robot import Bench
from tests.ui.dialog_robot import DialogRobot
from tests.ui.patience import PATIENCE

from calmreply.adapters.channels.imap.listener import ImapListener
from calmreply.adapters.channels.mail import MailChannel
from calmreply.app.listening.searches import PlaceAt
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.listeners import NOT_ALL
from calmreply.app.rules import proposals, settings
from calmreply.app.sending import accounts
from calmreply.app.sending.send import secret_name
from calmreply.errors import KnownError
from calmreply.testing.listeners import ScriptedListener
from calmreply.testing.secrets import FakeSecrets
from calmreply.ui.dialogs.add_source import AddSourceDialog
from calmreply.ui.settings.account_form import Kind, what_is_set
from calmreply.ui.settings.page import SettingsPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot
    from tests.ui.conftest import Desk

    from calmreply.app.ports import Web
    from calmreply.app.ports.storage import Account
    from calmreply.ui.kit.theme import Theme


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(params=["mouse", "key"])
def robot(
    request: pytest.FixtureRequest, qtbot: QtBot, bench: Bench, worn: Theme
) -> Iterator[DialogRobot]:
    assert worn is not None
    made = DialogRobot(qtbot, bench.home, who=bench.ana, way=request.param)
    yield made
    made.finish()


def read(bench: Bench, name: str) -> str:
    return settings.read(bench.home, name)


def wrong(room: SettingsPage, name: str) -> str:
    return room.rows[name].error()


def test_every_declared_setting_has_a_field_that_says_what_is_in_force(
    bench: Bench, robot: DialogRobot
) -> None:
    settings.change(
        bench.home,
        bench.ana,
        {"names": "One\nTwo", "hours": "2,4-5 07:30-24:00", "theme": "dark", "notice": "no"},
    )
    room = robot.room(SettingsPage)
    for setting in settings.declared():
        assert robot.there(f"settings.{setting.name}"), setting.name
        assert room.rows[setting.name].field.accessibleName(), setting.name
        assert room.rows[setting.name].value() == read(bench, setting.name), setting.name
    assert room.changed() == {}
    assert not robot.there("settings.save")


def test_nothing_is_saved_before_save(bench: Bench, robot: DialogRobot) -> None:
    room = robot.room(SettingsPage)
    robot.type("settings.business_name", "Corner Bakery")
    robot.press("settings.notice")
    robot.press("settings.hours.days.7")
    assert "3 changes are not saved yet." in robot.said()
    assert read(bench, "business_name") == ""
    robot.press("settings.undo")
    assert room.changed() == {}
    assert robot.text("settings.business_name") == ""
    robot.type("settings.business_name", "Corner Bakery")
    if robot.way == "key":
        robot.key("Ctrl+S")
    else:
        robot.press("settings.save")
    assert read(bench, "business_name") == "Corner Bakery"
    assert not robot.there("settings.save")


def test_a_refusal_stands_beside_its_own_field_and_the_rest_is_kept(
    bench: Bench, robot: DialogRobot
) -> None:
    room = robot.room(SettingsPage)
    robot.type("settings.business_name", "Corner Bakery")
    robot.type("settings.zone", "Nowhere")
    robot.find("settings.wait_complaint_calm").setValue(5)
    robot.find("settings.wait_complaint_stung").setValue(90)
    for day in robot.find("settings.hours").days.chosen():
        robot.press(f"settings.hours.days.{day}")
    robot.press("settings.save")
    assert "Nowhere does not fit" in wrong(room, "zone")
    assert "never shorter than 10 minutes" in wrong(room, "wait_complaint_calm")
    assert "one day at least" in wrong(room, "hours")
    assert wrong(room, "wait_complaint_stung") == ""
    assert read(bench, "business_name") == "Corner Bakery"
    assert read(bench, "wait_complaint_stung") == "90"
    assert set(room.changed()) == {"zone", "wait_complaint_calm", "hours"}
    robot.type("settings.zone", "Europe/London")
    assert wrong(room, "zone") == ""
    robot.press("settings.save")
    assert read(bench, "zone") == "Europe/London"


def test_a_city_is_enough_for_its_time_zone(bench: Bench, robot: DialogRobot) -> None:
    robot.room(SettingsPage)
    for typed, meant in (("new york", "America/New_York"), ("europe/london", "Europe/London")):
        robot.type("settings.zone", typed)
        robot.key("Tab")
        assert robot.text("settings.zone") == meant
    robot.press("settings.save")
    assert read(bench, "zone") == "Europe/London"


def test_a_rule_is_not_loosened_once_a_case_has_begun(bench: Bench, robot: DialogRobot) -> None:
    bench.read(bench.said())
    room = robot.room(SettingsPage)
    robot.find("settings.wait_complaint_stung").setValue(30)
    row = room.rows["wait_complaint_stung"]
    assert row.rule() == (
        "Somebody stung waits 30 min before a complaint is answered, and never less than 10 min."
    )
    robot.until(row.weaker)
    assert not robot.there("settings.proposal.1.withdraw")
    robot.press("settings.save")
    robot.until(lambda: robot.there("settings.proposal.1.withdraw"))
    assert wrong(room, "wait_complaint_stung") == ""
    assert (row.value(), row.weaker()) == ("60", False), "what is in force"
    assert robot.notice("settings.notice").startswith("What asks for less is proposed;")
    assert read(bench, "wait_complaint_stung") == "60"
    assert "Ana proposes this. A second person has to agree." in robot.said()
    assert not robot.there("settings.proposal.1.agree"), "her own"
    robot.press("settings.proposal.1.withdraw")
    robot.until(lambda: not robot.there("settings.proposal.1.withdraw"))
    assert proposals.waiting(bench.home) == ()


def test_the_second_person_agrees_to_a_weaker_rule(bench: Bench, robot: DialogRobot) -> None:
    bench.read(bench.said())
    settings.change(bench.home, bench.tom, {"wait_complaint_stung": "30"})
    robot.room(SettingsPage)
    robot.until(lambda: robot.there("settings.proposal.1.agree"))
    robot.press("settings.proposal.1.agree")
    robot.until(lambda: "Tom proposes this, Ana agrees." in robot.said())
    assert "In force from" in robot.said()
    (one,) = proposals.waiting(bench.home)
    assert one.seconded == "Ana"


def test_what_changes_elsewhere_shows_but_never_over_words_being_typed(
    bench: Bench, robot: DialogRobot
) -> None:
    room = robot.room(SettingsPage)
    robot.type("settings.business_name", "Corner Bak")
    changes = settings.change(
        bench.home, None, {"business_name": "Other", "currency": "CHF", "theme": "light"}
    )
    robot.desk.changed.emit(changes)
    robot.settle()
    assert robot.text("settings.business_name") == "Corner Bak"
    assert robot.text("settings.currency") == "CHF"
    assert room.rows["theme"].value() == "light"


def test_a_rule_is_changed_in_somebody_s_name_a_choice_is_not(
    qtbot: QtBot, bench: Bench, worn: Theme
) -> None:
    assert worn is not None
    robot = DialogRobot(qtbot, bench.home)
    robot.room(SettingsPage)
    robot.find("settings.theme").choose("dark")
    robot.press("settings.save")
    assert read(bench, "theme") == "dark"
    assert robot.asked_who == []
    robot.press("settings.sign_praise")
    robot.press("settings.save")
    assert read(bench, "sign_praise") == "no"
    robot.answer(bench.tom)
    assert read(bench, "sign_praise") == "yes"
    robot.finish()


def test_in_a_home_without_people_rules_are_set_by_nobody(
    qtbot: QtBot, desk: Desk, worn: Theme
) -> None:
    assert worn is not None
    robot = DialogRobot(qtbot, desk.home)
    robot.room(SettingsPage)
    robot.type("settings.zone", "Europe/London")
    robot.press("settings.save")
    assert settings.read(desk.home, "zone") == "Europe/London"
    assert robot.asked_who == []
    robot.finish()


# --- accounts -------------------------------------------------------------------------------


@pytest.fixture
def mail(bench: Bench) -> Bench:
    """With the fields of the real e-mail channel."""
    bench.home.channels["mail"] = Fielded()  # type: ignore[index]  # a dict in tests
    return bench


class Fielded(MailChannel):
    """The real fields; whether signing in works is up to the password."""

    def test(self, account: object, secret: str | None, _tools: object) -> None:
        assert account is not None
        if secret != "right":
            raise KnownError("bad_login", "The server refuses that password.", "Type it again.")


def fill(robot: DialogRobot, **more: str) -> None:
    told = {"name": "Corner Bakery", "address": "hello@corner.example", "host": "smtp.example"}
    for name, value in {**told, **more}.items():
        robot.type(f"account.{name}", value)


def test_an_account_is_tested_before_it_is_kept(mail: Bench, robot: DialogRobot) -> None:
    robot.room(SettingsPage)
    robot.press("accounts.add.mail")
    assert robot.focus == "account.name"
    assert robot.text("account.port") == "587"
    assert robot.find("account.security").key() == "starttls"
    fill(robot, password="wrong")
    robot.press("account.test")
    assert "refuses that password" in robot.notice("account.notice")
    robot.type("account.password", "right")
    robot.press("account.test")
    assert "It works" in robot.notice("account.notice")
    assert accounts.everything(mail.home) == ()
    robot.press("account.save")
    (account,) = accounts.everything(mail.home)
    assert account.settings["address"] == "hello@corner.example"
    assert "right" not in account.settings.values()
    assert mail.home.secrets.get(secret_name(account.id)) == "right"
    assert "E-mail is set up." in robot.notice("accounts.notice")
    assert not robot.there("account.name")
    robot.press(f"accounts.test.{account.id}")
    assert "It works" in robot.notice("accounts.notice")


def test_an_account_is_told_by_what_somebody_chose(robot: DialogRobot) -> None:
    channel = MailChannel()
    kind = Kind(channel.kind, channel.title, channel.fields)
    plain = {"name": "Us", "address": "us@corner.example", "port": "587", "security": "starttls"}
    assert what_is_set(kind, {**plain, "own_network": "no"}) == "Us · us@corner.example"
    said = what_is_set(kind, {**plain, "port": "465", "security": "tls", "user": "till"})
    assert said == "Us · us@corner.example · 465 · Protection: TLS from the start · till"
    robot.room(SettingsPage)
    told = robot.find("settings.tell")
    room = told.fontMetrics().horizontalAdvance(told.itemText(told.findData("gathered")))
    assert told.width() > room + 26, "the longest choice can be read whole"


class InOwnNetwork(ScriptedListener):
    """Stands in the own network, as somebody must say."""

    def sign_in(
        self, account: Account, secret: str | None, web: Web, *, allow_private: bool = False
    ) -> None:
        super().sign_in(account, secret, web, allow_private=allow_private)
        if not allow_private:
            raise KnownError("private_address", "That lies in a private network.", "Look twice.")


def test_an_account_in_the_own_network_takes_one_explicit_tick(
    bench: Bench, robot: DialogRobot
) -> None:
    box = InOwnNetwork()
    bench.home.listeners["box"] = box  # type: ignore[index]  # a dict in tests
    robot.room(SettingsPage)
    robot.press("accounts.add.box")
    robot.type("account.host", "nas.example")
    assert not robot.there("account.own_network")
    robot.press("account.test")
    assert "private network" in robot.notice("account.notice")
    assert robot.focus == "account.own_network"
    assert not robot.find("account.own_network").isChecked()
    robot.press("account.own_network")
    robot.press("account.test")
    assert "It works" in robot.notice("account.notice")
    robot.press("account.save")
    (account,) = accounts.everything(bench.home)
    robot.press(f"accounts.test.{account.id}")
    notice = robot.find("accounts.notice")
    assert "private network" in notice.words()
    notice._act()
    robot.settle()
    assert "It works" in robot.notice("accounts.notice")
    assert box.allowed == [False, True, False, True]


class NotAll(ScriptedListener):
    """Signs in, and is not shown everything."""

    def lacks(
        self, account: Account, secret: str | None, web: Web, *, allow_private: bool = False
    ) -> KnownError | None:
        self.sign_in(account, secret, web, allow_private=allow_private)
        return KnownError(NOT_ALL, "This name may not see what waits.", "Ask for another role.")


def test_what_is_not_shown_to_an_account_is_told_when_it_is_tested(
    bench: Bench, robot: DialogRobot
) -> None:
    bench.home.listeners["box"] = NotAll()  # type: ignore[index]  # a dict in tests
    robot.room(SettingsPage)
    robot.press("accounts.add.box")
    robot.type("account.host", "blog.example")
    robot.press("account.test")
    told = "It works, but not for all of it. Nothing was sent."
    for words in (told, "This name may not see what waits. Ask for another role."):
        assert words in robot.notice("account.notice")
    robot.press("account.save")
    (account,) = accounts.everything(bench.home)
    robot.press(f"accounts.test.{account.id}")
    assert told in robot.notice("accounts.notice")


def test_what_each_kind_of_account_is_for_stands_beside_its_button(
    mail: Bench, robot: DialogRobot
) -> None:
    mail.home.listeners["box"] = ScriptedListener()  # type: ignore[index]  # a dict in tests
    both = ScriptedListener("mail", "E-mail")
    robot.room(SettingsPage)
    said = robot.said()
    assert "To answer by it; it brings nothing in." in said
    assert "To listen to what arrives there; it sends nothing." in said
    assert "To listen there, and to answer there." not in said
    mail.home.listeners["mail"] = both  # type: ignore[index]  # likewise
    robot.room(SettingsPage)
    assert "To listen there, and to answer there." in robot.said()


def test_what_an_account_lacks_stands_beside_it(mail: Bench, robot: DialogRobot) -> None:
    robot.room(SettingsPage)
    robot.press("accounts.add.mail")
    robot.press("account.save")
    assert robot.error("account.name").startswith("Sender's name is missing.")
    assert robot.focus == "account.name"
    fill(robot, address="")
    robot.press("account.save")
    assert "E-mail address is missing" in robot.error("account.address")
    assert accounts.everything(mail.home) == ()
    robot.press("account.leave")
    assert robot.there("accounts.add.mail")


def test_what_does_not_fit_stands_beside_it_and_nothing_is_tried_again_in_a_form(
    bench: Bench, robot: DialogRobot
) -> None:
    bench.home.listeners["imap"] = ImapListener()  # type: ignore[index]  # a dict in tests
    robot.room(SettingsPage)
    robot.press("accounts.add.imap")
    told = {"host": "127.0.0.1", "user": "us@corner.example", "password": "right"}
    for name, value in {**told, "port": "99999"}.items():
        robot.type(f"account.{name}", value)
    robot.press("account.test")
    said = robot.error("account.port")
    assert said.startswith("The port is a number from 1 to 65535.")
    assert said.endswith("Put it right and try again.")
    assert robot.focus == "account.port"
    with socket.create_server(("127.0.0.1", 0)) as door:
        nobody = door.getsockname()[1]
    robot.type("account.port", str(nobody))
    robot.press("account.test")
    words = robot.notice("account.notice")
    assert f"Nothing answers at 127.0.0.1, port {nobody}." in words
    assert 'Port 993 goes with "TLS from the start"' in words
    assert "by itself" not in words
    robot.press("account.leave")


def test_an_account_is_forgotten_only_when_it_is_said_twice(
    mail: Bench, robot: DialogRobot
) -> None:
    account, _changes = accounts.add(
        mail.home,
        mail.ana,
        "mail",
        {"name": "Us", "address": "us@corner.example", "host": "smtp.example"},
        "right",
    )
    robot.room(SettingsPage)
    assert "us@corner.example" in robot.said()
    robot.press(f"accounts.remove.{account.id}")
    said = robot.notice("accounts.notice")
    assert "us@corner.example" in said.partition("and its password?")[0]
    assert len(accounts.everything(mail.home)) == 1
    robot.key("Return")
    robot.settle()
    assert accounts.everything(mail.home) == ()
    assert mail.home.secrets.get(secret_name(account.id)) is None
    assert "us@corner.example" not in robot.said()


def test_where_no_keyring_keeps_the_password_it_is_said(mail: Bench, robot: DialogRobot) -> None:
    secrets = mail.home.secrets
    assert isinstance(secrets, FakeSecrets)
    secrets.keeps, secrets.why = False, "No keyring here: it is kept for this run only."
    robot.room(SettingsPage)
    robot.press("accounts.add.mail")
    fill(robot, password="right")
    robot.press("account.save")
    assert "kept for this run only" in robot.notice("accounts.notice")


def test_the_way_to_an_account_leads_to_its_form_and_back_to_the_source(
    bench: Bench, robot: DialogRobot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calmreply.ui.settings.page._SETTLES", PATIENCE)
    box = ScriptedListener()
    bench.home.listeners["box"] = box  # type: ignore[index]  # a dict in tests
    robot.open(AddSourceDialog, place=PlaceAt("box", (("folder", "Reviews"),)))
    robot.press("source.set_up")
    (where,) = robot.rooms
    room = robot.room(SettingsPage)
    assert room.show_part(where.removeprefix("settings:"))
    robot.settle()
    assert robot.focus == "account.host"
    robot.until(lambda: not robot.find("account.host").visibleRegion().isEmpty())
    robot.type("account.host", "mail.example")
    robot.press("account.save")
    assert "is set up" in robot.notice("accounts.notice")
    in_sight = room.accounts.notice.visibleRegion
    robot.until(lambda: not in_sight().isEmpty())
    room._brought()  # on a busy computer the list above it grows only after that
    for number in range(30):
        accounts.add(bench.home, bench.ana, "box", {"host": f"mail{number}.example"}, "right")
    robot.desk.changed.emit(ChangeSet(accounts=True))
    robot.settle()
    robot.until(lambda: not in_sight().isEmpty())
    robot.key("Return")
    assert robot.dialogs() == ["dialog.add_source"]
    assert robot.find("source.kind").currentText() == "Letter box"
    assert robot.text("source.folder") == "Reviews"


def test_the_way_to_a_setting_leads_into_its_field(robot: DialogRobot) -> None:
    room = robot.room(SettingsPage)
    assert room.show_part("contacts")
    robot.settle()
    assert robot.focus == "settings.contacts"
    assert not room.show_part("no such thing")


def test_signing_in_again_opens_that_account_and_leads_back(
    mail: Bench, robot: DialogRobot
) -> None:
    room = robot.room(SettingsPage)
    robot.press("accounts.add.mail")
    fill(robot)
    robot.press("account.save")
    (account,) = accounts.everything(mail.home)
    assert room.show_part(f"account:mail/{account.id}")
    robot.settle()
    assert robot.text("account.address") == account.settings["address"]
    assert robot.focus == "account.password", "it is what is asked for"
    robot.type("account.password", "new one")
    robot.press("account.save")
    assert accounts.everything(mail.home) == (account,)
    assert mail.home.secrets.get(secret_name(account.id)) == "new one"
    robot.key("Space")
    assert robot.rooms == ["listening"]


def test_from_a_reply_it_leads_back_to_that(mail: Bench, robot: DialogRobot) -> None:
    room = robot.room(SettingsPage)
    cases: list[str] = []
    robot.desk.case_wanted.connect(cases.append)
    robot.press("accounts.add.mail")
    fill(robot)
    robot.press("account.save")
    (account,) = accounts.everything(mail.home)
    assert room.show_part(f"account:mail/{account.id}/c7")
    robot.settle()
    robot.press("account.save")
    robot.key("Space")
    assert (cases, robot.rooms) == (["c7"], [])
    robot.press(f"accounts.change.{account.id}")
    robot.press("account.save")
    assert robot.text("accounts.notice") == "E-mail is changed.", "nobody came from there now"
