"""What happened before a test begins, by use cases over the same data folder, without a window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.journey.said import ANA, BEN, MAIL, MAIL_PASSWORD, PASTED, REPLY, SUBJECT, WORDS

from calmreply.app import facts
from calmreply.app.cases import judge
from calmreply.app.home import Actor, Home
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.reviewing import review
from calmreply.app.sending import accounts, send, write
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED

if TYPE_CHECKING:
    from tests.journey.conftest import Shop


@dataclass
class Earlier:
    """Short words for what Ana and Ben did."""

    home: Home
    shop: Shop

    def enrol(self, *names: str) -> None:
        vouching: Actor | None = None
        for name in names:
            people.enrol(self.home, NewPerson(name), WORDS[name], vouching)
            vouching = vouching or self.actor(name)

    def actor(self, name: str) -> Actor:
        return people.unlock(self.home, name, WORDS[name])

    def account(self) -> None:
        values = {
            "name": "Blue Door Bakery",
            "address": "hello@bluedoor.example",
            "host": "127.0.0.1",
            "port": str(self.shop.post.port),
        }
        accounts.add(self.home, self.actor(ANA), "mail", values, MAIL_PASSWORD)

    def said(self, text: str, author: str = "Robin Sample", **more: object) -> CaseId:
        """A pasted review of one star."""
        told = {"origin": Origin.PASTE, "url": PASTED, "site": "Google", "stars": Stars(1), **more}
        heard = Heard(key="", author=author, text=text, **told)  # type: ignore[arg-type]  # as named
        _mention, case, _changes = listen.add_mention(self.home, heard)
        return case

    def listen(self, address: str) -> None:
        """Listen to an address of our own network, and hear what it says now."""
        added, _changes = listen.add_source(self.home, address, allow_private=True)
        listen.poll(self.home, listen.find_source(self.home, added.source))

    def read(self, case: CaseId, who: str = ANA, feeling: Feeling = Feeling.CALM) -> None:
        actor = self.actor(who)
        judge.read_all(self.home, actor, case)
        judge.say_feeling(self.home, actor, case, feeling)

    def judge(self, case: CaseId) -> None:
        said = "Order 212, Tuesday morning."
        judge.judge(
            self.home,
            self.actor(ANA),
            case,
            kind=Kind.COMPLAINT,
            verdict=Verdict.GENUINE,
            evidence=said,
        )

    def write(self, case: CaseId, text: str = REPLY, who: str = ANA, *, mail: bool = False) -> None:
        with self.home.store.read() as tx:
            known, found = facts.load(self.home, tx, case), tx.accounts()
        channel, target, subject = ("mail", MAIL, SUBJECT) if mail else (None, None, None)
        words = write.words_like(
            self.home,
            known.facts,
            found,
            text=text,
            channel=channel,
            target=target,
            subject=subject,
        )
        write.revise(self.home, self.actor(who), case, words)

    def sign(self, case: CaseId) -> None:
        review.ask(self.home, self.actor(ANA), case, BEN)
        review.sign(self.home, self.actor(BEN), case, NEEDED)

    def look(self, case: CaseId) -> None:
        send.look(self.home, self.actor(ANA), case, Choice.SEND)

    def ready(self, text: str, *, mail: bool = False) -> CaseId:
        """One Send away."""
        case = self.said(text)
        self.read(case)
        self.judge(case)
        self.write(case, mail=mail)
        self.sign(case)
        self.shop.clock.advance(minutes=21)
        self.look(case)
        return case


@contextmanager
def earlier(shop: Shop, *names: str) -> Iterator[Earlier]:
    """A home in which these people are, and what else a test says of it."""
    with shop.home() as opened:
        before = Earlier(opened.home, shop)
        before.enrol(*names)
        yield before
