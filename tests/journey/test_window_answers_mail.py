"""Mails answered by the window: in their thread, without a connection, with an old password."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from tests.journey.answers import Answering, opened
from tests.journey.before import earlier
from tests.journey.hands import Keys, Mouse
from tests.journey.said import ANA, BEN, REPLY, SAID
from tests.journey.test_window_listens_mailbox import dovecot, trusted
from tests.listening.real_dovecot import PASSWORD, USER, RealDovecot

from calmreply.app.sending import send

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage

    from tests.journey.conftest import Shop

__all__ = ["dovecot", "trusted"]
pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
    pytest.mark.timeout(600),  # the first test may have to install the server
]
LETTER = (
    "From: Carla <carla@customer.example>\r\nTo: {to}\r\nSubject: My order\r\n"
    "Date: {date:%a, %d %b %Y %H:%M:%S +0000}\r\nMessage-ID: <two@customer.example>\r\n"
    "\r\n{text}\r\n"
)
CAKE = "The cake came without candles."
SORRY = "Dear Carla, thank you for telling us. I am sorry about the candles. Ana"
NEW_PASSWORD = "another app password"


def arrived(raw: Sequence[bytes]) -> EmailMessage:
    """The one mail that came."""
    (whole,) = raw
    return message_from_bytes(whole, policy=policy.default)


def filed(dovecot: RealDovecot, folder: str) -> list[bytes]:
    """The mails in a folder of the shop's mailbox."""
    client = dovecot.client()
    client.select(folder, readonly=True)
    _ok, (numbers,) = client.search(None, "ALL")
    found = [client.fetch(number.decode(), "(RFC822)")[1][0] for number in numbers.split()]
    client.logout()
    return [one[1] for one in found if isinstance(one, tuple)]


def test_in_its_thread_and_without_a_connection(shop: Shop, dovecot: RealDovecot) -> None:
    """What cannot leave is said, and goes by itself, once, when there is a connection again."""
    ear, answering = opened(shop, Mouse)
    hands, office = ear.hands, shop.post
    letter = LETTER.format(to=USER, date=shop.clock.wall, text=CAKE)
    dovecot.bring(letter.encode())
    ear.begin("Mailbox")
    values = {"host": "localhost", "port": str(dovecot.tls), "user": USER}
    ear.set_up(values, PASSWORD, own_network=False)
    ear.try_it(own_network=False)
    ear.keep()
    ear.stands({"Carla": CAKE})
    answering.set_up_mail()
    hands.go_to("New")
    answering.written("Carla", CAKE, SORRY)
    answering.ready()

    office.away()
    assert hands.sending() == ("Send by e-mail to carla@customer.example", True)
    hands.press("case.when_connected")
    answering.send()
    hands.until(lambda: "Not sent yet" in answering.card("case.sending"), "it is said")
    assert "It is tried again" in answering.card("case.sending")
    hands.later(minutes=2)
    assert "Not sent yet" in answering.card("case.sending")
    assert office.raw == []
    office.back()
    hands.later(minutes=5)
    hands.until(lambda: hands.counts()["Follow up"] == 1, "it went by itself")
    hands.settle()
    assert "✓ Sent" in answering.card("case.sending")
    hands.later(hours=1)
    mail = arrived(office.raw)
    assert mail["To"] == "carla@customer.example"
    assert mail["In-Reply-To"] == mail["References"] == "<two@customer.example>"
    assert mail.get_content().strip() == SORRY
    assert filed(dovecot, "Written") == office.raw


def test_an_old_password_is_asked_for_anew_and_the_reply_goes_once(shop: Shop) -> None:
    with earlier(shop, ANA, BEN) as before:
        before.account()
        case = before.ready(SAID, mail=True)
        assert send.blockers(before.home, case) == ()
    hands, office = shop.window(Keys), shop.post
    answering = Answering(hands, shop)
    office.password = NEW_PASSWORD
    hands.go_to("Ready to send")
    hands.open("Robin Sample")
    answering.send()
    hands.until(lambda: hands.seen("case.sending.sign_in"), "it asks to sign in there again")
    hands.settle()
    assert "refused" in answering.card("case.sending")
    assert office.raw == []

    hands.press("case.sending.sign_in")
    hands.wait_for("account.password")
    assert hands.words("account.address") == "hello@bluedoor.example"
    hands.fill("account.password", NEW_PASSWORD)
    hands.press("account.test")
    assert "It works" in hands.words("account.notice")
    hands.press("account.save")
    hands.until(lambda: "changed" in hands.words("accounts.notice"), "it is kept")
    hands.press("accounts.notice.act")
    hands.wait_for("case.sending.again")
    assert office.raw == [], "nothing leaves without a word"
    hands.press("case.sending.again")
    hands.until(lambda: hands.counts()["Follow up"] == 1, "it is followed up")
    hands.later(hours=1)
    assert arrived(office.raw).get_content().split() == REPLY.split()
