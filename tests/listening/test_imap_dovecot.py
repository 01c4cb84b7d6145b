"""A real mailbox: everything that arrives, once, and nothing in it is ever changed."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from tests.elsewhere import PATIENCE
from tests.listening import hostile_letters
from tests.listening.real_dovecot import (
    PASSWORD,
    USER,
    Certificates,
    RealDovecot,
    certificates,
    running,
)

from calmreply.adapters.apart import WorkerApart
from calmreply.adapters.channels import registry
from calmreply.adapters.channels.connecting import Patience
from calmreply.adapters.channels.imap.listener import ImapListener
from calmreply.adapters.channels.imap.wire import Client
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import Place, Round
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Origin, Visibility
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess, NoWeb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from calmreply.app.ports import Apart, Cancelled

NOW = datetime(2126, 1, 1, tzinfo=UTC)  # after whatever the server's clock says


@pytest.fixture(scope="module")
def trust() -> Certificates:
    return certificates()


@pytest.fixture(scope="module")
def dovecot(trust: Certificates) -> Iterator[RealDovecot]:
    with running(trust) as server:
        yield server


@pytest.fixture
def imap(trust: Certificates) -> ImapListener:
    return ImapListener(trust.client, Patience())


@pytest.fixture
def place(dovecot: RealDovecot, request: pytest.FixtureRequest) -> Place:
    """Make a mailbox of this test's own."""
    user = f"t{zlib.crc32(request.node.name.encode())}@bluedoor.example"
    return Place("INBOX", account(dovecot, user=user, address=USER), PASSWORD)


def account(dovecot: RealDovecot, **changes: str) -> Account:
    told = {"host": "localhost", "port": str(dovecot.tls), "security": "tls", "user": USER}
    return Account("a1", "imap", {**told, **changes})


def user(place: Place) -> str:
    assert place.account is not None
    return place.account.settings["user"]


def tools(cancelled: Cancelled | None = None) -> Tools:
    return Tools(NoWeb(), InThisProcess(), NOW, cancelled)


def letter(number: int | str, **headers: str) -> bytes:
    told = {
        "From": f"Anna {number} <anna@customer.example>",
        "Subject": f"Mail {number}",
        "Message-ID": f"<{number}@customer.example>",
        "Date": "Fri, 20 Nov 2026 08:30:00 +0100",
        **headers,
    }
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items())
    return f"{head}\r\nText {number}\r\n".encode()


def rounds(imap: ImapListener, place: Place, apart: Apart | None = None) -> Iterator[Round]:
    """Listen until there is no more."""
    cursor = ""
    for _ in range(50):
        one = imap.listen(place, cursor, replace(tools(), apart=apart or InThisProcess()))
        yield one
        cursor = one.cursor
        if not one.more:
            return
    pytest.fail("there is more and more")


def error(work: Callable[[], Any]) -> KnownError:
    with pytest.raises(KnownError) as caught:
        work()
    return caught.value


def state(dovecot: RealDovecot, place: Place) -> tuple[Any, ...]:
    """What a mail program would show of the inbox, and all that could have changed in it."""
    client = dovecot.client(user(place))
    with contextlib.closing(client.socket()):
        said = client.status("INBOX", "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ)")
        client.select("INBOX", readonly=True)
        flags = client.fetch("1:*", "(FLAGS)")
        client.logout()
    return said, flags


def test_it_is_registered() -> None:
    assert registry.find().listeners["imap"].title == "Mailbox"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_sign_in(imap: ImapListener, dovecot: RealDovecot, security: str) -> None:
    port = dovecot.tls if security == "tls" else dovecot.starttls
    imap.sign_in(account(dovecot, port=str(port), security=security), PASSWORD, NoWeb())


def test_what_arrives_comes_once_and_stays_unread(
    imap: ImapListener, dovecot: RealDovecot, place: Place
) -> None:
    dovecot.bring(letter(1), letter(2, From=f"Us <{USER}>"), letter(3), user=user(place))
    before = state(dovecot, place)
    first = imap.listen(place, "", tools())
    assert [one.key for one in first.heard] == ["<1@customer.example>", "<3@customer.example>"]
    one = first.heard[0]
    assert (one.author, one.contact, one.title) == ("Anna 1", "anna@customer.example", "Mail 1")
    assert (one.text, one.site, one.origin) == ("Text 1", "E-mail", Origin.FEED)
    assert one.visibility is Visibility.PRIVATE
    assert one.published == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert (first.more, first.unread, first.title) == (False, 0, f"{USER} (INBOX)")
    again = imap.listen(place, first.cursor, tools())
    assert (again.heard, again.cursor, again.more) == ((), first.cursor, False)
    assert state(dovecot, place) == before
    dovecot.bring(letter(4), user=user(place))
    assert [one.title for one in imap.listen(place, again.cursor, tools()).heard] == ["Mail 4"]


