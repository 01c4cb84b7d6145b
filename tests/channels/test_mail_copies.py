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
from calmreply.adapters.channels.imap import listener
from calmreply.adapters.channels.imap.listener import ImapListener
from calmreply.app import facts, queries
from calmreply.app.cases import debrief, story
from calmreply.app.ports import Tools
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.channels import Field
from calmreply.app.ports.storage import Account
from calmreply.app.proving.trust import verify_journal
from calmreply.app.sending import accounts, filing, outgoing, send
from calmreply.app.sending.entries import secret_name
from calmreply.domain import trying
from calmreply.domain.debrief import Outcome
from calmreply.domain.journal import Whole
from calmreply.domain.outbox import State
from calmreply.errors import KnownError
from calmreply.testing import channels as script
from calmreply.testing.ports import InThisProcess, NoWeb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmreply.app.home import Actor
    from calmreply.domain.mention import CaseId

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
    imap = ImapListener(trust.client, Patience())
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


def ready(bench: Bench, box: Box) -> tuple[CaseId, Actor]:
    """A reply that is ready to leave by an account with a mailbox of its own."""
    bench.home = replace(bench.home, listeners={"imap": box})  # type: ignore[dict-item]  # half of one
    ana, tom = bench.person("Ana"), bench.person("Tom")
    accounts.save(bench.home, None, Account("shop", "mail", {}))
    accounts.save(bench.home, None, Account("box", "imap", {}))
    bench.home.secrets.set(secret_name("box"), "open")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    bench.write(ana, case, "Dear Marta, I am sorry.", channel="mail", to="m@c.example")
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    return case, ana


def told(bench: Bench, case: CaseId) -> list[str]:
    """The last lines of the story, each with its reason."""
    events = queries.timeline(bench.home, case)
    with bench.home.store.read() as tx:
        spoken = facts.load(bench.home, tx, case).facts.conversation
    return [f"{one.words}|{one.more}" for one in story.story(spoken, events, str)][-2:]


@pytest.mark.parametrize("trouble", [None, FULL])
@pytest.mark.parametrize("step", [script.DELIVERED, script.ANSWER_LOST, script.NOT_LEFT])
def test_sent_does_not_depend_on_it_nor_wait_for_it(
    bench: Bench, step: script.Step, trouble: KnownError | None
) -> None:
    box = Box(trouble)
    case, ana = ready(bench, box)
    bench.channel.will(step)
    report = send.send(bench.home, ana, case)
    assert box.kept == []
    found = filing.due(bench.home)
    if step is not script.DELIVERED:
        assert found == ()
        assert filing.file_copy(bench.home, case, report.entry) == ("", ChangeSet())
        assert box.kept == []
        return
    assert report.state is State.SENT
    assert found == ((case, report.entry),)
    why, changes = filing.file_copy(bench.home, case, report.entry)
    assert case in changes.cases
    assert box.kept == [(bench.channel.delivered[0].key, "open")]
    assert why == ("The mailbox is full. Make room." if trouble else "")
    (item,) = outgoing.outbox(bench.home)
    assert item.state is State.SENT
    assert item.entry.copy is not None
    assert item.entry.copy.words == why
    assert ("could not be filed|The mailbox is full. Make room." in told(bench, case)[-1]) == bool(
        trouble
    )
    # Not at once again.
    assert filing.due(bench.home) == ()
    assert filing.file_copy(bench.home, case, report.entry) == ("", ChangeSet())
    assert len(box.kept) == 1
    assert isinstance(verify_journal(bench.home), Whole)


