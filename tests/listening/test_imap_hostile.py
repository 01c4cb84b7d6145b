"""Mails made to do harm, read as the worker reads them, and servers that are none."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.elsewhere import PATIENCE
from tests.listening.real_dovecot import Certificates, certificates, server_context

from calmreply.adapters.channels.connecting import Patience
from calmreply.adapters.channels.imap.listener import ImapListener
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import Place
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess, NoWeb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CHECKOUT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECONDS_EACH = 2.0
"""Of processor time for the worst of them, on a slow and busy computer."""
APART = """
import json, resource, sys, time
sys.path[:0] = sys.argv[1:]
from calmreply.adapters.channels.imap import reading
from tests.listening import hostile_letters
letters = hostile_letters.everything()
seen = []
def watch(event, told):
    if event.split(".")[0] in ("open", "socket", "subprocess", "import", "os", "ctypes"):
        seen.append(event + repr(told)[:100])
reading.read(b"Subject: x", {"now": 1.8e9})
sys.addaudithook(watch)
resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
said = []
for letter in letters:
    start = time.process_time()
    one = reading.read(letter[:400_000], {"own": [], "now": 1.8e9, "received": None})
    json.dumps(one)
    said.append([len(one["heard"]), one["damaged"], round(time.process_time() - start, 2)])
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps({"said": said, "seen": seen, "grown": grown}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits as the worker has them on Linux")
def test_each_is_over_soon_and_opens_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", APART, str(CHECKOUT / "src"), str(CHECKOUT)],
        capture_output=True,
        check=True,
        text=True,
        timeout=250,
    )
    told = json.loads(done.stdout)
    assert told["seen"] == []
    assert told["grown"] < 60_000, "kilobytes"
    slow = {n: one for n, one in enumerate(told["said"]) if one[2] > SECONDS_EACH}
    assert slow == {}
    assert sum(one[0] for one in told["said"]) >= len(told["said"]) - 1


# --- servers that are none -----------------------------------------------------------------


class Play:
    """A server of a few lines: `says` maps the first words of a command to what it answers."""

    greeting = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n"

    def __init__(self, trust: Certificates, says: Mapping[str, bytes], **how: Any) -> None:
        self.says = {**self._usual(), **says}
        self.greeting = how.get("greeting", self.greeting)
        self.tls = how.get("tls", True)
        self.heard: list[bytes] = []
        self._context = server_context(trust.server)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, name="play")
        self._thread.start()

    @staticmethod
    def _usual() -> dict[str, bytes]:
        return {
            "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE\r\n%t OK x\r\n",
            "AUTHENTICATE": b"+ \r\n",
            "AHA": b"%t OK in\r\n",
            "EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 5] x\r\n* OK [UIDNEXT 9] x\r\n%t OK x\r\n",
            "FETCH": b"* 1 FETCH (UID 6)\r\n* 2 FETCH (UID 7)\r\n* 3 FETCH (UID 8)\r\n%t OK x\r\n",
            "UID SEARCH": b"* SEARCH 6 7 8\r\n%t OK x\r\n",
            "LIST": b'* LIST () "/" INBOX\r\n%t OK x\r\n',
            "LOGOUT": b"* BYE\r\n%t OK x\r\n",
        }

    def close(self) -> None:
        self._door.close()
        self._thread.join(PATIENCE)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            plain, _from = self._door.accept()
            plain.settimeout(PATIENCE)
            line = self._context.wrap_socket(plain, server_side=True) if self.tls else plain
            with line, plain, line.makefile("rb") as lines:
                line.sendall(self.greeting)
                self._talk(line, lines)

    def _talk(self, line: ssl.SSLSocket | socket.socket, lines: Any) -> None:
        tag = b""
        for said in lines:
            self.heard.append(said)
            words = said.decode("latin-1").split()
            if len(words) > 1:
                tag, what = words[0].encode(), " ".join(words[1:])
            else:
                what = "AHA"
            found = (answer for start, answer in self._longest_first() if what.startswith(start))
            answer = next(found, b"%t BAD what\r\n").replace(b"%t", tag)
            line.sendall(answer)
            if answer.startswith(b"* BYE"):
                return

    def _longest_first(self) -> list[tuple[str, bytes]]:
        return sorted(self.says.items(), key=lambda each: -len(each[0]))


@pytest.fixture(scope="module")
def trust() -> Certificates:
    return certificates()


@pytest.fixture
def play(trust: Certificates) -> Iterator[Callable[..., Play]]:
    with contextlib.ExitStack() as stack:

        def start(says: Mapping[str, bytes] | None = None, **how: Any) -> Play:
            server = Play(trust, says or {}, **how)
            stack.callback(server.close)
            return server

        yield start


HURRIED = Patience(answer=2, total=10, goodbye=0.2)
"""For a server from which nothing more comes. From the others it comes when it comes."""


