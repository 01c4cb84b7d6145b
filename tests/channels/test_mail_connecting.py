"""Where a mail server may stand: each address is vetted, and only that one is connected to."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from calmreply.adapters.channels import connecting
from calmreply.adapters.channels.answers import OwnNetworkError
from calmreply.adapters.channels.connecting import Patience, Server
from calmreply.adapters.channels.imap.listener import ImapListener
from calmreply.adapters.channels.mail import MailChannel
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.testing.contracts import channel as contract
from calmreply.testing.ports import NoWeb

HOST = "mail.shop.example"


class Reached(OSError):  # noqa: N818 - it is what the test wants
    """Where a connection was made to."""


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What each name leads to; nothing is connected to."""
    known: dict[str, list[str]] = {}

    def look_up(host: str, port: int, **_more: Any) -> list[Any]:
        return [(0, 0, 0, "", (address, port)) for address in known[host]]

    def connect(address: tuple[str, int], _seconds: float) -> socket.socket:
        raise Reached(address[0])

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    return known


def reached(server: Server) -> str:
    with pytest.raises(Reached) as caught:
        connecting.reach(server, Patience(), lambda most: most)
    return str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        *("192.168.1.9", "10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1"),
        *("64:ff9b::a00:1", "2002:a00:1::", "224.0.0.1", "::ffff:10.0.0.1", "0.0.0.0"),  # noqa: S104 - refused
    ],
)
def test_a_name_that_leads_into_the_own_network_reaches_nothing(
    names: dict[str, list[str]], address: str
) -> None:
    names[HOST] = [address]
    with pytest.raises(OwnNetworkError):
        connecting.reach(Server(HOST, 993, True, "anna"), Patience(), lambda most: most)


def test_the_public_one_of_several_is_taken_and_the_allowed_one_where_it_is(
    names: dict[str, list[str]],
) -> None:
    names[HOST] = ["10.0.0.1", "93.184.215.14"]
    assert reached(Server(HOST, 993, True, "anna")) == "93.184.215.14"
    names[HOST] = ["10.0.0.1"]
    assert reached(Server(HOST, 993, True, "anna", own=True)) == "10.0.0.1"
    names[HOST] = ["224.0.0.1"]
    with pytest.raises(OwnNetworkError):
        connecting.reach(Server(HOST, 993, True, "anna", own=True), Patience(), lambda most: most)


@pytest.mark.parametrize("host", ["localhost", "192.168.1.9", "::1"])
def test_who_writes_a_number_has_said_where_it_stands(
    names: dict[str, list[str]], host: str
) -> None:
    names[host] = ["127.0.0.1"]
    assert reached(Server(host, 993, True, "anna")) == "127.0.0.1"


def test_reading_and_sending_say_what_to_do(names: dict[str, list[str]]) -> None:
    names[HOST] = ["192.168.1.9"]
    box = Account("a1", "imap", {"host": HOST, "user": "anna"})
    with pytest.raises(KnownError) as caught:
        ImapListener().sign_in(box, "secret", NoWeb())
    assert caught.value.code == "private_address"
    assert caught.value.words == f"{HOST} lies inside your own network."
    with pytest.raises(KnownError) as caught:
        ImapListener().sign_in(box, "secret", NoWeb(), allow_private=True)
    assert caught.value.code == "cannot_connect", "it was tried"
    told = {"host": HOST, "address": "us@shop.example"}
    with pytest.raises(KnownError) as caught:
        MailChannel().test(Account("a2", "mail", told), "secret", contract.tools())
    assert (caught.value.code, "(own_network)" in caught.value.words) == ("private_address", True)
    told["own_network"] = "yes"
    with pytest.raises(KnownError) as caught:
        MailChannel().test(Account("a2", "mail", told), "secret", contract.tools())
    assert caught.value.code == "cannot_connect"
