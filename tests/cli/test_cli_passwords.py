"""A computer without a keyring: from an empty home to a heard mail, by a real mail server.

No password and no passphrase is ever among the words, in a file in plain text, or in what is said.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.cli.conftest import WORDS, Desk, Said, open_line
from tests.listening.real_dovecot import PASSWORD, USER, RealDovecot, certificates, running

from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.channels.imap.listener import ImapListener
from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.secrets import MemorySecrets
from calmreply.adapters.vault import SealedSecrets
from calmreply.bootstrap import Parts, Program
from calmreply.cli.console import Console
from calmreply.cli.main import main

SEAL = "nobody opens this on a monday"
LETTER = (
    b"From: Robin Sample <robin@customer.example>\r\nTo: hello@bluedoor.example\r\n"
    b"Subject: Stale bread\r\nMessage-ID: <%d@customer.example>\r\n"
    b"Date: Tue, 03 Mar 2026 08:%02d:00 +0000\r\n\r\nThe bread was from yesterday.\r\n"
)


@dataclass
class Typing(Console):
    """Somebody sits there; `answers` are what they type where nothing is shown."""

    answers: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def ask_secret(self, question: str) -> str:
        self.questions.append(question)
        return self.answers.pop(0)


@dataclass
class Bare:
    """A shop's command line where no keyring keeps anything: each command is a start of its own."""

    desk: Desk
    server: RealDovecot
    said: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    @property
    def parts(self) -> Parts:
        file = self.desk.folder / "secrets" / "passwords.sealed"
        return replace(
            self.desk.parts, secrets=SealedSecrets(MemorySecrets(), file, SystemEntropy())
        )

    def __call__(self, *words: str, who: str = "", expect: int = 0, **lines: str) -> Said:
        """With `lines` by open files: `secret_fd="..."`."""
        with contextlib.ExitStack() as closing:
            given = list(words)
            for name, line in lines.items():
                number = closing.enter_context(open_line(line))
                given += [f"--{name.replace('_', '-')}", str(number)]
            desk = replace(self.desk, parts=self.parts)
            said = desk(*given, who=who, expect=expect)
        self.said.append(json.dumps(said.data, ensure_ascii=False) + said.err)
        return said

    def typed(self, *words: str, with_: list[str], expect: int = 0) -> str:
        """At a terminal, where somebody types these one after the other."""
        out, err = io.StringIO(), io.StringIO()
        console = Typing(io.BytesIO(), out, err, asks=True, answers=with_)
        self.questions = console.questions
        code = main([*words, "--home", str(self.desk.folder)], Program(self.parts), console)
        told = out.getvalue() + err.getvalue()
        self.said.append(told)
        assert (code, with_) == (expect, []), told
        return told

    def account(self, *words: str, **more: Any) -> Said:
        return self(*self.adding(), *words, **more)

    def adding(self) -> list[str]:
        settings = {"host": "localhost", "port": str(self.server.tls), "user": USER}
        given = [word for pair in settings.items() for word in ("--set", "=".join(pair))]
        return ["channel", "add", "imap", *given]

    def leaks(self) -> list[str]:
        """Where something secret stands in plain text."""
        found = [text for text in self.said if any(one in text for one in (PASSWORD, SEAL))]
        for file in self.desk.folder.rglob("*"):
            if file.is_file():
                body = file.read_bytes()
                found += [str(file) for one in (PASSWORD, SEAL) if one.encode() in body]
        return found


@pytest.fixture(scope="module")
def dovecot() -> Iterator[RealDovecot]:
    with running(certificates()) as server:
        server.bring(LETTER % (0, 0))
        yield server


@pytest.fixture
def bare(desk: Desk, dovecot: RealDovecot) -> Iterator[Bare]:
    mailbox = ImapListener(dovecot.trust.client)
    parts = replace(desk.parts, channels={"hand": HandChannel()}, listeners={"imap": mailbox})
    shop = Bare(replace(desk, parts=parts), dovecot)
    yield shop
    assert shop.leaks() == []


SOURCE = ("source", "add", "--kind", "imap", "--allow-private")
LISTEN = ("listen", "--once")


def test_a_file_that_a_passphrase_opens_from_nothing_to_a_heard_mail(bare: Bare) -> None:
    none = bare("source", "list", seal_fd=SEAL, expect=4)
    assert none.code == "no_passwords_file", "only what keeps a password makes it"
    wrong = bare.account("--set", "colour=red", secret_fd=PASSWORD, seal_fd=SEAL, expect=4)
    assert (wrong.code, list(bare.desk.folder.rglob("*.sealed"))) == ("no_such_field", [])
    short = bare.account(secret_fd=PASSWORD, seal_fd="short", expect=4)
    assert (short.code, bare("channel", "list").data) == ("passphrase_too_short", [])
    added = bare.account(secret_fd=PASSWORD, seal_fd=SEAL).data
    assert (added["secret"], added["same_as"]) == ("file", [])
    closed = bare(*SOURCE, expect=4)
    assert closed.code == "passwords_locked"
    assert "--seal-fd 3 3< FILE" in closed.data["error"]["way_out"]
    assert bare(*SOURCE, seal_fd="another passphrase", expect=4).code == "wrong_passphrase"
    assert bare(*SOURCE, seal_fd=SEAL).data["title"] == f"{USER} (INBOX)"
    again = bare(*SOURCE, seal_fd=SEAL, expect=4)
    assert again.data["error"]["words"] == f"You already listen to {USER} (INBOX)."

    (heard,) = bare(*LISTEN, seal_fd=SEAL).data
    assert (heard["new"] > 0, heard["error"]) == (True, None)
    assert "The bread was from yesterday." in bare("inbox").data[0]["text"]
    failed = bare(*LISTEN, expect=4)
    assert "--seal-fd 3 3< FILE" in failed.data["error"]["way_out"]
    assert "--seal-fd 3 3< FILE" in bare("source", "list").data[0]["remedy"]["typed"]
    listed = bare.desk.text("source", "list")
    assert f"{USER} (INBOX)  <Mailbox>" in listed
    assert added["account"] not in listed
    assert bare("channel", "test", added["account"], seal_fd=SEAL).data["works"]
    assert bare("journal", "verify").data["whole"]