def test_many_come_in_pages_and_only_the_newest_at_first(
    imap: ImapListener, dovecot: RealDovecot, place: Place
) -> None:
    dovecot.bring(*map(letter, range(230)), user=user(place))
    pages = list(rounds(imap, place))
    assert [len(page.heard) for page in pages] == [50, 50, 50, 50]
    assert [one.title for p in pages for one in p.heard] == [f"Mail {n}" for n in range(30, 230)]


def test_a_folder_that_was_made_anew_is_read_anew(
    imap: ImapListener, dovecot: RealDovecot, place: Place
) -> None:
    place = replace(place, what=imap.what({"folder": "Büro/Käse & mehr"}))
    encoded = '"B&APw-ro/K&AOQ-se &- mehr"'
    dovecot.bring(letter(1), letter(2), folder=encoded, user=user(place))
    first = imap.listen(place, "", tools())
    client = dovecot.client(user(place))
    with contextlib.closing(client.socket()):
        client.delete(encoded)
        client.logout()
    dovecot.bring(letter(2), folder=encoded, user=user(place))
    again = imap.listen(place, first.cursor, tools())
    assert json.loads(again.cursor)["uidvalidity"] != json.loads(first.cursor)["uidvalidity"]
    assert again.heard == first.heard[1:]


@pytest.mark.parametrize(
    "cursor",
    ["{", "[]", "null", '{"uidvalidity": "1", "uidnext": 1}', '{"uidvalidity": 1, "uidnext": true}',
     '{"uidvalidity": 7, "uidnext": 7}', '{"uidvalidity": 1, "uidnext": -4}', "[" * 20_000],
)  # fmt: skip
def test_a_cursor_that_is_none_means_the_beginning(
    imap: ImapListener, dovecot: RealDovecot, place: Place, cursor: str
) -> None:
    dovecot.bring(letter(1), user=user(place))
    assert [one.title for one in imap.listen(place, cursor, tools()).heard] == ["Mail 1"]


def test_a_cursor_from_ahead_means_the_beginning_and_an_empty_folder_is_fine(
    imap: ImapListener, dovecot: RealDovecot, place: Place
) -> None:
    empty = imap.listen(place, "", tools())
    assert (empty.heard, empty.more) == ((), False)
    dovecot.bring(letter(1), user=user(place))
    assert len(imap.listen(place, empty.cursor, tools()).heard) == 1
    ahead = json.dumps({**json.loads(empty.cursor), "uidnext": 900})
    assert len(imap.listen(place, ahead, tools()).heard) == 1


def test_numbers_far_apart_and_messages_that_went(
    imap: ImapListener, dovecot: RealDovecot, place: Place
) -> None:
    dovecot.bring(*map(letter, range(6)), user=user(place))
    at = json.dumps({**json.loads(imap.listen(place, "", tools()).cursor), "uidnext": 2})
    client = dovecot.client(user(place))
    with contextlib.closing(client.socket()):
        client.select("INBOX")
        client.store("2:5", "+FLAGS", "\\Deleted")
        client.expunge()
        client.logout()
    assert [one.title for one in imap.listen(place, at, tools()).heard] == ["Mail 5"]


@pytest.mark.parametrize("folder", ["Sent Items", "Written"])
def test_what_lies_with_the_sent_mail_is_nobodys_mention(
    imap: ImapListener, dovecot: RealDovecot, place: Place, folder: str
) -> None:
    dovecot.bring(letter(1), folder=f'"{folder}"', user=user(place))
    there = imap.listen(replace(place, what=folder), "", tools())
    assert (there.heard, there.more) == ((), False)
    assert imap.listen(replace(place, what=folder), there.cursor, tools()).heard == ()


def test_of_a_long_mail_the_beginning_is_taken(
    imap: ImapListener, dovecot: RealDovecot, place: Place
) -> None:
    dovecot.bring(letter(1) + b"and on it goes\r\n" * 200_000, letter(2), user=user(place))
    long, short = imap.listen(place, "", tools()).heard
    assert long.text.startswith("Text 1\nand on it goes")
    assert short.text == "Text 2"


def test_the_hostile_folder(imap: ImapListener, dovecot: RealDovecot, place: Place) -> None:
    """Nothing that strangers send keeps the good mail among it from being read."""
    bad = hostile_letters.everything()
    assert len(bad) >= 60
    mixed = [each for n, one in enumerate(bad) for each in (one, letter(f"good-{n}"))]
    dovecot.bring(*mixed, user=user(place))
    with contextlib.closing(WorkerApart()) as apart:
        pages = list(rounds(imap, place, apart=apart))
    assert sum(page.unread for page in pages) == 0
    heard = [one for page in pages for one in page.heard]
    good = [one for one in heard if one.title.startswith("Mail good-")]
    assert len(good) == len(bad)
    assert len({one.key for one in heard}) == len(heard)
    assert len(heard) - len(good) >= len(bad) * 0.9
    for one in heard:
        assert len(one.text) <= 110_000
        for text in (one.author, one.contact, one.title, one.key):
            assert not {"\r", "\n", "\0"} & set(text)
            assert len(text) < 2_500


