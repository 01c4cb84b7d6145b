"""What nobody else should read stops a public reply: a known customer's details, own passwords."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from calmreply.app import facts
from calmreply.app.cases import judge, second
from calmreply.app.listening import listen
from calmreply.app.planning import wordings
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts, outgoing, prepare, send
from calmreply.app.sending.entries import secret_name
from calmreply.app.sending.held import HeldError
from calmreply.domain.blockers import PrivateData
from calmreply.domain.case import Verdict
from calmreply.domain.mention import CaseId, Heard, Origin
from calmreply.domain.outbox import State
from calmreply.domain.policy import Kind
from calmreply.domain.private import PrivateKind
from calmreply.domain.said import Agreement
from calmreply.domain.wordings import Prepared, Use
from calmreply.errors import KnownError
from calmreply.testing import channels as script
from calmreply.testing.channels import ScriptedChannel

if TYPE_CHECKING:
    from tests.app.conftest import Bench

SECRET = "correct horse"
LATER = "dora@post.example"


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


def planned(bench: Bench, text: str) -> str:
    """A holding reply of the plan with these words, signed off in calm time."""
    wording = Prepared("Ours", text, Use.HOLDING)
    name, _changes = wordings.add(bench.home, bench.actor("Ana"), wording)
    wordings.sign(bench.home, bench.actor("Tom"), name)
    return str(name)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"We sign in with {SECRET}.", PrivateKind.PASSWORD),
        ("Dora wrote from dora@post.example, too.", PrivateKind.MAIL),
        ("Call Dora at 030 5550123.", PrivateKind.PHONE),
        ("Dora lives in Elm Street 5, Sampletown.", PrivateKind.ADDRESS),
        ("Your order 8817-22 is with us.", PrivateKind.ORDER),
        ("Pay to DE89 3704 0044 0532 0130 00.", PrivateKind.BANK_ACCOUNT),
        ("Your card 4111 1111 1111 1111.", PrivateKind.CARD),
    ],
)
def test_each_of_them_stops_the_full_reply_and_the_holding_one(
    bench: Bench, text: str, kind: PrivateKind
) -> None:
    """A holding reply goes without anybody reading it again: its own sign-off is no way out."""
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    accounts.save(home, None, Account("shop", "mail", {}))
    home.secrets.set(secret_name("shop"), SECRET)
    contact = "dora@post.example, +49 30 5550123; Elm Street 5, Sampletown"
    dora = Heard("", "Dora Sample", "I wrote to you.", Origin.LETTER, contact=contact)
    listen.add_mention(home, dora)
    case = bench.complaint()
    judge.judge(
        home, ana, case, kind=Kind.COMPLAINT, verdict=Verdict.GENUINE, evidence="Order 8817-22"
    )
    with pytest.raises(HeldError) as held:
        prepare.hold(home, ana, case, planned(bench, text), {})
    (one,) = held.value.blockers
    assert isinstance(one, PrivateData)
    assert [found for found, _words in one.found] == [kind]
    assert outgoing.outbox(home) == ()
    bench.write(ana, case, text)
    with_words = [one for one in send.blockers(home, case) if isinstance(one, PrivateData)]
    assert [one.found for one in with_words] == [one.found]
    # The way out of the full reply is the second person's word; nobody who wrote it has it.
    with pytest.raises(KnownError) as own:
        second.agree(home, ana, case, Agreement.NOT_PRIVATE)
    assert own.value.code == "took_part"
    second.agree(home, tom, case, Agreement.NOT_PRIVATE)
    assert "private_data" not in bench.kinds(case)


def test_what_became_private_since_stops_a_holding_reply_that_waits(bench: Bench) -> None:
    ana, _tom = bench.person("Ana"), bench.person("Tom")
    case = answered_there(bench)
    home = bench.home
    bench.channel.will(script.TRY_LATER)
    name = planned(bench, f"Write to {LATER}.")
    assert prepare.hold(home, ana, case, name, {}).state is State.WAITING
    said = Heard("", "Dora", "It was me.", Origin.LETTER, contact=LATER)
    listen.add_mention(home, said)
    bench.clock.advance(minutes=2)
    ((_case, entry),) = send.due(home)
    with pytest.raises(HeldError, match="private_data"):
        send.attempt(home, case, entry)
    assert bench.channel.delivered == ()


def answered_there(bench: Bench) -> CaseId:
    """What is answered in public where it stands, by the scripted channel."""
    channel = ScriptedChannel("site", "The site", answers=("site",))
    bench.channel = channel
    bench.home = replace(bench.home, channels={**bench.home.channels, "site": channel})
    accounts.save(bench.home, None, Account("acc", "site", {}))
    said = Heard("", "Carla", "Cold.", Origin.PASTE, target="site:acc/1", thread="1")
    _mention, case, _changes = listen.add_mention(bench.home, said)
    return case


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
