"""The copy among the sent mail: filed once in a real mailbox, and "sent" never depends on it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from tests.app.conftest import Bench
from tests.listening.real_dovecot import (
    PASSWORD,
    USER,
    Certificates,
    RealDovecot,
    certificates,
    running,
)

from calmreply.adapters.channels.connecting import Patience
from calmreply.adapters.channels.imap.listener import ImapListener
from calmreply.app import accounts, send
from calmreply.app.channels import Field
from calmreply.app.entries import secret_name
from calmreply.app.ports import Tools
from calmreply.app.storage import Account
from calmreply.domain.outbox import State
from calmreply.errors import KnownError
from calmreply.testing import channels as script
from calmreply.testing.ports import InThisProcess, NoWeb

if TYPE_CHECKING:
    from collections.abc import Iterator
KEY = "<17@bluedoor.example>"
WIRE = (
    f"Message-ID: {KEY}\r\nFrom: {USER}\r\nTo: anna@customer.example\r\n"
    "Subject: Your cake\r\n\r\nWe are sorry.\r\n.\r\n..\r\n{17}\r\n"
).encode()
TOOLS = Tools(NoWeb(), InThisProcess(), datetime(2026, 11, 18, tzinfo=UTC))


@pytest.fixture(scope="module")
def trust() -> Certificates:
    return certificates()


@pytest.fixture(scope="module")
def dovecot(trust: Certificates) -> Iterator[RealDovecot]:
    with running(trust) as server:
        yield server


def lying_in(dovecot: RealDovecot, folder: str, user: str) -> list[tuple[bytes, bytes]]:
    """The bytes and flags of what lies in a folder."""
    client = dovecot.client(user)
    with contextlib.closing(client.socket()):
        client.select(folder, readonly=True)
        _ok, (numbers,) = client.search(None, "ALL")
        found = []
        for number in numbers.split():
            _ok, said = client.fetch(number.decode(), "(FLAGS BODY.PEEK[])")
            assert isinstance(said[0], tuple)
            found.append((said[0][1], b"".join(s for s in (said[0][0], said[-1]) if s)))  # type: ignore[misc]  # bytes here
        client.logout()
    return found


def test_it_is_filed_once_as_it_left(trust: Certificates, dovecot: RealDovecot) -> None:
    user = "copies@bluedoor.example"
    imap = ImapListener(trust.client, Patience(total=30))
    told = {"host": "localhost", "port": str(dovecot.tls), "security": "tls", "user": user}
    account = Account("box", "imap", told)
    for _turn in range(2):
        imap.keep_copy(account, PASSWORD, WIRE, KEY, TOOLS)
    ((kept, flags),) = lying_in(dovecot, "Written", user)
    assert kept == WIRE
    assert b"\\Seen" in flags
    with pytest.raises(KnownError) as wrong:
        imap.keep_copy(account, "wrong", WIRE, KEY, TOOLS)
    assert wrong.value.code == "sign_in_again"


def test_which_mailbox_is_the_senders() -> None:
    imap = ImapListener()
    sender = Account("out", "mail", {"address": " Hello@BlueDoor.example "})
    boxes = ({"user": USER}, {"user": "x", "address": f"a@b.example, {USER}"}, {"user": "ana@b.c"})
    assert [imap.is_mailbox_of(Account("in", "imap", box), sender) for box in boxes] == [
        True,
        True,
        False,
    ]
    assert not imap.is_mailbox_of(Account("in", "imap", boxes[0]), replace(sender, kind="other"))


@pytest.fixture
def bench() -> Bench:
    return Bench()


@dataclass
class Box:
    """A mailbox that keeps copies, or does not."""

    trouble: KnownError | None = None
    kind: str = "imap"
    title: str = "Mailbox"
    fields: tuple[Field, ...] = ()
    kept: list[tuple[str, str | None]] = field(default_factory=list)

    def is_mailbox_of(self, account: Account, sender: Account) -> bool:
        return (account.id, sender.id) == ("box", "shop")

    def keep_copy(self, *given: Any) -> None:
        _account, secret, wire, key, _tools = given
        assert wire
        self.kept.append((key, secret))
        if self.trouble is not None:
            raise self.trouble


FULL = KnownError("too_much", "The mailbox is full.", "Make room.")


@pytest.mark.parametrize("trouble", [None, FULL])
@pytest.mark.parametrize("step", [script.DELIVERED, script.ANSWER_LOST, script.NOT_LEFT])
def test_sent_does_not_depend_on_it(
    bench: Bench, step: script.Step, trouble: KnownError | None
) -> None:
    box = Box(trouble)
    bench.home = replace(bench.home, listeners={"imap": box})  # type: ignore[dict-item]  # half of one
    ana, tom = bench.person("Ana"), bench.person("Tom")
    accounts.save(bench.home, None, Account("shop", "mail", {}))
    accounts.save(bench.home, None, Account("box", "imap", {}))
    bench.home.secrets.set(secret_name("box"), "open")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    bench.write(ana, case, "Dear Marta, I am sorry.", channel="mail", to="m@c.example")
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    bench.channel.will(step)
    report = send.send(bench.home, ana, case)
    if step is not script.DELIVERED:
        assert box.kept == []
        return
    assert report.state is State.SENT
    assert box.kept == [(bench.channel.delivered[0].key, "open")]
    assert ("mailbox is full" in report.not_kept) == (trouble is not None)
