"""A mail server at each stage: what it did, what the sender is told, and what really arrived."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.adapters.channels.line import Patience
from calmreply.adapters.channels.mail import MailChannel
from calmreply.app.channels import SendResult
from calmreply.app.storage import Account
from calmreply.domain.outbox import LEASE, Outcome
from calmreply.errors import KnownError
from calmreply.testing.contracts import channel as contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER, PASSWORD = "hello@bluedoor.example", "Schlüssel & 鍵"
TARGET = "anna@customer.example"
KEY = f"<{contract.FIRST}@bluedoor.example>"
STAGES = ("greeting", "ehlo", "starttls", "handshake", "hello", "auth", "mail", "rcpt", "data",
          "content", "end")  # fmt: skip
BEFORE = STAGES[: STAGES.index("content")]


def wire_of(mail: MailChannel, account: Account, **changes: str) -> bytes:
    record = contract.sample(changes.pop("target", TARGET), **changes)
    return mail.render(record, account, KEY, contract.CREATED)


def send(
    mail: MailChannel, account: Account, secret: str | None = PASSWORD, **changes: str
) -> SendResult:
    return mail.send(account, secret, wire_of(mail, account, **changes), KEY)


# --- the contract, against a real server ----------------------------------------------------


@dataclass
class MailWorld:
    channel: MailChannel
    post: Any
    new: Callable[..., Account]
    secret: str | None = PASSWORD

    def account(self, road: contract.Road) -> Account:
        ends = {
            contract.Road.ANSWER_LOST: {"data": "abort"},
            contract.Road.REFUSES: {"rcpt": "550 5.1.1 nobody of that name"},
            contract.Road.LATER: {"data": "451 4.3.0 come back later"},
        }
        self.post.answers = ends.get(road, {})
        return self.new(closed_port() if road is contract.Road.CLOSED else self.post.port)

    def received(self) -> list[bytes]:
        return list(self.post.received)


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


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
    security: str, host: str, mail: MailChannel, account: Any, post: Any
) -> None:
    server = post(implicit=security == "tls")
    mine = account(server.port, security, host=host)
    text = ".\n..\n. dots\n" + "long " * 400 + "\n" + "雪" * 300 + "\n\n.\r\n.\n"
    result = send(mail, mine, text=text, subject="Grüße\u202f🫖", thread="<1.2@customer.example>")
    assert result == SendResult(Outcome.DELIVERED, "", KEY)
    envelope = server.envelopes[0]
    assert envelope.original_content == wire_of(
        mail, mine, text=text, subject="Grüße\u202f🫖", thread="<1.2@customer.example>"
    )
    assert (envelope.mail_from, envelope.rcpt_tos) == (USER, [TARGET])
    assert server.ways == ["PLAIN"]


def test_a_server_that_knows_only_the_old_sign_in_is_fine(
    mail: MailChannel, account: Any, post: Any
) -> None:
    server = post(auth_exclude_mechanism=["PLAIN"])
    assert send(mail, account(server.port)).outcome is Outcome.DELIVERED
    assert server.ways == ["LOGIN"]
    wrong = send(mail, account(server.port), "another")
    assert wrong.outcome is Outcome.REFUSED
    assert "did not accept the password" in wrong.words


def test_letters_beyond_ascii_before_the_at_need_a_server_that_takes_them(
    mail: MailChannel, account: Any, post: Any
) -> None:
    server, old = post(), post(enable_SMTPUTF8=False)
    target = "grüße@müller.example"
    assert send(mail, account(server.port), target=target).outcome is Outcome.DELIVERED
    assert server.envelopes[0].rcpt_tos == ["grüße@xn--mller-kva.example"]
    assert "SMTPUTF8" in server.envelopes[0].mail_options
    refused = send(mail, account(old.port), target=target)
    assert refused.outcome is Outcome.REFUSED
    assert "letters" in refused.words
    # An international host alone is ASCII on the wire and fits everywhere.
    plain = send(mail, account(old.port), target="anna@müller.example")
    assert plain.outcome is Outcome.DELIVERED
    assert old.envelopes[0].rcpt_tos == ["anna@xn--mller-kva.example"]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ("451 4.2.2 over quota", Outcome.TRY_LATER, 'That mailbox is full. It says: "over quota".'),
        ("550 5.1.1 who?", Outcome.REFUSED, 'There is no such address there. It says: "who?".'),
        ('554 spam\u202e\x07 "x"', Outcome.REFUSED, "It says: \"spam 'x'\"."),
    ],
)
def test_a_complete_answer_is_believed(
    *, stage: str, answer: str, outcome: Outcome, words: str, mail: Any, account: Any, rude: Any
) -> None:
    at = "end" if stage == "data" else stage

    def act(server: Any) -> None:
        server.say(answer.encode() + b"\r\n")
        server.let_go()

    server = rude(at, act)
    result = send(mail, account(server.port))
    assert result.outcome is outcome
    assert words in result.words
    assert b"QUIT" in server.protected[-1].upper()


def test_a_wrong_password_is_told_apart_from_a_server_that_is_busy(
    mail: MailChannel, account: Any, post: Any, rude: Any
) -> None:
    server = post()
    mine = account(server.port)
    wrong = send(mail, mine, "not this one")
    assert wrong.outcome is Outcome.REFUSED
    assert wrong.words.startswith(f"The mail server did not accept the password for {USER}.")
    with pytest.raises(KnownError) as caught:
        mail.test(mine, "not this one")
    assert caught.value.code == "wrong_password"
    busy = rude("auth", lambda it: it.say(b"454 4.7.0 try again\r\n"))
    assert send(mail, account(busy.port)).outcome is Outcome.NOT_LEFT
    assert server.received == []


def test_no_password_or_no_way_to_give_it_is_for_a_person_to_settle(
    mail: MailChannel, account: Any, rude: Any
) -> None:
    missing = rude("auth", lambda _it: None)
    lost = send(mail, account(missing.port), None)
    assert (lost.outcome, "wants a password" in lost.words) == (Outcome.REFUSED, True)
    foreign = rude("auth", lambda _it: None, offers=(b"AUTH XOAUTH2 GSSAPI",))
    other = send(mail, account(foreign.port))
    assert (other.outcome, "no way of signing in" in other.words) == (Outcome.REFUSED, True)
    for server in (missing, foreign):
        assert b"AUTH" not in b"".join(server.protected).upper()


# --- broken at each stage -------------------------------------------------------------------


def cut(_server: Any) -> None:
    """Hang up."""


def hang(server: Any) -> None:
    server.hang()


def garbage(server: Any) -> None:
    server.say(b"\x00\xff no mail here\r\n")
    server.let_go()


def half(server: Any) -> None:
    server.say(b"250 half an ans")


def half_of_two(server: Any) -> None:
    server.say(b"250-first line\r\n")


def two_minds(server: Any) -> None:
    server.say(b"250-yes\r\n550 no\r\n")
    server.let_go()


def drip(server: Any) -> None:
    for byte in b"2 2 0 - s l o w l y":
        server.ticks.now += 3.5
        server.say(bytes([byte]))
    server.let_go()


def flood(server: Any) -> None:
    for _ in range(100_000):
        server.say(b"220-and another thing\r\n" * 50)


def endless_line(server: Any) -> None:
    for _ in range(100_000):
        server.say(b"2" * 1000)


def no_such_step(server: Any) -> None:
    server.say(b"399 what?\r\n")
    server.let_go()


ACTS = (cut, hang, garbage, half, half_of_two, two_minds, drip, flood, endless_line, no_such_step)


@pytest.mark.parametrize("act", ACTS)
def test_broken_before_the_message_nothing_left_and_after_it_nobody_knows(
    act: Any, mail: MailChannel, trust: Any, account: Any, rude: Any
) -> None:
    quick = MailChannel(trust.client, replace(Patience(), handshake=0.3))
    for stage in STAGES:
        server = rude(stage, act)
        silent = stage == "handshake" and act is hang  # waited for in real time
        result = send(quick if silent else mail, account(server.port))
        expected = Outcome.NOT_LEFT if stage in BEFORE else Outcome.UNKNOWN
        assert result.outcome is expected, (stage, result.words)
        assert len(server.messages) == (stage == "end"), stage
        assert ("Nothing was sent" in result.words) == (stage in BEFORE), (stage, result.words)
        said = b"".join(server.in_clear).split(b"\x16", 1)[0]  # up to the TLS handshake
        assert set(said.lower().split(b"\r\n")) <= {b"ehlo [127.0.0.1]", b"starttls", b"quit", b""}


@pytest.mark.parametrize("code", [b"421", b"554"])
def test_a_no_before_the_addresses_is_not_about_this_mail(
    code: bytes, mail: MailChannel, account: Any, rude: Any
) -> None:
    def act(server: Any) -> None:
        server.say(code + b" not today\r\n")
        server.let_go()

    for stage in ("greeting", "ehlo", "starttls", "hello"):
        server = rude(stage, act)
        result = send(mail, account(server.port))
        assert result.outcome is Outcome.NOT_LEFT, stage
    for stage in ("mail", "rcpt", "data", "end"):
        server = rude(stage, act)
        result = send(mail, account(server.port))
        expected = Outcome.TRY_LATER if code == b"421" else Outcome.REFUSED
        assert result.outcome is expected, stage
        assert "It was not delivered." in result.words


@pytest.mark.parametrize(
    ("stage", "early"),
    [
        ("data", b"354 go\r\n250 kept already\r\n"),
        ("rcpt", b"250 yes\r\n354 go\r\n"),
        ("starttls", b"220 go\r\n250-evil.example\r\n250 AUTH PLAIN\r\n"),
    ],
)
def test_an_answer_nobody_asked_for_never_counts(
    *, stage: str, early: bytes, mail: MailChannel, account: Any, rude: Any
) -> None:
    """A 250 that was there before the message must not be taken for the one after it."""

    def act(server: Any) -> None:
        server.say(early)
        if stage == "starttls":
            server.protect()
        server.let_go()

    server = rude(stage, act)
    assert send(mail, account(server.port)).outcome is Outcome.NOT_LEFT
    said = b"".join(server.in_clear + server.protected).upper()
    assert b"AUTH" not in said or stage != "starttls"
    assert b"DEAR ANNA" not in said


def test_a_yes_of_another_kind_to_the_message_is_not_believed(
    mail: MailChannel, account: Any, rude: Any
) -> None:
    for words in (b"251 kept elsewhere\r\n", b"252 who knows\r\n", b"235 signed in\r\n"):
        server = rude("end", lambda it, words=words: (it.say(words), it.let_go()))
        assert send(mail, account(server.port)).outcome is Outcome.UNKNOWN, words


def test_a_slow_server_gets_the_time_it_needs(mail: MailChannel, account: Any, rude: Any) -> None:
    def act(server: Any) -> None:
        for piece in (b"2", b"5", b"0", b" kept", b"\r\n"):
            server.ticks.now += 9
            server.say(piece)
        server.let_go()

    server = rude("end", act)
    assert send(mail, account(server.port)).outcome is Outcome.DELIVERED


def test_a_server_that_stops_reading_in_the_middle_of_the_message(
    mail: MailChannel, account: Any, rude: Any
) -> None:
    def act(server: Any) -> None:
        server.ticks.now += 3600
        while server.hear():
            pass

    server = rude("content", act)
    result = send(mail, account(server.port), text="a long letter " * 1_000_000)
    assert result.outcome is Outcome.UNKNOWN


def test_a_goodbye_that_fails_changes_nothing(mail: MailChannel, account: Any, rude: Any) -> None:
    for after in (cut, hang, garbage):

        def act(server: Any, after: Any = after) -> None:
            server.say(b"250 kept\r\n")
            assert server.hear().upper() == b"QUIT\r\n"
            after(server)

        server = rude("end", act)
        assert send(mail, account(server.port)) == SendResult(Outcome.DELIVERED, "", KEY)


def test_an_answer_that_lies_there_when_the_time_is_over_is_read(
    mail: MailChannel, account: Any, rude: Any
) -> None:
    def act(server: Any) -> None:
        server.say(b"250 kept\r\n")
        server.ticks.now += 3600
        server.let_go()

    server = rude("end", act)
    assert send(mail, account(server.port)).outcome is Outcome.DELIVERED


# --- protection -----------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("whose", "words"),
    [
        ("expired", "has run out"),
        ("other_name", "certificate of another server"),
        ("stranger", "does not trust the certificate"),
    ],
)
def test_a_certificate_that_is_not_good_stops_it(
    *, security: str, whose: str, words: str, mail: Any, account: Any, rude: Any, trust: Any
) -> None:
    server = rude("auth", cut, implicit=security == "tls", context=getattr(trust, whose))
    result = send(mail, account(server.port, security))
    assert result.outcome is Outcome.NOT_LEFT
    assert words in result.words
    assert "Nothing was sent" in result.words
    assert server.protected == []


def test_without_protection_nothing_is_said(mail: MailChannel, account: Any, rude: Any) -> None:
    server = rude("starttls", cut, first_offers=(b"AUTH PLAIN LOGIN", b"SIZE 1000"))
    result = send(mail, account(server.port))
    assert result.outcome is Outcome.NOT_LEFT
    assert "offers no protected connection" in result.words
    assert b"".join(server.in_clear).lower() == b"ehlo [127.0.0.1]\r\nquit\r\n"


def test_the_two_kinds_of_protection_mixed_up_are_explained(
    mail: MailChannel, account: Any, rude: Any
) -> None:
    plain = rude("greeting", lambda it: (it.say(b"220 hello\r\n"), it.hang()))
    result = send(mail, account(plain.port, "tls"))
    assert (result.outcome, "587 for starttls" in result.words) == (Outcome.NOT_LEFT, True)


# --- getting there --------------------------------------------------------------------------


def test_nobody_there_is_told_in_words(mail: MailChannel, account: Any) -> None:
    refused = send(mail, account(closed_port()))
    assert refused.outcome is Outcome.NOT_LEFT
    assert refused.words.startswith("Nothing answers at localhost, port ")
    unknown = account(587, host="mail.nowhere.example")
    result = send(mail, unknown)
    assert result.outcome is Outcome.NOT_LEFT
    assert "There is no mail server called mail.nowhere.example." in result.words
    with pytest.raises(KnownError) as caught:
        mail.test(unknown, PASSWORD)
    assert caught.value.code == "no_such_host"


def test_a_name_that_is_looked_up_for_ever_is_given_up(
    trust: Any, account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def lookup(*_: object, **__: object) -> list[Any]:
        over.wait(10)
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    mail = MailChannel(trust.client, replace(Patience(), lookup=0.05))
    try:
        result = send(mail, account(587))
    finally:
        over.set()
    assert result.outcome is Outcome.NOT_LEFT
    assert "took too long" in result.words


def test_stopping_while_it_waits_ends_it_and_after_the_message_does_not(
    mail: MailChannel, account: Any, rude: Any
) -> None:
    stop = threading.Event()

    def wait(server: Any) -> None:
        stop.set()
        server.let_go()

    server = rude("rcpt", wait)
    mine = account(server.port)
    result = mail.send(mine, PASSWORD, wire_of(mail, mine), KEY, stop.is_set)
    assert result.outcome is Outcome.NOT_LEFT
    assert result.words.startswith("It was stopped before anything was sent.")
    stop.clear()

    def answer(server: Any) -> None:
        stop.set()
        server.say(b"250 kept\r\n")
        server.let_go()

    server = rude("end", answer)
    mine = account(server.port)
    result = mail.send(mine, PASSWORD, wire_of(mail, mine), KEY, stop.is_set)
    assert result.outcome is Outcome.DELIVERED


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
    wrong: dict[str, str], mail: MailChannel, account: Any
) -> None:
    mine = account(587)
    broken = account(**{"port": 587, **wrong})
    result = mail.send(broken, PASSWORD, wire_of(mail, mine), KEY)
    assert result.outcome is Outcome.REFUSED
    with pytest.raises(KnownError) as caught:
        mail.test(broken, PASSWORD)
    assert caught.value.code == "bad_settings"
