"""A real mailbox (Dovecot), from "Add a source" to the list; a new mail is there by itself."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from tests.journey.ears import opened
from tests.journey.hands import Hands, Keys, Mouse
from tests.listening.real_dovecot import PASSWORD, RealDovecot, certificates, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from tests.journey.conftest import Shop

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
    pytest.mark.timeout(600),  # the first test may have to install the server
]
MAIL = (
    "From: {who} <{who}@customer.example>\r\nTo: hello@bluedoor.example\r\nSubject: My order\r\n"
    "Date: {date:%a, %d %b %Y %H:%M:%S +0000}\r\nMessage-ID: <{who}@customer.example>\r\n\r\n"
    "{text}\r\n"
)
CARLA, DORA = "The cake came without candles.", "Best rolls in town, thank you."


@pytest.fixture(scope="module")
def dovecot() -> Iterator[RealDovecot]:
    with running(certificates()) as server:
        yield server


@pytest.fixture(autouse=True)
def trusted(dovecot: RealDovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this computer trust the authority of the server, as it trusts those of the system."""
    (root,) = dovecot.trust.client.get_ca_certs(binary_form=True)
    chain = tmp_path / "authorities.pem"
    chain.write_text(ssl.DER_cert_to_PEM_cert(root))
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))


def letter(who: str, text: str, date: datetime) -> bytes:
    return MAIL.format(who=who, text=text, date=date).encode()


@pytest.mark.parametrize("way", [Mouse, Keys])
def test_a_mailbox(shop: Shop, dovecot: RealDovecot, way: type[Hands]) -> None:
    user = f"{way.__name__.lower()}@bluedoor.example"
    ear = opened(shop, way)
    dovecot.bring(letter("Carla", CARLA, shop.clock.wall), user=user)
    ear.begin("Mailbox")
    values = {"host": "localhost", "port": str(dovecot.tls), "user": user}
    ear.set_up(values, PASSWORD, own_network=False)
    shown = ear.try_it(own_network=False)
    assert user in shown
    assert CARLA in shown
    ear.keep()
    ear.stands({"Carla": CARLA})
    ear.hands.later(minutes=1)  # from now on it waits there
    dovecot.bring(letter("Dora", DORA, shop.clock.wall), user=user)
    ear.hands.go_to("New")
    ear.hands.until(lambda: "Dora" in ear.hands.lines(), "the server says that a mail has come")
    ear.hears("Dora", of=["Carla"])
    ear.reads("Dora", DORA)
    ear.kept_safe()
