"""Notices by a real mail server: to people of the business only, and without a word of the case."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.channels.conftest import PASSWORD, Trust

from calmreply.adapters.channels.connecting import Patience
from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.channels.mail import MailChannel
from calmreply.adapters.notices import MailNotices
from calmreply.app import facts, queries
from calmreply.app.cases import judge, story
from calmreply.app.home import Home
from calmreply.app.listening import listen
from calmreply.app.persons import people, person_changes
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports.notice_port import NoNotices, Notice
from calmreply.app.ports.storage import Account
from calmreply.app.proving import trust
from calmreply.app.reviewing import notices, review
from calmreply.app.rules import settings
from calmreply.app.sending import accounts, send, write
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.domain.notice import NoticeGiven
from calmreply.domain.outbox import Outcome
from calmreply.domain.people import PersonId, Presence
from calmreply.errors import KnownError
from calmreply.testing.clock import FakeClock
from calmreply.testing.contracts import channel as contract
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.keys import FastKeys
from calmreply.testing.ports import InThisProcess, NoFeeds, NoWeb
from calmreply.testing.secrets import FakeSecrets
from calmreply.testing.store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.app.home import Actor
    from calmreply.domain.case import CaseFacts

PASSPHRASE = "twelve letters and more"
COMPLAINT = "Glass in the poppyseed roll, order 8817, and Ludmilla laughed at me."
REPLY = "Dear Marta Sample, that must have been a fright. Call me on 0171 555 0199."


class Shop:
    """Ana writes; Tom and Mia have addresses, Ben has a phone number only."""

    def __init__(self, trusted: Trust, patience: Patience | None = None) -> None:
        self.clock = FakeClock()
        self.mail = MailChannel(trusted.client, patience)
        store, secrets, entropy = MemoryStore(), FakeSecrets(), CountingEntropy(7)
        self.home = Home(
            store=store,
            clock=self.clock,
            entropy=entropy,
            keys=FastKeys(entropy, secrets, "home"),
            secrets=secrets,
            web=NoWeb(),
            feeds=NoFeeds(),
            apart=InThisProcess(),
            channels={"hand": HandChannel(), "mail": self.mail},
            listeners={},
            run="run-1",
            notices=MailNotices(store, lambda: self.mail),
        )
        people.found_home(self.home)
        self.ana = self._person("Ana", "ana@bluedoor.example")
        self.tom = self._person("Tom", "tom@home.example")
        self.ben = self._person("Ben", "0171 555 0142")
        self.mia = self._person("Mia", "mia@home.example")
        settings.change(self.home, self.ana, {"business_name": "Blue Door Bakery"})
        self.case = self._written()

    def _person(self, name: str, contact: str) -> Actor:
        people.enrol(self.home, NewPerson(name, mail=contact), PASSPHRASE)
        return people.unlock(self.home, name, PASSPHRASE)

    def _written(self) -> CaseId:
        heard = Heard(
            key="",
            author="Marta Sample",
            text=COMPLAINT,
            origin=Origin.PASTE,
            url="https://reviews.example/marta",
            site="Town Reviews",
            stars=Stars(1),
        )
        _mention, case, _changes = listen.add_mention(self.home, heard)
        judge.read_all(self.home, self.ana, case)
        with self.home.store.read() as tx:
            known, kept = facts.load(self.home, tx, case), tx.accounts()
        words = write.words_like(self.home, known.facts, kept, text=REPLY)
        write.revise(self.home, self.ana, case, words)
        return case

    def connect(self, port: int, password: str | None = PASSWORD) -> None:
        values = {
            "name": "Blue Door Bakery",
            "address": "hello@bluedoor.example",
            "host": "localhost",
            "port": str(port),
        }
        accounts.add(self.home, self.ana, "mail", values, password)

    def ask(self, who: str) -> notices.Told:
        review.ask(self.home, self.ana, self.case, who)
        told, changes = notices.tell_asked(self.home, self.ana, self.case)
        assert told is not None
        assert self.case in changes.cases
        return told

    @property
    def facts(self) -> CaseFacts:
        return queries.case_page(self.home, self.case).known.facts

    @property
    def whole(self) -> bool:
        return isinstance(trust.verify_journal(self.home), Whole)

    def story(self) -> list[str]:
        events = queries.timeline(self.home, self.case)
        told = story.story(self.facts.conversation, events, self.facts.name)
        return [one.words for one in told]


@pytest.fixture
def shop(trust: Trust) -> Shop:
    return Shop(trust)


def mail_of(post: Any) -> Any:
    (wire,) = post.received
    return email.message_from_bytes(wire, policy=email.policy.default)


def test_whoever_is_asked_gets_a_mail_that_gives_nothing_away(
    shop: Shop, post: Callable[..., Any]
) -> None:
    server = post()
    shop.connect(server.port)
    told = shop.ask("Tom")
    assert (told.person.name, told.delivered, told.words) == ("Tom", True, "")
    found = mail_of(server)
    assert (found["To"], found["Subject"]) == (
        "tom@home.example",
        "Blue Door Bakery: a reply waits for your look",
    )
    assert server.envelopes[0].rcpt_tos == ["tom@home.example"]
    assert server.ways, "signed in"
    text = found.get_content()
    assert "Ana asks you" in text
    assert f"case {shop.case}," in text
    assert "Until " in text
    raw = " ".join((server.received[0].decode(), text))
    secret = (*COMPLAINT.split(", "), "Marta", "Sample", "8817", "Ludmilla", "reviews.example")
    for words in (*secret, "fright", "0199", "complaint", "Town Reviews"):
        assert words not in raw, words
    (fact,) = shop.facts.of(NoticeGiven)
    assert (fact.person, fact.delivered, fact.words) == (shop.tom.person.id, True, "")
    assert "Tom was told by mail" in shop.story()
    assert shop.whole


def test_once_for_each_request_however_often_it_is_asked_for(
    shop: Shop, post: Callable[..., Any]
) -> None:
    server = post()
    shop.connect(server.port)
    shop.ask("Tom")
    told, changes = notices.tell_asked(shop.home, shop.ana, shop.case)
    assert told is not None
    assert told.delivered
    assert not changes.cases
    assert len(server.received) == 1
    shop.ask("Mia")
    assert [one.rcpt_tos for one in server.envelopes] == [
        ["tom@home.example"],
        ["mia@home.example"],
    ]


def test_a_new_address_counts_from_when_it_is_written_down(
    shop: Shop, post: Callable[..., Any]
) -> None:
    server = post()
    shop.connect(server.port)
    person_changes.change(shop.home, shop.tom, "Tom", mail="tom@elsewhere.example")
    shop.ask("Tom")
    assert server.envelopes[0].rcpt_tos == ["tom@elsewhere.example"]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("no account", "no e-mail account"),
        ("phone only", "no e-mail address of Ben"),
        ("wrong password", "did not accept"),
        ("closed", ""),
        ("refused", ""),
        ("lost", ""),
    ],
)
def test_what_hinders_the_mail_is_said_and_the_asking_stands(
    shop: Shop, post: Callable[..., Any], trouble: str, said: str
) -> None:
    server = post()
    if trouble == "refused":
        server.answers = {"rcpt": "550 5.1.1 nobody of that name"}
    if trouble == "lost":
        server.answers = {"data": "abort"}
    port = 9 if trouble == "closed" else server.port
    if trouble != "no account":
        shop.connect(port, "not the password" if trouble == "wrong password" else PASSWORD)
    who = "Ben" if trouble == "phone only" else "Tom"
    told = shop.ask(who)
    assert not told.delivered
    assert said in told.words
    assert told.words
    page = queries.case_page(shop.home, shop.case)
    assert page.sign_off.asked is not None, "it is asked for all the same"
    assert f"{who} could not be told by mail" in shop.story()
    assert "needs_second_person" in [one.kind for one in send.blockers(shop.home, shop.case)]
    if trouble == "refused":
        server.answers = {}
        again, _changes = notices.tell_asked(shop.home, shop.ana, shop.case)
        assert again is not None
        assert again.delivered, "what did not go out may be tried again"
    assert shop.whole


@pytest.mark.parametrize("edit", ["address", "server"])
def test_nothing_leaves_over_rows_that_were_changed_by_hand(
    shop: Shop, post: Callable[..., Any], edit: str
) -> None:
    server = post()
    shop.connect(server.port)
    assert isinstance(shop.home.store, MemoryStore)
    data = shop.home.store._data
    if edit == "address":
        for at, one in enumerate(data.lines):
            swapped = (one.payload or "").replace("tom@home.example", "tom@thief.example")
            data.lines[at] = replace(one, payload=swapped)
    else:
        (account,) = accounts.everything(shop.home)
        data.accounts[account.id] = replace(
            account, settings={**account.settings, "address": "hello@thief.example"}
        )
    told = shop.ask("Tom")
    assert not told.delivered
    assert "changed from outside" in told.words
    assert server.received == []


def test_the_port_takes_people_and_no_address(shop: Shop, post: Callable[..., Any]) -> None:
    server = post()
    shop.connect(server.port)
    (account,) = accounts.everything(shop.home)
    notice = Notice("Hello", "Hello.", contract.FIRST, contract.CREATED)

    def code(who: str) -> str:
        with pytest.raises(KnownError) as raised:
            shop.home.notices.tell(PersonId(who), notice, account, PASSWORD, contract.tools())
        return raised.value.code

    assert code("marta@customer.example") == "no_such_person"
    assert code("Tom") == "no_such_person", "not by a name, which anybody may take"
    assert code(str(shop.ben.person.id)) == "no_address"
    person_changes.change(shop.home, shop.ana, "Ben", mail="ben@a.example, eve@b.example")
    assert code(str(shop.ben.person.id)) == "no_address"
    people.set_presence(shop.home, shop.ana, "Tom", Presence.LEFT)
    assert code(str(shop.tom.person.id)) == "person_left"
    assert server.received == []


def test_a_key_in_place_of_another_is_told_to_the_others(
    shop: Shop, post: Callable[..., Any]
) -> None:
    server = post()
    shop.connect(server.port)
    tom, _code, _changes = people.new_key(shop.home, shop.ana, "Tom", "another fine passphrase")
    assert notices.tell_new_key(shop.home, shop.ana, tom)[0] == (), "nobody wants notices"
    settings.change(shop.home, shop.ana, {"notice_mail": "yes"})
    told, _changed = notices.tell_new_key(shop.home, shop.ana, tom)
    assert [(one.person.name, one.delivered) for one in told] == [
        ("Tom", True),
        ("Ben", False),
        ("Mia", True),
    ]
    assert [one.rcpt_tos for one in server.envelopes] == [
        ["tom@home.example"],
        ["mia@home.example"],
    ]
    assert shop.whole


def test_where_nothing_may_leave_nothing_does(shop: Shop) -> None:
    """A home without the port, such as the rehearsal."""
    result = NoNotices().tell(
        shop.tom.person.id,
        Notice("", "", "", ""),
        Account("a", "mail", {}),
        None,
        contract.tools(),
    )
    assert result.outcome is Outcome.NOT_LEFT
    assert result.words
