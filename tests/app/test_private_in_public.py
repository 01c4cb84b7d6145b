"""What nobody else should read stops a public reply: a known customer's details, own passwords."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from calmreply.app import accounts, facts, listen, send
from calmreply.app.entries import secret_name
from calmreply.app.storage import Account
from calmreply.domain.blockers import PrivateData
from calmreply.domain.mention import Heard, Origin
from calmreply.domain.private import PrivateKind

if TYPE_CHECKING:
    from conftest import Bench  # type: ignore[import-not-found]  # beside this file

SECRET = "correct horse"


def found(bench: Bench, text: str) -> set[PrivateKind]:
    case = bench.complaint()
    ana = bench.person("Ana")
    listen.add_mention(
        bench.home,
        Heard(
            key="",
            author="Dora Sample",
            text="I wrote to you.",
            origin=Origin.LETTER,
            contact="dora@post.example, +49 30 5550123",
        ),
    )
    bench.write(ana, case, text)
    held = [one for one in send.blockers(bench.home, case) if isinstance(one, PrivateData)]
    return {kind for one in held for kind, _words in one.found}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Dear Marta, thank you.", set()),
        ("Write to Dora@post.example as she did.", {PrivateKind.MAIL}),
        ("We called 030 555 01 23.", {PrivateKind.PHONE}),
    ],
)
def test_details_of_any_customer(bench: Bench, text: str, kinds: set[PrivateKind]) -> None:
    assert found(bench, text) == kinds


def test_the_contact_of_the_plan_is_for_everybody(bench: Bench) -> None:
    with bench.home.store.write() as tx:
        tx.set_setting("contacts", "Dora at the counter: dora@post.example, +49 30 5550123")
    assert found(bench, "Write to dora@post.example, or call 030 5550123.") == set()


def test_a_password_of_ours(bench: Bench) -> None:
    accounts.save(bench.home, None, Account("shop", "mail", {}))
    bench.home.secrets.set(secret_name("shop"), SECRET)
    bench.home = replace(bench.home)
    assert found(bench, f"Sign in with {SECRET} and see.") == {PrivateKind.PASSWORD}


def test_a_private_reply_may_hold_them(bench: Bench) -> None:
    ana = bench.person("Ana")
    _mention, case, _changes = listen.add_mention(
        bench.home,
        Heard(
            key="",
            author="Dora Sample",
            text="I wrote to you.",
            origin=Origin.LETTER,
            contact="dora@post.example",
        ),
    )
    bench.write(ana, case, "We wrote to dora@post.example.")
    with bench.home.store.read() as tx:
        assert facts.load(bench.home, tx, case).facts.private == ()
