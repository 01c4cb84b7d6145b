"""E-mail against a real server: what arrives, what is refused, and what cannot even begin."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.elsewhere import free_port

from calmreply.adapters.channels.connecting import Patience
from calmreply.adapters.channels.mail import MailChannel
from calmreply.app.ports.channels import SendResult
from calmreply.app.ports.storage import Account
from calmreply.domain.outbox import LEASE, Outcome
from calmreply.errors import KnownError
from calmreply.testing.contracts import channel as contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER = "hello@bluedoor.example"
TARGET = "anna@customer.example"
KEY = f"<{contract.FIRST}@bluedoor.example>"


# --- the contract, against a real server ----------------------------------------------------


@dataclass
class MailWorld:
    channel: MailChannel
    post: Any
    new: Callable[..., Account]

    @property
    def secret(self) -> str:
        return str(self.post.password)

    def account(self, road: contract.Road) -> Account:
        ends = {
            contract.Road.ANSWER_LOST: {"data": "abort"},
            contract.Road.REFUSES: {"rcpt": "550 5.1.1 nobody of that name"},
            contract.Road.LATER: {"data": "451 4.3.0 come back later"},
        }
        self.post.answers = ends.get(road, {})
        return self.new(free_port() if road is contract.Road.CLOSED else self.post.port)

    def received(self) -> list[bytes]:
        return list(self.post.received)


class TestMailIsAChannel(contract.SendingContract):
    @pytest.fixture(autouse=True)
    def _servers(
        self, mail: MailChannel, account: Callable[..., Account], post: Callable[..., Any]
    ) -> None:
        self._mail, self._account, self._post = mail, account, post

    def make(self) -> MailChannel:
        return self._mail

    def account(self) -> Account:
        return self._account(587)

    def target(self) -> str:
        return TARGET

    @contextmanager
    def world(self) -> Iterator[MailWorld]:
        yield MailWorld(self._mail, self._post(), self._account)


# --- a real server --------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it is TLS already
@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_what_was_rendered_arrives_over_either_kind_of_protection(
    *, security: str, host: str, mail: MailChannel, send: Any, account: Any, post: Any
) -> None:
    server = post(implicit=security == "tls")
    mine = account(server.port, security, host=host)
    told = {"subject": "Grüße\u202f🫖", "thread": "<1.2@customer.example>"}
    told["text"] = ".\n..\n. dots\n" + "long " * 400 + "\n" + "雪" * 300 + "\n\n.\r\n.\n"
    result = send(mine, **told)
    assert result == SendResult(Outcome.DELIVERED, "", KEY)
    envelope = server.envelopes[0]
    record = contract.sample(TARGET, **told)
    assert envelope.original_content == mail.render(record, mine, KEY, contract.CREATED)
    assert (envelope.mail_from, envelope.rcpt_tos) == (USER, [TARGET])
    assert server.ways == ["PLAIN"]


def test_a_server_that_knows_only_the_old_sign_in_is_fine(
    send: Any, account: Any, post: Any
) -> None:
    server = post(auth_exclude_mechanism=["PLAIN"])
    assert send(account(server.port)).outcome is Outcome.DELIVERED
    assert server.ways == ["LOGIN"]
    wrong = send(account(server.port), "another")
    assert wrong.outcome is Outcome.REFUSED
    assert "did not accept the password" in wrong.words


def test_letters_beyond_ascii_before_the_at_need_a_server_that_takes_them(
    send: Any, account: Any, post: Any
) -> None:
    server, old = post(), post(enable_SMTPUTF8=False)
    target = "grüße@müller.example"
    assert send(account(server.port), target=target).outcome is Outcome.DELIVERED
    assert server.envelopes[0].rcpt_tos == ["grüße@xn--mller-kva.example"]
    assert "SMTPUTF8" in server.envelopes[0].mail_options
    refused = send(account(old.port), target=target)
    assert refused.outcome is Outcome.REFUSED
    assert "letters" in refused.words
    # An international host alone is ASCII on the wire and fits everywhere.
    plain = send(account(old.port), target="anna@müller.example")
    assert plain.outcome is Outcome.DELIVERED
    assert old.envelopes[0].rcpt_tos == ["anna@xn--mller-kva.example"]


def test_a_wrong_password_is_said_in_words(
    mail: MailChannel, send: Any, account: Any, post: Any
) -> None:
    server = post()
    mine = account(server.port)
    wrong = send(mine, "not this one")
    assert wrong.outcome is Outcome.REFUSED
    assert wrong.words.startswith(f"The mail server did not accept the password for {USER}.")
    with pytest.raises(KnownError) as caught:
        mail.test(mine, "not this one", contract.tools())
    assert caught.value.code == "wrong_password"
    assert server.received == []


# --- getting there --------------------------------------------------------------------------


def test_nobody_there_is_told_in_words(mail: MailChannel, send: Any, account: Any) -> None:
    refused = send(account(free_port()))
    assert refused.outcome is Outcome.NOT_LEFT
    assert refused.words.startswith("Nothing answers at localhost, port ")
    unknown = account(587, host="mail.nowhere.example")
    result = send(unknown)
    assert result.outcome is Outcome.NOT_LEFT
    assert "There is no mail server called mail.nowhere.example." in result.words
    with pytest.raises(KnownError) as caught:
        mail.test(unknown, "any", contract.tools())
    assert caught.value.code == "no_such_host"


def test_a_name_that_is_looked_up_for_ever_is_given_up(
    trust: Any, send: Any, account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def lookup(*_: object, **__: object) -> list[Any]:
        over.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    hasty = MailChannel(trust.client, replace(Patience(), lookup=0.05))
    try:
        result = send(account(587), by=hasty)
    finally:
        over.set()
    assert result.outcome is Outcome.NOT_LEFT
    assert "took too long" in result.words


def test_patience_ends_well_before_the_outbox_takes_it_for_dead() -> None:
    patience = Patience()
    assert patience.total + patience.goodbye < 60 < LEASE.total_seconds()
    assert patience.begin < patience.total - 20


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""},
        {"host": "mail server.example"},
        {"host": "mail.example:465"},
        {"port": "0"},
        {"port": "65536"},
        {"port": "587x"},
        {"port": "9" * 5000},
        {"security": "none"},
    ],
)
def test_settings_that_cannot_work_are_for_a_person_to_put_right(
    wrong: dict[str, str], mail: MailChannel, send: Any, account: Any
) -> None:
    broken = account(**{"port": 587, **wrong})
    result = send(broken)
    assert result.outcome is Outcome.REFUSED
    assert "settings" in result.words
    with pytest.raises(KnownError) as caught:
        mail.test(broken, "any", contract.tools())
    assert caught.value.code == "bad_settings"
