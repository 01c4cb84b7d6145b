"""A mail that came out of a file is answered like one of the mailbox: in its own conversation."""

from __future__ import annotations

from dataclasses import replace
from email.utils import format_datetime
from typing import TYPE_CHECKING

from calmreply.adapters.channels.files.listener import FileListener
from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.channels.mail import MailChannel
from calmreply.app import facts, queries
from calmreply.app.listening import listen, polling
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Bench

    from calmreply.app.home import Home
    from calmreply.app.ports.channels import Channel
    from calmreply.domain.reply import Address

LETTER = (
    "From: Greta <greta@mail.example>\nTo: hello@bluedoor.example\nSubject: The cake\n"
    "Date: {now}\nMessage-ID: <g1@mail.example>\n\nHe cried.\n"
)
ROW = "Author,Review,Contact\nGreta,He cried.,greta@mail.example\n"
SETTINGS = {"name": "Blue Door", "address": "hello@bluedoor.example", "host": "mail.example"}


def answered(bench: Bench, file: Path) -> Address:
    """Where the answer to the one thing in this file goes, unless somebody says otherwise."""
    channels: dict[str, Channel] = {"hand": HandChannel(), "mail": MailChannel()}
    home: Home = replace(bench.home, channels=channels, listeners={"file": FileListener()})
    accounts.save(home, None, Account("post", "mail", SETTINGS))
    listen.add_place(home, "file", {"path": str(file)})
    (source,) = listen.sources(home)
    assert polling.poll(home, source).new == 1
    (line,) = queries.inbox(home)
    case = line.row.case
    assert case is not None
    with home.store.read() as tx:
        known, ours = facts.load(home, tx, case), tx.accounts()
    return write.words_like(home, known.facts, ours, text="Dear Greta").to


def test_it_refers_to_the_mail_it_answers(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "letter.eml"
    file.write_text(LETTER.format(now=format_datetime(bench.clock.read().wall)))
    to = answered(bench, file)
    assert (to.channel, to.account, to.target) == ("mail", "post", "greta@mail.example")
    assert to.thread == "<g1@mail.example>"


def test_a_row_of_a_table_is_no_mail(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text(ROW)
    to = answered(bench, file)
    assert (to.channel, to.thread) == ("hand", "")
