"""A mail server that fails at one stage: what the sender is told, and what can have left."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from calmreply.adapters.channels.connecting import Patience
from calmreply.adapters.channels.mail import MailChannel
from calmreply.app.ports.channels import SendResult
from calmreply.domain.outbox import Outcome
from calmreply.testing.contracts import channel as contract

KEY = f"<{contract.FIRST}@bluedoor.example>"
STAGES = ("greeting", "ehlo", "starttls", "handshake", "hello", "auth", "mail", "rcpt", "data",
          "content", "end")  # fmt: skip
"""Where a conversation can break, in its order."""
BEFORE = STAGES[: STAGES.index("content")]


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
    *, stage: str, answer: str, outcome: Outcome, words: str, send: Any, account: Any, rude: Any
) -> None:
    at = "end" if stage == "data" else stage

    def act(server: Any) -> None:
        server.say(answer.encode() + b"\r\n")
        server.let_go()

    server = rude(at, act)
    result = send(account(server.port))
    assert result.outcome is outcome
    assert words in result.words
    assert b"QUIT" in server.protected[-1].upper()


def test_a_server_that_cannot_check_a_password_now_is_tried_again(
    send: Any, account: Any, rude: Any
) -> None:
    busy = rude("auth", lambda it: it.say(b"454 4.7.0 try again\r\n"))
    assert send(account(busy.port)).outcome is Outcome.NOT_LEFT


def test_no_password_or_no_way_to_give_it_is_for_a_person_to_settle(
    send: Any, account: Any, rude: Any
) -> None:
    missing = rude("auth", lambda _it: None)
    lost = send(account(missing.port), None)
    assert (lost.outcome, "wants a password" in lost.words) == (Outcome.REFUSED, True)
    foreign = rude("auth", lambda _it: None, offers=(b"AUTH XOAUTH2 GSSAPI",))
    other = send(account(foreign.port))
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
    *, act: Any, mail: MailChannel, trust: Any, account: Any, rude: Any, send: Any
) -> None:
    quick = MailChannel(trust.client, replace(Patience(), handshake=0.3))
    for stage in STAGES:
        server = rude(stage, act)
        silent = stage == "handshake" and act is hang  # waited for in real time
        result = send(account(server.port), by=quick if silent else mail)
        expected = Outcome.NOT_LEFT if stage in BEFORE else Outcome.UNKNOWN
        assert result.outcome is expected, (stage, result.words)
        assert len(server.messages) == (stage == "end"), stage
        assert ("Nothing was sent" in result.words) == (stage in BEFORE), (stage, result.words)
        said = b"".join(server.in_clear).split(b"\x16", 1)[0]  # up to the TLS handshake
        assert set(said.lower().split(b"\r\n")) <= {b"ehlo [127.0.0.1]", b"starttls", b"quit", b""}


@pytest.mark.parametrize("code", [b"421", b"554"])
def test_a_no_before_the_addresses_is_not_about_this_mail(
    code: bytes, send: Any, account: Any, rude: Any
) -> None:
    def act(server: Any) -> None:
        server.say(code + b" not today\r\n")
        server.let_go()

    for stage in ("greeting", "ehlo", "starttls", "hello"):
        server = rude(stage, act)
        result = send(account(server.port))
        assert result.outcome is Outcome.NOT_LEFT, stage
    for stage in ("mail", "rcpt", "data", "end"):
        server = rude(stage, act)
        result = send(account(server.port))
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
    *, stage: str, early: bytes, send: Any, account: Any, rude: Any
) -> None:
    """A 250 that was there before the message must not be taken for the one after it."""

    def act(server: Any) -> None:
        server.say(early)
        if stage == "starttls":
            server.protect()
        server.let_go()

    server = rude(stage, act)
    assert send(account(server.port)).outcome is Outcome.NOT_LEFT
    said = b"".join(server.in_clear + server.protected).upper()
    assert b"AUTH" not in said or stage != "starttls"
    assert b"DEAR ANNA" not in said


def test_a_yes_of_another_kind_to_the_message_is_not_believed(
    send: Any, account: Any, rude: Any
) -> None:
    for words in (b"251 kept elsewhere\r\n", b"252 who knows\r\n", b"235 signed in\r\n"):
        server = rude("end", lambda it, words=words: (it.say(words), it.let_go()))
        assert send(account(server.port)).outcome is Outcome.UNKNOWN, words


def test_a_slow_server_gets_the_time_it_needs(send: Any, account: Any, rude: Any) -> None:
    def act(server: Any) -> None:
        for piece in (b"2", b"5", b"0", b" kept", b"\r\n"):
            server.ticks.now += 9
            server.say(piece)
        server.let_go()

    server = rude("end", act)
    assert send(account(server.port)).outcome is Outcome.DELIVERED


def test_a_server_that_stops_reading_in_the_middle_of_the_message(
    send: Any, account: Any, rude: Any
) -> None:
    def act(server: Any) -> None:
        server.ticks.now += 3600
        while server.hear():
            pass

    server = rude("content", act)
    result = send(account(server.port), text="a long letter " * 1_000_000)
    assert result.outcome is Outcome.UNKNOWN


def test_a_goodbye_that_fails_changes_nothing(send: Any, account: Any, rude: Any) -> None:
    for after in (cut, hang, garbage):

        def act(server: Any, after: Any = after) -> None:
            server.say(b"250 kept\r\n")
            assert server.hear().upper() == b"QUIT\r\n"
            after(server)

        server = rude("end", act)
        assert send(account(server.port)) == SendResult(Outcome.DELIVERED, "", KEY)


def test_an_answer_that_lies_there_when_the_time_is_over_is_read(
    send: Any, account: Any, rude: Any
) -> None:
    def act(server: Any) -> None:
        server.say(b"250 kept\r\n")
        server.ticks.now += 3600
        server.let_go()

    server = rude("end", act)
    assert send(account(server.port)).outcome is Outcome.DELIVERED


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
    *, security: str, whose: str, words: str, send: Any, account: Any, rude: Any, trust: Any
) -> None:
    server = rude("auth", cut, implicit=security == "tls", context=getattr(trust, whose))
    result = send(account(server.port, security))
    assert result.outcome is Outcome.NOT_LEFT
    assert words in result.words
    assert "Nothing was sent" in result.words
    assert server.protected == []


def test_without_protection_nothing_is_said(send: Any, account: Any, rude: Any) -> None:
    server = rude("starttls", cut, first_offers=(b"AUTH PLAIN LOGIN", b"SIZE 1000"))
    result = send(account(server.port))
    assert result.outcome is Outcome.NOT_LEFT
    assert "offers no protected connection" in result.words
    assert b"".join(server.in_clear).lower() == b"ehlo [127.0.0.1]\r\nquit\r\n"


def test_the_two_kinds_of_protection_mixed_up_are_explained(
    send: Any, account: Any, rude: Any
) -> None:
    plain = rude("greeting", lambda it: (it.say(b"220 hello\r\n"), it.hang()))
    result = send(account(plain.port, "tls"))
    assert (result.outcome, "587 goes with" in result.words) == (Outcome.NOT_LEFT, True)


def test_stopping_while_it_waits_ends_it_and_after_the_message_does_not(
    send: Any, account: Any, rude: Any
) -> None:
    stop = threading.Event()

    def wait(server: Any) -> None:
        stop.set()
        server.let_go()

    server = rude("rcpt", wait)
    result = send(account(server.port), cancelled=stop.is_set)
    assert result.outcome is Outcome.NOT_LEFT
    assert result.words.startswith("It was stopped before anything was sent.")
    stop.clear()

    def answer(server: Any) -> None:
        stop.set()
        server.say(b"250 kept\r\n")
        server.let_go()

    server = rude("end", answer)
    result = send(account(server.port), cancelled=stop.is_set)
    assert result.outcome is Outcome.DELIVERED
