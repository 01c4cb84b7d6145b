"""A source whose account was removed: it says so, and goes on without bringing anything twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from calmreply.app import queries
from calmreply.app.listening import listen, lost_accounts, polling, remedies
from calmreply.app.ports.listeners import Round
from calmreply.app.proving import beside
from calmreply.app.sending import accounts
from calmreply.app.words import wording_remedies
from calmreply.domain.mention import Heard, Origin
from calmreply.errors import KnownError
from calmreply.testing.listeners import ScriptedListener

if TYPE_CHECKING:
    from tests.app.conftest import Bench

    from calmreply.app.home import Home
    from calmreply.app.ports.storage import Account, Source


@pytest.fixture
def box() -> ScriptedListener:
    return ScriptedListener()


@pytest.fixture
def home(bench: Bench, box: ScriptedListener) -> Home:
    return replace(bench.home, listeners={"box": box, "other": ScriptedListener("other")})


def account(home: Home, host: str = "mail.example", kind: str = "box") -> Account:
    return accounts.add(home, None, kind, {"host": host}, "secret words")[0]


def only(home: Home) -> Source:
    (found,) = listen.sources(home)
    return found


def told(bench: Bench) -> Round:
    at = bench.clock.read().wall - timedelta(minutes=5)
    kim = Heard("1", "Kim", "The soup was cold.", Origin.FEED, published=at)
    return Round("INBOX of Kim", (kim,), "c1")


def listened(bench: Bench, home: Home, box: ScriptedListener) -> Account:
    """A source that has brought one mention through this account."""
    opens = account(home)
    box.will(told(bench), told(bench))
    listen.add_place(home, "box")
    assert polling.poll(home, only(home)).new == 1
    return opens


def test_it_is_said_what_stops_and_what_has_stopped_needs_somebody(
    bench: Bench, home: Home, box: ScriptedListener
) -> None:
    opens = listened(bench, home, box)
    listen.add_place(home, "box", {"folder": "Spam"})
    inbox, spam = listen.sources(home)
    assert accounts.read_by(home, opens) == (inbox, spam)
    assert wording_remedies.stopping((inbox, spam)) == (
        "2 sources listen through it and stop: INBOX of Kim, Letter box."
    )
    assert wording_remedies.stopping(()) == ""
    changes = accounts.remove(home, None, opens.id)
    assert changes.sources
    for source in listen.sources(home):
        assert remedies.needs_somebody(source)
        assert remedies.remedy(source) == remedies.ChooseAccount("box")
    asked = len(box.asked)
    assert polling.poll(home, listen.sources(home)[0]).error is not None
    after = listen.sources(home)[0]
    said = wording_remedies.sentence(after, remedies.remedy(after))
    assert said == "The account it was read through is not set up any more."
    assert len(box.asked) == asked


def test_set_up_again_as_it_was_it_is_itself_again(
    bench: Bench, home: Home, box: ScriptedListener
) -> None:
    opens = listened(bench, home, box)
    accounts.remove(home, None, opens.id)
    other = account(home, "another.example")
    assert other.id != opens.id
    assert only(home).state.trouble == accounts.NO_SUCH_ACCOUNT
    assert account(home) == opens
    assert lost_accounts.waiting(home, "box") == ()
    assert polling.is_due(only(home), bench.clock.read().wall)
    box.will(told(bench))
    polled = polling.poll(home, only(home))
    assert (polled.new, polled.error) == (0, None)
    assert len(queries.inbox(home)) == 1
    assert account(home).id != opens.id, "a second one beside it is another"
    with home.store.read() as tx:
        assert list(beside.accounts(tx)) == []


def test_without_a_source_that_waits_a_new_one_is_new(home: Home) -> None:
    first = account(home)
    accounts.remove(home, None, first.id)
    assert account(home).id != first.id


def test_through_another_account_nothing_comes_twice(
    bench: Bench, home: Home, box: ScriptedListener
) -> None:
    opens = listened(bench, home, box)
    accounts.remove(home, None, opens.id)
    assert lost_accounts.waiting(home, "box") == (only(home),)
    assert lost_accounts.waiting(home, "other") == ()
    another = account(home, "another.example")
    assert lost_accounts.listen_through(home, only(home).id, another.id).sources
    assert only(home).address == f"box:{another.id}/INBOX"
    assert not remedies.needs_somebody(only(home))
    assert lost_accounts.waiting(home, "box") == ()
    box.will(told(bench))
    polled = polling.poll(home, only(home))
    assert (polled.new, polled.error) == (0, None)
    assert box.asked[-1][0].account == another
    assert box.asked[-1][1] == "", "where the other one stood says nothing here"
    assert len(queries.inbox(home)) == 1
    with home.store.read() as tx:
        assert list(beside.accounts(tx)) == []


def test_what_is_listened_to_already_or_of_another_kind_is_refused(
    bench: Bench, home: Home, box: ScriptedListener
) -> None:
    opens = listened(bench, home, box)
    accounts.remove(home, None, opens.id)
    lost = only(home)
    another, wrong = account(home, "another.example"), account(home, kind="other")
    box.will(Round("Another INBOX", (), ""))
    listen.add_place(home, "box")
    with pytest.raises(KnownError) as already:
        lost_accounts.listen_through(home, lost.id, another.id)
    assert already.value.code == "listened_already"
    assert "Another INBOX" in already.value.words
    with pytest.raises(KnownError) as other_kind:
        lost_accounts.listen_through(home, lost.id, wrong.id)
    assert other_kind.value.code == "account_needed"
    assert listen.find_source(home, lost.id).address == lost.address


def test_what_waits_for_an_account_is_not_listened_to_a_second_time(
    bench: Bench, home: Home, box: ScriptedListener
) -> None:
    """Else all of it came twice, in rows of the same name."""
    opens = listened(bench, home, box)
    accounts.remove(home, None, opens.id)
    account(home, "another.example")
    box.will(told(bench))
    with pytest.raises(KnownError) as waits:
        listen.add_place(home, "box")
    assert waits.value.code == "source_waits"
    assert "INBOX of Kim" in waits.value.words
    box.will(Round("INBOX of Lea", (), ""))
    listen.add_place(home, "box")
    assert [one.title for one in listen.sources(home)] == ["INBOX of Kim", "INBOX of Lea"]


def test_a_round_without_its_account_says_so_without_its_number(
    bench: Bench, home: Home, box: ScriptedListener
) -> None:
    opens = listened(bench, home, box)
    accounts.remove(home, None, opens.id)
    error = polling.poll(home, only(home)).error
    assert error is not None
    assert (error.code, opens.id in error.words) == (accounts.NO_SUCH_ACCOUNT, False)
    assert opens.id not in only(home).state.words