class TestIdle:
    @pytest.fixture
    def idle(self, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
        """Say when the server was told that we wait."""
        begun = threading.Event()
        real = Client.idle

        def idle(client: Client) -> None:
            real(client)
            begun.set()

        monkeypatch.setattr(Client, "idle", idle)
        return begun

    def test_it_tells_of_a_mail_that_arrives(
        self, imap: ImapListener, dovecot: RealDovecot, place: Place, idle: threading.Event
    ) -> None:
        dovecot.bring(letter(1), user=user(place))

        def bring() -> None:
            idle.wait(PATIENCE)
            dovecot.bring(letter(2), user=user(place))

        later = threading.Thread(target=bring)
        later.start()
        assert imap.wait(place, 2 * PATIENCE, None)
        assert idle.is_set()
        later.join(PATIENCE)

    def test_it_ends_when_nothing_arrives_or_when_asked_to(
        self, imap: ImapListener, place: Place, idle: threading.Event
    ) -> None:
        assert not imap.wait(place, 0.3, None)
        idle.clear()
        assert error(lambda: imap.wait(place, PATIENCE, idle.is_set)).code == "cancelled"

    def test_what_came_before_counts_too(
        self, imap: ImapListener, dovecot: RealDovecot, place: Place
    ) -> None:
        cursor = imap.listen(place, "", tools()).cursor
        assert not imap.wait(place, 0.1, None, cursor)
        dovecot.bring(letter(1), user=user(place))
        assert imap.wait(place, PATIENCE, None, cursor)


class TestTrouble:
    def test_a_wrong_password(self, imap: ImapListener, dovecot: RealDovecot) -> None:
        for secret in (None, "", "with\r\nline"):
            told = error(lambda secret=secret: imap.sign_in(account(dovecot), secret, NoWeb()))  # type: ignore[misc]  # a default keeps the loop's value
            assert told.code == "sign_in_again"
            assert "line" not in told.words.replace("a line break", "")
        told = error(lambda: imap.sign_in(account(dovecot), "wrong", NoWeb()))
        assert told.code == "sign_in_again"
        assert "app password" in told.way_out
        assert "Authentication failed" in told.words
        assert "[" not in told.words

    def test_a_folder_that_is_not_there(self, imap: ImapListener, place: Place) -> None:
        told = error(lambda: imap.listen(replace(place, what="Nowhere"), "", tools()))
        assert told.code == "no_such_place"
        assert told.words == 'There is no folder "Nowhere" in this mailbox.'
        assert "INBOX" in told.way_out

    def test_a_certificate_that_nobody_trusts(self, dovecot: RealDovecot) -> None:
        for security, port in (("tls", dovecot.tls), ("starttls", dovecot.starttls)):
            there = account(dovecot, security=security, port=str(port))
            told = error(lambda there=there: ImapListener().sign_in(there, PASSWORD, NoWeb()))  # type: ignore[misc]  # likewise
            assert told.code == "tls"
            assert "does not trust the certificate" in told.words
            assert "date" in told.way_out

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"host": "mail.nowhere.example"}, "no_such_host"),
            ({"port": "1"}, "cannot_connect"),
            ({"host": "no host"}, "bad_settings"),
            ({"port": "0"}, "bad_settings"),
            ({"security": "none"}, "bad_settings"),
            ({"user": " "}, "bad_settings"),
        ],
    )
    def test_settings(
        self, imap: ImapListener, dovecot: RealDovecot, changes: Mapping[str, str], code: str
    ) -> None:
        told = error(lambda: imap.sign_in(account(dovecot, **changes), PASSWORD, NoWeb()))
        assert told.code == code
        assert "sent" not in str(told)

    def test_tls_where_starttls_is_spoken(self, imap: ImapListener, dovecot: RealDovecot) -> None:
        there = account(dovecot, port=str(dovecot.starttls))
        assert error(lambda: imap.sign_in(there, PASSWORD, NoWeb())).code == "tls"

    def test_stopping_between_mails_loses_nothing(
        self, imap: ImapListener, dovecot: RealDovecot, place: Place
    ) -> None:
        dovecot.bring(letter(1), user=user(place))
        told = error(lambda: imap.listen(place, "", tools(lambda: True)))
        assert (told.code, told.words) == ("cancelled", "It was stopped.")

    def test_no_name_of_a_folder(self, imap: ImapListener) -> None:
        assert imap.what({}) == imap.what({"folder": " inbox "}) == "INBOX"
        for name in ("a\r\nb", "x" * 201):
            assert error(lambda name=name: imap.what({"folder": name})).code == "no_such_place"  # type: ignore[misc]  # likewise


def test_nobody_listens_when_the_test_is_over(dovecot: RealDovecot) -> None:
    with socket.create_connection(("127.0.0.1", dovecot.tls), PATIENCE):
        pass