def listened(
    trust: Certificates, server: Play, patience: Patience | None = None, **changes: str
) -> Any:
    told = {"host": "localhost", "port": str(server.port), "user": "anna", **changes}
    place = Place("INBOX", Account("a1", "imap", told), "secret-word")
    tools = Tools(NoWeb(), InThisProcess(), NOW)
    listener = ImapListener(trust.client, patience or Patience(goodbye=0.2))
    try:
        return listener.listen(place, "", tools)
    except KnownError as error:
        return "told the password" if "secret-word" in str(error) else error.code


def body(uid: int, text: bytes) -> bytes:
    message = b"Subject: %d\r\nFrom: a@b.example\r\n\r\n%s" % (uid, text)
    return b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\n" % (uid - 5, uid, len(message), message)


GOOD = {
    "UID FETCH": b"".join(body(n, b"x") for n in (6, 7, 8)) + b"%t OK x\r\n",
    "UID FETCH 6,7,8 (RFC822.SIZE": b"".join(
        b'* %d FETCH (UID %d RFC822.SIZE 50 INTERNALDATE "20-Nov-2026 09:00:00 +0000")\r\n'
        % (n - 5, n)
        for n in (6, 7, 8)
    )
    + b"%t OK x\r\n",
}


def test_the_play_itself_can_be_read(trust: Certificates, play: Callable[..., Play]) -> None:
    server = play(GOOD)
    said = listened(trust, server)
    assert [one.title for one in said.heard] == ["6", "7", "8"]
    assert said.heard[0].published == datetime(2026, 11, 20, 9, tzinfo=UTC)
    asked = b"".join(server.heard)
    assert b"SELECT" not in asked
    assert b"STORE" not in asked
    assert b"BODY[" not in asked.replace(b"BODY.PEEK[", b"")


def test_the_older_way_of_signing_in(trust: Certificates, play: Callable[..., Play]) -> None:
    old = {
        **GOOD,
        "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n%t OK x\r\n",
        "LOGIN": b"%t OK x\r\n",
    }
    server = play(old, greeting=b"* OK hello\r\n")
    assert len(listened(trust, server, user='anna "b" smith').heard) == 3
    assert any(b'LOGIN "anna \\"b\\" smith" "secret-word"' in each for each in server.heard)
    assert listened(trust, play(old, greeting=b"* OK hello\r\n"), user="änna") == "not_allowed"


def test_one_that_is_broken_on_the_server_is_counted_and_the_others_come(
    trust: Certificates, play: Callable[..., Play]
) -> None:
    no = b"%t NO [EXPUNGEISSUED] cannot\r\n"
    says = {
        **GOOD,
        "UID FETCH": no,
        "UID FETCH 6 (BODY": body(6, b"x") + b"%t OK x\r\n",
        "UID FETCH 8 (BODY": body(8, b"x") + b"%t OK x\r\n",
    }
    said = listened(trust, play(says))
    assert ([one.title for one in said.heard], said.unread) == (["6", "8"], 1)
    assert json.loads(said.cursor)["uidnext"] == 9


def test_what_a_slow_line_brought_is_kept(trust: Certificates, play: Callable[..., Play]) -> None:
    sizes = b"".join(b"* %d FETCH (UID %d RFC822.SIZE 400000)\r\n" % (n - 5, n) for n in (6, 7, 8))
    says = {
        "UID FETCH 6,7,8 (RFC822.SIZE": sizes + b"%t OK x\r\n",
        "UID FETCH 6 (BODY": body(6, b"x") + b"%t OK x\r\n",
        "UID FETCH 7 (BODY": b"* 2 FETCH (UID 7 BODY[]<0> {400000}\r\nSubject: 7\r\n",
    }
    said = listened(trust, play(says), HURRIED)
    assert ([one.title for one in said.heard], said.more, said.unread) == (["6"], True, 0)
    assert json.loads(said.cursor)["uidnext"] == 7


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ({"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n%t OK x\r\n"}, "no_idle"),
        ({"IDLE": b"%t NO [LIMIT] x\r\n"}, "not_ready"),
        ({"IDLE": b"+ \r\n* 2 EXPUNGE\r\n* 2 EXISTS\r\n* OK Still here\r\n* BYE x\r\n"}, "cut_off"),
        ({"IDLE": b"+ \r\n* 2 EXPUNGE\r\n* 3 EXISTS\r\n"}, True),
        ({"IDLE": b"+ \r\n* 3 EXISTS\r\n"}, False),
    ],
)
def test_waiting(
    trust: Certificates, play: Callable[..., Play], says: Mapping[str, bytes], code: str | bool
) -> None:
    server = play({**GOOD, "DONE": b"%t OK x\r\n", **says}, greeting=b"* OK hello\r\n")
    told = {"host": "localhost", "port": str(server.port), "user": "anna"}
    place = Place("INBOX", Account("a1", "imap", told), "secret-word")
    listener = ImapListener(trust.client, Patience(goodbye=0.2))
    try:
        found: str | bool = listener.wait(place, PATIENCE if code else 0.5, None)
    except KnownError as error:
        found = error.code
    assert found == code


