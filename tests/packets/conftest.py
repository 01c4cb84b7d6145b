"""A shop whose second person is far away, and a phone to be them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.packets.chromium import Browser, Page, installed

from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.keys import Cost, EdKeys
from calmreply.app import facts, queries
from calmreply.app.home import BUSINESS_NAME, Actor, Home
from calmreply.app.ledger import writing
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.reviewing import invitations, packets, review
from calmreply.app.reviewing.packets import Packet
from calmreply.app.sending import send, write
from calmreply.domain import codec, packet
from calmreply.domain.mention import CaseId, Heard, Origin, Stars, Visibility
from calmreply.domain.packet import Answer, Code, NewKey, Sealed
from calmreply.domain.people import PersonId, enrolment_words
from calmreply.domain.reply import Offer
from calmreply.domain.review import remark_bytes, signed_bytes
from calmreply.testing.channels import ScriptedChannel
from calmreply.testing.clock import FakeClock
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.ports import InThisProcess, NoFeeds, NoWeb
from calmreply.testing.secrets import FakeSecrets
from calmreply.testing.store import MemoryStore

PASSPHRASE = "twelve letters and more"
TEXT = "Dear Marta, thank you. That should not have happened. Please call Ana at the shop."
OFFER = Offer("a new cake", 2_800, "GBP")


def data_of(page: str) -> dict[str, Any]:
    """What a page holds, as its own script reads it."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    held: dict[str, Any] = json.loads(found[1])
    return held


class Phone:
    """What the pages do, done in Python: one key, made for one invitation."""

    def __init__(self, number: int = 1) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        self.public = self.private.public_key().public_bytes_raw()

    def key_code(self, page: str, **other: Any) -> str:
        held = data_of(page)
        words = enrolment_words(PersonId(held["person"]), held["name"], self.public)
        sealed = Sealed(held["rounds"], b"s" * 16, b"i" * 12, b"b" * 48)
        key = {
            "nonce": bytes.fromhex(held["nonce"])[:4],
            "public": self.public,
            "sealed": packet.pack(sealed),
            "proof": self.private.sign(words),
        }
        return packet.write_code(NewKey(**{**key, **other}))

    def answer(
        self, page: str, remark: str | None = None, suggestion: Any = "", **other: Any
    ) -> str:
        """Sign what the packet holds, or `other` fields of it; or a remark about it."""
        record = {**json.loads(data_of(page)["record"]), **other}
        nonce = bytes.fromhex(record["nonce"])[:4]
        if suggestion:
            said = {"remark": remark or "", "suggestion": suggestion}
            words = codec.canonical({**record, **said}).decode()
            named = (Code.SUGGESTION, self.public[:3], nonce)
            signature = self.private.sign(remark_bytes(words))
            return packet.write_code(Answer(*named, signature, said["remark"], suggestion))
        if remark:
            text = codec.canonical({**record, "remark": remark}).decode()
            signature = self.private.sign(remark_bytes(text))
            return packet.write_code(Answer(Code.REMARK, self.public[:3], nonce, signature, remark))
        ticks = ["true", "kind", "promise", "private"]
        text = codec.canonical({**record, "ticks": ticks}).decode()
        signature = self.private.sign(signed_bytes(text))
        return packet.write_code(Answer(Code.SIGNED, self.public[:3], nonce, signature))