def test_what_could_not_be_filed_is_tried_a_few_times_and_then_when_a_person_says_so(
    bench: Bench,
) -> None:
    box = Box(FULL)
    case, ana = ready(bench, box)
    bench.channel.will(script.DELIVERED)
    entry = send.send(bench.home, ana, case).entry
    for tries, minutes in enumerate((0, 5, 30, 120), 1):
        bench.clock.advance(minutes=max(0, minutes - 1))
        assert filing.due(bench.home) == (() if minutes else ((case, entry),))
        bench.clock.advance(minutes=min(1, minutes))
        assert filing.due(bench.home) == ((case, entry),)
        filing.file_copy(bench.home, case, entry)
        assert len(box.kept) == tries
    (item,) = outgoing.outbox(bench.home)
    assert trying.copy_given_up(item.entry, queries.now(bench.home))
    bench.clock.advance(hours=19)
    assert filing.due(bench.home) == ()
    assert filing.file_again(bench.home, case, entry)[0] == "The mailbox is full. Make room."
    assert filing.due(bench.home) == ()
    box.trouble = None
    assert filing.file_again(bench.home, case, entry)[0] == ""
    (item,) = outgoing.outbox(bench.home)
    assert (item.state, item.entry.copy and item.entry.copy.words) == (State.SENT, "")
    assert not trying.copy_given_up(item.entry, queries.now(bench.home))
    with pytest.raises(KnownError, match="lies among the sent mail already"):
        filing.file_again(bench.home, case, entry)
    assert len(box.kept) == 6
    assert isinstance(verify_journal(bench.home), Whole)


def test_a_later_try_by_itself_that_works_ends_it(bench: Bench) -> None:
    box = Box(FULL)
    case, ana = ready(bench, box)
    bench.channel.will(script.DELIVERED)
    entry = send.send(bench.home, ana, case).entry
    filing.file_copy(bench.home, case, entry)
    box.trouble = None
    bench.clock.advance(minutes=5)
    assert filing.due(bench.home) == ((case, entry),)
    assert filing.file_copy(bench.home, case, entry)[0] == ""
    bench.clock.advance(hours=3)
    assert filing.due(bench.home) == ()


@pytest.mark.parametrize("step", [script.ANSWER_LOST, script.NOT_LEFT])
def test_what_was_not_sent_has_no_copy_to_file(bench: Bench, step: script.Step) -> None:
    box = Box()
    case, ana = ready(bench, box)
    bench.channel.will(step)
    entry = send.send(bench.home, ana, case).entry
    with pytest.raises(KnownError, match="was not sent"):
        filing.file_again(bench.home, case, entry)
    assert box.kept == []


def test_killed_before_it_was_filed_it_is_filed_by_the_next_run(bench: Bench) -> None:
    box = Box()
    case, ana = ready(bench, box)
    bench.channel.will(script.DELIVERED)
    entry = send.send(bench.home, ana, case).entry
    again = replace(bench.home, run="run-2")
    send.recover(again)
    assert filing.due(again) == ((case, entry),)
    debrief.close(again, ana, case, Outcome.RESOLVED)
    assert filing.due(again) == ((case, entry),)
    filing.file_copy(again, case, entry)
    assert len(box.kept) == 1


def test_what_arrived_after_all_gets_its_copy(bench: Bench) -> None:
    box = Box()
    case, ana = ready(bench, box)
    bench.channel.will(script.ANSWER_LOST)
    entry = send.send(bench.home, ana, case).entry
    assert filing.due(bench.home) == ()
    send.settle(bench.home, ana, entry, appeared=True)
    assert filing.due(bench.home) == ((case, entry),)


def test_nothing_is_filed_for_an_account_without_a_mailbox(bench: Bench) -> None:
    box = Box()
    case, ana = ready(bench, box)
    accounts.remove(bench.home, ana, "box")
    bench.channel.will(script.DELIVERED)
    entry = send.send(bench.home, ana, case).entry
    assert filing.due(bench.home) == ()
    assert filing.file_copy(bench.home, case, entry) == ("", ChangeSet())


def test_a_mailbox_that_does_not_answer_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Patience] = []

    def dead(_server: object, _context: object, patience: Patience, _cancelled: object) -> Any:
        given.append(patience)
        raise TimeoutError

    monkeypatch.setattr(listener, "connected", dead)
    told = {"host": "localhost", "port": "993", "security": "tls", "user": USER}
    with pytest.raises(KnownError):
        ImapListener().keep_copy(Account("box", "imap", told), PASSWORD, WIRE, KEY, TOOLS)
    assert [one.total for one in given] == [20]
