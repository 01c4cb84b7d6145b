"""Two computers, one outbox: who sends what, and that nobody sends it twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.elsewhere import wait_until
from tests.storage.cluster import Cluster
from tests.team.two import Seat, two_seats
from tests.ui.case_robot import REPLY

from calmreply.app import queries
from calmreply.app.listening import polling
from calmreply.app.ports.storage import Account, Source
from calmreply.app.sending import accounts, attempts, looking, send
from calmreply.app.teamwork import keepers
from calmreply.domain.mention import CaseId, SourceId
from calmreply.domain.outbox import State
from calmreply.errors import KnownError
from calmreply.testing.channels import TRY_LATER, Killed
from calmreply.ui.settings.accounts import load as settings_load


@pytest.fixture
def seats(cluster: Cluster, founded: str) -> Iterator[tuple[Seat, Seat]]:
    with two_seats(cluster, founded) as found:
        yield found


@pytest.fixture
def office(seats: tuple[Seat, Seat]) -> Seat:
    return seats[0]


@pytest.fixture
def shop(seats: tuple[Seat, Seat]) -> Seat:
    return seats[1]


def with_password(seat: Seat) -> Account:
    """An account whose password was typed in on this computer."""
    account, changes = accounts.add(seat.home, seat.ana, "mail", {}, "secret of the shop")
    assert changes.accounts
    return account


def ready(seat: Seat) -> CaseId:
    """A reply by mail before which nothing stands."""
    case = seat.letter()
    return seat.ready(case, channel="mail", target="marta@kowalczyk.example")


def states(seat: Seat, case: CaseId) -> list[State]:
    return [state for _entry, state in queries.case_page(seat.home, case).entries]


def test_it_goes_from_the_computer_that_keeps_the_password(office: Seat, shop: Seat) -> None:
    account = with_password(office)
    assert keepers.of(shop.home, account.id) == ("Office",)
    assert keepers.of(office.home, account.id) == ()

    case = ready(shop)
    said = send.send(shop.home, shop.ana, case)
    assert said.state is State.READY
    assert said.elsewhere
    assert "Office" in said.words
    assert attempts.due(shop.home) == ()
    assert attempts.asking(shop.home) == ()

    (due,) = attempts.due(office.home)
    assert attempts.attempt(office.home, *due).state is State.SENT
    assert [one.text for one in office.mail.delivered] == [REPLY]
    assert shop.mail.attempts == ()
    assert states(shop, case) == [State.SENT]
    assert looking.due(shop.home) == ()


def test_a_computer_without_it_cannot_claim_the_reply(office: Seat, shop: Seat) -> None:
    with_password(office)
    said = send.send(shop.home, shop.ana, ready(shop))
    with shop.home.store.read() as tx:
        (row,) = tx.outbox_rows()
    with pytest.raises(KnownError) as refused:
        attempts.attempt(shop.home, row.case, said.entry)
    assert refused.value.code == "kept_elsewhere"
    with shop.home.store.read() as tx:
        assert [one.attempts for one in tx.outbox_rows()] == [0]


def test_who_types_the_password_in_sends_as_well(office: Seat, shop: Seat) -> None:
    account = with_password(office)
    accounts.change(shop.home, shop.ana, account.id, {}, "the same secret")
    assert keepers.of(shop.home, account.id) == ()
    assert send.send(shop.home, shop.ana, ready(shop)).state is State.SENT
    accounts.remove(shop.home, shop.ana, account.id)
    with office.home.store.read() as tx:
        assert keepers.Elsewhere(office.home, tx).kept[account.id] == {"office-1": "Office"}
    accounts.tell_kept(office.home)
    assert keepers.of(office.home, account.id) == ()


def test_what_is_kept_is_said_once_and_by_its_present_name(office: Seat, shop: Seat) -> None:
    account = with_password(office)
    assert accounts.tell_kept(office.home).nothing
    office.home = replace(office.home, computer=replace(office.home.computer, name="Back room"))
    assert not accounts.tell_kept(office.home).nothing
    assert keepers.of(shop.home, account.id) == ("Back room",)
    office.secrets.delete(f"account:{account.id}")
    accounts.tell_kept(office.home)
    assert keepers.of(shop.home, account.id) == ()


def test_it_is_said_which_computers_keep_it(office: Seat, shop: Seat) -> None:
    account = with_password(office)
    other, _changes = accounts.add(office.home, office.ana, "mail", {}, None)
    assert keepers.everywhere(office.home) == {account.id: ("this computer",)}
    assert keepers.everywhere(shop.home) == {account.id: ("Office",)}
    assert keepers.kept_on(("Office",)) == "Its password is kept on Office."
    both = keepers.kept_on(("this computer", "Office"))
    assert both == "Its password is kept on this computer and on Office."
    accounts.change(shop.home, shop.ana, account.id, {}, "the same secret")
    assert keepers.everywhere(shop.home)[account.id] == ("this computer", "Office")
    shown = settings_load(shop.home)
    assert shown.kept == keepers.everywhere(shop.home)
    assert other.id not in shown.kept
    assert keepers.everywhere(replace(office.home, team=None)) == {}


def test_of_two_that_try_one_sends(office: Seat, shop: Seat) -> None:
    account = with_password(office)
    accounts.change(shop.home, shop.ana, account.id, {}, "the same secret")
    case = ready(shop)
    shop.mail.will(TRY_LATER)
    said = send.send(shop.home, shop.ana, case, when_connected=True)
    assert said.state is State.WAITING
    office.clock.advance(minutes=2)

    def meanwhile() -> None:
        """In the middle of the office's attempt, the shop would try it, too."""
        assert attempts.due(shop.home) == ()
        assert attempts.attempt(shop.home, case, said.entry).state is State.IN_FLIGHT

    office.mail.during = meanwhile
    (due,) = attempts.due(office.home)
    assert due in attempts.due(shop.home)
    assert attempts.attempt(office.home, *due).state is State.SENT
    assert len(office.mail.delivered) == 1
    assert len(shop.mail.attempts) == 1  # the first one, which did not arrive
    assert attempts.attempt(shop.home, *due).state is State.SENT
    assert len(shop.mail.attempts) == 1


