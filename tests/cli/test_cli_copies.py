"""The copy for the sent mail: told beside "sent", in words and for scripts, once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from tests.cli.conftest import MAIL_PASSWORD, Desk, Post, open_line
from tests.cli.test_cli_journey import ready

from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.secrets import MemorySecrets
from calmreply.adapters.vault import SealedSecrets
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts
from calmreply.bootstrap.homes import open_home
from calmreply.errors import KnownError

if TYPE_CHECKING:
    import pytest

    from calmreply.testing.clock import FakeClock

WHY = "The mailbox is full. Make room."


class FullBox:
    """The sender's mailbox, in which nothing can be filed."""

    kind, title, fields, place_fields = "imap", "Mailbox", (), ()
    needs_account = True
    asked, full = 0, True

    def is_mailbox_of(self, account: Account, sender: Account) -> bool:
        return (account.kind, sender.kind) == ("imap", "mail")

    def keep_copy(self, *_given: Any) -> None:
        self.asked += 1
        if self.full:
            raise KnownError("too_much", "The mailbox is full.", "Make room.")


def test_sent_all_the_same_and_why_there_is_no_copy(
    desk: Desk, post: Post, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    box = FullBox()
    desk.parts = replace(desk.parts, listeners=cast("Any", {"imap": box}))
    desk.enrol("Ana")
    desk.enrol("Ben", vouching="Ana")
    with open_line(MAIL_PASSWORD) as number:
        words = ["channel", "add", "mail", *post.settings(), "--secret-fd", str(number)]
        desk(*words, who="Ana")
    with open_home(desk.folder, desk.parts) as opened:
        accounts.save(opened.home, None, Account("box", "imap", {}))
    case = desk.paste("Stale bread.")
    ready(desk, clock, case, "--channel", "mail", "--to", "robin@customer.example")
    report = desk("send", case, who="Ana").data
    assert (report["state"], report["not_kept"]) == ("sent", WHY)
    (row,) = desk("outbox", "list").data
    assert (row["state"], row["not_kept"], row["words"]) == ("sent", WHY, "")
    told = desk.text("case", "show", case)
    assert "The copy for the sent mail could not be filed" in told
    assert (len(post.taken), box.asked) == (1, 1)
    again = desk("outbox", "file", row["id"], expect=4)
    assert (again.code, again.data["not_kept"]) == ("not_kept", WHY)
    box.full = False
    assert desk.text("outbox", "file", row["id"]) == "The copy lies among the sent mail.\n"
    assert desk("outbox", "file", row["id"], expect=4).code == "copy_is_there"
    assert (len(post.taken), box.asked) == (1, 3)
    assert desk("journal", "verify").exit == 0
    assert capsys.readouterr().err == ""


def test_a_mailbox_whose_password_is_locked_undoes_no_sending(
    desk: Desk, post: Post, clock: FakeClock
) -> None:
    """The reply went by a password that was given; that of the mailbox lies in a closed file."""
    box, seal = FullBox(), "nobody opens this on a monday"
    box.full = False
    file = desk.folder / "secrets" / "passwords.sealed"
    SealedSecrets(MemorySecrets(), file, SystemEntropy()).begin(seal)

    def start() -> Desk:
        secrets = SealedSecrets(MemorySecrets(), file, SystemEntropy())
        listeners = cast("Any", {"imap": box})
        return replace(desk, parts=replace(desk.parts, secrets=secrets, listeners=listeners))

    start().enrol("Ana")
    start().enrol("Ben", vouching="Ana")
    start()("channel", "add", "mail", *post.settings(), who="Ana")
    with open_home(desk.folder, start().parts) as opened:
        accounts.save(opened.home, None, Account("box", "imap", {}))
    case = desk.paste("Stale bread.")
    ready(start(), clock, case, "--channel", "mail", "--to", "robin@customer.example")
    locked = start()("send", case, who="Ana", expect=4)
    assert locked.code == "passwords_locked"
    assert "--seal-fd 3 3< FILE" in locked.data["error"]["way_out"]
    with open_line(MAIL_PASSWORD) as number:
        report = start()("send", case, "--secret-fd", str(number), who="Ana").data
    assert (report["state"], len(post.taken), box.asked) == ("sent", 1, 0)
    assert "--seal-fd 3 3< FILE" in report["not_kept"]
    (row,) = start()("outbox", "list").data
    with open_line(seal) as number:
        assert start()("outbox", "file", row["id"], "--seal-fd", str(number)).exit == 0
    assert box.asked == 1