def test_one_that_is_given_each_time(bare: Bare) -> None:
    account = bare.account().data["account"]
    typed = f"calmreply channel test {account} --secret-fd 3 --seal-fd 4"
    missing = bare(*SOURCE, expect=4)
    assert missing.code == "sign_in_again"
    assert typed in missing.data["error"]["way_out"]
    bare(*SOURCE, secret_fd=PASSWORD)
    failed = bare(*LISTEN, expect=4)
    assert typed in failed.data["sources"][0]["error"]["way_out"]
    (heard,) = bare(*LISTEN, secret_fd=PASSWORD).data
    assert heard["error"] is None
    assert list(bare.desk.folder.rglob("*.sealed")) == []
    tested = bare("channel", "test", account, secret_fd=PASSWORD).data
    assert (tested["works"], tested["secret"]) == (True, "run")
    tested = bare("channel", "test", account, secret_fd=PASSWORD, seal_fd=SEAL).data
    assert (tested["works"], tested["secret"]) == (True, "file")
    (heard,) = bare(*LISTEN, seal_fd=SEAL).data
    assert heard["error"] is None

    second = bare.account().data
    assert second["same_as"] == [account], "the same twice is said"
    which = bare(*SOURCE, seal_fd=SEAL, expect=4)
    assert which.code == "which_account"
    assert f"--account {second['account']} (" in which.data["error"]["way_out"]


def test_one_that_is_sealed_for_whoever_acts(bare: Bare) -> None:
    bare.desk.enrol("Ana")
    assert bare.account(secret_fd=PASSWORD, who="Ana").data["secret"] == "passphrase"
    missing = bare(*SOURCE, expect=4)
    assert "--as Ana --passphrase-fd 3 3< FILE" in missing.data["error"]["way_out"]
    bare(*SOURCE, who="Ana")
    (heard,) = bare(*LISTEN, who="Ana").data
    assert heard["error"] is None
    assert "--as Ana" in bare(*LISTEN, expect=4).data["sources"][0]["error"]["way_out"]
    told = bare.typed(*LISTEN, with_=[WORDS["Ana"]])
    assert (bare.questions, "new" in told) == (["Passphrase of Ana:"], True)
    told = bare.typed(*LISTEN, with_=[""], expect=4)
    assert "--as Ana" in told, "who does not know it is told whose it is"


def test_at_a_terminal_all_of_it_is_asked_for(bare: Bare) -> None:
    told = bare.typed(*bare.adding(), with_=[PASSWORD, SEAL, "slip"], expect=4)
    assert "not the same" in told
    told = bare.typed(*bare.adding(), with_=[PASSWORD, SEAL, SEAL])
    assert bare.questions[0] == "Password:"
    assert "A new passphrase for that file" in bare.questions[1]
    assert "kept in the file with the passwords" in told
    told = bare.typed(*SOURCE, with_=["a slip", SEAL])
    assert bare.questions == ["Passphrase of the file with the passwords:"] * 2
    assert "do not open" in told
    bare.typed(*LISTEN, with_=[SEAL])
    told = bare.typed(*LISTEN, with_=[""], expect=4)
    assert "--seal-fd 3 3< FILE" in told
    (account,) = bare("channel", "list").data
    told = bare.typed(
        "channel", "test", account["account"], "--secret-fd", "0", with_=[PASSWORD, SEAL]
    )
    assert "It works." in told, "what is typed for number 0 is not shown"


def test_what_is_said_where_a_password_or_an_account_is_missing(bare: Bare) -> None:
    needs = bare(*SOURCE, expect=4)
    typed = "calmreply channel add imap --set host=HOST --set user=USER"
    assert (needs.code, typed in needs.data["error"]["way_out"]) == ("account_needed", True)
    told = bare.typed(*bare.adding(), with_=[""])
    assert "Its password is missing" in told
    assert "calmreply channel test " in told
    told = bare.typed(*bare.adding(), with_=[""])
    assert "The same was set up before" in told
    feed = bare("source", "add", "https://feeds.example/", secret_fd=PASSWORD, expect=4)
    assert feed.code == "no_password_needed"
    several = bare(*SOURCE, "--account", "nobody", expect=4)
    assert several.code == "no_such_account"