def test_a_start_leaves_alone_what_another_computer_is_sending(office: Seat, shop: Seat) -> None:
    account = with_password(office)
    accounts.change(shop.home, shop.ana, account.id, {}, "the same secret")
    case = ready(office)

    def meanwhile() -> None:
        assert attempts.recover(shop.home).nothing
        assert states(shop, case) == [State.IN_FLIGHT]
        raise Killed

    office.mail.during = meanwhile
    with pytest.raises(Killed):
        send.send(office.home, office.ana, case)
    assert states(shop, case) == [State.IN_FLIGHT]
    again = replace(office.home, run="office-1.2")
    assert attempts.recover(again).cases == {case}
    assert states(shop, case) == [State.UNSURE]


def test_one_that_died_is_unsure_once_its_lease_is_over(office: Seat, shop: Seat) -> None:
    with_password(office)
    case = ready(office)

    def die() -> None:
        raise Killed

    office.mail.during = die
    with pytest.raises(Killed):
        send.send(office.home, office.ana, case)
    office.clock.advance(minutes=3)
    assert states(shop, case) == [State.UNSURE]


def test_one_computer_listens_and_another_takes_over(office: Seat, shop: Seat) -> None:
    account = with_password(shop)
    with office.home.store.write() as tx:
        for kind, address in (("feed", "https://a.example/feed"), ("mail", f"mail:{account.id}/x")):
            tx.add_source(Source(SourceId(""), kind, address, "A"))
    assert [one.source.kind for one in polling.turns(office.home)] == ["feed"]
    assert [one.source.kind for one in polling.turns(shop.home)] == ["mail"]
    assert queries.listening(office.home).elsewhere == ""
    assert queries.listening(shop.home).elsewhere == "Office"

    office.server.close()

    def takes_over() -> bool:
        return [one.source.kind for one in polling.turns(shop.home)] == ["feed", "mail"]

    # The server notices on its own time that somebody left.
    wait_until(takes_over, "nobody took over")
    assert queries.listening(shop.home).elsewhere == ""


def test_what_another_computer_has_begun_waits_for_that_one(office: Seat, shop: Seat) -> None:
    account = with_password(office)
    accounts.change(shop.home, shop.ana, account.id, {}, "the same secret")
    case = ready(office)
    office.mail.will(TRY_LATER)
    assert send.send(office.home, office.ana, case).state is State.WAITING
    assert attempts.asking(shop.home) == ()
    assert attempts.asking(replace(office.home, run="office-1.2")) == (case,)
    alone = replace(shop.home, team=None)
    assert attempts.asking(alone) == (case,), "a home that was put back elsewhere asks, too"
