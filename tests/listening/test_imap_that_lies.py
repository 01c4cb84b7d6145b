"""Mail servers that lie in ways of their own protocol: floods, dates, numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.elsewhere import PATIENCE
from tests.listening.real_dovecot import Certificates, certificates
from tests.listening.test_imap_hostile import GOOD, NOW, Play, listened

from calmreply.adapters.channels.connecting import Patience
from calmreply.adapters.channels.imap import folder
from calmreply.adapters.channels.imap.listener import ImapListener
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import Place
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess, NoWeb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

EXAMINED = b"* 120 EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n* OK [UIDNEXT 9] x\r\n%%t OK x\r\n"
ASKED_ABOUT = "UID FETCH 6,7,8 (RFC822.SIZE"


@pytest.fixture(scope="module")
def trust() -> Certificates:
    return certificates()


@pytest.fixture
def play(trust: Certificates) -> Iterator[Callable[[Mapping[str, bytes]], Play]]:
    begun: list[Play] = []

    def start(says: Mapping[str, bytes]) -> Play:
        begun.append(Play(trust, {**GOOD, **says}, greeting=b"* OK hello\r\n"))
        return begun[-1]

    yield start
    for one in begun:
        one.close()


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("EXAMINE", b"* 4294967 EXISTS\r\n"),
        ("FETCH", b"* 1 FETCH (UID 6 X (" + b"a " * 50_000 + b"))\r\n"),
        ("UID FETCH", b"* 1 FETCH (UID 6 BODYSTRUCTURE (" + b"(a b)" * 20_000 + b"))\r\n"),
        ("UID FETCH", b"* 1 FETCH (UID 6 X {0}\r\n)\r\n"),
        ("UID SEARCH", b"* SEARCH" + b" 6" * 50_000 + b"\r\n"),
        ("LIST", b'* LIST () "/" x\r\n'),
    ],
    ids=["numbers", "atoms", "structures", "empty", "search", "folders"],
)
def test_who_floods_with_lines_is_left_before_they_are_taken_apart(
    trust: Certificates,
    play: Callable[[Mapping[str, bytes]], Play],
    command: str,
    line: bytes,
) -> None:
    """Each would be a hundred times its size in work, and twenty times in memory."""
    flood = line * (3_000_000 // len(line)) + GOOD.get(command, b"%t OK x\r\n")
    assert listened(trust, play({command: flood})) == "broken_answer"


@pytest.mark.parametrize(
    "when", [b"31-Dec-9999 23:59:59 -1400", b"01-Jan-1970 00:00:00 +1400", b"01-Jan-2051 00:00:00"]
)
def test_a_date_that_cannot_be_costs_no_mail(
    trust: Certificates, play: Callable[[Mapping[str, bytes]], Play], when: bytes
) -> None:
    about = b'* %d FETCH (UID %d RFC822.SIZE 50 INTERNALDATE "' + when + b'")\r\n'
    says = {ASKED_ABOUT: b"".join(about % (n - 5, n) for n in (6, 7, 8)) + b"%t OK x\r\n"}
    said = listened(trust, play(says))
    assert ([one.title for one in said.heard], said.unread) == (["6", "7", "8"], 0)
    assert [one.published for one in said.heard] == [None] * 3


def test_a_line_without_an_end_is_not_waited_for(
    trust: Certificates, play: Callable[[Mapping[str, bytes]], Play]
) -> None:
    server = play({"IDLE": b"+ \r\n* OK " + b"x" * 1_200_000})
    told = {"host": "localhost", "port": str(server.port), "user": "anna"}
    place = Place("INBOX", Account("a1", "imap", told), "secret-word")
    with pytest.raises(KnownError) as caught:
        ImapListener(trust.client, Patience(goodbye=0.2)).wait(place, PATIENCE, None)
    assert caught.value.code == "broken_answer"


def test_a_server_with_new_numbers_each_time_is_read_from_its_newest(
    trust: Certificates, play: Callable[[Mapping[str, bytes]], Play]
) -> None:
    """Else each round would read the same old messages, and never come to the newest."""

    def asked(validity: int, cursor: str) -> tuple[bytes, Any]:
        server = play({"EXAMINE": EXAMINED % validity})
        told = {"host": "localhost", "port": str(server.port), "user": "anna"}
        place = Place("INBOX", Account("a1", "imap", told), "secret-word")
        listener = ImapListener(trust.client, Patience(goodbye=0.2))
        said = listener.listen(place, cursor, Tools(NoWeb(), InThisProcess(), NOW))
        return b"".join(server.heard), json.loads(said.cursor)

    unfinished = str(folder.Where(4, 7, whole=False))
    heard, kept = asked(5, unfinished)
    assert b" FETCH 71,72," in heard
    assert kept == {"uidvalidity": 5, "uidnext": 9}
    heard, _kept = asked(6, json.dumps(kept))
    assert b" FETCH 1,2," in heard
    heard, _kept = asked(4, unfinished)
    assert b"(UID)" not in heard
