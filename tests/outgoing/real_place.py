"""What a channel that looks must do at a real place, where each test finds a new complaint.

The contract of `calmreply.testing.contracts.looks` asks the same of scripted worlds, and more.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from calmreply.app.ports import Tools
from calmreply.domain.outbox import Outcome, Showing
from calmreply.domain.reply import Address
from calmreply.testing.contracts.channel import CREATED, code_of, sample

if TYPE_CHECKING:
    from calmreply.app.ports.channels import Found, Looks, Seen, SendResult
    from calmreply.app.ports.storage import Account
    from calmreply.domain.mention import Heard


class Place(Protocol):
    """A place with one mention of a customer, and the channel that answers there."""

    @property
    def channel(self) -> Looks: ...

    @property
    def secret(self) -> str | None: ...

    @property
    def account(self) -> Account: ...

    @property
    def tools(self) -> Tools: ...

    @property
    def losing(self) -> Tools:
        """Tools whose web loses the answer to what changes something, after it has arrived."""
        ...

    @property
    def offline(self) -> Tools: ...

    @property
    def token(self) -> str:
        """What this place's keys are made of: never another's, sites remember keys."""
        ...

    def mention(self) -> Heard:
        """The customer's mention, as the listener brings it now."""
        ...

    def edit(self) -> None:
        """The customer changes the words."""
        ...

    def delete(self) -> None:
        """The customer takes it away."""
        ...

    def answer_elsewhere(self) -> None:
        """The shop answers it at the site itself."""
        ...

    def settle(self) -> None:
        """Wait until the site shows what was done."""
        ...


class AtARealPlace:
    """Subclass it and say how to make a place; each test gets a new one."""

    def place(self) -> AbstractContextManager[Place]:
        raise NotImplementedError

    def test_a_reply_is_found_after_it_arrived_and_not_before(self) -> None:
        with self.place() as place:
            target = place.mention().target
            assert _find(place, target).showing is Showing.ABSENT
            sent = _send(place, target, place.tools)
            place.settle()
            found = _find(place, target)
            assert (sent.outcome, found.showing) == (Outcome.DELIVERED, Showing.SHOWN)
            assert sent.reference
            assert (found.reference, found.link) == (sent.reference, sent.link)

    def test_a_reply_whose_answer_was_lost_is_found(self) -> None:
        with self.place() as place:
            target = place.mention().target
            sent = _send(place, target, place.losing)
            assert sent.outcome is Outcome.UNKNOWN
            place.settle()
            assert _find(place, target).showing is Showing.SHOWN

    def test_another_reply_in_the_same_place_is_not_taken_for_it(self) -> None:
        with self.place() as place:
            target = place.mention().target
            other = _send(place, target, place.tools, "We have seen it.")
            assert other.outcome is Outcome.DELIVERED
            place.settle()
            assert _find(place, target).showing is Showing.ABSENT

    def test_a_mention_is_seen_as_it_was_heard(self) -> None:
        with self.place() as place:
            heard = place.mention()
            seen = _see(place, heard.target)
            assert seen.heard is not None
            assert (seen.heard.key, seen.heard.digest) == (heard.key, heard.digest)
            assert seen.heard.target == heard.target

    def test_our_own_reply_changes_nothing_about_the_mention(self) -> None:
        with self.place() as place:
            heard = place.mention()
            assert _send(place, heard.target, place.tools).outcome is Outcome.DELIVERED
            place.settle()
            seen = _see(place, heard.target)
            assert seen.heard is not None
            assert (seen.heard.digest, seen.answered) == (heard.digest, "")

    def test_what_stands_there_from_us_is_told_by_its_names(self) -> None:
        with self.place() as place:
            target = place.mention().target
            assert _see(place, target).ours == ()
            sent = _send(place, target, place.tools)
            place.settle()
            (here,) = _see(place, target).ours
            assert here.reference == sent.reference
            assert here.link == sent.link or not sent.link
            place.answer_elsewhere()
            place.settle()
            names = [one.reference for one in _see(place, target).ours]
            assert len(names) == 2
            assert here.reference in names

    def test_changed_words_are_seen(self) -> None:
        with self.place() as place:
            heard = place.mention()
            place.edit()
            place.settle()
            seen = _see(place, heard.target)
            assert seen.heard is not None
            assert seen.heard.key == heard.key
            assert seen.heard.digest != heard.digest

    def test_what_was_taken_away_is_gone(self) -> None:
        with self.place() as place:
            target = place.mention().target
            place.delete()
            place.settle()
            assert _see(place, target).heard is None

    def test_what_cannot_be_seen_says_nothing(self) -> None:
        with self.place() as place:
            target = place.mention().target
            to = Address(place.channel.kind, place.account.id, target)
            channel, account, secret = place.channel, place.account, place.secret
            assert code_of(lambda: channel.see(account, secret, to, place.offline))
            wire, key = _made(place, target)
            assert code_of(lambda: channel.find(account, secret, wire, key, place.offline))


def _made(place: Place, target: str, text: str | None = None) -> tuple[bytes, str]:
    key = place.channel.key(f"{place.token}{text or ''}", place.account)
    record = sample(target) if text is None else sample(target, text=text)
    return place.channel.render(record, place.account, key, CREATED), key


def _send(place: Place, target: str, tools: Tools, text: str | None = None) -> SendResult:
    wire, key = _made(place, target, text)
    return place.channel.send(place.account, place.secret, wire, key, tools)


def _find(place: Place, target: str) -> Found:
    wire, key = _made(place, target)
    return place.channel.find(place.account, place.secret, wire, key, place.tools)


def _see(place: Place, target: str) -> Seen:
    to = Address(place.channel.kind, place.account.id, target)
    return place.channel.see(place.account, place.secret, to, place.tools)