class Shop:
    """Ana writes; Tom is far away. Real keys, cheap passphrases."""

    def __init__(self) -> None:
        # The phone's own clock is real: what is asked now must not have lapsed for it.
        self.clock = FakeClock(wall=datetime(2099, 11, 18, 10, 0, tzinfo=UTC))
        secrets, entropy = FakeSecrets(), CountingEntropy(7)
        channel = ScriptedChannel()
        self.home = Home(
            store=MemoryStore(),
            clock=self.clock,
            entropy=entropy,
            keys=EdKeys(entropy, secrets, "home", cost=Cost(32, 1, 4)),
            secrets=secrets,
            web=NoWeb(),
            feeds=NoFeeds(),
            apart=InThisProcess(),
            channels={"hand": HandChannel(), channel.kind: channel},
            listeners={},
            run="run-1",
        )
        people.found_home(self.home)
        self.ana = self.person("Ana", mail="ana@corner-bakery.example")
        with writing(self.home) as ledger:
            ledger.tx.set_setting(BUSINESS_NAME, "Corner Bakery")

    def person(self, name: str, mail: str = "") -> Actor:
        new, here = NewPerson(name, mail=mail, may_offer=10_000), people.everybody(self.home)
        people.enrol(self.home, new, PASSPHRASE, self.ana if here else None)
        return people.unlock(self.home, name, PASSPHRASE)

    def invite(self, name: str = "Tom") -> str:
        invited, _changes = invitations.invite(
            self.home, self.ana, NewPerson(name, may_offer=10_000)
        )
        return invited.page

    def let_in(self, code: str, by: Actor | None = None) -> None:
        invitations.let_in(self.home, by or self.ana, code, compared=True)

    def complaint(self, text: str = "The cake said Stan. Her name is Sian.") -> CaseId:
        _mention, case, _changes = listen.add_mention(
            self.home,
            Heard(
                key="",
                author="Marta Sample",
                text=text,
                origin=Origin.PASTE,
                url="https://reviews.example/1",
                site="Town Reviews",
                stars=Stars(1),
            ),
        )
        return case

    def private_complaint(self, mail: str) -> CaseId:
        """Somebody wrote a letter; the answer goes to their own address."""
        _mention, case, _changes = listen.add_mention(
            self.home,
            Heard(
                key="",
                author="Robin Sample",
                text="Do not print this.",
                origin=Origin.LETTER,
                visibility=Visibility.PRIVATE,
                contact=mail,
            ),
        )
        with self.home.store.read() as tx:
            known, accounts = facts.load(self.home, tx, case), tx.accounts()
        words = write.words_like(
            self.home, known.facts, accounts, text=TEXT, private=True, target=mail
        )
        write.revise(self.home, self.ana, case, words)
        return case

    def write(self, case: CaseId, text: str = TEXT, offer: Offer | None = OFFER) -> None:
        with self.home.store.read() as tx:
            known, accounts = facts.load(self.home, tx, case), tx.accounts()
        words = write.words_like(self.home, known.facts, accounts, text=text, offer=offer)
        assert words.visibility is Visibility.PUBLIC
        write.revise(self.home, self.ana, case, words)

    def packet(self, case: CaseId, who: str = "Tom", *, blind: bool = False) -> Packet:
        made, _changes = packets.make(self.home, self.ana, case, who, blind=blind)
        return made

    def kinds(self, case: CaseId) -> list[str]:
        return [blocker.kind for blocker in send.blockers(self.home, case)]

    def signed(self, case: CaseId) -> bool:
        return queries.case_page(self.home, case).sign_off.signed is not None

    def withdraw(self, case: CaseId, who: Actor) -> None:
        review.withdraw(self.home, who, case)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def far(shop: Shop) -> Phone:
    """Tom's phone, whose key has been let in."""
    phone = Phone()
    shop.let_in(phone.key_code(shop.invite()))
    return phone


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = installed()
    if program is None:
        pytest.skip("no Chromium on this computer (apt: chromium)")
    folder = tmp_path_factory.mktemp("chromium")
    before = os.environ.get("HOME")
    os.environ["HOME"] = str(folder)
    opened = Browser(program, folder)
    if before is not None:
        os.environ["HOME"] = before
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.page()
    yield opened
    opened.close()


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Puts a page into a file."""

    def saved(page: str, name: str = "packet.html") -> Path:
        target = tmp_path / name
        target.write_text(page, encoding="utf-8")
        return target

    return saved