def test_a_server_without_uidnext(trust: Certificates, play: Callable[..., Play]) -> None:
    says = {**GOOD, "EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 5] x\r\n%t OK x\r\n"}
    assert len(listened(trust, play(says)).heard) == 3


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ({"AHA": b"%t NO [AUTHENTICATIONFAILED] no\r\n"}, "sign_in_again"),
        ({"AHA": b"%t NO [UNAVAILABLE] later\r\n"}, "not_ready"),
        ({"AHA": b"%t NO [ALERT] Too many simultaneous connections.\r\n"}, "not_ready"),
        ({"AHA": b"* BYE Autologout\r\n"}, "cut_off"),
        ({"CAPABILITY": b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n%t OK x\r\n"}, "not_allowed"),
        ({"EXAMINE": b"%t NO [NONEXISTENT] x\r\n"}, "no_such_place"),
        ({"EXAMINE": b"%t NO [INUSE] x\r\n"}, "not_ready"),
        ({"EXAMINE": b"* x EXISTS\r\n%t OK x\r\n"}, "broken_answer"),
        ({"EXAMINE": b"\xff\xfe\x00\r\n"}, "broken_answer"),
        ({"EXAMINE": b"* 1 FETCH (BODY[] {4000000000}\r\n"}, "broken_answer"),
        ({"EXAMINE": b"x" * 1_200_000}, "broken_answer"),
        ({"EXAMINE": b""}, "too_slow"),
        ({"FETCH": b"* 1 FETCH " + b"(" * 20_000 + b"\r\n%t OK x\r\n"}, "broken_answer"),
        ({"FETCH": b"* 1 FETCH (UID)\r\n%t OK x\r\n"}, "broken_answer"),
        ({"FETCH": b'* 1 FETCH (UID "6)\r\n%t OK x\r\n'}, "broken_answer"),
        ({"UID SEARCH": b"* SEARCH six\r\n%t OK x\r\n"}, "broken_answer"),
    ],
)
def test_what_they_do_is_told_in_plain_words(
    trust: Certificates, play: Callable[..., Play], says: Mapping[str, bytes], code: str
) -> None:
    server = play({**GOOD, **says}, greeting=b"* OK hello\r\n")
    assert listened(trust, server, HURRIED if code == "too_slow" else None) == code


@pytest.mark.parametrize(
    ("greeting", "code"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", "broken_answer"),
        (b"* BYE closed\r\n", "not_ready"),
        (b"", "too_slow"),
        (b"* OK" * 400_000, "broken_answer"),
    ],
)
def test_greetings(
    trust: Certificates, play: Callable[..., Play], greeting: bytes, code: str
) -> None:
    server = play(GOOD, greeting=greeting)
    assert listened(trust, server, HURRIED if code == "too_slow" else None) == code


@pytest.mark.parametrize(
    ("greeting", "says"),
    [
        (b"* OK hello\r\n", {"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n%t OK x\r\n"}),
        (b"* PREAUTH hello\r\n",
         {"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%t OK x\r\n"}),
        (b"* OK hello\r\n",
         {"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%t OK x\r\n",
          "STARTTLS": b"%t OK x\r\n* OK slipped in\r\n"}),
        (b"* OK hello\r\n",
         {"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%t OK x\r\n",
          "STARTTLS": b"%t NO x\r\n"}),
    ],
)  # fmt: skip
def test_without_protection_nothing_is_said(
    trust: Certificates, play: Callable[..., Play], greeting: bytes, says: Mapping[str, bytes]
) -> None:
    server = play(says, greeting=greeting, tls=False)
    assert listened(trust, server, security="starttls") in ("no_tls", "cut_off")
    asked = b"".join(server.heard)
    assert b"AUTH" not in asked
    assert b"LOGIN" not in asked


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_protection_that_does_not_fit_the_port_is_said(
    trust: Certificates, play: Callable[..., Play], security: str
) -> None:
    """Both ways round: one hears words where it wants TLS, the other waits for words."""
    server = play(tls=security == "starttls")
    with pytest.raises(KnownError) as told:
        signed_in(trust, server, security, HURRIED if security == "starttls" else None)
    assert told.value.code == {"tls": "tls", "starttls": "too_slow"}[security]
    assert told.value.words.endswith("Perhaps the protection does not fit the port.")
    assert 'Port 993 goes with "TLS from the start"' in told.value.way_out


def test_nothing_is_tried_again_where_somebody_only_asks(trust: Certificates) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        closed = int(door.getsockname()[1])
    account = Account("a1", "imap", {"host": "127.0.0.1", "port": str(closed), "user": "anna"})
    with pytest.raises(KnownError) as told:
        ImapListener(trust.client).sign_in(account, "secret-word", NoWeb())
    assert told.value.code == "cannot_connect"
    assert "again" not in told.value.way_out
    assert 'port 143 with "STARTTLS"' in told.value.way_out


def signed_in(
    trust: Certificates, server: Play, security: str, patience: Patience | None = None
) -> None:
    told = {"host": "localhost", "port": str(server.port), "user": "anna", "security": security}
    listener = ImapListener(trust.client, patience or Patience(goodbye=0.2))
    listener.sign_in(Account("a1", "imap", told), "secret-word", NoWeb())


def test_the_folders_that_there_are_are_told_but_for_those_that_mean_harm(
    trust: Certificates, play: Callable[..., Play]
) -> None:
    lines = [
        b'* LIST () "/" INBOX',
        b'* LIST (\\Noselect) "/" Shop',
        b'* LIST () "/" Shop/Reviews',
        b'* LIST (\\Sent) "/" Written',
        b'* LIST () "/" "Sent Items"',
        b'* LIST () "/" "Choose another, then pay"',
        b'* LIST () "/" "turned&IC4-round"',
        b'* LIST () "/" "a\tb"',
        b'* LIST () "/" ' + b"x" * 5_000,
        *(b'* LIST () "/" Old%d' % number for number in range(20)),
    ]
    no = b"%t NO [NONEXISTENT] Mailbox doesn't exist: Reviewz (0.001 + 0.000 secs).\r\n"
    server = play({**GOOD, "EXAMINE": no, "LIST": b"\r\n".join([*lines, b"%t OK x\r\n"])})
    told = refused(trust, server, "Reviewz")
    assert told.words == 'There is no folder "Reviewz" in this mailbox.'
    some = ", ".join(["INBOX", "Shop/Reviews", *(f"Old{number}" for number in range(10))])
    assert told.way_out == f"Choose one that is there: {some}, …."


@pytest.mark.parametrize(
    "says", [b"%t NO not now\r\n", b"* LIST\r\n%t OK x\r\n", b'* LIST (7 "/" x\r\n%t OK x\r\n']
)
def test_a_folder_is_missed_where_no_others_can_be_told(
    trust: Certificates, play: Callable[..., Play], says: bytes
) -> None:
    no = b"%t NO Mailbox doesn't exist: Reviewz (0.001 + 0.000 secs).\r\n"
    told = refused(trust, play({**GOOD, "EXAMINE": no, "LIST": says}), "Reviewz")
    assert told.code == "no_such_place"
    assert told.words.endswith('It says: "Mailbox doesn\'t exist: Reviewz".')
    assert "Shop/Reviews" in told.way_out


def refused(trust: Certificates, server: Play, what: str) -> KnownError:
    told = {"host": "localhost", "port": str(server.port), "user": "anna"}
    place = Place(what, Account("a1", "imap", told), "secret-word")
    with pytest.raises(KnownError) as error:
        ImapListener(trust.client).listen(place, "", Tools(NoWeb(), InThisProcess(), NOW))
    return error.value


def test_who_drips_is_left(trust: Certificates) -> None:
    class Dripping(Play):
        def _talk(self, line: Any, lines: Any) -> None:
            del lines
            pause = threading.Event()
            while True:  # until the other side has had enough
                line.sendall(b"*")
                pause.wait(0.05)

    server = Dripping(trust, {})
    try:
        assert listened(trust, server, replace(HURRIED, total=1)) == "too_slow"
    finally:
        server.close()


def test_what_the_worker_gives_up_on_is_read_by_its_head(
    trust: Certificates, play: Callable[..., Play]
) -> None:
    class GivesUp(InThisProcess):
        def run(self, function: str, body: bytes, about: Mapping[str, Any]) -> Any:
            if b"Subject: 7" in body and (not about.get("head_only") or b"hopeless" in body):
                raise KnownError("apart_crashed", "", "")
            return super().run(function, body, about)

    for word, titles in ((b"x", ["6", "7", "8"]), (b"hopeless", ["6", "8"])):
        says = {**GOOD, "UID FETCH": b"".join(body(n, word) for n in (6, 7, 8)) + b"%t OK x\r\n"}
        server = play(says)
        told = {"host": "localhost", "port": str(server.port), "user": "anna"}
        place = Place("INBOX", Account("a1", "imap", told), "secret-word")
        said = ImapListener(trust.client).listen(place, "", Tools(NoWeb(), GivesUp(), NOW))
        assert ([one.title for one in said.heard], said.unread) == (titles, 1)
